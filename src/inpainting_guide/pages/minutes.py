"""How good fills are against the time that networks were trained: a curve, and points."""

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator

from inpainting_guide.common import files
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.pages import naming
from inpainting_guide.pages.figures import KNOWN, STYLE, WIDTH, family_legend, family_looks, finish

FILE = Path(__file__).with_name("minutes.json")
"""Written by ``benchmarks/minutes.py``."""

TICKS = (0, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
"""Units of time; below the second of them the axis is linear, so that 0 has a place."""


def recorded_trainings():
    """Read how good the U-Net in a window became in shorter and longer trainings.

    Returns
    -------
    list of dict
        From the shortest on: ``units`` of time, ``images``, ``seeds``; in decibels ``validation``
        and ``test``, averages over the seeds of the PSNR of the mean squared error; ``spread``,
        the standard deviation of the latter, None of one seed. Where they were kept: the means of
        PSNRs, ``validation_mean_psnr`` and ``test_mean_psnr``; the ends of 95 % intervals over the
        cars, ``validation_interval`` and ``test_interval``; and ``training``, the average during
        the last epoch.

    Raises
    ------
    ValueError
        If none was recorded.
    """
    trainings = files.read_json(FILE)["trainings"]
    if not trainings:
        raise ValueError(f"{FILE} holds no training: run benchmarks/minutes.py --record.")
    return sorted(trainings, key=lambda training: training["units"])


def recorded_curve(images, units):
    """Tell how good the U-Net in a window became in what times, by the clock of one training of it.

    A training takes time in proportion to its images. So the recorded trainings are given the times
    that they would have taken where one of them was timed beside other networks.

    Parameters
    ----------
    images : int
        Of the training that was timed.
    units : float
        What it took.

    Returns
    -------
    list of tuple of Quantity
        Units of time and the PSNR on the test cars, with its interval where it was kept.
    """
    return [
        (
            Quantity(each["images"] * units / images),
            Quantity(each["test"], "dB", *each.get("test_interval", (None, None))),
        )
        for each in recorded_trainings()
    ]


def time_and_quality(curve, points, families, labels):
    """Draw the quality that a network reaches in longer and longer trainings, among others.

    Twice as long is as far everywhere, but for the shortest times: what takes none stands at 0.

    Parameters
    ----------
    curve : dict of str to list of tuple of Quantity
        What one line shows, with the time and the quality of each training.
    points : dict of str to tuple of Quantity
        Time and quality of other methods, by name. Qualities are drawn with their intervals.
    families : dict of str to str
        What kind of method each is: `inpainting_guide.pages.figures.FAMILIES` has its colour and
        its marker.
    labels : tuple of str
        What the two axes show, with their units.

    Returns
    -------
    matplotlib.figure.Figure
        Its names overlap neither one another nor a point nor the line.

    Raises
    ------
    ValueError
        If there is no curve or more than one, a method has no family that is known, or a name
        finds no room.
    """
    if len(curve) != 1:
        raise ValueError(f"{len(curve)} curves: expected one network, by its name.")
    looks = family_looks(points, families)
    ((title, trainings),) = curve.items()
    line = sorted((time.value, quality.value) for time, quality in trainings)
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(WIDTH, 6))
        axis.set_xscale("symlog", linthresh=TICKS[1], linscale=0.4)
        axis.plot(*zip(*line, strict=True), color=KNOWN)
        _draw(axis, trainings, KNOWN, "o", size=4)
        for name, point in points.items():
            _draw(axis, [point], *looks[name], size=6)
        latest = max([line[-1][0], *(time.value for time, _ in points.values())])
        axis.set(xlabel=labels[0], ylabel=labels[1], xlim=(-0.1, 1.6 * latest))
        axis.margins(y=0.1)
        axis.xaxis.set_major_locator(FixedLocator(TICKS))
        axis.xaxis.set_major_formatter("{x:g}")
        family_legend(figure, looks, [Line2D([], [], color=KNOWN, marker="o", ms=4, label=title)])
        colours = {name: colour for name, (colour, _) in looks.items()}
        naming.name_points(axis, colours, points, line)
        listed = [f"{title} {value:.2f} after {time:.2g}" for time, value in line]
        listed += [f"{n} {q.value:.2f} after {t.value:.2g}" for n, (t, q) in points.items()]
        return finish(figure, f"{labels[1]} against {labels[0]}: {', '.join(listed)}")


def _draw(axis, pairs, colour, marker, size):
    """Draw times and qualities as markers, with error bars where there are intervals."""
    for time, quality in pairs:
        bars = None
        if quality.low is not None:
            bars = [[quality.value - quality.low], [quality.high - quality.value]]
        axis.errorbar(
            time.value, quality.value, bars, fmt=marker, color=colour, ms=size, elinewidth=0.8
        )
