"""The formulas of the chapter gan.md, on distributions over a few images."""

import keras
import numpy as np
import pytest
import scipy.optimize
import scipy.spatial.distance
import scipy.special
import scipy.stats
import tensorflow as tf
from hypothesis import example, given
from hypothesis import strategies as st

from inpainting_guide.formulas import divergences

DATA, GENERATED = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.4, 0.1, 0.3, 0.2])
LOG_2, LOG_4 = np.log(2), np.log(4)


@st.composite
def pairs(draw, least=0.0):
    """Draw two distributions over the same two to six outcomes, and a number for each outcome."""
    count = draw(st.integers(2, 6))
    weight = st.one_of(st.just(least), st.floats(max(least, 1e-3), 1))
    weights = st.lists(weight, min_size=count, max_size=count).filter(lambda drawn: sum(drawn) > 0)
    p, q = (np.array(draw(weights)) for _ in range(2))
    numbers = draw(st.lists(st.floats(0, 1), min_size=count, max_size=count))
    return p / p.sum(), q / q.sum(), np.array(numbers)


def slope(function, point, step=1e-5):
    """Differentiate a function of a vector by central differences."""
    steps = step * np.eye(len(point))
    return np.array([(function(point + d) - function(point - d)) / (2 * step) for d in steps])


# --- Divergences ------------------------------------------------------------------------------


NEARLY_CERTAIN = np.array([0.00220204, 0, 0, 0, 0.99779796])


@given(pairs())
@example((NEARLY_CERTAIN, NEARLY_CERTAIN, np.zeros(5)))
def test_divergences_agree_with_scipy(drawn):
    p, q, _ = drawn
    assert divergences.kullback_leibler(p, q) == pytest.approx(scipy.stats.entropy(p, q), abs=1e-12)
    # SciPy's square root magnifies rounding near 0, so compare before it; below 0 it is none.
    with np.errstate(invalid="ignore"):
        root = scipy.spatial.distance.jensenshannon(p, q)
    assert divergences.jensen_shannon(p, q) == pytest.approx(np.nan_to_num(root) ** 2, abs=1e-12)


@given(pairs())
def test_jensen_shannon_is_symmetric_and_between_0_and_log_2(drawn):
    p, q, _ = drawn
    divergence = divergences.jensen_shannon(p, q)
    assert divergence == pytest.approx(divergences.jensen_shannon(q, p), abs=1e-15)
    assert 0 <= divergence <= LOG_2 + 1e-12
    # Pinsker's inequality: far apart in total variation is far apart here.
    assert divergence >= np.abs(p - q).sum() ** 2 / 8 - 1e-12


def test_divergences_at_their_ends():
    assert divergences.kullback_leibler(DATA, DATA) == 0
    assert divergences.kullback_leibler([1, 0], [0.5, 0.5]) == pytest.approx(LOG_2)
    assert divergences.kullback_leibler([0.5, 0.5], [1, 0]) == np.inf
    assert divergences.jensen_shannon(DATA, DATA) == 0
    assert divergences.jensen_shannon([0.3, 0.7, 0], [0, 0, 1]) == pytest.approx(LOG_2)


@given(pairs())
def test_against_a_sum_of_mass_2_each_divergence_loses_log_2(drawn):
    """The step from equation 2.7 of the thesis to its equation 2.8."""
    p, q, _ = drawn
    against_sum = scipy.special.rel_entr(p, p + q).sum()
    against_mixture = divergences.kullback_leibler(p, (p + q) / 2)
    assert against_sum == pytest.approx(against_mixture - LOG_2, abs=1e-12)
    assert against_sum <= 1e-12  # it is no divergence: those are never negative


@given(st.lists(st.floats(1e-3, 1), min_size=2, max_size=6), st.integers(0, 5))
def test_the_divergence_from_a_single_answer_depends_on_its_probability_alone(weights, number):
    p = np.array(weights) / np.sum(weights)
    answer = np.eye(len(p))[number % len(p)]
    t = p[number % len(p)]
    expected = LOG_4 + t * np.log(t) - (1 + t) * np.log(1 + t)
    assert 2 * divergences.jensen_shannon(p, answer) == pytest.approx(expected, abs=1e-12)


def test_of_many_rare_answers_none_is_preferred():
    """The law N(0, 1) in bins of a width; the answer is the bin of 0 or that of 1."""
    preferences = []
    for width in (1, 0.1, 0.01, 0.001):
        bins = np.arange(-6, 6 + width / 2, width)
        law = scipy.stats.norm.pdf(bins) / scipy.stats.norm.pdf(bins).sum()
        likely, other = (np.argmin(np.abs(bins - answer)) for answer in (0, 1))
        distances = [
            divergences.jensen_shannon(law, np.bincount([place], minlength=len(bins)))
            for place in (likely, other)
        ]
        preferences.append(distances[1] - distances[0])
    assert preferences[0] > 0.1
    assert np.all(np.diff(preferences) < 0)
    assert preferences[-1] < 1e-3
    assert LOG_2 - distances[0] < 2e-3


