"""Partial and gated convolutions, against loops in NumPy, and the U-Nets made of them."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpainting_guide import filling, networks
from inpainting_guide.data import irregular
from inpainting_guide.networks import partial
from inpainting_guide.training import store

FEW = settings(max_examples=25)


def windows(x, side, step):
    """Yield the windows that "same" padding takes, each with its place in the output."""
    height, width = (-(-n // step) for n in x.shape[:2])
    beyond = [
        max(0, (m - 1) * step + side - n) for m, n in zip((height, width), x.shape, strict=False)
    ]
    padded = np.pad(x, [(total // 2, total - total // 2) for total in beyond] + [(0, 0)])
    for row, column in np.ndindex(height, width):
        yield (row, column), padded[row * step :, column * step :][:side, :side]


def partial_by_hand(values, known, kernel, bias, step):
    """Compute equations (1) and (2) of the paper, window by window, a map for every value."""
    side = kernel.shape[0]
    size = [-(-n // step) for n in values.shape[:2]]
    output, seen = np.zeros((*size, kernel.shape[-1])), np.zeros((*size, 1))
    both = np.concatenate([values, known], axis=-1)
    for place, window in windows(both, side, step):
        x, m = np.split(window, 2, axis=-1)
        if m.sum() > 0:
            scale = m.size / m.sum()
            output[place] = np.tensordot(x * m, kernel, 3) * scale + bias
            seen[place] = 1
    return output, seen


@st.composite
def layers_and_inputs(draw):
    """One or two pairs of features and maps, and how a layer is to convolve them."""
    height, width = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    share, pairs = draw(st.sampled_from((0.05, 0.5, 1))), []
    for channels in draw(st.lists(st.integers(1, 3), min_size=1, max_size=2)):
        pairs.append(rng.normal(size=(1, height, width, channels)).astype(np.float32))
        pairs.append(np.float32(rng.random((1, height, width, 1)) < share))
    how = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.booleans())
    return pairs, how, rng


@FEW
@given(layers_and_inputs())
def test_a_partial_convolution_is_the_paper_s_at_the_border_too(given_):
    pairs, (side, step, use_bias), rng = given_
    layer = networks.PartialConv2D(2, side, step, use_bias=use_bias)
    layer(pairs)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])
    output, known = map(keras.ops.convert_to_numpy, layer(pairs))
    values = np.concatenate(pairs[::2], axis=-1)[0]
    maps = [np.broadcast_to(m, x.shape) for x, m in zip(pairs[::2], pairs[1::2], strict=True)]
    kernel, *bias = layer.get_weights()
    expected = partial_by_hand(
        values, np.concatenate(maps, axis=-1)[0], kernel, *(bias or [0]), step
    )
    np.testing.assert_allclose(output[0], expected[0], atol=1e-4)
    np.testing.assert_array_equal(known[0], expected[1])


@FEW
@given(st.integers(0, 2**32 - 1))
def test_what_stands_in_a_hole_is_never_read(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, 9, 9, 3)).astype(np.float32)
    known = np.float32(rng.random((2, 9, 9, 1)) < 0.4)
    layer = networks.PartialConv2D(4, 3)
    before = layer([x, known])
    after = layer([np.where(known == 1, x, 7), known])
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_flat_image_stays_flat_up_to_its_border_if_the_weights_are_equal():
    known = np.ones((1, 9, 9, 1), np.float32)
    known[0, 2:7, 2:7] = 0
    layer = networks.PartialConv2D(1, 3, use_bias=False)
    flat = np.full((1, 9, 9, 2), 0.6, np.float32)
    layer([flat, known])
    layer.set_weights([np.full((3, 3, 2, 1), 1 / 18)])
    output, still = map(keras.ops.convert_to_numpy, layer([flat, known]))
    np.testing.assert_allclose(output, 0.6 * still, atol=1e-6)
    assert (still == 0).sum() == 9  # of 25: a ring is closed


def test_where_everything_is_known_only_the_border_differs_from_an_ordinary_convolution(rng):
    x = rng.normal(size=(1, 8, 8, 3)).astype(np.float32)
    layer, ordinary = networks.PartialConv2D(5, 3), keras.layers.Conv2D(5, 3, padding="same")
    output, known = layer([x, np.ones((1, 8, 8, 1), np.float32)])
    ordinary.build(x.shape)
    ordinary.set_weights(layer.get_weights())
    expected = keras.ops.convert_to_numpy(ordinary(x))
    difference = np.abs(output - expected)[0]
    assert difference[1:-1, 1:-1].max() < 1e-5
    assert np.delete(difference, slice(1, -1), axis=0).max() > 0.01
    np.testing.assert_allclose(output[0, 0, 1:-1], expected[0, 0, 1:-1] * 9 / 6, atol=1e-5)
    assert np.min(known) == 1


def test_a_count_is_exact_in_mixed_precision(rng):
    x = np.ones((1, 4, 4, 300), np.float32)
    known = np.ones((1, 4, 4, 1), np.float32)
    known[0, 0, 0] = 0
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        layer = networks.PartialConv2D(1, 3, use_bias=False)
        output, _ = layer([x, known])
    finally:
        keras.config.set_dtype_policy(policy)
    layer.set_weights([np.full((3, 3, 300, 1), 1 / 2700)])
    output, _ = layer([x, known])
    np.testing.assert_allclose(np.float32(output)[0, 1:3, 1:3], 1, rtol=0.01)


@FEW
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.sampled_from((None, "relu", "elu")))
def test_a_gated_convolution_is_the_paper_s_at_the_border_too(seed, step, activation):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(1, 6, 5, 2)).astype(np.float32)
    layer = networks.GatedConv2D(3, 3, step, activation)
    layer.build(x.shape)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])
    output = keras.ops.convert_to_numpy(layer(x))[0]
    weights, bias, gate, gate_bias = layer.get_weights()
    kinds = {
        None: lambda a: a,
        "relu": lambda a: a.clip(0),
        "elu": lambda a: np.where(a > 0, a, np.expm1(a)),
    }
    for place, window in windows(x[0], 3, step):
        features = kinds[activation](np.tensordot(window, weights, 3) + bias)
        opened = 1 / (1 + np.exp(-np.tensordot(window, gate, 3) - gate_bias))
        np.testing.assert_allclose(output[place], features * opened, atol=1e-4)


def test_a_gated_convolution_hands_its_precision_on():
    layer = networks.GatedConv2D(2, 3, dtype="bfloat16")
    output = layer(np.ones((1, 4, 4, 1)))
    assert keras.backend.standardize_dtype(output.dtype) == "bfloat16"
    assert {w.dtype for w in layer.weights} == {"bfloat16"}


# --- Networks -----------------------------------------------------------------------------------


@pytest.fixture
def question(photographs):
    maps = irregular.draw("strokes", irregular.SHARES[1:3], np.random.default_rng(0))
    return photographs[:2] * maps, maps


KINDS = [(kind, sees) for kind in partial.CONVOLUTIONS for sees in (True, False)]


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize(("convolution", "sees_map"), KINDS[1:4:2] + KINDS[4:5])
def test_a_network_survives_saving_and_loading(convolution, sees_map, question, tmp_path):
    keras.utils.set_random_seed(0)
    network = networks.irregular_unet(convolution, sees_map, widths=(4, 8, 8))
    filled = filling.fill(network, *question)
    assert not np.array_equal(filled, question[0])
    path = tmp_path / f"{network.name}.keras"
    store.save_network(network, path, {})
    np.testing.assert_array_equal(filling.fill(store.read_network(path), *question), filled)


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize(("convolution", "sees_map"), KINDS)
def test_what_a_network_knows_of_the_map(convolution, sees_map, question):
    """An ordinary or gated one without the map cannot tell a hole from black; a partial one can."""
    incomplete, maps = question
    network = networks.irregular_unet(convolution, sees_map, widths=(4, 8))
    told = np.concatenate([incomplete, maps], axis=-1)
    not_told = np.concatenate([incomplete, np.ones_like(maps)], axis=-1)
    same = np.array_equal(filling.predict(network, told), filling.predict(network, not_told))
    assert same == (convolution != "partial" and not sees_map)


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("convolution", partial.CONVOLUTIONS)
def test_a_network_for_any_size_fills_images_of_another(convolution, rng):
    images = rng.random((1, 18, 26, 3), np.float32)
    maps = np.float32(rng.random((1, 18, 26, 1)) < 0.5)
    network = networks.irregular_unet(convolution, size=None, widths=(4, 8))
    filled = filling.fill(network, images, maps)
    np.testing.assert_array_equal(filled == images, np.broadcast_to(maps == 1, images.shape))


def test_partial_convolutions_cost_no_parameter_and_gates_about_as_many_again():
    count = {kind: networks.irregular_unet(kind).count_params() for kind in partial.CONVOLUTIONS}
    assert count["partial"] == count["ordinary"]
    assert 1.95 < count["gated"] / count["ordinary"] < 2.05


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: networks.irregular_unet("dilated"), "no convolution 'dilated': choose one of ord"),
        (lambda: networks.irregular_unet(size=36), "36 pixels: this network needs a multiple of 8"),
        (lambda: networks.irregular_unet(widths=()), "0 widths"),
        (lambda: networks.PartialConv2D(0, 3), "filters is 0: expected a whole number"),
        (lambda: networks.GatedConv2D(4, 3, 0), "strides is 0: expected a whole number"),
    ],
)
def test_what_makes_no_layer_or_network_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()
