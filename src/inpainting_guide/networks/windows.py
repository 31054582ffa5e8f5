"""Layers that cut a window around a hole out of an image, and paste a patch into it.

To cut and to paste are products with matrices of zeros and ones, along rows and along columns: they
have gradients, and each image of a batch can have its hole at a place of its own.
"""

import keras
from keras import layers, ops

from inpainting_guide.common import arguments
from inpainting_guide.data.holes import HOLE


@keras.saving.register_keras_serializable(package="inpainting_guide")
class PastePatch(layers.Layer):
    """Paste a patch where the hole of each image is; everything else is 0.

    Called with ``[image_and_map, patch]``, shapes (n, height, width, 4) and (n, side, side, 3).
    What would lie outside the image is dropped.

    Parameters
    ----------
    before : int
        By how many pixels the patch begins before the first missing row and column.
    **kwargs
        See `keras.layers.Layer`.

    Raises
    ------
    ValueError
        If `before` is no whole number from 0.
    """

    def __init__(self, before=0, **kwargs):
        super().__init__(**({"dtype": "float32"} | kwargs))
        arguments.whole(before=before, least=0)
        self.before = before

    def call(self, inputs):
        """Paste (see `paste`).

        Parameters
        ----------
        inputs : list of two tensors

        Returns
        -------
        tensor of float32, shape (n, height, width, 3)
        """
        return paste(*inputs, self.before)

    def get_config(self):
        """Return what ``from_config`` needs, as every Keras layer does.

        Returns
        -------
        dict
        """
        return super().get_config() | {"before": self.before}


