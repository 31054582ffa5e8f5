"""Irregular holes as location maps: free-form strokes, ellipses, scratches and letters.

Each is drawn on a canvas `FINE` times as large as the map, and a pixel is missing where at least
half of it was painted: so strokes can have any width, not whole pixels alone.
"""

import itertools

import cv2
import numpy as np

from inpainting_guide.common import arguments
from inpainting_guide.data.cars import SIZE

FINE = 8
"""Side of the square of the canvas that becomes one pixel: of 32 pixels a canvas has 256."""

SHARES = ((0.01, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 0.4), (0.4, 0.5), (0.5, 0.6))
"""Six classes of area: more than the first share of the image is missing, and at most the second.

G. Liu and others, *Image inpainting for irregular holes using partial convolutions*, 2018.
"""

TITLES = {f"share_{100 * low:.0f}": f"{100 * low:.0f}–{100 * high:.0f} %" for low, high in SHARES}
"""The classes of area by the key of their least share in per cent, as tables name them."""

NARROWEST = 0.05
"""Smallest width of a class of area: one more stroke often adds as much."""


def stroke(canvas, rng):
    """Draw one free-form stroke: a zigzag of broad lines with round joints.

    Parameters
    ----------
    canvas : ndarray of uint8, shape (side, side)
        What is painted becomes 255.
    rng : numpy.random.Generator

    Notes
    -----
    The distribution is that of J. Yu and others, *Free-form image inpainting with gated
    convolution*, 2019, with the numbers of their program (``brush_stroke_mask`` of
    ``generative_inpainting``): 4 to 11 lines, up and down by turns, at 72 degrees or up to 24 off;
    their lengths are normal, with an eighth of the diagonal as mean and half of that as standard
    deviation, cut off at 0 and at twice the mean; the brush is 12 to 40 pixels wide on a canvas of
    256. They draw one to three strokes in each map; here there are as many as the wanted share
    takes.
    """
    side = len(canvas)
    length = np.hypot(side, side) / 8
    below, above = rng.uniform(0, 2 * np.pi / 15, 2)
    count = rng.integers(4, 12)
    angles = rng.uniform(2 * np.pi / 5 - below, 2 * np.pi / 5 + above, count)
    angles[::2] *= -1
    lengths = rng.normal(length, length / 2, count).clip(0, 2 * length)
    steps = lengths[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    steps *= rng.choice([-1, 1], 2)  # mirrored or not
    points = [rng.uniform(0, side, 2)]
    for step in steps:
        points.append((points[-1] + step).clip(0, side))
    width = round(rng.uniform(12, 40) * side / 256)
    cv2.polylines(canvas, [np.int32(points)], isClosed=False, color=255, thickness=max(1, width))


def ellipse(canvas, rng):
    """Draw one ellipse, up to two fifths of the image long.

    Parameters
    ----------
    canvas, rng
        As for `stroke`.
    """
    side = len(canvas)
    centre = rng.uniform(0, side, 2)
    axes = rng.uniform(side / 20, side / 5, 2)
    turned = rng.uniform(0, 180)
    cv2.ellipse(canvas, (centre, 2 * axes, turned), color=255, thickness=cv2.FILLED)


def scratch(canvas, rng):
    """Draw one scratch: a thin line, slightly bent, from a quarter of the image to all of it long.

    Parameters
    ----------
    canvas, rng
        As for `stroke`.
    """
    side = len(canvas)
    start, angle = rng.uniform(0, side, 2), rng.uniform(0, 2 * np.pi)
    along = np.array([np.cos(angle), np.sin(angle)])
    length, bend = rng.uniform(0.25, 1) * side, rng.normal(0, side / 20)
    middle = start + length / 2 * along + bend * along[::-1] * (-1, 1)
    points = [start, middle, start + length * along]
    width = round(rng.uniform(0.8, 1.5) * side / SIZE)
    cv2.polylines(canvas, [np.int32(points)], isClosed=False, color=255, thickness=max(1, width))


def letters(canvas, rng):
    """Write a word of three to six random letters, in OpenCV's own font.

    Parameters
    ----------
    canvas, rng
        As for `stroke`.
    """
    side = len(canvas)
    word = "".join(rng.choice(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), rng.integers(3, 7)))
    place = np.int32([rng.uniform(-side / 8, side / 2), rng.uniform(side / 5, side)])
    height = rng.uniform(side / 5, side / 3)  # of a letter
    thickness = max(1, round(height / 6))
    scale = cv2.getFontScaleFromHeight(cv2.FONT_HERSHEY_SIMPLEX, int(height), thickness)
    cv2.putText(canvas, word, place, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, thickness)


