"""The figures of the chapter on the direct convolutional network."""

import functools

import numpy as np

from drawings import style
from inpainting_guide.data import holes
from inpainting_guide.data.cars import SIZE
from inpainting_guide.formulas import by_hand


@functools.cache
def network():
    """Build the network; Keras is loaded only now."""
    from inpainting_guide import networks

    return networks.direct_cnn()


def fields():
    """Return the receptive field after one, two, ... layers of the network, in pixels."""
    layers = network().layers[1:]
    kernels = [layer.kernel_size[0] for layer in layers]
    strides = [layer.strides[0] for layer in layers]
    depths = range(1, len(layers) + 1)
    return [by_hand.receptive_field(kernels[:depth], strides[:depth]) for depth in depths]


class Grid:
    """An image's pixel grid on a sheet: rows from the top, columns from the left."""

    def __init__(self, axes, left, bottom, side):
        self.axes, self.left, self.bottom = axes, left, bottom
        self.side, self.pixel = side, side / SIZE

    def show(self, location_map):
        """Colour the pixels and frame the image."""
        place = self.left, self.bottom, self.side
        style.picture(self.axes, style.location_map_picture(location_map), *place)
        style.rectangle(self.axes, *place, self.side, fill="none", line=0.8)

    def square(self, row, column, size, **look):
        """Draw a square of `size` pixels around the pixel at a row and a column."""
        left = self.left + (column - size // 2) * self.pixel
        bottom = self.bottom + (SIZE - 1 - row - size // 2) * self.pixel
        return style.rectangle(
            self.axes, left, bottom, size * self.pixel, size * self.pixel, **look
        )


def receptive_field():
    """Draw the receptive fields of one to five layers around the centre of a hole."""
    axes = style.sheet(4.0)
    grid = Grid(axes, 0.1, 0.1, 3.8)
    location_map = holes.square(10, 10)[0, ..., 0]
    grid.show(location_map)
    centre = SIZE // 2
    columns = 4.45, 5.3, 6.4
    for x, title in zip(columns, ("layers", "field", "known\npixels seen"), strict=True):
        style.write(axes, x, 3.35, title, up="bottom")
    style.line(axes, (4.1, 3.25), (6.95, 3.25), width=0.8)
    for depth, field in enumerate(fields(), start=1):
        seen = by_hand.known_pixels_seen(location_map, field)[centre, centre]
        box = grid.square(centre, centre, field, fill="none")
        middle, top = box.get_x() + box.get_width() / 2, box.get_y() + box.get_height()
        style.write(axes, middle, top - grid.pixel, str(depth), style.SMALL)
        row = 3.4 - 0.45 * depth
        for x, entry in zip(columns, (depth, f"{field} × {field}", seen), strict=True):
            style.write(axes, x, row, str(entry))
    grid.square(centre, centre, 1, fill=style.INK, line=0)
    return axes.figure


def corner_hole():
    """Draw a hole in the image's corner and the pixels whose field holds nothing known."""
    field = fields()[-1]
    location_map = holes.square(0, 0)[0, ..., 0]
    blind = np.argwhere(by_hand.known_pixels_seen(location_map, field) == 0)
    axes = style.sheet(3.75)
    grid = Grid(axes, 0.95, 0.1, 2.8)
    grid.show(location_map)
    for row, column in blind:
        grid.square(row, column, 1, colour=style.MISSING, fill=style.INK, line=0.8)
    grid.square(*blind[-1], field, fill="none", linestyle=(0, (4, 2)))
    style.rectangle(axes, 4.1, 2.72, 0.16, 0.16, fill=style.INK)
    style.write(axes, 4.4, 2.8, f"{len(blind)} pixels that see\nno known pixel", across="left")
    style.line(axes, (4.02, 1.9), (4.32, 1.9), linestyle=(0, (4, 2)))
    text = f"what one of them sees:\n{field} × {field} pixels"
    style.write(axes, 4.4, 1.9, text, across="left")
    return axes.figure


def at_the_hole():
    """Draw the places where each layer is computed for a hole near the border."""
    axes = style.sheet(4.0)
    grid = Grid(axes, 0.75, 0.1, 3.0)
    top, left = 3, 8
    grid.show(holes.square(top, left)[0, ..., 0])
    columns = 4.7, 5.5, 6.4
    for x, title in zip(columns, ("layer", "places", "of 1,024"), strict=True):
        style.write(axes, x, 3.6, title, up="bottom")
    style.line(axes, (4.4, 3.5), (6.85, 3.5), width=0.8)
    side = holes.HOLE
    middle = top + side // 2 - 1, left + side // 2
    for row, layer in enumerate([*network().layers[:0:-1], None]):
        grid.square(*middle, side, fill="none", linestyle="-" if layer else (0, (4, 2)))
        entries = layer.name[4:] if layer else "input", f"{side} × {side}", f"{side**2 / 1024:.0%}"
        for x, entry in zip(columns, entries, strict=True):
            style.write(axes, x, 3.25 - 0.42 * row, entry)
        side += layer.kernel_size[0] - 1 if layer else 0
    return axes.figure


def direct_cnn():
    """Draw the network's five layers with their shapes and parameters."""
    axes = style.sheet(2.75)
    layers = network().layers
    pitch, middle = 1.2, 2.0
    places = [0.5 + number * pitch for number in range(len(layers))]
    edges = [
        _slab(axes, x, middle, layer.output.shape[-1])
        for x, layer in zip(places, layers, strict=True)
    ]
    for x, layer in zip(places, layers, strict=True):
        shape = "×".join(map(str, layer.output.shape[1:]))
        style.write(axes, x, 1.18, shape, style.SMALL)
    for before, after, layer in zip(edges, edges[1:], layers[1:], strict=False):
        start, end = before[1] + 0.06, after[0] - 0.06
        style.arrow(axes, (start, middle), (end, middle))
        kernel = "×".join(map(str, layer.kernel_size))
        activation = layer.activation.__name__.replace("relu", "ReLU")
        x = (start + end) / 2
        style.write(axes, x, middle + 0.16, kernel, style.SMALL)
        style.write(axes, x, middle - 0.17, activation, style.SMALL)
        style.write(axes, x, 0.72, f"{layer.count_params():,}", style.SMALL)
    total = f"parameters: {network().count_params():,} in all"
    style.write(axes, style.WIDTH / 2, 0.3, total)
    return axes.figure


def _slab(axes, x, y, channels, side=0.9, slant=0.18):
    """Draw feature maps as a slab, as thick as it has channels; return its left and right end."""
    thick = 0.004 * channels + 0.02
    left, bottom = x - (thick + slant) / 2, y - (side + slant) / 2
    style.rectangle(axes, left, bottom, thick, side, style.KNOWN, line=0.8)
    right, top = left + thick, bottom + side
    up, far = (slant, slant), right + slant
    style.polygon(
        axes,
        [(left, top), (right, top), (far, top + up[1]), (left + up[0], top + up[1])],
        style.KNOWN,
        line=0.8,
    )
    style.polygon(
        axes,
        [(right, bottom), (far, bottom + up[1]), (far, top + up[1]), (right, top)],
        style.KNOWN,
        line=0.8,
    )
    return left, far
