"""The networks of the package are those of the thesis's tables, row by row; the rest is ours."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest
from thesis_tables import ENCODER, ROWS, TOTALS, build, call

from inpainting_guide.data import holes, tensors
from inpainting_guide.networks import gaussians

CHAPTER = Path(__file__).parents[1] / "tutorial" / "experiments.md"


@pytest.fixture
def example(photographs, rng):
    return photographs[:2], holes.random_square(2, rng)


# --- Every row of tables 3.1 to 3.8 -------------------------------------------------------------


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
    mean, log_variance, location_map = model.latent(tensors.network_input(*example), False)
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
    inputs = tensors.network_input(*example)
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
