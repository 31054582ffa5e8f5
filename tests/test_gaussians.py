import keras
import numpy as np
import pytest
import scipy.special
import scipy.stats
import tensorflow as tf
from hypothesis import example, given
from hypothesis import strategies as st

from inpainting_guide.networks import gaussians

means = st.floats(-4, 4)
log_variances = st.floats(-5, 4)


def divergence(*parameters):
    return np.asarray(gaussians.divergence(*map(np.float64, parameters)))


def divergence_by_integration(mean, log_variance, prior_mean, prior_log_variance):
    deviation, prior_deviation = np.exp(np.divide((log_variance, prior_log_variance), 2))
    z = np.linspace(mean - 12 * deviation, mean + 12 * deviation, 2001)
    logarithm = scipy.stats.norm.logpdf(z, mean, deviation)
    ratio = logarithm - scipy.stats.norm.logpdf(z, prior_mean, prior_deviation)
    return np.trapezoid(np.exp(logarithm) * ratio, z)  # exact to rounding, for what dies out so


def test_a_sample_has_the_variance_that_its_logarithm_states():
    """The thesis author's notebooks multiply the noise by the variance: exp(2), not exp(1)."""
    z = np.asarray(gaussians.sample(np.full(200_000, 3.0), np.full(200_000, 2.0), seed=1))
    assert z.dtype == np.float64
    assert z.mean() == pytest.approx(3, abs=0.03)
    assert np.log(z.var()) == pytest.approx(2, abs=0.02)
    assert scipy.stats.kstest(z, scipy.stats.norm(3, np.e).cdf).pvalue > 0.01


def test_an_int_repeats_the_noise_and_a_generator_moves_on():
    mean, log_variance = np.zeros((2, 5), np.float32), np.zeros((2, 5), np.float32)
    first, again = (np.asarray(gaussians.sample(mean, log_variance, seed=7)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    generator = keras.random.SeedGenerator(7)
    first, second = (np.asarray(gaussians.sample(mean, log_variance, generator)) for _ in range(2))
    assert (first != second).all()


@pytest.mark.parametrize("shapes", [((4, 1), (3,)), ((), (4, 3)), ((4, 3), ())])
def test_every_value_has_noise_of_its_own(shapes):
    mean, log_variance = (np.zeros(shape) for shape in shapes)
    z = np.asarray(gaussians.sample(mean, log_variance, seed=0))
    assert z.shape == (4, 3)
    assert len(np.unique(z)) == 12


def test_a_compiled_step_of_any_batch_size_gets_its_gradients():
    """``exp`` of half the log variance: the gradient is half the deviation times the noise."""
    generator = keras.random.SeedGenerator(3)

    @tf.function(input_signature=[tf.TensorSpec((None, 2))] * 2)
    def step(mean, log_variance):
        with tf.GradientTape() as tape:
            tape.watch([mean, log_variance])
            z = gaussians.sample(mean, log_variance, generator)
            cost = keras.ops.sum(gaussians.divergence(mean, log_variance))
            cost += keras.ops.sum(gaussians.negative_log_likelihood(z**2, 1, log_variance))
            total = keras.ops.sum(z) + 0 * cost
        return z, tape.gradient(total, [mean, log_variance])

    for size in (1, 4):
        mean, log_variance = np.float32(np.random.default_rng(size).normal(size=(2, size, 2)))
        z, (by_mean, by_log_variance) = step(mean, log_variance)
        np.testing.assert_allclose(by_mean, 1, rtol=1e-6)
        np.testing.assert_allclose(by_log_variance, (z - mean) / 2, rtol=1e-4, atol=1e-6)


@given(means, log_variances, means, log_variances)
def test_the_divergence_is_the_integral_that_defines_it(m, v, prior_m, prior_v):
    parameters = m, v, prior_m, prior_v
    expected = divergence_by_integration(*parameters)
    assert divergence(*parameters) == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_the_divergence_is_the_mean_of_the_log_ratio_under_the_first():
    first, second = scipy.stats.norm(1, 0.5), scipy.stats.norm(-0.5, 2)
    z = first.rvs(200_000, random_state=np.random.default_rng(0))
    ratios = first.logpdf(z) - second.logpdf(z)
    expected = divergence(1, np.log(0.25), -0.5, np.log(4))
    assert abs(ratios.mean() - expected) < 4 * ratios.std() / np.sqrt(len(z))
    # The sign printed in the thesis, log(p / q) under q, is that of the negative divergence.
    assert -ratios.mean() < 0 < expected


def test_the_divergence_of_vectors_is_the_sum_over_dimensions(rng):
    """Against the general formula with full covariance matrices."""
    mean, prior_mean = rng.normal(size=(2, 5))
    log_variance, prior_log_variance = rng.normal(size=(2, 5))
    first, second = np.diag(np.exp(log_variance)), np.diag(np.exp(prior_log_variance))
    inverse = np.linalg.inv(second)
    offset = prior_mean - mean
    general = 0.5 * (
        np.trace(inverse @ first)
        + offset @ inverse @ offset
        - 5
        + np.linalg.slogdet(second)[1]
        - np.linalg.slogdet(first)[1]
    )
    ours = divergence(mean, log_variance, prior_mean, prior_log_variance)
    assert ours.shape == (5,)
    assert ours.sum() == pytest.approx(general)


@pytest.mark.parametrize(
    ("mean", "log_variance", "nats"), [(1, 0, 0.5), (0, 0, 0), (0, 1, (np.e - 2) / 2), (3, 0, 4.5)]
)
def test_divergences_from_the_standard_normal(mean, log_variance, nats):
    assert divergence(mean, log_variance) == pytest.approx(nats)
    printed = -0.5 * (1 + log_variance - mean**2 - np.exp(log_variance))
    assert divergence(mean, log_variance) == pytest.approx(printed)


@given(means, log_variances, means, log_variances)
@example(0.0, 1e-9, 0.0, 0.0)
def test_the_divergence_is_not_negative_and_zero_only_between_equals(m, v, prior_m, prior_v):
    assert divergence(m, v, prior_m, prior_v) >= -1e-15
    assert divergence(m, v, m, v) == 0
    if abs(m - prior_m) > 1e-3 or abs(v - prior_v) > 1e-3:
        assert divergence(m, v, prior_m, prior_v) > 0


def test_single_precision_is_enough_near_zero():
    small = np.float32(1e-4)
    exact = (np.expm1(1e-4) - 1e-4) / 2
    assert float(gaussians.divergence(np.float32(0), small)) == pytest.approx(exact, rel=0.01)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=20), log_variances)
