import keras
import numpy as np
import pytest

from inpainting_guide import filling, networks
from inpainting_guide.data import holes
from inpainting_guide.networks import generators
from inpainting_guide.photographs import any_size

LOCAL = {
    "direct_cnn": networks.direct_cnn,
    "autoencoder": networks.autoencoder,
    "unet": networks.unet,
    "autoencoder_generator": generators.autoencoder_generator,
    "direct_generator": generators.direct_generator,
    "completion_network": generators.completion_network,
}


@pytest.mark.parametrize("build", LOCAL.values(), ids=LOCAL)
def test_the_rebuilt_network_is_the_same_and_sees_no_further_than_its_window(
    build, photographs, rng, monkeypatch
):
    keras.utils.set_random_seed(0)
    network = build()
    task = photographs[:2], holes.random_square(2, rng)
    incomplete = holes.cut(*task)
    usual = filling.fill(network, incomplete, task[1])
    np.testing.assert_allclose(any_size.fill(network, incomplete, task[1]), usual, atol=1e-5)

    wide = rng.random((1, 30, 444, 3), dtype=np.float32)
    location_map = np.ones((1, 30, 444, 1), np.float32)
    location_map[:, 9:21, 201:213] = 0
    wide = holes.cut(wide, location_map)
    in_window = any_size.fill(network, wide, location_map)
    monkeypatch.setattr(any_size, "MARGIN", 1000)
    whole = any_size.fill(network, wide, location_map)
    np.testing.assert_allclose(in_window, whole, atol=1e-5)
    # The fill is no constant: it varies by far more than the two may differ.
    assert np.ptp(in_window[location_map[..., 0] == 0]) > 2e-4


def test_a_network_with_a_dense_layer_has_one_size(photographs):
    network = networks.patch_autoencoder()
    serialized = keras.saving.serialize_keras_object(network)
    assert any_size.only_size(serialized) == (32, 32)
    assert any_size.largest_hole(network) == (12, 12)
    assert any_size.largest_hole(networks.unet(widths=(2, 2))) is None
    with pytest.raises(ValueError, match=r"fills images of \(32, 32\) pixels only"):
        any_size.fill(network, photographs, holes.square([0] * 12, [0] * 12))


def test_nothing_missing_is_refused(photographs):
    with pytest.raises(ValueError, match="nothing is missing"):
        any_size.fill(
            networks.unet(widths=(2, 2)), photographs, np.ones((12, 32, 32, 1), np.float32)
        )


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (7, 3), (16, 24)])
def test_very_small_images_are_filled(shape, rng):
    images = rng.random((1, *shape, 3), dtype=np.float32)
    location_map = np.zeros((1, *shape, 1), np.float32)
    filled = any_size.fill(networks.unet(widths=(2, 2, 2, 2)), images, location_map)
    assert filled.shape == images.shape
