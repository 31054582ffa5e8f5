"""Measures over the hole: one value per image, so that anything can be averaged.

A fill is clipped to [0, 1] and compared with the photograph in the hole alone: known pixels
are copied, and would only flatter the method.
"""

from collections.abc import Callable

import numpy as np
import scipy.ndimage
from skimage.metrics import structural_similarity

from inpainting_guide.common import arguments
from inpainting_guide.data import holes
from inpainting_guide.measuring import intervals

SMALLEST_ERROR = 1e-6
"""Floor of a per-image mean squared error, so that an exact fill has 60 dB, not infinity."""

SSIM_WINDOW = 7
"""Side of the windows of the structural similarity, in pixels."""


def squared_error(images, filled, location_map):
    """Average the squared error over the hole.

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
    ndarray of float64, shape (n,)
        Mean squared error over the hole's pixels and channels.

    Raises
    ------
    ValueError
        If the input breaks a convention (`inpainting_guide.data.holes.check`), a fill is none
        (`inpainting_guide.data.holes.missing_values`), or a map has no hole.
    """
    return _over_hole(np.square(_difference(images, filled, location_map)), location_map)


def absolute_error(images, filled, location_map):
    """Average the absolute error over the hole: L1.

    Parameters
    ----------
    images, filled, location_map : ndarray
        As for `squared_error`, and with the same errors.

    Returns
    -------
    ndarray of float64, shape (n,)
        Mean absolute error over the hole's pixels and channels.
    """
    return _over_hole(np.abs(_difference(images, filled, location_map)), location_map)


def colour_error(images, filled, location_map):
    """Tell how far the mean colour of each fill is from what it should be.

    Neither noise nor blur changes it, unless they shift the colour of the whole hole.

    Parameters
    ----------
    images, filled, location_map : ndarray
        As for `squared_error`, and with the same errors.

    Returns
    -------
    ndarray of float64, shape (n,)
        Absolute difference of the means over the hole, averaged over the three channels.
    """
    difference = _difference(images, filled, location_map)
    missing = (1.0 - location_map).sum(axis=(1, 2))
    return np.abs(difference.sum(axis=(1, 2)) / missing).mean(axis=-1)


def squared_error_by_depth(images, filled, location_map, deepest=6):
    """Average the squared error over all pixels of the same depth in their holes.

    The depth of a missing pixel is its distance to the nearest known one, diagonal steps
    counting as one: 1 at the rim, 6 in the middle of a 12-pixel hole. (A hole at the image's
    edge has pixels that are deeper still; they are left out.)

    Parameters
    ----------
    images, filled, location_map : ndarray
        As for `squared_error`.
    deepest : int
        The largest depth to report.

    Returns
    -------
    ndarray of float64, shape (deepest,)
        For the depths 1 to `deepest`, over the pixels of all images together.

    Raises
    ------
    ValueError
        As for `squared_error`, or if `deepest` is no whole number from 1, or no hole that deep.
    """
    arguments.whole(deepest=deepest)
    squares = np.square(_difference(images, filled, location_map)).mean(axis=-1)
    depths = np.stack(
        [scipy.ndimage.distance_transform_cdt(hole == 0) for hole in location_map[..., 0]]
    )
    if deepest > depths.max():
        raise ValueError(
            f"no pixel is {deepest} deep in these holes: `deepest` may be at most {depths.max()}."
        )
    return np.array([squares[depths == depth].mean() for depth in range(1, deepest + 1)])


def psnr(squared_error):
    """Convert a mean squared error to a peak signal-to-noise ratio, for values in [0, 1].

    Parameters
    ----------
    squared_error : float or ndarray of float
        Mean squared error; floored at `SMALLEST_ERROR`.

    Returns
    -------
    float or ndarray of float
        Decibels, at most 60.

    Raises
    ------
    ValueError
        If a squared error is negative, infinite or NaN.
    """
    errors = np.asarray(squared_error, np.float64)
    wrong = errors[~((errors >= 0) & (errors < np.inf))]  # NaN is refused as well
    if wrong.size:
        raise ValueError(f"a squared error of {wrong[0]:g}: expected finite numbers from 0 on.")
    return -10 * np.log10(np.maximum(errors, SMALLEST_ERROR))


