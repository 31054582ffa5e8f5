"""Networks at the hole alone: the same function, the same gradients, the same weights."""

import functools
import zipfile

import keras
import numpy as np
import pytest
import tensorflow as tf

from inpainting_guide import filling, networks, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, holes, protocol, tensors
from inpainting_guide.filling import by_network
from inpainting_guide.training import store


@pytest.fixture
def network():
    """Make the direct network."""
    machine.use_precision("float32")
    keras.utils.set_random_seed(1)
    return with_biases(networks.direct_cnn())


def with_biases(network):
    """Draw biases, so that nothing outside the photograph is 0 by itself."""
    for layer in network.layers:
        if hasattr(layer, "bias"):
            layer.bias.assign(keras.random.normal(layer.bias.shape, stddev=0.1))
    return network


def by_the_whole(network, images, location_map):
    """Fill by all that the network computes, wherever the hole is."""
    image = filling.predict(network, tensors.network_input(images, location_map))
    return holes.compose(images, image, location_map)


def assert_same(network, places, side=holes.HOLE):
    """Compare the fills of holes at some places: their first rows and columns."""
    images = cars.load().train[: len(places)]
    location_map = holes.square(*np.transpose(places), side)
    at_the_hole = networks.AtTheHole(network, side)
    np.testing.assert_allclose(
        filling.fill(at_the_hole, images, location_map),
        by_the_whole(network, images, location_map),
        rtol=0,
        atol=1e-6,
    )
    output = at_the_hole(tensors.network_input(images[:9], location_map[:9]))
    np.testing.assert_array_equal(output * location_map[:9], 0)


def assert_same_gradients(network, places):
    """Compare the gradients of the loss over holes at some places."""
    images = cars.load().train[: len(places)]
    location_map = holes.square(*np.transpose(places))
    inputs, weight = tensors.network_input(images, location_map), 1 - location_map[..., 0]

    def gradients(model):
        with tf.GradientTape() as tape:
            loss = training.hole_loss()(images, model(inputs), sample_weight=weight)
        return tape.gradient(loss, network.trainable_variables)

    both = zip(gradients(networks.AtTheHole(network)), gradients(network), strict=True)
    for ours, expected in both:
        scale = np.abs(expected).max()
        assert scale > 0
        np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-5 * scale)


def test_a_narrow_chain_of_the_same_depth_is_the_same_function_at_every_place():
    keras.utils.set_random_seed(1)
    network = chain("five layers")
    with_biases(network)
    everywhere = list(np.ndindex(21, 21))
    assert_same(network, everywhere)
    assert_same_gradients(network, everywhere)


@pytest.mark.parametrize("last", ["convolution", "transposed"])
def test_an_autoencoder_is_the_same_function_at_every_place(last):
    machine.use_precision("float32")
    keras.utils.set_random_seed(1)
    network = with_biases(networks.autoencoder(last=last))
    everywhere = list(np.ndindex(21, 21))
    assert_same(network, everywhere)
    assert_same_gradients(network, everywhere[::20])


def test_holes_of_any_side_will_do():
    keras.utils.set_random_seed(1)
    network = with_biases(networks.autoencoder())
    for side in (1, 2, 5, 11):
        places = list(np.ndindex(33 - side, 33 - side))[::13]
        assert_same(network, places, side)


def test_an_autoencoder_keeps_its_running_means_whichever_way_it_is_trained(photographs):
    location_map = holes.square([0] * 12, range(12))
    inputs, weight = tensors.network_input(photographs, location_map), 1 - location_map[..., 0]
    keras.utils.set_random_seed(1)
    two = [networks.autoencoder() for _ in range(2)]
    two[1].set_weights(two[0].get_weights())
    for model in (two[0], networks.AtTheHole(two[1])):
        model.compile(optimizer=keras.optimizers.SGD(0.1), loss=training.hole_loss())
        model.train_on_batch(inputs, photographs, sample_weight=weight)
    before = networks.autoencoder().get_layer("batch_norm1").moving_mean
    assert not np.allclose(two[1].get_layer("batch_norm1").moving_mean, before)
    for ours, expected in zip(two[1].get_weights(), two[0].get_weights(), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-5)


