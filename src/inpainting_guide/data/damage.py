"""What stands in a hole that nobody has marked: five kinds of damage, for blind filling.

A network that is told where the hole is never sees what stands there. One that is not told sees
it, and has to notice that it does not belong.
"""

import keras
from keras import ops

from inpainting_guide.common import arguments

CONTENTS = {
    "zeros": "zeros",
    "mean": "the mean colour",
    "noise": "noise",
    "photograph": "another photograph",
    "blended": "another, blended in",
}
"""What stands in the hole, by its key, as tables name it."""

SWEEPS = 30
"""Of the solver of `membrane`: right to a thousandth, in the very corner of an image to a tenth."""

RELAXATION = 1.75
"""How far each step of the solver goes, in steps to the mean of the neighbours."""


def damage(images, location_map, content, seed=None, others=None):
    """Put something into the hole of each image.

    Parameters
    ----------
    images : tensor or ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        The photographs.
    location_map : tensor or ndarray of float32, shape (n, height, width, 1)
        1 where the image stays, 0 in its hole.
    content : str
        A key of `CONTENTS`: black; the mean colour of all that stays; a uniform random number for
        every value; the pixels of another photograph; or these with what `membrane` adds, so that
        no edge shows where they begin.
    seed : int or keras.random.SeedGenerator, optional
        Of the noise.
    others : tensor or ndarray of float32, shape (n, height, width, 3), optional
        Whose pixels stand in the holes of "photograph" and "blended". By default, those of the
        photograph before it, at the same place, and in the first those of the last.

    Returns
    -------
    tensor of float32, shape (n, height, width, 3), values in [0, 1]

    Raises
    ------
    ValueError
        If there is no such content, or another photograph is wanted and there is none.

    Notes
    -----
    The blended one is P. Pérez, M. Gangnet and A. Blake, *Poisson image editing*, 2003: the
    other photograph's differences from pixel to pixel, between the known values at the rim.
    """
    arguments.one_of("content", content, CONTENTS)
    images, known = ops.convert_to_tensor(images), ops.convert_to_tensor(location_map)
    if content == "zeros":
        inside = ops.zeros_like(images)
    elif content == "mean":
        count = ops.maximum(ops.sum(known, axis=(1, 2), keepdims=True), 1)
        inside = ops.sum(known * images, axis=(1, 2), keepdims=True) / count
    elif content == "noise":
        inside = keras.random.uniform(ops.shape(images), seed=seed)
    else:
        inside = another(images) if others is None else others
        if content == "blended":
            inside = ops.clip(inside + membrane(images - inside, known), 0, 1)
    return known * images + (1 - known) * inside


def another(images):
    """Give each image of a batch another one of it.

    Parameters
    ----------
    images : tensor, shape (n, ...)

    Returns
    -------
    tensor
        As large: the one before it, and for the first the last.

    Raises
    ------
    ValueError
        If it is known to hold one image only.
    """
    if images.shape[0] == 1:
        raise ValueError("the batch holds 1 image: expected at least 2, to take another's part.")
    return ops.roll(images, 1, axis=0)


def membrane(values, location_map):
    """Span a membrane over each hole: every missing value is the mean of its neighbours.

    `inpainting_guide.filling.membranes.membrane` does it exactly, image by image. Here the
    missing places are relaxed `SWEEPS` times, those of each colour of a chessboard by turns.

    Parameters
    ----------
    values : tensor of float32, shape (n, height, width, channels)
        What it holds in the hole is not read.
    location_map : tensor of float32, shape (n, height, width, 1)

    Returns
    -------
    tensor of float32, shape (n, height, width, channels)
        The given values outside the holes.
    """
    height, width = values.shape[1:3]
    board = (ops.arange(height)[:, None] + ops.arange(width)) % 2
    steps = [
        RELAXATION * (1 - location_map) * ops.cast(board == colour, "float32")[..., None]
        for colour in (0, 1)
    ]

    def sweep(_, values):
        for step in steps:
            # Beyond the edge of the image every place has itself as a neighbour.
            padded = ops.pad(values, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="symmetric")
            across = padded[:, 1:-1, :-2] + padded[:, 1:-1, 2:]
            down = padded[:, :-2, 1:-1] + padded[:, 2:, 1:-1]
            values = values + step * ((across + down) / 4 - values)
        return values

    return ops.fori_loop(0, SWEEPS, sweep, location_map * values)
