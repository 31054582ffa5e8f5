"""Rectangles around holes."""

import numpy as np

from inpainting_guide.data import extents, holes


def test_the_rectangle_covers_all_that_is_missing_and_no_more():
    maps = np.ones((3, 8, 10, 1), np.float32)
    maps[0, 2:5, 6] = 0
    maps[1, 7, 9] = maps[1, 4, 0] = 0  # two holes: one rectangle around both
    first, reach = extents.of_holes(maps)
    assert first.tolist() == [[2, 6], [4, 0], [0, 0]]
    assert reach.tolist() == [[3, 1], [4, 10], [0, 0]]
    assert extents.sides(maps).tolist() == [3, 10, 0]


def test_of_a_square_hole_it_is_the_square():
    tops, lefts = [0, 20, 5], [20, 0, 7]
    first, reach = extents.of_holes(holes.square(tops, lefts))
    assert first.T.tolist() == [tops, lefts]
    assert (reach == holes.HOLE).all()
