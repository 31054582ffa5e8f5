"""Pictures in one visual language: contact sheets, training curves, errors, profiles."""

import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import machine, metrics

INK = "#333333"
KNOWN = "#0072b2"
HOLE = "#d55e00"
NEUTRAL = "#8c8c8c"
"""Colour-blind-safe: blue for what is known, orange for the hole and for what fills it."""

STYLE = {
    "figure.dpi": 150,
    "savefig.dpi": 150,
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.titlesize": 10,
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


def contact_sheet(rows, columns=None, outline=None):
    """Show batches of images, a row each, so that one image's fills stand under one another.

    Parameters
    ----------
    rows : dict of str to ndarray of float, shape (n, height, width, 3), values in [0, 1]
        By the label of the row.
    columns : list of str, optional
        Titles of the columns.
    outline : ndarray, shape (n, height, width, 1), optional
        Location maps whose holes are outlined in every row.

    Returns
    -------
    matplotlib.figure.Figure
    """
    count = len(next(iter(rows.values())))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(rows), count, figsize=(0.95 * count + 1.1, 0.98 * len(rows) + 0.1), squeeze=False
        )
        for axes, (label, images) in zip(grid, rows.items(), strict=True):
            for number, (axis, image) in enumerate(zip(axes, images, strict=True)):
                axis.imshow(np.clip(image, 0, 1))
                axis.set(xticks=[], yticks=[])
                axis.spines[:].set_visible(False)
                if outline is not None:
                    _outline(axis, outline[number, ..., 0])
            axes[0].set_ylabel(label, rotation=0, ha="right", va="center", labelpad=6)
        for axis, title in zip(grid[0], columns or [], strict=False):
            axis.set_title(title)
        return _finish(figure, f"{count} cars side by side; from top to bottom: {', '.join(rows)}")


def training_curve(record):
    """Draw the PSNR over the hole against the images seen, in training and validation.

    Parameters
    ----------
    record : dict
        What `inpainting_guide.training.fit` returned, with validation.

    Returns
    -------
    matplotlib.figure.Figure
    """
    history = record["history"]
    epochs = len(history["loss"])
    seen = record["images"] / epochs * np.arange(1, epochs + 1) / 1000
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(6.4, 3))
        for name, key, colour in (("training", "loss", NEUTRAL), ("validation", "val_loss", HOLE)):
            axis.plot(seen, metrics.psnr(np.array(history[key])), color=colour, label=name)
        axis.set(xlabel="images seen, thousands", ylabel="PSNR of the mean error, dB")
        axis.legend(frameon=False, loc="lower right")
        final = metrics.psnr(history["val_loss"][-1])
        return _finish(
            figure,
            f"PSNR over the hole against images seen, in training and validation: it ends at "
            f"{final:.1f} dB in validation",
        )


def psnr_comparison(scores):
    """Draw the PSNR of the mean squared error of several methods, with 95 % intervals.

    Parameters
    ----------
    scores : dict of str to protocol.Scores
        By the method's name.

    Returns
    -------
    matplotlib.figure.Figure
    """
    estimates = {name: score.summary()["psnr_of_mean"] for name, score in scores.items()}
    ordered = sorted(estimates, key=lambda name: estimates[name].value)
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(6.4, 0.34 * len(ordered) + 0.8))
        for position, name in enumerate(ordered):
            value, low, high = estimates[name]
            axis.errorbar(
                value, position, xerr=[[value - low], [high - value]], fmt="o", color=KNOWN, ms=5
            )
            axis.annotate(
                f"{value:.2f}", (high, position), (5, 0), textcoords="offset points", va="center"
            )
        axis.set_yticks(range(len(ordered)), ordered)
        axis.set(xlabel="PSNR of the mean squared error over the hole, dB")
        axis.margins(x=0.12)
        axis.grid(axis="x", alpha=0.3)
        listed = ", ".join(f"{name} {estimates[name].value:.2f} dB" for name in ordered)
        return _finish(figure, f"PSNR of the mean squared error with 95 % intervals: {listed}")


def hole_profile(profiles):
    """Draw the PSNR against the distance from the rim of the hole, a line per method.

    Parameters
    ----------
    profiles : dict of str to ndarray of float, shape (depths,)
        Squared errors from the rim inwards (`inpainting_guide.metrics.squared_error_by_depth`).

    Returns
    -------
    matplotlib.figure.Figure
    """
    colours = [NEUTRAL, KNOWN, "#009e73", "#cc79a7"]
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(6.4, 3))
        for number, (name, profile) in enumerate(profiles.items()):
            last = number == len(profiles) - 1
            depths = np.arange(1, len(profile) + 1)
            colour = HOLE if last else colours[number]
            axis.plot(depths, metrics.psnr(profile), "o-", ms=4, color=colour, label=name)
        axis.set(xlabel="pixels to the nearest known one", ylabel="PSNR of the mean error, dB")
        axis.set_xticks(depths)
        axis.legend(frameon=False)
        ends = ", ".join(
            f"{name} from {metrics.psnr(profile[0]):.1f} to {metrics.psnr(profile[-1]):.1f} dB"
            for name, profile in profiles.items()
        )
        return _finish(figure, f"PSNR from the rim of the hole to its middle: {ends}")


def heat_map(values, label):
    """Draw one value per position on a square grid.

    Parameters
    ----------
    values : ndarray of float, shape (height, width)
    label : str
        What is shown, with its unit.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(4.6, 3.6))
        drawn = axis.imshow(values, cmap="viridis")
        figure.colorbar(drawn, ax=axis, label=label)
        axis.set(xlabel="column", ylabel="row")
        return _finish(
            figure, f"{label}, by row and column: from {values.min():.3g} to {values.max():.3g}"
        )


def _outline(axis, location_map):
    """Outline the missing pixels, along the edges between pixels."""
    rows, columns = np.nonzero(location_map == 0)
    if len(rows):
        top, left = rows.min(), columns.min()
        size = columns.max() - left + 1, rows.max() - top + 1
        axis.add_patch(
            plt.Rectangle((left - 0.5, top - 0.5), *size, fill=False, edgecolor="white", lw=0.8)
        )


def _finish(figure, description):
    """Describe a figure for those who cannot see it, and mark it in a quick run.

    The invisible title becomes the picture's alternative text on the site.
    """
    figure.suptitle(description, visible=False).set_in_layout(False)
    if machine.quick():
        figure.text(
            0.5, 0.5, "quick run", fontsize=36, color=HOLE, alpha=0.35, rotation=20,
            ha="center", va="center",
        )  # fmt: skip
    return figure
