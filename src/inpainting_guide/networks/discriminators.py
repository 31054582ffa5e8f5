"""Discriminators: the networks that tell photographs from fills.

Each returns a logit, the logarithm of the odds for *photograph*: 0 when it cannot tell.
"""

import keras
from keras import layers, ops

from inpainting_guide.common import arguments
from inpainting_guide.data.cars import SIZE
from inpainting_guide.networks import windows


def printed_discriminator(size=SIZE, see_map=False):
    """Build the thesis's discriminator, which looks at the whole image.

    Parameters
    ----------
    size : int
        Side of the images, in pixels.
    see_map : bool
        Whether the location map is the fourth channel. In the thesis it is not.

    Returns
    -------
    keras.Model
        Maps ``[image, location_map]`` to a logit, shape (n, 1). For images of 32 pixels it has
        149,761 parameters, with the map 150,337.

    Raises
    ------
    ValueError
        If `size` is no whole number from 3, a kernel's side.

    Notes
    -----
    Thesis, section 3.4.1, table 3.8. The table ends in a sigmoid; the logit before it gives the
    same loss without its rounding.
    """
    arguments.whole(size=size, least=3)
    image = keras.Input((size, size, 3), name="image")
    location_map = keras.Input((size, size, 1), name="location_map")
    # Generators and discriminators meet in [-1, 1].
    x = layers.Rescaling(2.0, -1.0, name="to_tanh_range")(image)
    if see_map:
        x = layers.Concatenate(name="join")([x, location_map])
    x = layers.Conv2D(64, 3, padding="valid", activation="relu", name="conv8")(x)
    halve = {"strides": 2, "padding": "same", "activation": "relu"}
    x = layers.Conv2D(64, 3, **halve, name="conv9")(x)
    x = layers.Conv2D(64, 3, **halve, name="conv10")(x)
    x = layers.Conv2D(64, 3, **halve, name="conv11")(x)
    x = layers.Conv2D(64, 3, **halve, name="conv12")(x)
    x = layers.Flatten(name="flatten")(x)
    # The thesis names no rate; 0.4 is that of the author's public notebooks.
    x = layers.Dropout(0.4, seed=0, name="dropout")(x)
    logit = layers.Dense(1, dtype="float32", name="logit")(x)
    return keras.Model([image, location_map], logit, name="discriminator")


def global_and_local(size=SIZE, window=16, widths=(32, 64, 128)):
    """Build two discriminators in one: of the whole image, and of a window around the hole.

    Each halves its picture with strided convolutions, once for each width. Their features are
    joined before the logit.

    Parameters
    ----------
    size : int
        Side of the images, in pixels.
    window : int
        Side of the local discriminator's window, in pixels: at most `size`.
    widths : sequence of int
        Channels of both discriminators' layers, at half, a quarter, ... of the side.

    Returns
    -------
    keras.Model
        Maps ``[image, location_map]`` to a logit, shape (n, 1).

    Raises
    ------
    ValueError
        If the window is larger than the images, or a number is not whole and at least 1.

    Notes
    -----
    S. Iizuka, E. Simo-Serra and H. Ishikawa, *Globally and locally consistent image completion*,
    2017; thesis, figure 3.7.
    """
    arguments.whole(size=size)
    arguments.whole(window=window, most=size)
    arguments.some("widths", widths)
    arguments.whole(widths=widths)
    image = keras.Input((size, size, 3), name="image")
    location_map = keras.Input((size, size, 1), name="location_map")
    x = layers.Rescaling(2.0, -1.0, name="to_tanh_range")(image)
    whole = layers.Concatenate(name="join")([x, location_map])
    around = CropAroundHole(window, name="window")([whole, location_map])
    features = []
    for name, x in {"global": whole, "local": around}.items():
        for number, width in enumerate(widths, start=1):
            x = layers.Conv2D(width, 4, strides=2, padding="same", name=f"{name}{number}")(x)
            x = layers.LeakyReLU(0.2, name=f"{name}{number}_relu")(x)
        features.append(layers.Flatten(name=f"{name}_flat")(x))
    x = layers.Concatenate(name="both")(features)
    logit = layers.Dense(1, dtype="float32", name="logit")(x)
    return keras.Model([image, location_map], logit, name="global_and_local")


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
        known, corner = location_map[..., 0], []
        flipped = ops.flip(known, axis=(1, 2))  # whose first missing pixel was the last
        ends = zip(windows.first_missing(known), windows.first_missing(flipped), strict=True)
        for (before, after), pixels in zip(ends, known.shape[1:], strict=True):
            middle = before + pixels - after  # twice
            corner.append(ops.clip((middle - self.side) // 2, 0, pixels - self.side))
        return windows.cut_by(images, *windows.matrices(corner, self.side, images))

    def get_config(self):
        """Return what ``from_config`` needs, as every Keras layer does.

        Returns
        -------
        dict
        """
        return super().get_config() | {"side": self.side}
