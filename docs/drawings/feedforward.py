"""The figures of the chapter on feed-forward networks that show how one is made."""

import numpy as np

from drawings import style, training

BOX = 0.66  # inches, of a node in the chains


def neuron_and_layer():
    """Draw one neuron, and a layer of neurons that share their inputs."""
    axes = style.sheet(3.95)
    style.write(axes, 1.7, 3.77, "one neuron")
    style.write(axes, 5.3, 3.77, "a layer of four neurons")
    _neuron(axes, 2.3)
    _layer(axes, 2.3)
    style.write(axes, 1.7, 0.5, r"$a=w^{\mathsf{T}}h+b$", style.MATHS)
    style.write(axes, 5.3, 0.5, r"$h_l=\sigma(W_l\,h_{l-1}+b_l)$", style.MATHS)
    style.write(axes, 5.3, 0.18, "blue: one row of $W_l$", colour=style.KNOWN)
    return axes.figure


def _neuron(axes, middle):
    """Draw the weighted sum of three inputs and a bias, then the activation function."""
    total = 1.65
    for number, y in enumerate((middle + 0.95, middle, middle - 0.95), start=1):
        style.line(axes, (0.35, y), (total, middle), colour=style.KNOWN, width=1.2)
        style.circle(axes, 0.35, y)
        above = middle + (y - middle) * 0.5
        style.write(axes, 1.0, above + 0.2, f"$w_{number}$", style.MATHS, style.KNOWN)
    style.write(axes, 0.35, middle - 1.4, "$h$", style.MATHS)
    style.arrow(axes, (total, middle - 0.8), (total, middle - 0.28))
    style.write(axes, total, middle - 0.98, "$b$", style.MATHS)
    style.circle(axes, total, middle, "+", style.KNOWN, radius=0.28)
    style.arrow(axes, (total + 0.28, middle), (2.35, middle))
    style.write(axes, 2.13, middle + 0.19, "$a$", style.MATHS)
    style.circle(axes, 2.63, middle, r"$\sigma$", style.KNOWN, radius=0.28)
    style.arrow(axes, (2.91, middle), (3.4, middle))
    style.write(axes, 3.22, middle + 0.22, r"$\sigma(a)$", style.MATHS)


def _layer(axes, middle):
    """Draw four neurons on three inputs, one neuron with its weights in colour."""
    left, right, chosen = 4.3, 6.2, 1
    inputs = [middle + 0.95, middle, middle - 0.95]
    neurons = [middle + 1.05 - 0.7 * number for number in range(4)]
    for number, neuron in enumerate(neurons):
        colour = style.KNOWN if number == chosen else style.FAINT
        order = 2 if number == chosen else 1
        for y in inputs:
            ends = (left, y), (right, neuron)
            style.line(axes, *ends, colour=colour, width=1.2, zorder=order)
    for number, neuron in enumerate(neurons):
        colour = style.KNOWN if number == chosen else style.INK
        style.circle(axes, right, neuron, r"$\sigma$", colour)
        style.arrow(axes, (right + 0.25, neuron), (right + 0.62, neuron), colour)
    for y in inputs:
        style.circle(axes, left, y)
    style.write(axes, left, middle - 1.4, "$h_{l-1}$", style.MATHS)
    style.write(axes, right, middle - 1.46, "$h_l$", style.MATHS)


