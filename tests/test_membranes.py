"""The equations of the smooth fills, set up for the holes alone."""

import numpy as np
import pytest
from hypothesis import assume, given
from skimage.restoration import inpaint_biharmonic
from small_pictures import NO_DEADLINE, incomplete_pictures

from inpainting_guide import filling
from inpainting_guide.data import holes
from inpainting_guide.filling import membranes


@NO_DEADLINE
@given(incomplete_pictures(smallest=5))
def test_the_plate_is_that_of_scikit_image(picture):
    image, missing = picture[0][0], picture[1][0, ..., 0] == 0
    expected = inpaint_biharmonic(image.astype(np.float64), missing, channel_axis=-1)
    np.testing.assert_allclose(membranes.plate(image, missing), expected[missing], atol=1e-9)


@pytest.mark.parametrize("solve", [membranes.membrane, membranes.plate])
def test_eight_bit_pictures_give_the_same(solve, rng):
    pixels = rng.integers(0, 256, (9, 7, 3), np.uint8)
    missing = np.zeros((9, 7), bool)
    missing[2:5, 3:] = missing[-1, 0] = True
    expected = solve(np.float32(pixels / 255), missing)
    np.testing.assert_array_equal(solve(pixels, missing), expected)


@pytest.mark.parametrize("solve", [membranes.membrane, membranes.plate])
def test_one_channel_or_one_pixel_is_enough(solve):
    image = np.float32([[[0.25], [0.5]]])
    missing = np.array([[True, False]])
    np.testing.assert_allclose(solve(image, missing), [[0.5]], atol=1e-7)


@pytest.mark.parametrize("solve", [membranes.membrane, membranes.plate])
def test_a_picture_one_pixel_wide_is_filled_as_one_that_is_one_pixel_high(solve, rng):
    row, missing = rng.random((1, 9, 3), np.float32), np.zeros((1, 9), bool)
    missing[0, 2:5] = missing[0, 8] = True
    column = solve(row.swapaxes(0, 1), missing.T)
    np.testing.assert_allclose(column, solve(row, missing), atol=1e-6)
    if solve is membranes.membrane:
        between = np.linspace(row[0, 1], row[0, 5], 5)[1:-1]
        np.testing.assert_allclose(column[:3], between, atol=1e-6)


@pytest.mark.parametrize("solve", [membranes.membrane, membranes.plate])
def test_nothing_but_the_surroundings_of_a_hole_decides(solve, rng):
    image = rng.random((40, 50, 3), np.float32)
    missing = np.zeros((40, 50), bool)
    missing[10:16, 20:30] = True
    image[0, 0], image[0, 1] = 0, 1  # the range to which the plate is clipped
    filled = solve(image, missing)
    image[1:7] = 0.5
    np.testing.assert_array_equal(solve(image, missing), filled)


# --- Blending -----------------------------------------------------------------------------------


@NO_DEADLINE
@given(incomplete_pictures(largest=6))
def test_a_blended_fill_solves_the_least_squares_that_it_promises(picture):
    image, missing = picture[0][0], picture[1][0, ..., 0] == 0
    assume(missing.any())
    fill = np.random.default_rng(0).random((missing.sum(), 3))
    number = np.full(missing.shape, -1)
    number[missing] = np.arange(missing.sum())
    rows, right = [], []
    for one, other, first, second in (
        (number[1:], number[:-1], image[1:], image[:-1]),
        (number[:, 1:], number[:, :-1], image[:, 1:], image[:, :-1]),
    ):
        ends = one.ravel(), other.ravel(), first.reshape(-1, 3), second.reshape(-1, 3)
        for a, b, at_a, at_b in zip(*ends, strict=True):
            if max(a, b) < 0:
                continue  # both known
            row = np.zeros(len(fill))
            if a >= 0:
                row[a] = 1
            if b >= 0:
                row[b] = -1
            rows.append(row)
            if min(a, b) >= 0:
                right.append(fill[a] - fill[b])
            else:
                right.append(at_b if a >= 0 else -at_a)
    expected = np.linalg.lstsq(np.array(rows), np.array(right, np.float64), rcond=None)[0]
    blended = fill + membranes.correction(image, fill, missing)
    np.testing.assert_allclose(blended, expected, atol=1e-9)


def test_of_one_colour_blending_makes_a_membrane(photographs, rng):
    location_map = holes.random_square(4, rng)
    incomplete = holes.cut(photographs[:4], location_map)
    expected = filling.harmonic(incomplete, location_map)
    for colour in (0, 0.3):
        filled = np.full_like(incomplete, colour)
        blended = filling.blend(incomplete, filled, location_map)
        np.testing.assert_allclose(blended, expected, atol=1e-6)
        known = np.broadcast_to(location_map == 1, incomplete.shape)
        assert blended[known].tobytes() == incomplete[known].tobytes()


def test_an_image_without_a_hole_is_not_blended(photographs):
    location_map = np.ones((1, 32, 32, 1), np.float32)
    blended = filling.blend(photographs[:1], photographs[1:2], location_map)
    np.testing.assert_array_equal(blended, photographs[:1])


def test_a_blended_fill_stays_in_the_range_whatever_its_steps_are():
    location_map = holes.square([10], [10])
    bright_rim = np.ones((1, 32, 32, 3), np.float32)
    bright_rim[:, 13:19, 13:19] = 0
    blended = filling.blend(np.zeros_like(bright_rim), bright_rim, location_map)
    assert blended.min() == 0
    assert blended.max() <= 1