def test_the_likelihood_is_scipys(errors, log_variance):
    errors = np.array(errors)
    ours = gaussians.negative_log_likelihood(np.sum(errors**2), len(errors), log_variance)
    density = scipy.stats.norm(0, np.exp(log_variance / 2))
    assert float(ours) == pytest.approx(-density.logpdf(errors).sum(), rel=1e-5, abs=1e-5)


@given(st.floats(1e-4, 1), st.integers(1, 3072))
def test_the_best_variance_is_the_mean_squared_error(mean_squared_error, dimensions):
    total = np.float64(mean_squared_error * dimensions)
    offsets = np.array([-0.1, 0.0, 0.1])
    costs = gaussians.negative_log_likelihood(
        total, dimensions, np.log(mean_squared_error) + offsets
    )
    assert np.argmin(costs) == 1


# --- The bound and the evidence: x = a z + noise, z from N(0, 1) -------------------------------


def evidence(x, a, noise):
    return scipy.stats.norm(0, np.sqrt(a**2 + noise)).logpdf(x)


def bound(x, a, noise, mean, variance):
    squared_error = (x - a * mean) ** 2 + variance * a**2
    cost = gaussians.negative_log_likelihood(squared_error, 1, np.log(noise))
    return -np.asarray(cost) - divergence(mean, np.log(variance))


def posterior(x, a, noise):
    variance = 1 / (1 + a**2 / noise)
    return variance * a * x / noise, variance


def test_a_higher_bound_may_come_with_less_evidence():
    """The chapter's example: q is not the posterior, and a goes from 0.65 to the best one for q."""
    x, noise, mean, variance = 1.0, 0.1, 0.3, 0.5
    best = x * mean / (mean**2 + variance)
    assert round(best, 3) == 0.508
    around = bound(x, np.array([best - 0.01, best, best + 0.01]), noise, mean, variance)
    assert around.argmax() == 1
    bounds = [round(float(bound(x, a, noise, mean, variance)), 3) for a in (0.65, best)]
    assert bounds == [-4.206, -4.147]
    assert [round(evidence(x, a, noise), 3) for a in (0.65, best)] == [-1.551, -1.801]


@given(st.floats(0.1, 3), st.floats(0.05, 2), st.floats(0.1, 3), st.integers(0, 1000))
def test_em_raises_the_evidence_of_all_together(a, noise, true, seed):
    x = true * np.random.default_rng(seed).normal(size=50)
    means, variance = posterior(x, a, noise)
    before = evidence(x, a, noise)
    np.testing.assert_allclose(bound(x, a, noise, means, variance), before, rtol=1e-4, atol=1e-4)
    better = (x @ means) / np.sum(means**2 + variance)
    after = evidence(x, better, noise)
    assert after.sum() >= bound(x, better, noise, means, variance).sum() - 1e-3
    assert after.sum() >= before.sum() - 1e-9


def test_after_an_m_step_some_photographs_have_less_evidence():
    x = np.array([0.1, 2.0])
    means, variance = posterior(x, 1.0, 0.1)
    better = (x @ means) / np.sum(means**2 + variance)
    gain = evidence(x, better, 0.1) - evidence(x, 1.0, 0.1)
    assert gain[0] < 0 < gain[1]
    assert gain.sum() > 0


