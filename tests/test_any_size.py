import functools
import re
from pathlib import Path

import keras
import numpy as np
import pytest

from inpainting_guide import filling, networks
from inpainting_guide.data import holes
from inpainting_guide.filling import classical
from inpainting_guide.networks import generators
from inpainting_guide.photographs import models, painting

LOCAL = {
    "direct_cnn": networks.direct_cnn,
    "autoencoder": networks.autoencoder,
    "unet": networks.unet,
    "autoencoder_generator": generators.autoencoder_generator,
    "direct_generator": generators.direct_generator,
    "completion_network": generators.completion_network,
    "unet_on_strokes": networks.irregular_unet,
}


def fill(rebuilt, incomplete, location_map):
    """Fill the one hole of an image by a network that was built again; return its colours."""
    fill_window, multiple = rebuilt
    missing = location_map[0, ..., 0] == 0
    ((_, own, window, inside),) = painting.windows(missing, multiple)
    return fill_window(incomplete[:, *window], location_map[:, *window])[0][inside][own]


@pytest.mark.parametrize("build", LOCAL.values(), ids=LOCAL)
def test_the_rebuilt_network_is_the_same_and_sees_no_further_than_its_window(
    build, photographs, rng, monkeypatch
):
    keras.utils.set_random_seed(0)
    network = build()
    rebuilt = painting.rebuild(network)
    location_map = holes.random_square(1, rng)
    incomplete = holes.cut(photographs[:1], location_map)
    usual = filling.fill(network, incomplete, location_map)[location_map[..., 0] == 0]
    np.testing.assert_allclose(fill(rebuilt, incomplete, location_map), usual, atol=1e-5)

    wide = rng.random((1, 30, 444, 3), dtype=np.float32)
    location_map = np.ones((1, 30, 444, 1), np.float32)
    location_map[:, 9:21, 201:213] = 0
    wide = holes.cut(wide, location_map)
    in_window = fill(rebuilt, wide, location_map)
    monkeypatch.setattr(painting, "MARGIN", 1000)
    whole = fill(rebuilt, wide, location_map)
    np.testing.assert_allclose(in_window, whole, atol=1e-5)
    # The fill is no constant: it varies by far more than the two may differ.
    assert np.ptp(in_window) > 2e-4


def test_a_network_with_a_dense_layer_has_one_size():
    inputs = keras.Input((32, 32, 4))
    image = keras.layers.Reshape((32, 32, 3))(keras.layers.Dense(3072)(inputs[:, 0, 0]))
    network = keras.Model(inputs, image)
    serialized = keras.saving.serialize_keras_object(network)
    assert models.only_size(serialized) == (32, 32)
    with pytest.raises(ValueError, match=r"fills images of \(32, 32\) pixels only"):
        painting.rebuild(network)


def test_what_does_nothing_in_use_ties_no_network_to_a_size(rng):
    inputs = x = keras.Input((32, 32, 4))
    for layer in ("Dropout", "SpatialDropout2D", "GaussianNoise"):
        x = getattr(keras.layers, layer)(0.5)(x)
    image = keras.layers.Conv2D(3, 3, padding="same", activation="sigmoid")(x)
    fill_window, _ = painting.rebuild(keras.Model(inputs, image))
    images, location_map = rng.random((1, 9, 50, 3), np.float32), np.ones((1, 9, 50, 1), "float32")
    np.testing.assert_array_equal(fill_window(images, location_map), images)


def test_which_networks_fill_one_size_only_is_declared():
    small = networks.unet_in_window(widths=(2, 4))
    of_one_size = {
        "vae": networks.VAE(widths=(2, 4)),
        "cvae_as_printed": networks.PrintedCVAE(),
        "cvae": networks.ConditionalVAE(widths=(2, 4), latent_level=1),
        "flow": networks.Flow(small, widths=(2, 4)),
        "flow_in_one_step": networks.FlowInOneStep(small, widths=(2, 4)),
    }
    for network in of_one_size.values():
        assert models.only_size(keras.saving.serialize_keras_object(network)) == (32, 32)
    declared = filling.METHODS.values()
    assert {m.networks[-1] for m in declared if m.networks and not m.any_size} == set(of_one_size)
    # The page of the command says it in a table.
    text = (Path(__file__).parents[1] / "docs" / "command.md").read_text("utf-8")
    told = {False: set(), True: set()}
    for names, sizes in re.findall(r"^\| (`.+`) \| (any size|32 × 32)", text, re.MULTILINE):
        told[sizes == "any size"] |= set(re.findall(r"`(\w+)`", names))
    for any_size, named in told.items():
        assert named == {m.networks[-1] for m in declared if m.networks and m.any_size == any_size}


@functools.cache
def painter_of_squares():
    keras.utils.set_random_seed(3)
    return networks.patch_autoencoder()


@pytest.mark.parametrize("shape", [(1, 1), (40, 50), (7, 90), (32, 32)])
def test_a_network_that_paints_a_square_paints_pictures_of_any_size(shape, rng):
    network = painter_of_squares()
    assert models.only_size(keras.saving.serialize_keras_object(network)) is None
    pixels = rng.integers(0, 256, (*shape, 3), np.uint8)
    missing = np.zeros(shape, bool)
    missing[2:20, 5:45] = missing[-1, -1] = shape != (1, 1)
    filled = painting.by_network(network, pixels, missing)
    np.testing.assert_array_equal(filled[~missing], pixels[~missing])
    # An untrained network paints grey, between the two ends, where the noise reaches both.
    assert (np.abs(np.float32(filled[missing]) - 127.5) < 20).all()


def test_squares_see_what_surrounds_them_and_not_what_was_erased(rng):
    # Untrained, the sum that it paints is the harmonic fill.
    network = networks.hybrid_in_window(sees_fill=False, widths=(2, 2))
    pixels, missing = rng.integers(0, 256, (44, 60, 3), np.uint8), np.zeros((44, 60), bool)
    missing[10:34, 11:47] = True  # six squares of 12
    filled = painting.by_network(network, pixels, missing)
    expected = painting.by_method(classical.harmonic, pixels, missing)
    assert np.abs(filled.astype(int) - expected).max() <= 2  # rounded between squares


def test_a_picture_of_the_networks_size_is_filled_as_any_image_is(photographs):
    network = painter_of_squares()
    location_map = holes.square([9], [17])
    filled = filling.fill(network, holes.cut(photographs[:1], location_map), location_map)
    pixels, missing = np.uint8(np.rint(photographs[0] * 255)), location_map[0, ..., 0] == 0
    painted = painting.by_network(network, pixels, missing)
    np.testing.assert_allclose(painted / 255, filled[0], atol=0.6 / 255)


@pytest.fixture(scope="module")
def narrow():
    return networks.unet(widths=(2, 2, 2, 2))


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (7, 3), (16, 24)])
def test_very_small_images_are_filled(shape, narrow, rng):
    pixels = rng.integers(0, 256, (*shape, 3), np.uint8)
    missing = np.ones(shape, bool)
    filled = painting.by_network(narrow, pixels, missing)
    assert filled.shape == pixels.shape
    assert (filled != pixels).any()
