"""The figures of the chapter on generative adversarial networks."""

import numpy as np
import scipy.stats

from drawings import style
from inpainting_guide.formulas import divergences


def best_discriminator():
    """Draw two densities on a line, the best discriminator, and where it sends generated images."""
    axes = style.sheet(4.1)
    x = np.linspace(-4, 4, 401)
    data = (scipy.stats.norm.pdf(x, -1.8, 0.6) + scipy.stats.norm.pdf(x, 1.8, 0.6)) / 2
    generated = scipy.stats.norm.pdf(x, 0.5, 0.9)
    answer = data / (data + generated)
    upper, lower = (_panel(axes, (0.1, bottom, 0.86, 0.36), (-4, 4)) for bottom in (0.58, 0.12))
    upper.plot(x, data, color=style.KNOWN)
    upper.plot(x, generated, "--", color=style.MISSING)
    upper.set(ylim=(-0.12, 0.56), yticks=[0, 0.2, 0.4], xticks=[])
    lower.plot(x, answer, color=style.INK)
    lower.axhline(0.5, color=style.FAINT, linewidth=0.8, linestyle=":")
    lower.set(ylim=(0, 1.05), yticks=(0, 0.5, 1), xticks=range(-4, 5, 2))
    upper.text(-1.8, 0.38, r"$p_\mathrm{data}$", color=style.KNOWN, size=style.MATHS, ha="center")
    upper.text(0.5, 0.485, r"$p_g$", color=style.MISSING, size=style.MATHS, ha="center")
    lower.text(-3.9, 0.8, r"$D^*$", size=style.MATHS)
    slope = np.gradient(np.log(data / generated), x)
    for place in np.arange(-1.2, 2.5, 0.6):
        pull = 0.14 * np.interp(place, x, slope)
        upper.annotate(
            "", (place + pull, -0.06), (place, -0.06),
            arrowprops={"arrowstyle": "-|>", "color": style.BACKWARD, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
        upper.plot(place, -0.06, "o", color=style.MISSING, markersize=5)
    return axes.figure


def three_rulers():
    """Draw the value of the game, twice the divergence and the divergence, one under another."""
    axes = style.sheet(2.9)
    p = np.array([4, 3, 2, 1, 0]) / 10
    example = divergences.jensen_shannon(p, p[::-1])
    places = {"equal": 0.0, "five images": example, "nothing\nin common": np.log(2)}
    left, right = 1.5, 6.3

    def across(divergence):
        return left + (right - left) * divergence / np.log(2)

    rows = (
        (1.75, "$V$", "$-\\log 4$", lambda d: 2 * d - np.log(4), "0"),
        (1.1, r"$2\,\mathrm{JSD}$", "0", lambda d: 2 * d, "$\\log 4$"),
        (0.45, r"$\mathrm{JSD}$", "0", lambda d: d, "$\\log 2$"),
    )
    for name, divergence in places.items():
        x = across(divergence)
        style.line(axes, (x, 0.3), (x, 2.05), colour=style.FAINT, width=0.8)
        style.write(axes, x, 2.1, name, style.SMALL, up="bottom")
    for y, name, low, value, high in rows:
        style.line(axes, (left, y), (right, y), width=1.4)
        style.write(axes, left - 0.8, y, name, style.MATHS)
        middle = f"{value(example):.3f}".replace("-", "−")
        for divergence, text in zip(places.values(), (low, middle, high), strict=True):
            axes.plot(across(divergence), y, "o", color=style.MISSING, markersize=6)
            style.write(axes, across(divergence) + 0.08, y - 0.2, text, across="left")
    return axes.figure


def distances_apart():
    """Draw how two divergences see two narrow distributions that are moved apart."""
    axes = style.sheet(3.2)
    x = np.linspace(-12, 24, 3601)
    here = scipy.stats.norm.pdf(x, 0, 1)
    here /= here.sum()
    apart = np.linspace(0, 8, 81)
    found = []
    for distance in apart:
        there = scipy.stats.norm.pdf(x, distance, 1)
        found.append(divergences.jensen_shannon(here, there / there.sum()))
    panel = _panel(axes, (0.09, 0.2, 0.86, 0.72), (0, 8))
    panel.plot(apart, found, color=style.KNOWN)
    panel.plot(apart, apart / 4, "--", color=style.MISSING)
    panel.axhline(np.log(2), color=style.FAINT, linestyle=":", linewidth=0.9)
    panel.set(ylim=(0, 2.1), yticks=(0, 1, 2), xticks=range(0, 9, 2))
    panel.text(0.15, np.log(2) + 0.05, r"$\log 2$", color=style.FAINT, size=style.TEXT)
    panel.text(7.9, 0.5, "Jensen–Shannon", color=style.KNOWN, size=style.TEXT, ha="right")
    panel.text(5.1, 1.55, r"Wasserstein, $W_1/4$", color=style.MISSING, size=style.TEXT, ha="right")
    style.write(axes, 3.65, 0.18, "distance between the two means", style.SMALL)
    return axes.figure


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
        panel.set(xlim=(-6, 6), xticks=(-6, -3, 0, 3, 6))
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
        panel.set(xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), xticks=[], yticks=[])
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


def _panel(axes, place, limits):
    """Put a small plot into a sheet, without a frame above and to the right."""
    panel = axes.figure.add_axes(place)
    panel.set(xlim=limits)
    panel.tick_params(labelsize=style.SMALL)
    panel.spines[["top", "right"]].set_visible(False)
    return panel
