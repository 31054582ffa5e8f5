"""Where holes are in a large picture: boxes around them, found in a map of coarse cells.

A box is a pair of slices, rows and columns.
"""

import cv2
import numpy as np
import scipy.ndimage

CELL = 64
"""Side of a coarse cell, in pixels. Holes of two groups are further apart than that."""


def groups(missing):
    """Find groups of holes that are far apart from each other.

    Parameters
    ----------
    missing : ndarray of bool, shape (height, width)

    Yields
    ------
    box : tuple of two slices
        Around the group. Of another group's holes it may hold a part.
    own : ndarray of bool
        The missing pixels of the group, in the shape of the box.
    """
    starts = (np.arange(0, side, CELL) for side in missing.shape)
    coarse = missing
    for axis, start in enumerate(starts):
        coarse = np.logical_or.reduceat(coarse, start, axis=axis)
    numbered, _ = scipy.ndimage.label(coarse, np.ones((3, 3)))
    for number, cells in enumerate(scipy.ndimage.find_objects(numbered), start=1):
        area = tuple(slice(part.start * CELL, part.stop * CELL) for part in cells)
        chosen = numbered[cells] == number
        for axis in (0, 1):
            chosen = chosen.repeat(CELL, axis=axis)
        inside = missing[area]
        yield _shrunk(area, inside & chosen[: inside.shape[0], : inside.shape[1]])


def tiles(missing, side):
    """Cover all holes with boxes of at most a given side; a group that fits gets one box.

    Parameters
    ----------
    missing : ndarray of bool, shape (height, width)
    side : int
        In pixels.

    Yields
    ------
    box : tuple of two slices
    own : ndarray of bool
        Missing pixels in the shape of the box; each is in one of the boxes.
    """
    for (rows, columns), own in groups(missing):
        for top in range(0, own.shape[0], side):
            for left in range(0, own.shape[1], side):
                part = own[top : top + side, left : left + side]
                if part.any():
                    first_row, first_column = rows.start + top, columns.start + left
                    area = (
                        slice(first_row, first_row + part.shape[0]),
                        slice(first_column, first_column + part.shape[1]),
                    )
                    yield _shrunk(area, part)


def around(box, margin, shape, multiple=1):
    """Enlarge a box by a margin, as far as the picture reaches.

    Parameters
    ----------
    box : tuple of two slices
    margin : int
        In pixels.
    shape : tuple of int
        Height and width of the picture.
    multiple : int
        The box begins and ends at multiples of it, or at the picture's end.

    Returns
    -------
    window : tuple of two slices
        The enlarged box.
    inside : tuple of two slices
        Where the box lies in it.
    """
    window, inside = [], []
    for part, length in zip(box, shape, strict=True):
        start = max(0, part.start - margin) // multiple * multiple
        stop = -(-(part.stop + margin) // multiple) * multiple
        window.append(slice(start, min(stop, length)))
        inside.append(slice(part.start - start, part.stop - start))
    return tuple(window), tuple(inside)


def centred(box, sides, shape):
    """Place a window of a given size around a box, moved inwards at the picture's edge.

    Parameters
    ----------
    box : tuple of two slices
        No larger than the window.
    sides : tuple of int
        Height and width of the window: at most the picture's.
    shape : tuple of int
        Height and width of the picture.

    Returns
    -------
    window : tuple of two slices
    inside : tuple of two slices
        Where the box lies in it.
    """
    window, inside = [], []
    for part, side, length in zip(box, sides, shape[:2], strict=True):
        start = min(max(0, (part.start + part.stop - side) // 2), length - side)
        window.append(slice(start, start + side))
        inside.append(slice(part.start - start, part.stop - start))
    return tuple(window), tuple(inside)


def part(box, inner):
    """Tell where a part of a box lies in the picture.

    Parameters
    ----------
    box : tuple of two slices
        In the picture.
    inner : tuple of two slices
        In the box; it may end beyond it.

    Returns
    -------
    tuple of two slices
        In the picture; it ends where the box does.
    """
    return tuple(
        slice(outer.start + within.start, min(outer.start + within.stop, outer.stop))
        for outer, within in zip(box, inner, strict=True)
    )


def widest(missing):
    """Measure the widest hole: twice the way from its middle to the nearest known pixel.

    Beyond the edge of the picture nothing is known, so that a hole there counts as wider.

    Parameters
    ----------
    missing : ndarray of bool, shape (height, width)

    Returns
    -------
    int
        In pixels.
    """
    depths = []
    for box, own in groups(missing):
        window, inside = around(box, 1, missing.shape)
        alone = np.zeros(missing[window].shape, np.uint8)  # without parts of other groups
        alone[inside] = own
        depths.append(cv2.distanceTransform(alone, cv2.DIST_C, 3).max())
    return 2 * int(max(depths))


def _shrunk(box, own):
    """Make a box as small as what is missing in it."""
    parts, inner = [], []
    for axis, part in enumerate(box):
        found = np.flatnonzero(own.any(axis=1 - axis))
        first, last = int(found[0]), int(found[-1]) + 1
        parts.append(slice(part.start + first, part.start + last))
        inner.append(slice(first, last))
    return tuple(parts), own[tuple(inner)]
