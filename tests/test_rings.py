"""Rings inside and around holes are those of the chessboard distance."""

import numpy as np
import pytest
import scipy.ndimage

from inpainting_guide.data import holes, rings


def distance(region):
    """Measure for every pixel of each region the distance to the nearest one outside."""
    return np.stack([scipy.ndimage.distance_transform_cdt(one == 1) for one in region])


@pytest.fixture
def missing():
    return 1 - holes.square([10, 0, 20], [6, 9, 20])[..., 0]


def test_a_depth_is_the_distance_to_the_nearest_known_pixel(missing):
    np.testing.assert_array_equal(rings.depths(missing), distance(missing))


@pytest.mark.parametrize("count", [1, 3])
def test_a_region_grows_by_all_pixels_that_are_so_near(missing, count):
    expected = (missing == 1) | (distance(1 - missing) <= count)
    np.testing.assert_array_equal(rings.grow(missing, count), expected)
