"""U-Nets: autoencoders whose decoder also sees what each level of the encoder saw."""

import keras
from keras import layers

from inpainting_guide.common import arguments
from inpainting_guide.data.cars import SIZE
from inpainting_guide.data.holes import HOLE
from inpainting_guide.networks import blocks, windows


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
    blocks.check(size, widths)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = blocks.expand(blocks.contract(inputs, widths), skips=skips)
    outputs = layers.Conv2D(
        3, 3, padding="same", activation="sigmoid", dtype="float32", name="output"
    )(x)
    return keras.Model(inputs, outputs, name=name)


def unet_in_window(
    widths=(32, 64, 128, 256),
    window=24,
    hole=HOLE,
    size=SIZE,
    paints="hole",
    name="unet_in_window",
):
    """Build a U-Net that is shown a window around the hole, and paints the hole alone.

    The hole is always at the same place of the window, so that the network need not look for it,
    and less is computed for pixels that nobody asks about: less is seen on the way down, and on
    the way up nothing is computed that no pixel of the hole depends on. A fifth channel tells what
    lies inside the photograph (`inpainting_guide.networks.windows.CutWindow`).

    Parameters
    ----------
    widths : sequence of int
        Channels of the levels, from full resolution down; each level halves the side.
    window : int
        Side of the window, in pixels: a multiple of 8 for four levels.
    hole : int
        Side of the hole, in pixels. The network paints a square of this side, from the first
        missing row and column on.
    size : int
        Side of the images, in pixels.
    paints : {"hole", "window"}
        The second paints the known pixels of its window too, so that a loss can ask for them.
    name : str
        Of the network, in the store too.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3),
        values in [0, 1], 0 outside what it paints.

    Raises
    ------
    ValueError
        If the window is not divisible by two once for every level below the first or does not fit
        around the hole, a number is not whole or below 1, or it is to paint neither of the two.
    """
    arguments.one_of("what it paints", paints, ("hole", "window"))
    arguments.whole(size=size)
    arguments.whole(hole=hole, most=size)
    windows.check(window, hole, widths)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = windows.CutWindow(window, hole, name="window")(inputs)
    before = (window - hole) // 2
    if paints == "hole":
        around, before, padding = before - 1, 0, "valid"  # one pixel more than is painted
    else:
        around, padding = 0, "same"
    x = blocks.expand(blocks.contract(x, widths), around=around)
    patch = layers.Conv2D(
        3, 3, padding=padding, activation="sigmoid", dtype="float32", name="output"
    )(x)
    image = windows.PastePatch(before, name="paste")([inputs, patch])
    return keras.Model(inputs, image, name=name)


def without_latent(size=SIZE, widths=(32, 64, 128, 256), name="cvae_without_latent"):
    """Build the mended conditional VAE without its latent: its baseline in squared error.

    It has the layers of `inpainting_guide.networks.cvae.ConditionalVAE` through which the known
    pixels reach the fill, and neither its recognition network nor anything that makes or reads z.
    The difference from `unet` is one more convolution at the lowest level, where z would join.

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
    blocks.check(size, widths)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    *features, deepest = blocks.contract(inputs, widths, "known")
    deepest = blocks.convolve(deepest, widths[-1], f"up{len(widths)}")
    x = blocks.expand([*features, deepest])
    outputs = layers.Conv2D(
        3, 3, padding="same", activation="sigmoid", dtype="float32", name="output"
    )(x)
    return keras.Model(inputs, outputs, name=name)


def denoiser(widths, window, hole, scale):
    """Build the U-Net that predicts the velocity of the flow from its state.

    Parameters
    ----------
    widths : sequence of int
        Channels of the levels, from full resolution down.
    window, hole : int
        Sides, in pixels.
    scale : float
        Unit of the state. The picture is given in it too, so that what is known can be compared
        with the state beside it.

    Returns
    -------
    keras.Model
        Of the window, shape (n, window, window, 5), the mean network's fill and the state, both of
        shape (n, hole, hole, 3), and the angle, shape (n, 1): a velocity, shape (n, hole, hole, 3).
    """
    around = (window - hole) // 2
    known = keras.Input((window, window, 5), name="window")
    mean = keras.Input((hole, hole, 3), name="mean")
    state = keras.Input((hole, hole, 3), name="state")
    angle = keras.Input((1,), name="angle")
    # The mean network's fill of the square is shown where something is missing.
    missing = layers.Rescaling(-1.0, 1.0, name="missing")(known[..., 3:4])
    inside = layers.ZeroPadding2D(around, name="pad_mean")(mean)
    inside = layers.Multiply(name="mean_in_hole")([inside, missing])
    picture = layers.Add(name="filled")([known[..., :3], inside])
    picture = layers.Rescaling(1 / scale, name="in_units")(picture)
    inside = layers.ZeroPadding2D(around, name="pad_state")(state)
    x = layers.Concatenate(name="join")([picture, known[..., 3:], inside])
    told = layers.Dense(64, activation="relu", name="told1")(angle)
    told = layers.Dense(64, activation="relu", name="told2")(told)
    features = blocks.contract(x, widths, told=told)
    x = blocks.expand(features, told=told, around=around - 1)  # one pixel more than is painted
    velocity = layers.Conv2D(3, 3, dtype="float32", name="output")(x)
    return keras.Model([known, mean, state, angle], velocity, name="denoiser")
