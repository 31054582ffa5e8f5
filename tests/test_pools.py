import itertools

import keras
import numpy as np
import pytest
from small_training import again, fit

from inpainting_guide import networks
from inpainting_guide.data import batches, holes, irregular, pools
from inpainting_guide.training import keys, store

RECIPE = {"seed": 0, "steps": 2, "batch_size": 2, "epochs": 1, "fresh": True, "over": "hole"}


@pytest.fixture(scope="module")
def pool():
    return irregular.draw("strokes", irregular.SHARES * 2, np.random.default_rng(0))


def take(pool, images, count, seed=3, first=0, over="hole"):
    """Return the first batches of a stream with the pool's holes, and of the one that it was."""
    stream = batches.training(images, 6, seed, first, over=over)
    both = pools.with_holes_of(pool, stream, seed, first, over), stream
    return [[[p.numpy() for p in b] for b in itertools.islice(s, count)] for s in both]


def symmetries(known):
    """List a map in all eight positions."""
    turned = [np.rot90(known, k) for k in range(4)]
    return turned + [x[:, ::-1] for x in turned]


def test_every_hole_is_one_of_the_pool_turned_or_mirrored(pool, photographs):
    allowed = {turned.tobytes() for known in pool[..., 0] for turned in symmetries(known)}
    found = [known.tobytes() for x, _, _ in take(pool, photographs, 40)[0] for known in x[..., 3]]
    assert set(found) <= allowed
    assert len(set(found)) > 80  # of 96


def test_the_eight_ways_to_turn_are_different_and_are_all_there_are(rng):
    known = np.float32(rng.random((1, 5, 5, 1)) < 0.5)
    turned = pools.turn(np.repeat(known, 8, axis=0), np.arange(8)).numpy()
    expected = {np.ascontiguousarray(x).tobytes() for x in symmetries(known[0, ..., 0])}
    assert {x.tobytes() for x in turned} == expected
    assert len(expected) == 8


def test_images_order_and_flips_stay_and_only_the_holes_change(pool, photographs):
    with_pool, squares = take(pool, photographs, 5)
    for (inputs, image, weight), (_, same, _) in zip(with_pool, squares, strict=True):
        np.testing.assert_array_equal(image, same)
        np.testing.assert_array_equal(weight, 1 - inputs[..., 3])
        np.testing.assert_array_equal(inputs[..., :3], image * inputs[..., 3:])


def test_a_batch_is_a_pure_function_of_seed_and_step(pool, photographs):
    run = take(pool, photographs, 6)[0]
    for step in (0, 2, 5):
        (resumed,) = take(pool, photographs, 1, first=step)[0]
        for part, same in zip(run[step], resumed, strict=True):
            np.testing.assert_array_equal(part, same)
    other = take(pool, photographs, 1, seed=4)[0][0]
    assert not np.array_equal(run[0][0][..., 3], other[0][..., 3])


def test_over_the_whole_image_every_weight_is_1(pool, photographs):
    assert all((weight == 1).all() for _, _, weight in take(pool, photographs, 2, over="image")[0])


# --- Trainings ----------------------------------------------------------------------------------


def key(images, pool=None):
    return keys.path(again(), images, None, RECIPE, pool).name


def test_a_pool_is_another_training_and_no_pool_is_none(pool, photographs):
    pools_of = None, pool, pool[::-1]
    names = [key(photographs, each) for each in pools_of]
    assert len(set(names)) == 3
    assert [key(photographs, each) for each in pools_of] == names
    assert keys.path(again(), photographs, None, RECIPE).name == names[0]


@pytest.mark.parametrize("pooled", [False, True])
def test_the_code_of_pools_decides_where_there_is_one(pool, photographs, monkeypatch, pooled):
    maps = pool if pooled else None
    before, read = key(photographs, maps), keys.digests._runs
    source = (keys.digests.PACKAGE / "data" / "pools.py").read_text("utf-8")
    changed = lambda text: read(text) + "changed" * (text == source)  # noqa: E731
    monkeypatch.setattr(keys.digests, "_runs", changed)
    assert (key(photographs, maps) != before) == pooled


def test_a_training_with_a_pool_is_stored_and_found_again(pool, photographs):
    network = again()
    record = fit(network, photographs, pool=pool)
    assert store.read_record(record["path"])["pool"] == len(pool)
    squares = again()
    assert "pool" not in fit(squares, photographs)
    assert not np.array_equal(network.get_weights()[0], squares.get_weights()[0])
    found = again()
    assert fit(found, photographs, pool=pool)["path"] == record["path"]
    np.testing.assert_array_equal(found.get_weights()[0], network.get_weights()[0])


def test_what_does_not_fit_a_pool_is_refused(pool, photographs):
    def refused(message, pool, network=None, **changes):
        with pytest.raises(ValueError, match=message):
            fit(network or again(), photographs, pool=pool, **changes)

    refused(r"expected \(12, 32, 32, 1\)", pool[:, :16])
    refused("number 0 of the pool has no hole", np.ones((2, 32, 32, 1), np.float32))
    refused("fresh=False freezes squares", pool, fresh=False)
    network = networks.AtTheHole(networks.direct_cnn(), 12)
    network.compile("sgd", "mse")
    refused("computes a square of 12", pool, network)
    keras.backend.clear_session(free_memory=False)
    holes.check(photographs, pool)  # which is in order
