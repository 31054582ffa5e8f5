"""The pieces that several networks are made of: inputs, encoders, decoders."""

import keras
from keras import layers

from inpainting_guide import arguments

STATISTICS_MOMENTUM = 0.9
"""Of the running mean and variance that batch normalisation keeps for test time.

Keras's 0.99 still gives their first values, 0 and 1, a weight of 13 % after 200 steps: more than
the variance of many activations. Our trainings are that short.
"""


def image_and_map(size, multiple=1):
    """Make the input of a network: an incomplete image and its location map.

    Parameters
    ----------
    size : int or None
        Side of the images, in pixels; None for any.
    multiple : int
        What the side must be a multiple of, so that halving it leaves whole numbers.

    Returns
    -------
    keras.KerasTensor
        Shape (n, size, size, 4).

    Raises
    ------
    ValueError
        If `size` is no whole number from 1, or no multiple of `multiple`.
    """
    if size is not None:
        arguments.whole(size=size)
    if size is not None and size % multiple:
        raise ValueError(f"images of {size} pixels: this network needs a multiple of {multiple}.")
    return keras.Input((size, size, 4), name="image_and_map")


def full_resolution(x, count):
    """Apply 5 x 5 convolutions of 64 channels that keep the height and the width, with ReLU.

    Parameters
    ----------
    x : keras.KerasTensor
    count : int
        Convolutions.

    Returns
    -------
    keras.KerasTensor
        With 64 channels.
    """
    for number in range(1, count + 1):
        x = layers.Conv2D(64, 5, padding="same", activation="relu", name=f"conv{number}")(x)
    return x


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
    for number, (width, stride) in enumerate(zip((32, 64, 128, 256), strides, strict=True), 1):
        name = f"conv{number}"
        x = layers.Conv2D(width, 3, stride, padding="same", activation="relu", name=name)(x)
        if number < 4:
            name = f"batch_norm{number}"
            x = layers.BatchNormalization(momentum=STATISTICS_MOMENTUM, name=name)(x)
    return x


def transposed(x, width, number, kernel_size=3):
    """Apply a transposed convolution with stride 2 and ReLU: twice the side.

    Parameters
    ----------
    x : keras.KerasTensor
    width : int
        Channels.
    number : int
        For the layer's name.
    kernel_size : int

    Returns
    -------
    keras.KerasTensor
    """
    return layers.Conv2DTranspose(
        width, kernel_size, strides=2, padding="same", activation="relu", name=f"transposed{number}"
    )(x)


def write_image(x, name, kernel_size=3, activation="sigmoid"):
    """Apply the convolution that writes the image, in float32.

    Parameters
    ----------
    x : keras.KerasTensor
    name : str
        Of the layer.
    kernel_size : int
    activation : str
        ``"sigmoid"`` for values in [0, 1].

    Returns
    -------
    keras.KerasTensor
        With three channels.
    """
    return layers.Conv2D(
        3, kernel_size, padding="same", activation=activation, dtype="float32", name=name
    )(x)


def contract(x, widths, name="down"):
    """Apply the contracting half of a U-Net.

    Parameters
    ----------
    x : keras.KerasTensor
    widths : sequence of int
        Channels of the levels, from full resolution down; each level halves the side.
    name : str
        First part of the layers' names.

    Returns
    -------
    list of keras.KerasTensor
        The features of every level, from full resolution down.
    """
    features = []
    for level, width in enumerate(widths, start=1):
        if level > 1:
            x = convolve(x, width, f"{name}{level}_halve", strides=2)
        x = convolve(x, width, f"{name}{level}")
        features.append(x)
    return features


def expand(features, latent=None, name="up", skips=True):
    """Apply the expanding half of a U-Net, which meets every level's features on its way.

    Parameters
    ----------
    features : list of keras.KerasTensor
        What `contract` returned.
    latent : keras.KerasTensor, optional
        Joined to the features with the same height and width.
    name : str
        First part of the layers' names.
    skips : bool
        Whether it meets more than the deepest features.

    Returns
    -------
    keras.KerasTensor
        At full resolution.
    """
    x = None
    for level in range(len(features), 0, -1):
        joined = [features[level - 1]]
        width, side = joined[0].shape[-1], joined[0].shape[1]
        if x is not None:
            doubled = double(x, width, f"{name}{level}_double")
            joined = [doubled, *joined] if skips else [doubled]
        if latent is not None and latent.shape[1] == side:
            joined.append(layers.Conv2D(64, 1, name=f"{name}{level}_latent")(latent))
        x = joined[0]
        if len(joined) > 1:
            x = layers.Concatenate(name=f"{name}{level}_join")(joined)
        if level < len(features) or latent is not None:
            x = convolve(x, width, f"{name}{level}")
    return x


def convolve(x, width, name, kernel_size=3, **kwargs):
    """Apply a convolution, batch normalisation and ReLU, in this order.

    Parameters
    ----------
    x : keras.KerasTensor
    width : int
        Channels.
    name : str
        Of the convolution.
    kernel_size : int
    **kwargs
        Strides or dilation: see `keras.layers.Conv2D`.

    Returns
    -------
    keras.KerasTensor
    """
    # The normalisation subtracts whatever a bias would have added.
    x = layers.Conv2D(width, kernel_size, padding="same", use_bias=False, name=name, **kwargs)(x)
    return _normalise(x, name)


def double(x, width, name):
    """Double the side by a 4 x 4 transposed convolution, batch normalisation and ReLU.

    Parameters
    ----------
    x : keras.KerasTensor
    width : int
        Channels.
    name : str
        Of the transposed convolution.

    Returns
    -------
    keras.KerasTensor
    """
    x = layers.Conv2DTranspose(width, 4, strides=2, padding="same", use_bias=False, name=name)(x)
    return _normalise(x, name)


def _normalise(x, name):
    x = layers.BatchNormalization(momentum=STATISTICS_MOMENTUM, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)
