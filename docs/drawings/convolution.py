"""The figures of the chapter on convolution."""

import numpy as np

from drawings import introduction, style, training
from inpainting_guide.formulas import by_hand

SHIFT = 0.2  # inches from one layer of a stack to the next, across and up

IMAGE = np.array([[3, 2, 0, 1], [2, 3, 1, 0], [3, 2, 0, 0], [1, 0, 2, 4]])
KERNEL = np.array([[1, 0, -1]] * 3)
"""The chapter's worked example."""


def convolution_by_hand():
    """Draw a small image, a kernel on its first window, and the map of all four sums."""
    axes = style.sheet(3.2)
    answers = by_hand.convolve(IMAGE[..., None], KERNEL[..., None, None], np.zeros(1))[..., 0]
    window = np.indices(IMAGE.shape).max(axis=0) < 3
    first = np.indices(answers.shape).max(axis=0) < 1
    _numbers(axes, (0.2, 0.75), IMAGE, np.where(window, style.KNOWN, style.INK))
    _numbers(axes, (3.15, 1.0), KERNEL, np.full(KERNEL.shape, style.BACKWARD))
    _numbers(axes, (5.55, 1.25), answers.astype(int), np.where(first, style.KNOWN, style.INK))
    for x, text in ((1.2, "image"), (3.9, "kernel"), (6.05, "map")):
        style.write(axes, x, 2.97, text)
    style.write(axes, 2.68, 1.75, "and", style.SMALL)
    style.write(axes, 5.1, 1.75, "give", style.SMALL)
    products = "3·1 + 2·1 + 3·1 + 0·(−1) + 1·(−1) + 0·(−1) = 7"
    style.write(axes, 0.2, 0.3, f"first window: {products}", style.SMALL, across="left")
    return axes.figure


def _numbers(axes, corner, values, colours, cell=0.5):
    """Draw an array of numbers, a square for each; the corner is the lower left one."""
    for (row, column), value in np.ndenumerate(values):
        left, bottom = corner[0] + column * cell, corner[1] + (len(values) - 1 - row) * cell
        style.rectangle(axes, left, bottom, cell, cell, colours[row, column], line=0.8)
        text = f"{value}".replace("-", "−")
        style.write(axes, left + cell / 2, bottom + cell / 2, text)


def bars_and_steps():
    """Draw five pictures of 7 x 7 pixels, and what two kernels answer to them."""
    axes = style.sheet(3.9, background="white")
    row, column = np.indices((7, 7))
    pictures = {
        "grey": np.full((7, 7), 0.5),
        "white": np.ones((7, 7)),
        "bar": np.float64(row == 3),
        "upright bar": np.float64(column == 3),
        "step": np.float64(row >= 3),
    }
    ones = np.repeat([[0], [1], [0]], 3, axis=1)
    detector = np.repeat([[-1], [2], [-1]], 3, axis=1)
    for number, (name, picture) in enumerate(pictures.items()):
        left = 1.55 + number * 1.09
        style.write(axes, left + 0.45, 3.72, name, style.SMALL)
        _tile(axes, picture, left, 2.6)
        for kernel, bottom in ((ones, 1.4), (detector, 0.2)):
            answer = by_hand.convolve(picture[..., None], kernel[..., None, None], np.zeros(1))
            _tile(axes, 0.5 + answer[..., 0] / 12, left + 0.13, bottom + 0.13, side=0.64)
    for y, text in ((3.05, "picture"), (1.85, "row of\nones"), (0.65, "bar\ndetector")):
        style.write(axes, 0.1, y, text, across="left")
    return axes.figure


def _tile(axes, picture, left, bottom, side=0.9):
    """Show a small grey picture with a frame."""
    style.picture(axes, np.repeat(picture[..., None], 3, axis=2), left, bottom, side)
    style.rectangle(axes, left, bottom, side, side, style.FAINT, "none", line=0.8)


def what_counts_in_the_field():
    """Draw how much each offset acts on a central pixel of a hole, through five equal layers."""
    axes = style.sheet(2.7)
    profile = np.ones(1)
    for _ in range(5):
        profile = np.convolve(profile, np.full(5, 1 / 5))
    offsets = np.arange(len(profile)) - len(profile) // 2
    missing = (offsets >= -5) & (offsets <= 6)
    plot = training.panel(axes.figure, 0.75, 0.65, 6.0, 1.85)
    for where, colour in ((missing, style.MISSING), (~missing, style.KNOWN)):
        style_of = {"color": style.TINTS[colour], "edgecolor": colour, "linewidth": 0.8}
        plot.bar(offsets[where], 100 * profile[where], width=1, **style_of)
    plot.set(xlabel="pixels from the output pixel", ylabel="share, %", xlim=(-11, 11))
    plot.set(xticks=(-10, -5, 0, 5, 10), yticks=(0, 5, 10))
    inside = f"in the hole: {100 * profile[missing].sum():.1f} %"
    style.write(axes, 4.75, 2.2, inside, style.SMALL, style.MISSING, across="left")
    outside = f"on known pixels: {100 * profile[~missing].sum():.1f} %"
    style.write(axes, 4.75, 1.95, outside, style.SMALL, style.KNOWN, across="left")
    return axes.figure


