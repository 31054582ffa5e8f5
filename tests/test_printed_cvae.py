"""The thesis's CVAE as its tables print it: what its reshape and its losses come to."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpainting_guide.networks import gaussians

SEEDS = st.integers(0, 10**6)
SIZES = st.integers(1, 5)


# --- Its layers -------------------------------------------------------------------------------


def decoder(filters, channels, **options):
    """Build the layers of table 3.6 with any number of filters."""
    cells = keras.Input((2, 2, channels))
    h = cells
    for count in filters:
        h = keras.layers.Conv2DTranspose(count, 3, 2, padding="same", **options)(h)
    return keras.Model(cells, keras.layers.Conv2D(3, 3, padding="same", **options)(h))


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
    # Positive weights: nothing cancels, so a zero means that there is no path.
    tiny = decoder((2, 2, 2, 2), 4, kernel_initializer="ones")
    first = {(0, 0): (0, 0), (0, 1): (0, 15), (1, 0): (15, 0), (1, 1): (15, 15)}
    cells = np.zeros((4, 2, 2, 4), np.float32)  # in every image one of the four cells is not zero
    for image, cell in zip(cells, first, strict=True):
        image[cell] = 1
    for output, (top, left) in zip(np.asarray(tiny(cells)), first.values(), strict=True):
        expected = np.zeros((32, 32), bool)
        expected[top:, left:] = True
        np.testing.assert_array_equal((output > 0).all(axis=-1), expected)


# --- Its losses -------------------------------------------------------------------------------


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
