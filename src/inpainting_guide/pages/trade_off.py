"""The map of right and real: error against plausibility, a labelled point for every method."""

import matplotlib.pyplot as plt

from inpainting_guide.pages import naming
from inpainting_guide.pages.figures import INK, STYLE, WIDTH, family_legend, family_looks, finish


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
        Its labels overlap neither one another, nor a point, nor the dotted line.

    Raises
    ------
    ValueError
        If there are no methods, one has no family that is known, or a label finds no room.
    """
    looks = family_looks(points, families)
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
            textcoords="offset points", va="top", fontsize=naming.FONT,
        )  # fmt: skip
        axis.set(xlabel=labels[0], ylabel=labels[1], yscale="log")
        axis.margins(x=0.12, y=0.12)
        axis.yaxis.set_major_formatter("{x:g}")
        axis.yaxis.set_minor_formatter("{x:g}")
        family_legend(figure, looks)
        colours = {name: colour for name, (colour, _) in looks.items()}
        across = [(end, floor) for end in axis.get_xlim()]
        naming.name_points(axis, colours, points, across)
        listed = "; ".join(f"{n} {x.value:.2f}, {y.value:.3g}" for n, (x, y) in points.items())
        return finish(figure, f"{labels[1]} against {labels[0]}: {listed}; photographs {floor:.3g}")
