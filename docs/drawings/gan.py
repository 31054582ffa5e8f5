"""The figures of the chapter on generative adversarial networks."""

import numpy as np

from drawings import style
from inpainting_guide.formulas import divergences

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


def generator_losses():
    """Draw both losses of the generator over the logit, and how strongly each pulls."""
    axes = style.sheet(3.5)
    figure = axes.figure
    logits = np.linspace(-6, 6, 241)
    curves = (
        ("saturating", style.MISSING, "--", divergences.saturating_loss(logits)),
        ("non-saturating", style.KNOWN, "-", divergences.non_saturating_loss(logits)),
    )
    panels = [figure.add_axes((left, 0.2, 0.39, 0.6)) for left in (0.08, 0.59)]
    for name, colour, look, (loss, slope) in curves:
        panels[0].plot(logits, loss, look, color=colour, label=name)
        panels[1].plot(logits, -slope, look, color=colour)
    panels[0].set(yticks=(-6, -3, 0, 3, 6))
    panels[1].set(yticks=(0, 0.5, 1))
    titles = "loss of the generator", "pull on the logit"
    for panel, title in zip(panels, titles, strict=True):
        panel.set(facecolor="none", xlim=(-6, 6), xticks=(-6, -3, 0, 3, 6))
        panel.tick_params(labelsize=style.SMALL)
        panel.axvline(0, color=style.FAINT, linewidth=0.8, zorder=0)
        panel.spines[["top", "right"]].set_visible(False)
        panel.set_title(title, fontsize=style.TEXT)
    for left in (0.08, 0.59):
        x = (left + 0.195) * style.WIDTH
        style.write(axes, x, 0.18, "logit of a drawn image", style.SMALL)
    for x, (name, colour, look, _) in zip((1.3, 4.0), curves, strict=True):
        style.line(axes, (x, 3.3), (x + 0.45, 3.3), colour=colour, width=1.8, linestyle=look)
        style.write(axes, x + 0.55, 3.3, name, colour=colour, across="left")
    return figure


def bilinear_game():
    """Draw where gradient steps lead in the game with the value theta times psi."""
    axes = style.sheet(2.95)
    games = (
        ("simultaneous", {"alternate": False}),
        ("alternating", {"alternate": True}),
        ("alternating, R1", {"alternate": True, "penalty": 0.5}),
    )
    for number, (title, game) in enumerate(games):
        panel = axes.figure.add_axes((0.02 + 0.33 * number, 0.03, 0.3, 0.3 * 7 / 2.95))
        panel.set(facecolor="none", xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), xticks=[], yticks=[])
        for spine in panel.spines.values():
            spine.set_color(style.FAINT)
        panel.axhline(0, color=style.FAINT, linewidth=0.8)
        panel.axvline(0, color=style.FAINT, linewidth=0.8)
        places = steps_of_the_bilinear_game(**game)
        panel.plot(*places.T, color=style.KNOWN, linewidth=1.2)
        panel.plot(*places[0], "o", color=style.MISSING, markersize=7)
        panel.set_title(title, fontsize=style.TEXT)
        if number == 0:
            panel.text(1.95, -0.35, r"$\theta$", size=style.MATHS, ha="center", va="center")
            panel.text(0.3, -1.9, r"$\psi$", size=style.MATHS, ha="center", va="center")
    return axes.figure


def steps_of_the_bilinear_game(alternate, penalty=0.0, rate=0.2, steps=60):
    """Follow theta, which descends on theta psi, and psi, which ascends, from (1, 0)."""
    theta, psi = 1.0, 0.0
    places = [(theta, psi)]
    for _ in range(steps):
        before, theta = theta, theta - rate * psi
        psi += rate * ((theta if alternate else before) - penalty * psi)
        places.append((theta, psi))
    found = np.array(places)
    inside = np.abs(found).max(axis=1) < 2.2
    return found[: len(found) if inside.all() else inside.argmin()]


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
