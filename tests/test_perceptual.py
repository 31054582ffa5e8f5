"""Losses that look at neighbourhoods, against scikit-image and the layers of a network."""

import keras
import numpy as np
import pytest
from own_photographs import keep
from small_training import again, fit

from inpainting_guide import training
from inpainting_guide.data import holes, tensors
from inpainting_guide.measuring import metrics
from inpainting_guide.training import store


@pytest.fixture
def batch(photographs, rng):
    """Photographs, fills and location maps, with holes in the middle and in a corner."""
    filled = np.clip(photographs[:2] + rng.normal(0, 0.1, (2, 32, 32, 3)), 0, 1)
    return photographs[:2], np.float32(filled), holes.square([10, 20], [6, 20])


@pytest.fixture
def stored():
    """Store a network of two layers, and return it and its file's name."""
    network = again()
    keep(network)
    return network, store.newest("small").name


def test_the_structural_similarity_is_that_of_the_measures(batch):
    image, filled, maps = batch
    expected = 1 - metrics.ssim(image, filled, maps).mean()
    found = training.SSIMLoss()(image, filled, 1 - maps[..., 0])
    assert float(found) == pytest.approx(expected, rel=1e-4)
    assert float(training.SSIMLoss()(image, image, 1 - maps[..., 0])) == pytest.approx(0, abs=1e-5)


def test_features_are_those_of_the_stored_network_on_photograph_and_composite(batch, stored):
    image, filled, maps = batch
    network, name = stored
    loss = training.FeatureLoss(name, layers=["conv1"])
    seen = [np.concatenate([x, np.ones_like(maps)], -1) for x in batch[:1]]
    seen.append(np.concatenate([holes.compose(image, filled, maps), np.ones_like(maps)], -1))
    conv1 = keras.Model(network.input, network.get_layer("conv1").output)
    wanted, found = (np.array(conv1(x)) for x in seen)
    expected = np.mean((wanted - found) ** 2) / np.mean(wanted**2)
    assert float(loss(image, filled, 1 - maps[..., 0])) == pytest.approx(expected, rel=1e-4)
    known = tensors.composite(image, image, maps)
    assert float(loss(image, known, 1 - maps[..., 0])) == 0


def test_it_comes_back_from_its_configuration_and_its_network_stays_as_it_is(
    batch, stored, photographs
):
    _, name = stored
    loss = training.FeatureLoss(name, layers=["conv1", "conv2"])
    before = [np.array(weights) for weights in loss.features.get_weights()]
    network = again()
    network.compile(optimizer="sgd", loss=loss, run_eagerly=True)
    fit(network, photographs)
    for weights, old in zip(loss.features.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weights, old)
    back = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    arguments = batch[0], batch[1], 1 - batch[2][..., 0]
    assert float(back(*arguments)) == float(loss(*arguments))


def test_a_network_or_a_layer_that_is_not_there_is_refused(stored):
    with pytest.raises(ValueError, match="there is no file"):
        training.FeatureLoss("nobody-seed0-0.keras")
    with pytest.raises(ValueError, match="No such layer: conv9"):
        training.FeatureLoss(stored[1], layers=["conv9"])
