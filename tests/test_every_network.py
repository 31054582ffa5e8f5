"""What all networks keep: images and maps in, images out, sizes, files, errors."""

import keras
import numpy as np
import pytest
from thesis_tables import FILLERS, JUDGES, build, call

from inpainting_guide import networks
from inpainting_guide.data import holes, tensors
from inpainting_guide.networks import cvae, generators


@pytest.fixture
def example(photographs, rng):
    return photographs[:2], holes.random_square(2, rng)


@pytest.mark.parametrize("name", FILLERS)
def test_a_network_maps_image_and_map_to_an_image(name, example):
    network = build(name)
    assert network.input_shape == (None, 32, 32, 4)
    image = call(name, network, *example)
    assert (image.shape, image.dtype) == ((2, 32, 32, 3), np.float32)
    assert image.min() >= 0
    assert image.max() <= 1


@pytest.mark.parametrize("name", JUDGES)
def test_a_discriminator_gives_one_number_for_each_image(name, example):
    logit = call(name, build(name), *example)
    assert (logit.shape, logit.dtype) == ((2, 1), np.float32)
    assert logit[0] != logit[1]


# Those with layers, or a class, that Keras does not know of itself.
OF_THE_PACKAGE = "U-Net", "patch autoencoder", "VAE", "printed CVAE", "CVAE", "global and local"


@pytest.mark.parametrize("name", OF_THE_PACKAGE)
def test_a_saved_network_is_loaded_without_being_told_what_it_is(name, example, tmp_path, rng):
    network = build(name)
    call(name, network, *example)
    before = network.get_weights()  # also the statistics, which begin as zeros and ones
    network.set_weights([w + np.float32(0.1 * rng.random(w.shape)) for w in before])
    try:
        expected = call(name, network, *example)
        network.save(tmp_path / "network.keras")
    finally:
        network.set_weights(before)
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    assert type(loaded) is type(network)
    np.testing.assert_array_equal(call(name, loaded, *example), expected)


def settings(model):
    return {key: value for key, value in model.get_config().items() if key != "name"}


@pytest.mark.parametrize(
    "model",
    [
        lambda: cvae.PrintedCVAE(variance=0.5),
        lambda: cvae.ConditionalVAE(0.5, latent_channels=2, widths=(4, 8), latent_level=1, size=16),
    ],
)
def test_a_cvae_keeps_its_settings(model):
    original = model()
    assert settings(type(original).from_config(original.get_config())) == settings(original)
    assert settings(original)["variance"] == 0.5


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: networks.autoencoder(36), "36 pixels: this network needs a multiple of 8"),
        (lambda: networks.autoencoder(last="dense"), "no last layer 'dense': choose"),
        (lambda: networks.unet(36), "36 pixels: this network needs a multiple of 8"),
        (lambda: networks.unet(36, widths=(8,) * 5), "needs a multiple of 16"),
        (
            lambda: networks.unet_in_window(window=28),
            "window of 28 pixels: .* of 8",
        ),
        (lambda: networks.unet_in_window(window=12), "window is 12: .* of at least 14"),
        (lambda: networks.unet_in_window(window=24, hole=9), "hole of 9 pixels: both must be odd"),
        (lambda: networks.patch_autoencoder(36), "36 pixels: this network needs a multiple of 8"),
        (lambda: networks.patch_autoencoder(hole=10), "10 pixels: this decoder needs a multiple"),
        (lambda: generators.autoencoder_generator(24), "24 pixels: this network needs .* of 16"),
        (lambda: generators.completion_network(30), "30 pixels: this network needs .* of 4"),
        (lambda: cvae.ConditionalVAE(size=36), "36 pixels: this network needs a multiple of 8"),
        (lambda: cvae.ConditionalVAE(variance=0), "variance is 0: expected more"),
        (lambda: cvae.PrintedCVAE(variance=-1), "variance is -1: expected more"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


@pytest.mark.parametrize(
    ("network", "size"),
    [
        (lambda: networks.direct_cnn(17), 17),
        (lambda: networks.direct_cnn(None), 19),
        (lambda: networks.autoencoder(40), 40),
        (lambda: networks.autoencoder(40, last="transposed"), 40),
        (lambda: networks.unet(24), 24),
        (lambda: networks.unet(None, widths=(4, 8)), 26),
        (lambda: networks.unet_in_window((4, 8), 10, hole=8, size=17), 17),
        (lambda: networks.patch_autoencoder(24, hole=8), 24),
        (lambda: generators.autoencoder_generator(48), 48),
        (lambda: generators.direct_generator(None), 19),
        (lambda: generators.completion_network(36), 36),
        (lambda: cvae.ConditionalVAE(size=24, widths=(4, 8, 8), latent_level=3), 24),
    ],
)
def test_what_fits_fills_images_of_its_size(network, size, rng):
    images = rng.random((1, size, size, 3), np.float32)
    location_map = holes.random_square(1, rng, hole=8, size=size)
    filled = network()(tensors.network_input(images, location_map))
    assert filled.shape == (1, size, size, 3)
