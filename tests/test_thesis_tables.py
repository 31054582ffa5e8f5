"""The networks of the package are those of the thesis's tables, row by row; the rest is ours."""

import functools
import re
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import pytest

from inpainting_guide import batches, cvae, discriminators, gaussians, generators, holes, networks

CHAPTER = Path(__file__).parents[1] / "tutorial" / "experiments.md"

BUILDERS = {
    "direct CNN": networks.direct_cnn,
    "autoencoder": networks.autoencoder,
    "autoencoder, transposed end": functools.partial(networks.autoencoder, last="transposed"),
    "U-Net": networks.unet,
    "patch autoencoder": networks.patch_autoencoder,
    "printed CVAE": cvae.PrintedCVAE,
    "CVAE": cvae.ConditionalVAE,
    "autoencoder generator": generators.autoencoder_generator,
    "direct generator": generators.direct_generator,
    "completion network": generators.completion_network,
    "discriminator": discriminators.printed_discriminator,
    "discriminator with map": functools.partial(discriminators.printed_discriminator, see_map=True),
    "global and local": discriminators.global_and_local,
}
JUDGES = [name for name in BUILDERS if name.startswith(("discriminator", "global"))]
FILLERS = [name for name in BUILDERS if name not in JUDGES]


@functools.cache
def build(name):
    """Build a network once, or take the encoder or decoder of one."""
    if name.startswith("printed CVAE, "):
        return getattr(build("printed CVAE"), name.removeprefix("printed CVAE, "))
    return BUILDERS[name]()


def call(name, network, images, location_map):
    """Call a network as it wants to be called; a random one must not be close to constant."""
    arguments = batches.network_input(images, location_map)
    if name in JUDGES:
        arguments = [images, location_map]
    return keras.ops.convert_to_numpy(network(arguments))


@pytest.fixture
def example(photographs, rng):
    return photographs[:2], holes.random_square(2, rng)


# --- Every row of tables 3.1 to 3.8 -------------------------------------------------------------


class Row(NamedTuple):
    """One printed row and what follows from it; `normalised` counts its batch normalisation."""

    table: str
    printed: str
    network: str
    layer: str
    kernel: int | None
    stride: int | None
    padding: str | None
    shape: tuple
    parameters: int
    activation: str | None = "relu"
    normalised: int | None = None


def convolutions(table, network, kernel, *rows):
    """Write the rows of a table whose layers have one size of filter."""
    return [Row(table, *row[:1], network, row[1], kernel, *row[2:]) for row in rows]


