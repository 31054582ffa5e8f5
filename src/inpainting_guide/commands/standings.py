"""How well every method of the tutorial does, as it was recorded."""

from pathlib import Path

from inpainting_guide.common import files
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.pages import tables

FILE = Path(__file__).with_name("standings.json")
"""Written by ``benchmarks/standings.py``."""

TITLES = tables.SCORES | {
    "sharpness": "sharpness",
    "raw": "distance, raw",
    "laplacian": "distance, Laplacian",
}
"""What `inpainting_guide.measuring.scores.right_and_real` measures."""

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
    """Tell at which place among other methods a method stands.

    Parameters
    ----------
    row : dict of str to Quantity
    others : dict of str to dict of str to Quantity
    key : {"psnr_of_mean", "laplacian"}
        By which measure: the largest PSNR is the best, or the smallest distance.

    Returns
    -------
    int
        1 for the best: one more than there are better ones.
    """
    sign = -1 if key == "laplacian" else 1
    return 1 + sum(sign * other[key].value > sign * row[key].value for other in others.values())
