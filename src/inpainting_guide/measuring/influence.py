"""What one output pixel of a network looks at: its receptive field, measured by gradients.

Two maps, which answer two questions. The *sensitivity* of the output to an input pixel, the size of
the gradient, says how much a change there would act. *Gradient times input* says what the pixel
contributes as it is: to first order, how much the output would change if the pixel were hidden as
well, so that its colours and its place in the location map became 0. A missing pixel is 0 already:
it may have a sensitivity, but it contributes exactly nothing.
"""

import numpy as np
import tensorflow as tf

from inpainting_guide.common import arguments


def gradients(network, inputs, row, column, batch_size=100):
    """Differentiate the brightness of one output pixel with respect to the network's input.

    The brightness is the mean of the pixel's three channels.

    Parameters
    ----------
    network : keras.Model
        Maps a network input, shape (n, height, width, 4), to an image.
    inputs : ndarray of float32, shape (n, height, width, 4)
        For instance from `inpainting_guide.data.tensors.network_input`.
    row, column : int
        Of the output pixel.
    batch_size : int
        Images that the network sees at once.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 4)
        A gradient for each image.

    Raises
    ------
    ValueError
        If the pixel lies outside the image, or there is no image.
    """
    arguments.some("images", inputs)
    height, width = inputs.shape[1:3]
    arguments.whole(row=row, least=0, most=height - 1)
    arguments.whole(column=column, least=0, most=width - 1)
    arguments.whole(batch_size=batch_size)
    parts = []
    for start in range(0, len(inputs), batch_size):
        batch = tf.convert_to_tensor(inputs[start : start + batch_size], tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(batch)
            brightness = tf.reduce_mean(network(batch, training=False)[:, row, column], axis=-1)
        # Of the sum over the images: no image acts on another's output.
        zero = tf.UnconnectedGradients.ZERO  # if nothing of the input reaches the pixel
        parts.append(tape.gradient(brightness, batch, unconnected_gradients=zero).numpy())
    return np.concatenate(parts)


def sensitivity(gradient):
    """Average the size of a gradient over images: how much a change of each pixel would act.

    Parameters
    ----------
    gradient : ndarray of float, shape (n, height, width, channels)
        For instance from `gradients`.

    Returns
    -------
    ndarray of float64, shape (height, width)
        Means of the absolute values, summed over the channels.
    """
    return np.abs(gradient, dtype=np.float64).sum(axis=-1).mean(axis=0)


def contribution(gradient, inputs):
    """Average the size of gradient times input over images: what each pixel contributes.

    Parameters
    ----------
    gradient, inputs : ndarray of float, shape (n, height, width, channels)
        From `gradients`, and what they were taken at.

    Returns
    -------
    ndarray of float64, shape (height, width)
        The products are summed over the channels of a pixel, with their signs; then the means of
        the absolute values. Exactly 0 where all channels of the input are.

    Raises
    ------
    ValueError
        If the two differ in shape.
    """
    if np.shape(gradient) != np.shape(inputs):
        raise ValueError(
            f"gradients of shape {np.shape(gradient)} and inputs of shape {np.shape(inputs)}: "
            "expected a gradient for each input."
        )
    products = np.multiply(gradient, inputs, dtype=np.float64)
    return np.abs(products.sum(axis=-1)).mean(axis=0)


def share(values, where):
    """Compute which share of a map lies on some of its pixels.

    Parameters
    ----------
    values : ndarray of float, shape (height, width)
        From 0 on; for instance from `sensitivity`.
    where : ndarray of bool, shape (height, width)
        The pixels in question, such as the known ones.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the whole map is 0, so that there is nothing to share.
    """
    total = values.sum()
    if not total > 0:
        raise ValueError(f"the map adds up to {total:g}: expected more than 0.")
    return float(values[where].sum() / total)
