"""Back-propagation by hand: TensorFlow's gradients, and those of small steps."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inpainting_guide.formulas.back_propagation import back_propagate, feed_forward


def random_network(seed, widths, examples=3):
    """Draw a batch, targets and parameters of a fully connected network, float64."""
    rng = np.random.default_rng(seed)
    inputs, targets = (rng.normal(size=(examples, width)) for width in (widths[0], widths[-1]))
    weights = [rng.normal(size=shape) for shape in zip(widths[1:], widths[:-1], strict=True)]
    return inputs, targets, weights, [rng.normal(size=width) for width in widths[1:]]


def half_squared_error(inputs, targets, weights, biases):
    return np.sum((feed_forward(inputs, weights, biases)[1][-1] - targets) ** 2) / 2


# --- Feed-forward networks --------------------------------------------------------------------


@given(
    seed=st.integers(0, 10**6),
    widths=st.lists(st.integers(1, 6), min_size=2, max_size=5),
    examples=st.integers(1, 4),
)
@settings(deadline=None, max_examples=40)
def test_back_propagation_agrees_with_tensorflow(seed, widths, examples):
    inputs, targets, weights, biases = random_network(seed, widths, examples)
    variables = [tf.Variable(array) for array in [inputs, *weights, *biases]]
    with tf.GradientTape() as tape:
        h = variables[0]
        for number in range(1, len(widths)):
            a = h @ tf.transpose(variables[number]) + variables[len(weights) + number]
            h = tf.nn.relu(a) if number < len(weights) else a
        loss = tf.reduce_sum((h - targets) ** 2) / 2
    expected = tape.gradient(loss, variables)
    of_weights, of_biases, of_inputs = back_propagate(inputs, targets, weights, biases)
    np.testing.assert_allclose(half_squared_error(inputs, targets, weights, biases), loss)
    for ours, theirs in zip([of_inputs, *of_weights, *of_biases], expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_a_keras_network_has_the_same_gradients_but_transposed_kernels_and_a_mean():
    inputs, targets, weights, biases = random_network(0, [4, 7, 5, 3], examples=6)
    network = [
        keras.layers.Dense(7, "relu", dtype="float64"),
        keras.layers.Dense(5, "relu", dtype="float64"),
        keras.layers.Dense(3, dtype="float64"),
    ]
    for layer, weight, bias in zip(network, weights, biases, strict=True):
        layer.build((None, weight.shape[1]))
        layer.set_weights([weight.T, bias])
    with tf.GradientTape() as tape:
        outputs = inputs
        for layer in network:
            outputs = layer(outputs)
        loss = keras.losses.MeanSquaredError(dtype="float64")(targets, outputs)
    expected = tape.gradient(loss, [layer.trainable_variables for layer in network])
    of_weights, of_biases, _ = back_propagate(inputs, targets, weights, biases)
    mean = 2 / (6 * 3)  # Keras: no half, and a mean over 6 examples and 3 outputs
    for number, (of_kernel, of_bias) in enumerate(expected):
        np.testing.assert_allclose(of_weights[number].T * mean, of_kernel, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(of_biases[number] * mean, of_bias, rtol=1e-9, atol=1e-12)


@given(seed=st.integers(0, 10**6), widths=st.lists(st.integers(1, 4), min_size=2, max_size=4))
@settings(deadline=None, max_examples=40)
def test_back_propagation_passes_the_gradient_check(seed, widths):
    inputs, targets, weights, biases = random_network(seed, widths)
    pre_activations, _ = feed_forward(inputs, weights, biases)
    # Where a pre-activation is nearly 0, the two sides of the kink would be compared.
    assume(min(np.abs(a).min() for a in pre_activations) > 1e-3)
    of_weights, of_biases, of_inputs = back_propagate(inputs, targets, weights, biases)
    step = 1e-6
    for array, gradient in zip(
        [*weights, *biases, inputs], [*of_weights, *of_biases, of_inputs], strict=True
    ):
        for place in np.ndindex(array.shape):
            kept, losses = array[place], []
            for sign in (1, -1):
                array[place] = kept + sign * step
                losses.append(half_squared_error(inputs, targets, weights, biases))
            array[place] = kept
            assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(
                gradient[place], rel=1e-5, abs=1e-5
            )


def test_at_zero_the_slope_of_relu_is_tensorflows():
    a = tf.Variable([-1.0, 0.0, 1.0])
    with tf.GradientTape() as tape:
        h = tf.nn.relu(a)
    np.testing.assert_array_equal(tape.gradient(h, a), [0, 0, 1])
    weights, biases = [np.eye(1), np.eye(1)], [np.zeros(1), np.zeros(1)]
    of_weights, _, of_inputs = back_propagate(np.zeros((1, 1)), [[3.0]], weights, biases)
    assert of_inputs == of_weights[0] == 0


# --- Convolution ------------------------------------------------------------------------------
