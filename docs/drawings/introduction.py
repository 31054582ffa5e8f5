"""The figure of the introduction."""

from drawings import style
from inpainting_guide.data import cars, holes
from inpainting_guide.filling import classical

CAR = 112  # of the training cars: a yellow taxi
TOP, LEFT = 14, 4  # of the hole, over a wheel and the bonnet


def example():
    """Return the example's photograph, location map, incomplete and filled image."""
    photograph = cars.load().train[CAR : CAR + 1]
    location_map = holes.square(TOP, LEFT)
    incomplete = holes.cut(photograph, location_map)
    filled = classical.harmonic(incomplete, location_map)
    return photograph[0], location_map[0, ..., 0], incomplete[0], filled[0]


def frame_hole(axes, left, bottom, side):
    """Outline the example's hole on a picture."""
    pixel = side / cars.SIZE
    corner = left + LEFT * pixel, bottom + (cars.SIZE - TOP - holes.HOLE) * pixel
    hole = holes.HOLE * pixel
    style.rectangle(axes, *corner, hole, hole, style.MISSING, fill="none", line=1.4)


def problem():
    """Draw a photograph, its location map, the incomplete image and the composite."""
    side, gap, bottom = 1.6, 0.16, 0.65
    axes = style.sheet(2.6, background="white")
    photograph, location_map, incomplete, filled = example()
    panels = (
        ("photograph", "$x$", photograph),
        ("location map", "$m$", style.location_map_picture(location_map)),
        ("incomplete", r"$y=m\odot x$", incomplete),
        ("composite", r"$\hat{x}$", filled),
    )
    for number, (title, symbol, image) in enumerate(panels):
        left = 0.06 + number * (side + gap)
        style.picture(axes, image, left, bottom, side)
        style.write(axes, left + side / 2, bottom + side + 0.2, title)
        style.write(axes, left + side / 2, bottom - 0.22, symbol, style.MATHS)
        if number > 0:
            frame_hole(axes, left, bottom, side)
    pixel, left = side / cars.SIZE, 0.06 + side + gap
    middle = holes.HOLE / 2
    x, y = left + (LEFT + middle) * pixel, bottom + (cars.SIZE - TOP - middle) * pixel
    style.write(axes, x, y, "0")
    style.write(axes, left + side / 2, bottom + side * 0.8, "1")
    last = 0.06 + 3 * (side + gap) + side / 2
    style.write(axes, last, bottom - 0.5, "(harmonic fill)", style.SMALL)
    return axes.figure
