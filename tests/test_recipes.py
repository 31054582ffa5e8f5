from pathlib import Path

import keras
import numpy as np
import pytest

from inpainting_guide import cars, networks, protocol, recipes, training
from inpainting_guide.optimizers import ConvolutionMuon

GALLERY = Path(__file__).parents[1] / "gallery"


@pytest.fixture
def network():
    inputs = keras.Input((32, 32, 4))
    return keras.Model(inputs, keras.layers.Conv2D(3, 1, name="tiny")(inputs), name="tiny")


def test_the_recipe_is_handed_on_whole(network, monkeypatch):
    asked = {}

    def fit(network, images, **settings):
        asked.update(settings, images=images)
        return "the record"

    monkeypatch.setattr(training, "fit", fit)
    assert recipes.train(network, 6_400, epochs=5, seed=2) == "the record"
    assert isinstance(network.optimizer, ConvolutionMuon)
    rate = network.optimizer._learning_rate
    assert [float(rate(step)) for step in (0, 5, 100)] == pytest.approx([0, 3e-3, 0], abs=1e-8)
    # The mean over the hole: pixels of weight 0 do not count.
    loss = network.loss(np.zeros((1, 2, 3)), np.ones((1, 2, 3)), sample_weight=[[0, 1]])
    assert float(loss) == 1
    assert asked.pop("images") is cars.load().train
    np.testing.assert_array_equal(asked.pop("validation").images, protocol.validation().images)
    assert asked == {"steps": 100, "batch_size": 64, "epochs": 5, "seed": 2, "over": "hole"}
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    recipes.train(network, 6_400, epochs=5)
    assert (asked["steps"], asked["epochs"], asked["seed"]) == (1, 5, 0)


def test_pages_and_benchmark_train_by_it():
    builders = {"autoencoder": networks.autoencoder, "unet": networks.unet}
    assert set(recipes.IMAGES) == {build().name for build in builders.values()}
    for script, name in (("04_autoencoder.py", "autoencoder"), ("05_unet.py", "unet")):
        text = (GALLERY / script).read_text("utf-8")
        assert f'recipes.train(network, recipes.IMAGES["{name}"], epochs=10, seed=0)' in text
    for images in recipes.IMAGES.values():
        assert images % (recipes.BATCH_SIZE * 10) == 0  # whole steps in ten epochs
