from pathlib import Path

import keras
import numpy as np
import pytest

from inpainting_guide import (
    classical,
    comparison,
    generators,
    protocol,
    store,
    timing,
)

GALLERY = Path(__file__).parents[1] / "gallery"


@pytest.fixture
def task(photographs):
    return protocol.task(photographs, seed=0)


class Constant:
    """A stand-in for a network: fills every hole with one grey."""

    input_shape = (None, 32, 32, 4)
    run_eagerly = True

    def __init__(self, grey):
        self.grey = np.float32(grey)

    def __call__(self, inputs):
        return np.full((*inputs.shape[:3], 3), self.grey)

    def samples(self, incomplete, location_map, count):
        greys = np.linspace(0, 1, count, dtype=np.float32)[:, None, None, None, None]
        return np.broadcast_to(greys, (count, *incomplete.shape))


@pytest.fixture
def networks():
    names = dict.fromkeys(m.trained[-1] for m in comparison.METHODS.values() if m.trained)
    return {name: Constant(number / 100) for number, name in enumerate(names)}


# --- The methods --------------------------------------------------------------------------------


def test_the_methods_are_those_of_the_pages():
    methods = comparison.METHODS.values()
    assert len({method.name for method in methods}) == len(methods) == 18
    assert set(classical.METHODS) <= {method.name for method in methods}
    assert {method.family for method in methods} == set(comparison.FAMILIES)
    assert {method.trained[-1] for method in methods if method.trained} == set(store.SCRIPTS)
    scripts = "".join(path.read_text("utf-8") for path in GALLERY.glob("[0-9]*.py"))
    started_from = {name for method in methods for name in method.trained[:-1]}
    assert all(f'"{name}"' in scripts for name in started_from - {"completion_network"})
    assert generators.completion_network(widths=(4, 4, 4)).name == "completion_network"


def test_every_method_fills_the_same_holes_under_its_name(task, networks, monkeypatch):
    nearest = np.zeros_like(task.images)
    monkeypatch.setitem(classical.METHODS, "nearest car", lambda *question: nearest)
    fills = comparison.fill(networks, task)
    assert list(fills) == [method.name for method in comparison.METHODS.values()]
    np.testing.assert_array_equal(
        fills["harmonic"], classical.harmonic(task.incomplete, task.location_map)
    )
    hole = np.broadcast_to(task.location_map == 0, task.images.shape)
    for name, network in (("U-Net", "unet"), ("GAN mended", "gan"), ("CVAE prior mean", "cvae")):
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
    with pytest.raises(FileNotFoundError, match="'direct_cnn' with seed 0: run gallery/03_direct"):
        comparison.load()


def test_the_cost_is_that_of_all_trainings_and_of_the_last_network():
    inputs = keras.Input((8, 8, 4))
    tiny = keras.Model(inputs, keras.layers.Conv2D(3, 1)(inputs))
    for name, parameters, seconds in (("unet", 10, 100.5), ("gan", 25, 30)):
        record = {"parameters": parameters, "seconds": seconds}
        store.save_network(tiny, store.folder() / f"{name}-seed0-a.keras", record)
    assert comparison.cost(comparison.METHODS["gan"]) == (25, 130.5)
    assert comparison.cost(comparison.METHODS["unet"]) == (10, 100.5)
    assert comparison.cost(comparison.METHODS["harmonic"]) == (0, 0)
    with pytest.raises(FileNotFoundError, match="'autoencoder'"):
        comparison.cost(comparison.METHODS["autoencoder"])


def test_a_method_that_samples_alone_draws_no_more_than_it_needs(task, networks):
    asked = []
    networks["cvae"].samples = lambda *question, count: asked.append(count) or np.zeros((count, 1))
    for key in ("cvae_sample", "cvae_mean_of_16"):
        comparison.filler(key, networks)(task.incomplete, task.location_map)
    assert asked == [1, 16]


def test_costs_are_medians_and_their_ratios_are_taken_within_a_round(task, networks, monkeypatch):
    slow, fast = np.array([2.0, 9.0, 4.0]), np.array([1.0, 1.0, 8.0])
    times = {m.name: slow for m in comparison.METHODS.values()} | {"harmonic": fast}
    asked = []
    monkeypatch.setattr(timing, "milliseconds", lambda *arguments: asked.append(arguments) or times)
    monkeypatch.setattr(comparison, "cost", lambda method: (1234, 56.7))
    costs = comparison.costs(networks, task, rounds=3, sizes=(1, 5))
    assert [arguments[1:] for arguments in asked] == [(task, 1, 3), (task, 5, 3)]
    assert list(asked[0][0]) == list(costs) == [m.name for m in comparison.METHODS.values()]
    assert costs["U-Net"] == {
        "parameters": 1234, "training_seconds": 56.7, "milliseconds_1": 4, "ratio_1": 2,
        "milliseconds_5": 4, "ratio_5": 2,
    }  # fmt: skip
    assert costs["harmonic"]["ratio_1"] == 1
    assert comparison.quotable_costs({"a": {**costs["U-Net"], "milliseconds_1": 0.1234}})["a"] == {
        "parameters": "1,234", "training_seconds": "57", "milliseconds_1": "0.12",
        "ratio_1": "2.0", "milliseconds_5": "4.0", "ratio_5": "2.0",
    }  # fmt: skip
