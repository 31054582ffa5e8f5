"""The figure of the chapter on losses: what each of them does to a fill."""

import numpy as np

from drawings import recorded, style

LOSSES = {
    "squared": "squared error, hole",
    "window": "whole window",
    "rim_1_times_3": "rim, 1 ring × 3",
    "rim_2_times_3": "rim, 2 rings × 3",
    "rim_2_times_10": "rim, 2 rings × 10",
    "discount_0_9": "discounted by 0.9",
    "discount_0_7": "discounted by 0.7",
    "overlap_1_times_10": "overlap, 1 ring × 10",
    "overlap_2_times_1": "overlap, 2 rings × 1",
    "overlap_2_times_3": "overlap, 2 rings × 3",
    "overlap_2_times_10": "overlap, 2 rings × 10",
    "overlap_4_times_10": "overlap, 4 rings × 10",
    "overlap_6_times_10": "overlap, 6 rings × 10",
    "squared_gradient": "squared + differences",
    "absolute": "absolute error",
    "absolute_gradient_1": "absolute + differences",
    "absolute_gradient_3": "absolute + 3 × differences",
    "features_1": "squared + features",
    "features_10": "squared + 10 × features",
    "ssim": "SSIM",
    "absolute_and_ssim": "0.16 absolute + 0.84 SSIM",
}
"""Their names, by the keys of `benchmarks/loss_design.py`, in the order of the chapter."""

MEASURES = {
    "psnr_of_mean": "PSNR, dB →",
    "l1": "← L1",
    "ssim": "SSIM →",
    "seam": "step at border →",
    "sharpness": "sharpness →",
    "laplacian": "← distance",
}
"""Their titles, with an arrow to the better side."""

ROW = 0.19  # inches
NAMES = 2.1  # inches, for the names of the losses


def what_losses_do():
    """Draw what each loss that is recorded does: means over the seeds, smallest and largest."""
    found = recorded.read("losses")
    rows = [name for name in LOSSES if name in found]
    block = ROW * len(rows) + 0.75
    axes = style.sheet(2 * block + 0.15)
    for number, (measure, title) in enumerate(MEASURES.items()):
        across, down = number % 3, number // 3
        left = NAMES + 0.15 + 1.62 * across
        bottom = (1 - down) * block + 0.5
        panel = _panel(axes, left, bottom, 1.4, ROW * len(rows))
        panel.axvline(found["squared"][measure].value, color=style.FAINT, ls=":", lw=0.9)
        for y, name in enumerate(rows):
            colour, marker = _family(name)
            ends = found[name][f"{measure}_range"]
            panel.hlines(y, ends.least, ends.most, color=colour, lw=1.4)
            panel.plot(found[name][measure].value, y, marker, color=colour, markersize=4.5)
            if across == 0:
                height = bottom + ROW * (len(rows) - y - 0.5)
                place = {"across": "right", "up": "center_baseline"}
                style.write(axes, NAMES, height, LOSSES[name], 10.5, colour, **place)
        panel.set(ylim=(len(rows) - 0.5, -0.5), yticks=())
        panel.locator_params("x", nbins=2, min_n_ticks=2)
        panel.set_title(title, size=style.SMALL)
    return axes.figure


def _panel(axes, left, bottom, width, height):
    """Place a panel of a sheet, measured in inches."""
    sheet = np.array(axes.figure.get_size_inches())
    corner, size = np.array((left, bottom)) / sheet, np.array((width, height)) / sheet
    panel = axes.figure.add_axes((*corner, *size))
    panel.tick_params(labelsize=10.5)
    panel.spines[["top", "right", "left"]].set_visible(False)
    return panel


def _family(name):
    """Choose colour and marker: what is squared, what is absolute, and what looks at windows."""
    if "ssim" in name or "features" in name:
        return style.BACKWARD, "^"
    return (style.MISSING, "s") if "absolute" in name else (style.KNOWN, "o")
