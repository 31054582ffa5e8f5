"""The formulas of the chapter autoencoders.md, held against Keras and linear algebra."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from inpainting_guide.data import holes
from inpainting_guide.formulas import by_hand

SIDES = st.integers(1, 9)
KERNELS = st.integers(1, 6)
STRIDES = st.integers(1, 3)


def reach(layers, size):
    """Tell which inputs act on which outputs of stacked layers (kernel, stride), along an axis.

    A negative stride is that of a transposed convolution.
    """
    seen = np.eye(size)
    for kernel, stride in layers:
        if stride > 0:
            step = by_hand.convolution_matrix(np.ones(kernel), len(seen), stride)
        else:
            step = by_hand.convolution_matrix(np.ones(kernel), -stride * len(seen), -stride).T
        seen = step @ seen
    return seen > 0


ENCODER = [(3, 1), (3, 2), (3, 2), (3, 2)]  # Table 3.2
DECODER = [(3, -2), (3, -2), (3, -2), (3, 1)]  # Table 3.3
PLACES = np.indices((21, 21)).reshape(2, -1)  # of the hole: all 441


# --- Convolutions as matrices -----------------------------------------------------------------


@given(height=SIDES, width=SIDES, rows=KERNELS, columns=KERNELS, stride=STRIDES)
@settings(deadline=None, max_examples=60)
def test_the_matrix_is_keras_convolution(height, width, rows, columns, stride):
    rng = np.random.default_rng(height * 10 + width)
    image, kernel = rng.normal(size=(height, width)), rng.normal(size=(rows, columns))
    matrix = by_hand.convolution_matrix(kernel, (height, width), stride)
    theirs = keras.ops.conv(image[None, ..., None], kernel[..., None, None], stride, "same")
    np.testing.assert_allclose(matrix @ image.ravel(), np.ravel(theirs), rtol=1e-9, atol=1e-12)


def test_the_matrix_of_the_chapter():
    expected = [[1, 2, 3, 0, 0, 0], [0, 0, 1, 2, 3, 0], [0, 0, 0, 0, 1, 2]]
    np.testing.assert_array_equal(by_hand.convolution_matrix([1, 2, 3], 6, 2), expected)


def test_one_size_stands_for_both_axes():
    kernel = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(
        by_hand.convolution_matrix(kernel, 5, 2), by_hand.convolution_matrix(kernel, (5, 5), 2)
    )


# --- Transposed convolution -------------------------------------------------------------------


@given(
    height=SIDES,
    width=SIDES,
    rows=KERNELS,
    columns=KERNELS,
    stride=STRIDES,
    channels=st.integers(1, 3),
    filters=st.integers(1, 3),
)
@settings(deadline=None, max_examples=60)
def test_transposed_convolve_is_keras_layer(
    height, width, rows, columns, stride, channels, filters
):
    rng = np.random.default_rng(height + 10 * width)
    image = rng.normal(size=(height, width, channels))
    layer = keras.layers.Conv2DTranspose(
        filters, (rows, columns), stride, padding="same", dtype="float64"
    )
    layer.build((None, height, width, channels))
    layer.set_weights(
        [rng.normal(size=(rows, columns, filters, channels)), rng.normal(size=filters)]
    )
    ours = by_hand.transposed_convolve(image, *layer.get_weights(), stride)
    assert ours.shape == (stride * height, stride * width, filters)
    np.testing.assert_allclose(ours, layer(image[None])[0], rtol=1e-5, atol=1e-9)


@given(height=SIDES, width=SIDES, rows=KERNELS, columns=KERNELS, stride=STRIDES)
@settings(deadline=None, max_examples=60)
def test_kerass_transposed_convolution_is_the_adjoint_of_its_convolution(
    height, width, rows, columns, stride
):
    rng = np.random.default_rng(10 * height + width)
    kernel = rng.normal(size=(rows, columns, 2, 3))  # two channels below, three above
    small = rng.normal(size=(1, height, width, 3))
    large = rng.normal(size=(1, stride * height, stride * width, 2))
    convolved = keras.ops.conv(large, kernel, stride, "same")
    transposed = keras.ops.conv_transpose(small, kernel, stride, "same")
    assert np.sum(convolved * small) == pytest.approx(np.sum(large * transposed), abs=1e-9)


@given(height=SIDES, width=SIDES, rows=KERNELS, columns=KERNELS, stride=STRIDES)
@settings(deadline=None, max_examples=60)
def test_transposed_convolve_is_the_transposed_matrix(height, width, rows, columns, stride):
    rng = np.random.default_rng(height + width)
    kernel, small = rng.normal(size=(rows, columns)), rng.normal(size=(height, width))
    matrix = by_hand.convolution_matrix(kernel, (stride * height, stride * width), stride)
    ours = by_hand.transposed_convolve(
        small[..., None], kernel[..., None, None], np.zeros(1), stride
    )
    np.testing.assert_allclose(matrix.T @ small.ravel(), ours.ravel(), rtol=1e-9, atol=1e-12)


@given(size=st.integers(1, 12), kernel=st.integers(1, 7), stride=st.integers(1, 4))
@settings(deadline=None, max_examples=60)
def test_without_padding_the_size_is_kerass(size, kernel, stride):
    if kernel >= stride:
        ones = np.ones((1, size, 1))
        output = keras.ops.conv_transpose(ones, np.ones((kernel, 1, 1)), stride, "valid")
        assert output.shape[1] == stride * (size - 1) + kernel


# --- Taps -------------------------------------------------------------------------------------


@given(size=st.integers(1, 12), kernel=st.integers(1, 7), stride=st.integers(1, 4))
@settings(deadline=None, max_examples=80)
def test_taps_are_kerass_with_kernels_of_ones(size, kernel, stride):
    ones = np.ones((1, size, size, 1))
    theirs = keras.ops.conv_transpose(ones, np.ones((kernel, kernel, 1, 1)), stride, "same")
    along = by_hand.taps(size, kernel, stride)
    np.testing.assert_allclose(np.outer(along, along), theirs[0, ..., 0])


@given(kernel=st.integers(1, 9), stride=st.integers(1, 4))
@settings(deadline=None, max_examples=40)
def test_inside_the_taps_are_even_if_and_only_if_the_stride_divides_the_kernel(kernel, stride):
    inside = by_hand.taps(24, kernel, stride)[9 * stride : 15 * stride]
    assert set(inside) <= {kernel // stride, -(-kernel // stride)}
    assert (inside.min() == inside.max()) == (kernel % stride == 0)


def test_the_taps_of_the_chapter():
    expected = {
        (3, 2): [1, 1, 2, 1, 2, 1, 2, 1],
        (4, 2): [1, 2, 2, 2, 2, 2, 2, 1],
        (5, 2): [1, 2, 2, 3, 2, 3, 2, 2],
        (2, 2): [1] * 8,
    }
    for (kernel, stride), counts in expected.items():
        assert by_hand.taps(4, kernel, stride).tolist() == counts
    assert by_hand.taps(8, 3, 1).tolist() == [2, 3, 3, 3, 3, 3, 3, 2]
    inside = np.outer(*[by_hand.taps(16, 3, 2)[2:]] * 2)
    final = by_hand.convolution_matrix(np.ones(3), 32) @ by_hand.taps(16, 3, 2)
    assert final.tolist() == [2, 4] + [4, 5] * 14 + [4, 3]  # a plain convolution behind it
    assert [np.mean(inside == count) for count in (1, 2, 4)] == [0.25, 0.5, 0.25]


# --- Receptive fields of Tables 3.2 and 3.3 ---------------------------------------------------


def test_the_encoder_sees_17_pixels():
    seen = reach(ENCODER, 32)
    assert seen.shape == (4, 32)
    fields = [np.flatnonzero(row) for row in seen]
    assert [(field[0], field[-1]) for field in fields] == [(0, 15), (7, 23), (15, 31), (23, 31)]


def test_the_whole_network_sees_a_field_that_depends_on_the_place():
    seen = reach(ENCODER + DECODER, 32)
    fields = [(field[0], field[-1]) for field in map(np.flatnonzero, seen)]
    expected = [(0, 15)] * 7 + [(0, 23)] * 8 + [(0, 31)] + [(7, 31)] * 8 + [(15, 31)] * 8
    assert fields == expected
    assert seen.sum(axis=1).tolist() == [last - first + 1 for first, last in expected]


@pytest.fixture(scope="module")
def autoencoder():
    """Build the network of Tables 3.2 and 3.3."""
    layers = keras.layers
    network = [keras.Input((32, 32, 4))]
    for filters, stride in ((32, 1), (64, 2), (128, 2), (256, 2)):
        network.append(layers.Conv2D(filters, 3, stride, padding="same", activation="relu"))
        network += [layers.BatchNormalization()] if filters < 256 else []
    for filters in (256, 128, 64):
        network.append(layers.Conv2DTranspose(filters, 3, 2, padding="same", activation="relu"))
    network.append(layers.Conv2D(3, 3, padding="same", activation="sigmoid"))
    return keras.Sequential(network)


def test_what_tables_3_2_and_3_3_cost(autoencoder):
    encoder, decoder = autoencoder.layers[:7], autoencoder.layers[7:]
    counts = [[layer.count_params() for layer in part] for part in (encoder, decoder)]
    assert counts[0] == [1_184, 128, 18_496, 256, 73_856, 512, 295_168]
    assert counts[1] == [590_080, 295_040, 73_792, 1_731]
    assert [sum(count) for count in counts] == [389_600, 960_643]
    assert autoencoder.count_params() == 1_350_243
    assert sum(np.prod(weight.shape) for weight in autoencoder.non_trainable_weights) == 448
    products = 0  # a kernel is used once at every place of the map with fewer places
    for layer in autoencoder.layers:
        if hasattr(layer, "kernel"):
            places = min(layer.input.shape[1], layer.output.shape[1]) ** 2
            products += places * np.prod(layer.kernel.shape)
    assert products == 64_290_816


@pytest.mark.parametrize("pixel", [(0, 0), (6, 7), (15, 16), (31, 24)])
def test_keras_sees_the_same_field(autoencoder, pixel):
    for layer in autoencoder.layers:  # positive weights: no influence cancels
        if hasattr(layer, "kernel"):
            layer.kernel.assign(np.full(layer.kernel.shape, 0.5 / np.prod(layer.kernel.shape[:3])))
    inputs = tf.ones((1, 32, 32, 4))
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        output = autoencoder(inputs)[:, pixel[0], pixel[1]]
    influence = np.abs(tape.gradient(output, inputs)[0]).sum(axis=-1)
    rows, columns = (reach(ENCODER + DECODER, 32)[place] for place in pixel)
    np.testing.assert_array_equal(influence > 0, rows[:, None] & columns[None, :])


def test_known_pixels_seen_by_the_pixels_of_a_hole():
    seen = reach(ENCODER + DECODER, 32).astype(int)

    def known(top, left):
        location_map = holes.square(top, left)[0, ..., 0]
        return seen @ location_map @ seen.T, location_map == 0

    counts, missing = known(10, 10)
    assert counts[15:17, 15:17].tolist() == [[880, 656], [656, 481]]
    assert counts[missing].min() == 432
    fewest = [counts[missing].min() for counts, missing in map(known, *PLACES)]
    assert min(fewest) == fewest[0] == 112  # in the corner, too
    first_maps = reach(ENCODER[:1], 32).astype(int)  # the widest skip connection
    counts = first_maps @ missing.astype(int) @ first_maps.T
    assert np.sum(counts[missing] < 9) == 44


# --- Batch normalisation ----------------------------------------------------------------------


@given(
    shape=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    channels=st.integers(1, 4),
    seed=st.integers(0, 10**6),
)
@settings(deadline=None, max_examples=40)
def test_batch_normalise_is_kerass_layer_in_both_modes(shape, channels, seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(3, 2, size=(2, *shape, channels))
    scale, offset, mean = rng.normal(size=(3, channels))
    variance = rng.uniform(0.1, 4, size=channels)
    layer = keras.layers.BatchNormalization(dtype="float64")
    layer.build(values.shape)
    layer.set_weights([scale, offset, mean, variance])

    ours, used = by_hand.batch_normalise(values, scale, offset, (mean, variance))
    np.testing.assert_allclose(ours, layer(values, training=False), rtol=1e-5, atol=1e-5)
    assert used[0] is mean

    ours, (of_batch, spread) = by_hand.batch_normalise(values, scale, offset)
    np.testing.assert_allclose(ours, layer(values, training=True), rtol=1e-5, atol=1e-5)
    running = layer.get_weights()[2:]  # Keras mixed a hundredth of the batch's statistics in
    np.testing.assert_allclose(running[0], 0.99 * mean + 0.01 * of_batch, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(running[1], 0.99 * variance + 0.01 * spread, rtol=1e-5, atol=1e-5)


def test_a_normalised_channel_has_the_mean_and_the_spread_that_are_learnt(rng):
    values = rng.normal(-7, 5, size=(6, 8, 8, 2))
    ours, _ = by_hand.batch_normalise(values, [2, 0.5], [1, -3], epsilon=0)
    np.testing.assert_allclose(ours.mean(axis=(0, 1, 2)), [1, -3])
    np.testing.assert_allclose(ours.std(axis=(0, 1, 2)), [2, 0.5])


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (by_hand.convolution_matrix, (np.ones((3, 3, 1)), 5), "a kernel with 3 axes"),
        (
            by_hand.transposed_convolve,
            (np.ones((5, 5, 3)), np.ones((3, 3, 3, 4)), 0),
            "kernel has 4 channels, the image 3",
        ),
    ],
)
def test_impossible_shapes_are_refused_in_words(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)
