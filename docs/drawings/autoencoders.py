"""The figures of the chapter on autoencoders."""

import itertools

import numpy as np

from drawings import style
from inpainting_guide.formulas import by_hand

# Tables 3.2 and 3.3: side and channels of the input and of every layer's output.
ENCODER = ((32, 4), (32, 32), (16, 64), (8, 128), (4, 256))
DECODER = ((8, 256), (16, 128), (32, 64), (32, 3))


def autoencoder():
    """Draw the autoencoder's maps as slabs: as high as their side, as thick as their channels."""
    axes = style.sheet(3.25)
    middle = 1.95
    shapes = ENCODER + DECODER
    places = [0.36 + 0.785 * number for number in range(len(shapes))]
    edges = [
        _slab(axes, x, middle, side, channels)
        for x, (side, channels) in zip(places, shapes, strict=True)
    ]
    for before, after in itertools.pairwise(edges):
        style.arrow(axes, (before[1] + 0.03, middle), (after[0] - 0.03, middle))
    for number, (x, (side, channels)) in enumerate(zip(places, shapes, strict=True)):
        colour = style.BACKWARD if number == len(ENCODER) - 1 else style.INK
        style.write(axes, x, 1.05, f"{side}×{side}", style.SMALL, colour)
        style.write(axes, x, 0.81, f"×{channels}", style.SMALL, colour)
    encoder, decoder = places[: len(ENCODER)], places[len(ENCODER) - 1 :]
    _brace(axes, encoder[0] - 0.3, encoder[-1] - 0.1, 2.85, "encoder")
    _brace(axes, decoder[0] + 0.1, decoder[-1] + 0.3, 2.85, "decoder")
    style.write(axes, places[0], 0.5, "$(y,m)$", style.MATHS)
    style.write(axes, decoder[0], 0.5, "$z$", style.MATHS, style.BACKWARD)
    style.write(axes, places[-1], 0.5, r"$\hat{x}$", style.MATHS)
    latent = ENCODER[-1][0] ** 2 * ENCODER[-1][1]
    text = f"input {32 * 32 * 4:,}    latent {latent:,}    output {32 * 32 * 3:,} numbers"
    style.write(axes, style.WIDTH / 2, 0.15, text)
    return axes.figure


def _brace(axes, left, right, y, text):
    """Write a word over a line with two short ends."""
    style.line(axes, (left, y - 0.08), (left, y), (right, y), (right, y - 0.08), width=0.8)
    style.write(axes, (left + right) / 2, y + 0.17, text)


def _slab(axes, x, y, side, channels):
    """Draw a slab of feature maps in true proportion of their sides; return its two ends."""
    high, thick = 0.0375 * side, 0.02 + 0.0011 * channels
    style.rectangle(axes, x - thick / 2, y - high / 2, thick, high, style.KNOWN, line=0.8)
    return x - thick / 2, x + thick / 2


def transposed_taps():
    """Draw how kernels of 3 and of 4 pixels are stamped with stride 2, and the outputs' taps."""
    axes = style.sheet(3.95)
    _stamps(axes, 2.3, 3)
    _stamps(axes, 0.25, 4)
    return axes.figure


