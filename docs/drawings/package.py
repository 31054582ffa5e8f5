"""The figure of the API's first page: the rooms of the package."""

import functools

from rooms import ROOMS, allowed

from drawings import style

WIDTH, HEIGHT, STEP = 1.55, 0.42, 0.72
"""Of a box, and from one row to the next, in inches."""


def rooms():
    """Draw the rooms, each above all that it may import, with arrows to the nearest of them."""
    rows = {}
    for room in ROOMS:
        rows.setdefault(level(room), []).append(room)
    axes = style.sheet(len(rows) * STEP)
    places = {}
    for row, inside in rows.items():
        for number, room in enumerate(inside):
            x = style.WIDTH / 2 + (number - (len(inside) - 1) / 2) * 1.5 * WIDTH
            places[room] = x, (row + 0.5) * STEP
            style.node(axes, *places[room], room, style.KNOWN, WIDTH, HEIGHT, style.TEXT)
    for room, (x, y) in places.items():
        for other in nearest(room):
            below, top = places[other]
            style.arrow(axes, (x, y - HEIGHT / 2), (below, top + HEIGHT / 2))
    return axes.figure


@functools.cache
def level(room):
    """Count the rooms that must lie below one another under a room."""
    return max((level(other) + 1 for other in allowed(room)), default=0)


def nearest(room):
    """Name the rooms that a room may import, without those that one of the others may."""
    others = allowed(room)
    return others - set().union(*map(allowed, others))
