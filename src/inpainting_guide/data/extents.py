"""Where holes begin, and how far they reach: the smallest rectangle around each."""

import numpy as np


def of_holes(location_map):
    """Find the smallest rectangle around all that is missing in each image.

    Parameters
    ----------
    location_map : ndarray of float32, shape (n, height, width, 1)
        1 where the image is known, 0 where it is missing.

    Returns
    -------
    first : ndarray of int, shape (n, 2)
        The first row and the first column in which something is missing; 0 if nothing is.
    reach : ndarray of int, shape (n, 2)
        How many rows and columns there are from these to the last ones, in pixels; 0 if nothing is
        missing.
    """
    first, reach = [], []
    for axis in (2, 1):  # what is missing in each row, then in each column
        missing = (location_map[..., 0] == 0).any(axis=axis)
        last = missing.shape[1] - 1 - missing[:, ::-1].argmax(axis=1)
        first.append(missing.argmax(axis=1))
        reach.append((last - first[-1] + 1) * missing.any(axis=1))
    return np.stack(first, axis=1), np.stack(reach, axis=1)


def sides(location_map):
    """Tell how far what is missing in each image reaches, along rows or columns.

    Parameters
    ----------
    location_map : ndarray of float32, shape (n, height, width, 1)

    Returns
    -------
    ndarray of int, shape (n,)
        Side of the smallest square that covers it, in pixels; 0 where nothing is missing.
    """
    _, reach = of_holes(location_map)
    return reach.max(axis=1)
