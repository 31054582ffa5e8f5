"""The loss, the samples and the training of both conditional variational autoencoders."""

import functools
import importlib
from pathlib import Path

import keras
import numpy as np
import pytest

from inpainting_guide import batches, checkpoints, cvae, filling, holes, store, training

SIZE = 16
"""Side of the small model's images: a hole of 12 pixels still has places to be at."""


def small(**settings):
    """Build a conditional VAE of a few thousand weights; its latent grid is 8 x 8 x 2."""
    shape = {"widths": (4, 8), "latent_level": 2, "latent_channels": 2, "size": SIZE}
    return cvae.ConditionalVAE(**(shape | settings))


def shaken(model, scale=0.1, seed=3):
    """Move every weight: the log variances of a new model are all 0."""
    rng = np.random.default_rng(seed)
    for weight in model.trainable_weights:
        weight.assign_add(scale * rng.normal(size=weight.shape).astype(np.float32))
    return model


@functools.cache
def model_of(kind):
    """Build a model once, for tests that do not train it."""
    keras.utils.set_random_seed(0)
    return shaken(small()) if kind == "CVAE" else shaken(cvae.PrintedCVAE(), 0.05)


KINDS = ("CVAE", "printed CVAE")


@pytest.fixture
def task(photographs, rng):
    """Make a function that gives a model's images, with holes of two sizes."""

    def images_and_maps(model, count=4):
        step = 32 // model.size
        images = np.ascontiguousarray(photographs[:count, ::step, ::step])
        half = count // 2
        maps = [
            holes.random_square(n, rng, hole=side, size=model.size)
            for n, side in ((half, model.size // 4), (count - half, model.size // 2))
        ]
        return images, np.concatenate(maps)

    return images_and_maps


def example(images, location_map):
    """Make a batch as a training step gets it: of tensors."""
    return [keras.ops.convert_to_tensor(part) for part in batches.example(images, location_map)]


def measured(terms):
    return {name: float(value) for name, value in terms.items()}


def with_noise_in_the_hole(images, location_map):
    noise = np.random.default_rng(9).random(images.shape, np.float32)
    return np.where(location_map == 1, images, noise)


# --- The loss -----------------------------------------------------------------------------------


def divergence(mean, log_variance, prior_mean=0.0, prior_log_variance=0.0):
    """Compute the divergence of Gaussians in float64, written differently from the package."""
    variance, prior_variance = np.exp(log_variance), np.exp(prior_log_variance)
    ratio = (variance + (mean - prior_mean) ** 2) / prior_variance
    return (ratio - 1 - np.log(variance / prior_variance)) / 2


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_loss_is_the_likelihood_and_the_divergence_in_nats(kind, training, task):
    model = model_of(kind)
    images, location_map = task(model)
    inputs, photograph, weight = example(images, location_map)
    replayed = keras.random.SeedGenerator(0)
    replayed.state.assign(model.noise.state)
    statistics = [np.array(weight) for weight in model.non_trainable_weights]

    found = measured(model.terms(inputs, photograph, weight, training=training))

    for variable, before in zip(model.non_trainable_weights, statistics, strict=True):
        variable.assign(before)  # training moved the running means
    known_at_test_time = model.latent(inputs, training)
    if kind == "CVAE":
        prior, features = known_at_test_time[:2], known_at_test_time[2:]
        mean, log_variance = model.recognition([inputs, photograph], training=training)
        prior = [np.float64(part) for part in prior]
        where = np.asarray(weight)[..., None] * np.ones(3)
    else:
        (mean, log_variance, *features), prior = known_at_test_time, ()
        where = np.ones_like(images)
    mean, log_variance = np.float64(mean), np.float64(log_variance)
    noise = keras.random.normal(mean.shape, seed=replayed)
    z = keras.ops.convert_to_tensor(mean + np.sqrt(np.exp(log_variance)) * noise, "float32")
    squares = np.square(np.float64(model.decode(z, features, training)) - images)

    summed, values = (where * squares).sum(axis=(1, 2, 3)), where.sum(axis=(1, 2, 3))
    surprise = summed / (2 * 0.01) + values / 2 * np.log(2 * np.pi * 0.01)
    of_images = divergence(mean, log_variance, *prior).reshape(4, -1).sum(axis=1)
    hole = np.broadcast_to(location_map == 0, squares.shape)
    # Neither term drowns the other.
    assert 0.005 < of_images.mean() / abs(surprise.mean()) < 100
    assert found["loss"] == pytest.approx((surprise + of_images).mean(), rel=1e-4)
    assert found["divergence"] == pytest.approx(of_images.mean(), rel=1e-4)
    assert found["squared_error"] == pytest.approx(squares[hole].mean(), rel=1e-4)


def test_the_variance_weighs_the_error_against_the_divergence(task):
    models = [shaken(small(variance=variance)) for variance in (0.01, 1.0)]
    models[1].set_weights(models[0].get_weights())
    images, location_map = task(models[0])
    data = example(images, location_map)
    sharp, broad = (measured(model.terms(*data, training=False)) for model in models)
    assert sharp["squared_error"] == broad["squared_error"]
    values = 3 * float(np.sum(data[2])) / len(images)
    error = values * sharp["squared_error"]
    difference = error * (100 - 1) / 2 + values * np.log(0.01) / 2
    assert sharp["loss"] - broad["loss"] == pytest.approx(difference, rel=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_steps_on_one_batch_reduce_its_loss(kind, task):
    keras.utils.set_random_seed(0)
    model = small() if kind == "CVAE" else cvae.PrintedCVAE()
    model.compile(optimizer=keras.optimizers.Adam(3e-3), run_eagerly=True)  # soonest done
    images, location_map = task(model)
    inputs, images, weight = example(images, location_map)
    losses = []
    for _ in range(12):
        model.reset_metrics()
        losses.append(model.train_on_batch(inputs, images, weight, return_dict=True)["loss"])
    assert losses[-1] < losses[0] - 100
    held_out = batches.fixed(np.asarray(images), location_map)
    validated = model.evaluate(held_out, verbose=0, return_dict=True)
    assert set(validated) == {"loss", "squared_error", "divergence"}


# --- Who sees the photograph --------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_fills_and_samples_do_not_depend_on_what_the_hole_held(kind, task):
    model = model_of(kind)
    images, location_map = task(model)
    other = with_noise_in_the_hole(images, location_map)
    one, two = (
        (filling.fill(model, given, location_map), model.samples(given, location_map, 2))
        for given in (images, other)
    )
    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])


def test_the_recognition_network_sees_the_photograph_and_the_prior_does_not(task):
    model = model_of("CVAE")
    images, location_map = task(model)
    other = with_noise_in_the_hole(images, location_map)
    batch, other_batch = example(images, location_map), example(other, location_map)
    np.testing.assert_array_equal(batch[0], other_batch[0])
    one, two = (model.recognition(list(part[:2]))[0] for part in (batch, other_batch))
    assert np.abs(np.asarray(one) - two).max(axis=(1, 2, 3)).min() > 1e-3
    assert [tensor.shape for tensor in model.prior.inputs] == [(None, SIZE, SIZE, 4)]


def test_the_printed_encoder_never_sees_the_photograph(task):
    model = model_of("printed CVAE")
    images, location_map = task(model)
    other = with_noise_in_the_hole(images, location_map)
    one, two = (
        measured(model.terms(*example(photograph, location_map), training=False))
        for photograph in (images, other)
    )
    assert one["divergence"] == two["divergence"]
    assert one["squared_error"] != two["squared_error"]


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
    model = shaken(small() if kind == "CVAE" else cvae.PrintedCVAE())
    images, location_map = task(model)
    name = "prior_log_variance" if kind == "CVAE" else "log_variance"
    kernel, bias = getattr(model, head).get_layer(name).weights
    kernel.assign(0 * kernel)
    bias.assign(0 * bias - 60)
    samples = model.samples(images, location_map, 2)
    fill = filling.fill(model, images, location_map)
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


# --- Divergences of single latent values ---------------------------------------------------------


def test_divergences_are_those_of_the_loss_latent_by_latent(task):
    model = model_of("CVAE")
    images, location_map = task(model)
    inputs, photograph, weight = example(images, location_map)
    found = model.divergences(np.asarray(inputs), images)
    assert found.shape == (SIZE // 2, SIZE // 2, 2)
    assert found.min() >= 0
    parts = *model.recognition([inputs, photograph]), *model.prior(inputs)[:2]
    expected = divergence(*map(np.float64, parts)).mean(axis=0)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-6)
    in_loss = measured(model.terms(inputs, photograph, weight, training=False))["divergence"]
    assert found.sum() == pytest.approx(in_loss, rel=1e-4)


def test_divergences_are_zero_if_both_networks_agree(task):
    model = shaken(small())
    images, location_map = task(model)
    for part in ("mean", "log_variance"):
        for network, name in ((model.prior, "prior"), (model.recognition, "recognition")):
            kernel, bias = network.get_layer(f"{name}_{part}").weights
            kernel.assign(0 * kernel)
            bias.assign(0 * bias + 0.7)
    inputs, _, _ = example(images, location_map)
    np.testing.assert_array_equal(model.divergences(inputs, images), 0)


# --- The prior N(0, I), and the bound ------------------------------------------------------------


def test_a_prior_that_is_not_learnt_is_standard_normal_and_stays_so(task):
    models = []
    for learnt_prior in (True, False):
        keras.utils.set_random_seed(0)
        models.append(small(learnt_prior=learnt_prior))
    learnt, model = models
    assert learnt.count_params() == model.count_params()
    for one, other in zip(learnt.decoder.weights, model.decoder.weights, strict=True):
        np.testing.assert_array_equal(one, other)  # the rest starts alike
    model.compile(optimizer=keras.optimizers.Adam(3e-3), run_eagerly=True)  # soonest done
    images, location_map = task(model)
    inputs, photograph, weight = example(images, location_map)
    untrained = [np.array(kernel) for kernel in model.decoder.trainable_weights]
    model.train_on_batch(inputs, photograph, weight)
    for before, after in zip(untrained, model.decoder.trainable_weights, strict=True):
        assert not np.array_equal(before, after)
    for part in model.latent(inputs, training=False)[:2]:
        assert part.shape[1:] == (SIZE // 2, SIZE // 2, 2)
        np.testing.assert_array_equal(part, 0)
    expected = divergence(*map(np.float64, model.recognition([inputs, photograph]))).mean(axis=0)
    np.testing.assert_allclose(model.divergences(inputs, images), expected, rtol=1e-3, atol=1e-6)
    again = cvae.ConditionalVAE.from_config(model.get_config())
    assert not again.learnt_prior
    assert len(again.trainable_weights) == len(learnt.trainable_weights) - 4


@pytest.mark.parametrize("kind", KINDS)
def test_the_bound_is_minus_the_loss_averaged_over_photographs_and_draws(kind, task):
    model = model_of(kind)
    images, location_map = task(model)
    before = np.array(model.noise.state)
    found = model.measure(images, location_map, draws=3, seed=5, batch_size=3)
    np.testing.assert_array_equal(before, model.noise.state)  # training goes on undisturbed
    assert found == model.measure(images, location_map, draws=3, seed=5, batch_size=3)
    model.noise.state.assign(keras.random.SeedGenerator(5).state)
    expected = dict.fromkeys(found, 0.0)
    for part in (slice(0, 3), slice(3, 4)):  # the last batch is smaller, and weighs less
        data = example(images[part], location_map[part])
        for _ in range(3):
            terms = measured(model.terms(*data, training=False))
            terms["bound"] = -terms.pop("loss")
            for name, value in terms.items():
                expected[name] += len(images[part]) * value / (3 * len(images))
    model.noise.state.assign(before)
    assert found == pytest.approx(expected)


def test_the_benchmark_of_priors_subtracts_before_it_rounds(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "benchmarks")
    priors = importlib.import_module("priors")
    runs = {
        (prior, seed): dict.fromkeys(
            priors.PLACES, seed + 1 + (0.004 if prior == "learnt" else -0.004)
        )
        for prior in priors.PRIORS
        for seed in priors.SEEDS
    }
    results = priors.summary(runs)
    assert results["learnt"]["one_fill_mean"] == results["standard"]["one_fill_mean"] == "2.00"
    assert results["standard"]["one_fill_range"] == "1.00 to 3.00"
    assert results["learnt_minus_standard"]["one_fill"] == "+0.01, +0.01, +0.01"


# --- Training -----------------------------------------------------------------------------------


def test_an_interrupted_training_resumes_with_its_noise(photographs, monkeypatch, tmp_path):
    images = np.ascontiguousarray(photographs[:, ::2, ::2])

    def fit(name):
        monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path / name))
        keras.utils.set_random_seed(0)
        model = small()
        model.compile(optimizer=keras.optimizers.Adam(1e-2), run_eagerly=True)  # soonest done
        return model, training.fit(model, images, steps=4, batch_size=6, epochs=2)

    def interrupt(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt
        self.began = 0

    whole, record = fit("whole")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(checkpoints.Checkpoint, "on_epoch_begin", interrupt)
        fit("interrupted")
    resumed, again = fit("interrupted")
    for name in ("loss", "squared_error", "divergence"):
        assert record["history"][name] == again["history"][name]
    for a, b in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert type(store.load("cvae")) is cvae.ConditionalVAE


@pytest.fixture
def mixed_precision():
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(policy)


@pytest.mark.usefixtures("mixed_precision")
def test_the_loss_is_not_rounded_in_mixed_precision(task):
    model = small()
    images, location_map = task(model)
    terms = model.terms(*example(images, location_map), training=False)
    assert {term.dtype.name for term in terms.values()} == {"float32"}
    assert np.isfinite(float(terms["loss"]))
