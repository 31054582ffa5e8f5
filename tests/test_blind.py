"""Networks that are not told where the hole is."""

import keras
import numpy as np
import pytest
from small_training import fit

from inpainting_guide import networks, training
from inpainting_guide.data import batches, damage, holes
from inpainting_guide.training import keys, store

SMALL = {"widths": (4, 8)}
RECIPE = {"seed": 0, "over": "image"}


def compiled(finds=False, contents=tuple(damage.CONTENTS)):
    keras.utils.set_random_seed(0)
    inner = networks.small_unet(3, 1 if finds else 3, name="blind", **SMALL)
    network = networks.Blind(inner, contents, finds)
    network.compile("sgd", training.hole_loss(), run_eagerly=True)
    return network


@pytest.fixture(scope="module")
def batch(photographs):
    maps = holes.random_square(12, np.random.default_rng(0))
    return batches.example(keras.ops.convert_to_tensor(photographs), maps, over="image")


@pytest.mark.parametrize("finds", [False, True])
def test_every_kind_of_damage_takes_its_turn(finds, batch, photographs):
    maps = np.array(batch[0][..., 3:])
    seen, target, weight = map(np.array, compiled(finds).lesson(batch, 0))
    order = [number for kind in range(5) for number in range(kind, 12, 5)]
    np.testing.assert_array_equal(target, (maps if finds else photographs)[order])
    assert seen.shape == photographs.shape
    assert (weight == 1).all()
    for place, number in enumerate(order):
        kind = list(damage.CONTENTS)[number % 5]
        other, hole = photographs[number - 1], maps[number, ..., 0] == 0
        np.testing.assert_array_equal(seen[place][~hole], photographs[number][~hole])
        if kind == "zeros":
            assert not seen[place][hole].any()
        if kind == "photograph":
            np.testing.assert_array_equal(seen[place][hole], other[hole])


def test_a_finder_is_asked_about_the_whole_image_and_a_filler_about_what_fit_is_told(batch):
    image_and_map, image, _ = batch
    over_hole = image_and_map, image, 1 - image_and_map[..., 3]
    assert np.min(compiled(finds=True).lesson(over_hole, 0)[2]) == 1
    weight = np.array(compiled(contents=["zeros"]).lesson(over_hole, 0)[2])
    np.testing.assert_array_equal(weight, 1 - image_and_map[..., 3])


def test_one_image_is_enough_where_no_other_is_wanted(batch):
    one = [part[:1] for part in batch]
    compiled(contents=["zeros", "mean", "noise"]).lesson(one, 0)
    with pytest.raises(ValueError, match="the batch holds 1 image"):
        compiled(contents=["photograph"]).lesson(one, 0)


def test_training_draws_its_noise_anew_and_validation_does_not(batch, monkeypatch):
    for name in ("train_step", "test_step"):
        monkeypatch.setattr(keras.Model, name, lambda self, lesson: np.array(lesson[0]))
    network = compiled(contents=["noise"])
    assert (network.train_step(batch) != network.train_step(batch)).any()
    np.testing.assert_array_equal(network.test_step(batch), network.test_step(batch))


@pytest.mark.parametrize("finds", [False, True])
def test_a_training_is_stored_and_found_again(finds, photographs):
    network = compiled(finds)
    record = fit(network, photographs, over="image")
    found = store.read_network(record["path"])
    assert (found.finds, found.contents) == (finds, tuple(damage.CONTENTS))
    np.testing.assert_allclose(found(photographs), network(photographs), atol=1e-6)
    again = compiled(finds)
    assert fit(again, photographs, over="image")["path"] == record["path"]
    np.testing.assert_array_equal(again.get_weights()[0], network.get_weights()[0])


def test_other_damage_is_another_training(photographs):
    networks_of = (compiled(contents=kinds) for kinds in (["zeros"], ["mean"]))
    assert len({keys.path(each, photographs, None, RECIPE) for each in networks_of}) == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: compiled(contents=()), "0 contents"),
        (lambda: compiled(contents=("grey",)), "no content 'grey'"),
        (lambda: networks.small_unet(0), "channels is 0: expected a whole number"),
        (lambda: networks.small_unet(size=36), "36 pixels: this network needs a multiple of 8"),
    ],
)
def test_what_makes_no_network_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()
