"""One visual language for all figures: colours, sizes, and a few things to draw with.

A figure is a sheet of paper measured in inches, its origin at the bottom left. Every sheet is
equally wide, so that text has the same size in every figure of a page. Line drawings have no
background: in dark mode the site inverts them.
"""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Polygon, Rectangle

from inpainting_guide.pages import figures

WIDTH = 7.0

# The colours are those of the gallery's figures. Blue: known pixels, and the way forward through a
# network. Orange: holes, and the zeros that stand in for pixels. Green: gradients, and what is
# contrasted with the first two.
INK, FAINT, KNOWN = figures.INK, figures.NEUTRAL, figures.KNOWN
MISSING, BACKWARD = figures.HOLE, figures.GREEN
TINTS = {KNOWN: "#bfdcf0", MISSING: "#f8c39a", BACKWARD: "#bfe6d7", INK: "#dedede"}

SMALL, TEXT, MATHS = 12, 13, 16  # points

SETTINGS = {
    "font.family": "DejaVu Sans",  # it comes with Matplotlib: the same on every machine
    "font.size": TEXT,
    "mathtext.fontset": "cm",
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.facecolor": "none",  # in the dark theme a white panel would turn black
    "axes.linewidth": 0.8,
    "lines.linewidth": 1.6,
    "svg.fonttype": "path",
    "svg.hashsalt": "inpainting-guide",
}


def sheet(height, background="none"):
    """Lay out an empty sheet, `WIDTH` x `height` inches, and return its axes."""
    figure = Figure((WIDTH, height), facecolor=background)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, height), aspect="equal", autoscale_on=False)
    axes.axis("off")
    return axes


def write(axes, x, y, text, size=TEXT, colour=INK, across="center", up="center", **options):
    """Write text at a point; by default the point is its middle."""
    return axes.text(x, y, text, size=size, color=colour, ha=across, va=up, **options)


def arrow(axes, start, end, colour=INK, dashed=False, width=1.1):
    """Draw an arrow between two points."""
    look = {
        "arrowstyle": "-|>,head_width=0.22,head_length=0.45",
        "color": colour,
        "linewidth": width,
        "linestyle": (0, (4, 2)) if dashed else "-",
        "shrinkA": 0,
        "shrinkB": 0,
    }
    axes.annotate("", end, start, arrowprops=look)


def line(axes, *points, colour=INK, width=1.0, **options):
    """Draw a line through points."""
    axes.plot(*zip(*points, strict=True), color=colour, linewidth=width, **options)


def rectangle(axes, left, bottom, width, height, colour=INK, fill=None, line=1.0, **options):
    """Draw a rectangle; `fill` is a colour, by default the tint of `colour`."""
    fill = TINTS[colour] if fill is None else fill
    patch = Rectangle((left, bottom), width, height, fc=fill, ec=colour, lw=line, **options)
    return axes.add_patch(patch)


def node(axes, x, y, text, colour=INK, width=0.66, height=0.5, size=MATHS):
    """Draw a rounded box with text, centred on a point."""
    corner = (x - width / 2 + 0.08, y - height / 2 + 0.08)
    patch = FancyBboxPatch(
        corner,
        width - 0.16,
        height - 0.16,
        boxstyle="round,pad=0.08",
        fc=TINTS[colour],
        ec=colour,
        lw=1.0,
    )
    axes.add_patch(patch)
    write(axes, x, y, text, size=size)


def circle(axes, x, y, text="", colour=INK, radius=0.25, size=MATHS):
    """Draw a circle with text."""
    axes.add_patch(Circle((x, y), radius, fc=TINTS[colour], ec=colour, lw=1.0, zorder=3))
    write(axes, x, y, text, size=size, zorder=4)


def polygon(axes, points, colour=INK, fill=None, line=1.0, **options):
    """Draw a closed polygon; `fill` is a colour, by default the tint of `colour`."""
    fill = TINTS[colour] if fill is None else fill
    axes.add_patch(Polygon(np.asarray(points), fc=fill, ec=colour, lw=line, **options))


def picture(axes, image, left, bottom, side):
    """Show an image with crisp pixels, `side` inches wide and high."""
    extent = (left, left + side, bottom, bottom + side)
    axes.imshow(image, extent=extent, interpolation="none", vmin=0, vmax=1)


def location_map_picture(location_map):
    """Colour a location map, shape (height, width): known pixels blue, missing ones orange."""
    known, missing = (np.array(_rgb(TINTS[colour])) for colour in (KNOWN, MISSING))
    return np.where(location_map[..., None] == 1, known, missing)


def _rgb(colour):
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
