"""A stored network is stale when the code of its training has changed, wherever that code is."""

import functools
import sys
import types

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_training import again

from inpainting_guide import networks, training
from inpainting_guide.networks import gan, generators
from inpainting_guide.training import keys

RECIPE = {"seed": 0, "steps": 2, "batch_size": 2, "epochs": 1, "fresh": True, "over": "hole"}


@functools.cache  # nobody trains them
def players():
    """Build a generator and a discriminator."""
    keras.utils.set_random_seed(0)
    return generators.completion_network(8, widths=(2, 2, 2), dilations=(2,)), judge()


def judge():
    image = keras.Input((8, 8, 3), name="image")
    location_map = keras.Input((8, 8, 1), name="location_map")
    joined = keras.layers.Concatenate(name="join")([image, location_map])
    logit = keras.layers.Dense(1, name="logit")(keras.layers.Flatten(name="flat")(joined))
    return keras.Model([image, location_map], logit, name="judge")


def key(game, photographs):
    """Name a compiled game of a class; all that differs between calls is the class."""
    network = game(*players(), 0.1, 0.1, name="game")
    network.compile(keras.optimizers.SGD(1e-3), keras.optimizers.SGD(1e-3))
    return keys.path(network, photographs, None, RECIPE)


class OnAPage(gan.InpaintingGAN):
    def generator_terms(self, *batch, **how):
        return super().generator_terms(*batch, **how)


Before = OnAPage


class OnAPage(gan.InpaintingGAN):
    def generator_terms(self, *batch, **how):
        return super().generator_terms(*batch, **how) | {"loss": 0.0}


def test_a_class_of_a_page_that_changed_is_another_training(photographs):
    assert key(Before, photographs) == key(Before, photographs)
    assert len({key(game, photographs) for game in (gan.InpaintingGAN, Before, OnAPage)}) == 3


def test_a_class_depends_on_those_that_it_inherits_from(photographs, monkeypatch):
    before, read = key(OnAPage, photographs), keys.digests._runs
    changed = None
    monkeypatch.setattr(
        keys.digests, "_runs", lambda text: read(text) + "changed" * (text == changed)
    )
    for module in ("gan", "adversarial", "blocks", "unets"):  # blocks has its normalisation
        changed = (keys.digests.PACKAGE / "networks" / f"{module}.py").read_text("utf-8")
        assert (key(OnAPage, photographs) == before) == (module == "unets")


def of_loss(loss, photographs):
    """Name a compiled network with a loss."""
    network = again()
    network.compile("sgd", loss)
    return keys.path(network, photographs, None, RECIPE)


def test_a_loss_of_a_page_that_changed_is_another_training(photographs):
    """Keras knows functions, and classes that are not registered, by their names alone."""
    found = set()
    for power in (1, 2, 1, 2):  # again: where it lies in the memory does not matter
        space = {"__name__": "__main__", "Loss": training.PixelLoss}
        exec(f"def mine(y_true, y_pred):\n    return abs(y_true - y_pred) ** {power}\n", space)
        exec(
            f"class Mine(Loss):\n    def measure(self, *_):\n        return (lambda: {power})()",
            space,
        )
        found |= {of_loss(loss, photographs) for loss in (space["mine"], space["Mine"]())}
    assert len(found) == 4


AROUND = {
    "cell": "def make(w):\n    def loss(t, p):\n        return w * (t - p)\n    return loss\n"
    "loss = make({})",
    "constant": "W = {}\ndef loss(t, p):\n    return W * (t - p)",
    "NumPy's number": "W = np.float32({})\ndef loss(t, p):\n    return W * (t - p)",
    "array": "W = np.zeros(({}, 2))\ndef loss(t, p):\n    return W * (t - p)",
    "dict": "W = dict(a=[{}])\ndef loss(t, p):\n    return W['a'][0] * (t - p)",
    "default": "def loss(t, p, w={}):\n    return w * (t - p)",
    "keyword": "def loss(t, p, *, w={}):\n    return w * (t - p)",
    "inside": "W = {}\ndef loss(t, p):\n    return (lambda: W)() * (t - p)",
    "helper": "def error(t, p):\n    return {} * (t - p)\ndef loss(t, p):\n    return error(t, p)",
    "part": "def error(w, t):\n    return w * t\ntwice = functools.partial(error, {})\n"
    "def loss(t, p):\n    return twice(t - p)",
    "graph": "@tf.function\ndef error(t, p):\n    return {} * (t - p)\n"
    "def loss(t, p):\n    return error(t, p)",
}


