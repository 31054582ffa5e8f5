"""How well every method of the tutorial does, as it was recorded, and what is measured for it."""

from pathlib import Path

import numpy as np

from inpainting_guide import measuring
from inpainting_guide.common import files
from inpainting_guide.measuring import wasserstein
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.pages import side_by_side

FILE = Path(__file__).with_name("standings.json")
"""Written by ``benchmarks/standings.py``."""

TITLES = {
    "psnr_of_mean": "PSNR of the mean squared error, dB",
    "mean_psnr": "mean of PSNRs, dB",
    "l1": "L1",
    "ssim": "SSIM",
    "sharpness": "sharpness",
    "raw": "distance, raw",
    "laplacian": "distance, Laplacian",
}
"""What is measured."""

SHORT = {
    "psnr_of_mean": "PSNR",
    "mean_psnr": "mean PSNR",
    "l1": "L1",
    "ssim": "SSIM",
    "sharpness": "sharpness",
    "raw": "raw",
    "laplacian": "Laplacian",
}
"""The same, short enough for a terminal's columns."""


def measure(filled_by_method, task):
    """Measure the fills of several methods.

    Parameters
    ----------
    filled_by_method : dict of str to ndarray of float, shape (n, 32, 32, 3)
    task : protocol.Task

    Returns
    -------
    rows : dict of str to dict of str to Quantity
        By the method's name; the keys are those of `TITLES`. The two distances are averages over
        splits (`inpainting_guide.pages.side_by_side.distance`).
    floor : float
        The photographs' own Laplacian distance, on the same splits.
    """
    distances = wasserstein.distances(filled_by_method, task)
    floor = distances[wasserstein.PHOTOGRAPHS]
    rows = {}
    for name, filled in filled_by_method.items():
        rows[name] = measuring.score(filled, task).summary()
        rows[name]["sharpness"] = measuring.sharpness_ratio(task.images, filled, task.location_map)
        for kind in ("raw", "laplacian"):
            values = getattr(distances[name], kind), getattr(floor, kind)
            rows[name][kind] = side_by_side.distance(*values)
    return rows, float(np.mean(floor.laplacian))


def read(name):
    """Read what was recorded.

    Parameters
    ----------
    name : {"validation", "test"}
        The task.

    Returns
    -------
    dict of str to dict of str to Quantity
        By the method's name.

    Raises
    ------
    ValueError
        If the file is damaged.
    """
    recorded = files.read_json(FILE)
    try:
        return {
            method: {key: Quantity(**row[key]) for key in TITLES}
            for method, row in recorded[name].items()
        }
    except (KeyError, TypeError) as error:
        raise ValueError(f"{FILE} is damaged ({error}): install the guide anew.") from error


def place(row, others, key):
    """Tell how many methods are better.

    Parameters
    ----------
    row : dict of str to Quantity
    others : dict of str to dict of str to Quantity
    key : str
        ``laplacian`` or ``raw``, of which the smallest is the best, or a measure of which the
        largest is.

    Returns
    -------
    int
        1 for the best.
    """
    sign = -1 if key in ("laplacian", "raw", "l1") else 1
    return 1 + sum(sign * other[key].value > sign * row[key].value for other in others.values())
