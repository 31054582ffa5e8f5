import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inpainting_guide.data import holes


@given(data=st.data(), size=st.integers(1, 40))
def test_a_square_hole_is_where_it_was_asked_for(data, size):
    hole = data.draw(st.integers(1, size))
    top, left = (data.draw(st.integers(0, size - hole)) for _ in range(2))
    location_map = holes.square([top], [left], hole, size)
    assert location_map.shape == (1, size, size, 1)
    assert location_map.dtype == np.float32
    rows, columns = np.nonzero(location_map[0, ..., 0] == 0)
    assert len(rows) == hole**2
    assert (rows.min(), rows.max()) == (top, top + hole - 1)
    assert (columns.min(), columns.max()) == (left, left + hole - 1)


def test_all_441_positions_are_drawn_about_equally_often():
    maps = holes.random_square(8_820, np.random.default_rng(0))[..., 0]
    tops, lefts = maps.min(axis=2).argmin(axis=1), maps.min(axis=1).argmin(axis=1)
    counts = np.bincount(tops * 21 + lefts, minlength=441)
    assert len(counts) == holes.places() ** 2 == 441
    # The chi-square statistic of 441 equal cells: mean 440, standard deviation 29.7.
    assert np.sum((counts - 20) ** 2 / 20) < 440 + 5 * 29.7


@given(
    seed=st.integers(0, 1000),
    dtype=st.sampled_from((np.float16, np.float32, np.float64)),
    known_share=st.sampled_from((0, 0.2, 0.9, 1)),
    elsewhere=st.sampled_from((np.nan, np.inf, -1e4, 255, 0.3)),
)
def test_compose_keeps_known_pixels_bit_for_bit_and_clips_what_overshoots(
    seed, dtype, known_share, elsewhere
):
    rng = np.random.default_rng(seed)
    images = rng.random((2, 5, 7, 3), np.float32)
    location_map = np.float32(rng.random((2, 5, 7, 1)) < known_share)
    prediction = rng.uniform(-holes.OVERSHOOT, 1 + holes.OVERSHOOT, images.shape).astype(dtype)
    expected = np.where(location_map == 1, images, np.clip(prediction, 0, 1).astype(np.float32))
    prediction = np.where(location_map == 1, dtype(elsewhere), prediction)  # is never read
    before = prediction.tobytes()
    filled = holes.compose(images, prediction, location_map)
    assert (filled.dtype, filled.shape) == (np.float32, images.shape)
    assert filled.tobytes() == expected.tobytes()
    assert prediction.tobytes() == before


@given(
    dtype=st.sampled_from("?bBhHiIlLqQFDO"),
    value=st.sampled_from((0, 1, 100)),
)
def test_compose_refuses_what_is_not_of_floats(dtype, value):
    prediction = np.full(IMAGES.shape, value).astype(dtype)
    with pytest.raises(ValueError, match=f"holds {prediction.dtype}, expected floats in .0, 1."):
        holes.compose(IMAGES, prediction, MAPS)


@given(
    value=st.floats(allow_nan=False).filter(lambda v: abs(v - 0.5) > 0.5 + holes.OVERSHOOT),
    number=st.integers(0, 143),
)
def test_compose_refuses_a_single_value_of_another_scale(value, number):
    prediction = np.float64(IMAGES)
    prediction.reshape(-1)[np.flatnonzero(np.broadcast_to(MAPS == 0, IMAGES.shape))[number]] = value
    with pytest.raises(ValueError, match=r"values from .* in the holes, expected \[0, 1\]"):
        holes.compose(IMAGES, prediction, MAPS)


def test_compose_needs_little_more_memory_than_its_result():
    images = np.zeros((1, 900, 900, 3), np.float32)
    location_map = np.ones((1, 900, 900, 1), np.float32)
    location_map[:, 400:440, 400:440] = 0
    tracemalloc.start()
    try:
        holes.compose(images, images, location_map)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * images.nbytes


@pytest.mark.parametrize("hole", [0, 33])
def test_a_hole_that_does_not_fit_is_refused(hole):
    with pytest.raises(ValueError, match=f"hole is {hole}: .*from 1 to 32"):
        holes.places(hole)


@pytest.mark.parametrize(("top", "left"), [(-1, 0), (21, 0), (0, 21)])
def test_a_hole_beyond_the_edge_is_refused(top, left):
    with pytest.raises(ValueError, match="from 0 to 20"):
        holes.square([top], [left])


IMAGES = np.full((2, 32, 32, 3), 0.5, np.float32)
MAPS = holes.square([3, 4], [5, 6])


@pytest.mark.parametrize(
    ("images", "location_map", "message"),
    [
        (IMAGES[0], MAPS, r"without a batch axis: pass image\[None\]"),
        (IMAGES[:0], MAPS[:0], "the batch is empty"),
        (IMAGES[..., :1], MAPS, r"expected \(n, height, width, 3\)"),
        (IMAGES * np.nan, MAPS, "NaN"),
        (IMAGES * 255, MAPS, "127.5, expected .0, 1.: divide what was 8-bit"),
        (IMAGES - 1, MAPS, "from -0.5"),
        (IMAGES, MAPS[:1], r"expected \(2, 32, 32, 1\)"),
        (IMAGES, MAPS[..., 0], r"expected \(2, 32, 32, 1\)"),
        (IMAGES, MAPS * 0.25, "holds 0.25"),
        (IMAGES, MAPS * np.nan, "holds nan"),
        (np.uint8(IMAGES), MAPS, r"8-bit: pass np.float32\(images\) / np.float32\(255\)"),
        (np.float64(IMAGES), MAPS, "images should be float32, got float64"),
        (IMAGES, MAPS == 1, "location map should be float32, got bool"),
        (IMAGES.tolist(), MAPS, "images should be float32, got list"),
    ],
)
def test_bad_input_is_named(images, location_map, message):
    with pytest.raises(ValueError, match=message):
        holes.cut(images, location_map)


def test_a_prediction_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="prediction has shape"):
        holes.compose(IMAGES, IMAGES[:1], MAPS)
    with pytest.raises(ValueError, match="prediction holds NaN"):
        holes.compose(IMAGES, IMAGES * np.nan, MAPS)


def test_a_top_without_a_left_is_refused():
    with pytest.raises(ValueError, match="one of each a hole"):
        holes.square([1, 2], [3])
