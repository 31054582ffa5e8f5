"""Write a benchmark's results with all that a reader needs to judge them."""

import datetime
import os
import sys
from pathlib import Path

import numpy as np

from inpainting_guide.common import files, machine
from inpainting_guide.measuring import metrics
from inpainting_guide.measuring.quantities import Quantity, Range, plain
from inpainting_guide.training import digests

RESULTS = Path(__file__).parent / "results"


def use_own_store(name):
    """Keep what a benchmark trains apart from the networks of the pages.

    Parameters
    ----------
    name : str
        A folder below ``build/benchmarks``.
    """
    folder = Path(__file__).parents[1] / "build" / "benchmarks" / name
    os.environ["INPAINTING_GUIDE_STORE"] = str(folder)


def record(name, results):
    """Write ``results/NAME.json``: the results, the machine, the versions, the code and the date.

    Parameters
    ----------
    name : str
        Also the name under which pages quote the results, as in ``{{ precision.date }}``.
    results : dict
        Quantities, ranges, numbers, strings and dicts of these, by the names under which they are
        quoted: of a quantity the site also makes names that end in ``_signed`` and, if it has an
        interval, ``_interval`` and ``_signed_interval``.
    """
    described = described_run()
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    write(RESULTS / f"{name}.json", plain({name: described | {"date": date} | results}))


def described_run():
    """Tell the machine, the versions, and the code of the command that runs.

    Returns
    -------
    dict of str to int or str
        As `inpainting_guide.common.machine.describe`, and ``code``, a digest of what runs in the
        command's script, in the recipe of the pages, and in all of the package that they import.
    """
    scripts = [Path(__file__).with_name("page_recipe.py")]
    if script := getattr(sys.modules["__main__"], "__file__", None):
        scripts.append(Path(script))
    return machine.describe() | {"code": digests.behaviour(*scripts)[:12]}


def write(path, content):
    """Write what was measured, in a file that others read.

    Parameters
    ----------
    path : pathlib.Path
    content : dict
        As JSON has it.

    Raises
    ------
    ValueError
        In quick mode, whose numbers mean nothing.
    """
    if machine.quick():
        raise ValueError(
            f"this is a quick run, and {path.name} keeps what was measured: unset "
            "INPAINTING_GUIDE_QUICK to record, or do without --record."
        )
    path.parent.mkdir(exist_ok=True)
    files.write_json(path, content)
    print(f"Recorded in {path}.")


def recorded(name, settings):
    """Read what an earlier run has recorded, for a run of a part that adds to it.

    Ask before anything is trained: a record tells of one machine, one choice of settings and one
    code, so that what was measured otherwise must not be added.

    Parameters
    ----------
    name : str
        As for `record`.
    settings : dict of str to int or str
        All that the results of this run depend on, as `record` will write it.

    Returns
    -------
    dict
        The recorded results by their names, without settings, machine and date: `record` writes
        ``recorded(name, settings) | results``. Empty if there is no record.

    Raises
    ------
    ValueError
        If the record was made with other settings or code, on another machine, or with other
        versions.
    """
    path = RESULTS / f"{name}.json"
    if not path.exists():
        return {}
    found = files.read_json(path)[name]
    for key, value in (described_run() | settings).items():
        if found.get(key) != value:
            raise ValueError(
                f"{path.name} was recorded with {key} {found.get(key)}, this run has {value}: "
                "a part can be added to a record only if it is run in the same way. Run it so, or "
                "record everything anew."
            )
    return {key: value for key, value in found.items() if isinstance(value, dict)}


def show(results, margin=""):
    """Print what was measured, a line each.

    Parameters
    ----------
    results : dict
        As for `record`.
    margin : str
        Before every line.
    """
    for name, value in results.items():
        if isinstance(value, dict):
            print(f"{margin}{name}:", flush=True)
            show(value, f"{margin}  ")
        else:
            interval = f" ({value.interval})" if getattr(value, "interval", "") else ""
            print(f"{margin}{name}: {value}{interval}", flush=True)


def ends(values, unit="dB"):
    """Find the smallest and the largest of some numbers.

    Parameters
    ----------
    values : sequence of float
    unit : str
        Theirs.

    Returns
    -------
    Range
    """
    return Range(min(values), max(values), unit)


def over_seeds(rows):
    """Return the means over seeds of all that was measured, with the smallest and largest value.

    Parameters
    ----------
    rows : iterable of dict of str to Quantity
        One for each seed, with the same keys.

    Returns
    -------
    dict of str to Quantity or Range
        ``key`` has the mean, ``key_range`` the two ends.
    """
    first, *others = rows
    found = {}
    for key, quantity in first.items():
        values = [quantity.value, *(row[key].value for row in others)]
        found[key] = Quantity(float(np.mean(values)), quantity.unit)
        found[f"{key}_range"] = ends(values, quantity.unit)
    return found


def car_by_car(name, differences):
    """Average over cars and seeds what a network has beyond another one of the same seed.

    Parameters
    ----------
    name : str
        Under which it is quoted.
    differences : sequence of ndarray of float, shape (n,)
        For each seed, in decibels: a number for every car.

    Returns
    -------
    dict of str to Quantity or Range
        ``name`` has the mean, with its interval over the cars; ``name_of_seeds`` the smallest and
        the largest mean of a seed.
    """
    mean = metrics.mean(np.mean(differences, axis=0), "dB")
    return {name: mean, f"{name}_of_seeds": ends([each.mean() for each in differences])}


def lead(name, ours, theirs):
    """Compare networks with others of the same seeds, car by car.

    Parameters
    ----------
    name : str
        Under which it is quoted.
    ours, theirs : sequence of Score
        For each seed, of the same cars in the same order.

    Returns
    -------
    dict of str to Quantity or Range
        As `car_by_car`.
    """
    pairs = zip(ours, theirs, strict=True)
    return car_by_car(name, [one.psnr - other.psnr for one, other in pairs])
