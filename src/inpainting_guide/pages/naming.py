"""The names of points in a figure: near their points, where nothing else is."""

import itertools

import numpy as np
from matplotlib.transforms import Bbox

from inpainting_guide.pages.figures import NEUTRAL

FONT = 9.5
"""Size of the names, in points of 1/72 inch."""

NEAR = 14
"""A name farther from its point than this, in points of 1/72 inch, gets a line to it, and so does
one that is nearer to another point, or to a corner of the line."""

ANGLES = (0, 180, 30, -30, 150, -150, 90, -90, 60, -60, 120, -120)
"""Where a name looks for room around its point, in degrees."""


def name_points(axis, colours, points, line=()):
    """Write every name as near its point as there is room, with a thin line if that is not clear.

    The most crowded points choose first. No name lies on another one, on a point, on text that the
    figure has already, or on the line.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
        With all that it shows, at its final limits.
    colours : dict of str to str
        Of each name.
    points : dict of str to tuple of Quantity
        By name: the place to the right, and the place upwards. Their intervals are avoided where
        there is room.
    line : sequence of tuple of float
        Places through which a line is drawn.

    Raises
    ------
    ValueError
        If a name finds no room.
    """
    figure = axis.figure
    figure.draw_without_rendering()  # only now it is known where the points are
    scale = 72 / figure.dpi
    frame = _scaled(axis.get_window_extent(), scale)
    taken = [_scaled(text.get_window_extent(), scale) for text in axis.texts]
    ends = {name: _in_points(axis, pair, scale) for name, pair in points.items()}
    places = {name: (x[1], y[1]) for name, (x, y) in ends.items()}
    taken += [_around(place, 4) for place in [*places.values(), *_along(axis, line, scale)]]
    bars = [Bbox.from_extents(x[0], y[1] - 1, x[2], y[1] + 1) for x, y in ends.values()]
    bars += [Bbox.from_extents(x[1] - 1, y[0], x[1] + 1, y[2]) for x, y in ends.values()]
    array = np.array(list(places.values()))
    seen = np.concatenate([array, _corners(axis, line, scale)])
    apart = np.hypot(*(array[:, None] - array[None]).transpose(2, 0, 1))
    crowding = dict(zip(places, np.sort(apart, axis=1)[:, 1:4].sum(axis=1), strict=True))
    for name in sorted(places, key=lambda name: crowding[name]):
        x, y = places[name]
        text = axis.annotate(
            name, [e.value for e in points[name]], (0, 0), textcoords="offset points",
            fontsize=FONT, color=colours[name], ha="center", va="center", zorder=4,
        )  # fmt: skip
        text.set_in_layout(False)
        size = _scaled(text.get_window_extent(), scale).size
        others = seen[np.hypot(*(seen - (x, y)).T) > 1]
        box = _room((x, y), size, frame, taken, bars, others)
        taken.append(box.padded(5, 1))  # two names side by side are not read as one
        offset = (box.x0 + box.x1) / 2 - x, (box.y0 + box.y1) / 2 - y
        text.set_position(offset)
        near = np.clip((x, y), box.min, box.max) - (x, y)
        if np.hypot(*near) > NEAR or not _clear(box, (x, y), others):
            taken += [_around((x, y) + near * way, 1) for way in np.linspace(0, 1, 32)]
            axis.annotate(
                "", [e.value for e in points[name]], near, textcoords="offset points",
                arrowprops={"arrowstyle": "-", "color": NEUTRAL, "lw": 0.6, "shrinkA": 0}, zorder=2,
            ).set_in_layout(False)  # fmt: skip


def _room(point, size, frame, taken, bars, others):
    """Find a box for a name: the nearest that is free, clear and off all bars if there is one."""
    all_of_it = taken + bars
    tries = (all_of_it, True, 160), (all_of_it, False, 60), (taken, True, 160), (taken, False, 160)
    for avoided, must_be_clear, farthest in tries:
        corners = [other.get_points() for other in avoided]
        for distance in range(6, farthest, 5):
            for angle in np.radians(ANGLES):
                direction = np.array([np.cos(angle), np.sin(angle)])
                middle = point + direction * (distance + size / 2)
                box = Bbox([middle - size / 2, middle + size / 2])
                inside = (box.min >= frame.min).all() and (box.max <= frame.max).all()
                free = inside and not box.count_overlaps(corners)
                if free and (not must_be_clear or _clear(box, point, others)):
                    return box
    raise ValueError(f"no room for a label of {size} points: draw fewer methods.")


def _clear(box, point, others):
    """Tell whether a name is nearer to its own point than to any other."""
    places = np.array([point, *others])
    apart = np.hypot(*(np.clip(places, box.min, box.max) - places).T)
    return (apart[0] < apart[1:]).all()


def _scaled(box, scale):
    """Convert a box from pixels to points."""
    return Bbox(box.get_points() * scale)


def _around(place, margin):
    """Make a square box around a place."""
    return Bbox([np.subtract(place, margin), np.add(place, margin)])


def _corners(axis, line, scale):
    """List the places through which a line is drawn, in points."""
    return axis.transData.transform(np.reshape(line, (-1, 2))) * scale


def _along(axis, line, scale):
    """List places along a line, close to each other, in points."""
    pairs = itertools.pairwise(_corners(axis, line, scale))
    return [place for start, end in pairs for place in np.linspace(start, end, 64)]


def _in_points(axis, pair, scale):
    """Convert an estimate to the right and one upwards to points: (low, value, high) of each."""
    ends = [(e.value,) * 3 if e.low is None else (e.low, e.value, e.high) for e in pair]
    return (axis.transData.transform(np.transpose(ends)) * scale).T
