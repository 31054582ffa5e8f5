from pathlib import Path

import keras
import numpy as np
import pytest

from inpainting_guide import classical, comparison, generators, holes, metrics, protocol, store

GALLERY = Path(__file__).parents[1] / "gallery"


@pytest.fixture
def task(photographs):
    return protocol.task(photographs, seed=0)


class Constant:
    """A stand-in for a network: fills every hole with one grey."""

    input_shape = (None, 32, 32, 4)

    def __init__(self, grey):
        self.grey = np.float32(grey)

    def predict_on_batch(self, inputs):
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
    with pytest.raises(ValueError, match="no method LaMa: choose from mean colour, nearest car"):
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


# --- The measures -------------------------------------------------------------------------------


def test_the_measures_of_the_photographs_themselves(task):
    fills = {"same": task.images, "grey": np.full_like(task.images, 0.5)}
    scores = {name: protocol.score(filled, task) for name, filled in fills.items()}
    measured = comparison.measure(fills, task, scores)
    assert measured["same"]["sharpness"].value == measured["same"]["seam"].value == 1
    assert measured["grey"]["sharpness"].value == 0
    assert measured["grey"]["psnr_of_mean"] == scores["grey"].summary()["psnr_of_mean"]


def test_gains_are_paired(task):
    grey = np.full_like(task.images, 0.5)
    better = (grey + task.images) / 2  # half the error everywhere
    gained, wins = comparison.gains({"autoencoder": grey, "better": better}, task)
    assert gained["autoencoder"] == (0, 0, 0)
    assert gained["better"] == pytest.approx([10 * np.log10(4)] * 3, abs=1e-4)
    assert wins == {"autoencoder": 0, "better": 1}
    with pytest.raises(ValueError, match="no method 'U-Net': choose one of grey"):
        comparison.gains({"grey": grey}, task, "U-Net")


def test_the_psnr_over_holes_of_any_size(photographs, rng):
    location_map = holes.random_square(12, rng, hole=5)
    reached = comparison.psnr({}, photographs, location_map, ("harmonic", "mean colour"))
    filled = classical.harmonic(holes.cut(photographs, location_map), location_map)
    error = metrics.squared_error(photographs, filled, location_map).mean()
    assert reached["harmonic"] == pytest.approx(metrics.psnr(error))
    assert list(reached) == ["harmonic", "mean colour"]


def test_a_distance_has_the_interval_of_its_difference_from_the_floor():
    floor = np.array([5.0, 6.0, 7.0])
    assert comparison.distance(floor + 2, floor) == (8, 8, 8)
    assert comparison.distance(floor, floor) == (6, 6, 6)
    value, low, high = comparison.distance(floor + np.arange(1, 4), floor)
    assert value == pytest.approx(8)
    assert high - value == pytest.approx(value - low) == pytest.approx(4.303, abs=1e-3)
    with pytest.raises(ValueError, match="at least two splits"):
        comparison.distance(floor[:1], floor[:1])
