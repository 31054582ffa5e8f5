"""Networks for other programs: the same function, in a file of half the size."""

import hashlib
import itertools

import keras
import numpy as np
import onnx
import pytest
from keras import ops

from inpainting_guide import networks
from inpainting_guide.common import files
from inpainting_guide.data import holes, tensors
from inpainting_guide.filling import export, weights
from inpainting_guide.networks import cvae, discriminators, gan
from inpainting_guide.training import store


@pytest.fixture
def question(photographs, rng):
    images = photographs[:2]
    return np.asarray(tensors.network_input(images, holes.random_square(2, rng)))


@pytest.fixture
def tiny_cvae():
    keras.utils.set_random_seed(0)
    return cvae.ConditionalVAE(widths=(8, 16), latent_channels=2, latent_level=2)


def test_a_filler_is_the_network_in_float32(question):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = networks.unet(widths=(8, 16), skips=True, name="tiny")
    finally:
        keras.config.set_dtype_policy(before)
    filler = export.filler(network)
    assert {layer.dtype_policy.name for layer in filler.layers} == {"float32"}
    assert filler.name == network.name
    difference = np.abs(np.asarray(filler(question)) - np.asarray(network(question)))
    assert 0 < difference.max() < 0.02  # bfloat16 has 8 binary digits


@pytest.mark.parametrize("convolution", ["partial", "gated"])
def test_of_layers_made_of_layers_and_of_operations_the_copy_is_in_float32(question, convolution):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = networks.irregular_unet(convolution, widths=(4, 4))
    finally:
        keras.config.set_dtype_policy(before)
    copy = weights.in_float32(network)
    assert {weight.dtype for weight in copy.weights} == {"float32"}
    computed = {x.compute_dtype for layer in copy.layers for x in inner(layer)}
    assert computed == {"float32"}
    np.testing.assert_allclose(copy(question), network(question), atol=0.02)


def inner(layer):
    """Name a layer and those that it is made of; an operation has none."""
    return layer._flatten_layers() if isinstance(layer, keras.Layer) else []


def test_of_a_game_the_generator_is_kept(question):
    generator = networks.unet(widths=(8, 16), name="generator")
    game = gan.InpaintingGAN(generator, discriminators.global_and_local(), 0.05, 10.0)
    filler = export.filler(game)
    assert filler.count_params() == generator.count_params()
    np.testing.assert_allclose(filler(question), generator(question), atol=1e-6)


def test_of_a_cvae_the_noise_becomes_an_input(question, tiny_cvae, rng):
    filler = export.filler(tiny_cvae)
    assert filler.count_params() < tiny_cvae.count_params()  # without the recognition network
    noise = rng.standard_normal((2, *filler.inputs[1].shape[1:]), dtype=np.float32)
    np.testing.assert_allclose(
        filler([question, 0 * noise]), tiny_cvae(question, training=False), atol=1e-6
    )
    mean, log_variance, *features = tiny_cvae.latent(question, training=False)
    z = mean + ops.exp(log_variance / 2) * noise
    expected = tiny_cvae.decode(z, features, training=False)
    np.testing.assert_allclose(filler([question, noise]), expected, atol=1e-6)


def test_the_file_computes_what_the_network_does(question, tiny_cvae, rng, tmp_path):
    filler = export.filler(tiny_cvae)
    noise = rng.standard_normal((2, *filler.inputs[1].shape[1:]), dtype=np.float32)
    path = tmp_path / "tiny.onnx"
    export.write_onnx(filler, path)
    assert [found.name for found in tmp_path.iterdir()] == ["tiny.onnx"]
    computed = export.run(path, question, noise)
    np.testing.assert_allclose(computed, filler([question, noise]), atol=1e-3)
    assert np.ptp(computed[0] - computed[1]) > 0.01  # it looked at its inputs


def test_weights_may_lie_in_a_file_beside_it(question, tmp_path, monkeypatch):
    filler = export.filler(networks.unet(widths=(8, 16), skips=True, name="tiny"))
    export.write_onnx(filler, tmp_path / "one.onnx")
    model = onnx.load(tmp_path / "one.onnx")
    beside = {"save_as_external_data": True, "location": "two.data", "size_threshold": 0}
    onnx.save(model, tmp_path / "two.onnx", **beside)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    one, two = (export.run(tmp_path / f"{name}.onnx", question) for name in ("one", "two"))
    np.testing.assert_array_equal(one, two)


def test_large_kernels_take_two_bytes_a_weight(tmp_path):
    network = export.filler(networks.direct_cnn())
    path = tmp_path / "direct.onnx"
    export.write_onnx(network, path)
    initializers = onnx.load(path).graph.initializer
    halved = [t for t in initializers if t.data_type == onnx.TensorProto.FLOAT16]
    sizes = [weight.size for weight in network.get_weights()]
    assert len(halved) == sum(size >= weights.SMALL for size in sizes) > 0
    large = sum(size for size in sizes if size >= weights.SMALL)
    expected = 2 * large + 4 * (sum(sizes) - large)
    assert expected < path.stat().st_size < 1.02 * expected


@pytest.fixture
def tiny_flow():
    keras.utils.set_random_seed(0)
    mean_network = networks.unet_in_window(widths=(4, 16), window=16, name="mean")
    return networks.Flow(mean_network, widths=(4, 48), window=16, steps=2, spread=1.1)