def test_its_gradients_are_those_of_the_whole_network(network):
    assert_same_gradients(network, [(0, 0), (10, 20), (20, 9), (3, 9)])


def test_smaller_holes_are_computed_too_and_larger_ones_refused(network):
    images = cars.load().train[:2]
    at_the_hole = networks.AtTheHole(network)
    location_map = np.ones((2, 32, 32, 1), np.float32)
    location_map[0, 5:8, 20:31], location_map[1, 31, 2], location_map[1, 25, 9] = 0, 0, 0
    np.testing.assert_allclose(
        filling.fill(at_the_hole, images, location_map),
        by_the_whole(network, images, location_map),
        atol=1e-6,
    )
    whole = np.ones_like(location_map)  # nothing is missing
    np.testing.assert_array_equal(filling.fill(at_the_hole, images, whole), images)
    location_map[1, 3, 9] = 0
    with pytest.raises(ValueError, match="image number 1 reaches over 29 pixels, and direct_cnn"):
        filling.fill(at_the_hole, images, location_map)


def test_filling_computes_the_hole_alone_where_that_is_small_enough(network, monkeypatch, tmp_path):
    asked, ask = [], by_network.predict

    def predict(model, *rest):
        asked.append(model)
        return ask(model, *rest)

    images = cars.load().train[:3]
    maps = [holes.square([0, 10, 19], [19, 3, 0], side) for side in (12, 13)]
    expected = [by_the_whole(network, images, location_map) for location_map in maps]
    monkeypatch.setattr(by_network, "predict", predict)
    for location_map, fill in zip(maps, expected, strict=True):
        found = by_network.fill(network, images, location_map)
        np.testing.assert_allclose(found, fill, rtol=0, atol=1e-6)
    assert [isinstance(model, networks.AtTheHole) for model in asked] == [True, False]
    network.save(tmp_path / "filled.keras")  # and nothing of it is saved with the network
    with zipfile.ZipFile(tmp_path / "filled.keras") as archive:
        assert b"at_the_hole" not in archive.read("model.weights.h5")


def test_to_train_it_is_to_train_the_whole_network_which_is_stored(network, photographs):
    def fit(model, **settings):
        model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=training.hole_loss())
        settings = {"validation": protocol.validation()[:4]} | settings
        return training.fit(model, photographs, budget=8, batch_size=4, epochs=2, **settings)

    before = network.get_weights()
    record = fit(networks.AtTheHole(network))
    assert record["parameters"] == 318_659
    assert not np.array_equal(network.layers[1].get_weights()[0], before[0])
    stored = store.read_network(record["path"])
    assert not isinstance(stored, networks.AtTheHole)
    trained = network.get_weights()
    for ours, expected in zip(stored.get_weights(), trained, strict=True):
        np.testing.assert_array_equal(ours, expected)

    network.set_weights(before)
    assert fit(networks.AtTheHole(network)) == record  # read from the store
    for ours, expected in zip(network.get_weights(), trained, strict=True):
        np.testing.assert_array_equal(ours, expected)

    with pytest.raises(ValueError, match="over='image' needs all"):
        fit(networks.AtTheHole(network), over="image")
    with pytest.raises(ValueError, match="reaches over 12 pixels, and direct_cnn computes"):
        fit(networks.AtTheHole(network, hole=8))
    with pytest.raises(ValueError, match="a square of 8 at the hole, and is trained on"):
        fit(networks.AtTheHole(network, hole=8), validation=None)


def test_it_is_saved_and_loaded_as_any_model(network, photographs, tmp_path):
    at_the_hole = networks.AtTheHole(network)
    at_the_hole.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    location_map = holes.square([0] * 12, range(12))
    inputs = tensors.network_input(photographs, location_map)
    np.testing.assert_allclose(loaded(inputs), at_the_hole(inputs), atol=1e-6)


