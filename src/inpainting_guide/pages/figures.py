"""The visual language of every figure.

`inpainting_guide.pages.sheets` draws images in it, `inpainting_guide.pages.curves` lines,
`inpainting_guide.pages.grids` values on grids, and `inpainting_guide.pages.trade_off` the map of
right and real.
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from inpainting_guide.common import arguments, machine
from inpainting_guide.data import extents

INK = "#1a1a1a"
KNOWN = "#0068a8"
HOLE = "#c25000"
GREEN = "#00795c"
VIOLET = "#6a2bd9"
NAVY = "#000066"
NEUTRAL = "#8c8c8c"
"""Blue is for what is known, orange for the hole and for what fills it, grey for what is beside the
point: frames, reference lines. The chapters' drawings take their colours from here too, and write
small letters in them: the darker ones of their kind."""

LINES = (HOLE, KNOWN, GREEN, INK, VIOLET)
"""Colours of several lines in one figure, which the colour-blind can tell apart as well."""

MARKERS = "os^Dv"
"""Their markers: nobody should need the colours."""

FAMILIES = {
    "classical": (INK, "s"),
    "squared error": (KNOWN, "o"),
    "variational": (GREEN, "v"),
    "adversarial": (HOLE, "^"),
    "flow": (NAVY, "P"),
    "yours": (VIOLET, "D"),
}
"""Colour and marker of each family of methods (no learning, squared error, a latent variable, a
discriminator, steps from noise), and of what a reader has scored."""

WIDTH = 6
"""Width of a figure in inches: with letters of 11 points, also legible on a phone."""

QUICK_DPI = 50
"""Resolution of figures in quick mode: to draw them large takes longer than what they show."""

STYLE = {
    "figure.dpi": 150,
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 1.8,
    # Pixels stay squares: a 32-pixel image must not be blurred on its way to the page.
    "image.interpolation": "nearest",
}


def family_looks(names, families):
    """Choose a colour and a marker for each of some methods: those of its family.

    Parameters
    ----------
    names : collection of str
        Of the methods.
    families : dict of str to str
        By the method's name, one of `FAMILIES`.

    Returns
    -------
    dict of str to tuple of str
        By the method's name, its colour and its marker.

    Raises
    ------
    ValueError
        If there are no methods, or one has no family that is known.
    """
    arguments.some("methods", names)
    for name in names:
        arguments.one_of(f"family of {name}", families.get(name), FAMILIES)
    return {name: FAMILIES[families[name]] for name in names}


def family_legend(figure, looks, first=()):
    """Say above a figure how the families look of which it shows methods.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    looks : dict of str to tuple of str
        From `family_looks`.
    first : sequence of matplotlib.lines.Line2D
        What else to explain, before them: lines with labels.
    """
    handles = [
        Line2D([], [], linestyle="", marker=marker, color=colour, label=family)
        for family, (colour, marker) in FAMILIES.items()
        if (colour, marker) in looks.values()
    ]
    figure.legend(handles=[*first, *handles], loc="outside upper center", ncols=2, frameon=False)


def mark_hole(axis, location_map):
    """Mark where the hole is, or was: thin corners in the hole's colour, just outside it.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
        It shows an image of the map's size, or a part of it.
    location_map : ndarray, shape (height, width) or (height, width, 1)
        1 where the image is known, 0 in its hole.
    """
    (top, bottom), (left, right) = np.array(extent(location_map)) - 0.5
    arm = min(right - left, bottom - top) / 4
    gap = 0.012 * np.ptp(axis.get_xlim())
    for x, inwards in ((left - gap, arm), (right + gap, -arm)):
        for y, down in ((top - gap, arm), (bottom + gap, -arm)):
            axis.plot(
                [x + inwards, x, x], [y, y, y + down], color=HOLE, linewidth=1.2,
                solid_joinstyle="miter", clip_on=False, scalex=False, scaley=False,
                path_effects=[withStroke(linewidth=2.2, foreground="white")],  # on orange cars too
            )  # fmt: skip


def extent(location_map):
    """Find the rectangle around a hole: its first row and the one after its last; its columns.

    Parameters
    ----------
    location_map : ndarray, shape (height, width) or (height, width, 1)
        1 where the image is known, 0 in its hole.

    Returns
    -------
    rows, columns : tuple of int
        The first one, and the first one beyond.
    """
    first, reach = extents.of_holes(np.reshape(location_map, (1, *location_map.shape[:2], 1)))
    return tuple((int(n), int(n + length)) for n, length in zip(first[0], reach[0], strict=True))


def around(location_map, margin):
    """Find a square around a hole, moved inwards where the image ends, and at most as large as it.

    Parameters
    ----------
    location_map : ndarray, shape (height, width) or (height, width, 1)
        1 where the image is known, 0 in its hole.
    margin : int
        Pixels around the hole.

    Returns
    -------
    rows, columns : slice
    """
    ends, sizes = extent(location_map), location_map.shape[:2]
    side = min(max(end - start for start, end in ends) + 2 * margin, *sizes)
    firsts = (
        min(max((start + end - side) // 2, 0), size - side)
        for (start, end), size in zip(ends, sizes, strict=True)
    )
    return tuple(slice(first, first + side) for first in firsts)


def panel(figure, left, top, side):
    """Put a square into a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Without a layout engine, which would move it.
    left, top, side : float
        Inches, from the figure's upper left corner.

    Returns
    -------
    matplotlib.axes.Axes
    """
    width, height = figure.get_size_inches()
    place = left / width, 1 - (top + side) / height, side / width, side / height
    return figure.add_axes(place)


def show_image(axis, image, location_map=None, margin=None):
    """Draw an image with its pixels as they are.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    image : ndarray of float, shape (height, width, 1 or 3)
        Grey is shown as grey. Values beyond 0 and 1 are shown as these.
    location_map : ndarray, shape (height, width, 1), optional
        Of the image: corners mark where its hole is, or was.
    margin : int, optional
        Show no more than so many pixels around the hole. By default the whole image.
    """
    axis.imshow(np.broadcast_to(np.clip(image, 0, 1), (*image.shape[:2], 3)))
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set(visible=True, color=NEUTRAL, linewidth=0.4)
    if margin is not None:
        rows, columns = around(location_map, margin)
        axis.set(xlim=(columns.start - 0.5, columns.stop - 0.5))
        axis.set(ylim=(rows.stop - 0.5, rows.start - 0.5))
    if location_map is not None:
        mark_hole(axis, location_map)


def finish(figure, description):
    """Describe a figure for those who cannot see it, and mark it in a quick run.

    The invisible title becomes the picture's alternative text on the site.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    description : str

    Returns
    -------
    matplotlib.figure.Figure
        The same one.
    """
    figure.suptitle(description, visible=False).set_in_layout(False)
    if machine.quick():
        figure.text(
            0.5, 0.5, "quick run", fontsize=36, color=HOLE, alpha=0.35, rotation=20,
            ha="center", va="center",
        )  # fmt: skip
    return figure
