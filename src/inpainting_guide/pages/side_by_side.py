"""What the page that compares all methods does many times over: other holes, and what it costs."""

import numpy as np

from inpainting_guide.common import arguments, machine
from inpainting_guide.data import holes, protocol
from inpainting_guide.filling import comparison
from inpainting_guide.measuring import metrics
from inpainting_guide.measuring.quantities import Quantity

UNITS = {"milliseconds": "ms", "ratio": "times", "training": "s"}
"""The units of what methods cost, by the first word of its name."""

ROUNDS = 3
"""How often each method fills each batch."""


def costs(networks, task):
    """Measure what every method costs (`inpainting_guide.filling.comparison.costs`), with units.

    Parameters
    ----------
    networks, task
        As there.

    Returns
    -------
    dict of str to dict of str to Quantity or int
        By the methods' names; the parameters are a whole number.
    """
    measured = comparison.costs(networks, task, ROUNDS)
    return {name: {k: _with_unit(k, v) for k, v in row.items()} for name, row in measured.items()}


def _with_unit(key, value):
    unit = UNITS.get(key.split("_")[0])
    return Quantity(value, unit) if unit else value


def psnr(networks, images, location_map, names):
    """Fill holes of any kind with some methods, and measure them.

    Parameters
    ----------
    networks : dict of str to keras.Model
        From `inpainting_guide.filling.comparison.load_all`.
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
    location_map : ndarray of float32, shape (n, height, width, 1)
    names : collection of str
        Names of the methods.

    Returns
    -------
    dict of str to float
        The PSNR of the mean squared error, in decibels, by the methods' names.
    """
    few = machine.few_times(len(images))  # no more than that shows that it works
    images, location_map = images[:few], location_map[:few]
    fills = comparison.fill(networks, protocol.Task(images, location_map), names)
    errors = {name: metrics.squared_error(images, fills[name], location_map) for name in names}
    return {name: float(metrics.psnr(error.mean())) for name, error in errors.items()}


def psnr_by_side(networks, images, sides, names):
    """Cut square holes of several sizes at random, and measure some methods on them.

    Parameters
    ----------
    networks, images, names
        As for `psnr`.
    sides : sequence of int
        Of the holes, in pixels.

    Returns
    -------
    dict of str to list of float
        By the methods' names, a PSNR in decibels for each side.

    Raises
    ------
    ValueError
        If a hole does not fit into the images.
    """
    size, reached = images.shape[1], []
    arguments.whole(sides=sides, most=size)
    for side in sides:
        rng = np.random.default_rng(0)
        location_map = holes.random_square(len(images), rng, side, size)
        reached.append(psnr(networks, images, location_map, names))
    return {name: [of_side[name] for of_side in reached] for name in names}


def psnr_by_place(networks, images, starts, name):
    """Cut the same hole in all images, at one place after the other, and measure a method.

    Parameters
    ----------
    networks, images
        As for `psnr`.
    starts : sequence of int
        First rows and first columns of the holes.
    name : str
        Of the method.

    Returns
    -------
    ndarray of float, shape (starts, starts)
        PSNR in decibels, by row and column.

    Raises
    ------
    ValueError
        If a hole would reach beyond the images.
    """
    arguments.whole(starts=starts, least=0, most=holes.places() - 1)
    grid, count = np.empty((len(starts), len(starts))), len(images)
    for row, column in np.ndindex(grid.shape):
        location_map = holes.square([starts[row]] * count, [starts[column]] * count)
        grid[row, column] = psnr(networks, images, location_map, (name,))[name]
    return grid
