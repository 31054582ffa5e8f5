"""The figures of the chapter on the variational autoencoder."""

import numpy as np
from matplotlib.figure import Figure

from drawings import style


def two_directions():
    """Draw the two Gaussians that are closest to a density of two humps, by the two directions."""
    z = np.linspace(-8.5, 8.5, 400)
    humps = (_normal(z, -3, 1) + _normal(z, 3, 1)) / 2
    figure = Figure((style.WIDTH, 2.9), facecolor="none")
    panels = (
        (r"$\mathrm{KL}(q\,\Vert\,p)$ is smallest:", "$q$ retreats into one hump", (3, 1)),
        (r"$\mathrm{KL}(p\,\Vert\,q)$ is smallest:", "$q$ covers both humps", (0, 10)),
    )
    for number, (which, what, q) in enumerate(panels):
        axes = figure.add_axes((0.02 + 0.5 * number, 0.12, 0.46, 0.6))
        axes.fill_between(z, humps, color=style.TINTS[style.INK])
        axes.plot(z, humps, color=style.FAINT)
        axes.plot(z, _normal(z, *q), color=style.KNOWN, linewidth=2.2)
        axes.set(xlim=(-8.5, 8.5), ylim=(0, 0.44), yticks=[], xticks=[-6, -3, 0, 3, 6])
        axes.spines[["left", "right", "top"]].set_visible(False)
        axes.set_title(f"{which}\n{what}", fontsize=style.TEXT, loc="center")
        axes.text(-3, 0.215, "$p$", size=style.MATHS, ha="center", color=style.FAINT)
        axes.text(*((5, 0.3) if number == 0 else (0, 0.15)), "$q$", size=style.MATHS,
                  ha="center", color=style.KNOWN)  # fmt: skip
    return figure


