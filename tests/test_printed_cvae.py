"""The thesis's CVAE as its tables print it: what its reshape and its losses come to."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from inpainting_guide.networks import gaussians

SEEDS = st.integers(0, 10**6)
SIZES = st.integers(1, 5)


# --- Its layers -------------------------------------------------------------------------------

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


# --- The reshape of Table 3.5, in NumPy -------------------------------------------------------


def transposed(image, stride, channels, rng):
    """Spread every pixel over 3 x 3 outputs; Keras's "same" cuts the last row and column off."""
    weights = rng.random((3, 3, image.shape[2], channels)) + 0.1
    rows, columns = image.shape[:2]
    result = np.zeros((stride * rows + 3 - stride, stride * columns + 3 - stride, channels))
    for m, n in np.ndindex(3, 3):
        place = (slice(m, m + stride * rows, stride), slice(n, n + stride * columns, stride))
        result[place] += image @ weights[m, n]
    return result


def decode(numbers):
    """Run Table 3.6 with positive weights, few channels and no activation: nothing cancels."""
    rng = np.random.default_rng(0)
    image = numbers.reshape(2, 2, 512)
    for _ in range(4):
        side = 2 * len(image)
        image = transposed(image, 2, 2, rng)[:side, :side]
    return transposed(image, 1, 3, rng)[1:-1, 1:-1]


def test_the_upper_half_of_the_image_sees_no_location_map():
    seen = {}
    for name, first, last in (("z", 0, 512), ("z, second half", 512, 1024), ("map", 1024, 2048)):
        numbers = np.zeros(2048)
        numbers[first:last] = 1
        seen[name] = decode(numbers).max(axis=-1) > 0
    assert seen["map"].shape == (32, 32)
    assert not seen["map"][:15].any()
    assert seen["map"][15:].all()
    assert not seen["z, second half"][:15, :15].any()
    assert seen["z, second half"][:15, 15:].all()
    assert seen["z"][:15, :15].all()


def test_the_little_decoder_has_the_shapes_and_the_reach_of_keras():
    layer = keras.layers.Conv2DTranspose(1, 3, strides=2, padding="same", use_bias=False)
    picture = np.zeros((1, 2, 2, 1), np.float32)
    picture[0, 1, 1] = 1
    layer.build(picture.shape)
    layer.set_weights([np.ones((3, 3, 1, 1), np.float32)])
    ours = transposed(picture[0], 2, 1, np.random.default_rng(0))[:4, :4] > 0
    np.testing.assert_array_equal(np.asarray(layer(picture))[0] > 0, ours)


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
