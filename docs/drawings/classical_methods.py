"""The figure of the chapter on classical methods."""

import numpy as np

from drawings import style

SIZE = 17
GAP = slice(5, 12)  # the missing samples
LEFT_SLOPE, RIGHT_SLOPE = 0.12, 0.05


def known_samples():
    """Return a signal that rises towards the gap and falls behind it; NaN where missing."""
    signal = np.full(SIZE, np.nan)
    before, after = np.arange(GAP.start), np.arange(SIZE - GAP.stop)
    signal[: GAP.start] = 0.06 + LEFT_SLOPE * before
    signal[GAP.stop :] = 0.42 - RIGHT_SLOPE * after
    return signal


def solve(signal, stencil):
    """Fill the gap so that a difference stencil is zero at every missing sample.

    The stencil of second differences, (1, -2, 1), is Laplace's equation in one dimension; that
    of fourth differences, (1, -4, 6, -4, 1), is the biharmonic equation.
    """
    missing = np.flatnonzero(np.isnan(signal))
    known = np.flatnonzero(~np.isnan(signal))
    reach = len(stencil) // 2
    equations = np.zeros((len(missing), len(signal)))
    for row, sample in enumerate(missing):
        equations[row, sample - reach : sample + reach + 1] = stencil
    filled = signal.copy()
    right_side = -equations[:, known] @ signal[known]
    filled[missing] = np.linalg.solve(equations[:, missing], right_side)
    return filled


def membrane_and_plate():
    """Draw the harmonic and the biharmonic fill of a gap in one dimension."""
    signal = known_samples()
    membrane, plate = solve(signal, (1, -2, 1)), solve(signal, (1, -4, 6, -4, 1))
    axes = style.sheet(3.1)
    left, _ = _point(GAP.start - 0.5, 0)
    right, _ = _point(GAP.stop - 0.5, 0)
    style.rectangle(axes, left, 0.42, right - left, 2.6, style.MISSING, line=0, alpha=0.5)
    _curve(axes, membrane, style.INK, "s")
    _curve(axes, plate, style.BACKWARD, "^")
    for sample in np.flatnonzero(~np.isnan(signal)):
        axes.plot(*_point(sample, signal[sample]), "o", color=style.KNOWN, markersize=7)
    _overshoot(axes, np.nanmax(signal), plate)
    x, y = _point(GAP.stop - 3, membrane[GAP.stop - 3])
    style.write(axes, x, y - 0.32, "the membrane")
    for middle, name, colour in (
        (2, "known", style.KNOWN),
        (8, "missing", style.MISSING),
        (14, "known", style.KNOWN),
    ):
        style.write(axes, _point(middle, 0)[0], 0.2, name, colour=colour)
    return axes.figure


def _overshoot(axes, largest, plate):
    """Mark the largest known value and by how much the plate passes it."""
    start, end = _point(-0.6, largest), _point(SIZE - 0.4, largest)
    style.line(axes, start, end, width=0.8, linestyle=(0, (4, 3)))
    style.write(axes, end[0], end[1] + 0.16, "largest known value", style.SMALL, across="right")
    peak = int(np.nanargmax(plate))
    x, y = _point(peak, plate[peak])
    style.arrow(axes, (x, end[1]), (x, y - 0.06), style.BACKWARD)
    style.write(axes, _point(8, 0)[0], y + 0.24, "the plate overshoots", colour=style.BACKWARD)


def _curve(axes, values, colour, marker):
    """Draw a fill from the last known sample before the gap to the first one behind it."""
    shown = range(GAP.start - 1, GAP.stop + 1)
    points = [_point(sample, values[sample]) for sample in shown]
    look = {"marker": marker, "markersize": 5.5, "markevery": slice(1, -1)}
    style.line(axes, *points, colour=colour, width=1.6, **look)


def _point(sample, value):
    """Place a sample on the sheet."""
    return 0.42 + 0.385 * sample, 0.3 + 3.4 * value