def _normal(z, mean, variance):
    return np.exp(-((z - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)


def three_encoders():
    """Draw the bound of x = 2 in the worked example, for three encoders, below its evidence."""
    axes = style.sheet(3.3)
    evidence = -0.5 * np.log(4 * np.pi) - 1
    encoders = [("$\\mathcal{N}(2,\\,1)$", 2, 1), ("$\\mathcal{N}(1,\\,1)$", 1, 1),
                ("$\\mathcal{N}(1,\\,\\frac{1}{2})$", 1, 0.5)]  # fmt: skip
    bottom, unit, lowest = 0.75, 1.15, -4.0  # where -4 nats lie, and inches for one nat
    top = bottom + unit * (evidence - lowest)
    for number, (name, mean, variance) in enumerate(encoders):
        left, width = 0.75 + 2.2 * number, 1.1
        fit = -0.5 * np.log(2 * np.pi) - ((2 - mean) ** 2 + variance) / 2
        bound = fit - (mean**2 + variance - 1 - np.log(variance)) / 2
        height = unit * (bound - lowest)
        style.rectangle(axes, left, bottom, width, height, style.KNOWN)
        value = f"{bound:.3f}".replace("-", "−")
        style.write(axes, left + width / 2, bottom + height - 0.2, value)
        if bound < evidence - 1e-9:
            style.rectangle(
                axes, left, bottom + height, width, top - bottom - height, style.MISSING
            )
            gap = f"gap {evidence - bound:.3f}"
            beside = top - bottom - height < 0.4
            x = left + width + 0.08 if beside else left + width / 2
            y = (bottom + height + top) / 2 - (0.14 if beside else 0)
            style.write(axes, x, y, gap, across="left" if beside else "center")
        style.write(axes, left + width / 2, bottom - 0.27, f"$q=$ {name}", style.TEXT)
    style.line(axes, (0.6, bottom), (6.4, bottom), width=0.8)
    style.line(axes, (0.6, top), (6.4, top), width=2.2)
    text = r"$\log p_\theta(x)=$" + f"{evidence:.3f}".replace("-", "−")
    style.write(axes, style.WIDTH / 2, top + 0.25, text, style.MATHS)
    return axes.figure


def evidence_bound():
    """Draw the bound and its gap before and after the two steps of EM."""
    axes = style.sheet(3.3)
    bottom, width = 0.72, 1.05
    bars = [
        (1.1, 1.0, 0.75, "any $q$"),
        (3.1, 1.75, 0.0, "after a best $q$"),
        (5.1, 1.92, 0.3, "after a better $\\theta$"),
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


def rate_and_distortion():
    """Draw the best trade of nats for squared error, and the price at one point of the curve."""
    variances, levels = 0.5 ** np.arange(6), np.geomspace(1, 0.015, 200)
    curve = np.array([_trade(variances, level) for level in levels])
    level = 0.25
    rate, distortion = _trade(variances, level)
    figure = Figure((style.WIDTH, 3.2), facecolor="none")
    axes = figure.add_axes((0.12, 0.19, 0.84, 0.76))
    axes.plot(*curve.T, color=style.KNOWN, linewidth=2.2)
    nats = np.array([-0.85, 1.5])
    axes.plot(rate + nats, distortion - 2 * level * nats, color=style.FAINT, linewidth=1.2)
    axes.plot(rate, distortion, "o", color=style.MISSING)
    axes.plot(0, variances.sum(), "o", color=style.INK)
    axes.annotate("full collapse", (0.12, variances.sum()), size=style.TEXT, va="center")
    words = r"$\sigma^2=\frac{1}{4}$: one nat for $2\sigma^2=\frac{1}{2}$"
    axes.annotate(words, (rate + 0.15, distortion + 0.05), size=style.TEXT, va="bottom")
    axes.annotate("smaller $\\sigma^2$", (4.1, 0.42), size=style.TEXT, color=style.KNOWN)
    axes.set(xlim=(-0.15, 5.5), ylim=(0, 2.2), xticks=range(6), yticks=(0, 0.5, 1, 1.5, 2))
    axes.set_xlabel("rate $R$, nats", fontsize=style.TEXT)
    axes.set_ylabel("distortion $\\Delta$", fontsize=style.TEXT)
    axes.spines[["right", "top"]].set_visible(False)
    return figure


def _trade(variances, level):
    """Return the rate and the squared error of the linear model, for a variance of the noise."""
    return np.log(np.maximum(variances / level, 1)).sum() / 2, np.minimum(variances, level).sum()


def filling_by_turns():
    """Draw one turn of filling with an encoder and a decoder that know nothing of holes."""
    axes = style.sheet(2.75)
    top, low = 1.95, 0.62
    for x, name in ((0.75, "known"), (5.0, "decoded")):
        style.rectangle(axes, x - 0.5, top - 0.5, 1.0, 1.0,
                        style.KNOWN if name == "known" else style.BACKWARD)  # fmt: skip
    style.rectangle(axes, 0.55, top - 0.2, 0.5, 0.5, style.MISSING)
    style.rectangle(axes, 4.8, top - 0.2, 0.5, 0.5, style.BACKWARD, linestyle=(0, (3, 2)))
    style.write(axes, 0.8, top + 0.05, "$x_m$", style.MATHS)
    style.write(axes, 0.4, top - 0.34, "$x_o$", style.MATHS)
    style.arrow(axes, (1.3, top), (2.2, top))
    style.write(axes, 1.75, top + 0.2, "encode", style.SMALL)
    style.circle(axes, 2.5, top, "$z$", style.KNOWN)
    style.arrow(axes, (2.8, top), (4.45, top))
    style.write(axes, 3.6, top + 0.2, "decode", style.SMALL)
    style.line(axes, (5.05, top - 0.2), (5.05, low), colour=style.MISSING, width=1.4)
    style.line(axes, (5.05, low), (0.8, low), colour=style.MISSING, width=1.4)
    style.arrow(axes, (0.8, low), (0.8, top - 0.22), style.MISSING, width=1.4)
    style.write(axes, 2.95, low - 0.22, "the hole alone is replaced; and once more", style.TEXT)
    style.write(axes, 5.65, top, "only the hole\nis taken", across="left")
    return axes.figure
