"""The samples of both conditional variational autoencoders, and a training that is interrupted."""

import functools

import keras
import numpy as np
import pytest
from small_cvae import KINDS, images_and_maps, model_of, small
from small_training import resumed_and_whole

from inpainting_guide import filling, training
from inpainting_guide.data import holes
from inpainting_guide.networks import cvae
from inpainting_guide.training import store


@pytest.fixture
def task(photographs, rng):
    """Make a function that gives a model's images, with holes of two sizes."""
    return functools.partial(images_and_maps, photographs, rng)


# --- Samples ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_samples_keep_the_known_pixels_and_differ_in_the_hole(kind, task):
    model = model_of(kind)
    images, location_map = task(model)
    incomplete = holes.cut(images, location_map)
    samples = model.samples(incomplete, location_map, 3, seed=1)
    assert (samples.shape, samples.dtype) == ((3, *images.shape), np.float32)
    known = np.broadcast_to(location_map == 1, images.shape)
    for sample in samples:
        assert sample[known].tobytes() == images[known].tobytes()
    assert samples.min() >= 0
    assert samples.max() <= 1
    # Every image's fill is another one in every sample.
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert np.abs(samples[first] - samples[second]).max(axis=(1, 2, 3)).min() > 0


def test_the_seed_decides_the_samples(task):
    model = model_of("CVAE")
    images, location_map = task(model)
    one, again, other = (model.samples(images, location_map, 2, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    # Sampling leaves the noise of the training where it was.
    before = np.array(model.noise.state)
    model.samples(images, location_map, 1)
    np.testing.assert_array_equal(before, model.noise.state)


def test_images_are_decoded_in_parts_of_the_batch(task):
    model = model_of("CVAE")
    images, location_map = task(model)
    parts = model.samples(images, location_map, 2, batch_size=3)
    first = model.samples(images[:3], location_map[:3], 2)
    np.testing.assert_array_equal(parts[:, :3], first)
    assert np.abs(parts[:, 3] - images[3]).max(axis=(1, 2, 3)).min() > 0


@pytest.mark.parametrize(("kind", "head"), [("CVAE", "prior"), ("printed CVAE", "encoder")])
def test_without_variance_every_sample_is_the_fill_from_the_mean(kind, head, task):
    model = model_of(kind)
    images, location_map = task(model)
    name = "prior_log_variance" if kind == "CVAE" else "log_variance"
    layer = getattr(model, head).get_layer(name)
    kernel, bias = before = layer.get_weights()
    layer.set_weights([0 * kernel, 0 * bias - 60])
    try:
        samples = model.samples(images, location_map, 2)
        fill = filling.fill(model, images, location_map)
    finally:
        layer.set_weights(before)
    np.testing.assert_allclose(samples, np.stack([fill, fill]), atol=1e-6)


def test_bad_images_are_refused(task):
    model = model_of("CVAE")
    images, location_map = task(model)
    with pytest.raises(ValueError, match="divide what was 8-bit"):
        model.samples(images * 255, location_map, 1)


def test_a_loaded_model_draws_the_same_samples(task, tmp_path):
    model = model_of("CVAE")
    images, location_map = task(model)
    model.save(tmp_path / "cvae.keras")
    loaded = keras.saving.load_model(tmp_path / "cvae.keras")
    assert loaded.get_config() == model.get_config()
    np.testing.assert_array_equal(
        loaded.samples(images, location_map, 2), model.samples(images, location_map, 2)
    )


# --- Training -----------------------------------------------------------------------------------


def test_an_interrupted_training_resumes_with_its_noise(photographs, monkeypatch, tmp_path, capsys):
    images = np.ascontiguousarray(photographs[:, ::2, ::2])

    def fit(name):
        monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path / name))
        keras.utils.set_random_seed(0)
        model = small()
        model.compile(optimizer=keras.optimizers.Adam(1e-2), run_eagerly=True)  # soonest done
        return model, training.fit(model, images, budget=24, batch_size=6, epochs=2)

    (_, again), (_, record) = resumed_and_whole(fit, capsys)
    for name in ("loss", "squared_error", "divergence"):
        assert record["history"][name] == again["history"][name]
    assert type(store.load("cvae")) is cvae.ConditionalVAE
