"""Images in shards: every batch is a pure function of (seed, step), whoever reads which shard."""

import itertools

import numpy as np
import pytest

from inpainting_guide.common import files
from inpainting_guide.data import shards


@pytest.fixture
def folder(tmp_path, photographs):
    assert shards.write(tmp_path / "shards", iter(photographs[:10]), 4) == [3, 3, 2, 2]
    return tmp_path / "shards"


def taken(count, *arguments, **options):
    return list(itertools.islice(shards.training(*arguments, **options).as_numpy_iterator(), count))


def assert_same(some, others):
    for one, other in zip(some, others, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_two_workers_see_together_what_one_sees(folder):
    alone = taken(5, folder, 8, 1)
    halves = [taken(5, folder, 8, 1, worker=number, workers=2) for number in range(2)]
    joined = [
        tuple(np.concatenate(pair) for pair in zip(*step, strict=True))
        for step in zip(*halves, strict=True)
    ]
    assert_same(alone, joined)
    assert any((a[1] != b[1]).any() for a, b in zip(alone, taken(5, folder, 8, 2), strict=True))


@pytest.mark.parametrize("first_step", [1, 2, 3, 7])
def test_a_stream_goes_on_where_another_stopped(folder, first_step):
    assert_same(
        taken(9, folder, 4, 1)[first_step:], taken(9 - first_step, folder, 4, 1, first_step)
    )


def test_every_pass_takes_every_image_once_and_each_has_a_hole_of_its_own(folder, photographs):
    steps = taken(6, folder, 4, 5)  # of the larger shards two passes, of the smaller ones three
    seen = np.concatenate([image for _, image, _ in steps])
    cars = np.stack([photographs[:10], photographs[:10, :, ::-1]])
    distances = np.abs(seen[:, None, None] - cars).max(axis=(3, 4, 5)).min(axis=1)
    assert distances.min(axis=1).max() < 1e-6
    numbers = distances.argmin(axis=1)
    by_shard = np.reshape(numbers, (6, 4))
    for shard, count in enumerate((3, 3, 2, 2)):
        for start in range(0, 6 - count + 1, count):
            one_pass = by_shard[start : start + count, shard]
            assert sorted(one_pass) == [shard + 4 * n for n in range(count)]
    weights = np.concatenate([weight for *_, weight in steps])
    assert (weights.sum(axis=(1, 2)) == 144).all()
    assert len(np.unique(weights.reshape(len(weights), -1), axis=0)) > len(weights) / 2


def test_the_input_is_the_image_without_its_hole(folder):
    ((given, image, weight),) = taken(1, folder, 4, 0)
    np.testing.assert_array_equal(given[..., :3], image * (1 - weight[..., None]))
    np.testing.assert_array_equal(given[..., 3], 1 - weight)


def test_nothing_is_there_if_the_writing_fails(tmp_path, photographs):
    def images():
        yield photographs[0]
        yield photographs[1][:16]

    with pytest.raises(ValueError, match=r"image number 1 is float32 of shape \(16, 32, 3\)"):
        shards.write(tmp_path, images(), 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("images", "message"),
    [
        ([np.zeros((4, 4, 3))], "float64"),
        ([np.zeros((0, 0, 3), np.uint8)], r"of shape \(0, 0, 3\): expected uint8 or float32"),
        ([np.full((4, 4, 3), 2, np.float32)], r"values from 2 to 2: expected \[0, 1\]"),
        ([np.zeros((4, 4, 3), np.uint8)], "1 images for 2 shards: expected at least 2"),
    ],
)
def test_wrong_images_are_refused(tmp_path, images, message):
    with pytest.raises(ValueError, match=message):
        shards.write(tmp_path, images, 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 6}, "4 shards, 1 workers and batches of 6"),
        ({"workers": 3}, "4 shards, 3 workers"),
        ({"worker": 2, "workers": 2}, "worker is 2"),
        ({"hole": 33}, "hole is 33"),
    ],
)
def test_what_cannot_be_divided_is_refused(folder, options, message):
    with pytest.raises(ValueError, match=message):
        shards.training(folder, **({"batch_size": 8, "seed": 0} | options))


def test_missing_files_are_named(folder):
    (folder / "images-00003-of-00004.tfrecord").unlink()
    shards.training(folder, 8, 0, worker=0, workers=2)
    with pytest.raises(FileNotFoundError, match="images-00003-of-00004.tfrecord, which worker 1"):
        shards.training(folder, 8, 0, worker=1, workers=2)
    for names, counts, size in (
        (["a"], [], 32),
        ([], [], 32),
        ([1, 2], [5, 5], 32),
        (["a"], [5], [32]),
    ):
        files.write_json(folder / shards.INDEX, {"files": names, "counts": counts, "size": size})
        with pytest.raises(ValueError, match="write the shards again"):
            shards.read_index(folder)
    (folder / shards.INDEX).unlink()
    with pytest.raises(ValueError, match="damaged or missing"):
        shards.read_index(folder)
