"""The figures of the chapter on feed-forward networks that show a training."""

import numpy as np

from drawings import style


def descent_in_a_valley():
    """Draw three paths of gradient descent on the loss of one neuron and three points."""
    axes = style.sheet(3.1)
    figure = axes.figure
    for number, rate in enumerate((0.1, 0.26, 0.3)):
        plot = panel(figure, 0.36 + number * 2.24, 0.42, 2.08, 2.2)
        weight, bias = np.meshgrid(np.linspace(-1.9, 2.5, 80), np.linspace(-0.9, 3.6, 80))
        loss = _line_loss(weight, bias)
        levels = 0.75 + np.array([0.1, 0.5, 1.5, 3.5, 6.25, 10, 15])
        plot.contour(weight, bias, loss, levels, colors=style.FAINT, linewidths=0.8)
        path = _descend(rate, 7 if rate == 0.3 else 12)
        plot.plot(*path.T, "-", color=style.KNOWN, linewidth=1.3)
        plot.plot(*path[1:].T, ".", color=style.KNOWN, markersize=5)
        plot.plot(*path[0], "o", color=style.INK, markersize=7)
        plot.plot(0.5, 1.5, "x", color=style.MISSING, markersize=9, markeredgewidth=2.2)
        plot.set(xlim=(-1.9, 2.5), ylim=(-0.9, 3.6), xticks=[], yticks=[], xlabel="weight")
        plot.set_title(f"rate {rate}", size=style.TEXT)
        if not number:
            plot.set_ylabel("bias", labelpad=2)
    return figure


def _line_loss(weight, bias):
    """Return the loss of the line for the inputs 0, 1, 2 and the answers 1, 3, 2."""
    return sum((weight * h + bias - x) ** 2 for h, x in ((0, 1), (1, 3), (2, 2))) / 2


def _descend(rate, steps):
    """Return the parameters of the line from (0, 0) on, step by step."""
    inputs, targets, path = np.arange(3.0), np.array([1.0, 3.0, 2.0]), [np.zeros(2)]
    for _ in range(steps):
        error = path[-1][0] * inputs + path[-1][1] - targets
        path.append(path[-1] - rate * np.array([error @ inputs, error.sum()]))
    return np.array(path)


def learning_a_curve():
    """Draw what a small network makes of a sine before, during and after its training."""
    axes = style.sheet(2.7)
    inputs = np.linspace(-2, 2, 21)[:, None]
    targets = np.sin(2 * inputs)
    random = np.random.default_rng(0)
    states = _train(inputs, targets, 20, 0.005, random, (0, 30, 1000))
    for number, (step, parameters) in enumerate(states.items()):
        plot = panel(axes.figure, 0.55 + number * 2.16, 0.42, 2.0, 1.85)
        grid = np.linspace(-2, 2, 401)[:, None]
        plot.plot(inputs, targets, "o", color=style.INK, markersize=4)
        plot.plot(grid, _network(grid, *parameters), color=style.KNOWN)
        plot.set(ylim=(-2.1, 2.1), xticks=(-2, 0, 2), yticks=(-1, 0, 1) if not number else [])
        plot.set_title(f"step {step:,}", size=style.TEXT)
    return axes.figure


