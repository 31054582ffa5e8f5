"""Ranks of photographs among samples, and how often they lie in the middle."""

import numpy as np
import pytest
from scipy.stats import norm

from inpainting_guide.data import holes
from inpainting_guide.measuring import calibration

COUNT = 9


@pytest.fixture
def task(rng):
    return (0.5 + 0 * rng.random((60, 32, 32, 3))).astype(np.float32), holes.random_square(60, rng)


def drawn(images, rng, count, deviation):
    noise = rng.normal(size=(count, *images.shape))
    return np.clip(images + deviation * noise, 0, 1).astype(np.float32)


def test_the_ranks_of_samples_of_the_truth_are_level(task, rng):
    images, location_map = task
    truth, *samples = drawn(images, rng, COUNT + 1, 0.05)
    found = calibration.ranks(truth, np.stack(samples), location_map)
    assert found.sum() == pytest.approx(1)
    np.testing.assert_allclose(found, 1 / (COUNT + 1), rtol=0.08)
    assert calibration.coverage(found, 0.8).value == pytest.approx(0.8, abs=0.01)
    assert calibration.coverage(found, 1).value == pytest.approx(1)


@pytest.mark.parametrize("deviation", [0.025, 0.1])
def test_samples_that_vary_too_little_cover_too_little(deviation, task, rng):
    images, location_map = (part[:20] for part in task)
    truth = drawn(images, rng, 1, 0.05)[0]
    samples = drawn(images, rng, 99, deviation)
    found = calibration.ranks(truth, samples, location_map)
    # The middle 80 % of many samples are an interval of their deviations.
    expected = 1 - 2 * norm.sf(norm.ppf(0.9) * deviation / 0.05)
    assert calibration.coverage(found, 0.8).value == pytest.approx(expected, abs=0.02)
    assert (found[0] > 0.02) == (deviation < 0.05)


def test_the_truth_itself_may_lie_anywhere_among_its_equals(task):
    images, location_map = task
    found = calibration.ranks(images, np.stack([images] * COUNT), location_map)
    np.testing.assert_allclose(found, 1 / (COUNT + 1))


def test_values_that_were_clipped_leave_the_ranks_level(task, rng):
    images, location_map = task
    truth, *samples = drawn(images + 0.45, rng, COUNT + 1, 0.05)
    found = calibration.ranks(truth, np.stack(samples), location_map)
    np.testing.assert_allclose(found, 1 / (COUNT + 1), rtol=0.1)
    assert calibration.coverage(found, 0.5).value == pytest.approx(0.5, abs=0.01)


def test_bad_samples_and_shares_are_refused(task):
    images, location_map = task
    with pytest.raises(ValueError, match="0 samples of each hole"):
        calibration.ranks(images, [], location_map)
    with pytest.raises(ValueError, match="nothing is missing in these images"):
        calibration.ranks(task[0], task[0][None], np.ones_like(task[1]))
    with pytest.raises(ValueError, match="a share of 90"):
        calibration.coverage(np.full(10, 0.1), 90)


def test_a_place_may_belong_to_the_middle_in_part():
    ranks = np.array([0.4, 0.1, 0.1, 0.4])
    found = [calibration.coverage(ranks, share).value for share in (0, 0.5, 0.75, 1)]
    np.testing.assert_allclose(found, [0, 0.2, 0.6, 1])
