"""Write a benchmark's results with all that a reader needs to judge them."""

import datetime
import os
from pathlib import Path

from inpainting_guide import files, machine

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
    """Write ``results/NAME.json``: the results, the machine, the versions and the date.

    Parameters
    ----------
    name : str
        Also the name under which pages quote the results, as in ``{{ precision.date }}``.
    results : dict
    """
    RESULTS.mkdir(exist_ok=True)
    described = machine.describe()
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    path = RESULTS / f"{name}.json"
    files.write_json(path, {name: described | {"date": date} | results})
    print(f"Recorded in {path}.")