def overfitting():
    """Draw the errors of a training on ten noisy points, and two of the curves it went through."""
    axes = style.sheet(3.5)
    random = np.random.default_rng(2)
    inputs, others = np.linspace(-2, 2, 10)[:, None], np.linspace(-1.95, 1.95, 100)[:, None]
    targets = np.sin(2 * inputs) + 0.4 * random.normal(size=inputs.shape)
    unseen = np.sin(2 * others) + 0.4 * random.normal(size=others.shape)
    marks = {*np.geomspace(10, 3000, 60).astype(int).tolist(), 150}
    states = _train(inputs, targets, 50, 0.003, random, marks)
    steps = np.array(sorted(states))
    plot = panel(axes.figure, 0.75, 0.6, 2.6, 2.35)
    for colour, name, points in (
        (style.KNOWN, "training", (inputs, targets)),
        (style.MISSING, "validation", (others, unseen)),
    ):
        errors = [np.mean((_network(points[0], *states[s]) - points[1]) ** 2) for s in steps]
        plot.semilogx(steps, errors, color=colour)
        plot.text(10, errors[0] + 0.05, name, color=colour, size=style.SMALL)
        if name == "validation":
            plot.plot(150, errors[int(np.argmin(abs(steps - 150)))], "o", color=colour)
    plot.axhline(0.16, color=style.FAINT, linewidth=0.8)
    plot.set(ylim=(0, 0.8), xlabel="step", ylabel="mean squared error")
    plot.set_xticks((10, 100, 1000), ("10", "100", "1,000"))
    plot.minorticks_off()
    plot = panel(axes.figure, 4.05, 0.6, 2.8, 2.35)
    grid = np.linspace(-2, 2, 401)[:, None]
    plot.plot(grid, np.sin(2 * grid), color=style.FAINT, linewidth=1.0)
    plot.plot(grid, _network(grid, *states[150]), "--", color=style.MISSING)
    plot.plot(grid, _network(grid, *states[3000]), color=style.KNOWN)
    plot.plot(inputs, targets, "o", color=style.INK, markersize=5)
    plot.set(xticks=(-2, 0, 2), yticks=(-1, 0, 1), ylim=(-2.3, 1.9))
    style.write(axes, 4.2, 3.2, "step 150", style.SMALL, style.MISSING, across="left")
    style.write(axes, 5.5, 3.2, "step 3,000", style.SMALL, style.KNOWN, across="left")
    return axes.figure


def _train(inputs, targets, hidden, rate, random, marks):
    """Train a network with one hidden layer as the chapter does, and keep it at some steps."""
    first, first_bias = random.normal(size=(hidden, 1)), random.normal(size=hidden)
    second, second_bias = random.normal(size=(1, hidden)) * np.sqrt(2 / hidden), np.zeros(1)
    states = {}
    for step in range(max(marks) + 1):
        if step in marks:
            states[step] = first, first_bias, second, second_bias
        before = inputs @ first.T + first_bias
        outputs = np.maximum(before, 0)
        error = outputs @ second.T + second_bias - targets
        delta = (error @ second) * (before > 0)
        second, second_bias = second - rate * error.T @ outputs, second_bias - rate * error.sum(0)
        first, first_bias = first - rate * delta.T @ inputs, first_bias - rate * delta.sum(0)
    return states


def _network(inputs, first, first_bias, second, second_bias):
    return np.maximum(inputs @ first.T + first_bias, 0) @ second.T + second_bias


def warm_up_and_cosine():
    """Draw the learning rate of a training of 1,000 steps."""
    axes = style.sheet(2.5)
    step = np.arange(1000)
    rate = np.where(step < 50, step / 50, (1 + np.cos(np.pi * (step - 50) / 950)) / 2)
    plot = panel(axes.figure, 0.95, 0.62, 5.6, 1.7)
    plot.plot(step, rate, color=style.KNOWN)
    plot.plot((50, 50), (0, 1), ":", color=style.FAINT, linewidth=1.0)
    plot.set(xlabel="step", ylabel="rate / peak", yticks=(0, 0.5, 1))
    plot.set_xticks((0, 50, 525, 1000), ("0", "50", "525", "1,000"))
    return axes.figure


def panel(figure, left, bottom, width, height):
    """Put a plot into a sheet, by inches from its lower left corner."""
    wide, high = figure.get_size_inches()
    plot = figure.add_axes((left / wide, bottom / high, width / wide, height / high))
    plot.patch.set_alpha(0)
    plot.spines[["top", "right"]].set_visible(False)
    plot.tick_params(labelsize=style.SMALL)
    return plot
