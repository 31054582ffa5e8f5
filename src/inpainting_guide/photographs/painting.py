"""Fills of large 8-bit pictures: float32 and work go with the holes, not with the picture.

Each fill is that of `inpainting_guide.filling.classical` or
`inpainting_guide.photographs.any_size`, which take pictures in float32.
"""

import cv2
import numpy as np

from inpainting_guide.filling import classical, membranes
from inpainting_guide.photographs import pictures, regions

REACH = 16
"""Known pixels around holes that OpenCV is shown: more than its two methods look at."""

MOST_OF_MEMBRANE, MOST_OF_PLATE = 2_000_000, 500_000
"""Most missing pixels that equations are solved for: in one hole they take about 3 GB."""


def by_method(method, pixels, missing):
    """Fill a picture with a classical method.

    Parameters
    ----------
    method : callable
        One of `inpainting_guide.filling.methods.CLASSICAL`.
    pixels : ndarray of uint8, shape (height, width, 1 or 3)
    missing : ndarray of bool, shape (height, width)
        Somewhere, but not everywhere.

    Returns
    -------
    ndarray of uint8, shape (height, width, 1 or 3)

    Raises
    ------
    ValueError
        If the method solves an equation for each missing pixel, and too many are missing.
    """
    return _painted(pixels, _PARTS.get(method, _whole(method))(pixels, missing))


def by_network(network, pixels, missing):
    """Fill a picture of any size with a network of local layers.

    Parameters
    ----------
    network : keras.Model
        See `inpainting_guide.photographs.any_size.fill`.
    pixels : ndarray of uint8, shape (height, width, 1 or 3)
    missing : ndarray of bool, shape (height, width)
        Somewhere, but not everywhere.

    Returns
    -------
    ndarray of uint8, shape (height, width, 1 or 3)

    Raises
    ------
    ValueError
        If the network has a layer that is not local.
    MemoryError
        If a window is too large for the memory.
    """
    # TensorFlow takes seconds to start, and classical methods do without it.
    import tensorflow as tf

    from inpainting_guide.photographs import any_size

    def parts():
        fill, multiple = any_size.rebuild(network)
        for box, own, window, inside in any_size.windows(missing, multiple):
            filled = fill(*in_float32(pixels[window], missing[window]))[0]
            yield box, own, filled[inside][own]

    try:
        return _painted(pixels, parts())
    except tf.errors.ResourceExhaustedError as error:
        raise MemoryError(str(error)) from error


def by_batch(filled, pixels, missing):
    """Take the holes from an image that was filled in float32.

    Parameters
    ----------
    filled : ndarray of float32, shape (height, width, 3), values in [0, 1]
    pixels : ndarray of uint8, shape (height, width, 1 or 3)
    missing : ndarray of bool, shape (height, width)

    Returns
    -------
    ndarray of uint8, shape (height, width, 1 or 3)
    """
    return _painted(pixels, [(..., missing, filled[missing])])


def in_float32(pixels, missing):
    """Convert a picture and what is missing in it to what networks and methods take.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 1 or 3)
    missing : ndarray of bool, shape (height, width)

    Returns
    -------
    image : ndarray of float32, shape (1, height, width, 3), values in [0, 1]
    location_map : ndarray of float32, shape (1, height, width, 1)
        1 where the image is known, 0 where it is missing.
    """
    image = np.broadcast_to(membranes.unit(pixels), (1, *missing.shape, 3))
    return image, np.float32(~missing)[None, ..., None]


def _painted(pixels, parts):
    """Put colours of parts, (box, what is missing in it, their values in [0, 1]), into a copy."""
    filled = pixels.copy()
    for box, own, colours in parts:
        eight_bit = np.uint8(np.rint(np.clip(np.float32(colours), 0, 1) * 255))
        if pixels.shape[2] == 1:
            eight_bit = pictures.grey(eight_bit[None])[0, :, None]
        filled[box][own] = eight_bit
    return filled


def _mean_colour(pixels, missing):
    mean = cv2.mean(pixels, np.uint8(~missing))[: pixels.shape[2]]
    yield ..., missing, np.array([mean]) / 255


def _equations(solve, most):
    def parts(pixels, missing):
        if (count := np.count_nonzero(missing)) > most:
            raise ValueError(
                f"{count:,} pixels are missing, and this method solves an equation for each: "
                f"{most:,} are the most. Fill with telea or mean-colour, or make the "
                "photograph smaller."
            )
        yield ..., missing, solve(pixels, missing)

    return parts


def _opencv(method):
    def parts(pixels, missing):
        for box, own in regions.groups(missing):
            window, inside = regions.around(box, REACH, missing.shape)
            hole = np.uint8(missing[window])
            shown = np.ascontiguousarray(pixels[window])
            filled = cv2.inpaint(shown, hole, classical.RADIUS, method).reshape(shown.shape)
            yield box, own, filled[inside][own] / 255

    return parts


def _whole(method):
    def parts(pixels, missing):
        yield ..., missing, method(*in_float32(pixels, missing))[0][missing]

    return parts


_PARTS = {
    classical.mean_colour: _mean_colour,
    classical.harmonic: _equations(membranes.membrane, MOST_OF_MEMBRANE),
    classical.biharmonic: _equations(membranes.plate, MOST_OF_PLATE),
    classical.telea: _opencv(cv2.INPAINT_TELEA),
    classical.navier_stokes: _opencv(cv2.INPAINT_NS),
}
