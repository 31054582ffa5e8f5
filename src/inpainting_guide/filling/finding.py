"""Blind filling in two steps: find the hole, then fill it."""

import numpy as np

from inpainting_guide.data import holes
from inpainting_guide.filling import by_network

SUREST = 0.999
"""Probabilities are cut off here: no pixel alone decides where a square is."""


def likely_known(probability):
    """Take for missing what is more probably missing than known.

    Parameters
    ----------
    probability : ndarray of float32, shape (n, height, width, 1), values in [0, 1]
        That a pixel is known: what a network says that finds holes.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 1)
        A location map, 1 where the probability is one half or more. It may have no hole.
    """
    return np.float32(np.asarray(probability) >= 0.5)


def likely_square(probability, hole=holes.HOLE):
    """Choose the most probable square, for who knows that there is one.

    If the pixels were independent, the odds of a square would be the product over its pixels of
    (1 - p) / p, and all squares were equally probable before. So the sum of the logarithms decides.

    Parameters
    ----------
    probability : ndarray of float32, shape (n, size, size, 1), values in [0, 1]
        That a pixel is known.
    hole : int
        Side of the square, in pixels.

    Returns
    -------
    ndarray of float32, shape (n, size, size, 1)
        A location map with one square hole.

    Raises
    ------
    ValueError
        If the square does not fit.
    """
    known = np.clip(np.asarray(probability, np.float64)[..., 0], 1 - SUREST, SUREST)
    places = holes.places(hole, known.shape[1])
    odds = np.lib.stride_tricks.sliding_window_view(
        np.log((1 - known) / known), (hole, hole), axis=(1, 2)
    ).sum(axis=(3, 4))
    best = odds.reshape(len(known), -1).argmax(axis=1)
    return holes.square(*np.divmod(best, places), hole, known.shape[1])


def in_two_steps(finder, filler, decide=likely_known):
    """Make a blind fill function of a network that finds holes and of one that is told of them.

    Parameters
    ----------
    finder : keras.Model
        Maps damaged images to the probability that a pixel is known.
    filler : keras.Model
        Maps a network input, shape (n, height, width, 4), to an image.
    decide : callable
        Makes a location map of the probabilities: `likely_known` or `likely_square`.

    Returns
    -------
    callable
        ``(damaged) -> filled``. What was taken for known stays as it is, damaged or not.
    """

    def fill(damaged):
        found = decide(by_network.predict(finder, damaged))
        return by_network.fill(filler, holes.cut(damaged, found), found)

    return fill
