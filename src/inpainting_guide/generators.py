"""Generators: the networks that fill the hole in the adversarial games.

The thesis's two end in a hyperbolic tangent, whose range is [-1, 1]; a last layer scales their
image to [0, 1], so that they fill holes as every network does.
"""

import keras
from keras import layers

from inpainting_guide import arguments, blocks
from inpainting_guide.cars import SIZE


def autoencoder_generator(size=SIZE):
    """Build the autoencoder generator: four 5 x 5 convolutions down, four transposed up.

    Parameters
    ----------
    size : int
        Side of the images, in pixels: a multiple of 16.

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
    inputs = x = blocks.image_and_map(size, multiple=16)
    widths = (32, 64, 128, 256)
    for number, width in enumerate(widths, start=1):
        x = layers.Conv2D(
            width, 5, strides=2, padding="same", activation="relu", name=f"conv{number}"
        )(x)
    for number, width in enumerate(reversed(widths), start=1):
        x = blocks.transposed(x, width, number, kernel_size=5)
    return keras.Model(inputs, _tanh_image(x, "conv5"), name="autoencoder_generator")


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

    Notes
    -----
    Thesis, section 3.4.1, table 3.7, with the location map as the fourth input channel.
    """
    inputs = blocks.image_and_map(size)
    image = _tanh_image(blocks.full_resolution(inputs, count=6), "conv7")
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
    inputs = x = blocks.image_and_map(size, multiple=4)
    full, half, quarter = widths
    x = blocks.convolve(x, full, "conv1", kernel_size=5)
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
    return keras.Model(inputs, blocks.write_image(x, "output"), name="completion_network")


def _tanh_image(x, name):
    image = blocks.write_image(x, name, kernel_size=5, activation="tanh")
    return layers.Rescaling(0.5, 0.5, dtype="float32", name="to_unit_range")(image)