def fill_by_flow(network, question, noise):
    """Follow a flow from noise to the hole's fill, as Keras does."""
    window, mean = network.condition(ops.convert_to_tensor(question))
    return np.asarray(network.integrate(window, mean, ops.convert_to_tensor(noise)))


@pytest.fixture
def noise(tiny_flow, rng):
    return rng.standard_normal((2, tiny_flow.hole, tiny_flow.hole, 3), dtype=np.float32)


def test_of_a_flow_the_noise_becomes_an_input(question, tiny_flow, noise):
    filled = np.asarray(export.filler(tiny_flow)([question, noise]))
    start = tiny_flow.start * noise
    expected = fill_by_flow(export.in_bytes(tiny_flow), question, start)
    missing = filled[question[..., 3] == 0].reshape(expected.shape)
    np.testing.assert_allclose(missing, expected, atol=1e-5)
    exact = fill_by_flow(tiny_flow, question, start)
    assert 0 < np.abs(missing - exact).max() < 0.02  # large kernels have 8 bits


def test_the_copy_of_a_flow_in_one_step_is_one_too(tiny_flow):
    copy = export.in_bytes(networks.FlowInOneStep.taught_by(tiny_flow))
    assert type(copy) is networks.FlowInOneStep
    assert (copy.steps, copy.teacher_steps) == (1, 2)


def test_the_two_files_of_a_flow_lead_where_keras_does(question, tiny_flow, noise, tmp_path):
    network, question, noise = export.in_bytes(tiny_flow), question[:1], noise[:1]
    paths = {}
    parts = {"condition": export.condition(network), "denoiser": network.denoiser}
    for name, part in parts.items():
        paths[name] = tmp_path / f"{name}.onnx"
        export.write_onnx(part, paths[name], weights.store_bytes)
    window, mean = export.run_by_definition(paths["condition"], question)
    state, before, length = noise, None, None
    for angle, following in itertools.pairwise(network.angles()):
        given = window, mean, state, np.full((1, 1), angle, np.float32)
        (velocity,) = export.run_by_definition(paths["denoiser"], *given)
        residual = np.sin(angle) * state + np.cos(angle) * velocity
        acceleration = 0 if before is None else (velocity - before) / length
        before, length = velocity, following - angle
        state = state + length * velocity + length**2 / 2 * acceleration
    filled = np.clip(mean + network.scale * residual, 0, 1)
    expected = fill_by_flow(network, question, noise)
    np.testing.assert_allclose(filled, expected, atol=1e-3)
    assert np.ptp(expected) > 0.1
    # A byte for each weight of the one large kernel, and what a graph takes.
    denoiser = onnx.load(paths["denoiser"]).graph.initializer
    stored = [tensor for tensor in denoiser if tensor.data_type == onnx.TensorProto.INT8]
    large = [w.size for w in network.denoiser.get_weights() if w.size >= weights.SMALL]
    assert sorted(np.prod(tensor.dims) for tensor in stored) == sorted(large)


@pytest.mark.parametrize(
    ("layer", "channel_axis"), [(keras.layers.Conv2D, 3), (keras.layers.Conv2DTranspose, 2)]
)
def test_weights_of_a_byte_are_multiples_of_a_unit_of_their_channel(
    layer, channel_axis, rng, tmp_path
):
    inputs = keras.Input((8, 8, 64), name="input")
    network = keras.Model(inputs, layer(96, 3, strides=2, padding="same")(inputs))
    kernel = network.layers[1].kernel.numpy()
    np.moveaxis(kernel, channel_axis, 0)[5] = 0
    network.layers[1].kernel.assign(kernel)
    copy = weights.in_bytes(network)
    rounded, others = copy.layers[1].kernel.numpy(), tuple({0, 1, 2, 3} - {channel_axis})
    unit = np.abs(kernel).max(axis=others) / weights.LARGEST
    assert np.abs(rounded - kernel).max(axis=others) == pytest.approx(unit / 2, rel=0.02)
    np.testing.assert_allclose(weights.in_bytes(copy).get_weights()[0], rounded)
    # And a file that stores the bytes computes the same.
    example = np.float32(rng.normal(size=(2, 8, 8, 64)))
    export.write_onnx(copy, tmp_path / "bytes.onnx", weights.store_bytes)
    (computed,) = export.run_by_definition(tmp_path / "bytes.onnx", example)
    np.testing.assert_allclose(computed, copy(example), atol=1e-4)


def test_what_is_no_graph_of_layers_is_refused():
    with pytest.raises(ValueError, match="cvae_as_printed is no graph"):
        export.filler(cvae.PrintedCVAE())


def test_a_network_is_handed_out_with_its_checksum(tmp_path, monkeypatch):
    network = networks.unet(widths=(8, 16), name="unet")
    store.save_network(network, store.folder() / "unet-seed0-abc.keras", {})
    monkeypatch.setenv("INPAINTING_GUIDE_RESULTS", str(tmp_path / "results"))
    path = export.hand_out("unet")
    assert path == tmp_path / "results" / "site" / "networks" / "unet.keras"
    assert files.checksum(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    loaded = keras.saving.load_model(path)  # without any class of our own
    np.testing.assert_array_equal(loaded.get_weights()[0], network.get_weights()[0])
    with pytest.raises(FileNotFoundError, match="cvae.py"):
        export.hand_out("cvae")
