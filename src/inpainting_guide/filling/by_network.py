"""Filling holes with a trained network, under the same signature as the classical methods."""

import keras
import numpy as np
import tensorflow as tf

from inpainting_guide.common import arguments
from inpainting_guide.data import holes, tensors


def fill(network, incomplete, location_map, batch_size=100):
    """Fill the holes of a batch of images with a network.

    Parameters
    ----------
    network : keras.Model
        Maps a network input, shape (n, height, width, 4), to an image.
    incomplete : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
    location_map : ndarray of float32, shape (n, height, width, 1)
        1 where the image is known, 0 where it is missing.
    batch_size : int
        Images that the network sees at once, at least 1.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        The network's prediction in the hole, the given pixels elsewhere.

    Raises
    ------
    ValueError
        If the input breaks a convention (`inpainting_guide.data.holes.check`), the network was
        built for images of another size or smaller holes, or `batch_size` is no whole number from 1
        on.
    """
    holes.check(incomplete, location_map)
    arguments.whole(batch_size=batch_size)
    wanted, given = network.input_shape[1:3], incomplete.shape[1:3]
    if any(side not in (None, got) for side, got in zip(wanted, given, strict=True)):
        raise ValueError(
            f"{network.name} fills images of {wanted} pixels, got {given}: scale the images, or "
            "build the network for their size."
        )
    if hasattr(network, "check_holes"):
        network.check_holes(location_map)
    joined = tensors.network_input(incomplete, location_map)
    return holes.compose(incomplete, predict(network, joined, batch_size), location_map)


def predict(network, inputs, batch_size=100):
    """Ask a network for its output, as ``network.predict`` does, but faster for a few images.

    Keras's ``predict`` sets up a loop, which takes longer than a network on one image, and compiles
    a graph anew for another number of images. Here a network has one graph, for any number.

    Parameters
    ----------
    network : keras.Model
        With one input.
    inputs : ndarray or tensor of float32, shape (n, ...)
    batch_size : int
        Examples that the network sees at once.

    Returns
    -------
    ndarray of float32, shape (n, ...)
    """
    inputs = keras.ops.convert_to_numpy(inputs)
    ask = _graph(network)
    starts = range(0, len(inputs), batch_size)
    parts = [
        keras.ops.convert_to_numpy(ask(inputs[start : start + batch_size])) for start in starts
    ]
    return np.float32(np.concatenate(parts))


def _graph(network):
    """Return a network's graph for any number of examples; it lives as long as the network."""
    if "_filling_graph" not in vars(network):
        any_number = tf.TensorSpec((None, *network.input_shape[1:]), tf.float32)
        graph = tf.function(network, input_signature=[any_number])
        object.__setattr__(network, "_filling_graph", graph)  # no part of its state: past Keras
    return network._filling_graph


def by(network):
    """Make a fill function of a network, with the signature of the classical methods.

    Parameters
    ----------
    network : keras.Model

    Returns
    -------
    callable
        ``(incomplete, location_map) -> filled``; see `fill`.
    """

    def fill_by_network(incomplete, location_map):
        return fill(network, incomplete, location_map)

    return fill_by_network
