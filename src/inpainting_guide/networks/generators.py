"""Generators: the networks that fill the hole in the adversarial games.

The thesis's two end in a hyperbolic tangent, whose range is [-1, 1]; a last layer scales their
image to [0, 1], so that they fill holes as every network does.
"""

import keras
from keras import layers

from inpainting_guide.common import arguments
from inpainting_guide.data.cars import SIZE
from inpainting_guide.networks import blocks


def autoencoder_generator(size=SIZE):
    """Build the autoencoder generator: four 5 x 5 convolutions down, four transposed up.

    Parameters
    ----------
    size : int or None
        Side of the images, in pixels: a multiple of 16. None for any such size.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3),
        values in [0, 1].

    Raises
    ------
    ValueError
        If `size` is no multiple of 16.

    Notes
    -----
    Thesis, section 3.4.1, which gives strides and kernels but no widths: these are ours, those
    of table 3.2 and back.
    """
    arguments.side(size, multiple=16)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    step = {"strides": 2, "padding": "same", "activation": "relu"}
    x = layers.Conv2D(32, 5, **step, name="conv1")(inputs)
    x = layers.Conv2D(64, 5, **step, name="conv2")(x)
    x = layers.Conv2D(128, 5, **step, name="conv3")(x)
    x = layers.Conv2D(256, 5, **step, name="conv4")(x)
    x = layers.Conv2DTranspose(256, 5, **step, name="transposed1")(x)
    x = layers.Conv2DTranspose(128, 5, **step, name="transposed2")(x)
    x = layers.Conv2DTranspose(64, 5, **step, name="transposed3")(x)
    x = layers.Conv2DTranspose(32, 5, **step, name="transposed4")(x)
    x = layers.Conv2D(3, 5, padding="same", activation="tanh", dtype="float32", name="conv5")(x)
    image = layers.Rescaling(0.5, 0.5, dtype="float32", name="to_unit_range")(x)
    return keras.Model(inputs, image, name="autoencoder_generator")


def direct_generator(size=SIZE):
    """Build the direct generator: seven 5 x 5 convolutions at full resolution.

    Parameters
    ----------
    size : int or None
        Side of the images, in pixels.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3),
        values in [0, 1]. It has 523,587 parameters.

    Raises
    ------
    ValueError
        If `size` is no whole number from 1.

    Notes
    -----
    Thesis, section 3.4.1, table 3.7, with the location map as the fourth input channel.
    """
    arguments.side(size)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv1")(inputs)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv2")(x)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv3")(x)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv4")(x)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv5")(x)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv6")(x)
    x = layers.Conv2D(3, 5, padding="same", activation="tanh", dtype="float32", name="conv7")(x)
    image = layers.Rescaling(0.5, 0.5, dtype="float32", name="to_unit_range")(x)
    return keras.Model(inputs, image, name="direct_generator")


def completion_network(size=SIZE, widths=(32, 64, 128), dilations=(2, 4)):
    """Build the completion network: down to a quarter, dilated convolutions, and up again.

    A dilated convolution leaves gaps between the pixels that it reads, so that a few layers see
    all of the image without making it smaller still.

    Parameters
    ----------
    size : int or None
        Side of the images, in pixels: a multiple of 4.
    widths : sequence of three int
        Channels at full, half and quarter resolution.
    dilations : sequence of int
        Of the convolutions at quarter resolution.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3),
        values in [0, 1].

    Raises
    ------
    ValueError
        If `size` is no multiple of 4, the widths are not three, or a number is not whole and at
        least 1.

    Notes
    -----
    S. Iizuka, E. Simo-Serra and H. Ishikawa, *Globally and locally consistent image completion*,
    2017, made small; thesis, section 3.4.1, figure 3.7.
    """
    if len(widths) != 3:
        raise ValueError(f"{len(widths)} widths: expected three, of full, half and a quarter.")
    arguments.whole(widths=widths, dilations=dilations)
    arguments.side(size, multiple=4)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    full, half, quarter = widths
    x = blocks.convolve(inputs, full, "conv1", kernel_size=5)
    x = blocks.convolve(x, half, "conv2", strides=2)
    x = blocks.convolve(x, half, "conv3")
    x = blocks.convolve(x, quarter, "conv4", strides=2)
    x = blocks.convolve(x, quarter, "conv5")
    for dilation in dilations:
        x = blocks.convolve(x, quarter, f"dilated{dilation}", dilation_rate=dilation)
    x = blocks.convolve(x, quarter, "conv6")
    for number, width in enumerate((half, full), start=1):
        x = blocks.double(x, width, f"double{number}")
        x = blocks.convolve(x, width, f"conv{6 + number}")
    outputs = layers.Conv2D(
        3, 3, padding="same", activation="sigmoid", dtype="float32", name="output"
    )(x)
    return keras.Model(inputs, outputs, name="completion_network")
