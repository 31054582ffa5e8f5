from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpainting_guide.data import cars, irregular, protocol

FEW = settings(max_examples=40)


@FEW
@given(
    kind=st.sampled_from(list(irregular.KINDS)),
    number=st.integers(0, 5),
    seed=st.integers(0, 2**32 - 1),
    size=st.sampled_from((24, 32, 48)),
)
def test_a_map_of_any_kind_has_the_wanted_share_missing(kind, number, seed, size):
    low, high = irregular.SHARES[number]
    rng = np.random.default_rng(seed)
    maps = irregular.draw(kind, [(low, high)] * 2, rng, size)
    assert (maps.shape, maps.dtype) == ((2, size, size, 1), np.float32)
    assert set(np.unique(maps)) == {0, 1}
    missing = 1 - maps.mean(axis=(1, 2, 3), dtype=np.float64)
    assert ((missing >= low) & (missing <= high)).all()
    assert irregular.share_class(maps).tolist() == [number] * 2


def test_the_same_seed_draws_the_same_maps():
    one, again, other = (
        irregular.draw("strokes", irregular.SHARES, np.random.default_rng(seed))
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("kind", irregular.KINDS)
def test_all_places_are_missing_about_equally_often_away_from_the_edge(kind):
    maps = irregular.draw(kind, [irregular.SHARES[2]] * 600, np.random.default_rng(0))
    often = 1 - maps.mean(axis=0)[..., 0]
    middle = often[8:24, 8:24]
    assert middle.max() < 2 * middle.min()
    assert often.min() > 0  # the corners too


def test_of_all_classes_there_are_equally_many_and_fewer_are_the_first():
    maps = irregular.of_all_classes("ellipses", 20, seed=1)
    np.testing.assert_array_equal(irregular.share_class(maps), np.arange(20) % 6)
    np.testing.assert_array_equal(irregular.of_all_classes("ellipses", 7, seed=1), maps[:7])
    with pytest.raises(ValueError, match="count is 0"):
        irregular.of_all_classes("ellipses", 0, seed=1)


def test_no_seed_of_a_task_is_that_of_the_page_s_pool():
    """Otherwise a network would be trained on the very holes that it is measured on."""
    page = (Path(__file__).parents[1] / "gallery" / "irregular_holes.py").read_text("utf-8")
    assert 'of_all_classes("strokes", machine.few(3_000), seed=1)' in page
    pool, *tasks = (irregular.of_all_classes("strokes", 60, seed) for seed in (1, 0, 2))
    drawn = {known.tobytes() for known in pool}
    for asked in tasks:  # small strokes are few: one of a few pixels may come twice
        assert sum(known.tobytes() in drawn for known in asked) < 3


def test_scratches_are_thin_and_ellipses_are_not():
    rng = np.random.default_rng(1)
    depth = {}
    for kind in irregular.KINDS:
        missing = irregular.draw(kind, [(0.05, 0.15)] * 50, rng)[..., 0] == 0
        inside = missing.copy()
        for axis in (1, 2):  # a pixel is inside if it and its neighbours are missing
            inside &= np.roll(missing, 1, axis) & np.roll(missing, -1, axis)
        depth[kind] = inside.sum() / missing.sum()
    assert depth["scratches"] < depth["letters"] < depth["strokes"] < depth["ellipses"]


@pytest.mark.parametrize(
    ("share", "number"),
    [(11 / 1024, 0), (102 / 1024, 0), (103 / 1024, 1), (0.5, 4), (513 / 1024, 5)],
)
def test_a_class_of_area_has_its_upper_end(share, number):
    missing = np.arange(1024) < share * 1024
    maps = np.float32(~missing).reshape(1, 32, 32, 1)
    assert irregular.share_class(maps) == [number]


@pytest.mark.parametrize("share", [0, 0.005, 0.7])
def test_a_map_of_no_class_is_refused(share):
    maps = np.float32(np.arange(1024) >= share * 1024).reshape(1, 32, 32, 1)
    with pytest.raises(
        ValueError, match=r"% of a map is missing: the classes of area go from 1 to"
    ):
        irregular.share_class(maps)


def test_a_class_is_named_in_per_cent():
    assert list(irregular.TITLES.items())[:2] == [("share_1", "1–10 %"), ("share_10", "10–20 %")]
    assert len(irregular.TITLES) == len(irregular.SHARES) == 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("holes", [(0.1, 0.2)]), "no kind of hole 'holes': choose one of strokes, ellipses"),
        (("strokes", [(0.1, 0.149)]), r"the two of a map at least 0\.05 apart"),
        (("strokes", [(0.5, 0.9)]), "shares from 0.5 to 0.9: expected from 0 to 0.8"),
        (("strokes", (0.1, 0.2)), r"shares of shape \(2,\): expected \(n, 2\)"),
        (("strokes", np.zeros((0, 2))), r"shares of shape \(0, 2\)"),
        (("strokes", [(0.1, 0.2)], 5), "rng is 5: expected a random generator"),
        (("strokes", [(0.1, 0.2)], None, 4), "size is 4: .* of at least 8"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments, message):
    kind, shares, rng, size = (*arguments, None, None)[:4]
    rng = np.random.default_rng(0) if rng is None else rng
    with pytest.raises(ValueError, match=message):
        irregular.draw(kind, shares, rng, size or 32)


# --- The protocol -------------------------------------------------------------------------------


def test_the_tasks_of_strokes_have_the_cars_of_the_squares_and_all_classes_equally_often():
    squares, strokes = protocol.validation(), protocol.validation("strokes")
    assert strokes.images is squares.images
    classes = irregular.share_class(strokes.location_map)
    np.testing.assert_array_equal(classes, np.arange(500) % 6)
    missing = (strokes.location_map == 0).sum(axis=(1, 2, 3))
    assert missing[:6].tolist() == [57, 195, 304, 385, 492, 576]  # those that are published
    assert missing.sum() == 160_283


def test_a_quick_task_has_all_classes_on_the_same_cars(measured_task, monkeypatch):
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    task = protocol.test("strokes")
    np.testing.assert_array_equal(task.images, measured_task.images[:24])
    for asked in (task, protocol.validation("strokes")):
        assert np.bincount(irregular.share_class(asked.location_map)).tolist() == [4] * 6


def test_a_task_of_unknown_holes_is_refused():
    with pytest.raises(ValueError, match="no kind of hole 'dots': choose one of squares, strokes"):
        protocol.task(cars.load().validation[:2], 0, "dots")


def test_the_narrowest_range_may_be_drawn_wherever_it_lies(rng):
    ends = np.arange(0, 0.76, 0.05).round(2)
    maps = irregular.draw("ellipses", np.stack([ends, (ends + 0.05).round(2)], axis=1), rng)
    assert len(maps) == len(ends)
