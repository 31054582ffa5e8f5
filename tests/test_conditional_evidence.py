"""The derivations of the chapter cvae.md, held against models in which all can be computed."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from inpainting_guide import gaussians

SEEDS = st.integers(0, 10**6)
SIZES = st.integers(1, 5)


def kl(first, second):
    """Divergence of discrete distributions along the last axis."""
    return np.sum(first * np.log(first / second), axis=-1)


def discrete_model(seed, conditions, choices, pictures):
    """Draw p(z|c), p(x|z,c) and q(z|x,c), indexed in this order: c, then x, then z."""
    rng = np.random.default_rng(seed)
    prior = rng.dirichlet(np.ones(choices), size=(conditions, 1))
    likelihood = rng.dirichlet(np.ones(pictures), size=(conditions, choices)).swapaxes(1, 2)
    recognition = rng.dirichlet(np.ones(choices), size=(conditions, pictures))
    # Far from zero, so that logarithms of ratios keep their digits.
    return [0.9 * array + 0.1 / size for array, size in
            ((prior, choices), (likelihood, pictures), (recognition, choices))]  # fmt: skip


# --- The identity -----------------------------------------------------------------------------


@given(seed=SEEDS, conditions=SIZES, choices=SIZES, pictures=SIZES)
@settings(deadline=None, max_examples=60)
def test_the_conditional_identity_is_exact_on_discrete_models(seed, conditions, choices, pictures):
    prior, likelihood, q = discrete_model(seed, conditions, choices, pictures)
    evidence = np.sum(prior * likelihood, axis=-1)
    np.testing.assert_allclose(evidence.sum(axis=-1), 1)  # p(x|c) is a distribution
    posterior = prior * likelihood / evidence[..., None]

    def bound(q):
        return np.sum(q * np.log(likelihood), axis=-1) - kl(q, prior)

    np.testing.assert_allclose(np.log(evidence) - kl(q, posterior), bound(q), atol=1e-12)
    assert np.all(bound(q) <= np.log(evidence) + 1e-12)
    np.testing.assert_allclose(bound(posterior), np.log(evidence), atol=1e-12)


@given(seed=SEEDS, latent=st.integers(1, 3), values=st.integers(1, 4))
@settings(deadline=None, max_examples=40)
def test_the_conditional_identity_is_exact_on_linear_gaussian_models(seed, latent, values):
    rng = np.random.default_rng(seed)
    c, x = rng.normal(size=3), rng.normal(size=values)
    nu = rng.normal(size=(latent, 3)) @ c  # the learned prior's mean
    prior_variance = rng.uniform(0.2, 2, latent)
    w = rng.normal(size=(values, latent))
    offset, noise = rng.normal(size=(values, 3)) @ c, rng.uniform(0.1, 1)
    mean, variance = rng.normal(size=latent), rng.uniform(0.1, 2, latent)

    # Evidence and posterior, from the joint Gaussian.
    marginal = w @ np.diag(prior_variance) @ w.T + noise * np.eye(values)
    log_evidence = multivariate_normal(offset + w @ nu, marginal).logpdf(x)
    posterior_covariance = np.linalg.inv(np.diag(1 / prior_variance) + w.T @ w / noise)
    posterior_mean = posterior_covariance @ (nu / prior_variance + w.T @ (x - offset) / noise)
    precision = np.linalg.inv(posterior_covariance)
    difference = mean - posterior_mean
    gap = 0.5 * (
        np.sum(np.diag(precision) * variance)
        + difference @ precision @ difference
        - latent
        - np.sum(np.log(variance))
        - np.linalg.slogdet(precision)[1]
    )

    # The right side, from the package.
    squared_error = np.sum((x - offset - w @ mean) ** 2) + np.sum(w**2 @ variance)
    likelihood = -gaussians.negative_log_likelihood(squared_error, values, np.log(noise))
    divergence = np.sum(
        gaussians.divergence(mean, np.log(variance), nu, np.log(prior_variance)), axis=-1
    )
    np.testing.assert_allclose(log_evidence - gap, likelihood - divergence, rtol=1e-4, atol=1e-4)


@given(seed=SEEDS, conditions=SIZES, choices=SIZES, pictures=SIZES)
@settings(deadline=None, max_examples=40)
def test_the_mean_divergence_is_information_and_mismatch(seed, conditions, choices, pictures):
    prior, _, q = discrete_model(seed, conditions, choices, pictures)
    photographs = np.random.default_rng(seed).dirichlet(np.ones(pictures), size=conditions)
    aggregated = np.sum(photographs[..., None] * q, axis=1, keepdims=True)
    information = np.sum(photographs * kl(q, aggregated), axis=1)
    mismatch = kl(aggregated, prior)[:, 0]
    mean_divergence = np.sum(photographs * kl(q, prior), axis=1)
    np.testing.assert_allclose(mean_divergence, information + mismatch, atol=1e-12)
    # An encoder that does not see x says nothing about it.
    blind = np.broadcast_to(q[:, :1], q.shape)
    aggregated = np.sum(photographs[..., None] * blind, axis=1, keepdims=True)
    np.testing.assert_allclose(kl(blind, aggregated), 0, atol=1e-12)


@given(seed=SEEDS)
@settings(deadline=None, max_examples=25)
def test_the_best_prior_has_the_mean_and_variance_of_the_aggregated_posterior(seed):
    rng = np.random.default_rng(seed)
    mean, variance = rng.normal(size=20), rng.uniform(0.1, 2, 20)
    nu, r2 = mean.mean(), variance.mean() + mean.var()

    def mean_divergence(nu, r2):
        return float(np.mean(gaussians.divergence(mean, np.log(variance), nu, np.log(r2))))

    best = mean_divergence(nu, r2)
    for shift, factor in itertools.product((-0.1, 0, 0.1), (0.8, 1, 1.25)):
        if (shift, factor) != (0, 1):
            assert mean_divergence(nu + shift, r2 * factor) > best
    assert best == pytest.approx(0.5 * (np.log(r2) - np.log(variance).mean()), rel=1e-4, abs=1e-5)


@given(seed=SEEDS, unit=st.floats(0.01, 100))
@settings(deadline=None, max_examples=40)
def test_a_learnt_gaussian_prior_is_the_standard_one_with_another_decoder(seed, unit):
    rng = np.random.default_rng(seed)
    (mu, nu), (s, r), x = rng.normal(size=(2, 3)), rng.uniform(0.1, 2, (2, 3)), rng.normal(size=4)
    w, noise = rng.normal(size=(4, 3)), 0.3

    def divergence(mu, s, nu, r):
        return np.asarray(gaussians.divergence(mu, 2 * np.log(s), nu, 2 * np.log(r)))

    learnt, zeros, ones = divergence(mu, s, nu, r), np.zeros(3), np.ones(3)
    np.testing.assert_allclose(divergence((mu - nu) / r, s / r, zeros, ones), learnt, rtol=1e-4)
    # The unit in which z is measured does not matter: only r / s and (mu - nu) / r do.
    np.testing.assert_allclose(divergence(*(unit * p for p in (mu, s, nu, r))), learnt, rtol=1e-4)

    def log_evidence(w, offset, nu, r):
        return multivariate_normal(offset + w @ nu, (w * r**2) @ w.T + noise * np.eye(4)).logpdf(x)

    # The linear decoder z -> w z becomes u -> w (nu + r u).
    expected = log_evidence(w, 0, nu, r)
    assert log_evidence(w * r, w @ nu, zeros, ones) == pytest.approx(expected)


@given(seed=SEEDS)
@settings(deadline=None, max_examples=25)
def test_with_the_best_prior_the_mean_divergence_compares_its_width_with_the_posteriors(seed):
    rng = np.random.default_rng(seed)
    mean, s = rng.normal(size=20), rng.uniform(0.1, 2, 20)
    r = np.sqrt(np.mean(s**2) + mean.var())
    found = np.mean(gaussians.divergence(mean, 2 * np.log(s), mean.mean(), 2 * np.log(r)))
    assert float(found) == pytest.approx(np.mean(np.log(r / s)), rel=1e-4, abs=1e-5)


# --- The printed network ----------------------------------------------------------------------

STRIDED = {"strides": 2, "padding": "same"}


def decoder(filters, channels, **options):
    """Build the layers of table 3.6 with any number of filters."""
    cells = keras.Input((2, 2, channels))
    h = cells
    for count in filters:
        h = keras.layers.Conv2DTranspose(count, 3, **STRIDED, **options)(h)
    return keras.Model(cells, keras.layers.Conv2D(3, 3, padding="same", **options)(h))


def test_the_parameters_of_tables_3_4_to_3_6():
    inputs = keras.Input((32, 32, 4))
    h = inputs
    for filters in (32, 64, 128):
        h = keras.layers.BatchNormalization()(keras.layers.Conv2D(filters, 3, **STRIDED)(h))
    encoder = keras.Model(inputs, keras.layers.Conv2D(256, 3, **STRIDED)(h))
    dense = keras.layers.Dense(1024)
    dense.build((None, 1024))
    printed = decoder((256, 128, 64, 32), 512)
    assert encoder.output.shape[1:] == (2, 2, 256)
    assert printed.output.shape[1:] == (32, 32, 3)
    parameters = encoder.count_params(), 2 * dense.count_params(), printed.count_params()
    assert parameters == (389_600, 2_099_200, 1_568_067)
    assert sum(parameters) == 4_056_867


def test_the_reshape_puts_the_latent_above_and_the_map_below():
    latent, flattened_map = np.arange(1024), 1024 + np.arange(1024)
    joined = np.concatenate([latent, flattened_map])[None]
    cells = np.asarray(keras.layers.Reshape((2, 2, 512))(joined))[0]
    number = np.arange(2048)
    row, column, channel = number // 1024, number % 1024 // 512, number % 512
    np.testing.assert_array_equal(cells[row, column, channel], number)
    rows_of_map = (cells[1] - 1024) // 32
    assert (rows_of_map[0].min(), rows_of_map[0].max()) == (0, 15)
    assert (rows_of_map[1].min(), rows_of_map[1].max()) == (16, 31)


def test_the_first_15_rows_of_the_output_never_see_the_map():
    # Positive weights: nothing cancels, so a zero gradient means that there is no path.
    tiny = decoder((2, 2, 2, 2), 4, kernel_initializer="ones")
    cells = tf.ones((1, 2, 2, 4))
    with tf.GradientTape() as tape:
        tape.watch(cells)
        output = tf.reduce_sum(tiny(cells), axis=(0, 3))
    influence = np.asarray(tape.jacobian(output, cells))[:, :, 0].sum(axis=-1)
    first = {(0, 0): (0, 0), (0, 1): (0, 15), (1, 0): (15, 0), (1, 1): (15, 15)}
    for cell, (top, left) in first.items():
        expected = np.zeros((32, 32), bool)
        expected[top:, left:] = True
        np.testing.assert_array_equal(influence[:, :, *cell] > 0, expected)


def test_changing_the_map_changes_nothing_above_row_15(rng):
    tiny = decoder((3, 3, 3, 3), 8, activation="tanh")
    cells = rng.normal(size=(2, 2, 2, 8)).astype(np.float32)
    cells[1, 0] = cells[0, 0]  # the same latent, another map
    output = np.asarray(tiny(cells))
    np.testing.assert_array_equal(output[0, :15], output[1, :15])
    assert np.all(np.abs(output[0, 15:] - output[1, 15:]).max(axis=(1, 2)) > 0)


@given(seed=SEEDS, conditions=SIZES, choices=SIZES, pictures=SIZES)
@settings(deadline=None, max_examples=40)
def test_an_encoder_without_the_photograph_is_charged_for_variety(
    seed, conditions, choices, pictures
):
    rng = np.random.default_rng(seed)
    x, f = rng.normal(size=(pictures, 6)), rng.normal(size=(choices, 6))
    p_x = rng.dirichlet(np.ones(pictures), size=conditions)
    q_z = rng.dirichlet(np.ones(choices), size=conditions)
    distances = np.sum((x - f[:, None]) ** 2, axis=-1)  # (z, x)
    error = np.einsum("cz,cx,zx->c", q_z, p_x, distances)
    mean, mean_fill = p_x @ x, q_z @ f
    photographs = p_x @ np.sum(x**2, axis=1) - np.sum(mean**2, axis=1)
    spread = q_z @ np.sum(f**2, axis=1) - np.sum(mean_fill**2, axis=1)
    offset = np.sum((mean_fill - mean) ** 2, axis=1)
    np.testing.assert_allclose(error, photographs + offset + spread, atol=1e-9)
    # The best decoder answers with a mean of conditional means.
    weight = rng.dirichlet(np.ones(conditions))
    joint = weight[:, None] * q_z
    best = (joint.T @ mean) / joint.sum(axis=0)[:, None]

    def mean_error(f):
        return np.einsum("cz,cx,zx->", joint, p_x, np.sum((x - f[:, None]) ** 2, axis=-1))

    assert mean_error(best) <= mean_error(f) + 1e-9
    assert mean_error(best) <= mean_error(best + rng.normal(size=best.shape)) + 1e-9


@given(seed=SEEDS, batch=st.integers(1, 60))
@settings(deadline=None, max_examples=25)
def test_a_loss_summed_over_the_batch_implies_a_variance(seed, batch):
    rng = np.random.default_rng(seed)
    squared_error, divergence = rng.uniform(1, 50, batch), rng.uniform(1, 500, batch)
    loss = np.mean(squared_error.sum() + divergence)
    variance = 1 / (2 * batch)
    assert loss == pytest.approx(np.mean(squared_error / (2 * variance) + divergence))
    if batch == 50:
        assert variance == 0.01


@given(mean=st.floats(-3, 3), log_variance=st.floats(-6, 6))
@settings(deadline=None, max_examples=60)
def test_sampling_with_the_variance_for_a_deviation_is_undercharged(mean, log_variance):
    charged = float(gaussians.divergence(mean, log_variance))
    true = float(gaussians.divergence(mean, 2 * log_variance))
    assert true >= charged - 1e-4 * (1 + abs(true))
    t = np.exp(log_variance)
    expected = (t**2 - t - log_variance) / 2
    assert true - charged == pytest.approx(expected, rel=1e-3, abs=1e-3)


# --- The variance of the likelihood -----------------------------------------------------------


def mixture_evidence(a, d, sigma):
    """Mean log-evidence of 0.5 + d and 0.5 - d, when the decoder answers 0.5 + a or 0.5 - a."""
    density = sum(np.exp(-((d - sign * a) ** 2) / (2 * sigma**2)) / 2 for sign in (1, -1))
    return np.log(density / np.sqrt(2 * np.pi * sigma**2))


@pytest.mark.parametrize("sigma", [0.1, 0.2, 0.28, 0.32, 0.5])
def test_two_answers_are_given_if_the_noise_is_smaller_than_their_distance(sigma):
    d, a = 0.3, np.linspace(0, 0.6, 60_001)
    evidence = mixture_evidence(a, d, sigma)
    np.testing.assert_allclose(
        evidence + np.log(2 * np.pi * sigma**2) / 2,
        -(d**2 + a**2) / (2 * sigma**2) + np.log(np.cosh(d * a / sigma**2)),
    )
    best = a[np.argmax(evidence)]
    assert (best > 0) == (sigma < d)
    assert best == pytest.approx(d * np.tanh(d * best / sigma**2), abs=1e-4)


@given(variance=st.floats(0.05, 4), level=st.floats(0.05, 4))
@settings(deadline=None, max_examples=60)
def test_the_water_level(variance, level):
    w = np.sqrt(max(variance - level, 0))

    def evidence(w):
        return -np.log(2 * np.pi * (w**2 + level)) / 2 - variance / (2 * (w**2 + level))

    assert np.all(evidence(w) >= evidence(np.linspace(0, 3, 301)) - 1e-12)
    # The exact posterior of a photograph at u = gain^-1 mean.
    s2, gain = 1 / (1 + w**2 / level), w / (w**2 + level)
    divergence = (gain**2 * variance + s2 - 1 - np.log(s2)) / 2
    reconstruction = (1 - w * gain) ** 2 * variance + w**2 * s2
    alive = variance > level
    assert divergence == pytest.approx(np.log(variance / level) / 2 if alive else 0, abs=1e-9)
    assert reconstruction == pytest.approx(min(variance, level))
    assert variance + w**2 == pytest.approx(2 * variance - level if alive else variance)


def test_the_learned_variance_is_the_mean_of_what_the_latent_leaves():
    variances, latent = np.array([4.0, 2, 1, 0.5, 0.3, 0.1]), 2
    found = 1.0
    for _ in range(200):  # each step the best level for the errors at the last one
        errors = np.where(np.arange(6) < latent, np.minimum(variances, found), variances)
        found = errors.mean()
    assert found == pytest.approx(variances[latent:].mean())
    # As a function of the level, the likelihood's part of the loss is smallest at error / D.
    levels = np.geomspace(0.05, 5, 2001)
    loss = gaussians.negative_log_likelihood(errors.sum(), 6, np.log(levels))
    assert levels[np.argmin(loss)] == pytest.approx(found, rel=0.01)


# --- Several fills ----------------------------------------------------------------------------


@pytest.mark.parametrize("draws", [2, 5, 20])
@pytest.mark.parametrize(("scale", "offset"), [(1, 0), (0, 0), (1.7, 0), (1, 0.5), (0.6, 0.3)])
def test_the_error_of_the_mean_of_fills_and_the_spread_ratio(rng, draws, scale, offset):
    x = rng.normal(size=(3000, 20))
    fills = offset + scale * rng.normal(size=(draws, *x.shape))
    error = np.mean((x - fills.mean(axis=0)) ** 2)
    spread = np.mean(fills.var(axis=0, ddof=1))
    assert error == pytest.approx(1 + offset**2 + scale**2 / draws, rel=0.03)
    assert spread == pytest.approx(scale**2, rel=0.03)
    if (scale, offset) == (1, 0):  # a perfect sampler
        assert spread / error == pytest.approx(draws / (draws + 1), rel=0.04)


def test_the_mean_of_16_fills_of_a_perfect_sampler_is_a_quarter_of_a_decibel_behind():
    assert round(10 * np.log10(1 + 1 / 16), 2) == 0.26
