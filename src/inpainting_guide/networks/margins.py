"""A U-Net that paints its whole window: the hole, and a margin of known pixels around it."""

import keras
from keras import layers, ops

from inpainting_guide.common import arguments
from inpainting_guide.data.cars import SIZE
from inpainting_guide.data.holes import HOLE
from inpainting_guide.networks import blocks, windows


@keras.saving.register_keras_serializable(package="inpainting_guide")
class PasteWindow(layers.Layer):
    """Put a window where `inpainting_guide.networks.windows.CutWindow` took it; 0 elsewhere.

    Called with ``[image_and_map, window]``, shapes (n, height, width, 4) and (n, side, side, 3).
    What lies outside the image is dropped.

    Parameters
    ----------
    hole : int
        Side of the holes, in pixels.
    **kwargs
        See `keras.layers.Layer`.
    """

    def __init__(self, hole=HOLE, **kwargs):
        super().__init__(**({"dtype": "float32"} | kwargs))
        arguments.whole(hole=hole)
        self.hole = hole

    def call(self, inputs):
        """Put back, by a product with a matrix of zeros and ones along each axis.

        Parameters
        ----------
        inputs : list of two tensors

        Returns
        -------
        tensor of float32, shape (n, height, width, 3)
        """
        image_and_map, window = inputs
        side = window.shape[1]
        rows, columns = (
            windows.window_matrix(
                windows.missing_along(image_and_map[..., 3], axis),
                side,
                before=(side - self.hole) // 2,
            )
            for axis in (1, 2)
        )
        return ops.einsum("nki,nklc,nlj->nijc", rows, window, columns)

    def get_config(self):
        """Return what ``from_config`` needs, as every Keras layer does.

        Returns
        -------
        dict
        """
        return super().get_config() | {"hole": self.hole}


def unet_with_margin(
    widths=(32, 64, 128, 256), window=24, hole=HOLE, size=SIZE, name="unet_with_margin"
):
    """Build the U-Net in a window that paints the known pixels of its window, too.

    It differs from `inpainting_guide.networks.unets.unet_in_window` in this alone. So a loss can
    ask for the known pixels around the hole, as an overlap does.

    Parameters
    ----------
    widths : sequence of int
        Channels of the levels, from full resolution down; each level halves the side.
    window, hole, size : int
        Sides of the window, of the hole and of the images, in pixels.
    name : str
        Of the network, in the store too.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3),
        values in [0, 1], 0 outside the window.

    Raises
    ------
    ValueError
        As from `inpainting_guide.networks.unets.unet_in_window`.
    """
    arguments.some("widths", widths)
    arguments.whole(widths=widths, size=size)
    arguments.whole(hole=hole, most=size)
    windows.check(window, hole, len(widths))
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = windows.CutWindow(window, hole, name="window")(inputs)
    x = blocks.expand(blocks.contract(x, widths))
    painted = layers.Conv2D(
        3, 3, padding="same", activation="sigmoid", dtype="float32", name="output"
    )(x)
    image = PasteWindow(hole, name="paste")([inputs, painted])
    return keras.Model(inputs, image, name=name)
