"""What every classical method promises, and what the chapter says was measured."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_pictures import NO_DEADLINE, incomplete_pictures

from inpainting_guide.data import holes, protocol
from inpainting_guide.filling import classical, methods

CLOSE = 1e-5
"""Tolerance for float32 fills."""

EVERY_METHOD = pytest.mark.parametrize("fill", methods.CLASSICAL.values(), ids=methods.CLASSICAL)


# --- What every method promises ----------------------------------------------------------


@EVERY_METHOD
@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 2**32 - 1))
def test_known_pixels_stay_bit_for_bit(fill, seed):
    rng = np.random.default_rng(seed)
    images = rng.random((2, 32, 32, 3), np.float32)
    location_map = holes.random_square(2, rng)
    incomplete = holes.cut(images, location_map)
    filled = fill(incomplete, location_map)
    known = np.broadcast_to(location_map == 1, images.shape)
    np.testing.assert_array_equal(filled[known], images[known])
    assert filled.dtype == np.float32
    assert filled.min() >= 0
    assert filled.max() <= 1


@EVERY_METHOD
def test_what_a_hole_holds_is_never_read(fill):
    task = protocol.validation()[:3]
    expected = fill(task.incomplete, task.location_map)
    np.testing.assert_array_equal(fill(task.images, task.location_map), expected)


@EVERY_METHOD
def test_an_image_without_a_hole_is_unchanged(fill):
    images = protocol.validation().images[:2]
    location_map = np.ones((2, 32, 32, 1), np.float32)
    np.testing.assert_array_equal(fill(images, location_map), images)


@EVERY_METHOD
def test_a_batch_is_filled_image_by_image(fill):
    task = protocol.validation()[:4]
    whole = fill(task.incomplete, task.location_map)
    for number in range(4):
        one = task[number : number + 1]
        alone = fill(one.incomplete, one.location_map)
        np.testing.assert_allclose(whole[number], alone[0], atol=1e-6)


@EVERY_METHOD
def test_a_map_without_known_pixels_is_refused(fill):
    images = np.zeros((2, 32, 32, 3), np.float32)
    location_map = np.ones((2, 32, 32, 1), np.float32)
    location_map[1] = 0
    with pytest.raises(ValueError, match="image number 1 has no known pixel"):
        fill(images, location_map)


@EVERY_METHOD
def test_conventions_are_checked(fill):
    images, location_map = np.zeros((1, 32, 32, 3), np.float32), holes.square(10, 10)
    with pytest.raises(ValueError, match="batch axis"):
        fill(images[0], location_map)
    with pytest.raises(ValueError, match="location map"):
        fill(images, location_map[..., 0])
    with pytest.raises(ValueError, match="NaN"):
        fill(images + np.float32(np.nan), location_map)
    with pytest.raises(ValueError, match="float32, got list"):
        fill(images.tolist(), location_map)
    with pytest.raises(ValueError, match="float32, got list"):
        fill(images, location_map.tolist())
    with pytest.raises(ValueError, match="expected"):
        fill(images[0, 0, 0], location_map)


FLAT = np.broadcast_to(np.float32([51, 102, 204]) / 255, (2, 32, 32, 3))


@pytest.mark.parametrize("name", ["mean colour", "harmonic", "biharmonic", "Navier–Stokes"])
def test_a_flat_image_is_restored(name):
    location_map = holes.square([0, 9], [4, 20])
    filled = methods.CLASSICAL[name](holes.cut(FLAT, location_map), location_map)
    np.testing.assert_allclose(filled, FLAT, atol=CLOSE)


def test_opencvs_telea_lets_a_flat_image_drift_by_a_few_grey_levels():
    location_map = holes.square([0, 9], [4, 20])
    filled = classical.telea(holes.cut(FLAT, location_map), location_map)
    drift = np.abs(filled - FLAT).max() * 255
    assert 0.5 < drift < 6


# --- Mean colour -------------------------------------------------------------------------


def test_mean_colour_is_the_mean_of_the_known_pixels():
    incomplete = np.zeros((1, 2, 2, 3), np.float32)
    incomplete[0, 0] = [[0.25, 0.5, 0], [0.75, 0.5, 1]]
    location_map = np.float32([[1, 1], [0, 0]])[None, :, :, None]
    filled = classical.mean_colour(incomplete, location_map)
    np.testing.assert_array_equal(filled[0, 1], [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]])


@NO_DEADLINE
@given(incomplete_pictures())
def test_no_other_colour_is_nearer_to_the_known_pixels(picture):
    incomplete, location_map = picture
    known = incomplete[location_map[..., 0] == 1].astype(np.float64)
    filled = classical.mean_colour(incomplete, location_map)
    for colour in filled[location_map[..., 0] == 0][:1]:
        best = np.square(known - colour).sum()
        for step in (-0.01, 0.01):
            assert np.square(known - (colour + step)).sum() > best


# --- Copying -----------------------------------------------------------------------------


def test_nearest_car_finds_the_very_car():
    task = protocol.validation()[:40]
    filled = classical.nearest_car(task.incomplete, task.location_map, collection=task.images)
    np.testing.assert_array_equal(filled, task.images)


def test_nearest_car_looks_at_known_pixels_only():
    rng = np.random.default_rng(3)
    image = rng.random((1, 32, 32, 3), np.float32)
    location_map = holes.square(4, 15)
    twin = np.where(location_map == 1, image, 1 - image)  # same rim and beyond, other hole
    near = np.clip(image + np.float32(0.02), 0, 1)  # nearly the same everywhere
    collection = np.concatenate([near, twin])
    filled = classical.nearest_car(holes.cut(image, location_map), location_map, collection)
    np.testing.assert_array_equal(filled, twin)


def test_nearest_car_takes_its_pixels_from_one_training_car():
    task = protocol.validation()[:5]
    filled = classical.nearest_car(task.incomplete, task.location_map)
    train = protocol.cars.load().train
    for image, known in zip(filled, task.location_map == 1, strict=True):
        same = (np.abs(train - image) * ~known).max(axis=(1, 2, 3)) == 0
        assert same.any()


def test_nearest_car_refuses_a_collection_of_another_size():
    task = protocol.validation()[:1]
    with pytest.raises(ValueError, match="collection"):
        classical.nearest_car(task.incomplete, task.location_map, np.zeros((3, 16, 16, 3)))
