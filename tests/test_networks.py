import keras
import numpy as np
import pytest

from inpainting_guide import filling, networks
from inpainting_guide.data import holes
from inpainting_guide.filling import classical
from inpainting_guide.networks import cvae


def test_a_network_fills_under_the_signature_of_the_classical_methods(photographs, rng):
    location_map = holes.random_square(12, rng)
    incomplete = holes.cut(photographs, location_map)
    network = networks.direct_cnn()
    filled = filling.by(network)(incomplete, location_map)
    reference = classical.harmonic(incomplete, location_map)
    assert (filled.shape, filled.dtype) == (reference.shape, reference.dtype)
    known = np.broadcast_to(location_map == 1, filled.shape)
    assert filled[known].tobytes() == photographs[known].tobytes()
    joined = np.concatenate([incomplete, location_map], axis=-1)
    expected = keras.ops.convert_to_numpy(network(joined))
    np.testing.assert_allclose(filled[~known], expected[~known], atol=1e-6)


def test_what_the_hole_held_never_reaches_the_network(photographs, rng):
    location_map = holes.random_square(12, rng)
    fill = filling.by(networks.direct_cnn())
    noise = rng.random(photographs.shape, np.float32)
    leaking = np.where(location_map == 1, photographs, noise)
    expected = fill(holes.cut(photographs, location_map), location_map)
    np.testing.assert_array_equal(fill(leaking, location_map), expected)


def test_a_network_of_any_size_fills_larger_images(rng):
    location_map = holes.random_square(1, rng, hole=20, size=48)
    images = rng.random((1, 48, 48, 3), np.float32)
    incomplete = holes.cut(images, location_map)
    assert filling.fill(networks.direct_cnn(None), incomplete, location_map).shape == images.shape
    with pytest.raises(ValueError, match=r"direct_cnn fills images of \(32, 32\).*got \(48, 48\)"):
        filling.fill(networks.direct_cnn(), incomplete, location_map)


def test_without_skips_a_unet_joins_nothing_to_what_it_decodes():
    for skips in (True, False):
        layers = networks.unet(8, widths=(4, 8, 16), skips=skips).layers
        joins = [layer for layer in layers if isinstance(layer, keras.layers.Concatenate)]
        assert len(joins) == (2 if skips else 0)


def test_without_its_latent_the_cvae_keeps_the_way_of_the_known_pixels():
    """All weights but those that make or read z, in the same order; one kernel is narrower."""
    model, baseline = cvae.ConditionalVAE(), networks.without_latent()
    assert (model.count_params(), baseline.count_params()) == (3_722_739, 2_834_787)

    def shapes(*parts):
        weights = [weight for part in parts for weight in part.weights]
        return {"/".join(weight.path.split("/")[-2:]): weight.shape for weight in weights}

    every = shapes(model.prior, model.decoder)
    kept = {k: v for k, v in every.items() if not k.startswith(("prior_", "up4_latent"))}
    of_baseline = shapes(baseline)
    assert kept.pop("up4/kernel") == (3, 3, 256 + 64, 256)
    assert of_baseline.pop("up4/kernel") == (3, 3, 256, 256)
    assert of_baseline == kept


def test_without_its_latent_the_cvae_needs_widths():
    with pytest.raises(ValueError, match="0 widths: expected at least 1"):
        networks.without_latent(widths=())