def _stamps(axes, bottom, kernel, inputs=5, stride=2, cell=0.43):
    """Draw the inputs' stamps and, under them, the outputs with their number of taps."""
    outputs = stride * inputs
    before, _ = by_hand.same_padding(outputs, kernel, stride)
    left = 2.2
    for number, count in enumerate(by_hand.taps(inputs, kernel, stride)):
        x = left + number * cell
        full = count == kernel // stride + (kernel % stride > 0)
        style.rectangle(axes, x, bottom, cell, cell, style.KNOWN if full else style.MISSING)
        style.write(axes, x + cell / 2, bottom + cell / 2, f"{count}")
    for number in range(inputs):
        start, end = (number * stride - before + edge for edge in (0, kernel))
        y = bottom + 0.56 + 0.24 * (number % 2)
        kept = max(start, 0), min(end, outputs)  # the rest is cut off
        long = (kept[1] - kept[0]) * cell - 0.08
        style.rectangle(axes, left + kept[0] * cell + 0.04, y, long, 0.18, line=0.8)
        x = left + ((start + end) / 2) * cell
        style.write(axes, x, bottom + 1.19, f"{number + 1}", style.SMALL)
    style.write(axes, 0.1, bottom + 1.45, f"kernel {kernel}, stride {stride}", across="left")
    style.write(axes, 0.1, bottom + 1.17, "inputs", across="left", size=style.SMALL)
    style.write(axes, 0.1, bottom + 0.76, "their stamps", across="left", size=style.SMALL)
    style.write(axes, 0.1, bottom + cell / 2, "taps of the outputs", style.SMALL, across="left")


def transposed_by_hand():
    """Draw the stamps of three inputs with their numbers, and the sums under them."""
    axes = style.sheet(4.1)
    values, kernel, stride, cell, left = (1, 3, 2), (1, 2, 1), 2, 0.5, 2.9
    outputs = stride * len(values)
    sums = [0] * (outputs + 1)
    style.write(axes, left - 0.2, 3.75, "kernel", across="right")
    for number, weight in enumerate(kernel):
        _cell(axes, left + number * cell, 3.5, cell, weight, style.INK)
    for row, value in enumerate(values):
        bottom = 2.8 - 0.56 * row
        style.write(
            axes, left - 0.2, bottom + cell / 2, f"input {value}, its stamp", across="right"
        )
        for number, weight in enumerate(kernel):
            place = stride * row + number
            sums[place] += value * weight
            _cell(axes, left + place * cell, bottom, cell, value * weight, style.KNOWN)
    style.line(axes, (0.1, 1.5), (style.WIDTH - 0.1, 1.5), colour=style.FAINT, width=0.8)
    style.write(axes, left - 0.2, 1.0, "added up", across="right")
    for place, total in enumerate(sums):
        overlap = place and place % stride == 0 and place < outputs
        x, colour = left + place * cell, style.MISSING if overlap else style.KNOWN
        if place < outputs:
            _cell(axes, x, 0.75, cell, total, colour)
        else:
            style.write(axes, x + cell / 2, 1.0, f"{total}", colour=style.FAINT)
            style.line(axes, (x + 0.12, 0.87), (x + 0.38, 1.13), colour=style.FAINT)
            style.write(axes, x + 0.1, 0.45, "cut off", style.SMALL, style.FAINT, across="left")
    style.write(axes, left, 0.45, "orange: two stamps", style.SMALL, style.MISSING, across="left")
    return axes.figure


def _cell(axes, left, bottom, side, number, colour):
    """Draw a pixel with its value."""
    style.rectangle(axes, left, bottom, side, side, colour)
    style.write(axes, left + side / 2, bottom + side / 2, f"{number}")


def autoencoder_paths():
    """Draw which input pixels reach which output pixel of the autoencoder, along one axis."""
    axes = style.sheet(4.2)

    def layer(size, stride):
        return by_hand.convolution_matrix(np.ones(3), size, stride)

    encoder = layer(8, 2) @ layer(16, 2) @ layer(32, 2) @ layer(32, 1)
    decoder = layer(32, 1) @ layer(32, 2).T @ layer(16, 2).T @ layer(8, 2).T
    cell, left, top = 0.105, 1.9, 3.75
    for output, row in enumerate(decoder @ encoder > 0):
        seen = np.flatnonzero(row)
        bottom = top - (output + 1) * cell
        long = (seen[-1] + 1 - seen[0]) * cell
        style.rectangle(axes, left + seen[0] * cell, bottom, long, cell, style.KNOWN, line=0.5)
    style.rectangle(axes, left, top - 32 * cell, 32 * cell, 32 * cell, style.INK, "none", 0.8)
    for number in (0, 7, 15, 24, 31):
        style.write(axes, left - 0.1, top - (number + 0.5) * cell, f"{number}", 9, across="right")
    for number in (0, 7, 15, 23, 31):
        style.write(axes, left + (number + 0.5) * cell, top + 0.13, f"{number}", 9)
    style.write(axes, left + 16 * cell, top + 0.33, "input pixel", style.SMALL)
    style.write(axes, left - 0.65, top - 16 * cell, "output pixel", style.SMALL, rotation=90)
    return axes.figure