@pytest.mark.parametrize(("noise", "best"), [(0.1, 1.0), (0.2, 1.0), (0.7, 0.0), (1.5, 0.0)])
def test_a_discriminator_that_sees_little_prefers_the_mean(noise, best):
    """A pixel is near -1 or 1; the discriminator sees it, and the answer, through noise."""
    x, answers = np.linspace(-6, 6, 1201), np.linspace(0, 2, 41)
    law = sum(scipy.stats.norm.pdf(x, mode, np.hypot(0.2, noise)) for mode in (-1, 1))
    drawn = [scipy.stats.norm.pdf(x, answer, noise) for answer in answers]
    distances = [divergences.jensen_shannon(law / law.sum(), q / q.sum()) for q in drawn]
    assert answers[np.argmin(distances)] == pytest.approx(best)


# --- The game ---------------------------------------------------------------------------------


@given(pairs())
def test_no_discriminator_has_more_value_than_the_optimal_one(drawn):
    p, q, alternative = drawn
    best = divergences.value(p, q, divergences.optimal_discriminator(p, q))
    assert divergences.value(p, q, alternative) <= best + 1e-12


def test_maximising_numerically_finds_the_optimal_discriminator():
    def loss(logits):
        return -divergences.value(DATA, GENERATED, scipy.special.expit(logits))

    found = scipy.optimize.minimize(loss, np.zeros(4), tol=1e-10)
    best = divergences.optimal_discriminator(DATA, GENERATED)
    np.testing.assert_allclose(scipy.special.expit(found.x), best, atol=1e-4)
    assert -found.fun == pytest.approx(divergences.value(DATA, GENERATED, best), abs=1e-8)


def test_the_optimal_logit_is_the_logarithm_of_the_ratio():
    best = divergences.optimal_discriminator(DATA, GENERATED)
    np.testing.assert_allclose(scipy.special.logit(best), np.log(DATA / GENERATED))


def test_an_image_that_never_occurs_gets_one_half():
    best = divergences.optimal_discriminator([0.5, 0.5, 0], [1, 0, 0])
    np.testing.assert_allclose(best, [1 / 3, 1, 0.5])


@given(pairs())
def test_the_value_at_the_optimum_is_twice_jensen_shannon_minus_log_4(drawn):
    p, q, _ = drawn
    best = divergences.value(p, q, divergences.optimal_discriminator(p, q))
    assert best == pytest.approx(2 * divergences.jensen_shannon(p, q) - LOG_4, abs=1e-12)


@given(pairs())
def test_the_value_is_minus_log_4_for_equal_distributions_and_more_for_others(drawn):
    p, q, _ = drawn
    one_half = np.full(len(p), 0.5)
    np.testing.assert_array_equal(divergences.optimal_discriminator(p, p), one_half)
    assert divergences.value(p, p, one_half) == pytest.approx(-LOG_4)
    if np.abs(p - q).max() > 1e-4:
        best = divergences.value(p, q, divergences.optimal_discriminator(p, q))
        assert best > -LOG_4 + 1e-10


@given(pairs())
def test_at_the_solution_neither_player_gains_by_changing_alone(drawn):
    """A Nash equilibrium: the generator draws as nature does, the discriminator answers 1/2."""
    p, other_law, other_verdict = drawn
    one_half = np.full(len(p), 0.5)
    solution = divergences.value(p, p, one_half)
    assert divergences.value(p, other_law, one_half) == pytest.approx(solution)
    assert divergences.value(p, p, other_verdict) <= solution + 1e-12


@given(pairs())
def test_a_trained_discriminator_bounds_the_divergence_from_below(drawn):
    p, q, trained = drawn
    bound = (LOG_4 + divergences.value(p, q, trained)) / 2
    assert divergences.jensen_shannon(p, q) >= bound - 1e-12


def test_the_value_is_minus_keras_cross_entropy(rng):
    """Photographs labelled 1 and generated images labelled 0, each kind weighted by its law."""
    logits = rng.normal(size=4)
    both = keras.losses.BinaryCrossentropy(from_logits=True, reduction="sum", dtype="float64")
    labels = np.repeat([1.0, 0.0], 4)[:, None]
    weights = np.concatenate([DATA, GENERATED])
    loss = both(labels, np.tile(logits, 2)[:, None], sample_weight=weights)
    value = divergences.value(DATA, GENERATED, scipy.special.expit(logits))
    assert value == pytest.approx(-float(loss))


# --- The generator's losses -------------------------------------------------------------------


