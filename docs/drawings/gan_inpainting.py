"""The figures of the chapter on the adversarial game for inpainting."""

import numpy as np

from drawings import recorded, style

SIDE = 0.9  # inches, of an image
HOLE = 0.36
DRAWN = style.BACKWARD  # what the network has drawn


def printed_game():
    """Draw the game of the thesis: what is judged, what is compared, what is thrown away."""
    axes = style.sheet(4.25)
    photograph, output, composite = (3.3, 3.45), (3.3, 1.85), (5.3, 0.85)
    _image(axes, 0.7, 1.85, style.KNOWN, style.MISSING, "incomplete $y$")
    style.node(axes, 1.95, 1.85, "$G$", DRAWN)
    _image(axes, *output, DRAWN, DRAWN, "$G(y)$")
    _image(axes, *photograph, style.KNOWN, style.KNOWN, "photograph $x$", above=True)
    style.arrow(axes, (1.15, 1.85), (1.62, 1.85))
    style.arrow(axes, (2.28, 1.85), (2.85, 1.85))
    _compare(axes, (3.0, 2.98), (3.0, 2.32))
    style.write(axes, 2.85, 2.7, "squared error,\nknown pixels only", across="right")
    style.node(axes, 5.3, 2.7, "$D$", style.INK)
    style.arrow(axes, (3.75, 3.45), (4.97, 2.82))
    style.arrow(axes, (3.75, 1.95), (4.97, 2.58))
    style.arrow(axes, (5.63, 2.7), (6.05, 2.7))
    style.write(axes, 6.5, 2.7, "real or\ndrawn?")
    style.arrow(axes, (3.75, 1.55), (4.85, 0.95), dashed=True)
    _image(axes, *composite, style.KNOWN, DRAWN, "")
    style.write(axes, 5.9, 0.85, r"composite $\hat{x}$:" + "\nnobody\njudges it", across="left")
    style.write(axes, 4.2, 0.82, "paste,\nafterwards", across="right")
    _legend(axes)
    return axes.figure


def mended_game():
    """Draw the mended game: composite, location map, and a window around the hole."""
    axes = style.sheet(4.7)
    across = 2.35
    _image(axes, 0.6, 3.05, style.KNOWN, style.MISSING, "$y$")
    _image(axes, 0.6, 1.55, style.KNOWN, style.MISSING, "$m$", numbers=True)
    style.node(axes, 1.75, across, "$G$", DRAWN)
    for start in (2.95, 1.75):
        style.arrow(axes, (1.05, start), (1.42, across + 0.1 * np.sign(start - across)))
    style.node(axes, 2.75, across, "paste", style.KNOWN, width=0.8, size=style.TEXT)
    style.arrow(axes, (2.08, across), (2.35, across))
    style.arrow(axes, (3.15, across), (3.55, across))
    composite = (4.0, across)
    _image(axes, *composite, style.KNOWN, DRAWN, r"composite $\hat{x}$")
    _image(axes, 4.0, 3.95, style.KNOWN, style.KNOWN, "photograph $x$", above=True, framed=True)
    _compare(axes, (4.0, 3.77), (4.0, 2.52))
    style.write(axes, 3.4, 3.35, "squared error,\nhole only", across="right")
    for x, y in (composite, (4.0, 3.95)):
        style.rectangle(axes, x - 0.27, y - 0.27, 0.54, 0.54, fill="none", linestyle=(0, (3, 2)))
    _critics(axes, across)
    _legend(axes)
    return axes.figure


def _critics(axes, across):
    """Draw the global and the local discriminator and what each of them is given."""
    left, width = 5.75, 1.2
    for y, name in ((3.35, "global $D$"), (1.55, "local $D$")):
        style.node(axes, left, y, name, style.INK, width=width, size=style.TEXT)
        style.arrow(axes, (left + width / 2, y), (6.62, across + 0.2 * np.sign(y - across)))
    start = left - width / 2
    style.arrow(axes, (4.45, 3.85), (start, 3.45))
    style.arrow(axes, (4.45, 2.6), (start, 3.2))
    style.arrow(axes, (4.27, across - 0.15), (start, 1.68), dashed=True)
    style.circle(axes, 6.7, across, "+", radius=0.2)
    style.write(axes, left, 3.8, r"image and $m$", style.SMALL)
    style.write(axes, left, 1.0, "window around\nthe hole", style.SMALL)


