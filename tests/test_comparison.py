"""Every method fills the same holes, and what that costs."""

import keras
import numpy as np
import pytest
from stand_ins import stand_ins

from inpainting_guide.common import timing
from inpainting_guide.data import protocol
from inpainting_guide.filling import classical, comparison, methods
from inpainting_guide.training import store


@pytest.fixture
def task(photographs):
    return protocol.task(photographs, seed=0)


@pytest.fixture
def networks():
    return stand_ins()


def test_every_method_fills_the_same_holes_under_its_name(task, networks):
    fills = comparison.fill(networks, task)
    assert list(fills) == [method.name for method in methods.METHODS.values()]
    np.testing.assert_array_equal(
        fills["harmonic"], classical.harmonic(task.incomplete, task.location_map)
    )
    hole = np.broadcast_to(task.location_map == 0, task.images.shape)
    for name, network in (("U-Net", "unet"), ("GAN", "gan"), ("CVAE prior mean", "cvae")):
        np.testing.assert_array_equal(fills[name][hole], networks[network].grey)
        np.testing.assert_array_equal(fills[name][~hole], task.images[~hole])
    assert fills["CVAE one sample"].max() == 0
    np.testing.assert_allclose(fills["CVAE mean of 16"], 0.5, atol=1e-6)


def test_some_methods_alone_need_only_their_networks(task):
    assert list(comparison.fill({}, task, ("harmonic", "Telea"))) == ["Telea", "harmonic"]
    with pytest.raises(
        ValueError, match="no method .LaMa.: choose one of mean colour, nearest car"
    ):
        comparison.fill({}, task, ("LaMa",))


def test_a_missing_network_is_named_with_its_script():
    with pytest.raises(
        FileNotFoundError, match=r"'direct_cnn' with seed 0\. Run gallery/direct_cnn\.py"
    ):
        comparison.load_all()


def test_the_cost_is_that_of_all_trainings_and_of_the_last_network():
    inputs = keras.Input((8, 8, 4))
    tiny = keras.Model(inputs, keras.layers.Conv2D(3, 1)(inputs))
    for name, parameters, seconds in (("unet", 10, 100.5), ("gan", 25, 30)):
        record = {"parameters": parameters, "seconds": seconds}
        store.save_network(tiny, store.folder() / f"{name}-seed0-a.keras", record)
    assert comparison.cost(methods.METHODS["gan"]) == (25, 130.5)
    assert comparison.cost(methods.METHODS["unet"]) == (10, 100.5)
    assert comparison.cost(methods.METHODS["harmonic"]) == (0, 0)
    with pytest.raises(FileNotFoundError, match="'autoencoder'"):
        comparison.cost(methods.METHODS["autoencoder"])


def test_a_method_that_samples_alone_draws_no_more_than_it_needs(task, networks):
    asked = []
    networks["cvae"].samples = lambda *question, count: asked.append(count) or np.zeros((count, 1))
    for key in ("cvae_sample", "cvae_mean_of_16"):
        methods.filler(key, networks)(task.incomplete, task.location_map)
    assert asked == [1, 16]


def test_costs_are_medians_and_their_ratios_are_taken_within_a_round(task, networks, monkeypatch):
    slow, fast = np.array([2.0, 9.0, 4.0]), np.array([1.0, 1.0, 8.0])
    times = {m.name: slow for m in methods.METHODS.values()} | {"harmonic": fast}
    asked = []
    monkeypatch.setattr(timing, "milliseconds", lambda *arguments: asked.append(arguments) or times)
    monkeypatch.setattr(comparison, "cost", lambda method: (1234, 56.7))
    costs = comparison.costs(networks, task, rounds=3)
    assert [arguments[1:] for arguments in asked] == [(task, 1, 3), (task, 100, 3)]
    assert list(asked[0][0]) == list(costs) == [m.name for m in methods.METHODS.values()]
    assert costs["U-Net"] == {
        "parameters": 1234, "training_seconds": 56.7, "milliseconds_1": 4, "ratio_1": 2,
        "milliseconds_100": 4, "ratio_100": 2,
    }  # fmt: skip
    assert costs["harmonic"]["ratio_1"] == 1
