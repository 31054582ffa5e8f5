"""Values on grids, as colours, in the visual language of `inpainting_guide.pages.figures`."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.ticker import MaxNLocator

from inpainting_guide.common import arguments
from inpainting_guide.measuring import metrics
from inpainting_guide.pages.figures import INK, STYLE, WIDTH, finish, mark_hole


def heat_maps(values, label, ticks=None):
    """Draw one value per position on square grids, side by side on one scale.

    Parameters
    ----------
    values : dict of str to ndarray of float, shape (height, width)
        By the title of the grid.
    label : str
        What is shown, with its unit. Of values of both signs, white is 0.
    ticks : sequence of int, optional
        What to write at the rows and columns, in place of their numbers.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no grids.
    """
    arguments.some("grids", values)
    low = min(grid.min() for grid in values.values())
    high = max(grid.max() for grid in values.values())
    colours = "viridis"
    if low < 0 < high:
        high = max(-low, high)
        low, colours = -high, "RdBu"
    width = WIDTH if len(values) > 1 else 0.65 * WIDTH
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, len(values), figsize=(width, 3.6), squeeze=False)
        for axis, (title, grid) in zip(axes[0], values.items(), strict=True):
            drawn = axis.imshow(grid, cmap=colours, vmin=low, vmax=high)
            axis.set(xlabel="column", title=title)
            for scale in (axis.xaxis, axis.yaxis):  # there is no half a pixel
                scale.set_major_locator(MaxNLocator(integer=True))
            if ticks is not None:
                axis.set_xticks(range(grid.shape[1]), ticks)
                axis.set_yticks(range(grid.shape[0]), ticks)
        axes[0, 0].set_ylabel("row")
        place = "bottom" if len(values) > 1 else "right"
        figure.colorbar(drawn, ax=axes, label=label, location=place, shrink=0.8)
        ranges = [f"{t} from {g.min():.3g} to {g.max():.3g}".strip() for t, g in values.items()]
        return finish(figure, f"{label}, by row and column: {'; '.join(ranges)}")


def influence_maps(maps, location_map, pixels):
    """Draw what some output pixels look at, on the image with its hole.

    Parameters
    ----------
    maps : dict of str to list of ndarray of float, shape (height, width)
        By the title of the column: a map for each output pixel, from 0 on
        (`inpainting_guide.measuring.influence`). Each is drawn relative to its largest value.
    location_map : ndarray, shape (height, width)
        1 where the image is known, 0 in its hole, which is marked.
    pixels : dict of str to tuple of int
        Row and column of each output pixel, by the label of its row; a cross marks it.

    Returns
    -------
    matplotlib.figure.Figure
        Below each map stands its share on known pixels.

    Raises
    ------
    ValueError
        If there are no maps, not one for each pixel, or one of zeros alone.
    """
    arguments.some("maps", maps)
    for title, of_pixels in maps.items():
        if not all(values.max() > 0 for values in of_pixels):
            raise ValueError(f"{title} has a map of zeros: nothing acts on its output pixel.")
    known = location_map == 1
    shares = []
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(pixels), len(maps), figsize=(WIDTH, 2.5 * len(pixels) + 0.4), squeeze=False
        )
        for axes, (title, of_pixels) in zip(grid.T, maps.items(), strict=True):
            for axis, values, label in zip(axes, of_pixels, pixels, strict=True):
                norm = PowerNorm(0.5, 0, 1)  # so that weak values are seen as well
                drawn = axis.imshow(values / values.max(), cmap="viridis", norm=norm)
                axis.plot(*pixels[label][::-1], "x", color="white", ms=7, mew=2)
                mark_hole(axis, location_map)
                on_known = f"{100 * values[known].sum() / values.sum():.0f} % on known pixels"
                axis.set(xticks=[], yticks=[], xlabel=on_known)
                shares.append(f"{title}, {label}, {on_known}")
            axes[0].set_title(title)
        for axis, label in zip(grid[:, 0], pixels, strict=True):
            axis.set_ylabel(label)
        scale = "of the map's largest value"
        figure.colorbar(drawn, ax=grid, label=scale, location="bottom", shrink=0.6, aspect=40)
        return finish(figure, f"Maps of what acts on an output pixel: {'; '.join(shares)}")


def hole_profiles(profiles, reference, families):
    """Show the PSNR of many methods against the distance from the rim, a row per method.

    Parameters
    ----------
    profiles : dict of str to ndarray of float, shape (depths,)
        As for `inpainting_guide.pages.curves.hole_profile`; methods of one family together.
    reference : str
        Name of the method that the colours compare with, at the same distance.
    families : dict of str to str
        What kind of method each is: white lines divide them.

    Returns
    -------
    matplotlib.figure.Figure
        The numbers are decibels.

    Raises
    ------
    ValueError
        If the reference is none of the methods, or a method has no family.
    """
    arguments.one_of("reference", reference, profiles)
    for name in profiles:
        arguments.one_of("method with a family", name, families)
    names, reach = list(profiles), 4  # beyond that many decibels all are dark
    psnr = metrics.psnr(np.stack(list(profiles.values())))
    lead = psnr - psnr[names.index(reference)]
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(WIDTH, 0.29 * len(names) + 1.4))
        drawn = axis.imshow(lead, cmap="RdBu", vmin=-reach, vmax=reach, aspect="auto")
        for (row, column), value in np.ndenumerate(psnr):
            colour = "white" if abs(lead[row, column]) > 0.65 * reach else INK
            axis.text(column, row, f"{value:.1f}", ha="center", va="center", color=colour)
        for row, (above, below) in enumerate(itertools.pairwise(names)):
            if families[above] != families[below]:
                axis.axhline(row + 0.5, color="white", linewidth=4)
        axis.set_xticks(range(psnr.shape[1]), range(1, psnr.shape[1] + 1))
        axis.set_yticks(range(len(names)), names)
        axis.tick_params(length=0)
        axis.spines[:].set_visible(False)
        axis.set(xlabel="pixels to the nearest known one")
        label = f"PSNR minus that of the {reference}, dB"
        figure.colorbar(drawn, label=label, location="bottom", aspect=40, pad=0.02, extend="both")
        ends = [f"{n} {p[0]:.1f} to {p[-1]:.1f}" for n, p in zip(names, psnr, strict=True)]
        return finish(figure, f"PSNR in dB, from the rim of the hole inwards: {', '.join(ends)}")