KINDS = {"strokes": stroke, "ellipses": ellipse, "scratches": scratch, "letters": letters}
"""What draws one more of each kind on a canvas, by the kind's name."""


def draw(kind, shares, rng, size=SIZE):
    """Draw location maps of one kind, each with a wanted share of the image missing.

    Things of the kind are drawn until a share is missing that was drawn uniformly from the wanted
    range. Where the last one went beyond the range, the map is begun anew. (So small shares have
    smaller strokes than strokes have by themselves.)

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    shares : array_like of float, shape (n, 2)
        The least and the largest share of each map, for instance of `SHARES`, from 0 to 0.8 and at
        least `NARROWEST` apart.
    rng : numpy.random.Generator
    size : int
        Side of the maps, in pixels.

    Returns
    -------
    ndarray of float32, shape (n, size, size, 1)
        1 where the image is known, 0 where it is missing.

    Raises
    ------
    ValueError
        If there is no such kind, the shares are none of these, `size` is no whole number from 8, or
        `rng` is no generator.
    """
    arguments.one_of("kind of hole", kind, KINDS)
    arguments.random_generator(rng)
    arguments.whole(size=size, least=8)
    wanted = np.asarray(shares, np.float64)
    if wanted.ndim != 2 or wanted.shape[1] != 2 or not len(wanted):
        raise ValueError(f"shares of shape {wanted.shape}: expected (n, 2), two for each map.")
    low, high = wanted.T
    if not ((low >= 0) & (high <= 0.8) & (high - low >= NARROWEST - 1e-9)).all():  # rounded
        raise ValueError(
            f"shares from {low.min():g} to {high.max():g}: expected from 0 to 0.8, and the two of "
            f"a map at least {NARROWEST} apart, for one more stroke may be as large."
        )
    missing = [_missing(KINDS[kind], *ends, rng, size) for ends in wanted]
    return np.float32(~np.stack(missing))[..., None]


def of_all_classes(kind, count, seed):
    """Draw location maps of one kind for the cars, all classes of area equally often.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    count : int
        How many. Fewer are the first of these.
    seed : int

    Returns
    -------
    ndarray of float32, shape (count, 32, 32, 1)
        1 where the image is known, 0 where it is missing. Map number i is of class i mod 6.

    Raises
    ------
    ValueError
        If there is no such kind, or `count` is no whole number from 1.
    """
    arguments.whole(count=count)
    shares = list(itertools.islice(itertools.cycle(SHARES), count))
    return draw(kind, shares, np.random.default_rng(seed))


def _missing(add, low, high, rng, size):
    """Draw what is missing in one map; shape (size, size), bool."""
    while True:
        target, missing = rng.uniform(low, high), np.zeros((size, size), bool)
        canvas = np.zeros((FINE * size, FINE * size), np.uint8)
        while not missing.any() or missing.mean() < target:
            add(canvas, rng)
            missing = cv2.resize(canvas, (size, size), interpolation=cv2.INTER_AREA) >= 128
        if missing.mean() <= high:
            return missing


def share_class(location_map):
    """Tell which class of `SHARES` each map belongs to.

    Parameters
    ----------
    location_map : ndarray of float32, shape (n, height, width, 1)
        1 where the image is known, 0 where it is missing.

    Returns
    -------
    ndarray of int, shape (n,)
        Its number, from 0.

    Raises
    ------
    ValueError
        If a map belongs to none of them.
    """
    missing = (location_map == 0).mean(axis=(1, 2, 3))
    least, most = SHARES[0][0], SHARES[-1][1]
    if (outside := (missing <= least) | (missing > most)).any():
        raise ValueError(
            f"{100 * missing[outside][0]:.1f} % of a map is missing: the classes of area go from "
            f"{100 * least:g} to {100 * most:g} %."
        )
    return np.digitize(missing, [high for _, high in SHARES[:-1]], right=True)
