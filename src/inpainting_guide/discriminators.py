"""Discriminators: the networks that tell photographs from fills.

Each returns a logit, the logarithm of the odds for *photograph*: 0 when it cannot tell.
(Only `classifier`, which judges from outside the game, gives the odds for *fill*.)
"""

import keras
from keras import layers

from inpainting_guide import arguments, windows
from inpainting_guide.cars import SIZE


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
    image, location_map = inputs = _inputs(size)
    # Generators and discriminators meet in [-1, 1].
    x = layers.Rescaling(2.0, -1.0, name="to_tanh_range")(image)
    if see_map:
        x = layers.Concatenate(name="join")([x, location_map])
    for number in range(8, 13):
        padding, stride = ("valid", 1) if number == 8 else ("same", 2)
        x = layers.Conv2D(
            64, 3, strides=stride, padding=padding, activation="relu", name=f"conv{number}"
        )(x)
    x = layers.Flatten(name="flatten")(x)
    # The thesis names no rate; 0.4 is that of the author's public notebooks.
    x = layers.Dropout(0.4, seed=0, name="dropout")(x)
    return keras.Model(inputs, _logit(x), name="discriminator")


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
    image, location_map = inputs = _inputs(size)
    x = layers.Rescaling(2.0, -1.0, name="to_tanh_range")(image)
    whole = layers.Concatenate(name="join")([x, location_map])
    around = windows.CropAroundHole(window, name="window")([whole, location_map])
    views = {"global": whole, "local": around}
    features = [layers.Flatten(name=f"{n}_flat")(_halve(x, n, widths)) for n, x in views.items()]
    x = layers.Concatenate(name="both")(features)
    return keras.Model(inputs, _logit(x), name="global_and_local")


def _inputs(size):
    image = keras.Input((size, size, 3), name="image")
    return image, keras.Input((size, size, 1), name="location_map")


def _halve(x, name, widths):
    for number, width in enumerate(widths, start=1):
        x = layers.Conv2D(width, 4, strides=2, padding="same", name=f"{name}{number}")(x)
        x = layers.LeakyReLU(0.2, name=f"{name}{number}_relu")(x)
    return x


def _logit(x):
    return layers.Dense(1, dtype="float32", name="logit")(x)


def classifier(size=SIZE, seed=0):
    """Build the small network that `inpainting_guide.plausibility` lets judge fills.

    Four convolutions, three of which halve the image, and the mean over its places.

    Parameters
    ----------
    size : int
        Side of the images, in pixels.
    seed : int
        Of its weights.

    Returns
    -------
    keras.Model
        (n, size, size, 4) -> (n, 1), the logarithm of the odds for *fill*.

    Raises
    ------
    ValueError
        If `size` is no whole number from 1.
    """
    arguments.whole(size=size)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = inputs
    for number, (channels, stride) in enumerate([(32, 1), (64, 2), (64, 2), (128, 2)]):
        x = layers.Conv2D(
            channels,
            3,
            stride,
            padding="same",
            activation="relu",
            kernel_initializer=keras.initializers.HeNormal(1000 * seed + number),
        )(x)
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(1, dtype="float32", kernel_initializer="zeros")(x)
    return keras.Model(inputs, outputs, name="classifier")
