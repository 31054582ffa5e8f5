"""What stands in holes that nobody has marked."""

import keras
import numpy as np
import pytest

from inpainting_guide.data import damage, holes
from inpainting_guide.filling import membranes


@pytest.fixture(scope="module")
def maps():
    return holes.random_square(12, np.random.default_rng(0))


def damaged(photographs, maps, content, **settings):
    return np.array(damage.damage(photographs, maps, content, **settings))


@pytest.mark.parametrize("content", damage.CONTENTS)
def test_known_pixels_stay_bit_for_bit_and_the_hole_does_not(content, photographs, maps):
    result = damaged(photographs, maps, content, seed=0)
    assert (result.dtype, result.shape) == (np.float32, photographs.shape)
    assert (result.min() >= 0) & (result.max() <= 1)
    known = np.broadcast_to(maps == 1, result.shape)
    np.testing.assert_array_equal(result[known], photographs[known])
    assert (result[~known] != photographs[~known]).mean() > 0.9


def test_what_stands_in_the_hole_is_what_its_name_says(photographs, maps):
    hole = np.broadcast_to(maps == 0, photographs.shape)
    assert not damaged(photographs, maps, "zeros")[hole].any()
    mean = damaged(photographs, maps, "mean")
    for image, result, known in zip(photographs, mean, maps[..., 0], strict=True):
        expected = image[known == 1].mean(axis=0)
        np.testing.assert_allclose(result[known == 0], np.tile(expected, (144, 1)), atol=1e-5)
    noise = damaged(photographs, maps, "noise", seed=0)[hole]
    assert noise.mean() == pytest.approx(0.5, abs=0.02)
    assert noise.std() == pytest.approx(12**-0.5, abs=0.02)
    previous = np.roll(photographs, 1, axis=0)
    np.testing.assert_array_equal(damaged(photographs, maps, "photograph")[hole], previous[hole])
    given = damaged(photographs, maps, "photograph", others=1 - photographs)
    np.testing.assert_allclose(given[hole], 1 - photographs[hole], atol=1e-6)


def test_noise_is_a_function_of_its_seed(photographs, maps):
    one, again, other = (damaged(photographs, maps, "noise", seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("corner", [(10, 10), (0, 7), (20, 20)])
def test_the_membrane_is_that_of_the_classical_method(corner, photographs):
    known = holes.square(*([start] for start in corner))
    found = np.array(damage.membrane(keras.ops.convert_to_tensor(photographs[:1]), known))[0]
    exact = membranes.membrane(photographs[0], known[0, ..., 0] == 0)
    off = np.abs(found[known[0, ..., 0] == 0] - exact).max()
    assert off < (0.1 if corner == (20, 20) else 0.002)
    np.testing.assert_array_equal(
        found[known[0, ..., 0] == 1], photographs[0][known[0, ..., 0] == 1]
    )


def test_a_blended_photograph_shows_no_edge(photographs):
    maps = holes.square([10] * 12, [10] * 12)
    steps = {
        content: np.abs(np.diff(damaged(photographs, maps, content), axis=1))[:, [9, 21], 10:22]
        for content in ("photograph", "blended")
    }
    assert steps["blended"].mean() < 0.5 * steps["photograph"].mean()


def test_an_unknown_content_is_refused(photographs, maps):
    with pytest.raises(ValueError, match="no content 'grey': choose one of zeros"):
        damage.damage(photographs, maps, "grey")
