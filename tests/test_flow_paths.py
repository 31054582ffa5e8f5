"""The other ways from noise to a fill that benchmarks compare with the flow's own."""

import types

import flow_distilled
import flow_samples
import keras
import numpy as np
import pytest
import repaint
from small_flow import small

from inpainting_guide.data import holes, protocol, tensors


def to_one_answer(residual):
    """Make a denoiser that knows the only residual there is."""

    def denoiser(inputs, training):
        *_, state, angle = inputs
        angle = angle[:, :, None, None]
        return (residual - keras.ops.sin(angle) * state) / keras.ops.cos(angle)

    return denoiser


def to_normal_residuals(deviation):
    """Make the denoiser of residuals that are normal: they end at `deviation` times the noise."""

    def denoiser(inputs, training):
        *_, state, angle = inputs
        sine, cosine = (f(angle[:, :, None, None]) for f in (keras.ops.sin, keras.ops.cos))
        share = deviation**2 / (cosine**2 + (deviation * sine) ** 2)
        return sine * (share - 1) / cosine * state

    return denoiser


@pytest.fixture
def noise(rng):
    return keras.ops.convert_to_tensor(rng.standard_normal((2, 4, 4, 3), dtype=np.float32))


def equal_angles(steps):
    return np.linspace(0, np.pi / 2, steps + 1).tolist()


def end(name, denoiser, steps, noise):
    """Go one of the ways to its end."""
    network = types.SimpleNamespace(denoiser=denoiser, angles=equal_angles)
    path = flow_samples.PATHS[name](network, steps)
    *_, (residual, _) = path(None, None, noise)
    return np.asarray(residual)


@pytest.mark.parametrize("name", ["line", "euler", "heun"])
def test_all_ways_lead_to_the_only_answer(name, noise, rng):
    residual = rng.standard_normal(noise.shape, dtype=np.float32)
    found = end(name, to_one_answer(residual), 5, noise)
    np.testing.assert_allclose(found, residual, atol=1e-4)


@pytest.mark.parametrize(("name", "order"), [("line", 1), ("euler", 1), ("heun", 2)])
def test_errors_fall_as_the_order_of_the_method_says(name, order, noise):
    denoiser = to_normal_residuals(2.0)
    few, many = (np.abs(end(name, denoiser, n, noise) - 2 * noise).max() for n in (32, 64))
    assert few / many == pytest.approx(2**order, rel=0.25)


def test_a_student_of_the_right_velocity_has_no_error(photographs, rng):
    turning = flow_distilled.Turning
    images = photographs[:2, :16, :16]
    inputs = tensors.network_input(images, holes.random_square(2, rng, hole=4, size=16))
    student = turning.like(small(), steps=2)
    window, mean = student.condition(inputs)
    residual = (student.patch(images, inputs) - mean) / student.scale
    student.denoiser = to_one_answer(residual)
    student.teacher = lambda asked: student.denoiser(asked, training=False)
    assert float(student.error(inputs, images, (0, 1), training=False)) < 1e-6
    noise = keras.random.normal(mean.shape, seed=0)
    *_, (found, _) = student.path(window, mean, noise)
    np.testing.assert_allclose(found, residual, atol=1e-4)


@pytest.mark.parametrize("passes", [1, 3])
def test_repainting_with_the_right_photograph_returns_it(passes):
    task = protocol.validation()[:2]
    network = repaint.WholeCars(widths=(4, 8))
    network.denoiser = lambda *_, **how: (task.images - repaint.MEAN) / repaint.DEVIATION
    np.testing.assert_allclose(network.fill(task, passes), task.images, atol=1e-5)
