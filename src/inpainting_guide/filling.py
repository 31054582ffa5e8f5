"""Filling holes with a trained network, under the same signature as the classical methods."""

import numbers

import keras
import numpy as np

from inpainting_guide import batches, holes


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
        If the input breaks a convention (`inpainting_guide.holes.check`), the network was
        built for images of another size, or `batch_size` is no whole number from 1 on.
    """
    holes.check(incomplete, location_map)
    if not (isinstance(batch_size, numbers.Integral) and batch_size >= 1):
        raise ValueError(f"batch_size is {batch_size!r}: expected a whole number, at least 1.")
    wanted, given = network.input_shape[1:3], incomplete.shape[1:3]
    if any(side not in (None, got) for side, got in zip(wanted, given, strict=True)):
        raise ValueError(
            f"{network.name} fills images of {wanted} pixels, got {given}: scale the images, or "
            "build the network for their size."
        )
    joined = keras.ops.convert_to_numpy(batches.network_input(incomplete, location_map))
    # `predict` would spend more time on setting up its loop than the network on one image.
    parts = [
        network.predict_on_batch(joined[start : start + batch_size])
        for start in range(0, len(joined), batch_size)
    ]
    prediction = np.concatenate(parts)
    return holes.compose(incomplete, np.float32(prediction), location_map)


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