FIVE_BY_FIVE = (1, "same", (32, 32, 64))
DIRECT = convolutions(
    "3.1", "direct CNN", 5,
    ("CONV1 + RELU1", "conv1", *FIVE_BY_FIVE, 6_464),
    ("CONV2 + RELU2", "conv2", *FIVE_BY_FIVE, 102_464),
    ("CONV3 + RELU3", "conv3", *FIVE_BY_FIVE, 102_464),
    ("CONV4 + RELU4", "conv4", *FIVE_BY_FIVE, 102_464),
    ("CONV5 + Sigmoid", "conv5", 1, "same", (32, 32, 3), 4_803, "sigmoid"),
)  # fmt: skip
ENCODER = convolutions(
    "3.2", "autoencoder", 3,
    ("CONV1 + RELU1 + BatchNorm1", "conv1", 1, "same", (32, 32, 32), 1_184, "relu", 128),
    ("CONV2 + RELU2 + BatchNorm2", "conv2", 2, "same", (16, 16, 64), 18_496, "relu", 256),
    ("CONV3 + RELU3 + BatchNorm3", "conv3", 2, "same", (8, 8, 128), 73_856, "relu", 512),
    ("CONV4 + RELU4", "conv4", 2, "same", (4, 4, 256), 295_168),
)  # fmt: skip
DECODER = convolutions(
    "3.3", "autoencoder", 3,
    ("Transposed CONV1 + RELU5", "transposed1", 2, "same", (8, 8, 256), 590_080),
    ("Transposed CONV2 + RELU6", "transposed2", 2, "same", (16, 16, 128), 295_040),
    ("Transposed CONV3 + RELU7", "transposed3", 2, "same", (32, 32, 64), 73_792),
    ("CONV5 + Sigmoid", "conv5", 1, "same", (32, 32, 3), 1_731, "sigmoid"),
)  # fmt: skip
CVAE_ENCODER = convolutions(
    "3.4", "printed CVAE, encoder", 3,
    ("CONV1 + RELU1 + BatchNorm1", "conv1", 2, "same", (16, 16, 32), 1_184, "relu", 128),
    ("CONV2 + RELU2 + BatchNorm2", "conv2", 2, "same", (8, 8, 64), 18_496, "relu", 256),
    ("CONV3 + RELU3 + BatchNorm3", "conv3", 2, "same", (4, 4, 128), 73_856, "relu", 512),
    ("CONV4 + RELU4", "conv4", 2, "same", (2, 2, 256), 295_168),
)  # fmt: skip
NO_FILTER = (None, None, None)
LATENT = [
    Row("3.5", "Flatten layer1", "printed CVAE, encoder", "flatten",
        *NO_FILTER, (1024,), 0, None),
    Row("3.5", "Fully connected layer1", "printed CVAE, encoder", "mean",
        *NO_FILTER, (1024,), 1_049_600, "linear"),
    Row("3.5", "Fully connected layer2", "printed CVAE, encoder", "log_variance",
        *NO_FILTER, (1024,), 1_049_600, "linear"),
    Row("3.5", "Lambda layer1", "printed CVAE, decoder", "latent",
        *NO_FILTER, (1024,), 0, None),
    Row("3.5", "Flatten layer2 + Concatenate layer", "printed CVAE, decoder", "join",
        *NO_FILTER, (2048,), 0, None),
    Row("3.5", "Reshape layer", "printed CVAE, decoder", "reshape",
        *NO_FILTER, (2, 2, 512), 0, None),
]  # fmt: skip
CVAE_DECODER = convolutions(
    "3.6", "printed CVAE, decoder", 3,
    ("Transposed CONV1 + RELU5", "transposed1", 2, "same", (4, 4, 256), 1_179_904),
    ("Transposed CONV2 + RELU6", "transposed2", 2, "same", (8, 8, 128), 295_040),
    ("Transposed CONV3 + RELU7", "transposed3", 2, "same", (16, 16, 64), 73_792),
    ("Transposed CONV4 + RELU8", "transposed4", 2, "same", (32, 32, 32), 18_464),
    ("CONV5 + Sigmoid", "conv5", 1, "same", (32, 32, 3), 867, "sigmoid"),
)  # fmt: skip
GENERATOR = convolutions(
    "3.7", "direct generator", 5,
    ("CONV1 + RELU1", "conv1", *FIVE_BY_FIVE, 6_464),
    ("CONV2 + RELU2", "conv2", *FIVE_BY_FIVE, 102_464),
    ("CONV3 + RELU3", "conv3", *FIVE_BY_FIVE, 102_464),
    ("CONV4 + RELU4", "conv4", *FIVE_BY_FIVE, 102_464),
    ("CONV5 + RELU5", "conv5", *FIVE_BY_FIVE, 102_464),
    ("CONV6 + RELU6", "conv6", *FIVE_BY_FIVE, 102_464),
    ("CONV7 + Tanh", "conv7", 1, "same", (32, 32, 3), 4_803, "tanh"),
)  # fmt: skip
DISCRIMINATOR = [
    *convolutions(
        "3.8", "discriminator", 3,
        # The table writes "Zero", and 30 = 32 - 3 + 1: no padding.
        ("CONV8 + RELU7", "conv8", 1, "valid", (30, 30, 64), 1_792),
        ("CONV9 + RELU8", "conv9", 2, "same", (15, 15, 64), 36_928),
        ("CONV10 + RELU9", "conv10", 2, "same", (8, 8, 64), 36_928),
        ("CONV11 + RELU10", "conv11", 2, "same", (4, 4, 64), 36_928),
        ("CONV12 + RELU11", "conv12", 2, "same", (2, 2, 64), 36_928),
    ),
    Row("3.8", "Flatten + Dropout", "discriminator", "dropout", *NO_FILTER, (256,), 0, None),
    # Our loss takes the logit and does the sigmoid itself.
    Row("3.8", "Dense + Sigmoid", "discriminator", "logit", *NO_FILTER, (1,), 257, "linear"),
]  # fmt: skip
ROWS = [
    *DIRECT, *ENCODER, *DECODER, *CVAE_ENCODER, *LATENT, *CVAE_DECODER, *GENERATOR, *DISCRIMINATOR,
]  # fmt: skip
TOTALS = {
    "3.1": 318_659,
    "3.2": 389_600,
    "3.3": 960_643,
    "3.4": 389_600,
    "3.5": 2_099_200,
    "3.6": 1_568_067,
    "3.7": 523_587,
    "3.8": 149_761,
}


