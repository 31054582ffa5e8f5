import keras
import numpy as np
import pytest

from inpainting_guide import networks
from inpainting_guide.data import holes, tensors
from inpainting_guide.measuring import influence

ROW, COLUMN = 15, 15
"""A central pixel of the hole at row and column 10."""

FIELD = np.s_[5:26, 5:26]
"""What the direct CNN's output there can see."""


@pytest.fixture
def seen(photographs):
    """Three cars with the same hole in the middle, as a network sees them."""
    joined = tensors.network_input(photographs[:3], holes.square([10] * 3, [10] * 3))
    return keras.ops.convert_to_numpy(joined)


def missing(seen):
    return seen[0, ..., 3] == 0


def linear(rng, kernel_size=5):
    layer = keras.layers.Conv2D(3, kernel_size, padding="same")
    network = keras.Sequential([keras.Input((32, 32, 4)), layer])
    layer.set_weights([rng.normal(size=(kernel_size, kernel_size, 4, 3)), rng.normal(size=3)])
    return network


def test_the_gradient_of_one_convolution_is_its_kernel(seen, rng):
    network = linear(rng)
    gradient = influence.gradients(network, seen, ROW, COLUMN, batch_size=2)
    expected = np.zeros(seen.shape)
    expected[:, 13:18, 13:18] = network.layers[0].get_weights()[0].mean(axis=-1)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, expected, atol=1e-6)
    absolute = np.abs(expected[0]).sum(axis=-1)
    np.testing.assert_allclose(influence.sensitivity(gradient), absolute, atol=1e-5)


def test_gradient_times_input_is_what_hiding_a_pixel_does_to_a_linear_network(seen, rng):
    network = linear(rng, kernel_size=9)  # it reaches beyond the hole
    contribution = influence.contribution(influence.gradients(network, seen, 11, 12), seen)

    def brightness(inputs):
        return network(inputs).numpy()[:, 11, 12].mean(axis=-1)

    for row, column in ((9, 12), (7, 8), (11, 12), (14, 14)):  # two known pixels, two missing ones
        hidden = seen.copy()
        hidden[:, row, column] = 0
        change = np.abs(brightness(seen) - brightness(hidden)).mean()
        np.testing.assert_allclose(contribution[row, column], change, atol=1e-6)
    assert (contribution[missing(seen)] == 0).all()
    assert contribution[9, 12] > 0


def test_without_biases_and_sigmoid_the_contributions_add_up_to_the_output(seen):
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Conv2D(6, 5, padding="same", activation="relu") for _ in range(2)]
    last = keras.layers.Conv2D(3, 5, padding="same")
    network = keras.Sequential([keras.Input((32, 32, 4)), *layers, last])
    gradient = influence.gradients(network, seen, 11, 12)
    expected = network(seen).numpy()[:, 11, 12].mean(axis=-1)
    np.testing.assert_allclose((gradient * seen).sum(axis=(1, 2, 3)), expected, atol=1e-5)


def test_with_equal_weights_the_hole_has_89_per_cent_of_the_sensitivity_and_acts_not_at_all(seen):
    ones = {"padding": "same", "kernel_initializer": "ones"}
    layers = [keras.layers.Conv2D(1, 5, **ones) for _ in range(5)]
    network = keras.Sequential([keras.Input((32, 32, 4)), *layers])
    gradient = influence.gradients(network, seen, ROW, COLUMN)
    sensitivity = influence.sensitivity(gradient)
    assert round(influence.share(sensitivity, missing(seen)), 2) == 0.89
    assert influence.share(influence.contribution(gradient, seen), missing(seen)) == 0


def test_before_training_the_middle_of_the_hole_has_no_gradient_at_all(seen):
    # Biases start at 0, so a window without a known pixel has the pre-activation 0, where
    # TensorFlow's ReLU has the slope 0.
    keras.utils.set_random_seed(0)
    gradient = influence.gradients(networks.direct_cnn(), seen, ROW, COLUMN)
    sensitivity = influence.sensitivity(gradient)
    expected = np.zeros((32, 32), bool)
    expected[FIELD] = True
    expected[14:18, 14:18] = False  # all their windows lie in the hole
    np.testing.assert_array_equal(sensitivity > 0, expected)


def test_a_share_is_of_the_whole_map():
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert influence.share(values, np.array([[True, False], [False, True]])) == 0.5
    with pytest.raises(ValueError, match=r"adds up to 0: expected more than 0"):
        influence.share(np.zeros((2, 2)), np.ones((2, 2), bool))


@pytest.mark.parametrize(("row", "column"), [(-1, 0), (0, 32), (1.0, 0)])
def test_a_pixel_outside_the_image_is_refused(seen, rng, row, column):
    with pytest.raises(ValueError, match=r"expected a whole number \(int\) from 0 to 31"):
        influence.gradients(linear(rng), seen, row, column)
