"""The figures of the chapter on the conditional variational autoencoder."""

import itertools

import numpy as np
from matplotlib.figure import Figure

from drawings import style

DECODER_STEPS = 4  # transposed convolutions, each with kernel 3, stride 2, "same" padding
SIDES = [2 * 2**step for step in range(DECODER_STEPS + 1)]


def two_peaks():
    """Draw a hidden pixel with two possible values, as a mixture and as a single Gaussian."""
    x = np.linspace(-0.35, 1.35, 400)
    mixture = (_normal(x, 0.2, 0.08) + _normal(x, 0.8, 0.08)) / 2
    single = _normal(x, 0.5, np.hypot(0.3, 0.08))
    figure = Figure((style.WIDTH, 2.6), facecolor="none")
    axes = figure.add_axes((0.04, 0.2, 0.92, 0.75))
    axes.fill_between(x, mixture, color=style.TINTS[style.KNOWN])
    axes.plot(x, mixture, color=style.KNOWN, linewidth=2.2)
    axes.plot(x, single, color=style.MISSING, linestyle=(0, (4, 2)), linewidth=2.2)
    top = mixture.max()
    axes.text(0.2, top * 1.07, "wheel", ha="center", size=style.TEXT, color=style.KNOWN)
    axes.text(0.8, top * 1.07, "road", ha="center", size=style.TEXT, color=style.KNOWN)
    axes.text(0.5, single.max() * 1.1, "one Gaussian", ha="center", size=style.TEXT,
              color=style.MISSING)  # fmt: skip
    axes.set(xlim=(-0.35, 1.35), ylim=(0, top * 1.25), yticks=[], xticks=[0, 0.2, 0.5, 0.8, 1])
    axes.set_xlabel("value of one hidden pixel, given $c$", fontsize=style.TEXT)
    axes.spines[["left", "right", "top"]].set_visible(False)
    return figure


def _normal(x, mean, deviation):
    return np.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * np.sqrt(2 * np.pi))


def when_two_answers_pay():
    """Draw the two answers of the conditional model against the noise of its likelihood."""
    d = 0.3
    sigma = np.concatenate([np.linspace(0.02, 0.298, 140), np.linspace(0.299, 0.42, 60)])
    a = np.full_like(sigma, d)
    for _ in range(4_000):
        a = d * np.tanh(d * a / sigma**2)
    figure = Figure((style.WIDTH, 3.1), facecolor="none")
    axes = figure.add_axes((0.13, 0.2, 0.84, 0.75))
    axes.plot(sigma, 0.5 + a, color=style.KNOWN, linewidth=2.4)
    axes.plot(sigma, 0.5 - a, color=style.KNOWN, linewidth=2.4)
    axes.plot([0.02, d], [0.5, 0.5], color=style.FAINT, linestyle=(0, (4, 2)))
    axes.axvline(d, color=style.MISSING, linewidth=1.2, linestyle=(0, (2, 2)))
    axes.text(d + 0.006, 0.86, "$\\sigma=d$", size=style.MATHS, color=style.MISSING)
    axes.text(0.1, 0.72, "two answers", size=style.TEXT, color=style.KNOWN)
    axes.text(0.335, 0.53, "one answer", size=style.TEXT, color=style.KNOWN)
    axes.text(0.06, 0.43, "the mean: possible, and worse", size=style.TEXT, color=style.FAINT)
    axes.set(xlim=(0.02, 0.42), ylim=(0.1, 0.95), yticks=(0.2, 0.5, 0.8))
    axes.set_xlabel("standard deviation $\\sigma$ of the likelihood", fontsize=style.TEXT)
    axes.set_ylabel("answers $0.5 \\pm a$", fontsize=style.TEXT)
    axes.spines[["right", "top"]].set_visible(False)
    return figure


def first_rows_of_the_map():
    """Return the first row that the map reaches: of the cells, and of each layer's output."""
    rows = [1]
    for _ in range(DECODER_STEPS):
        rows.append(2 * rows[-1])  # row i writes to the rows 2i, 2i + 1 and 2i + 2
    return [*rows[:-1], rows[-1] - 1]  # the last convolution reads one row further down


def printed_cvae():
    """Draw the printed network, and which rows of its decoder the location map reaches."""
    axes = style.sheet(4.75)
    _printed_chain(axes, 3.72)
    style.write(axes, style.WIDTH / 2, 2.56, "what the map reaches in the decoder")
    side, bottom, pitch = 1.12, 0.92, style.WIDTH / len(SIDES)
    for number, (size, first) in enumerate(zip(SIDES, first_rows_of_the_map(), strict=True)):
        left = (number + 0.5) * pitch - side / 2
        reached = side * (size - first) / size
        style.rectangle(axes, left, bottom + reached, side, side - reached, style.KNOWN, line=0.8)
        style.rectangle(axes, left, bottom, side, reached, style.MISSING, line=0.8)
        if number == 0:
            for (y, name), x in itertools.product(((0.75, "$z$"), (0.25, "$m$")), (0.25, 0.75)):
                style.write(axes, left + x * side, bottom + y * side, name, style.MATHS)
            middle = left + side / 2
            style.line(axes, (middle, bottom + side), (middle, bottom), width=0.8)
        else:
            style.arrow(axes, (left - 0.24, bottom + side / 2), (left - 0.04, bottom + side / 2))
        style.write(axes, left + side / 2, bottom + side + 0.2, f"{size} × {size}", style.SMALL)
        rows = f"row {first}" if first == size - 1 else f"rows {first}–{size - 1}"
        style.write(axes, left + side / 2, bottom - 0.22, rows, style.SMALL, style.MISSING)
    style.write(axes, 1.75, 0.28, "blue: $z$ only", colour=style.KNOWN)
    style.write(axes, 4.9, 0.28, "orange: reached by the map $m$", colour=style.MISSING)
    return axes.figure