def activations_and_slopes():
    """Draw ReLU and the sigmoid, each with its slope."""
    axes = style.sheet(2.9)
    a = np.linspace(-4, 4, 401)
    sigmoid = 1 / (1 + np.exp(-a))
    for left, name, values, slope, top in (
        (0.55, "ReLU", np.maximum(a, 0), np.where(a > 0, 1.0, np.nan), 2.2),
        (3.95, "sigmoid", sigmoid, sigmoid * (1 - sigmoid), 1.1),
    ):
        plot = training.panel(axes.figure, left, 0.62, 2.85, 1.85)
        plot.axhline(0, color=style.FAINT, linewidth=0.8)
        if name == "ReLU":
            plot.plot(a[a < 0], 0 * a[a < 0], "--", color=style.BACKWARD, zorder=3)
        plot.plot(a, values, color=style.KNOWN)
        plot.plot(a, slope, "--", color=style.BACKWARD)
        plot.set(xticks=(-4, 0, 4), yticks=(0, 0.25, 1) if name == "sigmoid" else (0, 1, 2))
        plot.set(ylim=(-0.08 * top, top), xlabel="$a$")
        plot.set_title(name, size=style.TEXT)
    style.write(axes, 2.9, 2.02, r"$\sigma(a)$", style.MATHS, style.KNOWN, across="right")
    style.write(axes, 3.35, 1.2, r"$\sigma'(a)$", style.MATHS, style.BACKWARD, across="right")
    style.write(axes, 6.3, 1.75, r"$\sigma(a)$", style.MATHS, style.KNOWN)
    style.write(axes, 6.35, 1.12, r"$\sigma'(a)$", style.MATHS, style.BACKWARD)
    return axes.figure


def numbers_on_the_wires():
    """Draw the chapter's small network with all its numbers, forward and backward."""
    axes = style.sheet(4.5)
    left, hidden, output, end = 0.75, 3.1, 5.1, 6.45
    upper, lower, middle = 3.35, 1.35, 2.35
    for y, x, gradient, name in ((upper, 1, 2, "1"), (lower, 2, 2, "2")):
        style.circle(axes, left, y, f"{x}", style.KNOWN, 0.3)
        style.write(axes, left - 0.1, y + 0.5, f"$h_{{0,{name}}}$", style.TEXT)
        style.write(axes, left, y - 0.5, f"{gradient}", colour=style.BACKWARD)
    wires = (
        ((left, upper), (hidden, upper), 1, 2, 0.42),
        ((left, lower), (hidden, upper), 1, 4, 0.3),
        ((left, upper), (hidden, lower), 3, 0, 0.3),
        ((left, lower), (hidden, lower), -2, 0, 0.42),
        ((hidden, upper), (output, middle), 2, 3, 0.42),
        ((hidden, lower), (output, middle), 1, 0, 0.42),
    )
    for start, stop, weight, gradient, place in wires:
        _wire(axes, start, stop, weight, gradient, place)
    for y, a, h, delta, of_h in ((upper, 3, 3, 2, 2), (lower, -1, 0, 0, 1)):
        style.node(axes, hidden, y, f"{a} → {h}".replace("-", "−"), style.KNOWN, 1.15, 0.56)
        style.write(axes, hidden, y - 0.5, f"{delta} ← {of_h}", colour=style.BACKWARD)
    style.write(axes, hidden, upper + 0.5, r"$a_1 \to h_1$", style.TEXT)
    style.circle(axes, output, middle, "5", style.KNOWN, 0.3)
    style.write(axes, output, middle - 0.5, "1", colour=style.BACKWARD)
    style.write(axes, output, middle + 1.2, "$b_2$: −1", colour=style.KNOWN)
    style.write(axes, output, middle + 0.92, "(1)", colour=style.BACKWARD)
    style.arrow(axes, (output, middle + 0.75), (output, middle + 0.3), style.KNOWN)
    style.arrow(axes, (output + 0.3, middle), (end - 0.35, middle), style.KNOWN)
    style.node(axes, end, middle, "½", style.KNOWN)
    style.write(axes, end, middle + 0.5, "$L$", style.MATHS)
    style.write(axes, end, middle - 0.5, "target 4", style.SMALL)
    for y, text, colour in (
        (4.3, "blue: values and weights, forward", style.KNOWN),
        (0.2, "green: derivatives of $L$, backward", style.BACKWARD),
    ):
        style.write(axes, 0.1, y, text, colour=colour, across="left")
    return axes.figure


