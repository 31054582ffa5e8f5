"""Measures of whether a fill could be a photograph, whatever the photograph really shows.

`inpainting_guide.measuring.metrics` compares a fill with the one photograph that its hole was cut
from. Here fills are looked at as a crowd: are they as sharp as photographs, are their crops
distributed alike (`inpainting_guide.measuring.wasserstein`), can a classifier tell them
(`inpainting_guide.measuring.classifier`)? Each is blind to something.
"""

import numpy as np

from inpainting_guide.common import arguments
from inpainting_guide.data import holes
from inpainting_guide.measuring import intervals, metrics
from inpainting_guide.measuring.quantities import Quantity


def sharpness(images, filled, location_map):
    """Sum the absolute differences of neighbouring pixels inside the hole.

    Pairs are horizontal and vertical, all three channels; a pair counts if both of its pixels
    are missing, so the seam is left out.

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        The photographs.
    filled : ndarray of float, shape (n, height, width, 3)
        The fills; clipped to [0, 1].
    location_map : ndarray of float32, shape (n, height, width, 1)
        1 where the image is known, 0 in the hole.

    Returns
    -------
    of_fills, of_photographs : ndarray of float64, shape (n,)
        A sum per image: 0 for a constant fill.

    Raises
    ------
    ValueError
        As from `inpainting_guide.data.holes.compose`.
    """
    return _total_differences(images, filled, location_map, np.logical_and)


def seam(images, filled, location_map):
    """Sum the absolute differences of neighbouring pixels across the border of the hole.

    A pair counts if just one of its pixels is missing: what `sharpness` leaves out.

    Parameters
    ----------
    images, filled, location_map : ndarray
        As for `sharpness`, and with the same errors.

    Returns
    -------
    of_fills, of_photographs : ndarray of float64, shape (n,)
    """
    return _total_differences(images, filled, location_map, np.logical_xor)


def _total_differences(images, filled, location_map, counts):
    """Sum over the pairs of neighbours that `counts`, given whether each of the two is missing."""
    composite = holes.compose(images, filled, location_map)
    missing, totals = location_map == 0, np.zeros((2, len(images)))
    for axis in (1, 2):
        first, second = np.delete(missing, -1, axis), np.delete(missing, 0, axis)
        counted = counts(first, second)
        for number, pictures in enumerate((composite, images)):
            steps = np.abs(np.diff(pictures.astype(np.float64), axis=axis))
            totals[number] += (steps * counted).sum(axis=(1, 2, 3))
    return totals[0], totals[1]


def sharpness_ratio(images, filled, location_map):
    """Divide the fills' sharpness by the photographs', over all images together.

    The ratio of two sums, not the mean of per-image ratios: a nearly flat photograph would have
    a ratio of any size. Noise counts as sharpness, wherever it is: 1 does not mean right.

    Parameters
    ----------
    images, filled, location_map : ndarray
        As for `sharpness`, and with the same errors.

    Returns
    -------
    Quantity
        0 for constant fills, 1 for the photographs; the interval is a 95 % bootstrap over images.

    Raises
    ------
    ValueError
        Also if there are fewer than two images, or all photographs are flat inside their holes.
    """
    return _ratio(*sharpness(images, filled, location_map), "inside")


def seam_ratio(images, filled, location_map):
    """Divide the fills' differences across the border of the hole by the photographs'.

    Like `sharpness_ratio`, of two sums over all images. Above 1 the border shows. Below 1 the fill
    follows its known neighbours more closely than a photograph does, as every smooth fill will.

    Parameters
    ----------
    images, filled, location_map : ndarray
        As for `sharpness`, and with the same errors.

    Returns
    -------
    Quantity

    Raises
    ------
    ValueError
        Also if there are fewer than two images, or no photograph changes across the border.
    """
    return _ratio(*seam(images, filled, location_map), "across the border of")


def _ratio(of_fills, of_photographs, place):
    """Divide the sums of two samples, with a bootstrap interval over their images."""
    if len(of_fills) < 2 or not of_photographs.any():
        raise ValueError(
            f"the differences of {len(of_fills)} photographs add up to {of_photographs.sum():g}: "
            f"expected at least two, not all of them flat {place} their holes."
        )

    def ratio(fills, photographs, axis=-1):
        # A resample may hold flat photographs only.
        return fills.sum(axis) / np.maximum(photographs.sum(axis), np.finfo(float).tiny)

    return intervals.bootstrap((of_fills, of_photographs), ratio)


def sharpness_ratios(task, fills):
    """Measure the `sharpness_ratio` of several methods.

    Parameters
    ----------
    task : protocol.Task
    fills : dict of str to ndarray of float, shape (n, size, size, 3)
        Fills of the whole task, by the method's name.

    Returns
    -------
    dict of str to Quantity

    Raises
    ------
    ValueError
        As from `sharpness_ratio`.
    """
    return {n: sharpness_ratio(task.images, fill, task.location_map) for n, fill in fills.items()}


def diversity(images, fills, location_map):
    """Divide the variance of several fills of a hole by the squared error of their mean.

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        The photographs.
    fills : ndarray of float, shape (count, n, height, width, 3)
        At least two fills of each hole.
    location_map : ndarray of float32, shape (n, height, width, 1)

    Returns
    -------
    Quantity
        A share: 0 if the fills are alike, count / (count + 1) for samples of what is really
        possible. Variance and error are averaged over each hole, then over the holes: a small one
        counts as much as a large one.

    Raises
    ------
    ValueError
        If there are fewer than two fills, one is none
        (`inpainting_guide.data.holes.missing_values`), or their mean is the photograph.
    """
    arguments.some("fills of each hole", fills, least=2)
    fills = np.stack([holes.compose(images, fill, location_map) for fill in fills])
    mean = fills.mean(axis=0)
    if not (error := metrics.squared_error(images, mean, location_map).mean()):
        raise ValueError("the mean of the fills is the photograph: there is no error to divide by.")
    distances = np.array([metrics.squared_error(mean, fill, location_map) for fill in fills])
    variance = distances.sum(axis=0).mean() / (len(fills) - 1)
    return Quantity(float(variance / error), "share")
