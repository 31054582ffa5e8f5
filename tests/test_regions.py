"""Where holes are: every missing pixel in one box, and boxes no larger than the holes."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpainting_guide.photographs import regions


@st.composite
def holes_of_any_shape(draw):
    """Rectangles and lines in a picture of some coarse cells."""
    shape = draw(st.integers(1, 400)), draw(st.integers(1, 400))
    missing = np.zeros(shape, np.uint8)
    for _ in range(draw(st.integers(1, 4))):
        ends = [(draw(st.integers(0, w - 1)), draw(st.integers(0, h - 1))) for h, w in [shape] * 2]
        if draw(st.booleans()):
            cv2.line(missing, *ends, 1, draw(st.integers(1, 5)))
        else:
            cv2.rectangle(missing, ends[0], ends[0], 1, draw(st.integers(1, 30)))
    return missing == 1


@settings(deadline=None)
@given(holes_of_any_shape(), st.sampled_from([None, 17, 100, 512]))
def test_every_missing_pixel_is_in_one_tight_box(missing, side):
    boxes = list(regions.tiles(missing, side) if side else regions.groups(missing))
    covered = np.zeros(missing.shape, int)
    for box, own in boxes:
        covered[box] += own
        assert own.shape == missing[box].shape
        for edge in (own[0], own[-1], own[:, 0], own[:, -1]):
            assert edge.any()
        assert side is None or max(own.shape) <= side
    np.testing.assert_array_equal(covered, missing)


@settings(deadline=None)
@given(holes_of_any_shape())
def test_groups_are_far_apart(missing):
    """So that what fills one never looks at another."""
    for box, own in regions.groups(missing):
        window, inside = regions.around(box, regions.CELL, missing.shape)
        near = np.zeros(missing[window].shape, np.uint8)
        near[inside] = own
        reach = np.ones((2 * regions.CELL + 1,) * 2, np.uint8)
        others = missing[window].copy()
        others[inside] &= ~own
        assert not (cv2.dilate(near, reach).astype(bool) & others).any()


@settings(deadline=None)
@given(holes_of_any_shape(), st.integers(0, 200), st.sampled_from([1, 8]))
def test_a_window_is_its_box_with_a_margin(missing, margin, multiple):
    for box, own in regions.tiles(missing, 100):
        window, inside = regions.around(box, margin, missing.shape, multiple)
        np.testing.assert_array_equal(missing[window][inside] & own, own)
        for part, around, length in zip(box, window, missing.shape, strict=True):
            assert around.start % multiple == 0
            assert around.stop % multiple == 0 or around.stop == length
            assert max(0, part.start - margin - multiple) <= around.start
            assert around.start <= max(0, part.start - margin)
            assert min(length, part.stop + margin) <= around.stop
            assert around.stop <= min(length, part.stop + margin + multiple)


@pytest.mark.parametrize("shape", ["corners", "scratch"])
def test_boxes_go_with_the_holes(shape):
    missing = np.zeros((1500, 2000), np.uint8)
    if shape == "corners":
        missing[:2, :2] = missing[-2:, :2] = missing[:2, -2:] = missing[-2:, -2:] = 1
        assert [own.shape for _, own in regions.groups(missing == 1)] == [(2, 2)] * 4
    else:
        cv2.line(missing, (0, 0), (1999, 1499), 1, 3)
        assert sum(own.size for _, own in regions.tiles(missing == 1, 100)) < missing.size / 10


@settings(deadline=None)
@given(holes_of_any_shape())
def test_the_widest_hole_is_that_of_the_whole_picture(missing):
    missing[-1, -1] = False
    if missing.any():
        depth = cv2.distanceTransform(np.uint8(missing), cv2.DIST_C, 3).max()
        assert regions.widest(missing) == 2 * int(depth)
