"""The figures of the chapter on feed-forward networks."""

from drawings import style

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