def chain(kind):
    """Make a small network that is a chain of convolutions, or not quite."""
    conv = functools.partial(keras.layers.Conv2D, padding="same", activation="sigmoid")
    inputs = keras.Input((32, 32, 4))
    if kind == "sequential":
        return keras.Sequential([inputs, conv(5, 5), conv(3, 1), conv(3, 3)])
    x = inputs
    for _ in range(4 if kind == "five layers" else 1):
        x = conv(5, 5)(x)
    y = conv(3, 5)(x)
    if kind == "halving":
        y = conv(3, 5, strides=2, name="last")(x)
    if kind == "padded":
        transpose = keras.layers.Conv2DTranspose
        y = transpose(3, 3, strides=2, padding="same", output_padding=0, name="last")(x)
    if kind == "more":
        y = keras.ops.square(conv(3, 5, name="last")(x))
    if kind == "even":
        y = keras.layers.Conv2DTranspose(3, 4, strides=2, padding="same", name="last")(x)
    outputs = [x, y] if kind == "two outputs" else y
    return keras.Model(inputs, outputs, name="other")


class Halving(keras.layers.Conv2D):
    """A convolution that does more than Keras's."""

    def call(self, inputs):
        return super().call(inputs) / 2


def test_what_a_class_of_ones_own_computes_is_left_to_it(photographs):
    inputs = keras.Input((32, 32, 4))
    keras.utils.set_random_seed(0)
    halved = Halving(3, 3, padding="same", activation="sigmoid")(inputs)
    network = keras.Model(inputs, halved, name="halving")
    location_map = holes.square([0, 10, 19], [19, 3, 0])
    filled = filling.fill(network, photographs[:3], location_map)
    expected = by_the_whole(network, photographs[:3], location_map)
    np.testing.assert_array_equal(filled, expected)
    with pytest.raises(ValueError, match="layer, halving, is a Halving; expected a Conv2D"):
        networks.AtTheHole(network)
    own = type("Own", (keras.Model,), {})(network.inputs, network.outputs, name="own")
    with pytest.raises(ValueError, match="own is a Own, which may do more than its layers"):
        networks.AtTheHole(own)


def test_any_chain_of_convolutions_will_do(tmp_path):
    keras.utils.set_random_seed(0)
    network = keras.Sequential()
    for part in chain("sequential").layers:
        network.add(part)  # which calls those before it again
    network.build((None, 32, 32, 4))
    for sequential in (network, chain("sequential")):
        assert_same(sequential, [(0, 20), (10, 10), (20, 0), (3, 3)])
        networks.AtTheHole(sequential).save(tmp_path / "x.keras")
        assert_same(store.read_network(tmp_path / "x.keras").whole, [(0, 20), (3, 3)])


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (networks.autoencoder_generator, "its last layer, to_unit_range, is a Rescaling; expected"),
        (networks.unet, "unet is no chain: up3_join reads an earlier layer"),
        (
            lambda: chain("halving"),
            "its last layer, last, is a Conv2D; expected a Conv2D of",
        ),
        (
            lambda: chain("padded"),
            "its last layer, last, is a Conv2DTranspose; expected a Conv2D of",
        ),
        (lambda: chain("even"), "its last layer, last, is a Conv2DTranspose; expected a Conv2D of"),
        (lambda: networks.direct_cnn(None), "direct_cnn takes images of any size: build it for"),
        (lambda: chain("two outputs"), "other has 2 outputs"),
        (lambda: chain("more"), "other does more after its last layer, last: put it into a"),
    ],
)
def test_other_networks_are_refused(build, reason):
    with pytest.raises(ValueError, match=reason):
        networks.AtTheHole(build())


@pytest.mark.parametrize(
    "settings",
    [
        {"padding": "valid"},
        {"dilation_rate": 2},
        {"groups": 2},
        {"use_bias": False},
        {"kernel_size": (3, 5)},
        {"kernel_size": 4},
    ],
)
def test_a_last_convolution_of_another_kind_is_refused(settings):
    settings = {"filters": 4, "kernel_size": 3, "padding": "same"} | settings
    last = keras.layers.Conv2D(**settings)
    with pytest.raises(ValueError, match="expected a Conv2D of stride 1"):
        networks.AtTheHole(keras.Sequential([keras.Input((32, 32, 4)), last]))
