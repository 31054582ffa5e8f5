"""Networks that fill holes: the thesis's, a function for each of its tables, and the U-Net.

Each maps a network input, the image and its location map, to an image. The last layer of each
computes in float32: the loss must not be rounded to bfloat16.
"""

import keras
from keras import layers

from inpainting_guide import arguments, blocks, windows
from inpainting_guide.cars import SIZE
from inpainting_guide.holes import HOLE


def direct_cnn(size=SIZE):
    """Build the direct convolutional network: five layers at full resolution.

    No layer changes the height or the width, so the network accepts images of any size when
    `size` is None. One output pixel sees 21 x 21 input pixels.

    Parameters
    ----------
    size : int or None
        Side of the images, in pixels.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3),
        values in [0, 1]. It has 318,659 parameters.

    Notes
    -----
    Thesis, section 3.1, table 3.1, with the location map as the fourth input channel.
    """
    inputs = blocks.image_and_map(size)
    x = blocks.full_resolution(inputs, count=4)
    outputs = blocks.write_image(x, name="conv5", kernel_size=5)
    return keras.Model(inputs, outputs, name="direct_cnn")


def autoencoder(size=SIZE, last="convolution", name="autoencoder"):
    """Build the autoencoder: four convolutions down to 4 x 4 x 256, then up again.

    Parameters
    ----------
    size : int
        Side of the images, in pixels: a multiple of 8.
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
    if last not in ("convolution", "transposed"):
        raise ValueError(f"no last layer {last!r}: choose 'convolution' or 'transposed'.")
    inputs = blocks.image_and_map(size, multiple=8)
    x = blocks.encoder(inputs, strides=(1, 2, 2, 2))
    widths = {5: 256, 6: 128, 7: 64} if last == "convolution" else {5: 256, 6: 128}
    for number, width in widths.items():
        x = blocks.transposed(x, width, number - 4)
    if last == "convolution":
        outputs = blocks.write_image(x, name="conv5")
    else:
        outputs = layers.Conv2DTranspose(
            3, 3, strides=2, padding="same", activation="sigmoid", dtype="float32",
            name="transposed3",
        )(x)  # fmt: skip
    return keras.Model(inputs, outputs, name=name)


def unet(size=SIZE, widths=(32, 64, 128, 256), skips=True, name="unet"):
    """Build the U-Net: an autoencoder whose decoder also sees what each encoder level saw.

    Every level has a convolution, batch normalisation and ReLU before it goes down or up, and
    one after. The transposed convolutions are 4 x 4, so that every output pixel
    but those of the border gets the same number of taps.

    Parameters
    ----------
    size : int or None
        Side of the images, in pixels: a multiple of 8 for four levels. None for any such size.
    widths : sequence of int
        Channels of the levels, from full resolution down; each level halves the side.
    skips : bool
        False for the same network without its skip connections, to see what they bring.
    name : str
        Of the network, in the store too.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3),
        values in [0, 1].

    Raises
    ------
    ValueError
        If `size` is not divisible by two once for every level below the first, or the widths are
        not whole numbers from 1.

    Notes
    -----
    O. Ronneberger, P. Fischer and T. Brox, *U-Net: convolutional networks for biomedical image
    segmentation*, 2015. Answers the thesis's section 3.2: nothing known has to pass through the
    bottleneck.
    """
    arguments.some("widths", widths)
    arguments.whole(widths=widths)
    inputs = blocks.image_and_map(size, multiple=2 ** (len(widths) - 1))
    features = blocks.contract(inputs, widths)
    outputs = blocks.write_image(blocks.expand(features, skips=skips), name="output")
    return keras.Model(inputs, outputs, name=name)


def without_latent(size=SIZE, widths=(32, 64, 128, 256), name="cvae_without_latent"):
    """Build the mended conditional VAE without its latent: its baseline in squared error.

    It has the layers of `inpainting_guide.cvae.ConditionalVAE` through which the known pixels
    reach the fill, and neither its recognition network nor anything that makes or reads z. The
    difference from `unet` is one more convolution at the lowest level, where z would join.

    Parameters
    ----------
    size : int or None
        Side of the images, in pixels: a multiple of 8 for four levels. None for any such size.
    widths : sequence of int
        Channels of the levels, from full resolution down; each level halves the side.
    name : str
        Of the network, in the store too.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3),
        values in [0, 1].

    Raises
    ------
    ValueError
        If `size` is not divisible by two once for every level below the first, or the widths are
        not whole numbers from 1.
    """
    arguments.some("widths", widths)
    arguments.whole(widths=widths)
    inputs = blocks.image_and_map(size, multiple=2 ** (len(widths) - 1))
    *features, deepest = blocks.contract(inputs, widths, "known")
    deepest = blocks.convolve(deepest, widths[-1], f"up{len(widths)}")
    outputs = blocks.write_image(blocks.expand([*features, deepest]), name="output")
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
    arguments.whole(size=size)
    arguments.whole(hole=hole, most=size)
    if hole % 4:
        raise ValueError(f"a hole of {hole} pixels: this decoder needs a multiple of 4.")
    inputs = blocks.image_and_map(size, multiple=8)
    x = layers.Flatten(name="flatten")(blocks.encoder(inputs, strides=(1, 2, 2, 2)))
    side = hole // 4
    x = layers.Dense(side * side * 128, activation="relu", name="dense")(x)
    x = layers.Reshape((side, side, 128), name="reshape")(x)
    for number, width in enumerate((128, 64), start=1):
        x = blocks.transposed(x, width, number)
    patch = blocks.write_image(x, name="conv5")
    image = windows.PastePatch(name="paste")([inputs, patch])
    return keras.Model(inputs, image, name=name)