@keras.saving.register_keras_serializable(package="inpainting_guide")
class CutWindow(layers.Layer):
    """Cut a window out of each image, centred on its hole; it may reach beyond the image.

    Called with an incomplete image and its location map, joined, shape (n, height, width, 4). The
    window has a fifth channel, which is 1 inside the image and 0 beyond it, where all others are 0.

    Parameters
    ----------
    side : int
        Of the window, in pixels.
    hole : int
        Side of the holes, in pixels: the window begins (side - hole) / 2 pixels before the first
        missing row and column.
    **kwargs
        See `keras.layers.Layer`.

    Raises
    ------
    ValueError
        If the hole cannot lie in the middle of the window.
    """

    def __init__(self, side, hole=HOLE, **kwargs):
        super().__init__(**({"dtype": "float32"} | kwargs))
        arguments.whole(hole=hole)
        arguments.whole(side=side, least=hole)
        _check_middle(side, hole)
        self.side, self.hole = side, hole

    def call(self, image_and_map):
        """Cut (see `cut`).

        Parameters
        ----------
        image_and_map : tensor of float32, shape (n, height, width, 4)

        Returns
        -------
        tensor of float32, shape (n, side, side, 5)
        """
        window, inside = cut(image_and_map, self.side, before=(self.side - self.hole) // 2)
        return ops.concatenate([window, inside], axis=-1)

    def get_config(self):
        """Return what ``from_config`` needs, as every Keras layer does.

        Returns
        -------
        dict
        """
        return super().get_config() | {"side": self.side, "hole": self.hole}


def check(window, hole, widths):
    """Check that a U-Net can paint a hole in the middle of a window.

    Parameters
    ----------
    window, hole : int
        Sides, in pixels.
    widths : sequence of int
        Channels of the U-Net's levels; each one below the first halves the side.

    Raises
    ------
    ValueError
        If the window leaves no pixel around the hole, cannot be halved so often, or has no middle
        for the hole; or the widths are not whole numbers from 1.
    """
    arguments.some("widths", widths)
    arguments.whole(widths=widths, hole=hole)
    arguments.whole(window=window, least=hole + 2)
    if window % (multiple := 2 ** (len(widths) - 1)):
        raise ValueError(f"a window of {window} pixels: expected a multiple of {multiple}.")
    _check_middle(window, hole)


def _check_middle(side, hole):
    if (side - hole) % 2:
        raise ValueError(
            f"a window of {side} and a hole of {hole} pixels: both must be odd, or both even, so "
            "that the hole can lie in the middle."
        )


def cut(image_and_map, side, before):
    """Cut a square window; what lies outside the image is 0.

    Parameters
    ----------
    image_and_map : tensor of float32, shape (n, height, width, 4)
    side : int
        Of the window, in pixels.
    before : int
        By how many pixels it begins before the first missing row and column.

    Returns
    -------
    window : tensor of float32, shape (n, side, side, 4)
    inside : tensor of float32, shape (n, side, side, 1)
        1 inside the image, 0 outside.
    """
    corner = [start - before for start in first_missing(image_and_map[..., 3])]
    rows, columns = matrices(corner, side, image_and_map)
    return cut_by(image_and_map, rows, columns), inside(rows, columns)


def paste(image_and_map, patch, before=0):
    """Paste a patch; everything else is 0, and what lies outside the image is dropped.

    Parameters
    ----------
    image_and_map : tensor of float32, shape (n, height, width, 4)
    patch : tensor of float32, shape (n, side, side, 3)
    before : int
        By how many pixels it begins before the first missing row and column: as for `cut`.

    Returns
    -------
    tensor of float32, shape (n, height, width, 3)
    """
    corner = [start - before for start in first_missing(image_and_map[..., 3])]
    rows, columns = matrices(corner, patch.shape[1], image_and_map)
    return ops.einsum("nki,nklc,nlj->nijc", rows, patch, columns)


def first_missing(location_map):
    """Find the first row and the first column of each image with a missing pixel.

    Parameters
    ----------
    location_map : tensor of float32, shape (n, height, width)

    Returns
    -------
    list of two tensors of int32, shape (n,)
        0 where nothing is missing.
    """
    found = []
    for other, pixels in zip((2, 1), location_map.shape[1:], strict=True):
        missing = ops.max(1 - location_map, axis=other) > 0
        # Not by argmax: ONNX, which browsers run, does not know it as Keras does.
        places = ops.where(missing, ops.arange(pixels, dtype="int32"), pixels)
        found.append(ops.min(places, axis=1) % pixels)
    return found


def matrices(corner, side, images):
    """Make the matrices that cut a square out of images, along their rows and their columns.

    Parameters
    ----------
    corner : pair of tensors of int32, shape (n,)
        The square's first row and column, which may lie outside the image.
    side : int
        Of the square, in pixels.
    images : tensor, shape (n, height, width, channels)

    Returns
    -------
    list of two tensors, shapes (n, side, height) and (n, side, width)
        Zeros, and a one in each row; none where it would lie outside the image.
    """
    made = []
    for start, pixels in zip(corner, images.shape[1:3], strict=True):
        wanted = start[:, None] + ops.arange(side, dtype="int32")[None]
        # Not by one_hot, for the same reason as above.
        ones = ops.equal(wanted[..., None], ops.arange(pixels, dtype="int32"))
        made.append(ops.cast(ones, images.dtype))
    return made


def cut_by(images, rows, columns):
    """Cut a square out of images by `matrices`.

    Parameters
    ----------
    images : tensor, shape (n, height, width, channels)
    rows, columns : tensor, shape (n, side, height) and (n, side, width)

    Returns
    -------
    tensor, shape (n, side, side, channels)
    """
    return ops.einsum("nki,nijc,nlj->nklc", rows, images, columns)


def inside(rows, columns):
    """Tell by `matrices` which places of a square lie inside the image.

    Parameters
    ----------
    rows, columns : tensor, shape (n, side, height) and (n, side, width)

    Returns
    -------
    tensor, shape (n, side, side, 1)
        1 inside, 0 outside.
    """
    return ops.einsum("nki,nlj->nkl", rows, columns)[..., None]
