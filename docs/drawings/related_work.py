"""The figures of the chapter on related work."""

from scipy.ndimage import maximum_filter

from drawings import style
from inpainting_guide.data import holes

KERNEL = 3
PIXELS, RIM = 21, 4  # a row of the image; a hole of 12 begins behind 4 known pixels


def masks():
    """Return the mask after 0, 1, 2, ... partial convolutions, until nothing is missing.

    A partial convolution's output counts as known where its window holds a known pixel.
    """
    found = [holes.square(10, 10)[0, ..., 0]]
    while not found[-1].all():
        found.append(maximum_filter(found[-1], KERNEL, mode="constant", cval=0))
    return found


def partial_convolution():
    """Draw how the mask of partial convolutions closes, layer after layer."""
    axes = style.sheet(1.98)
    side, bottom = 0.86, 0.66
    steps = masks()
    pitch = style.WIDTH / len(steps)
    for layer, mask in enumerate(steps):
        middle = (layer + 0.5) * pitch
        left = middle - side / 2
        style.picture(axes, style.location_map_picture(mask), left, bottom, side)
        style.rectangle(axes, left, bottom, side, side, fill="none", line=0.8)
        title = "input" if layer == 0 else f"layer {layer}"
        style.write(axes, middle, bottom + side + 0.2, title)
        style.write(axes, middle, bottom - 0.22, f"{(mask == 0).sum()}", colour=style.MISSING)
    style.write(axes, style.WIDTH / 2, 0.15, "pixels still missing", colour=style.MISSING)
    return axes.figure


def dilated_convolution():
    """Draw what one output of three layers reads of a row, without and with dilation."""
    axes = style.sheet(2.75)
    for left, dilations in ((0.1, (1, 1, 1)), (3.65, (1, 2, 4))):
        reached = _paths(axes, left, dilations)
        title = f"dilations {', '.join(map(str, dilations))}: {len(reached)} pixels"
        style.write(axes, left + 1.62, 2.5, title)
    return axes.figure


