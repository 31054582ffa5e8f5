"""What the recipes of the gallery are made of, and the one that benchmarks repeat."""

import inspect
import re
from pathlib import Path

import flow_students
import keras
import numpy as np
import page_recipe
import pytest
import seeds

from inpainting_guide import training
from inpainting_guide.data import batches, cars, protocol
from inpainting_guide.measuring import metrics
from inpainting_guide.training.optimizers import ConvolutionMuon

ROOT = Path(__file__).parents[1]


@pytest.fixture
def network():
    inputs = keras.Input((32, 32, 4))
    return keras.Model(inputs, keras.layers.Conv2D(3, 1, name="tiny")(inputs), name="tiny")


def test_the_learning_rate_climbs_then_falls_to_zero():
    rate = training.warm_up_and_cosine(1e-3, 200)
    values = np.array([float(rate(step)) for step in range(201)])
    assert values[0] == 0
    assert values.argmax() == 10
    assert values.max() == pytest.approx(1e-3)
    assert (np.diff(values[:11]) > 0).all()
    assert (np.diff(values[10:]) < 0).all()
    assert values[105] == pytest.approx(1e-3 / 2)
    assert values[200] == pytest.approx(0, abs=1e-9)


def test_pixels_of_weight_0_do_not_count_in_the_loss():
    loss = training.hole_loss()(np.zeros((1, 2, 3)), np.ones((1, 2, 3)), sample_weight=[[0, 1]])
    assert float(loss) == 1


def test_the_loss_is_the_squared_error_over_the_holes_of_a_batch(photographs, rng):
    inputs, images, weight = next(iter(batches.training(photographs, 6, seed=0)))
    filled = rng.random(images.shape, np.float32)
    expected = metrics.squared_error(images.numpy(), filled, inputs[..., 3:].numpy()).mean()
    assert float(training.hole_loss()(images, filled, weight)) == pytest.approx(expected, rel=1e-5)


def test_the_recipe_of_the_pages_is_handed_on_whole(network, monkeypatch):
    asked = {}

    def fit(network, images, **settings):
        asked.update(settings, images=images)
        return "the record"

    monkeypatch.setattr(training, "fit", fit)
    assert page_recipe.train(network, 6_400, seed=2) == "the record"
    assert isinstance(network.optimizer, ConvolutionMuon)
    rate = network.optimizer._learning_rate
    assert [float(rate(step)) for step in (0, 5, 100)] == pytest.approx([0, 3e-3, 0], abs=1e-8)
    assert network.loss.get_config() == training.hole_loss().get_config()
    assert asked.pop("images") is cars.load().train
    np.testing.assert_array_equal(asked.pop("validation").images, protocol.validation().images)
    assert asked == {"budget": 6_400, "batch_size": 64, "epochs": 10, "seed": 2, "over": "hole"}


@pytest.fixture
def page():
    """The text of a page of the gallery, by its name."""
    return lambda name: (ROOT / "gallery" / f"{name}.py").read_text("utf-8")


def test_benchmarks_repeat_what_the_pages_say(page):
    assert set(page_recipe.IMAGES) == {"direct_cnn", "autoencoder", "unet", "cvae"}
    for name, images in page_recipe.IMAGES.items():
        assert f"{images:_}" in page(name)
        assert "training.warm_up_and_cosine(3e-3, " in page(name)
        assert "training.ConvolutionMuon(" in page(name)
        own = [str(page_recipe.LEAST_CHANNELS[name])] if name in page_recipe.LEAST_CHANNELS else []
        assert re.findall(r"ConvolutionMuon\(rate, least_channels=(\d+)", page(name)) == own
        assert f"epochs={page_recipe.EPOCHS}" in page(name)
        size = rf"BATCH_SIZE = (?:{images:_}, )?{page_recipe.BATCH_SIZE}\b"
        assert re.search(size, page(name))
        assert images % (page_recipe.BATCH_SIZE * page_recipe.EPOCHS) == 0  # whole steps
        assert ("variance=0.01)" if name == "cvae" else "training.hole_loss()") in page(name)


def test_students_and_games_of_the_benchmarks_are_those_of_the_pages(page):
    taught = page("flow_in_one_step")
    assert f"IMAGES, BATCH_SIZE = {flow_students.IMAGES:_}, {flow_students.BATCH_SIZE}" in taught
    assert f"epochs={flow_students.EPOCHS}" in taught
    assert "warm_up_and_cosine(3e-3, " in taught
    assert flow_students.PEAK == 3e-3
    game, ours = page("gan"), inspect.getsource(seeds.play)
    assert f"IMAGES = {seeds.GAME_IMAGES:_}\nBATCH_SIZE = {seeds.GAME_BATCH_SIZE}\n" in game
    for setting in (
        "adversarial_weight=0.05",
        "penalty=0.1",
        "warm_up_and_cosine(3e-4, ",
        "beta_1=0.0, beta_2=0.99",
    ):
        assert setting in game
        assert setting in ours
