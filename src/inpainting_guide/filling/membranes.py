"""The smooth fills of one picture: a membrane and a thin plate over its holes; and blending.

Their equations are set up for the missing pixels and the known ones around them alone: a large
picture with a small hole costs no more than the hole.
"""

import cv2
import numpy as np
import scipy.sparse.linalg


def membrane(image, missing):
    """Solve Laplace's equation in the holes: chapter *Classical methods*.

    Parameters
    ----------
    image : ndarray of float32 with values in [0, 1], or of uint8, shape (height, width, channels)
        What its missing pixels hold is never read.
    missing : ndarray of bool, shape (height, width)
        Not everywhere.

    Returns
    -------
    ndarray of float64, shape (missing pixels, channels)
        The values of the missing pixels, row by row; in [0, 1].
    """
    inside = np.flatnonzero(missing)
    return _continue(*_laplacian(inside, missing.shape), inside, image)


def plate(image, missing):
    """Solve the biharmonic equation in the holes, and clip to the range of the known pixels.

    Parameters
    ----------
    image : ndarray of float32 with values in [0, 1], or of uint8, shape (height, width, channels)
        What its missing pixels hold is never read.
    missing : ndarray of bool, shape (height, width)
        Not everywhere.

    Returns
    -------
    ndarray of float64, shape (missing pixels, channels)
        The values of the missing pixels, row by row; in [0, 1].
    """
    inside = np.flatnonzero(missing)
    once, near = _laplacian(inside, missing.shape)
    twice, reached = _laplacian(near, missing.shape)
    bent = _continue(once @ twice, reached, inside, image)
    known = np.uint8(~missing)
    limits = [
        cv2.minMaxLoc(np.ascontiguousarray(image[..., channel]), known)[:2]
        for channel in range(image.shape[2])
    ]
    return np.clip(bent, *unit(np.array(limits, image.dtype).T))


def correction(image, fill, missing):
    """Find the membrane that takes a fill's steps across the rim of its holes away.

    Added to the fill it keeps the differences of neighbours inside the holes, and those across the
    rim small: of all images with the known pixels it is nearest, in the sum of squared differences
    of neighbours, to the fill's differences inside and to none across the rim.

    Parameters
    ----------
    image : ndarray of float32 with values in [0, 1], or of uint8, shape (height, width, channels)
        What its missing pixels hold is never read.
    fill : ndarray of float, shape (missing pixels, channels)
        Values of the missing pixels, row by row, in [0, 1].
    missing : ndarray of bool, shape (height, width)
        Not everywhere.

    Returns
    -------
    ndarray of float64, shape (missing pixels, channels)
        What to add to the fill.
    """
    inside = np.flatnonzero(missing)
    rows, reached = _laplacian(inside, missing.shape)
    hole = np.isin(reached, inside)
    rim = unit(image.reshape(-1, image.shape[2])[reached[~hole]]).astype(np.float64)
    across = rows[:, ~hole]
    steps = across @ rim - across.sum(axis=1)[:, None] * fill
    return _solve(rows[:, hole], -steps)


def unit(values):
    """Bring 8-bit values to [0, 1]; leave others as they are.

    Parameters
    ----------
    values : ndarray of uint8 or float32

    Returns
    -------
    ndarray of float32
    """
    return np.float32(values / 255) if values.dtype == np.uint8 else values


def _laplacian(pixels, shape):
    """Make rows of the picture's Laplacian, for pixels named by their place in the flat picture.

    Returns a sparse matrix, and the pixels that its columns stand for, in order.
    """
    height, width = shape
    row, column = np.divmod(pixels, width)
    steps = [  # of a picture that is one pixel wide, two are equal
        (-width, row > 0),
        (width, row < height - 1),
        (-1, column > 0),
        (1, column < width - 1),
    ]
    centre = np.concatenate([np.flatnonzero(exists) for _, exists in steps])
    beside = np.concatenate([pixels[exists] + step for step, exists in steps])
    reached = np.union1d(pixels, beside)
    every = np.arange(len(pixels))
    count = np.bincount(centre, minlength=len(pixels))
    entries = np.concatenate([np.ones(len(centre)), -count])
    places = (
        np.concatenate([centre, every]),
        np.searchsorted(reached, np.concatenate([beside, pixels])),
    )
    return scipy.sparse.csr_array((entries, places), (len(pixels), len(reached))), reached


def _continue(rows, reached, inside, image):
    """Find the values inside the holes at which the rows of an operator are zero."""
    values = unit(image.reshape(-1, image.shape[2])[reached]).astype(np.float64)
    hole = np.searchsorted(reached, inside)
    values[hole] = 0
    return _solve(rows[:, hole], -(rows @ values))


def _solve(matrix, right):
    """Solve the equations of a symmetric sparse matrix for each column of their right sides."""
    # This order of elimination is made for symmetric matrices: a third less memory and time.
    solution = scipy.sparse.linalg.spsolve(matrix.tocsc(), right, permc_spec="MMD_AT_PLUS_A")
    return solution.reshape(right.shape)
