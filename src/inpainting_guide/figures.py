"""Pictures in one visual language: contact sheets and maps (`inpainting_guide.curves`: lines)."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from inpainting_guide import arguments, machine

INK = "#333333"
KNOWN = "#0072b2"
HOLE = "#d55e00"
NEUTRAL = "#8c8c8c"
"""Colour-blind-safe: blue for what is known, orange for the hole and for what fills it."""

LINES = (HOLE, KNOWN, "#009e73", "#cc79a7", NEUTRAL)
"""Colours of several lines in one figure."""

WIDTH = 6
"""Width of every figure in inches: with letters of 11 points, also legible on a phone."""

COLUMNS = 6
"""Images across a contact sheet."""

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


def contact_sheet(rows, columns=None):
    """Show batches of images, a row each, so that one image's fills stand under one another.

    Parameters
    ----------
    rows : dict of str to ndarray of float, shape (n, height, width, 3), values in [0, 1]
        By the label of the row; or a list of pairs of both, if a label comes back. `COLUMNS`
        images fit the width of a page.
    columns : list of str, optional
        What to write under the columns.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no rows, no images, or not equally many in each row.
    """
    arguments.some("rows", rows)
    labels, batches = zip(*(rows.items() if isinstance(rows, dict) else rows), strict=True)
    count = len(batches[0])
    if not count or any(len(images) != count for images in batches):
        raise ValueError(
            f"rows of {', '.join(str(len(images)) for images in batches)} images: expected equally "
            "many in each, at least one."
        )
    across = max(count, COLUMNS)  # a few images are not to be blown up to the width of a page
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(labels), across, figsize=(WIDTH, 1.25 * WIDTH / across * len(labels)), squeeze=False
        )
        for axis in grid[:, count:].flat:
            axis.set_axis_off()
        for axes, label, images in zip(grid[:, :count], labels, batches, strict=True):
            for axis, image in zip(axes, images, strict=True):
                axis.imshow(np.clip(image, 0, 1))
                axis.set(xticks=[], yticks=[])
                axis.spines[:].set(visible=True, color=NEUTRAL, linewidth=0.4)
            # Above the row, not beside it: on a phone the images need the whole width.
            axes[0].set_title(label, loc="left", pad=3)
        for axis, text in zip(grid[-1], columns or [], strict=False):
            axis.set_xlabel(text)
        return finish(figure, f"{count} images a row; from top to bottom: {', '.join(labels)}")


def fill_sheet(task, fills, chosen=None, columns=None, families=None):
    """Show what several methods made of the same holes, between the question and the answer.

    Parameters
    ----------
    task : protocol.Task
    fills : dict of str to ndarray of float, shape (n, height, width, 3)
        Fills of the whole task, by the method's name.
    chosen : sequence of int, optional
        Which images to show. By default `COLUMNS` of them, drawn at random: the same six in
        every figure of a task.
    columns : list of str, optional
        What to write under the columns.
    families : dict of str to str, optional
        What kind of method each is. The photographs then stand below each family, so that on a
        long sheet no fill is far from them.

    Returns
    -------
    matplotlib.figure.Figure
    """
    if chosen is None:
        count = len(task.images)
        chosen = np.random.default_rng(1).choice(count, min(COLUMNS, count), replace=False)
    rows = [("incomplete", task.incomplete)]
    families = families or dict.fromkeys(fills)
    for family in dict.fromkeys(families.values()):
        rows += [(name, fill) for name, fill in fills.items() if families[name] == family]
        rows.append(("photograph", task.images))
    return contact_sheet([(name, images[chosen]) for name, images in rows], columns)


def heat_maps(values, label, ticks=None):
    """Draw one value per position on square grids, side by side on one scale.

    Parameters
    ----------
    values : dict of str to ndarray of float, shape (height, width)
        By the title of the grid.
    label : str
        What is shown, with its unit.
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
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, len(values), figsize=(WIDTH, 3.6), squeeze=False)
        for axis, (title, grid) in zip(axes[0], values.items(), strict=True):
            drawn = axis.imshow(grid, cmap="viridis", vmin=low, vmax=high)
            axis.set(xlabel="column", title=title)
            for scale in (axis.xaxis, axis.yaxis):  # there is no half a pixel
                scale.set_major_locator(MaxNLocator(integer=True))
            if ticks is not None:
                axis.set_xticks(range(grid.shape[1]), ticks)
                axis.set_yticks(range(grid.shape[0]), ticks)
        axes[0, 0].set_ylabel("row")
        place = "bottom" if len(values) > 1 else "right"
        figure.colorbar(drawn, ax=axes, label=label, location=place, shrink=0.8)
        ranges = "; ".join(f"{t} from {g.min():.3g} to {g.max():.3g}" for t, g in values.items())
        return finish(figure, f"{label}, by row and column: {ranges}")


def influence_maps(maps, location_map, pixels):
    """Draw what some output pixels look at, on the image with its hole.

    Parameters
    ----------
    maps : dict of str to list of ndarray of float, shape (height, width)
        By the title of the column: a map for each output pixel, from 0 on
        (`inpainting_guide.influence`). Each is drawn relative to its largest value.
    location_map : ndarray, shape (height, width)
        1 where the image is known, 0 in its rectangular hole, which gets a frame.
    pixels : dict of str to tuple of int
        Row and column of each output pixel, by the label of its row; a cross marks it.

    Returns
    -------
    matplotlib.figure.Figure
        Below each map stands its share on known pixels.

    Raises
    ------
    ValueError
        If there are no maps, or not one for each pixel.
    """
    arguments.some("maps", maps)
    known = location_map == 1
    (top, left), (bottom, right) = np.argwhere(~known)[[0, -1]]
    shares = []
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(pixels), len(maps), figsize=(WIDTH, 2.5 * len(pixels) + 0.4), squeeze=False
        )
        for axes, (title, of_pixels) in zip(grid.T, maps.items(), strict=True):
            for axis, values, label in zip(axes, of_pixels, pixels, strict=True):
                norm = PowerNorm(0.5, 0, 1)  # so that weak values are seen as well
                drawn = axis.imshow(values / values.max(), cmap="viridis", norm=norm)
                frame = (left - 0.5, top - 0.5), right - left + 1, bottom - top + 1
                axis.add_patch(Rectangle(*frame, fill=False, edgecolor=HOLE, linewidth=1.5))
                axis.plot(*pixels[label][::-1], "x", color="white", ms=7, mew=2)
                on_known = f"{100 * values[known].sum() / values.sum():.0f} % known"
                axis.set(xticks=[], yticks=[], xlabel=on_known)
                shares.append(f"{title}, {label}, {on_known}")
            axes[0].set_title(title)
        for axis, label in zip(grid[:, 0], pixels, strict=True):
            axis.set_ylabel(label)
        scale = "of the map's largest value"
        figure.colorbar(drawn, ax=grid, label=scale, location="bottom", shrink=0.6, aspect=40)
        return finish(figure, f"Maps of what acts on an output pixel: {'; '.join(shares)}")


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