def _paths(axes, left, dilations, pitch=0.155, rise=0.55):
    """Draw the paths from one output in the middle down to the row; return the pixels met."""
    across = [left + (place + 0.5) * pitch for place in range(PIXELS)]
    places = {PIXELS // 2}
    for layer in range(len(dilations), -1, -1):
        height = 0.4 + layer * rise
        for place, x in enumerate(across):
            if layer == 0:
                inside = RIM <= place < RIM + holes.HOLE
                colour = style.MISSING if inside else style.KNOWN
                style.rectangle(axes, x - pitch / 2, height - 0.16, pitch, pitch, colour, line=0.6)
            elif place not in places:
                axes.plot(x, height, ".", color=style.FAINT, markersize=2)
        if layer:
            steps = [dilations[layer - 1] * tap for tap in (-1, 0, 1)]
            below = 0.4 + (layer - 1) * rise
            for place in places:
                axes.plot(across[place], height, "o", color=style.INK, markersize=4)
                for step in steps:
                    ends = (across[place], height), (across[place + step], below)
                    style.line(axes, *ends, colour=style.BACKWARD, width=0.8, zorder=1)
            places = {place + step for place in places for step in steps}
    return places


def context_encoder():
    """Draw a context encoder: maps that shrink, a layer that connects places, maps that grow."""
    axes = style.sheet(2.5)
    middle = 1.3
    stages = (  # left, side, width of the stack, colour, label
        (0.4, 1.6, 0.12, style.KNOWN, "227 × 227\n× 3"),
        (1.4, 0.95, 0.3, style.KNOWN, "convolutions,\npooling"),
        (2.75, 0.5, 0.55, style.KNOWN, "6 × 6\n× 256"),
        (4.15, 0.5, 0.55, style.BACKWARD, "6 × 6\n× 256"),
        (5.15, 0.75, 0.3, style.BACKWARD, "layers that\nenlarge"),
        (6.35, 0.8, 0.12, style.MISSING, "what is\nmissing"),
    )
    for left, side, width, colour, label in stages:
        style.rectangle(axes, left, middle - side / 2, width, side, colour)
        style.write(axes, left + width / 2, 0.2, label, style.SMALL, linespacing=1.15)
    style.rectangle(axes, 0.4, middle - 0.4, 0.12, 0.8, style.MISSING)
    for start, end in ((0.58, 1.32), (1.78, 2.67), (4.78, 5.08), (5.53, 6.27)):
        style.arrow(axes, (start, middle), (end, middle))
    for offset in (-0.2, -0.07, 0.07, 0.2):  # every place of a map with every place of its copy
        for end in (-0.2, -0.07, 0.07, 0.2):
            ends = (3.35, middle + offset), (4.1, middle + end)
            style.line(axes, *ends, colour=style.FAINT, width=0.7)
    style.write(axes, 3.72, 2.0, "all places of a map\nwith all of them", style.SMALL)
    return axes.figure


def gated_convolution():
    """Draw what decides how much passes: a count in partial convolutions, weights in gated."""
    axes = style.sheet(2.75)
    upper, lower = 1.75, 0.75
    for left, title in ((0.1, "partial: a rule"), (3.7, "gated: learnt")):
        style.write(axes, left + 1.6, 2.55, title)
    _gate(axes, 0.1, ("window of\nvalues", "window of\nthe mask"), ("$W$", "count"), upper, lower)
    _gate(axes, 3.7, ("window of\nchannels", ""), ("$W$", "$W'$"), upper, lower)
    style.line(axes, (3.5, 0.25), (3.5, 2.35), colour=style.FAINT, width=0.8)
    return axes.figure


def _gate(axes, left, inputs, boxes, upper, lower):
    """Draw two paths that are multiplied; with one input, both begin there."""
    heights = (upper, lower) if inputs[1] else ((upper + lower) / 2,)
    for height, text in zip(heights, inputs, strict=False):
        style.write(axes, left + 0.42, height, text, style.SMALL)
    for height, text in zip((upper, lower), boxes, strict=True):
        start = height if inputs[1] else heights[0]
        style.arrow(axes, (left + 0.92, start), (left + 1.18, height))
        colour = style.KNOWN if height == upper else style.MISSING
        style.node(axes, left + 1.58, height, text, colour, width=0.76, size=style.TEXT)
        toward = (upper + lower) / 2 + 0.16 * (1 if height == upper else -1)
        style.arrow(axes, (left + 2.0, height), (left + 2.45, toward))
    style.circle(axes, left + 2.65, (upper + lower) / 2, "×", radius=0.2, size=style.TEXT)
    style.arrow(axes, (left + 2.88, (upper + lower) / 2), (left + 3.2, (upper + lower) / 2))


def repaint_schedule(levels=250, length=10, passes=10, last=240):
    """Draw the noise level against the calls of the network, whole and from close by."""
    level, path = levels, [levels]
    jumps_left = dict.fromkeys(range(0, last, length), passes - 1)
    while level > 0:
        level -= 1
        path.append(level)
        if jumps_left.get(level, 0):
            jumps_left[level] -= 1
            level += length
    axes = style.sheet(2.75)
    for left, calls, top, bottom in ((0.75, len(path) - 1, levels, 0), (4.25, 130, levels, 200)):
        width, high, low = 2.5, 2.2, 0.65

        def point(call, level, left=left, calls=calls, top=top, bottom=bottom):
            across = left + call / calls * 2.5
            return across, 0.65 + (level - bottom) / (top - bottom) * 1.55

        shown = [point(call, level) for call, level in enumerate(path[: calls + 1])]
        style.line(axes, *shown, colour=style.KNOWN, width=0.9)
        style.line(axes, (left, high), (left, low), (left + width, low), width=0.8)
        for end in (bottom, top):
            height = point(0, end)[1]
            style.write(axes, left - 0.1, height, f"{end}", style.SMALL, across="right")
        for end in (0, calls):
            style.write(axes, point(end, bottom)[0], 0.45, f"{end:,}", style.SMALL)
        style.write(axes, left + width / 2, 0.2, "calls of the network", style.SMALL)
    style.write(axes, 0.75, 2.5, "noise level", style.SMALL, across="left")
    style.write(axes, 4.25, 2.5, "the beginning, enlarged", style.SMALL, across="left")
    return axes.figure
