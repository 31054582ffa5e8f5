"""OpenCV's two fills: what the chapter says that they really compute."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from small_pictures import columns

from inpainting_guide.data import holes, protocol
from inpainting_guide.filling import classical

CLOSE = 1e-5


def navier_stokes_of_one_pixel(image, row, column, radius):
    """The chapter's weighted mean, for a hole of one pixel in an image of grey levels."""
    levels, known = image.astype(float), np.ones(image.shape, bool)
    known[row, column] = False

    def change(before, after, centre):
        steps = [abs(levels[p] - levels[centre]) for p in (before, after) if known[p]]
        return sum(steps) * 2 / len(steps) if steps else 0

    total = weights = 0
    for down in range(-radius, radius + 1):
        for right in range(-radius, radius + 1):
            at, distance = (row + down, column + right), down**2 + right**2
            if not 0 < distance <= radius**2:
                continue
            vertical = change((at[0] - 1, at[1]), (at[0] + 1, at[1]), at)
            horizontal = change((at[0], at[1] - 1), (at[0], at[1] + 1), at)
            along = abs(right * -vertical + down * horizontal)
            steepness = np.sqrt(vertical**2 + horizontal**2)
            cosine = along / (np.sqrt(distance) * steepness) if along > 0.01 else 1e-6
            weight = cosine / (1 + distance**2)
            total, weights = total + weight * levels[at], weights + weight
    return total / weights


@settings(deadline=None, max_examples=25)
@given(arrays(np.uint8, (11, 11)))
def test_opencvs_navier_stokes_is_the_chapters_weighted_mean(image):
    location_map = np.ones((1, 11, 11, 1), np.float32)
    location_map[0, 5, 5] = 0
    incomplete = np.repeat(np.float32(image)[None, :, :, None] / 255, 3, axis=3)
    filled = classical.navier_stokes(incomplete, location_map)[0, 5, 5] * 255
    expected = navier_stokes_of_one_pixel(image, 5, 5, classical.RADIUS)
    np.testing.assert_allclose(filled, expected, atol=0.501)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_opencvs_navier_stokes_obeys_a_maximum_principle(seed):
    rng = np.random.default_rng(seed)
    images = np.float32(rng.integers(60, 190, (4, 32, 32, 3))) / 255
    location_map = holes.random_square(4, rng)
    filled = classical.navier_stokes(holes.cut(images, location_map), location_map)
    known = np.where(location_map == 1, images, np.nan)
    assert (filled.min(axis=(1, 2)) >= np.nanmin(known, axis=(1, 2)) - CLOSE).all()
    assert (filled.max(axis=(1, 2)) <= np.nanmax(known, axis=(1, 2)) + CLOSE).all()


@settings(deadline=None, max_examples=25)
@given(arrays(np.uint8, (11, 11)))
def test_opencvs_telea_adds_at_most_the_root_of_two_levels_to_a_weighted_mean(image):
    location_map = np.ones((1, 11, 11, 1), np.float32)
    location_map[0, 5, 5] = 0
    incomplete = np.repeat(np.float32(image)[None, :, :, None] / 255, 3, axis=3)
    filled = classical.telea(incomplete, location_map)[0, 5, 5] * 255
    down, right = np.mgrid[-5:6, -5:6]
    around = (down**2 + right**2 <= classical.RADIUS**2) & (down**2 + right**2 > 0)
    near = image[around].astype(float)
    rounding = 1.01  # half a level to round, and half a level that OpenCV adds before it rounds
    assert (filled >= near.min() - np.sqrt(2) - rounding).all()
    assert (filled <= near.max() + np.sqrt(2) + rounding).all()


def test_opencvs_telea_adds_a_step_of_one_level_against_the_slope():
    # A bright column two pixels away: Telea's formula follows its slope down, below the mean.
    grey = np.full((11, 11), 100, np.float32)
    grey[:, 3] = 101
    location_map = np.ones((1, 11, 11, 1), np.float32)
    location_map[0, 5, 5] = 0
    incomplete = np.repeat(grey[None, :, :, None] / 255, 3, axis=3)
    filled = classical.telea(incomplete, location_map)[0, 5, 5] * 255
    np.testing.assert_allclose(filled, 102, atol=1e-3)


def test_opencvs_telea_does_not_continue_a_slope():
    # Telea's own formula would: every known pixel predicts a linear ramp exactly.
    ramp = np.float32(np.rint(columns(np.linspace(20, 235, 32), height=32))) / 255
    location_map = holes.square(10, 10)
    first = classical.telea(holes.cut(ramp, location_map), location_map)[0, 16, 10, 0]
    assert ramp[0, 16, 10, 0] - first > 3 / 255


@pytest.mark.parametrize("fill", [classical.telea, classical.navier_stokes])
def test_opencvs_fills_are_whole_grey_levels(fill):
    task = protocol.validation()[:3]
    filled = fill(task.incomplete, task.location_map) * 255
    np.testing.assert_allclose(filled, np.rint(filled), atol=1e-4)
