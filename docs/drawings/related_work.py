"""The figure of the chapter on related work."""

from scipy.ndimage import maximum_filter

from drawings import style
from inpainting_guide import holes

KERNEL = 3


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
