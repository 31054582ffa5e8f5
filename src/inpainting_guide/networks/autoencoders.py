"""The thesis's autoencoders: of the whole image, and of the hole alone.

The last layer of each computes in float32: the loss must not be rounded to bfloat16.
"""

import keras
from keras import layers

from inpainting_guide.common import arguments
from inpainting_guide.data.cars import SIZE
from inpainting_guide.data.holes import HOLE
from inpainting_guide.networks import windows
from inpainting_guide.networks.blocks import STATISTICS_MOMENTUM, BatchNormalization


def encoder(x, strides):
    """Apply the thesis's encoder: four 3 x 3 convolutions, batch normalisation *after* ReLU.

    Parameters
    ----------
    x : keras.KerasTensor
    strides : sequence of int
        Of the four convolutions: (1, 2, 2, 2) in table 3.2, (2, 2, 2, 2) in table 3.4.

    Returns
    -------
    keras.KerasTensor
        With 256 channels.
    """
    first, second, third, fourth = strides
    convolution = {"padding": "same", "activation": "relu"}
    x = layers.Conv2D(32, 3, first, **convolution, name="conv1")(x)
    x = BatchNormalization(momentum=STATISTICS_MOMENTUM, name="batch_norm1")(x)
    x = layers.Conv2D(64, 3, second, **convolution, name="conv2")(x)
    x = BatchNormalization(momentum=STATISTICS_MOMENTUM, name="batch_norm2")(x)
    x = layers.Conv2D(128, 3, third, **convolution, name="conv3")(x)
    x = BatchNormalization(momentum=STATISTICS_MOMENTUM, name="batch_norm3")(x)
    return layers.Conv2D(256, 3, fourth, **convolution, name="conv4")(x)


def autoencoder(size=SIZE, last="convolution", name="autoencoder"):
    """Build the autoencoder: four convolutions down to 4 x 4 x 256, then up again.

    Parameters
    ----------
    size : int or None
        Side of the images, in pixels: a multiple of 8. None for any such size.
    last : {"convolution", "transposed"}
        The layer that writes the image: a convolution, as the thesis recommends, or the third
        transposed convolution itself, which the thesis found to fail at the boundary.
    name : str
        Of the network, in the store too.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3),
        values in [0, 1]. With the convolution it has 1,350,243 parameters.

    Raises
    ------
    ValueError
        If `size` is no multiple of 8, or `last` is neither of the two.

    Notes
    -----
    Thesis, section 3.2, tables 3.2 and 3.3, with the location map as the fourth input channel.
    """
    arguments.one_of("last layer", last, ("convolution", "transposed"))
    arguments.side(size, multiple=8)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = encoder(inputs, strides=(1, 2, 2, 2))
    up = {"strides": 2, "padding": "same"}
    x = layers.Conv2DTranspose(256, 3, **up, activation="relu", name="transposed1")(x)
    x = layers.Conv2DTranspose(128, 3, **up, activation="relu", name="transposed2")(x)
    writes = {"activation": "sigmoid", "dtype": "float32"}
    if last == "convolution":
        x = layers.Conv2DTranspose(64, 3, **up, activation="relu", name="transposed3")(x)
        outputs = layers.Conv2D(3, 3, padding="same", **writes, name="conv5")(x)
    else:
        outputs = layers.Conv2DTranspose(3, 3, **up, **writes, name="transposed3")(x)
    return keras.Model(inputs, outputs, name=name)


def patch_autoencoder(size=SIZE, hole=HOLE, name="patch_autoencoder"):
    """Build the patch autoencoder: the encoder of table 3.2, and a decoder of the hole alone.

    A dense layer joins the two, because the patch has coordinates of its own: a convolution
    would keep a feature in its place, but the hole is at another place in every image. A last
    layer pastes the patch, so that the network maps to an image like every other and its loss
    over the hole is the thesis's loss of the patch.

    Parameters
    ----------
    size : int
        Side of the images, in pixels: a multiple of 8.
    hole : int
        Side of the hole, in pixels: a multiple of 4. Images must have one such hole each.
    name : str
        Of the network, in the store too.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3).

    Raises
    ------
    ValueError
        If `size` is no multiple of 8 or `hole` no multiple of 4, or the hole does not fit.

    Notes
    -----
    Thesis, section 3.2.1, which gives no table: the decoder is ours.
    """
    arguments.whole(size=size)  # not None: a dense layer knows one size
    arguments.side(size, multiple=8)
    arguments.whole(hole=hole, most=size)
    if hole % 4:
        raise ValueError(f"a hole of {hole} pixels: this decoder needs a multiple of 4.")
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = layers.Flatten(name="flatten")(encoder(inputs, strides=(1, 2, 2, 2)))
    x = layers.Dense((hole // 4) ** 2 * 128, activation="relu", name="dense")(x)
    x = layers.Reshape((hole // 4, hole // 4, 128), name="reshape")(x)
    up = {"strides": 2, "padding": "same", "activation": "relu"}
    x = layers.Conv2DTranspose(128, 3, **up, name="transposed1")(x)
    x = layers.Conv2DTranspose(64, 3, **up, name="transposed2")(x)
    patch = layers.Conv2D(
        3, 3, padding="same", activation="sigmoid", dtype="float32", name="conv5"
    )(x)
    image = windows.PastePatch(name="paste")([inputs, patch])
    return keras.Model(inputs, image, name=name)
