"""The equations of the smooth fills, set up for the holes alone."""

import numpy as np
import pytest
from hypothesis import given
from skimage.restoration import inpaint_biharmonic
from small_pictures import NO_DEADLINE, incomplete_pictures

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
def test_nothing_but_the_surroundings_of_a_hole_decides(solve, rng):
    image = rng.random((40, 50, 3), np.float32)
    missing = np.zeros((40, 50), bool)
    missing[10:16, 20:30] = True
    image[0, 0], image[0, 1] = 0, 1  # the range to which the plate is clipped
    filled = solve(image, missing)
    image[1:7] = 0.5
    np.testing.assert_array_equal(solve(image, missing), filled)