def convolution():
    """Draw a window through all channels of an input, and the column of outputs it gives."""
    size, kernel, channels, filters = 16, 5, 3, 5
    out = by_hand.output_size(size, kernel)
    axes = style.sheet(3.6)
    place = (6, 7)
    window = _stack(axes, (0.1, 0.8), size, channels, place, kernel)
    column = _stack(axes, (4.6, 0.9), out, filters, place, 1)
    for start, end in zip(window, column, strict=True):
        style.line(axes, start, end, colour=style.KNOWN, linestyle=(0, (4, 2)), zorder=5)
    style.write(axes, 1.28, 0.5, "input")
    style.write(axes, 1.28, 0.2, f"{size} × {size} × {channels}")
    style.write(axes, 5.65, 0.5, "feature maps")
    style.write(axes, 5.65, 0.2, f"{out} × {out} × {filters}")
    style.write(axes, 1.28, 3.4, "one window", colour=style.KNOWN)
    style.write(axes, 5.65, 3.4, "one column", colour=style.KNOWN)
    text = f"{filters} filters of\n{kernel}×{kernel}×{channels} weights\nand a bias"
    style.write(axes, 3.58, 1.2, text)
    return axes.figure


def _stack(axes, corner, size, layers, place, window, pixel=0.12):
    """Draw square layers, one behind the other, with a window through all of them.

    Returns the right end's upper and lower corner of the window: lines start or end there.
    """
    side, opening = size * pixel, window * pixel
    for layer in reversed(range(layers)):
        left, bottom = corner[0] + layer * SHIFT, corner[1] + layer * SHIFT
        style.rectangle(axes, left, bottom, side, side, line=0.8)
    for layer in reversed(range(layers)):
        x, y = (corner[axis] + layer * SHIFT + place[axis] * pixel for axis in (0, 1))
        fill = style.KNOWN if window == 1 else None
        style.rectangle(axes, x, y, opening, opening, style.KNOWN, fill)
    for step in range(1, window):
        along, up = x + step * pixel, y + step * pixel
        style.line(axes, (along, y), (along, y + opening), colour=style.KNOWN, width=0.5)
        style.line(axes, (x, up), (x + opening, up), colour=style.KNOWN, width=0.5)
    end = x + opening if window > 1 else x
    return (end, y + opening), (end, y)


def classification_and_inpainting():
    """Draw a network that shrinks its input to a class beside one that keeps the size."""
    axes = style.sheet(3.7, background="white")
    photograph, _, incomplete, _ = introduction.example()
    sizes = [32]
    while sizes[-1] > 4:
        zeros = sum(by_hand.same_padding(sizes[-1], 3, 2))
        sizes.append(by_hand.output_size(sizes[-1], 3, 2, zeros))
    style.write(axes, 0.1, 3.5, "classification: the size shrinks", across="left")
    end = _chain(axes, 2.75, photograph, sizes, arrow_length=0.62)
    style.write(axes, end + 0.08, 2.75, "class:\nautomobile", across="left")
    style.write(axes, 0.1, 1.65, "inpainting: the size stays", across="left")
    end = _chain(axes, 0.86, incomplete, [32] * len(sizes), arrow_length=0.33)
    style.picture(axes, photograph, end + 0.08, 0.86 - 0.45, 0.9)
    style.write(axes, end + 0.53, 0.86 - 0.7, "target", style.SMALL)
    return axes.figure


def _chain(axes, y, image, sizes, arrow_length, side=0.9, shift=0.06, gap=0.08):
    """Draw an image and the feature maps behind it, squares in proportion to their sizes.

    Returns where the last arrow ends.
    """
    left = 0.1
    for number, size in enumerate(sizes):
        scaled = side * size / sizes[0]
        if number == 0:
            style.picture(axes, image, left, y - scaled / 2, scaled)
            right = left + scaled
        else:
            for layer in (1, 0, -1):
                corner = left + shift * (layer + 1), y - scaled / 2 + shift * layer
                style.rectangle(axes, *corner, scaled, scaled, style.KNOWN, line=0.8)
            right = left + scaled + 2 * shift
        style.write(axes, (left + right) / 2, y - 0.7, f"{size} × {size}", style.SMALL)
        style.arrow(axes, (right + gap, y), (right + gap + arrow_length, y))
        left = right + arrow_length + 2 * gap
    return left - gap


def same_padding():
    """Draw where "same" padding puts its zeros, for an even and an odd size."""
    kernel, stride = 3, 2
    axes = style.sheet(3.3)
    title = f"a kernel of {kernel} pixels moves {stride} pixels at a time"
    style.write(axes, style.WIDTH / 2, 3.1, title)
    _padded(axes, 2.15, 8, kernel, stride)
    _padded(axes, 0.75, 7, kernel, stride)
    return axes.figure


def _padded(axes, y, size, kernel, stride):
    """Draw a row of pixels with its zeros, and the windows of a kernel below it."""
    before, after = by_hand.same_padding(size, kernel, stride)
    outputs = by_hand.output_size(size, kernel, stride, before + after)
    cell, left = 0.5, 2.3
    for place in range(-before, size + after):
        inside = 0 <= place < size
        colour = style.KNOWN if inside else style.MISSING
        style.rectangle(axes, left + place * cell, y, cell, cell, colour)
        if not inside:
            style.write(axes, left + (place + 0.5) * cell, y + cell / 2, "0")
    for output in range(outputs):
        start = left + (output * stride - before) * cell + 0.06
        end = start + kernel * cell - 0.12
        low = y - 0.16 - 0.2 * (output % 2)
        style.line(axes, (start, low + 0.1), (start, low), (end, low), (end, low + 0.1))
        style.write(axes, (start + end) / 2, low - 0.15, f"{output + 1}", style.SMALL)
    style.write(axes, 0.1, y + 0.4, f"{size} pixels,", across="left")
    style.write(axes, 0.1, y + 0.14, f"{outputs} outputs", across="left")
    zeros = f"zeros: {before} before,\n{after} after"
    style.write(axes, 0.1, y - 0.28, zeros, style.SMALL, style.MISSING, across="left")
