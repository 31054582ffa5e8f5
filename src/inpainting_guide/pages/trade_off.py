"""The map of right and real: error against plausibility, a labelled point for every method."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from inpainting_guide.common import arguments
from inpainting_guide.pages.figures import FAMILIES, INK, NEUTRAL, STYLE, WIDTH, finish

FONT = 9.5
"""Size of the labels, in points."""

NEAR = 14
"""A label farther from its point than this, in points, gets a line to it."""

ANGLES = (0, 180, 30, -30, 150, -150, 90, -90, 60, -60, 120, -120)
"""Where a label looks for room around its point, in degrees."""


def draw(points, families, floor, labels):
    """Draw the error of several methods against their distance from photographs.

    Parameters
    ----------
    points : dict of str to tuple of Quantity
        By the method's name: its place to the right, and its place upwards (positive; the axis
        is logarithmic). Both are drawn with their intervals.
    families : dict of str to str
        What kind of method each is: `inpainting_guide.pages.figures.FAMILIES` has its colour and
        its marker.
    floor : float
        The photographs' own distance: a dotted line.
    labels : tuple of str
        What the two axes show, with their units.

    Returns
    -------
    matplotlib.figure.Figure
        Its labels overlap neither one another nor a point.

    Raises
    ------
    ValueError
        If there are no methods, one has no family that is known, or a label finds no room.
    """
    arguments.some("methods", points)
    for name in points:
        arguments.one_of(f"family of {name}", families.get(name), FAMILIES)
    looks = {name: FAMILIES[families[name]] for name in points}
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(WIDTH, 6.4))
        for name, (right, up) in points.items():
            colour, marker = looks[name]
            bars = ([[e.value - e.low], [e.high - e.value]] for e in (right, up))
            axis.errorbar(
                right.value, up.value, **dict(zip(("xerr", "yerr"), bars, strict=True)),
                fmt=marker, color=colour, ms=6, elinewidth=0.8, zorder=3,
            )  # fmt: skip
        axis.axhline(floor, color=INK, linestyle=":", linewidth=1)
        axis.annotate(
            "photographs", (0, floor), xycoords=("axes fraction", "data"), xytext=(3, -3),
            textcoords="offset points", va="top", fontsize=FONT,
        )  # fmt: skip
        axis.set(xlabel=labels[0], ylabel=labels[1], yscale="log")
        axis.margins(x=0.12, y=0.12)
        axis.yaxis.set_major_formatter("{x:g}")
        axis.yaxis.set_minor_formatter("{x:g}")
        handles = [
            Line2D([], [], linestyle="", marker=marker, color=colour, label=kind)
            for kind, (colour, marker) in FAMILIES.items()
            if (colour, marker) in looks.values()
        ]
        figure.legend(handles=handles, loc="outside upper center", ncols=2, frameon=False)
        _label(axis, {name: colour for name, (colour, _) in looks.items()}, points)
        listed = "; ".join(f"{n} {x.value:.2f}, {y.value:.3g}" for n, (x, y) in points.items())
        return finish(figure, f"{labels[1]} against {labels[0]}: {listed}; photographs {floor:.3g}")


def _label(axis, colours, points):
    """Write every name as near its point as there is room, with a thin line if it is not near.

    The most crowded points choose first. Boxes and places are in points of 1/72 inch.
    """
    figure = axis.figure
    figure.canvas.draw()  # only now it is known where the points are
    scale = 72 / figure.dpi
    frame = _scaled(axis.get_window_extent(), scale)
    taken = [_scaled(text.get_window_extent(), scale) for text in axis.texts]
    ends = {name: _in_points(axis, pair, scale) for name, pair in points.items()}
    places = {name: (x[1], y[1]) for name, (x, y) in ends.items()}
    taken += [Bbox.from_extents(x - 4, y - 4, x + 4, y + 4) for x, y in places.values()]
    bars = [Bbox.from_extents(x[0], y[1] - 1, x[2], y[1] + 1) for x, y in ends.values()]
    bars += [Bbox.from_extents(x[1] - 1, y[0], x[1] + 1, y[2]) for x, y in ends.values()]
    array = np.array(list(places.values()))
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
        box = _room((x, y), size, frame, taken, bars)
        taken.append(box)
        offset = (box.x0 + box.x1) / 2 - x, (box.y0 + box.y1) / 2 - y
        text.set_position(offset)
        near = np.clip((x, y), box.min, box.max) - (x, y)
        if np.hypot(*near) > NEAR:
            axis.annotate(
                "", [e.value for e in points[name]], near, textcoords="offset points",
                arrowprops={"arrowstyle": "-", "color": NEUTRAL, "lw": 0.6, "shrinkA": 0}, zorder=2,
            ).set_in_layout(False)  # fmt: skip


def _room(point, size, frame, taken, bars):
    """Find a box for a label: the nearest one that is free, of error bars too if there is one."""
    for avoided in (taken + bars, taken):
        for distance in range(6, 160, 5):
            for angle in np.radians(ANGLES):
                direction = np.array([np.cos(angle), np.sin(angle)])
                middle = point + direction * (distance + size / 2)
                box = Bbox([middle - size / 2, middle + size / 2])
                inside = (box.min >= frame.min).all() and (box.max <= frame.max).all()
                if inside and not any(box.overlaps(other) for other in avoided):
                    return box
    raise ValueError(f"no room for a label of {size} points: draw fewer methods.")


def _scaled(box, scale):
    """Convert a box from pixels to points."""
    return Bbox(box.get_points() * scale)


def _in_points(axis, pair, scale):
    """Convert an estimate to the right and one upwards to points: (low, value, high) of each."""
    corners = np.array([(estimate.low, estimate.value, estimate.high) for estimate in pair]).T
    return (axis.transData.transform(corners) * scale).T
