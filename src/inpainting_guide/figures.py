"""Pictures in one visual language: contact sheets, training curves, errors, profiles."""

import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import machine, metrics

INK = "#333333"
KNOWN = "#0072b2"
HOLE = "#d55e00"
NEUTRAL = "#8c8c8c"
"""Colour-blind-safe: blue for what is known, orange for the hole and for what fills it."""

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
        By the label of the row. `COLUMNS` images fit the width of a page.
    columns : list of str, optional
        What to write under the columns.

    Returns
    -------
    matplotlib.figure.Figure
    """
    count = len(next(iter(rows.values())))
    across = max(count, COLUMNS)  # a few images are not to be blown up to the width of a page
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(rows), across, figsize=(WIDTH, 1.25 * WIDTH / across * len(rows)), squeeze=False
        )
        for axis in grid[:, count:].flat:
            axis.set_axis_off()
        for axes, (label, images) in zip(grid[:, :count], rows.items(), strict=True):
            for axis, image in zip(axes, images, strict=True):
                axis.imshow(np.clip(image, 0, 1))
                axis.set(xticks=[], yticks=[])
                axis.spines[:].set(visible=True, color=NEUTRAL, linewidth=0.4)
            # Above the row, not beside it: on a phone the images need the whole width.
            axes[0].set_title(label, loc="left", pad=3)
        for axis, text in zip(grid[-1], columns or [], strict=False):
            axis.set_xlabel(text)
        return _finish(figure, f"{count} images a row; from top to bottom: {', '.join(rows)}")


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
        figure, axis = plt.subplots(figsize=(WIDTH, 3))
        for name, key, colour in (("training", "loss", NEUTRAL), ("validation", "val_loss", HOLE)):
            axis.plot(seen, metrics.psnr(np.array(history[key])), color=colour, label=name)
        axis.set(xlabel="images seen, thousands", ylabel="PSNR, dB")
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
        figure, axis = plt.subplots(figsize=(WIDTH, 0.34 * len(ordered) + 0.8))
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
        figure, axis = plt.subplots(figsize=(WIDTH, 3))
        for number, (name, profile) in enumerate(profiles.items()):
            last = number == len(profiles) - 1
            depths = np.arange(1, len(profile) + 1)
            colour = HOLE if last else colours[number]
            axis.plot(depths, metrics.psnr(profile), "o-", ms=4, color=colour, label=name)
        axis.set(xlabel="pixels to the nearest known one", ylabel="PSNR, dB")
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
        figure, axis = plt.subplots(figsize=(WIDTH, 3.6))
        drawn = axis.imshow(values, cmap="viridis")
        figure.colorbar(drawn, ax=axis, label=label)
        axis.set(xlabel="column", ylabel="row")
        return _finish(
            figure, f"{label}, by row and column: from {values.min():.3g} to {values.max():.3g}"
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
