"""How good fills are against the time that networks were trained: a curve, and points."""

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib import ticker

from inpainting_guide.common import arguments, files
from inpainting_guide.pages.figures import FAMILIES, HOLE, STYLE, WIDTH, finish

FILE = Path(__file__).with_name("minutes.json")
"""Written by ``benchmarks/minutes.py``."""


def recorded_trainings():
    """Read how good the U-Net in a window became in shorter and longer trainings.

    Returns
    -------
    list of dict
        From the shortest on: ``units`` of time, ``images``, ``seeds``, and in decibels
        ``validation`` and ``test``, averages over the seeds of the PSNR of the mean squared error;
        ``spread``, the standard deviation of the latter, None of one seed; and where it was kept
        ``training``, the average during the last epoch.

    Raises
    ------
    ValueError
        If none was recorded.
    """
    trainings = files.read_json(FILE)["trainings"]
    if not trainings:
        raise ValueError(f"{FILE} holds no training: run benchmarks/minutes.py --record.")
    return sorted(trainings, key=lambda training: training["units"])


def time_and_quality(curve, points, families, labels):
    """Draw the quality that a network reaches in longer and longer trainings, among others.

    Time is on a logarithmic axis: twice as long is as far everywhere.

    Parameters
    ----------
    curve : dict of str to list of tuple of float
        One network's name, with the time, above 0, and the quality of each of its trainings.
    points : dict of str to tuple of float
        Time and quality of other methods, by name.
    families : dict of str to str
        What kind of method each is: `inpainting_guide.pages.figures.FAMILIES` has its colour and
        its marker.
    labels : tuple of str
        What the two axes show, with their units.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no curve or more than one, or a method has no family that is known.
    """
    if len(curve) != 1:
        raise ValueError(f"{len(curve)} curves: expected one network, by its name.")
    for name in points:
        arguments.one_of(f"family of {name}", families.get(name), FAMILIES)
    ((name, trainings),) = curve.items()
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(WIDTH, 3.6))
        times, values = zip(*sorted(trainings), strict=True)
        axis.plot(times, values, "o-", ms=4.5, color=HOLE, label=name)
        beside = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
        # Above the line, in its middle: at its end there may be a point of the same network.
        middle = times[len(times) // 2], values[len(times) // 2]
        above = beside | {"xytext": (-6, 6), "ha": "right", "va": "bottom"}
        axis.annotate(name, middle, color=HOLE, **above)
        for other, place in points.items():
            colour, marker = FAMILIES[families[other]]
            axis.plot(*place, marker, ms=6, color=colour)
            axis.annotate(other, place, color=colour, **beside)
        axis.margins(x=0.22, y=0.1)
        axis.set(xlabel=labels[0], ylabel=labels[1], xscale="log")
        axis.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
        axis.xaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
        axis.xaxis.set_minor_locator(ticker.NullLocator())
        listed = [f"{name} {value:.2f} after {time:.2g}" for time, value in sorted(trainings)]
        listed += [
            f"{other} {value:.2f} after {time:.2g}" for other, (time, value) in points.items()
        ]
        return finish(figure, f"{labels[1]} against {labels[0]}: {', '.join(listed)}")