def name_of(row):
    return f"{row.table} {row.printed}"


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_row_of_a_table(row):
    layer = build(row.network).get_layer(row.layer)
    assert layer.output.shape == (None, *row.shape)
    assert layer.count_params() == row.parameters
    if row.kernel:
        transposed = row.printed.startswith("Transposed")
        assert type(layer) is (keras.layers.Conv2DTranspose if transposed else keras.layers.Conv2D)
        assert layer.kernel_size == (row.kernel, row.kernel)
        assert layer.strides == (row.stride, row.stride)
        assert layer.padding == row.padding
    if row.activation:
        assert layer.activation.__name__ == row.activation
    if row.normalised:  # after ReLU, which is part of the convolution
        normalisation = build(row.network).get_layer(row.layer.replace("conv", "batch_norm"))
        assert normalisation.input is layer.output
        assert normalisation.count_params() == row.normalised


def test_no_row_is_missing():
    counts = {table: sum(row.table == table for row in ROWS) for table in TOTALS}
    assert counts == {
        "3.1": 5, "3.2": 4, "3.3": 4, "3.4": 4, "3.5": 6, "3.6": 5, "3.7": 7, "3.8": 7,
    }  # fmt: skip


@pytest.mark.parametrize("table", TOTALS)
def test_the_rows_of_a_table_add_up(table):
    counts = [row.parameters + (row.normalised or 0) for row in ROWS if row.table == table]
    assert sum(counts) == TOTALS[table]


@pytest.mark.parametrize("network", dict.fromkeys(row.network for row in ROWS))
def test_a_network_has_no_weights_but_those_of_its_rows_in_their_order(network):
    expected = []
    for row in ROWS:
        if row.network == network and row.parameters:
            expected.append(row.layer)
            if row.normalised:
                expected.append(row.layer.replace("conv", "batch_norm"))
    assert [layer.name for layer in build(network).layers if layer.weights] == expected


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("direct CNN", 318_659),
        ("autoencoder", 1_350_243),
        ("direct generator", 523_587),
        ("discriminator", 149_761),
        ("discriminator with map", 150_337),
    ],
)
def test_the_parameters_of_a_whole_network(name, parameters):
    assert build(name).count_params() == parameters


def test_the_parts_of_the_printed_cvae_add_up():
    parts = [build(f"printed CVAE, {part}").count_params() for part in ("encoder", "decoder")]
    assert parts == [389_600 + 2_099_200, 1_568_067]
    assert sum(parts) == 4_056_867


def test_448_numbers_of_the_autoencoder_are_statistics_that_are_not_trained():
    kept = sum(int(np.prod(weight.shape)) for weight in build("autoencoder").non_trainable_weights)
    assert kept == 448


# --- What the rows do not say -------------------------------------------------------------------


def test_table_3_5_is_a_mean_and_a_log_variance_and_a_sample_of_them(example):
    model = build("printed CVAE")
    mean, log_variance, location_map = model.latent(batches.network_input(*example), False)
    z = gaussians.sample(mean, log_variance, model.noise)
    assert z.shape == (2, 1024)
    np.testing.assert_array_equal(location_map, example[1])
    assert model.decode(z, [location_map], False).shape == (2, 32, 32, 3)


