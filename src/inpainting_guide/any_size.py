"""Images of another size than a network was built for.

The weights of a convolution do not depend on the size of the image. A network of such layers
alone, of *local* layers, can be built again for any size and keep its weights. A network with a
dense layer, or whose latent has a fixed shape, cannot.
"""

import math

import keras
import numpy as np

from inpainting_guide import cars, filling, holes, windows

LOCAL_LAYERS = {
    "BatchNormalization",
    "Concatenate",
    "Conv2D",
    "Conv2DTranspose",
    "InputLayer",
    "ReLU",
    "Rescaling",
}
"""Layers, by the names of their Keras classes, that work on images of any size."""

MARGIN = 128
"""Pixels around the missing ones that a network is shown: more than any of the gallery's sees."""


def only_size(serialized):
    """Tell the only size of images that a network fills.

    Parameters
    ----------
    serialized : dict
        What ``keras.saving.serialize_keras_object`` makes of a network, and what its ``.keras``
        file holds as ``config.json``. Of an adversarial game, the generator decides.

    Returns
    -------
    tuple of int or None
        Height and width in pixels; None if all layers are local, so that it fills any size.
    """
    config = serialized["config"]
    layers = config.get("generator", serialized)["config"].get("layers")
    if not layers:
        side = config.get("size", cars.SIZE)
        return side, side
    local = all(layer["class_name"] in LOCAL_LAYERS for layer in layers)
    return None if local else tuple(layers[0]["config"]["batch_shape"][1:3])


def largest_hole(network):
    """Tell how large a hole may be for a network that fills a patch of its own alone.

    Parameters
    ----------
    network : keras.Model

    Returns
    -------
    tuple of int or None
        Height and width in pixels; None if the network makes a whole image.
    """
    pasted = (x for x in network.layers if isinstance(x, windows.PastePatch))
    return next((tuple(layer.input[1].shape[1:3]) for layer in pasted), None)


def fill(network, incomplete, location_map):
    """Fill the holes of images of any size with a network of local layers.

    The network is shown a window around the missing pixels, with `MARGIN` on every side. It begins
    at multiples of the network's strides, so that each layer reads what it would read of the whole
    image. Where such a multiple lies beyond the image's end, the image is reflected up to it.

    Parameters
    ----------
    network : keras.Model
        Or an adversarial game, whose generator fills.
    incomplete : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
    location_map : ndarray of float32, shape (n, height, width, 1)
        1 where the image is known, 0 where it is missing.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        The network's prediction in the hole, the given pixels elsewhere.

    Raises
    ------
    ValueError
        If the input breaks a convention (`inpainting_guide.holes.check`), nothing is missing, or
        the network has a layer that is not local.
    """
    holes.check(incomplete, location_map)
    if size := only_size(keras.saving.serialize_keras_object(network)):
        raise ValueError(f"{network.name} fills images of {size} pixels only.")
    if location_map.all():
        raise ValueError("nothing is missing: the location maps are 1 everywhere.")
    network = getattr(network, "generator", network)
    config = network.get_config()
    config["layers"][0]["config"]["batch_shape"] = (None, None, None, 4)
    rebuilt = type(network).from_config(config)
    rebuilt.set_weights(network.get_weights())
    strides = [x.strides[0] for x in network.layers if isinstance(x, keras.layers.Conv2D)]
    multiple = math.prod(strides)

    rows, columns = (_window(location_map, axis, multiple) for axis in (1, 2))
    beyond = [(0, -(part.stop - part.start) % multiple) for part in (rows, columns)]
    shown = [
        np.pad(array[:, rows, columns], [(0, 0), *beyond, (0, 0)], mode="reflect")
        for array in (incomplete, location_map)
    ]
    prediction = filling.fill(rebuilt, *shown)
    filled = incomplete.copy()
    height, width = filled[0, rows, columns, 0].shape
    filled[:, rows, columns] = prediction[:, :height, :width]
    return filled


def _window(location_map, axis, multiple):
    """Find the slice of an axis around all that is missing."""
    other_axes = tuple({0, 1, 2, 3} - {axis})
    missing = np.flatnonzero((location_map == 0).any(axis=other_axes))
    start = int(max(0, missing[0] - MARGIN)) // multiple * multiple
    stop = math.ceil((missing[-1] + 1 + MARGIN) / multiple) * multiple
    return slice(start, min(stop, location_map.shape[axis]))
