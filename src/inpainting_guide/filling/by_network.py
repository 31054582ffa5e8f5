"""Filling holes with a trained network, under the same signature as the classical methods."""

import keras
import numpy as np
import scipy.ndimage
import tensorflow as tf

from inpainting_guide.common import arguments, machine
from inpainting_guide.data import extents, holes, tensors
from inpainting_guide.filling import classical
from inpainting_guide.networks import at_the_hole, windows


def fill(network, incomplete, location_map, batch_size=100):
    """Fill the holes of a batch of images with a network.

    A network that paints one square alone (`largest_hole`) fills other holes square by square: in
    the meantime the harmonic fill stands for what is missing elsewhere. A chain of convolutions is
    computed at the hole alone where that is small enough: up to rounding the fill is the same.

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
        built for images of another size or is computed at smaller holes, `batch_size` is no whole
        number from 1 on, or nothing is known of an image that is filled square by square.
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
    if side := largest_hole(network):
        boxes = [squares(missing, side) for missing in location_map[..., 0] == 0]
        if max(map(len, boxes), default=0) > 1:
            return _square_by_square(network, incomplete, location_map, boxes, batch_size)
    joined = tensors.network_input(incomplete, location_map)
    network = _narrowed(network, location_map)
    return holes.compose(incomplete, predict(network, joined, batch_size), location_map)


def _narrowed(network, location_map):
    """Return the network at the hole alone, if it can be computed there; else itself."""
    if not isinstance(network, keras.Model):  # whatever maps arrays may be given
        return network
    if "__at_the_hole" not in vars(network):
        try:
            narrow = at_the_hole.AtTheHole(network)
        except ValueError:  # no chain of convolutions
            narrow = None
        # No part of its state: past Keras, which saves nothing of such a name.
        object.__setattr__(network, "__at_the_hole", narrow)
    narrow = vars(network)["__at_the_hole"]
    small = narrow and (extents.sides(location_map) <= narrow.hole).all()
    return narrow if small else network


def largest_hole(network):
    """Tell how large a hole may be for a network that paints a square of its own alone.

    Parameters
    ----------
    network : keras.Model
        Of an adversarial game the generator decides.

    Returns
    -------
    int or None
        Side in pixels; None if the network makes a whole image.
    """
    network = getattr(network, "generator", network)
    if hole := getattr(network, "hole", None):
        return hole
    layers = getattr(network, "layers", [])  # whatever maps arrays may be given
    pasted = (x for x in layers if isinstance(x, windows.PastePatch))
    # Around the hole a patch may have a rim of known pixels, equally wide on all sides.
    return next((layer.input[1].shape[1] - 2 * layer.before for layer in pasted), None)


def squares(missing, side):
    """Cover what is missing by squares; holes that do not touch get squares of their own.

    Parameters
    ----------
    missing : ndarray of bool, shape (height, width)
    side : int
        Of the squares, in pixels.

    Returns
    -------
    list of tuple of two slices
        Rows and columns. One square if it covers all that is missing, none if nothing is.
    """
    whole = scipy.ndimage.find_objects(np.uint8(missing))
    if whole and max(part.stop - part.start for part in whole[0]) <= side:
        return [_square(*whole[0], side)]
    numbered, _ = scipy.ndimage.label(missing, np.ones((3, 3)))
    found = []
    for number, (rows, columns) in enumerate(scipy.ndimage.find_objects(numbered), start=1):
        for top in range(rows.start, rows.stop, side):
            for left in range(columns.start, columns.stop, side):
                square = slice(top, top + side), slice(left, left + side)
                if (numbered[square] == number).any():
                    found.append(square)
    return found


def _square(rows, columns, side):
    return slice(rows.start, rows.start + side), slice(columns.start, columns.start + side)


def _square_by_square(network, incomplete, location_map, boxes, batch_size):
    """Fill one square of each image after the other; all else counts as known by then."""
    filled = classical.harmonic(incomplete, location_map)
    for turn in range(max(map(len, boxes))):
        chosen = [number for number, of_image in enumerate(boxes) if turn < len(of_image)]
        missing = np.zeros(location_map[chosen].shape, bool)
        for place, number in enumerate(chosen):
            square = boxes[number][turn]
            missing[place][square] = location_map[number][square] == 0
        known = np.float32(~missing)
        joined = tensors.network_input(holes.cut(filled[chosen], known), known)
        filled[chosen] = holes.compose(filled[chosen], predict(network, joined, batch_size), known)
    return filled


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
    # They may be changed at any time, and a graph is made for one value of each.
    names = "steps", "turns", "start"
    settings = [machine.quick(), *(getattr(network, name, None) for name in names)]
    if "_filling_graph" not in vars(network) or network._filling_graph[0] != settings:
        any_number = tf.TensorSpec((None, *network.input_shape[1:]), tf.float32)
        graph = tf.function(network, input_signature=[any_number])
        # No part of its state: past Keras.
        object.__setattr__(network, "_filling_graph", (settings, graph))
    return network._filling_graph[1]


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
