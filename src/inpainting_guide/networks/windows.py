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


@keras.saving.register_keras_serializable(package="inpainting_guide")
class CropAroundHole(layers.Layer):
    """Crop a square window around the hole of each image, moved inwards at the image's edge.

    Called with ``[images, location_map]``, shapes (n, height, width, channels) and
    (n, height, width, 1). The window's middle is that of the rows and columns with missing
    pixels.

    Parameters
    ----------
    side : int
        Of the window, in pixels: at most the image's.
    **kwargs
        See `keras.layers.Layer`.

    Raises
    ------
    ValueError
        If `side` is no whole number from 1.
    """

    def __init__(self, side, **kwargs):
        super().__init__(**({"dtype": "float32"} | kwargs))
        arguments.whole(side=side)
        self.side = side

    def call(self, inputs):
        """Crop, by a product with a matrix of zeros and ones along each axis.

        Parameters
        ----------
        inputs : list of two tensors

        Returns
        -------
        tensor of float32, shape (n, side, side, channels)
        """
        images, location_map = inputs
        rows, columns = (
            window_matrix(missing_along(location_map[..., 0], axis), self.side, centred=True)
            for axis in (1, 2)
        )
        return ops.einsum("nki,nijc,nlj->nklc", rows, images, columns)

    def get_config(self):
        """Return what ``from_config`` needs, as every Keras layer does.

        Returns
        -------
        dict
        """
        return super().get_config() | {"side": self.side}


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
    rows, columns = (
        window_matrix(missing_along(image_and_map[..., 3], axis), side, before=before)
        for axis in (1, 2)
    )
    window = ops.einsum("nki,nijc,nlj->nklc", rows, image_and_map, columns)
    return window, ops.einsum("nki,nlj->nkl", rows, columns)[..., None]


def paste(image_and_map, patch, before=0):
    """Paste a patch by a product with a matrix of zeros and ones along each axis.

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
    rows, columns = (
        window_matrix(missing_along(image_and_map[..., 3], axis), patch.shape[axis], before=before)
        for axis in (1, 2)
    )
    return ops.einsum("nki,nklc,nlj->nijc", rows, patch, columns)


def missing_along(location_map, axis):
    """Tell which rows or columns of each image have a missing pixel.

    Parameters
    ----------
    location_map : tensor of float32, shape (n, height, width)
    axis : {1, 2}
        1 for rows, 2 for columns.

    Returns
    -------
    tensor of float32, shape (n, height) or (n, width)
        1 where one is missing, else 0.
    """
    return ops.max(1 - location_map, axis=3 - axis)


def window_matrix(missing, side, centred=False, before=0):
    """Make the matrix that cuts neighbours out of the pixels of an axis.

    Parameters
    ----------
    missing : tensor of float32, shape (n, pixels)
        From `missing_along`.
    side : int
        How many neighbours.
    centred : bool
        Whether they are centred on the missing pixels, or begin with the first of them.
    before : int
        By how many pixels they begin before the first missing one, if they are not centred.

    Returns
    -------
    tensor of float32, shape (n, side, pixels)
        Zeros, and a one in each row; none where it would lie outside the image.
    """
    pixels = missing.shape[1]
    places = ops.arange(pixels, dtype="int32")
    # Not by argmax and one_hot: ONNX, which browsers run, does not know these as Keras does.
    start = ops.min(ops.where(missing > 0, places, pixels), axis=1) % pixels - before
    if centred:
        last = ops.max(ops.where(missing > 0, places, 0), axis=1)
        start = ops.clip((start + last + 1 - side) // 2, 0, pixels - side)
    wanted = start[:, None] + ops.arange(side, dtype="int32")[None]
    return ops.cast(ops.equal(wanted[..., None], places), "float32")
