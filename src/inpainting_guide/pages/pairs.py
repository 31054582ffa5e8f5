"""Small pictures of a failure beside its control, for a row of a table.

A page hands them on with `inpainting_guide.pages.publishing.publish_pictures`.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from inpainting_guide.measuring import metrics
from inpainting_guide.pages.figures import HOLE, KNOWN, STYLE, finish, panel, show_image
from inpainting_guide.training import budgets

PANEL = 1.32
"""Width of one of the two panels, in inches: both together are 280 pixels wide on a page."""

GAP, LABEL = 0.06, 0.25
"""Around a panel, and the height of what stands above one, in inches."""

MARGIN = 5
"""Pixels around a hole that are shown."""

SMALL = STYLE | {"font.size": 9.5, "axes.titlesize": 9.5, "axes.labelsize": 9.5}
"""The style of these pictures: letters a little smaller than in figures."""


def close_ups(columns, location_map=None, index=None):
    """Show the surroundings of a hole as two methods filled it, enlarged.

    Parameters
    ----------
    columns : dict of str to ndarray of float, shape (n, height, width, 1 or 3)
        By the label of the column, the failure first. Or, of methods that sample, shape
        (samples, n, height, width, 3): the samples stand below one another.
    location_map : ndarray, shape (n, height, width, 1), optional
        1 where the images are known, 0 in their holes, which are marked. Without it the images are
        shown as they are.
    index : int, optional
        Which image to show. By default the one in which the two differ most.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are not two columns.
    """
    _two(columns)
    samples = [images.reshape(-1, *images.shape[-4:]) for images in columns.values()]
    if index is None:
        index = int(np.abs(samples[0] - samples[1]).mean(axis=(0, 2, 3, 4)).argmax())
    shown = () if location_map is None else (location_map[index], MARGIN)
    step = PANEL + GAP
    size = 2 * step, LABEL + len(samples[0]) * step
    with plt.rc_context(SMALL):
        figure = plt.figure(figsize=size, layout="none")
        for column, (label, batches) in enumerate(zip(columns, samples, strict=True)):
            for row, images in enumerate(batches):
                axis = panel(figure, GAP / 2 + column * step, LABEL + row * step, PANEL)
                show_image(axis, images[index], *shown)
                if not row:
                    axis.set_title(label, loc="left", pad=4)
        return finish(figure, f"Enlarged: {' and '.join(columns)}")


def small_curves(records):
    """Draw the PSNR over the hole in two trainings, each with its own validation, on one scale.

    Parameters
    ----------
    records : dict of str to dict
        What `inpainting_guide.training.fitting.fit` returned, with validation, by the name of the
        training, the failure first. Validation is drawn as a line, training as a broken one.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are not two records, or one has learnt by another loss than a squared error.
    """
    _two(records)
    with plt.rc_context(SMALL):
        figure, axes = plt.subplots(1, 2, sharey=True, figsize=(2 * (PANEL + GAP), 1.6))
        figure.get_layout_engine().set(wspace=0.06)
        for axis, (name, record) in zip(axes, records.items(), strict=True):
            error = budgets.squared_error(record)
            for label, key, style, colour in (
                ("training", error, "--", KNOWN),
                ("validation", f"val_{error}", "-", HOLE),
            ):
                values = metrics.psnr(np.array(record["history"][key]))
                axis.plot(np.arange(1, len(values) + 1), values, style, color=colour, label=label)
            axis.set(xticks=[], xlabel="images seen")
            axis.set_title(name, loc="left")
        axes[0].set(ylabel="PSNR, dB")
        axes[0].yaxis.set_major_locator(MaxNLocator(4, integer=True))
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside lower center", ncols=2, frameon=False, handlelength=1.5
        )
        return finish(figure, f"PSNR in training and validation: {' and '.join(records)}")


def _two(columns):
    if len(columns) != 2:
        raise ValueError(f"{len(columns)} columns: expected two, the failure and its control.")
