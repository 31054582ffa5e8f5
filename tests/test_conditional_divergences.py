"""What a discriminator tests when it sees the condition, and when it does not."""

import math

import numpy as np
import pytest

from inpainting_guide.formulas import divergences


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
    assert divergences.jensen_shannon(*joint) == pytest.approx(math.log(2))