def single_answer():
    """Draw the value of the game of a generator with one answer, over that answer's probability."""
    axes = style.sheet(3.4)
    t = np.linspace(1e-6, 1, 401)
    panel = axes.figure.add_axes((0.13, 0.19, 0.8, 0.74))
    panel.set(xlim=(0, 1), ylim=(-1.5, 0.12))
    panel.plot(t, _value(t), color=style.KNOWN)
    panel.axhline(-np.log(4), color=style.FAINT, linestyle=":", linewidth=0.9)
    marks = (0, "no photograph: the mean"), (0.2, ""), (0.5, "one of two"), (1, "the only one")
    for probability, name in marks:
        height = _value(max(probability, 1e-12))
        panel.plot(probability, height, "o", color=style.MISSING, markersize=6, clip_on=False)
        place = (probability + 0.025, height + 0.03)
        if probability == 1:
            place = (0.99, height + 0.28)
        panel.text(*place, name, size=style.TEXT, ha="right" if probability == 1 else "left")
    panel.text(0.02, -np.log(4) + 0.04, r"$-\log 4$", color=style.FAINT, size=style.TEXT)
    panel.set(xticks=(0, 0.2, 0.5, 1), yticks=(-1, -0.5, 0))
    panel.tick_params(labelsize=style.SMALL)
    panel.spines[["top", "right"]].set_visible(False)
    panel.text(-0.115, -0.7, "$V$", size=style.MATHS, ha="center")
    style.write(axes, 3.7, 0.17, "probability $t$ of the one answer", style.SMALL)
    return axes.figure


def weight_of_the_game():
    """Draw what the weight of the game does to both generators of the thesis: what is recorded."""
    found = recorded.read("gan_alpha")
    weights = ("0", "0_1", "0_4", "0_8", "1")
    axes = style.sheet(4.0)
    measures = {"psnr_of_mean": "PSNR, dB", "sharpness": "sharpness", "laplacian": "Laplacian"}
    ideal = {"sharpness": 1, "laplacian": found["photographs"]["laplacian"].value}
    ticks = {"sharpness": (0.1, 0.3, 1, 3), "laplacian": (30, 100, 300, 1000)}
    for number, (measure, title) in enumerate(measures.items()):
        panel = axes.figure.add_axes((0.06 + 0.335 * number, 0.4, 0.26, 0.5))
        for place, colour in {"known": style.KNOWN, "hole": style.MISSING}.items():
            for generator, dashes in {"autoencoder": "--", "direct": "-"}.items():
                rows = [found.get(f"{generator}_{place}_{weight}") for weight in weights]
                rows = [row for row in rows if row]  # with a weight of 1 nothing is supervised
                means = [row[measure].value for row in rows]
                ranges = [row[f"{measure}_range"] for row in rows]
                x = np.arange(len(rows)) + {"known": -0.05, "hole": 0.05}[place]
                panel.plot(x, means, dashes, color=colour, marker="o", markersize=4)
                ends = [r.least for r in ranges], [r.most for r in ranges]
                panel.vlines(x, *ends, color=colour, linewidth=0.9)
        if measure in ideal:
            panel.axhline(ideal[measure], color=style.FAINT, linestyle=":", linewidth=0.9)
            panel.set_yscale("log")
            panel.set_yticks(ticks[measure], [f"{tick:g}" for tick in ticks[measure]])
            panel.minorticks_off()
        panel.set_title(title, size=style.SMALL)
        panel.set_xticks(range(len(weights)), [weight.replace("_", ".") for weight in weights])
        panel.tick_params(labelsize=10)
        panel.spines[["top", "right"]].set_visible(False)
    style.write(axes, 3.5, 1.05, r"weight $\alpha$ of the game", style.SMALL)
    entries = ((0.6, 0.55, "--", style.KNOWN, "autoencoder, error over the known pixels"),)
    entries += ((0.6, 0.2, "-", style.KNOWN, "direct, over the known pixels"),)
    entries += ((4.6, 0.55, "--", style.MISSING, "autoencoder, over the hole"),)
    entries += ((4.6, 0.2, "-", style.MISSING, "direct, over the hole"),)
    for x, y, dashes, colour, name in entries:
        style.line(axes, (x - 0.5, y), (x - 0.1, y), colour=colour, width=1.6, linestyle=dashes)
        style.write(axes, x, y, name, 10.5, across="left")
    return axes.figure


def _value(t):
    return t * np.log(t) - (1 + t) * np.log(1 + t)


def _image(axes, x, y, known, hole, title, above=False, framed=False, numbers=False):
    """Draw an image around a point: one colour for its known pixels, one for its hole."""
    left, bottom = x - SIDE / 2, y - SIDE / 2
    style.rectangle(axes, left, bottom, SIDE, SIDE, known, line=0.8)
    if framed or known != hole:
        style.rectangle(axes, x - HOLE / 2, y - HOLE / 2, HOLE, HOLE, hole, line=0.8)
    if numbers:
        style.write(axes, x, y, "0")
        style.write(axes, x, y + 0.32, "1")
    size = style.MATHS if title.startswith("$") else style.TEXT
    style.write(axes, x, y + (SIDE / 2 + 0.18) * (1 if above else -1), title, size)


def _compare(axes, one, other):
    """Draw an arrow with two heads, for two things that a loss compares."""
    style.arrow(axes, one, other, style.MISSING, width=1.4)
    style.arrow(axes, other, one, style.MISSING, width=1.4)


def _legend(axes):
    """Say what the colours mean."""
    entries = ((0.3, style.KNOWN, "known"), (1.6, style.MISSING, "missing"))
    entries += ((3.1, DRAWN, "drawn by the network"),)
    for x, colour, name in entries:
        style.rectangle(axes, x, 0.1, 0.18, 0.18, colour, line=0.8)
        style.write(axes, x + 0.28, 0.19, name, style.SMALL, across="left")
