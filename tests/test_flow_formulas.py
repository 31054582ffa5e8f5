"""What the chapter on the flow says of diffusion, in its world of one pixel with two answers."""

import itertools

import numpy as np
import pytest
import scipy.stats

ANSWERS = np.array([[-1.0], [1.0]])
GRID = np.linspace(-4, 4, 401)
SPACING = GRID[1] - GRID[0]


def given_each_answer(x, t):
    """Return the density of the crowd at x, for either answer."""
    return scipy.stats.norm.pdf(x, t * ANSWERS, 1 - t)


def density(x, t):
    return given_each_answer(x, t).mean(axis=0)


def mean_given_place(values, x, t):
    """Return the mean, over the answers that could have led to x, of what each has there."""
    weights = given_each_answer(x, t)
    return (weights * values).sum(axis=0) / weights.sum(axis=0)


@pytest.mark.parametrize("t", [0.1, 0.38, 0.5, 0.8])
def test_the_score_is_told_by_the_mean_noise_and_by_the_mean_residual(t):
    x, step = np.linspace(-2, 2, 41), 1e-5
    score = np.log(density(x + step, t) / density(x - step, t)) / (2 * step)
    noise = mean_given_place((x - t * ANSWERS) / (1 - t), x, t)
    residual = mean_given_place(ANSWERS, x, t)
    np.testing.assert_allclose(residual, np.tanh(t * x / (1 - t) ** 2), atol=1e-12)
    np.testing.assert_allclose(score, -noise / (1 - t), atol=1e-6)
    np.testing.assert_allclose(score, (t * residual - x) / (1 - t) ** 2, atol=1e-6)


def distance_after(steps, keep=lambda level, fresh: np.sqrt(level**2 - fresh**2)):
    """Let the crowd go from t = 0.2 to 0.7 by DDPM, and compare it with what should be there.

    In every step ``keep`` tells how much of the predicted noise stays. Returned is the share of the
    crowd that is in the wrong place: 0 if the two densities are equal, 1 if they have nothing in
    common.
    """
    times = np.linspace(0.2, 0.7, steps + 1)
    crowd = density(GRID, times[0])
    for t, later in itertools.pairwise(times):
        residual = np.tanh(t * GRID / (1 - t) ** 2)
        noise = (GRID - t * residual) / (1 - t)
        # What came between the two levels is forgotten, and so drawn anew, as Ho and others do it.
        between = (1 - t) ** 2 - (t / later * (1 - later)) ** 2
        fresh = np.sqrt(between) * (1 - later) / (1 - t)
        centre = later * residual + keep(1 - later, fresh) * noise
        crowd = scipy.stats.norm.pdf(GRID[:, None], centre, fresh) @ crowd * SPACING
    return np.abs(crowd - density(GRID, later)).sum() * SPACING / 2


def test_with_fresh_noise_in_small_steps_the_crowd_keeps_the_densities_of_the_flow():
    few, more, many = map(distance_after, (4, 8, 16))
    assert 0.01 < few < 0.2
    assert 0.35 < more / few < 0.65  # an error of the first order: half for twice the steps
    assert 0.35 < many / more < 0.65
    assert distance_after(16, keep=lambda level, fresh: level) > 3 * many  # too much noise
