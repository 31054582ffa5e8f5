"""The formulas of the chapters feedforward.md and convolution.md, held against Keras."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from inpainting_guide import networks
from inpainting_guide.data import holes, tensors
from inpainting_guide.formulas import by_hand
from inpainting_guide.formulas.back_propagation import feed_forward

ROW, COLUMN = np.indices((7, 7))


@pytest.mark.parametrize(
    ("kernel", "stride", "channels", "filters"),
    [((3, 3), 1, 1, 1), ((5, 5), 1, 4, 6), ((3, 3), 2, 3, 2), ((2, 4), 3, 2, 5), ((1, 1), 1, 3, 3)],
)
def test_convolve_is_keras_conv2d(rng, kernel, stride, channels, filters):
    image = rng.normal(size=(11, 13, channels))
    layer = keras.layers.Conv2D(filters, kernel, stride, dtype="float64")
    layer.build((None, 11, 13, channels))
    layer.set_weights([rng.normal(size=(*kernel, channels, filters)), rng.normal(size=filters)])
    ours = by_hand.convolve(image, *layer.get_weights(), stride)
    np.testing.assert_allclose(ours, layer(image[None])[0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("picture", "row_of_ones", "bar_detector"),
    [(ROW * 0 + 0.5, 1.5, 0), (ROW * 0 + 1, 3, 0), (ROW == 3, 3, 6), (COLUMN == 3, 1, 0),
     (ROW >= 3, 3, 3)],
    ids=["grey", "white", "bar", "upright bar", "step"],
)  # fmt: skip
def test_a_bar_detector_detects_bars(picture, row_of_ones, bar_detector):
    for centre, surround, expected in ((1, 0, row_of_ones), (2, -1, bar_detector)):
        kernel = np.repeat([[surround], [centre], [surround]], 3, axis=1)[..., None, None]
        response = by_hand.convolve(np.float64(picture[..., None]), kernel, np.zeros(1))
        assert response.max() == expected


@given(size=st.integers(1, 40), kernel=st.integers(1, 7), stride=st.integers(1, 4))
@settings(deadline=None, max_examples=150)
def test_sizes_and_padding_are_kerass(size, kernel, stride):
    image = np.random.default_rng(size).normal(size=(size, 1))
    weights = np.arange(1.0, kernel + 1)
    if kernel <= size:
        valid = keras.ops.conv(image[None], weights[:, None, None], stride, "valid")
        assert by_hand.output_size(size, kernel, stride) == valid.shape[1]
    same = keras.ops.conv(image[None], weights[:, None, None], stride, "same")
    before, after = by_hand.same_padding(size, kernel, stride)
    assert by_hand.output_size(size, kernel, stride, before + after) == same.shape[1]
    padded = np.pad(image, ((before, after), (0, 0)))[:, None]
    ours = by_hand.convolve(padded, weights[:, None, None, None], np.zeros(1), stride)
    np.testing.assert_allclose(ours[:, 0], same[0], rtol=1e-9, atol=1e-12)


def test_the_padding_of_the_thesis_stride_two_layers():
    assert all(by_hand.same_padding(size, 3, 2) == (0, 1) for size in (32, 30, 16, 8, 4))
    assert all(by_hand.same_padding(size, 3, 2) == (1, 1) for size in (15, 7))
    assert by_hand.same_padding(32, 5) == (2, 2)


@pytest.mark.parametrize("stride", [1, 2])
def test_the_gradients_of_a_convolution_are_the_chapters(rng, stride):
    image, kernel = rng.normal(size=(9, 7, 2)), rng.normal(size=(3, 3, 2, 4))
    variables = [tf.Variable(image), tf.Variable(kernel)]
    with tf.GradientTape() as tape:
        a = tf.nn.conv2d(variables[0][None], variables[1], stride, "VALID")[0]
    delta = rng.normal(size=a.shape)
    of_image, of_kernel = tape.gradient(a, variables, output_gradients=tf.constant(delta))
    spread = np.zeros((7, 5, 4))  # the zeros between the positions that a stride skips
    spread[::stride, ::stride] = delta
    ours = by_hand.convolve(
        np.pad(spread, ((2, 2), (2, 2), (0, 0))), kernel[::-1, ::-1].swapaxes(2, 3), np.zeros(2)
    )
    np.testing.assert_allclose(ours, of_image, rtol=1e-9, atol=1e-12)
    for channel in range(2):
        ours = by_hand.convolve(image[..., [channel]], spread[:, :, None], np.zeros(4))
        np.testing.assert_allclose(ours, of_kernel[:, :, channel], rtol=1e-9, atol=1e-12)


def test_what_table_3_1_costs():
    convolutions = networks.direct_cnn().layers[1:]
    products = [32 * 32 * math.prod(layer.kernel.shape) for layer in convolutions]
    assert products == [6_553_600, *[104_857_600] * 3, 4_915_200]
    assert sum(products) == 326_041_600
    # Keras's default initialisation: Glorot's uniform law.
    largest = np.abs(convolutions[1].kernel).max()
    assert largest == pytest.approx(math.sqrt(6 / (1600 + 1600)), rel=1e-3)


# --- Receptive fields -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def averaging_cnn():
    """Return the direct CNN with positive weights: no influence cancels, every ReLU is open."""
    network = networks.direct_cnn()
    for layer in network.layers[1:]:
        shape = layer.kernel.shape
        layer.set_weights([np.full(shape, 1 / math.prod(shape[:3])), np.zeros(shape[3])])
    return network


@pytest.mark.parametrize("pixel", [(16, 16), (0, 0), (31, 5)])
def test_one_output_pixel_of_the_direct_cnn_sees_21_x_21_pixels(averaging_cnn, pixel):
    inputs = tf.ones((1, 32, 32, 4))
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        output = averaging_cnn(inputs)[:, pixel[0], pixel[1]]
    influence = np.abs(tape.gradient(output, inputs)[0]).sum(axis=-1)
    radius = by_hand.receptive_field([5] * 5, [1] * 5) // 2
    assert radius == 10
    near = [np.abs(np.arange(32) - centre) <= radius for centre in pixel]
    np.testing.assert_array_equal(influence > 0, near[0][:, None] & near[1][None, :])


@given(
    layers=st.lists(
        st.tuples(st.integers(1, 5), st.integers(1, 3)).filter(lambda layer: layer[0] >= layer[1]),
        max_size=4,
    )
)
@settings(deadline=None, max_examples=40)
def test_an_input_as_large_as_the_receptive_field_gives_one_output_that_sees_it_all(layers):
    kernels, strides = [kernel for kernel, _ in layers], [stride for _, stride in layers]
    inputs = tf.ones((1, by_hand.receptive_field(kernels, strides), 1))
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        output = inputs
        for kernel, stride in layers:
            output = tf.nn.conv1d(output, tf.ones((kernel, 1, 1)), stride, "VALID")
        output = tf.identity(output)
    assert output.shape == (1, 1, 1)
    assert np.all(tape.gradient(output, inputs) > 0)


def test_the_receptive_fields_of_the_chapter():
    assert [by_hand.receptive_field([5] * n, [1] * n) for n in range(6)] == [1, 5, 9, 13, 17, 21]
    assert by_hand.receptive_field([3, 3, 3, 3], [1, 2, 2, 2]) == 17  # encoder, Table 3.2
    assert by_hand.receptive_field([5, 5], [2, 1]) == 13


def test_what_the_centre_of_an_interior_hole_sees():
    interior = holes.square(10, 10)[0, ..., 0]
    seen = [by_hand.known_pixels_seen(interior, 4 * n + 1)[15:17, 15:17] for n in range(1, 8)]
    assert all((four == four[0, 0]).all() for four in seen)
    assert [four[0, 0] for four in seen] == [0, 0, 25, 145, 297, 481, 697]


def test_the_fewest_known_pixels_that_a_pixel_of_the_hole_sees():
    fewest = np.zeros((21, 21), int)
    for top, left in np.ndindex(21, 21):
        location_map = holes.square(top, left)[0, ..., 0]
        fewest[top, left] = by_hand.known_pixels_seen(location_map, 21)[location_map == 0].min()
    # Nothing in the four corner positions, 11 one step beside them, 297 in the middle one.
    np.testing.assert_array_equal(np.argwhere(fewest == 0), [(0, 0), (0, 20), (20, 0), (20, 20)])
    assert fewest[fewest > 0].min() == fewest[0, 1] == 11
    assert fewest.max() == fewest[10, 10] == 297


def test_four_pixels_of_a_corner_hole_are_blind(averaging_cnn):
    corner = holes.square(0, 0)
    seen = by_hand.known_pixels_seen(corner[0, ..., 0], 21)
    np.testing.assert_array_equal(np.argwhere(seen == 0), [(0, 0), (0, 1), (1, 0), (1, 1)])
    assert (seen[5, 5], seen[6, 6]) == (112, 145)
    black, white = np.zeros((1, 32, 32, 3), np.float32), np.ones((1, 32, 32, 3), np.float32)
    outputs = [averaging_cnn(tensors.network_input(image, corner))[0] for image in (black, white)]
    np.testing.assert_array_equal(np.all(outputs[0] == outputs[1], axis=-1), seen == 0)


def test_the_direct_cnn_moves_with_its_input_except_near_the_edge(rng):
    network = networks.direct_cnn(size=None)
    image = rng.random((1, 32, 32, 4), np.float32)
    down, right = 3, 2
    output = network(image).numpy()
    moved = network(np.roll(image, (down, right), axis=(1, 2))).numpy()
    difference = np.abs(np.roll(output, (down, right), axis=(1, 2)) - moved).max(axis=(0, 3))
    # No padding is seen by the pixels 10 ... 21, a square of 12 x 12, before and after.
    whole = by_hand.known_pixels_seen(np.ones((32, 32)), 21) == 21**2
    assert whole.sum() == 144
    assert difference[10 + down : 22, 10 + right : 22].max() < 1e-6
    flat = network(np.ones((1, 32, 32, 4), np.float32)).numpy()[0]
    np.testing.assert_allclose(flat[whole] - flat[16, 16], 0, atol=1e-6)
    assert np.abs(flat[0, 0] - flat[16, 16]).max() > 1e-3


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (
            feed_forward,
            (np.ones((1, 1)), [np.eye(1)] * 2, [np.zeros(1)]),
            "but 1 biases",
        ),
        (by_hand.convolve, (np.ones((5, 5, 3)), np.ones((3, 3, 4, 1)), 0), "kernel has 4 channels"),
        (by_hand.output_size, (2, 5, 1, 2), r"a kernel of 5 does not fit into 2 \+ 2 pixels"),
        (by_hand.output_size, (5, 2, 1, 0.5), r"padding is 0\.5: expected a whole number"),
        (by_hand.known_pixels_seen, (np.ones((5, 5)), 4), "field of 4 pixels has no centre"),
        (by_hand.receptive_field, ([5, 5], [1]), "are 2, 1 and 2 in number: expected one of each"),
    ],
)
def test_impossible_shapes_are_refused_in_words(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)
