"""Are samples as uncertain as they should be? Ranks of the truth among them, and coverage."""

import numpy as np

from inpainting_guide.common import arguments
from inpainting_guide.data import holes
from inpainting_guide.measuring.quantities import Quantity


def ranks(images, samples, location_map):
    """Count at which place among the samples the photograph lies, value by value.

    If photograph and samples are drawn alike, every place from below all of them to above all of
    them is equally probable. Many at both ends: the samples vary too little. Many in the middle:
    too much. More at one end: they are too dark or too light.

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        The photographs.
    samples : ndarray of float, shape (count, n, height, width, 3)
        At least one fill of each hole.
    location_map : ndarray of float32, shape (n, height, width, 1)

    Returns
    -------
    ndarray of float, shape (count + 1,)
        The share of the missing values at each place. Where samples equal the photograph, as many
        do that were clipped to 0 or 1, all places between them count, in equal parts.

    Raises
    ------
    ValueError
        If the images or maps are not what `inpainting_guide.data.holes.check` asks for, nothing is
        missing, there is no sample, or one is no fill of these images
        (`inpainting_guide.data.holes.missing_values`).
    """
    arguments.some("samples of each hole", samples)
    holes.check(images, location_map)
    if (location_map == 1).all():
        raise ValueError("nothing is missing in these images: there is nothing to rank.")
    lower = equal = 0
    for sample in samples:
        missing, drawn = holes.missing_values(images, sample, location_map)
        lower = lower + (drawn < images[missing])
        equal = equal + (drawn == images[missing])
    # Its part of every place from the first on, and no longer after the last.
    part, end = 1 / (equal + 1), len(samples) + 2
    changes = np.bincount(lower, part, end) - np.bincount(lower + equal + 1, part, end)
    return np.cumsum(changes)[:-1] / lower.size


def coverage(ranks, share):
    """Tell how often the photograph lies in the middle of the samples.

    Parameters
    ----------
    ranks : ndarray of float, shape (count + 1,)
        From `ranks`.
    share : float
        How many of the places are the middle; of a place that belongs to it in part, that part
        counts.

    Returns
    -------
    Quantity
        A share: `share` itself of samples of what is really possible.

    Raises
    ------
    ValueError
        If the share is not between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share of {share:g}: expected one from 0 to 1.")
    ends = np.linspace(0, 1, len(ranks) + 1)
    low, high = np.interp([(1 - share) / 2, (1 + share) / 2], ends, [0, *np.cumsum(ranks)])
    return Quantity(float(high - low), "share")
