"""Fills of large 8-bit pictures are those of the package, and cost no more than their holes."""

import tracemalloc

import cv2
import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from inpainting_guide import networks
from inpainting_guide.filling import classical, methods
from inpainting_guide.photographs import painting, regions

LARGE = [method for method in methods.CLASSICAL.values() if method is not classical.nearest_car]
EVERY_METHOD = pytest.mark.parametrize("method", LARGE)


@st.composite
def pictures_with_holes(draw, channels=3):
    """An 8-bit picture, larger than a coarse cell, with specks, scratches and a larger hole."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    height, width = draw(st.integers(20, 200)), draw(st.integers(20, 300))
    pixels = rng.integers(0, 256, (height, width, channels), np.uint8)
    missing = np.zeros((height, width), np.uint8)
    for _ in range(draw(st.integers(1, 4))):
        ends = [(int(rng.integers(width)), int(rng.integers(height))) for _ in range(2)]
        cv2.line(missing, ends[0], ends[draw(st.integers(0, 1))], 1, draw(st.integers(1, 9)))
    missing[-1, -1] = False
    return pixels, missing == 1


def whole(method, pixels, missing):
    """What the package's method makes of the whole picture."""
    filled = method(*painting.in_float32(pixels, missing))[0]
    return np.uint8(np.rint(255 * filled))


@EVERY_METHOD
@settings(deadline=None, max_examples=15)
@given(pictures_with_holes())
def test_a_fill_by_regions_is_that_of_the_whole_picture(method, picture):
    pixels, missing = picture
    filled = painting.by_method(method, pixels, missing)
    difference = np.abs(filled.astype(int) - whole(method, pixels, missing))
    np.testing.assert_array_equal(difference[~missing], 0)
    assert difference.max() <= (method is classical.mean_colour)  # rounded at a half
    assert filled is not pixels


@EVERY_METHOD
@settings(deadline=None, max_examples=5)
@given(pictures_with_holes(channels=1))
def test_a_grey_picture_is_filled_as_one_in_colours(method, picture):
    pixels, missing = picture
    filled = painting.by_method(method, pixels, missing)
    colours = painting.by_method(method, pixels.repeat(3, axis=2), missing)
    np.testing.assert_array_equal(filled, colours[..., :1])


def test_a_network_fills_tiles_as_it_would_the_whole(rng, monkeypatch):
    keras.utils.set_random_seed(4)
    network = networks.unet(widths=(4, 4, 4, 4))
    pixels = rng.integers(0, 256, (130, 150, 3), np.uint8)
    missing = np.zeros((130, 150), np.uint8)
    cv2.line(missing, (0, 0), (149, 129), 1, 4)
    missing = missing == 1
    monkeypatch.setattr(painting, "TILE", 32)
    in_tiles = painting.by_network(network, pixels, missing)
    monkeypatch.setattr(painting, "TILE", 1000)
    at_once = painting.by_network(network, pixels, missing)
    assert np.abs(in_tiles.astype(int) - at_once).max() <= 1
    assert np.ptp(in_tiles[missing]) > 1  # no constant
    np.testing.assert_array_equal(in_tiles[~missing], pixels[~missing])


def large(shape, side):
    """A large square picture with holes that reach across it."""
    missing = np.zeros((side, side), np.uint8)
    if shape == "corners":
        for rows in (slice(2, 8), slice(-8, -2)):
            missing[rows, 2:8] = missing[rows, -8:-2] = 1
    else:
        cv2.line(missing, (0, 0), (side - 1, side - 1), 1, 3)
    return np.full((side, side, 3), 99, np.uint8), missing == 1


@pytest.mark.parametrize("method", LARGE)
@pytest.mark.parametrize("shape", ["corners", "scratch"])
def test_memory_goes_with_the_holes(method, shape):
    pixels, missing = large(shape, 2000)
    tracemalloc.start()
    painting.by_method(method, pixels, missing)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The copy that is filled, what OpenCV is given, a mask or two; in float32 it would be tenfold.
    assert peak < 3.2 * pixels.nbytes


@pytest.mark.parametrize("shape", ["corners", "scratch"])
def test_a_network_is_shown_no_more_than_what_surrounds_the_holes(shape):
    _, missing = large(shape, 3000)
    shown = [window for _, _, window, _ in painting.windows(missing, 8)]
    sides = [part.stop - part.start for window in shown for part in window]
    assert max(sides) <= painting.TILE + 2 * painting.MARGIN + 16
    area = sum(np.prod([part.stop - part.start for part in window]) for window in shown)
    assert area < missing.size * (0.01 if shape == "corners" else 0.5)


def test_windows_of_many_shapes_make_the_network_anew_but_twice(monkeypatch, rng):
    calls = []
    called = keras.layers.Conv2D.call

    def count(self, inputs):
        calls.append(inputs.shape)
        return called(self, inputs)

    inputs = keras.Input((32, 32, 4))
    outputs = keras.layers.Conv2D(3, 1, activation="sigmoid", name="conv1")(inputs)
    network = keras.Model(inputs, outputs)
    fill, multiple = painting.rebuild(network)
    assert multiple == 1
    monkeypatch.setattr(keras.layers.Conv2D, "call", count)
    for side in range(8, 20):
        pixels = rng.integers(0, 256, (side, 2 * side, 3), np.uint8)
        missing = np.zeros((side, 2 * side), bool)
        missing[3] = True
        fill(*painting.in_float32(pixels, missing))
    assert 1 <= len(calls) <= 2


def test_the_reach_of_opencv_lies_within_a_group():
    assert painting.REACH + 2 * classical.RADIUS < regions.CELL


@pytest.mark.parametrize(
    ("method", "most"),
    [
        (classical.harmonic, painting.MOST_OF_MEMBRANE),
        (classical.biharmonic, painting.MOST_OF_PLATE),
    ],
)
def test_too_many_equations_are_refused_before_any_is_set_up(method, most):
    missing = np.ones((1001, most // 1000), bool)
    missing[0] = False
    missing[0, 0] = True
    pixels = np.zeros((*missing.shape, 1), np.uint8)
    with pytest.raises(ValueError, match=f"{most + 1:,} pixels are missing. The harmonic"):
        painting.by_method(method, pixels, missing)


def test_a_window_too_large_for_tensorflow_is_a_lack_of_memory(monkeypatch):
    def fail(*_):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(painting, "rebuild", lambda _: (fail, 1))
    missing = np.eye(4, dtype=bool)
    with pytest.raises(MemoryError, match="OOM"):
        painting.by_network(networks.unet(widths=(2, 2)), np.zeros((4, 4, 3), np.uint8), missing)