def ssim(images, filled, location_map):
    """Average the structural similarity of the composite over the hole's pixels.

    The map is scikit-image's, on 7 x 7 windows with data range 1. A window at the hole's rim
    also sees known pixels, so this measure, unlike the others, rewards a good seam.

    Parameters
    ----------
    images, filled, location_map : ndarray
        As for `squared_error`, and with the same errors.

    Returns
    -------
    ndarray of float64, shape (n,)
        1 for an exact fill.

    Raises
    ------
    ValueError
        Also if the images are smaller than the window.

    Notes
    -----
    Z. Wang and others, *Image quality assessment: from error visibility to structural
    similarity*, IEEE Transactions on Image Processing 13(4), 2004.
    """
    _check(images, location_map)
    if min(images.shape[1:3]) < SSIM_WINDOW:
        raise ValueError(
            f"images of {images.shape[1]} x {images.shape[2]} pixels: the structural similarity "
            f"looks at windows of {SSIM_WINDOW} x {SSIM_WINDOW}, expected images at least as large."
        )
    composite = holes.compose(images, filled, location_map)
    maps = [
        structural_similarity(
            image, fill, win_size=SSIM_WINDOW, data_range=1, channel_axis=-1, full=True
        )[1]
        for image, fill in zip(images, composite, strict=True)
    ]
    return _over_hole(np.stack(maps), location_map)


def mean(values, unit=""):
    """Average per-image values over images, with a 95 % bootstrap interval.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        For a paired difference of two methods, pass the difference of their values.
    unit : str
        Theirs: one of `inpainting_guide.measuring.quantities.UNITS`.

    Returns
    -------
    Quantity

    Raises
    ------
    ValueError
        If there are fewer than two values, or one is not finite.
    """
    return _bootstrap(values, np.mean, unit)


def psnr_of_mean(squared_errors):
    """Convert the mean of per-image squared errors to decibels, with its interval.

    This is not the mean of the per-image PSNRs: the logarithm is concave, so by Jensen's
    inequality that mean is never lower (of errors above `SMALLEST_ERROR`). This one is ruled by
    the hardest images.

    Parameters
    ----------
    squared_errors : ndarray of float, shape (n,)

    Returns
    -------
    Quantity
        Decibels.

    Raises
    ------
    ValueError
        If there are fewer than two values, or one is not finite.
    """
    return _bootstrap(
        squared_errors, lambda sample, axis=-1: psnr(np.mean(sample, axis=axis)), "dB"
    )


def _bootstrap(values, statistic: Callable, unit):
    values = np.asarray(values, np.float64)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise ValueError(
            f"an interval needs the finite values of at least two images, shape (n,); got "
            f"shape {values.shape}, {np.isfinite(values).sum()} finite."
        )
    return intervals.bootstrap((values,), statistic, unit)


def _check(images, location_map):
    holes.check(images, location_map)
    if (holeless := location_map.min(axis=(1, 2, 3)) == 1).any():
        raise ValueError(
            f"location map number {holeless.argmax()} has no hole: there is nothing to measure."
        )


def _difference(images, filled, location_map):
    """Subtract the photographs from the fills, in float64; known pixels are 0."""
    _check(images, location_map)
    missing, values = holes.missing_values(images, filled, location_map)
    difference = np.zeros(images.shape)
    difference[missing] = values.astype(np.float64) - images[missing]
    return difference


def _over_hole(values, location_map):
    missing = 1.0 - location_map
    return (values * missing).sum(axis=(1, 2, 3)) / (missing.sum(axis=(1, 2, 3)) * 3)
