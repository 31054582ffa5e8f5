"""Several measures of several methods in one figure: a small panel for each measure."""

import math

import matplotlib.pyplot as plt

from inpainting_guide.common import arguments
from inpainting_guide.pages.figures import HOLE, KNOWN, NEUTRAL, STYLE, WIDTH, finish

ACROSS = 3
"""Panels side by side."""


def measures(rows, titles, right=None):
    """Draw every measure in a panel of its own, with the methods below one another.

    Parameters
    ----------
    rows : dict of str to dict of str to Quantity
        By the method's name, top down, its measures by their keys. The first method is what the
        others are compared with: a dotted line runs through its values.
    titles : dict of str to str
        By the keys of the measures to show, what stands above each panel.
    right : dict of str to float, optional
        By the keys of some measures, the value of photographs: a thin line.

    Returns
    -------
    matplotlib.figure.Figure
        Intervals are drawn where there are any.

    Raises
    ------
    ValueError
        If there are no methods or no measures, or a method lacks a measure.
    """
    arguments.some("methods", rows)
    arguments.some("measures", titles)
    for name, row in rows.items():
        for key in titles:
            arguments.one_of(f"measure of {name}", key, row)
    names, right = list(rows), right or {}
    down = math.ceil(len(titles) / ACROSS)
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            down, ACROSS, figsize=(WIDTH, down * (0.23 * len(names) + 0.75)), sharey=True,
            squeeze=False,
        )  # fmt: skip
        panels = list(grid.flat)
        for axis, (key, title) in zip(panels, titles.items(), strict=False):
            axis.axvline(rows[names[0]][key].value, color=KNOWN, linestyle=":", linewidth=1.2)
            if key in right:
                axis.axvline(right[key], color=NEUTRAL, linewidth=1)
            for place, name in enumerate(names):
                found, colour = rows[name][key], HOLE if place else KNOWN
                if found.low is not None:
                    axis.plot([found.low, found.high], [place] * 2, color=colour, linewidth=1)
                axis.plot(found.value, place, "o" if place else "s", color=colour, ms=4.5)
            axis.set_title(title, loc="left", fontsize=9.5)
            axis.locator_params(axis="x", nbins=2)
            axis.tick_params(axis="x", labelsize=9.5)
            axis.margins(x=0.1)
        for axis in panels[len(titles) :]:
            axis.set_visible(False)
        panels[0].set_yticks(range(len(names)), names)
        panels[0].set_ylim(len(names) - 0.5, -0.5)
        listed = "; ".join(
            f"{title}: {', '.join(f'{name} {row[key]}' for name, row in rows.items())}"
            for key, title in titles.items()
        )
        return finish(figure, f"{len(titles)} measures of {len(rows)} methods. {listed}")
