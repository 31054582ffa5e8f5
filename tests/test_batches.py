import itertools

import numpy as np
import pytest

from inpainting_guide.data import batches, holes, pools


@pytest.fixture(scope="module")
def numbered():
    """Thirty images, each of one grey level, its number / 100, with a bright left edge."""
    images = np.broadcast_to(np.arange(30).reshape(-1, 1, 1, 1) / 100, (30, 32, 32, 3))
    images = np.float32(images)
    images[:, :, 0] = 1
    return images


def take(stream, count):
    return [[part.numpy() for part in batch] for batch in itertools.islice(stream, count)]


def test_a_batch_is_a_pure_function_of_seed_and_step(numbered):
    run = take(batches.training(numbered, 8, seed=3), 9)
    for step in (0, 1, 5, 8):
        resumed = take(batches.training(numbered, 8, seed=3, first_step=step), 1)[0]
        for part, again in zip(run[step], resumed, strict=True):
            np.testing.assert_array_equal(part, again)
    other = take(batches.training(numbered, 8, seed=4), 1)[0]
    assert not np.array_equal(run[0][1], other[1])


def test_every_pass_takes_each_image_once_in_a_new_order(numbered):
    images = np.concatenate([b[1] for b in take(batches.training(numbered, 8, seed=0), 15)])
    order = np.rint(images[:, 16, 16, 0] * 100).astype(int)
    passes = order.reshape(4, 30)
    for one in passes:
        assert sorted(one) == list(range(30))
    assert len({tuple(one) for one in passes}) == 4


def test_holes_are_fresh_cover_all_places_and_half_the_images_are_flipped(numbered):
    found = take(batches.training(numbered, 30, seed=0), 300)
    maps = np.concatenate([b[0][..., 3] for b in found])
    assert (maps.sum(axis=(1, 2)) == 1024 - 144).all()
    tops, lefts = maps.min(axis=2).argmin(axis=1), maps.min(axis=1).argmin(axis=1)
    assert len(set(zip(tops, lefts, strict=True))) == 441
    images = np.concatenate([b[1] for b in found])
    flipped = images[:, 0, -1, 0] == 1
    assert abs(flipped.mean() - 0.5) < 4 * 0.5 / np.sqrt(len(flipped))
    # Flips, tops and lefts are drawn independently of one another.
    assert np.abs(np.corrcoef([flipped, tops, lefts]) - np.eye(3)).max() < 0.05


def kept(stream, count):
    """List for each image, by its number, every (top, left, flipped) that it was seen with."""
    seen = {}
    for network_input, image, _ in take(stream, count):
        for one, known in zip(image, network_input[..., 3], strict=True):
            number = int(np.rint(one[16, 16, 0] * 100))
            place = int(known.min(axis=1).argmin()), int(known.min(axis=0).argmin())
            seen.setdefault(number, []).append((*place, bool(one[0, -1, 0] == 1)))
    return seen


def test_a_frozen_image_keeps_its_hole_and_flip_over_all_passes(numbered):
    seen = kept(batches.training(numbered, 8, seed=3, fresh=False), 15)
    assert {len(places) for places in seen.values()} == {4}  # four passes
    assert {len(set(places)) for places in seen.values()} == {1}
    # Different images have different holes, and some are flipped.
    assert len({places[0] for places in seen.values()}) >= 25
    assert {places[0][2] for places in seen.values()} == {False, True}
    resumed = kept(batches.training(numbered, 8, seed=3, first_step=11, fresh=False), 4)
    assert all(set(places) == set(seen[number]) for number, places in resumed.items())
    other = kept(batches.training(numbered, 8, seed=4, fresh=False), 15)
    assert sum(set(other[number]) == set(seen[number]) for number in seen) <= 2


def test_a_frozen_pass_still_takes_each_image_once_in_a_new_order(numbered):
    stream = batches.training(numbered, 8, seed=0, fresh=False)
    images = np.concatenate([b[1] for b in take(stream, 15)])
    passes = np.rint(images[:, 16, 16, 0] * 100).astype(int).reshape(4, 30)
    assert all(sorted(one) == list(range(30)) for one in passes)
    assert len({tuple(one) for one in passes}) == 4


def test_over_the_whole_image_every_weight_is_1_and_nothing_else_differs(photographs):
    hole, whole = (
        take(batches.training(photographs, 12, seed=1, over=over), 2) for over in ("hole", "image")
    )
    for one, other in zip(hole, whole, strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])
        assert (one[2].shape, one[2].dtype) == (other[2].shape, other[2].dtype)
        np.testing.assert_array_equal(other[2], 1)


def test_a_loss_over_anything_else_is_refused(photographs, rng):
    with pytest.raises(ValueError, match="no loss over 'x': choose one of hole, image"):
        batches.example(photographs, holes.random_square(12, rng), over="x")
    with pytest.raises(ValueError, match="no loss over 'x': choose one of hole, image"):
        batches.training(photographs, 4, seed=0, over="x")


def test_input_target_and_weight_fit_together(photographs):
    network_input, image, weight = take(batches.training(photographs, 12, seed=1, hole=7), 1)[0]
    assert network_input.shape == (12, 32, 32, 4)
    np.testing.assert_array_equal(network_input[..., 3], 1 - weight)
    np.testing.assert_array_equal(network_input[..., :3], image * (1 - weight[..., None]))
    assert (weight.sum(axis=(1, 2)) == 49).all()


def test_no_thread_tunes_a_stream_for_which_one_would_have_to_wait(photographs, rng):
    location_map = holes.random_square(len(photographs), rng)
    stream = batches.training(photographs, 4, seed=0)
    for each in (
        stream,
        batches.fixed(photographs, location_map),
        pools.with_holes_of(location_map, stream, seed=0),
    ):
        assert each.options().autotune.enabled is False


def test_fixed_batches_keep_order_and_the_last_may_be_smaller(photographs, rng):
    location_map = holes.random_square(12, rng)
    parts = take(batches.fixed(photographs, location_map, batch_size=5), 9)
    assert [len(part[0]) for part in parts] == [5, 5, 2]
    np.testing.assert_array_equal(np.concatenate([part[1] for part in parts]), photographs)


@pytest.mark.parametrize("size", [0, 13])
def test_a_batch_larger_than_a_pass_is_refused(photographs, size):
    with pytest.raises(ValueError, match=f"batch_size is {size}: .* from 1 to 12"):
        batches.training(photographs, size, seed=0)


def test_bad_images_are_refused(photographs):
    with pytest.raises(ValueError, match="divide what was 8-bit"):
        batches.training(photographs * 255, 4, seed=0)
    with pytest.raises(ValueError, match="hole is 40: .* from 1 to 32"):
        batches.training(photographs, 4, seed=0, hole=40)
    with pytest.raises(ValueError, match="32 x 30 pixels: training wants square"):
        batches.training(photographs[:, :, :30], 4, seed=0)
