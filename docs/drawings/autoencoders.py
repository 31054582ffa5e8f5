"""The figures of the chapter on autoencoders."""

import itertools

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
    style.write(axes, places[-1], 0.5, r"$f_\theta$", style.MATHS)
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
