"""The losses of both conditional variational autoencoders, and who sees the photograph."""

import functools

import keras
import numpy as np
import priors
import pytest
from small_cvae import (
    KINDS,
    SIZE,
    example,
    images_and_maps,
    measured,
    model_of,
    shaken,
    small,
    with_noise_in_the_hole,
)

from inpainting_guide import filling
from inpainting_guide.data import batches
from inpainting_guide.measuring import Quantity
from inpainting_guide.networks import cvae


@pytest.fixture
def task(photographs, rng):
    """Make a function that gives a model's images, with holes of two sizes."""
    return functools.partial(images_and_maps, photographs, rng)


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
    statistics = [np.array(weight) for weight in model.non_trainable_weights]

    found = measured(model.terms(inputs, photograph, weight, 7, training=training))

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
    noise = keras.random.normal(mean.shape, seed=7)
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
    sharp, broad = (measured(model.terms(*data, 0, training=False)) for model in models)
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
        measured(model.terms(*example(photograph, location_map), 0, training=False))
        for photograph in (images, other)
    )
    assert one["divergence"] == two["divergence"]
    assert one["squared_error"] != two["squared_error"]


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
    in_loss = measured(model.terms(inputs, photograph, weight, 0, training=False))["divergence"]
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
    noise = keras.random.SeedGenerator(5)
    expected = dict.fromkeys(found, 0.0)
    for part in (slice(0, 3), slice(3, 4)):  # the last batch is smaller, and weighs less
        data = example(images[part], location_map[part])
        for _ in range(3):
            terms = measured(model.terms(*data, noise, training=False))
            terms["bound"] = -terms.pop("loss")
            for name, value in terms.items():
                expected[name] += len(images[part]) * value / (3 * len(images))
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("kind", KINDS)
def test_a_validation_repeats_and_every_image_counts_alike(kind, task):
    model = model_of(kind)
    model.compile("sgd", run_eagerly=True)
    data = example(*task(model))
    before, (one, two) = np.array(model.noise.state), (model.test_step(data) for _ in range(2))
    assert one == two == measured(model.terms(*data, 0, training=False))
    np.testing.assert_array_equal(before, model.noise.state)  # training goes on undisturbed
    part = [tensor[:1] for tensor in data]  # as a last batch, of one image instead of four
    alone = measured(model.terms(*part, 0, training=False))
    together = model.test_step(part)
    for name, value in alone.items():
        assert float(together[name]) == pytest.approx((8 * float(one[name]) + value) / 9)


def test_the_benchmark_of_priors_compares_networks_of_one_seed():
    measured = {"learnt": (2.004, 4.004, 6.004), "standard": (1.996, 3.986, 5.976)}
    runs = {
        (prior, seed): {"one_fill": Quantity(measured[prior][seed], "dB")}
        for prior in priors.PRIORS
        for seed in priors.SEEDS
    }
    results = priors.summary(runs)
    assert str(results["learnt"]["one_fill"]) == "4.00"
    assert str(results["standard"]["one_fill_range"]) == "2.00 to 5.98"
    assert str(results["learnt_minus_standard"]["one_fill_range"]) == "0.01 to 0.03"


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
    terms = model.terms(*example(images, location_map), 0, training=False)
    assert {term.dtype.name for term in terms.values()} == {"float32"}
    assert np.isfinite(float(terms["loss"]))