def test_the_upper_fifteen_rows_of_the_printed_cvae_never_see_the_map(rng):
    decoder, z = build("printed CVAE").decoder, rng.normal(size=(1, 1024)).astype(np.float32)
    maps = np.ones((1, 32, 32, 1), np.float32), np.zeros((1, 32, 32, 1), np.float32)
    one, other = (
        keras.ops.convert_to_numpy(decoder([z, location_map]))[0] for location_map in maps
    )
    np.testing.assert_array_equal(one[:15], other[:15])
    assert np.abs(one[15:] - other[15:]).max(axis=(1, 2)).min() > 0


def test_the_map_adds_a_channel_of_576_weights_to_the_discriminator(example):
    images, location_map = example
    plain, seeing = (build(name) for name in ("discriminator", "discriminator with map"))
    assert seeing.count_params() - plain.count_params() == 3 * 3 * 64 == 576
    for network, sees in ((plain, False), (seeing, True)):
        one, other = (
            keras.ops.convert_to_numpy(network([images, known]))
            for known in (location_map, 1 - location_map)
        )
        assert np.array_equal(one, other) != sees


@pytest.mark.parametrize("name", ["autoencoder generator", "direct generator"])
def test_a_generator_scales_its_hyperbolic_tangent_to_the_range_of_an_image(name, example):
    network = build(name)
    inputs = batches.network_input(*example)
    last = network.layers[-2]
    assert last.activation.__name__ == "tanh"
    tanh = keras.Model(network.inputs, last.output)(inputs)
    np.testing.assert_allclose(network(inputs), (tanh + 1) / 2, atol=1e-6)


def test_the_autoencoder_generator_of_section_3_4_1():
    network = build("autoencoder generator")
    filters = [layer for layer in network.layers if layer.weights]
    transposed = [isinstance(layer, keras.layers.Conv2DTranspose) for layer in filters]
    assert transposed == [False] * 4 + [True] * 4 + [False]
    assert [layer.strides for layer in filters] == [(2, 2)] * 8 + [(1, 1)]
    assert {layer.kernel_size for layer in filters} == {(5, 5)}
    assert {layer.padding for layer in filters} == {"same"}
    assert [layer.activation.__name__ for layer in filters] == ["relu"] * 8 + ["tanh"]
    # The numbers of filters are ours.
    assert [layer.output.shape[1] for layer in filters] == [16, 8, 4, 2, 4, 8, 16, 32, 32]
    assert network.count_params() == 3_795_363


def test_the_patch_autoencoder_of_section_3_2_1():
    network = build("patch autoencoder")
    for row in ENCODER:
        assert network.get_layer(row.layer).output.shape == (None, *row.shape)
    assert network.get_layer("paste").input[1].shape == (None, 12, 12, 3)
    assert network.count_params() == 5_332_451 <= 6_000_000  # the decoder is ours


def test_the_patch_autoencoder_writes_into_the_hole_only(example):
    written = call("patch autoencoder", build("patch autoencoder"), *example)
    missing = np.broadcast_to(example[1] == 0, written.shape)
    assert np.all(written[missing] > 0)
    np.testing.assert_array_equal(written[~missing], 0)


def test_without_its_convolution_the_decoder_ends_with_a_transposed_one():
    last = build("autoencoder, transposed end").layers[-1]
    assert isinstance(last, keras.layers.Conv2DTranspose)
    assert (last.activation.__name__, last.filters, last.strides) == ("sigmoid", 3, (2, 2))


# --- All networks -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILLERS)
def test_a_network_maps_image_and_map_to_an_image(name, example):
    network = build(name)
    assert network.input_shape == (None, 32, 32, 4)
    image = call(name, network, *example)
    assert (image.shape, image.dtype) == ((2, 32, 32, 3), np.float32)
    assert image.min() >= 0
    assert image.max() <= 1


@pytest.mark.parametrize("name", JUDGES)
def test_a_discriminator_gives_one_number_for_each_image(name, example):
    logit = call(name, build(name), *example)
    assert (logit.shape, logit.dtype) == ((2, 1), np.float32)
    assert logit[0] != logit[1]


