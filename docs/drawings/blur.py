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
    # The rows of pixels with an edge: what methods fill, and how they are placed.
    rows = edges()[:, 1:-1]
    mean, median = rows.mean(0), np.median(rows, 0)
    least = np.square(rows - mean).sum(1).mean()
    single = np.square(rows - median).sum(1).mean() / least
    marked = ((1, 1), (1.25, 0.5), (2, 0), (single, np.sqrt(single)))
    places = [point(*place) for place in marked]
    axes.plot(*zip(*places, strict=True), "o", color=style.INK, markersize=7)
    labels = (
        ("the mean: blurred", -0.75, 0.42),
        ("halfway", 0.15, 0.12),
        ("a sample", -0.1, 0.3),
        ("the median", 0.16, -0.1),
    )
    for (x, y), (label, right, up) in zip(places, labels, strict=True):
        style.write(axes, x + right, y + up, label, across="left")
    style.write(axes, *point(1.85, 0.45), "what fills can reach", colour=style.KNOWN)
    style.write(axes, *point(0.85, 0.55), "never", style.SMALL, rotation=90)
    return axes.figure


def blur_total_variation():
    """Draw two densities, what each has more than the other, and the best verdict below."""
    axes = style.sheet(3.3)
    left, bottom, step, high = 0.4, 1.0, 0.78, 4.4
    x = np.linspace(0, 8, 401)

    def density(middle, width):
        return np.exp(-(((x - middle) / width) ** 2) / 2) / (width * np.sqrt(2 * np.pi))

    p, q = density(4.2, 1.35), density(3.6, 0.8)
    across = left + step * x
    fills = q > p
    for larger, smaller, where, colour in (
        (q, p, fills, style.MISSING),
        (p, q, ~fills, style.KNOWN),
    ):
        axes.fill_between(
            across,
            bottom + high * smaller,
            bottom + high * larger,
            where=where,
            color=style.TINTS[colour],
            linewidth=0,
        )
    for density_of, colour in ((p, style.KNOWN), (q, style.MISSING)):
        style.line(axes, *zip(across, bottom + high * density_of, strict=True), colour=colour)
    style.line(axes, (across[0], bottom), (across[-1], bottom), width=0.8)
    style.write(axes, 5.15, 2.05, "photographs, $p$", colour=style.KNOWN, across="left")
    style.write(axes, 4.25, 2.85, "fills, $q$", colour=style.MISSING, across="left")
    start, end = across[fills][[0, -1]]
    for begin, stop, text, colour in (
        (across[0], start, "photograph", style.KNOWN),
        (start, end, "fill", style.MISSING),
        (end, across[-1], "photograph", style.KNOWN),
    ):
        style.line(axes, (begin + 0.04, 0.72), (stop - 0.04, 0.72), colour=colour, width=2.4)
        style.write(axes, (begin + stop) / 2, 0.42, text, colour=colour)
    style.write(axes, left, 0.12, "verdict", style.SMALL, across="left")
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
