"""A drawing of two workers: who holds what, and what is sent when."""

import itertools

import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

from inpainting_guide.pages.figures import HOLE, INK, KNOWN, STYLE, WIDTH, finish

WORKERS = (("worker 0, the chief", 3.0), ("worker 1", 0.75))
STAGES = (
    (0.56, "its shards:\nimages", KNOWN),
    (1.8, "its slice of\nthe batch", KNOWN),
    (3.05, "the network:\nall weights", INK),
    (4.3, "gradient of\nits slice", HOLE),
    (5.45, "the mean\ngradient", HOLE),
)
"""Middle, text and colour of the boxes, from left to right: the order in time."""


def who_holds_what():
    """Draw two workers in one step of a training: only gradients travel.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with plt.rc_context(STYLE):
        figure = plt.figure(figsize=(WIDTH, 3.75), layout="none")
        axis = figure.add_axes((0, 0, 1, 1))
        axis.set(xlim=(0, WIDTH), ylim=(0, 3.75))
        axis.axis("off")
        for name, height in WORKERS:
            axis.text(0.06, height + 0.45, name, fontsize=11, fontweight="bold")
            for place, text, colour in STAGES:
                _box(axis, place, height, text, colour)
            for (left, *_), (right, *_) in itertools.pairwise(STAGES[:4]):
                _arrow(axis, (left + 0.52, height), (right - 0.52, height), INK)
        (_, upper), (_, lower) = WORKERS
        for shift in (-0.12, 0.12):
            ends = [(4.3 + shift, upper - 0.32), (4.3 + shift, lower + 0.32)]
            _arrow(axis, *(ends if shift > 0 else ends[::-1]), HOLE, width=2)
        axis.text(
            4.12, (upper + lower) / 2, "every step, half of it\nto add up, half of it\nto pass on",
            fontsize=10.5, ha="right", va="center", color=HOLE,
        )  # fmt: skip
        for height in (upper, lower):
            _arrow(axis, (4.82, height), (4.93, height), HOLE)
        axis.text(
            5.45, (upper + lower) / 2, "the same\nstep of the\noptimizer", fontsize=10.5,
            ha="center", va="center", color=INK,
        )  # fmt: skip
        axis.text(
            0.06, (upper + lower) / 2, "No image and no\nweight is sent.", fontsize=10.5,
            va="center", color=KNOWN,
        )  # fmt: skip
        axis.text(0.06, 0.12, "Now and then the chief writes a checkpoint.", fontsize=10.5)
        return finish(
            figure,
            "Two workers in one step. Each holds its own shards of the images, takes its slice of "
            "the batch, has all weights, and computes the gradient of its slice. Between the two "
            "gradients arrows go both ways: each worker sends half of its gradient to be added up, "
            "and half of the sum to be passed on. Then both have the mean gradient and take the "
            "same step. No image and no weight is sent",
        )


def _box(axis, place, height, text, colour):
    patch = FancyBboxPatch(
        (place - 0.46, height - 0.24), 0.92, 0.48, boxstyle="round,pad=0.05", fc="white",
        ec=colour, lw=1.6,
    )  # fmt: skip
    axis.add_patch(patch)
    axis.text(place, height, text, ha="center", va="center", fontsize=9.5)


def _arrow(axis, start, end, colour, width=1.2):
    look = {"arrowstyle": "-|>", "color": colour, "lw": width, "shrinkA": 0, "shrinkB": 0}
    axis.annotate("", end, start, arrowprops=look)
