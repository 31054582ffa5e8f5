"""Finding holes: how it is decided where they are, how it is measured, and filling in two steps."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpainting_guide import filling, measuring, networks
from inpainting_guide.data import holes

CORNERS = st.integers(0, 20)


@given(CORNERS, CORNERS, CORNERS, CORNERS)
@settings(max_examples=25)
def test_the_overlap_of_squares_is_that_of_their_sides(top, left, row, column):
    one, other = holes.square([top], [left]), holes.square([row], [column])
    both = max(0, 12 - abs(top - row)) * max(0, 12 - abs(left - column))
    overlap = measuring.intersection_over_union(one, other)
    np.testing.assert_allclose(overlap, both / (2 * 144 - both))


def test_overlap_is_refused_where_there_is_none_to_measure():
    nothing = np.ones((1, 32, 32, 1), np.float32)
    with pytest.raises(ValueError, match="in both maps number 0 nothing is missing"):
        measuring.intersection_over_union(nothing, nothing)
    with pytest.raises(ValueError, match="expected one for each"):
        measuring.intersection_over_union(nothing, np.ones((2, 32, 32, 1), np.float32))


def test_a_pixel_is_missing_if_that_is_more_probable():
    probability = np.array([0, 0.4, 0.5, 1]).reshape(1, 2, 2, 1)
    np.testing.assert_array_equal(filling.likely_known(probability).ravel(), [0, 0, 1, 1])


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
@settings(max_examples=25)
def test_the_likely_square_has_the_largest_product_of_odds(seed, side):
    probability = np.random.default_rng(seed).uniform(0.01, 0.99, (2, 7, 7, 1))
    found = filling.likely_square(probability, side)
    for known, chosen in zip(probability[..., 0], found[..., 0], strict=True):
        likelihoods = []
        for row, column in np.ndindex(8 - side, 8 - side):
            hole = holes.square([row], [column], side, 7)[0, ..., 0] == 0
            likelihoods.append((np.where(hole, 1 - known, known).prod(), hole))
        best = max(likelihoods, key=lambda each: each[0])[1]
        np.testing.assert_array_equal(chosen == 0, best)


def test_a_square_that_is_certain_is_found_and_one_odd_pixel_does_not_move_it():
    maps = holes.random_square(20, np.random.default_rng(0))
    certain = maps.copy()
    certain[:, 0, 0] = 1 - certain[:, 0, 0]
    np.testing.assert_array_equal(filling.likely_square(certain), maps)


class Finder:
    """Says of every black pixel that it is missing."""

    input_shape = None, 32, 32, 3

    def __call__(self, damaged):
        return keras.ops.cast(keras.ops.any(damaged > 0, axis=-1, keepdims=True), "float32")


@pytest.mark.usefixtures("eagerly")
def test_two_steps_with_a_finder_that_is_right_are_one_that_is_told(photographs):
    keras.utils.set_random_seed(0)
    filler = networks.small_unet(widths=(4, 8))
    maps = holes.random_square(12, np.random.default_rng(0))
    brighter = 0.1 + 0.9 * photographs  # nothing is black but the hole
    damaged = holes.cut(brighter, maps)
    filled = filling.in_two_steps(Finder(), filler)(damaged)
    np.testing.assert_array_equal(filled, filling.fill(filler, damaged, maps))
    nothing_missing = filling.in_two_steps(Finder(), filler)(brighter)
    np.testing.assert_array_equal(nothing_missing, brighter)
