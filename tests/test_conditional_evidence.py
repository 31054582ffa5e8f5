"""The derivations of the chapter cvae.md, held against models in which all can be computed."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from inpainting_guide.networks import gaussians

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
