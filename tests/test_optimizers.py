import keras
import numpy as np
import pytest

from inpainting_guide.training.optimizers import ConvolutionMuon


@pytest.fixture
def gradient(rng):
    """A gradient of a convolution kernel in which one direction is far stronger than others."""
    matrix = rng.normal(size=(72, 16)) + 30 * np.outer(rng.normal(size=72), rng.normal(size=16))
    return np.float32(matrix.reshape(3, 3, 8, 16))


def step(optimizer, value, gradient):
    variable = keras.Variable(np.float32(value))
    optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
    return variable.numpy() - value


def test_a_step_of_a_kernel_has_singular_values_that_are_all_alike(gradient):
    change = step(ConvolutionMuon(0.01), np.zeros_like(gradient), gradient)
    values = np.linalg.svd(change.reshape(72, 16), compute_uv=False)
    # The Newton-Schulz iterations bring them near 1, times the step's scale.
    scale = 0.01 * 0.2 * np.sqrt(72)
    assert 0.6 * scale < values.max() < 1.3 * scale
    assert np.linalg.cond(gradient.reshape(72, 16)) > 50
    assert values.max() / values.min() < 3


def test_every_singular_value_follows_the_polynomial():
    rule, values = ConvolutionMuon(), np.geomspace(0.02, 0.9, 16)
    values /= np.linalg.norm(values)
    matrix = keras.ops.convert_to_tensor(np.diag(values), "float32")
    reached = np.diag(rule.zeropower_via_newtonschulz5(matrix, rule.ns_steps))
    for _ in range(3):
        values = rule.muon_a * values + rule.muon_b * values**3 + rule.muon_c * values**5
    np.testing.assert_allclose(reached, values, rtol=1e-4)
    assert (reached[-8:] > 0.6).all()


@pytest.mark.parametrize("shape", [(16,), (5, 5, 4, 64), (5, 5, 64, 3)])
def test_biases_and_the_kernels_at_the_image_are_left_to_adam(shape, rng):
    gradient = np.float32(rng.normal(size=shape))
    adam = step(keras.optimizers.Adam(0.01), np.ones(shape), gradient)
    np.testing.assert_allclose(
        step(ConvolutionMuon(0.01), np.ones(shape), gradient), adam, rtol=1e-4
    )


def test_steps_of_a_kernel_are_those_that_keras_takes_with_its_matrix(rng):
    kernel, matrix = (
        keras.Variable(np.zeros(shape, np.float32)) for shape in ((3, 3, 8, 16), (72, 16))
    )
    off = {"weight_decay": None, "adam_weight_decay": None}
    ours = ConvolutionMuon(0.01, momentum=0.9)
    theirs = keras.optimizers.Muon(0.01, momentum=0.9, ns_steps=3, **off)
    for _ in range(3):
        gradient = np.float32(rng.normal(size=(72, 16)))
        ours.apply([keras.ops.reshape(gradient, kernel.shape)], [kernel])
        theirs.apply([keras.ops.convert_to_tensor(gradient)], [matrix])
    found, expected = (np.reshape(each, (72, 16)) for each in (kernel, matrix))
    np.testing.assert_allclose(found, expected, rtol=1e-2, atol=1e-5)


@pytest.mark.parametrize("steps", [3, 4, 7, 12])
def test_many_iterations_stay_where_few_have_led(steps, rng):
    left, right = (np.linalg.qr(rng.normal(size=(side, 64)))[0] for side in (288, 64))
    matrix = np.float32(left * np.geomspace(1, 1e-8, 64) @ right.T)
    update = ConvolutionMuon().zeropower_via_newtonschulz5(
        keras.ops.convert_to_tensor(matrix), steps
    )
    assert 0.6 < np.linalg.norm(update, 2) < 1.3


def test_a_kernel_that_is_excluded_is_left_to_adam(gradient):
    value = np.zeros_like(gradient)
    muon, adam = ConvolutionMuon(0.01, exclude_layers=["conv2"]), keras.optimizers.Adam(0.01)
    kernel = keras.Variable(value, name="conv2")
    muon.apply([keras.ops.convert_to_tensor(gradient)], [kernel])
    np.testing.assert_allclose(kernel, step(adam, value, gradient), rtol=1e-4)


def test_it_survives_saving(gradient):
    optimizer = ConvolutionMuon(0.02, least_channels=9, ns_steps=4)
    config = keras.saving.serialize_keras_object(optimizer)
    again = keras.saving.deserialize_keras_object(config)
    assert type(again) is ConvolutionMuon
    assert (again.least_channels, again.ns_steps) == (9, 4)
    assert again.weight_decay is None
    assert float(again.learning_rate.numpy()) == pytest.approx(0.02)


@pytest.mark.parametrize("shape", [(72, 16), (16, 72), (32, 32)])
def test_directions_without_a_gradient_stay_out_of_the_step(shape, rng):
    low_rank = np.float32(rng.normal(size=(shape[0], 4)) @ rng.normal(size=(4, shape[1])))
    update = ConvolutionMuon().zeropower_via_newtonschulz5(keras.ops.convert_to_tensor(low_rank), 5)
    values = np.linalg.svd(update, compute_uv=False)
    assert (values[:4] > 0.6).all()
    assert (values[:4] < 1.3).all()
    assert (values[4:] < 0.05).all()
