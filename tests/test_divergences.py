"""The formulas of the chapter gan.md, on distributions over a few images."""

import keras
import numpy as np
import pytest
import scipy.optimize
import scipy.spatial.distance
import scipy.special
import scipy.stats
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from inpainting_guide import divergences

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


@given(pairs())
def test_divergences_agree_with_scipy(drawn):
    p, q, _ = drawn
    assert divergences.kullback_leibler(p, q) == pytest.approx(scipy.stats.entropy(p, q), abs=1e-12)
    # SciPy's square root magnifies rounding near 0, so compare before it.
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
    np.testing.assert_array_equal(divergences.optimal_discriminator(p, p), one_half[p >= 0])
    assert divergences.value(p, p, one_half) == pytest.approx(-LOG_4)
    if np.abs(p - q).max() > 1e-4:
        best = divergences.value(p, q, divergences.optimal_discriminator(p, q))
        assert best > -LOG_4 + 1e-10


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


# --- With a condition -------------------------------------------------------------------------


def test_a_discriminator_that_sees_the_condition_tests_the_conditional_laws(rng):
    """Two conditions with four fills each; the generator leaves the conditions as they are."""
    conditions = np.array([0.3, 0.7])
    data, fills = rng.dirichlet(np.ones(4), 2), rng.dirichlet(np.ones(4), 2)
    joint = [(conditions[:, None] * law).ravel() for law in (data, fills)]
    pairwise = [divergences.jensen_shannon(p, q) for p, q in zip(data, fills, strict=True)]
    assert divergences.jensen_shannon(*joint) == pytest.approx(conditions @ pairwise)


def test_a_discriminator_that_does_not_see_it_can_be_fooled_by_exchanged_answers():
    conditions = np.array([0.5, 0.5])
    data, exchanged = np.eye(2), np.eye(2)[::-1]
    assert divergences.jensen_shannon(conditions @ data, conditions @ exchanged) == 0
    joint = [(conditions[:, None] * law).ravel() for law in (data, exchanged)]
    assert divergences.jensen_shannon(*joint) == pytest.approx(LOG_2)


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