@pytest.mark.parametrize("code", AROUND.values(), ids=AROUND)
def test_what_a_function_of_a_page_takes_from_around_it_is_a_part_of_it(code, photographs):
    found = set()
    for weight in (1, 2, 1):
        space = {"__name__": "__main__", "np": np, "functools": functools, "tf": tf}
        exec(code.format(weight), space)
        found.add(of_loss(space["loss"], photographs))
    assert len(found) == 2


def test_what_a_function_of_a_page_does_not_use_is_no_part_of_it(photographs):
    code = "def helper(t):\n    return loss\n"
    code += "def loss(t, p):\n    return helper(t).shape[0] - THINGS[0]"
    found = set()
    for other in (1, 2):  # an attribute's name; and where something lies in the memory
        space = {"__name__": "__main__", "shape": other, "THINGS": (object(), np.array([object()]))}
        exec(code, space)
        found.add(of_loss(space["loss"], photographs))
    assert len(found) == 1


def with_unnamed_layers(*cropped, pool=keras.layers.AveragePooling2D):
    inputs = keras.Input((8, 8, 4))
    x = pool(2)(inputs[..., :3])
    x = keras.layers.Conv2DTranspose(3, 2)(keras.layers.PReLU()(x))
    for around in cropped:
        x = keras.layers.Cropping2D(around)(x)
    return keras.Model(inputs, keras.layers.Conv2D(3, 1)(x), name="unnamed")


@pytest.mark.parametrize(
    "build",
    [
        lambda: networks.irregular_unet(sees_map=False, widths=(2, 4)),
        lambda: networks.unet_in_window((2, 4)),
        lambda: with_unnamed_layers(1),
    ],
)
def test_what_keras_has_numbered_before_does_not_matter(build, photographs):
    def named():
        keras.utils.set_random_seed(0)
        network = build()
        network.compile("sgd", training.hole_loss())
        return keys.path(network, photographs, None, RECIPE)

    before = named()
    with_unnamed_layers(1)
    assert named() == before


def test_unnamed_layers_in_another_order_are_another_network(photographs):
    found = set()
    for cropped, pool in (
        ((1, 0), keras.layers.AveragePooling2D),
        ((0, 1), keras.layers.AveragePooling2D),
        ((0, 1), keras.layers.MaxPooling2D),
    ):
        keras.utils.set_random_seed(0)
        network = with_unnamed_layers(*cropped, pool=pool)
        network.compile("sgd", training.hole_loss())
        found.add(keys.path(network, photographs, None, RECIPE))
    assert len(found) == 3


def test_a_class_that_was_typed_in_is_told_by_what_it_does(photographs):
    spaces = [{"Base": gan.InpaintingGAN, "__name__": "__main__"} for _ in range(2)]
    for number, space in enumerate(spaces):
        exec(f"class Typed(Base):\n    def more(self):\n        return {number}\n", space)
    first, second = (key(space["Typed"], photographs) for space in spaces)
    assert first != second


@pytest.mark.parametrize("decorator", ["staticmethod", "property", "graph"])
def test_static_functions_properties_and_graphs_of_a_class_are_its_code(decorator, photographs):
    found = set()
    for number in (0, 1, 1):
        space = {"Base": gan.InpaintingGAN, "__name__": "__main__", "graph": tf.function}
        more = f"    @{decorator}\n    def more(*_):\n        return {number}\n"
        exec(f"class Typed(Base):\n{more}", space)
        found.add(key(space["Typed"], photographs))
    assert len(found) == 2


def test_what_a_loss_is_made_of_is_its_code(photographs, monkeypatch):
    found = set()
    for power in (1, 2, 1, 2):
        space = {"__name__": "typed", "Loss": training.PixelLoss}
        exec(f"class Mine(Loss):\n    def measure(self, *_):\n        return {power}\n", space)
        monkeypatch.setitem(sys.modules, "typed", types.SimpleNamespace(**space))
        parts = [training.PixelLoss(), space["Mine"]()]
        found.add(of_loss(training.WeightedSum(parts, [1.0, 0.1]), photographs))
    assert len(found) == 2
