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
