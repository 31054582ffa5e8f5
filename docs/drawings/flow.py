"""The figures of the chapter on flows."""

import numpy as np
from matplotlib.figure import Figure
from scipy.stats import norm

from drawings import style

PATHS, STEPS = 24, 400


def flow_of_two_answers():
    """Draw paths of the average velocity to two answers, over the straight lines of the pairs."""
    rng = np.random.default_rng(3)
    starts = norm.ppf((np.arange(PATHS) + 0.5) / PATHS)
    figure = Figure((style.WIDTH, 3.2), facecolor="none")
    axes = figure.add_axes((0.1, 0.17, 0.86, 0.79))
    for start, end in zip(rng.permutation(starts), np.tile([-1, 1], PATHS // 2), strict=True):
        axes.plot([0, 1], [start, end], color=style.FAINT, linewidth=0.9)
    times, paths = _follow(starts)
    for path in paths.T:
        colour = style.KNOWN if path[-1] > 0 else style.MISSING
        axes.plot(times, path, color=colour, linewidth=1.5)
    axes.set(xlim=(0, 1), ylim=(-2.3, 2.3), xticks=(0, 0.25, 0.5, 0.75, 1), yticks=(-1, 0, 1))
    axes.set_xlabel("time $t$: from noise to residuals", fontsize=style.TEXT)
    axes.set_ylabel("state $x_t$", fontsize=style.TEXT)
    axes.spines[["right", "top"]].set_visible(False)
    return figure


def _follow(places):
    """Follow the velocity to one of two equally probable residuals, -1 and 1."""
    times = np.linspace(0, 1, STEPS + 1)
    paths = [places]
    for step, t in enumerate(times[:-1]):
        mean = np.tanh(t * paths[-1] / (1 - t) ** 2)
        paths.append(paths[-1] + (mean - paths[-1]) / (STEPS - step))
    return times, np.array(paths)
