"""Holes, as location maps: where an image is known (1) and where it is missing (0).

Every map has the shape (n, height, width, 1), so that it multiplies a batch of images
directly. Thesis, section 1.1: a square hole at a random place.
"""

import numpy as np

from inpainting_guide.common import arguments
from inpainting_guide.data.cars import SIZE

HOLE = 12
"""Side of the thesis's square hole, in pixels."""

OVERSHOOT = 0.6
"""How far beyond [0, 1] a method may predict: so much is clipped.

A network that adds something to a smooth fill goes a little beyond. Predictions in 0 ... 255 or
-1 ... 1 that nobody scaled back go farther in almost every batch, and to clip them would hide the
fault.
"""


def places(hole=HOLE, size=SIZE):
    """Count the rows (or columns) at which a square hole can start: both ends included.

    Parameters
    ----------
    hole : int
        Side of the hole, in pixels, from 1 to `size`.
    size : int
        Side of the image, in pixels.

    Returns
    -------
    int
        ``size - hole + 1``: 21 for the 12-pixel hole, so it has 21 x 21 = 441 positions.

    Raises
    ------
    ValueError
        If a side is no whole number, or the hole is smaller than one pixel or larger than the
        image.
    """
    arguments.whole(size=size)
    arguments.whole(hole=hole, most=size)
    return size - hole + 1


def square(tops, lefts, hole=HOLE, size=SIZE):
    """Make the location maps of square holes at given places.

    Parameters
    ----------
    tops, lefts : array_like of int, shape (n,)
        First missing row and column of each hole, from 0 to ``size - hole``.
    hole : int
        Side of the holes, in pixels.
    size : int
        Side of the images, in pixels.

    Returns
    -------
    ndarray of float32, shape (n, size, size, 1)
        1 where the image is known, 0 inside the hole.

    Raises
    ------
    ValueError
        If a number is not whole, a hole would reach beyond the image, or there is not one top
        for every left.
    """
    last = places(hole, size) - 1
    tops, lefts = np.atleast_1d(tops), np.atleast_1d(lefts)
    if tops.shape != lefts.shape or tops.ndim != 1 or not len(tops):
        raise ValueError(
            f"tops of shape {tops.shape} and lefts of shape {lefts.shape}: one of each a hole, "
            "at least one hole."
        )
    arguments.whole(tops=tops, lefts=lefts, least=0, most=last)
    pixels = np.arange(size)
    rows = (pixels >= tops[:, None]) & (pixels < tops[:, None] + hole)
    columns = (pixels >= lefts[:, None]) & (pixels < lefts[:, None] + hole)
    missing = rows[:, :, None] & columns[:, None, :]
    return np.float32(~missing)[..., None]


def random_square(count, rng, hole=HOLE, size=SIZE):
    """Make the location maps of square holes drawn uniformly from all positions.

    Parameters
    ----------
    count : int
        How many maps to draw.
    rng : numpy.random.Generator
        Source of randomness: first all tops are drawn, then all lefts.
    hole, size : int
        Side of the holes and of the images, in pixels.

    Returns
    -------
    ndarray of float32, shape (count, size, size, 1)
        1 where the image is known, 0 inside the hole.

    Raises
    ------
    ValueError
        If a number is not whole, there is no map to draw, the hole does not fit, or `rng` is no
        generator.
    """
    arguments.whole(count=count)
    arguments.random_generator(rng)
    tops = rng.integers(0, places(hole, size), count)
    lefts = rng.integers(0, places(hole, size), count)
    return square(tops, lefts, hole, size)


def cut(images, location_map):
    """Cut the holes: missing pixels become 0, known pixels stay.

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
    location_map : ndarray of float32, shape (n, height, width, 1)

    Returns
    -------
    ndarray of float32, shape (n, height, width, 3)
        The incomplete images.

    Raises
    ------
    ValueError
        If the images or maps are not what `check` asks for.
    """
    check(images, location_map)
    return np.where(location_map == 1, images, np.float32(0))


def compose(incomplete, prediction, location_map):
    """Take the hole from the prediction and every known pixel, bit for bit, from the image.

    Parameters
    ----------
    incomplete : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        The incomplete images.
    prediction : ndarray of float, shape (n, height, width, 3)
        What a method puts everywhere; only its hole is used, clipped to [0, 1].
    location_map : ndarray of float32, shape (n, height, width, 1)

    Returns
    -------
    ndarray of float32, shape (n, height, width, 3), values in [0, 1]

    Raises
    ------
    ValueError
        If the images or maps are not what `check` asks for, or the prediction is not what
        `missing_values` does.
    """
    check(incomplete, location_map)
    missing, values = missing_values(incomplete, prediction, location_map)
    composite = np.array(incomplete, order="C")
    composite[missing] = values
    return composite