def gradients(mean, deviation, noise):
    """Return two estimates for each noise of the derivatives of E z² by mean and deviation."""
    z = mean + deviation * noise
    through_the_sample = np.stack([2 * z, 2 * z * noise])
    by_score = z**2 * np.stack([noise / deviation, (noise**2 - 1) / deviation])
    return through_the_sample, by_score


def test_reparameterised_and_score_function_gradients_agree_but_not_in_variance(rng):
    """E z² = m² + s² has the gradient (2m, 2s); the variances are derived in the chapter."""
    mean, deviation, count = 1.5, 0.5, 400_000
    noise = rng.normal(size=count)
    exact = np.array([2 * mean, 2 * deviation])
    reparameterised, score = gradients(mean, deviation, noise)
    for estimate in (reparameterised, score):
        error = estimate.std(axis=1) / np.sqrt(count)
        np.testing.assert_array_less(np.abs(estimate.mean(axis=1) - exact), 4 * error)
    m, s = mean, deviation
    expected = np.array(
        [[4 * s**2, 4 * m**2 + 8 * s**2], [(m**4 + 14 * m**2 * s**2 + 15 * s**4) / s**2, np.nan]]
    )
    np.testing.assert_allclose(reparameterised.var(axis=1), expected[0], rtol=0.03)
    assert score[0].var() == pytest.approx(expected[1, 0], rel=0.03)
    assert (score.var(axis=1) > 5 * reparameterised.var(axis=1)).all()


def test_the_gradient_through_a_sample_is_the_one_that_tensorflow_takes():
    mean, deviation = tf.Variable(1.5), tf.Variable(0.5)
    with tf.GradientTape() as tape:
        count = tf.ones(1000)
        z = gaussians.sample(mean * count, 2 * tf.math.log(deviation) * count, seed=5)
        average = tf.reduce_mean(z**2)
    by_mean, by_deviation = tape.gradient(average, [mean, deviation])
    ours, _ = gradients(1.5, 0.5, (z.numpy() - 1.5) / 0.5)
    np.testing.assert_allclose([by_mean, by_deviation], ours.mean(axis=1), rtol=1e-4)


def test_a_mean_over_pixels_beside_a_summed_divergence_is_a_variance_of_1536(rng):
    """Loss = mean squared error + summed KL; its gradient is that of an ELBO with s² = 1536."""
    total, nats = rng.random(10) * 100, rng.random(10) * 50
    loss = total / 3072 + nats
    elbo = np.asarray(gaussians.negative_log_likelihood(total, 3072, np.log(1536.0))) + nats
    np.testing.assert_allclose(np.diff(loss), np.diff(elbo), rtol=1e-9)


def log_evidence(values, means, weights, variance):
    """Return the mean log density of values, shape (n, D), under a mixture of Gaussians."""
    squared_error = np.square(values[:, None] - means).sum(axis=-1)
    dimensions = values.shape[1]
    costs = gaussians.negative_log_likelihood(squared_error, dimensions, np.log(variance))
    return scipy.special.logsumexp(np.log(weights) - costs, axis=1).mean()


@given(st.integers(0, 10_000), st.floats(0.05, 3), st.floats(1, 2))
def test_no_decoder_beats_a_constant_once_the_variance_is_a_quarter_per_value(seed, reach, factor):
    """The chapter's bound for D values in [0, 1]: at s² = D/4, and so at D/2, as for 1536 of 3072.

    A prior with a few points is a mixture, one mean for each; extreme data are the hardest.
    """
    rng = np.random.default_rng(seed)
    dimensions = 6
    values = rng.random((20, dimensions)).round(rng.integers(0, 3))
    means = values.mean(axis=0) + rng.normal(0, reach, size=(4, dimensions))
    mixture = log_evidence(values, means, rng.dirichlet(np.ones(4)), factor * dimensions / 4)
    constant = log_evidence(values, values.mean(axis=0)[None], [1], factor * dimensions / 4)
    assert mixture <= constant


def test_the_bound_is_sharp_for_black_and_white():
    """Half of the images black, half of them white: just below D/4 two means beat one."""
    values = np.repeat([[0.0], [1.0]], 6, axis=1)
    means = 0.5 + 0.1 * np.array([[-1.0], [1.0]]) * np.ones(6)
    for factor, gains in ((0.9, True), (1.0, False)):
        two = log_evidence(values, means, [0.5, 0.5], factor * 6 / 4)
        one = log_evidence(values, np.full((1, 6), 0.5), [1.0], factor * 6 / 4)
        assert (two > one) == gains


def test_bad_input_is_explained():
    with pytest.raises(ValueError, match="dimensions is 0, but a likelihood covers at least 1"):
        gaussians.negative_log_likelihood(1.0, 0, 0.0)
    with pytest.raises(ValueError, match=r"mean \(4, 3\), log_variance \(4, 2\)"):
        gaussians.sample(np.zeros((4, 3)), np.zeros((4, 2)))
    with pytest.raises(ValueError, match=r"prior_mean \(2,\)"):
        gaussians.divergence(np.zeros(3), np.zeros(3), np.zeros(2))
