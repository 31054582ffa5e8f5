"""What an entry of the challenge claims: its file, and whether a run bears it out."""

import statistics

import numpy as np

from inpainting_guide.common import files

MOST_UNITS = 1.5
"""The longest training that the rules allow, on average over the seeds, in units."""

SEEDS = 3
"""How often an entry is trained, each time with another seed."""

THREADS = 2
"""Among which TensorFlow divides an operation where a claim is recorded."""

TASKS = ("validation", "test")

MEASURES = ("psnr_of_mean", "mean_psnr", "ssim")
"""What is told of an entry, out of what is measured of every method."""

TOLERANCE = 0.1
"""By how many decibels a run may fall short of a claim: other machines round otherwise."""

TIME_TOLERANCE = 0.2
"""By what share of the claimed units a run may take longer.

Trainings by one recipe have differed by almost as much in the units of an image, recorded on
several days of one machine (`inpainting_guide.pages.minutes`); and no two networks become faster by
the same factor on another processor.
"""


def average(name, rows):
    """Average what was measured over the seeds.

    Parameters
    ----------
    name : str
        Of the task.
    rows : list of dict of str to Quantity
        A score's summary for each seed.

    Returns
    -------
    dict
        Under the task's name the means of `MEASURES`; under the same name with ``_psnrs`` the PSNR
        of the mean squared error of every seed, in decibels, and with ``_interval`` the ends of its
        95 % interval over the cars, averaged over the seeds.
    """
    means = {key: statistics.mean(row[key].value for row in rows) for key in MEASURES}
    psnrs = [row["psnr_of_mean"] for row in rows]
    ends = [[psnr.low for psnr in psnrs], [psnr.high for psnr in psnrs]]
    return {
        name: {key: round(mean, 4) for key, mean in means.items()},
        f"{name}_psnrs": [round(psnr.value, 3) for psnr in psnrs],
        f"{name}_interval": [round(statistics.mean(end), 3) for end in ends],
    }


def read(path):
    """Read what an entry claims.

    Parameters
    ----------
    path : pathlib.Path
        The entry's JSON file.

    Returns
    -------
    dict or None
        What ``--record`` wrote; None if there is no such file.

    Raises
    ------
    ValueError
        If the file is damaged.
    """
    if not path.exists():
        return None
    claim = files.read_json(path)
    try:
        psnrs = [psnr for name in TASKS for psnr in claim[f"{name}_psnrs"]]
        if len(psnrs) != len(TASKS) * SEEDS:
            raise ValueError(f"it has {len(psnrs)} results of single seeds")
        numbers = [claim[name][key] for name in TASKS for key in MEASURES]
        numbers += [claim[key] for key in ("seconds", "processor_seconds", "unit_seconds", "units")]
        if not all(np.isfinite([*psnrs, *numbers, claim["machine"]["threads"]])):
            raise ValueError("a number is not finite")
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} is damaged ({error}): run the entry with --test --record to write it anew."
        ) from error
    return claim


def compare(entry, measured, claim):
    """Compare a run with a claim.

    Parameters
    ----------
    entry : pathlib.Path
    measured : dict
        What `average` made of one or both tasks, with its ``units``.
    claim : dict
        From `read`.

    Raises
    ------
    ValueError
        If the run falls short of the claim by more than `TOLERANCE`, or takes longer by more than
        `TIME_TOLERANCE`.
    """
    short = {
        (name, key): claim[name][key] - measured[name][key]
        for name in TASKS
        if name in measured
        for key in ("psnr_of_mean", "mean_psnr")
    }
    (name, key), worst = max(short.items(), key=lambda item: item[1])
    if worst > TOLERANCE:
        raise ValueError(
            f"{entry} claims {claim[name][key]:.2f} dB ({key}, {name} cars) and reached "
            f"{measured[name][key]:.2f}: its claim does not hold here."
        )
    if measured["units"] > (1 + TIME_TOLERANCE) * claim["units"]:
        raise ValueError(
            f"{entry} claims {claim['units']:.2f} units and took {measured['units']:.2f}: its "
            "claim does not hold here. A busy machine makes it look slower: try a quiet one."
        )
