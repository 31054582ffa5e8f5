import keras
import numpy as np
import pytest

from inpainting_guide import classical, filling, holes, networks


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