def _printed_chain(axes, y):
    """Draw the chain of tables 3.4 and 3.5 up to the cells, with the shapes below."""
    style.node(axes, 0.52, y, "$y,\\,m$", style.KNOWN, width=0.86)
    style.write(axes, 0.52, y - 0.5, "32×32×4", style.SMALL)
    style.arrow(axes, (0.95, y), (1.21, y))
    style.node(axes, 1.76, y, "encoder", width=1.1, size=style.TEXT)
    style.write(axes, 1.76, y - 0.5, "2×2×256", style.SMALL)
    for shift, name in ((0.42, r"$\mu$"), (-0.42, r"$\log s^2$")):
        style.arrow(axes, (2.31, y + shift / 3), (2.66, y + shift))
        style.node(axes, 3.1, y + shift, name, width=0.88)
        style.arrow(axes, (3.54, y + shift), (3.92, y + shift / 3))
    style.write(axes, 3.1, y - 0.88, "1024 each", style.SMALL)
    style.circle(axes, 4.17, y, "$z$", style.KNOWN)
    style.write(axes, 4.17, y - 0.5, "1024", style.SMALL)
    style.arrow(axes, (4.42, y), (4.85, y))
    # The map leaves the input and goes over everything to the join.
    top = y + 0.82
    style.line(axes, (0.52, y + 0.25), (0.52, top), colour=style.MISSING, width=1.1)
    style.line(axes, (0.52, top), (5.28, top), colour=style.MISSING, width=1.1)
    style.arrow(axes, (5.28, top), (5.28, y + 0.25), style.MISSING)
    style.write(axes, 1.75, top - 0.16, "$m$, flattened: 1024", style.SMALL, style.MISSING)
    style.node(axes, 5.28, y, "join", width=0.84, size=style.TEXT)
    style.write(axes, 5.28, y - 0.5, "2048", style.SMALL)
    style.arrow(axes, (5.7, y), (5.96, y))
    style.node(axes, 6.46, y, "decoder", width=0.98, size=style.TEXT)
    style.write(axes, 6.46, y - 0.5, "2×2×512", style.SMALL)


def cvae_training_and_test():
    """Draw what sees what in the mended network, in training and at test time."""
    axes = style.sheet(5.5)
    style.line(axes, (0.1, 2.14), (6.9, 2.14), colour=style.FAINT, width=0.8)
    _flow(axes, 3.05, "training", photograph=True)
    _flow(axes, 0.75, "test: no photograph", photograph=False)
    return axes.figure


def _flow(axes, y, title, photograph):
    """Draw the networks in one of the two uses; `y` is the height of the row of the prior."""
    condition, middle, latent, decoder, fill = 0.55, 2.3, 4.0, 5.3, 6.55
    top = y + 1.3
    style.write(axes, 0.1, top + (0.93 if photograph else -0.3), title, across="left")
    style.node(axes, condition, y, "$c$", style.KNOWN)
    style.arrow(axes, (condition + 0.33, y), (middle - 0.82, y), style.KNOWN)
    style.node(axes, middle, y, r"$p_\theta(z\,|\,c)$", style.KNOWN, width=1.62)
    style.write(axes, middle, y - 0.42, "prior", style.SMALL)
    if photograph:
        style.node(axes, condition, top, "$x$", style.BACKWARD)
        style.arrow(axes, (condition + 0.33, top), (middle - 0.82, top), style.BACKWARD)
        style.arrow(axes, (condition + 0.3, y + 0.22), (middle - 0.82, top - 0.2), style.KNOWN)
        style.node(axes, middle, top, r"$q_\phi(z\,|\,x,c)$", style.BACKWARD, width=1.62)
        style.write(axes, middle, top + 0.42, "recognition", style.SMALL)
        style.arrow(axes, (middle, top - 0.28), (middle, y + 0.28), dashed=True)
        style.arrow(axes, (middle, y + 0.28), (middle, top - 0.28), dashed=True)
        style.write(axes, middle + 0.12, (y + top) / 2, "KL", across="left")
        style.arrow(axes, (middle + 0.82, top), (latent - 0.25, top), style.BACKWARD)
        z = top
    else:
        style.arrow(axes, (middle + 0.82, y), (latent - 0.25, y), style.KNOWN)
        z = y
    style.circle(axes, latent, z, "$z$", style.BACKWARD if photograph else style.KNOWN)
    style.write(axes, latent, z + 0.42, "draw", style.SMALL)
    style.arrow(axes, (latent + 0.25, z), (decoder - 0.5, z))
    style.node(axes, decoder, z, "decoder", width=1.0, size=style.TEXT)
    style.arrow(axes, (decoder + 0.5, z), (fill - 0.33, z))
    style.node(axes, fill, z, "$f$")
    # The condition goes below everything to the decoder.
    low = y - 0.65
    style.line(
        axes,
        (condition, y - 0.25),
        (condition, low),
        (decoder, low),
        colour=style.KNOWN,
        width=1.1,
    )
    style.arrow(axes, (decoder, low), (decoder, z - 0.27), style.KNOWN)
    if photograph:
        high = top + 0.68
        path = (condition, top + 0.25), (condition, high), (fill, high)
        style.line(axes, *path, colour=style.BACKWARD, width=1.1)
        style.arrow(axes, (fill, high), (fill, top + 0.27), style.BACKWARD)
        style.write(axes, fill, high + 0.2, "compared in the hole", across="right")
