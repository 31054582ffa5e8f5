"""The direct convolutional network of the thesis: no encoder, no decoder, full resolution."""

import keras
from keras import layers

from inpainting_guide.common import arguments
from inpainting_guide.data.cars import SIZE


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

    Raises
    ------
    ValueError
        If `size` is no whole number from 1.

    Notes
    -----
    Thesis, section 3.1, table 3.1, with the location map as the fourth input channel.
    """
    arguments.side(size)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv1")(inputs)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv2")(x)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv3")(x)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv4")(x)
    outputs = layers.Conv2D(
        3, 5, padding="same", activation="sigmoid", dtype="float32", name="conv5"
    )(x)
    return keras.Model(inputs, outputs, name="direct_cnn")
