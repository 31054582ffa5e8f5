"""The figures of the chapter on the variational autoencoder."""

import numpy as np

from drawings import style


def evidence_bound():
    """Draw the bound and its gap before and after the two steps of EM."""
    axes = style.sheet(3.3)
    bottom, width = 0.72, 1.05
    bars = [
        (1.1, 1.0, 0.75, "any $q$"),
        (3.1, 1.75, 0.0, "after a best $q$"),
        (5.1, 1.75, 0.4, "after a better $\\theta$"),
    ]
    style.line(axes, (0.1, bottom), (6.9, bottom), width=0.8)
    for left, bound, gap, name in bars:
        middle = left + width / 2
        style.rectangle(axes, left, bottom, width, bound, style.KNOWN)
        style.write(axes, middle, bottom + bound / 2, r"$\mathcal{L}$", style.MATHS)
        if gap:
            style.rectangle(axes, left, bottom + bound, width, gap, style.MISSING)
            style.write(axes, middle, bottom + bound + gap / 2, "gap")
        top = bottom + bound + gap
        style.line(axes, (left - 0.12, top), (left + width + 0.12, top), width=2.2)
        style.write(axes, middle, top + 0.2, r"$\log p_\theta(x)$", style.MATHS)
        style.write(axes, middle, 0.48, name)
    style.arrow(axes, (2.28, 1.45), (2.94, 1.45))
    style.write(axes, 2.61, 1.68, "E-step", style.SMALL)
    style.arrow(axes, (4.28, 1.45), (4.94, 1.45))
    style.write(axes, 4.61, 1.68, "M-step", style.SMALL)
    text = r"gap $=\mathrm{KL}(q \,\Vert\, p_\theta(z\,|\,x))$"
    style.write(axes, style.WIDTH / 2, 0.16, text, style.MATHS)
    return axes.figure


def reparameterisation():
    """Draw where a gradient stops, and the same computation with the noise as an input."""
    axes = style.sheet(4.3)
    _chain(axes, 3.35, r"$z \sim \mathcal{N}(\mu, s^2)$", passes=False)
    _chain(axes, 1.35, r"$z = \mu + s\,\varepsilon$", passes=True)
    style.line(axes, (0.1, 2.36), (6.9, 2.36), colour=style.FAINT, width=0.8)
    return axes.figure


def _chain(axes, y, text, passes):
    """Draw encoder, code and decoder in a row, and the way of the gradient under them."""
    places = 0.4, 1.72, 4.0, 6.15
    style.write(axes, places[0], y, "$x$", style.MATHS)
    style.node(axes, places[1], y, r"$\mu,\ s$", style.KNOWN, width=0.95, height=0.6)
    colour = style.KNOWN if passes else style.MISSING
    style.node(axes, places[2], y, text, colour, width=1.95, height=0.6)
    style.node(axes, places[3], y, r"$f_\theta(z)$", style.KNOWN, width=0.95, height=0.6)
    gaps = [(0.58, 1.2), (2.24, 2.98), (5.02, 5.63)]
    for (start, end), name in zip(gaps, (r"$\phi$", "", r"$\theta$"), strict=True):
        style.arrow(axes, (start, y), (end, y))
        style.write(axes, (start + end) / 2, y + 0.24, name, style.MATHS)
    low = y - 0.52
    green = style.BACKWARD
    style.arrow(axes, (6.15, low), (4.15, low), colour=green, dashed=True, width=1.6)
    if passes:
        style.circle(axes, places[2], y + 0.72, r"$\varepsilon$", style.MISSING, radius=0.22)
        style.arrow(axes, (places[2], y + 0.5), (places[2], y + 0.31))
        style.write(axes, 4.35, y + 0.72, "noise: an input", across="left")
        style.arrow(axes, (3.85, low), (1.72, low), colour=green, dashed=True, width=1.6)
        style.write(axes, 3.9, low - 0.27, "the gradient goes through", colour=green)
    else:
        for sign in (-1, 1):
            ends = (3.88, low - 0.13 * sign), (4.12, low + 0.13 * sign)
            style.line(axes, *ends, colour=green, width=2.2)
        style.write(axes, places[2], y + 0.55, "a draw: not a function of $\\mu$ and $s$")
        style.write(axes, 3.9, low - 0.27, "the gradient ends here", colour=green)


def water_level():
    """Draw which directions of the data a linear variational autoencoder encodes."""
    axes = style.sheet(3.2)
    variances = 2.3 * 0.62 ** np.arange(8)
    level, bottom, left, pitch, width = 0.6, 0.62, 0.75, 0.62, 0.42
    for number, variance in enumerate(variances):
        x = left + number * pitch
        below = min(variance, level)
        style.rectangle(axes, x, bottom, width, below, style.MISSING)
        if variance > level:
            style.rectangle(axes, x, bottom + level, width, variance - level, style.KNOWN)
        style.write(axes, x + width / 2, bottom - 0.19, str(number + 1), style.SMALL)
    end = left + 8 * pitch
    style.line(axes, (left - 0.2, bottom), (end, bottom), width=0.8)
    style.line(axes, (left - 0.2, bottom + level), (end, bottom + level), linestyle=(0, (4, 2)))
    style.write(axes, left - 0.42, bottom + level, r"$\sigma^2$", style.MATHS)
    style.write(axes, (left + end) / 2, 0.14, "directions of the data, by variance $\\lambda_j$")
    style.rectangle(axes, 3.05, 2.62, 0.2, 0.2, style.KNOWN)
    text = r"sent: $\frac{1}{2}\log\,(\lambda_j/\sigma^2)$ nats"
    style.write(axes, 3.4, 2.72, text, style.MATHS, across="left")
    style.rectangle(axes, 3.05, 2.12, 0.2, 0.2, style.MISSING)
    style.write(axes, 3.4, 2.22, "left to the noise", across="left")
    style.write(axes, end + 0.1, bottom + 0.3, "collapsed\nfrom 4 on", across="left")
    return axes.figure