def test_the_slopes_of_both_losses_agree_with_keras():
    logits = tf.Variable(np.linspace(-30, 30, 25)[:, None])
    entropy = keras.losses.BinaryCrossentropy(from_logits=True, reduction="sum", dtype="float64")
    with tf.GradientTape(persistent=True) as tape:
        real = entropy(tf.ones_like(logits), logits)
        fake = -entropy(tf.zeros_like(logits), logits)
    for loss, ours in (
        (real, divergences.non_saturating_loss),
        (fake, divergences.saturating_loss),
    ):
        values, slopes = ours(logits.numpy())
        assert values.sum() == pytest.approx(float(loss))
        np.testing.assert_allclose(slopes, tape.gradient(loss, logits), rtol=1e-9, atol=1e-15)


def test_a_recognised_fake_moves_one_loss_and_not_the_other():
    logit = scipy.special.logit(1e-3)
    assert divergences.saturating_loss(logit)[1] == pytest.approx(-0.001)
    assert divergences.non_saturating_loss(logit)[1] == pytest.approx(-0.999)


@given(st.floats(0.1, 8), st.floats(1, 50))
def test_as_the_logits_grow_one_gradient_dies_out_and_the_other_grows(m, c):
    """The logit of a generated image is -c m, and its slope is c times what it was."""
    _, slope = divergences.saturating_loss(-c * m)
    _, other = divergences.non_saturating_loss(-c * m)
    assert 0 < abs(slope) <= np.exp(-c * m) * (1 + 1e-12)
    assert c * abs(other) > c / 2
    assert abs(other) == pytest.approx(np.exp(c * m) * abs(slope))


@given(st.floats(0.05, 0.95))
def test_a_linear_discriminator_asks_for_the_mean(share):
    """The photographs are 0 and 1, the answer is a number, and the logit is w x + b."""

    def value(parameters, answer):
        w, b = parameters
        real = (1 - share) * np.logaddexp(0, -b) + share * np.logaddexp(0, -(w + b))
        return -real - np.logaddexp(0, w * answer + b)

    for answer in (share, 0.0, 1.0):
        expected = [(share - answer) / 2, 0]
        np.testing.assert_allclose(
            slope(lambda p, a=answer: value(p, a), [0, 0]), expected, atol=1e-8
        )
    for step in ([3, 0], [-3, 1], [0.1, -0.2], [-0.1, 0]):
        assert value(step, share) < value([0, 0], share) == pytest.approx(-LOG_4)


@given(pairs(least=1e-2))
def test_what_the_losses_descend_on_at_the_optimal_discriminator(drawn):
    """The generator is a softmax of its parameters; the discriminator is held fixed."""
    p, q, _ = drawn
    theta = np.log(q)
    best = divergences.optimal_discriminator(p, q)

    def jensen_shannon(theta):
        return divergences.jensen_shannon(p, scipy.special.softmax(theta))

    def reverse(theta):
        return divergences.kullback_leibler(scipy.special.softmax(theta), p)

    saturating = slope(lambda t: scipy.special.softmax(t) @ np.log(1 - best), theta)
    np.testing.assert_allclose(saturating, slope(lambda t: 2 * jensen_shannon(t), theta), atol=1e-8)
    not_saturating = slope(lambda t: -scipy.special.softmax(t) @ np.log(best), theta)
    mixed = slope(lambda t: reverse(t) - 2 * jensen_shannon(t), theta)
    np.testing.assert_allclose(not_saturating, mixed, atol=1e-8)


# --- Errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (divergences.kullback_leibler, ([0.5, 0.6], [0.5, 0.5]), r"p adds up to 1\.1, expected 1"),
        (divergences.kullback_leibler, ([0.5, 0.5], [1.5, -0.5]), r"q has the value -0\.5"),
        (divergences.jensen_shannon, ([np.nan, 1], [0.5, 0.5]), "p has the value nan"),
        (divergences.jensen_shannon, ([np.inf, 1], [0.5, 0.5]), "p adds up to inf"),
        (divergences.jensen_shannon, ([1], [0.5, 0.5]), "p has 1 outcomes and q 2"),
        (divergences.jensen_shannon, ([[1]], [1]), r"p has shape \(1, 1\), expected \(k,\)"),
        (divergences.kullback_leibler, ([], []), r"p has shape \(0,\)"),
        (divergences.optimal_discriminator, ([2, 0], [1, 0]), "p_data adds up to 2"),
        (divergences.value, ([1, 0], [0, 2], [1, 0]), "p_generator adds up to 2"),
        (divergences.value, ([1, 0], [0, 1], [1]), r"the discriminator has shape \(1,\)"),
        (divergences.value, ([1, 0], [0, 1], [3, -3]), "apply the sigmoid to logits first"),
        (divergences.value, ([1, 0], [0, 1], [np.nan, 0]), "expected probabilities"),
    ],
)
def test_what_is_no_distribution_is_refused_in_words(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)


def test_certainty_pays_or_costs_everything():
    assert divergences.value([1, 0], [0, 1], [1, 0]) == 0
    assert divergences.value([1, 0], [0, 1], [0, 1]) == -np.inf
