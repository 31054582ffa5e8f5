"""The figures of the chapter on blur."""

import numpy as np

from drawings import style

DARK, BRIGHT = 0.2, 0.8
HIDDEN = 4  # pixels of the row that are missing, between one known pixel at each end


def edges():
    """Return the rows that fit an edge: dark, then bright from one of five places on."""
    places = np.arange(HIDDEN + 2)
    return np.array([np.where(places < first, DARK, BRIGHT) for first in range(1, HIDDEN + 2)])


def lines():
    """Return the rows that fit a thin line: one bright pixel at one of four places."""
    places = np.arange(HIDDEN + 2)
    return np.array([np.where(places == bright, BRIGHT, DARK) for bright in range(1, HIDDEN + 1)])


def blur_of_edges_and_lines():
    """Draw the rows of pixels that fit, and under them their mean and their median."""
    pixel, step, top = 0.42, 0.52, 3.95
    axes = style.sheet(4.55, background="white")
    for left, title, rows in ((1.25, "an edge", edges()), (4.45, "a thin line", lines())):
        width = pixel * (HIDDEN + 2)
        style.write(axes, left + width / 2, top + 0.35, title)
        for number, row in enumerate(rows):
            _row(axes, row, left, top - pixel - number * 0.48, pixel)
        for number, answer in enumerate((rows.mean(0), np.median(rows, 0))):
            _row(axes, answer, left, 0.72 - number * step, pixel)
    style.write(axes, 0.15, 2.8, "what\nfits", across="left")
    style.write(axes, 0.15, 0.72 + pixel / 2, "mean", across="left")
    style.write(axes, 0.15, 0.72 - step + pixel / 2, "median", across="left")
    style.line(axes, (0.15, 1.33), (style.WIDTH - 0.02, 1.33), colour=style.FAINT, width=0.8)
    return axes.figure


def _row(axes, values, left, bottom, pixel):
    """Draw a row of grey pixels with the hidden ones framed."""
    for number, value in enumerate(values):
        style.rectangle(
            axes, left + number * pixel, bottom, pixel, pixel, style.FAINT, str(value), line=0.5
        )
    style.rectangle(
        axes, left + pixel, bottom, HIDDEN * pixel, pixel, style.MISSING, "none", line=2.0
    )


def blur_perception_distortion():
    """Draw the least distance to photographs that a given squared error allows."""
    axes = style.sheet(4.0)
    left, bottom, wide, high = 0.9, 0.9, 5.2, 2.15

    def point(error, distance):
        return left + (error - 0.7) / 1.6 * wide, bottom + distance * high

    errors = 1 + np.linspace(0, 1, 200) ** 2
    curve = [point(error, 1 - np.sqrt(error - 1)) for error in errors]
    corner, end = point(0.7, 0), point(2.35, 0)
    # No method is farther away than the root of its error, which is how far a single answer is.
    top = [point(error, np.sqrt(error)) for error in np.linspace(1.25**2, 1, 50)]
    region = [*curve, point(2.3, 0), point(2.3, 1.25), *top]
    style.polygon(axes, region, style.KNOWN, line=0)
    style.line(axes, *curve, point(2.3, 0), colour=style.KNOWN, width=2.2)
    style.arrow(axes, corner, end)
    style.arrow(axes, corner, point(0.7, 1.38))
    for error, label in ((1, "$V$"), (2, "$2V$")):
        x, y = point(error, 0)
        style.line(axes, (x, y - 0.06), (x, y + 0.06))
        style.write(axes, x, y - 0.25, label, style.MATHS)
    style.write(axes, left + wide / 2, 0.28, "squared error $D$")
    style.write(axes, 0.4, bottom + high / 2 + 0.3, "distance to photographs", rotation=90)
    axes.plot(*zip(point(1, 1), point(2, 0), strict=True), "o", color=style.INK, markersize=7)
    x, y = point(1, 1)
    style.write(axes, x - 0.5, y + 0.5, "the mean: blurred", across="left")
    x, y = point(2, 0)
    style.write(axes, x - 0.1, y + 0.3, "a sample", across="left")
    style.write(axes, *point(1.72, 0.62), "what fills can reach", colour=style.KNOWN)
    style.write(axes, *point(0.85, 0.55), "never", style.SMALL, rotation=90)
    return axes.figure


def blur_sliced_distance():
    """Draw two sets of points, their projections on one direction, and the pairs in order."""
    rng = np.random.default_rng(3)
    axes = style.sheet(3.3)
    first = rng.normal((1.6, 1.5), (0.7, 0.4), (7, 2))
    second = rng.normal((2.5, 1.6), (0.35, 0.4), (7, 2))
    direction = np.array([np.cos(0.35), np.sin(0.35)])
    origin = np.array([1.9, 1.5])
    ends = [origin + t * direction for t in (-2.0, 1.9)]
    style.arrow(axes, *ends)
    style.write(axes, *(ends[1] + (0.12, 0.08)), "$u$", style.MATHS)
    style.line(axes, (4.35, 2.45), (6.95, 2.45), colour=style.FAINT, width=0.8)
    style.line(axes, (4.35, 1.05), (6.95, 1.05), colour=style.FAINT, width=0.8)
    sets = ((first, style.MISSING, "o", 2.45), (second, style.KNOWN, "s", 1.05))
    sorted_places = []
    for points, colour, marker, height in sets:
        along = (points - origin) @ direction
        for point, place in zip(points, along, strict=True):
            foot = origin + place * direction
            style.line(axes, point, foot, colour=colour, width=0.8, linestyle=":")
        axes.plot(*points.T, marker, color=colour, markersize=7)
        places = 5.65 + np.sort(along) * 0.75
        axes.plot(places, np.full(len(places), height), marker, color=colour, markersize=7)
        sorted_places.append(places)
    for above, below in zip(*sorted_places, strict=True):
        style.line(axes, (above, 2.37), (below, 1.13), width=0.9)
    style.write(axes, 5.65, 2.8, "fills, in order", colour=style.MISSING)
    style.write(axes, 5.65, 0.68, "photographs, in order", colour=style.KNOWN)
    style.write(axes, 1.9, 3.1, "crops, as points")
    return axes.figure
