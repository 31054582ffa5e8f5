"""The figures of the introduction."""

import numpy as np

from drawings import style
from inpainting_guide.data import cars, holes
from inpainting_guide.filling import classical

CAR = 112  # of the training cars: a yellow taxi
TOP, LEFT = 14, 4  # of the hole, over a wheel and the bonnet


def example():
    """Return the example's photograph, location map, incomplete and filled image."""
    photograph = cars.load().train[CAR : CAR + 1]
    location_map = holes.square(TOP, LEFT)
    incomplete = holes.cut(photograph, location_map)
    filled = classical.harmonic(incomplete, location_map)
    return photograph[0], location_map[0, ..., 0], incomplete[0], filled[0]


def frame_hole(axes, left, bottom, side):
    """Outline the example's hole on a picture."""
    pixel = side / cars.SIZE
    corner = left + LEFT * pixel, bottom + (cars.SIZE - TOP - holes.HOLE) * pixel
    hole = holes.HOLE * pixel
    style.rectangle(axes, *corner, hole, hole, style.MISSING, fill="none", line=1.4)


def problem():
    """Draw a photograph, its location map, the incomplete image and the composite."""
    side, gap, bottom = 1.6, 0.16, 0.65
    axes = style.sheet(2.6, background="white")
    photograph, location_map, incomplete, filled = example()
    panels = (
        ("photograph", "$x$", photograph),
        ("location map", "$m$", style.location_map_picture(location_map)),
        ("incomplete", r"$y=m\odot x$", incomplete),
        ("composite", r"$\hat{x}$", filled),
    )
    for number, (title, symbol, image) in enumerate(panels):
        left = 0.06 + number * (side + gap)
        style.picture(axes, image, left, bottom, side)
        style.write(axes, left + side / 2, bottom + side + 0.2, title)
        style.write(axes, left + side / 2, bottom - 0.22, symbol, style.MATHS)
        if number > 0:
            frame_hole(axes, left, bottom, side)
    pixel, left = side / cars.SIZE, 0.06 + side + gap
    middle = holes.HOLE / 2
    x, y = left + (LEFT + middle) * pixel, bottom + (cars.SIZE - TOP - middle) * pixel
    style.write(axes, x, y, "0")
    style.write(axes, left + side / 2, bottom + side * 0.8, "1")
    last = 0.06 + 3 * (side + gap) + side / 2
    style.write(axes, last, bottom - 0.5, "(harmonic fill)", style.SMALL)
    return axes.figure


WORKED = np.array([[2, 4, 6], [2, 5, 7], [2, 4, 8]]) / 10
"""The worked example: nine grey values, of which the last two of the middle row are missing."""
WORKED_MAP = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 1]])


def worked_fills():
    """Fill the worked example with the mean of the known values, and with means of neighbours."""
    mean = np.where(WORKED_MAP == 1, WORKED, WORKED[WORKED_MAP == 1].mean())
    smooth = mean.copy()
    for _ in range(100):
        smooth[1, 1] = (smooth[0, 1] + smooth[1, 0] + smooth[1, 2] + smooth[2, 1]) / 4
        smooth[1, 2] = (smooth[0, 2] + smooth[1, 1] + smooth[2, 2]) / 3
    return mean, smooth


def worked_example():
    """Draw the worked example, its location map and two composites, every value written out."""
    side, gap, bottom = 1.5, 0.28, 0.15
    axes = style.sheet(2.15)
    mean, smooth = worked_fills()
    panels = (
        ("photograph", WORKED, "{:.1f}"),
        ("location map", WORKED_MAP, "{:d}"),
        ("mean", mean, "{:.1f}"),
        ("neighbours", smooth, "{:.1f}"),
    )
    cell = side / 3
    for number, (title, values, form) in enumerate(panels):
        left = 0.08 + number * (side + gap)
        style.write(axes, left + side / 2, bottom + side + 0.25, title)
        for (row, column), known in np.ndenumerate(WORKED_MAP):
            missing = known == 0 and number > 0
            colour = style.MISSING if missing else style.KNOWN
            x, y = left + column * cell, bottom + (2 - row) * cell
            style.rectangle(axes, x, y, cell, cell, colour)
            style.write(axes, x + cell / 2, y + cell / 2, form.format(values[row, column]))
    return axes.figure


def how_often_missing():
    """Draw in how many positions each pixel is missing: all 441, and the 20 of the notebooks."""
    side, bottom = 2.5, 0.15
    axes = style.sheet(3.1, background="white")
    starts, diagonal = np.arange(holes.places()), np.arange(20)
    everywhere = np.repeat(starts, len(starts)), np.tile(starts, len(starts))
    for left, title, positions in (
        (0.6, "all 441 positions", everywhere),
        (3.9, "20 on the diagonal", (diagonal, diagonal)),
    ):
        missing_in = (1 - holes.square(*positions)[..., 0]).sum(axis=0)
        style.picture(axes, missing_in / missing_in.max(), left, bottom, side)
        style.write(axes, left + side / 2, bottom + side + 0.22, title)
        for row, column in ((0, 0), (16, 16), (0, 31)):
            count = missing_in[row, column]
            x = left + (min(max(column, 2), 29) + 0.5) * side / 32
            y = bottom + (31 - max(row, 1) + 0.5) * side / 32
            dark = count < missing_in.max() / 2
            style.write(axes, x, y, f"{count:.0f}", colour="white" if dark else style.INK)
    return axes.figure


def two_means():
    """Draw why the mean of decibels is above the decibels of the mean error."""
    axes = style.sheet(3.6)
    errors = np.geomspace(0.0004, 0.13, 200)

    def point(error, decibels):
        return 0.9 + 44 * error, 0.55 + (decibels - 5) * 0.095

    style.line(axes, *zip(*point(errors, -10 * np.log10(errors)), strict=True), width=1.8)
    first, second = (0.001, 30), (0.1, 10)
    mean = (first[0] + second[0]) / 2
    height = -10 * np.log10(mean)
    slope = -10 / (mean * np.log(10))
    tangent = [(error, height + slope * (error - mean)) for error in (0, 0.12)]
    style.line(axes, *(point(*p) for p in tangent), colour=style.FAINT, width=1.2)
    style.line(axes, point(*first), point(*second), colour=style.KNOWN, width=1.2, linestyle=":")
    style.line(axes, point(mean, height), point(mean, 20), colour=style.FAINT, width=1.2)
    style.arrow(axes, point(0, 5), point(0.135, 5))
    style.arrow(axes, point(0, 5), point(0, 36))
    style.write(axes, *point(0.128, 2.2), "$e$", style.MATHS)
    style.write(axes, point(0, 36)[0] - 0.4, point(0, 35)[1], "dB")
    for place, text, colour, shift in (
        (first, "30 dB", style.INK, (0.5, 0.05)),
        (second, "10 dB", style.INK, (0.1, 0.3)),
        ((mean, 20), "20 dB: mean of the PSNRs", style.KNOWN, (1.4, 0.18)),
        ((mean, height), "12.97 dB: PSNR of the mean error", style.MISSING, (-0.15, -0.42)),
    ):
        x, y = point(*place)
        axes.plot(x, y, "o", color=colour, markersize=7)
        style.write(axes, x + shift[0], y + shift[1], text, colour=colour)
    return axes.figure