def _wire(axes, start, stop, weight, gradient, place):
    """Draw a wire with its weight, and in brackets the derivative for it."""
    reach = 0.3 if stop[0] > 4 else 0.58  # to the edge of the circle or box that it leads to
    begin = np.array((start[0] + (0.58 if start[0] > 2 else 0.3), start[1]))
    way = np.array((stop[0] - reach, stop[1])) - begin
    gap = 0.17 / abs(way[1]) if way[1] else 0.34 / abs(way[0])
    middle = begin + place * way
    style.line(axes, begin, middle - gap * way, colour=style.FAINT, width=1.2)
    style.line(axes, middle + gap * way, begin + way, colour=style.FAINT, width=1.2)
    text = f"{weight}".replace("-", "−")
    x, y = middle
    style.write(axes, x - 0.03, y, text, colour=style.KNOWN, across="right")
    style.write(axes, x + 0.03, y, f"({gradient})", colour=style.BACKWARD, across="left")


def back_propagation():
    """Draw the way forward through two layers, and the way of the gradients back."""
    axes = style.sheet(3.8)
    places = [0.5, 1.65, 2.8, 3.95, 5.1, 6.4]
    forward, backward, bottom = 2.85, 1.68, 0.36
    _forward(axes, places, forward)
    _backward(axes, places, forward, backward)
    left = places[0] - BOX / 2
    style.write(axes, left, forward + 0.8, "forward", colour=style.KNOWN, across="left")
    style.write(axes, left, backward + 0.53, "backward", colour=style.BACKWARD, across="left")
    for layer, x in ((1, places[1]), (2, places[3])):
        style.arrow(axes, (x, backward - BOX / 2), (x, bottom + 0.34), style.BACKWARD, dashed=True)
        weights = rf"$\partial L/\partial W_{layer}=\delta_{layer}\,h_{layer - 1}^{{\mathsf{{T}}}}$"
        biases = rf"$\partial L/\partial b_{layer}=\delta_{layer}$"
        style.write(axes, x, bottom + 0.15, weights, style.MATHS)
        style.write(axes, x, bottom - 0.18, biases, style.MATHS)
    return axes.figure


def _forward(axes, places, y):
    """Draw the chain from the input to the loss."""
    names = ("$h_0$", "$a_1$", "$h_1$", "$a_2$", "$h_2$", "$L$")
    steps = ("$W_1,b_1$", r"$\sigma$", "$W_2,b_2$", r"$\sigma$", "loss")
    for x, name in zip(places, names, strict=True):
        style.node(axes, x, y, name, style.KNOWN, width=BOX)
    for before, after, step in zip(places, places[1:], steps, strict=False):
        style.arrow(axes, (before + BOX / 2, y), (after - BOX / 2, y), style.KNOWN)
        size = style.TEXT if step == "loss" else style.MATHS
        style.write(axes, (before + after) / 2, y + 0.43, step, size)


def _backward(axes, places, forward, y):
    """Draw the chain of derivatives, from the loss back to the input."""
    names = (r"\frac{\partial L}{\partial h_0}", r"\delta_1", r"\frac{\partial L}{\partial h_1}")
    names += (r"\delta_2", r"\frac{\partial L}{\partial h_2}")
    steps = (r"W_1^{\mathsf{T}}", r"\odot\,\sigma'(a_1)", r"W_2^{\mathsf{T}}")
    steps += (r"\odot\,\sigma'(a_2)",)
    for x, name in zip(places, names, strict=False):
        size = style.MATHS if "delta" in name else 21  # a fraction is set smaller
        style.node(axes, x, y, f"${name}$", style.BACKWARD, BOX, BOX, size)
    for before, after, step in zip(places, places[1:], steps, strict=False):
        ends = (after - BOX / 2, y), (before + BOX / 2, y)
        style.arrow(axes, *ends, style.BACKWARD, dashed=True)
        style.write(axes, (before + after) / 2, y - 0.52, f"${step}$", style.MATHS)
    last, loss = places[-2:]
    corner = (loss, forward - 0.25), (loss, y)
    style.line(axes, *corner, colour=style.BACKWARD, width=1.1, linestyle=(0, (4, 2)))
    style.arrow(axes, (loss, y), (last + BOX / 2, y), style.BACKWARD, dashed=True)
