"""The figures of the chapter on convolution."""

from drawings import introduction, style
from inpainting_guide.formulas import by_hand

SHIFT = 0.2  # inches from one layer of a stack to the next, across and up


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
