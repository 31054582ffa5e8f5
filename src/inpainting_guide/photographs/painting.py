"""Fills of large 8-bit pictures: float32 and work go with the holes, not with the picture.

Each fill is that of `inpainting_guide.filling.classical` or `inpainting_guide.filling.by_network`,
which take images in float32.

The weights of a convolution do not depend on the size of the image. A network of such layers alone,
of *local* layers, can be built again for any size and keep its weights. A network with a dense
layer, or whose latent has a fixed shape, cannot. But if it paints one square alone, it can be shown
a part of the picture around each square of what is missing.
"""

import math

import cv2
import numpy as np

from inpainting_guide.filling import classical, membranes
from inpainting_guide.photographs import models, pictures, regions

# TensorFlow takes seconds to start, and classical methods do without it: whatever imports Keras
# is imported where a network is wanted.

MARGIN = 128
"""Pixels around the missing ones that a network is shown: more than any of the gallery's sees."""

TILE = 512
"""Longest side, in pixels, of the part of an image that is filled at once."""

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
    """Fill a picture of any size with a network of local layers, or one that paints a square.

    The network is shown windows around the missing pixels, not the whole picture (see `windows`).
    One that paints a square fills square by square, as in
    `inpainting_guide.filling.by_network.fill`.

    Parameters
    ----------
    network : keras.Model
        Or an adversarial game, whose generator fills.
    pixels : ndarray of uint8, shape (height, width, 1 or 3)
    missing : ndarray of bool, shape (height, width)
        Somewhere, but not everywhere.

    Returns
    -------
    ndarray of uint8, shape (height, width, 1 or 3)

    Raises
    ------
    ValueError
        If the network has a layer that is not local, and paints more than a square; or it paints
        a square, and too many pixels are missing for the harmonic fill with which it begins.
    MemoryError
        If a window is too large for the memory.
    """
    import tensorflow as tf

    from inpainting_guide.filling import by_network

    if side := by_network.largest_hole(network):
        return _square_by_square(network, side, pixels, missing)

    def parts():
        fill, multiple = rebuild(network)
        for box, own, window, inside in windows(missing, multiple):
            filled = fill(*in_float32(pixels[window], missing[window]))[0]
            yield box, own, filled[inside][own]

    try:
        return _painted(pixels, parts())
    except tf.errors.ResourceExhaustedError as error:
        raise MemoryError(str(error)) from error


def _square_by_square(network, side, pixels, missing):
    """Paint squares, one after the other, into a picture that is filled harmonically at first."""
    from inpainting_guide.filling import by_network

    shown = network.input_shape[1:3]
    beyond = [(0, max(0, side - got)) for side, got in zip(shown, missing.shape, strict=True)]
    filled = by_method(classical.harmonic, pixels, missing)
    filled = np.pad(filled, [*beyond, (0, 0)], mode="symmetric")
    for box, own in regions.tiles(missing, TILE):
        for square in by_network.squares(own, side):
            window, inside = regions.centred(regions.part(box, square), shown, filled.shape)
            hole = np.zeros(shown, bool)
            hole[inside] = own[square]
            colours = by_network.fill(network, *in_float32(filled[window], hole))[0]
            filled[window] = by_batch(colours, filled[window], hole)
    return filled[: missing.shape[0], : missing.shape[1]]


def windows(missing, multiple):
    """Find the windows that a network is shown: tiles of the holes, with `MARGIN` on every side.

    They begin at multiples of the network's strides, so that each layer reads what it would read
    of the whole image.

    Parameters
    ----------
    missing : ndarray of bool, shape (height, width)
    multiple : int
        Product of the network's strides.

    Yields
    ------
    box : tuple of two slices
        A part of the image, at most `TILE` pixels wide and high.
    own : ndarray of bool
        The missing pixels of the part, in the shape of the box.
    window : tuple of two slices
        What the network is shown.
    inside : tuple of two slices
        Where the box lies in the window.
    """
    for box, own in regions.tiles(missing, TILE):
        yield box, own, *regions.around(box, MARGIN, missing.shape, multiple)


def rebuild(network):
    """Make a function of a network that fills windows of any size.

    Where a side is no multiple of the network's strides, the window is reflected at its end up to
    one, and the fill cropped.

    Parameters
    ----------
    network : keras.Model
        Of local layers, or an adversarial game, whose generator fills.

    Returns
    -------
    fill : callable
        ``(incomplete, location_map) -> filled``; see `inpainting_guide.filling.by_network.fill`.
    multiple : int
        Product of the network's strides.

    Raises
    ------
    ValueError
        If the network has a layer that is not local.
    """
    import keras

    from inpainting_guide.filling import by_network

    if size := models.only_size(keras.saving.serialize_keras_object(network)):
        raise ValueError(f"{network.name} fills images of {size} pixels only.")
    network = getattr(network, "generator", network)
    config = network.get_config()
    config["layers"][0]["config"]["batch_shape"] = (None, None, None, 4)
    rebuilt = type(network).from_config(config)
    rebuilt.set_weights(network.get_weights())
    strides = [x.strides[0] for x in network.layers if isinstance(x, keras.layers.Conv2D)]
    multiple = math.prod(strides)

    def fill_window(incomplete, location_map):
        height, width = incomplete.shape[1:3]
        beyond = [(0, 0), (0, -height % multiple), (0, -width % multiple), (0, 0)]
        shown = [np.pad(array, beyond, mode="reflect") for array in (incomplete, location_map)]
        return by_network.fill(rebuilt, *shown)[:, :height, :width]

    return fill_window, multiple


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
                f"{count:,} pixels are missing. The harmonic and the biharmonic fill, with which "
                f"some networks begin, solve an equation for each: {most:,} are the most. Fill "
                "with telea or mean-colour, or make the photograph smaller."
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