def skip_reach():
    """Draw the hole in three zones: how far known pixels reach through the widest skip."""
    axes = style.sheet(3.5)
    cell, left, bottom, hole = 0.26, 0.4, 0.2, 12
    zones = ((0, style.KNOWN), (1, style.BACKWARD), (2, style.MISSING))
    for depth, colour in zones:
        side = (hole - 2 * depth) * cell
        style.rectangle(axes, left + depth * cell, bottom + depth * cell, side, side, colour)
    for number in range(1, hole):
        along = number * cell
        for ends in (((along, 0), (along, hole * cell)), ((0, along), (hole * cell, along))):
            points = [(left + x, bottom + y) for x, y in ends]
            style.line(axes, *points, colour=style.FAINT, width=0.3)
    counts = [hole**2 - 10**2, 10**2 - 8**2, 8**2]
    texts = ("CONV1 sees something known", "the last convolution reads it", "nothing known")
    for (_, colour), count, text, y in zip(zones, counts, texts, (2.6, 1.85, 1.1), strict=True):
        style.rectangle(axes, 3.95, y - 0.13, cell, cell, colour)
        style.write(axes, 4.35, y + 0.1, f"{count} pixels:", across="left")
        style.write(axes, 4.35, y - 0.15, text, style.SMALL, across="left")
    return axes.figure


def skip_connections():
    """Draw the autoencoder as a U, with skip connections between maps of the same size."""
    axes = style.sheet(3.75)
    down = ((32, 32), (16, 64), (8, 128))
    up = ((32, 64), (16, 128), (8, 256))
    levels = (3.2, 2.3, 1.4)
    left, right, wide, high = 1.0, 6.0, 1.3, 0.5
    for y, (side, seen), (_, made) in zip(levels, down, up, strict=True):
        _box(axes, left, y, f"{side}×{side}×{seen}", wide, high)
        _box(axes, right, y, f"{side}×{side}×{made}+{seen}", wide + 0.35, high)
        start, end = left + wide / 2, right - wide / 2 - 0.175
        style.arrow(axes, (start + 0.04, y), (end - 0.04, y), style.BACKWARD, dashed=True)
    style.write(axes, 3.4, levels[0] + 0.2, "skip: copied and joined", colour=style.BACKWARD)
    _box(axes, 3.5, 0.45, "4×4×256", wide, high, style.BACKWARD)
    for high_level, low_level in itertools.pairwise(levels):
        style.arrow(axes, (left, high_level - high / 2), (left, low_level + high / 2))
        style.arrow(axes, (right, low_level + high / 2), (right, high_level - high / 2))
    last, foot = levels[-1] - high / 2, 0.45
    style.line(axes, (left, last), (left, foot))
    style.arrow(axes, (left, foot), (3.5 - wide / 2, foot))
    style.line(axes, (3.5 + wide / 2, foot), (right, foot))
    style.arrow(axes, (right, foot), (right, last))
    style.write(axes, 1.95, foot - 0.25, "encoder", style.SMALL)
    style.write(axes, 5.1, foot - 0.25, "decoder", style.SMALL)
    return axes.figure


def _box(axes, x, y, text, width, height, colour=style.KNOWN):
    """Draw a box with the shape of feature maps, centred on a point."""
    style.rectangle(axes, x - width / 2, y - height / 2, width, height, colour, line=0.8)
    style.write(axes, x, y, text, style.SMALL)
