"""Images of another size than a network was built for.

The weights of a convolution do not depend on the size of the image. A network of such layers
alone, of *local* layers, can be built again for any size and keep its weights. A network with a
dense layer, or whose latent has a fixed shape, cannot.
"""

import math

import keras
import numpy as np

from inpainting_guide.data import cars, holes
from inpainting_guide.filling import by_network
from inpainting_guide.networks.windows import PastePatch
from inpainting_guide.photographs import regions

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

TILE = 512
"""Longest side, in pixels, of the part of an image that is filled at once."""


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
    pasted = (x for x in network.layers if isinstance(x, PastePatch))
    return next((tuple(layer.input[1].shape[1:3]) for layer in pasted), None)


def fill(network, incomplete, location_map):
    """Fill the holes of images of any size with a network of local layers.

    The network is shown windows around the missing pixels, not the whole image (see `windows`).

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
        If the input breaks a convention (`inpainting_guide.data.holes.check`), nothing is missing,
        or the network has a layer that is not local.
    """
    holes.check(incomplete, location_map)
    fill_window, multiple = rebuild(network)
    missing = (location_map == 0).any(axis=(0, 3))
    if not missing.any():
        raise ValueError("nothing is missing: the location maps are 1 everywhere.")
    filled = incomplete.copy()
    for box, own, window, inside in windows(missing, multiple):
        shown = fill_window(incomplete[:, *window], location_map[:, *window])
        filled[:, *box][:, own] = shown[:, *inside][:, own]
    return filled


def windows(missing, multiple):
    """Find the windows that a network is shown: tiles of the holes, with `MARGIN` on every side.

    They begin at multiples of the network's strides, so that each layer reads what it would read
    of the whole image.

    Parameters
    ----------
    missing : ndarray of bool, shape (height, width)
    multiple : int
        Product of the network's strides.

    Yields
    ------
    box : tuple of two slices
        A part of the image, at most `TILE` pixels wide and high.
    own : ndarray of bool
        The missing pixels of the part, in the shape of the box.
    window : tuple of two slices
        What the network is shown.
    inside : tuple of two slices
        Where the box lies in the window.
    """
    for box, own in regions.tiles(missing, TILE):
        yield box, own, *regions.around(box, MARGIN, missing.shape, multiple)


def rebuild(network):
    """Make a function of a network that fills windows of any size.

    Where a side is no multiple of the network's strides, the window is reflected at its end up to
    one, and the fill cropped.

    Parameters
    ----------
    network : keras.Model
        Of local layers, or an adversarial game, whose generator fills.

    Returns
    -------
    fill : callable
        ``(incomplete, location_map) -> filled``; see `inpainting_guide.filling.by_network.fill`.
    multiple : int
        Product of the network's strides.

    Raises
    ------
    ValueError
        If the network has a layer that is not local.
    """
    if size := only_size(keras.saving.serialize_keras_object(network)):
        raise ValueError(f"{network.name} fills images of {size} pixels only.")
    network = getattr(network, "generator", network)
    config = network.get_config()
    config["layers"][0]["config"]["batch_shape"] = (None, None, None, 4)
    rebuilt = type(network).from_config(config)
    rebuilt.set_weights(network.get_weights())
    # It would be compiled anew for every shape of a window.
    rebuilt.jit_compile = False
    strides = [x.strides[0] for x in network.layers if isinstance(x, keras.layers.Conv2D)]
    multiple = math.prod(strides)

    def fill_window(incomplete, location_map):
        height, width = incomplete.shape[1:3]
        beyond = [(0, 0), (0, -height % multiple), (0, -width % multiple), (0, 0)]
        shown = [np.pad(array, beyond, mode="reflect") for array in (incomplete, location_map)]
        at_once = max(1, TILE**2 // (height * width))
        return by_network.fill(rebuilt, *shown, batch_size=at_once)[:, :height, :width]

    return fill_window, multiple