@pytest.mark.parametrize("name", BUILDERS)
def test_a_saved_network_is_loaded_without_being_told_what_it_is(name, example, tmp_path, rng):
    network = BUILDERS[name]()
    call(name, network, *example)
    for weight in network.weights:  # also the statistics, which begin as zeros and ones
        weight.assign(weight + np.float32(0.1 * rng.random(weight.shape)))
    expected = call(name, network, *example)
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    assert type(loaded) is type(network)
    np.testing.assert_array_equal(call(name, loaded, *example), expected)


def settings(model):
    return {key: value for key, value in model.get_config().items() if key != "name"}


@pytest.mark.parametrize(
    "model",
    [
        lambda: cvae.PrintedCVAE(variance=0.5),
        lambda: cvae.ConditionalVAE(0.5, latent_channels=2, widths=(4, 8), latent_level=1, size=16),
    ],
)
def test_a_cvae_keeps_its_settings(model):
    original = model()
    assert settings(type(original).from_config(original.get_config())) == settings(original)
    assert settings(original)["variance"] == 0.5


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: networks.autoencoder(36), "36 pixels: this network needs a multiple of 8"),
        (lambda: networks.autoencoder(last="dense"), "no last layer 'dense': choose"),
        (lambda: networks.unet(36), "36 pixels: this network needs a multiple of 8"),
        (lambda: networks.unet(36, widths=(8,) * 5), "needs a multiple of 16"),
        (lambda: networks.patch_autoencoder(36), "36 pixels: this network needs a multiple of 8"),
        (lambda: networks.patch_autoencoder(hole=10), "10 pixels: this decoder needs a multiple"),
        (lambda: generators.autoencoder_generator(24), "24 pixels: this network needs .* of 16"),
        (lambda: generators.completion_network(30), "30 pixels: this network needs .* of 4"),
        (lambda: cvae.ConditionalVAE(size=36), "36 pixels: this network needs a multiple of 8"),
        (lambda: cvae.ConditionalVAE(variance=0), "variance of the likelihood is 0: expected more"),
        (lambda: cvae.PrintedCVAE(variance=-1), "variance of the likelihood is -1: expected more"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


@pytest.mark.parametrize(
    ("network", "size"),
    [
        (lambda: networks.direct_cnn(17), 17),
        (lambda: networks.direct_cnn(None), 19),
        (lambda: networks.autoencoder(40), 40),
        (lambda: networks.autoencoder(40, last="transposed"), 40),
        (lambda: networks.unet(24), 24),
        (lambda: networks.unet(None, widths=(4, 8)), 26),
        (lambda: networks.patch_autoencoder(24, hole=8), 24),
        (lambda: generators.autoencoder_generator(48), 48),
        (lambda: generators.direct_generator(None), 19),
        (lambda: generators.completion_network(36), 36),
        (lambda: cvae.ConditionalVAE(size=24, widths=(4, 8, 8), latent_level=3), 24),
    ],
)
def test_what_fits_fills_images_of_its_size(network, size, rng):
    images = rng.random((1, size, size, 3), np.float32)
    location_map = holes.random_square(1, rng, hole=8, size=size)
    filled = network()(batches.network_input(images, location_map))
    assert filled.shape == (1, size, size, 3)


# --- The chapter --------------------------------------------------------------------------------


def test_the_chapter_prints_these_tables():
    text = CHAPTER.read_text("utf-8")
    found = re.findall(r"^\| \*\*Table (3\.\d)\*\* \|.*\| \*\*([\d,]+)\*\* \|$", text, re.MULTILINE)
    assert {table: int(count.replace(",", "")) for table, count in found} == TOTALS
    # "CONV2–4 + ReLU, each" stands for rows that are alike but for their number.
    for row in ROWS:
        if row.kernel:
            parameters = f"{row.parameters:,}"
            if row.normalised:
                parameters += f" + {row.normalised}"
            shape = " × ".join(map(str, row.shape))
            ending = re.escape(f" | {shape} | {parameters} |")
            line = rf"^\| .*\| {row.kernel} × {row.kernel}, {row.stride}.*{ending}$"
            assert re.search(line, text, re.MULTILINE), name_of(row)