def missing_values(images, prediction, location_map):
    """Take from a prediction what it puts into the holes, clipped to [0, 1].

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width, 3)
        What the prediction is for.
    prediction : ndarray of float, shape (n, height, width, 3)
        Where the image is known it may hold anything.
    location_map : ndarray of float32, shape (n, height, width, 1)

    Returns
    -------
    missing : ndarray of bool, shape (n, height, width, 3)
        True in the holes.
    values : ndarray of float, shape (k,)
        One for each of these k places, of the prediction's own type.

    Raises
    ------
    ValueError
        If the prediction has another shape than the images or is not of floats, or in a hole is
        NaN, infinite, or farther than `OVERSHOOT` beyond [0, 1].
    """
    prediction = np.asarray(prediction)
    if prediction.shape != np.shape(images):
        raise ValueError(
            f"the prediction has shape {prediction.shape}, expected that of the images, "
            f"{np.shape(images)}."
        )
    if prediction.dtype.kind != "f":
        raise ValueError(
            f"the prediction holds {prediction.dtype}, expected floats in [0, 1]: pass "
            "np.float32(...), divided by 255 if it is 8-bit."
        )
    missing = np.broadcast_to(location_map == 0, prediction.shape)
    values = prediction[missing]
    low, high = values.min(initial=0), values.max(initial=1)  # NaN if one value is
    if np.isnan(low):
        raise ValueError("the prediction holds NaN: the method or the network has failed.")
    if low < -OVERSHOOT or high > 1 + OVERSHOOT:
        raise ValueError(
            f"the prediction holds values from {low:g} to {high:g} in the holes, expected [0, 1] "
            f"(up to {OVERSHOOT} beyond it is clipped): divide what is 8-bit by 255, and of what "
            "lies in [-1, 1] take (prediction + 1) / 2."
        )
    return missing, np.clip(values, 0, 1, out=values)


def check(images, location_map):
    """Refuse a batch of images and location maps that does not keep to the conventions.

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        What is missing may hold any such value: it is never read.
    location_map : ndarray of float32, shape (n, height, width, 1), values 0 and 1

    Raises
    ------
    ValueError
        If a batch axis is missing, the batch is empty, a shape or dtype does not fit, the
        images hold NaN or values outside [0, 1], or the map holds anything but 0 and 1.
    """
    check_images(images)
    _check_dtype("location map", location_map)
    expected = (*images.shape[:3], 1)
    if np.shape(location_map) != expected:
        raise ValueError(
            f"the location map has shape {np.shape(location_map)}, expected {expected}: one "
            "channel, 1 where the image is known and 0 where it is missing."
        )
    other = (location_map != 0) & (location_map != 1)
    if other.any():
        raise ValueError(
            f"the location map holds {np.asarray(location_map)[other][0]}: it may hold only "
            "1 (known) and 0 (missing)."
        )


def check_images(images):
    """Refuse anything but a batch of RGB images with values in [0, 1].

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]

    Raises
    ------
    ValueError
        If a batch axis is missing, the batch is empty, the last axis is not RGB, the dtype is
        not float32, or the images hold NaN or values outside [0, 1].
    """
    shape = np.shape(images)
    if len(shape) == 3:
        raise ValueError(
            f"the images have shape {shape}, without a batch axis: pass image[None], "
            f"shape {(1, *shape)}."
        )
    if len(shape) != 4 or shape[-1] != 3:
        raise ValueError(f"the images have shape {shape}, expected (n, height, width, 3).")
    if 0 in shape:
        raise ValueError(f"the images have shape {shape}: the batch is empty.")
    if getattr(images, "dtype", None) == np.uint8:
        raise ValueError("the images are 8-bit: pass np.float32(images) / np.float32(255).")
    _check_dtype("images", images)
    low, high = np.min(images), np.max(images)
    if np.isnan(low):
        raise ValueError("the images hold NaN: expected values in [0, 1].")
    if low < 0 or high > 1:
        raise ValueError(
            f"the images hold values from {low:g} to {high:g}, expected [0, 1]: divide what was "
            "8-bit by 255."
        )


def _check_dtype(name, array):
    dtype = getattr(array, "dtype", type(array).__name__)
    if dtype != np.float32:
        raise ValueError(f"the {name} should be float32, got {dtype}: pass np.float32(...).")
