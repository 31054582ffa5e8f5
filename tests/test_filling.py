"""Fills by networks: in batches, and square by square where a network paints one square."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_photographs import tiny
from small_pictures import NO_DEADLINE

from inpainting_guide import filling, networks
from inpainting_guide.data import holes
from inpainting_guide.filling import by_network
from inpainting_guide.networks import discriminators, gan, windows


@pytest.mark.parametrize("batch_size", [0, -1, 2.0, "2", None])
def test_a_batch_of_no_size_is_refused_before_the_network_is_asked(photographs, batch_size):
    location_map = holes.square([3] * 12, [4] * 12)
    with pytest.raises(ValueError, match="batch_size"):
        filling.fill(None, photographs, location_map, batch_size)


@pytest.mark.parametrize("batch_size", [1, np.int64(5), 12, 100])
def test_the_size_of_batches_changes_nothing(photographs, batch_size):
    location_map = holes.square([3] * 12, [4] * 12)
    network = tiny()
    filled = filling.fill(network, photographs, location_map, batch_size)
    expected = filling.fill(network, photographs, location_map)
    np.testing.assert_allclose(filled, expected, atol=1e-6)


# --- Networks that paint one square -------------------------------------------------------------


def painter(side, colour=0.25, size=32):
    """Make a network that paints one square in one colour."""
    inputs = keras.Input((size, size, 4))
    zeros = keras.layers.Conv2D(3, size, strides=size, kernel_initializer="zeros")(inputs)
    patch = keras.layers.UpSampling2D(side)(zeros) + colour
    return keras.Model(inputs, windows.PastePatch()([inputs, patch]), name="painter")


@NO_DEADLINE
@given(st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_squares_cover_all_that_is_missing(seed, side):
    rng = np.random.default_rng(seed)
    missing = np.zeros((20, 25), bool)
    for _ in range(int(rng.integers(4))):
        top, left = rng.integers(20), rng.integers(25)
        missing[top : top + rng.integers(1, 8), left : left + rng.integers(1, 8)] = True
    covered = np.zeros_like(missing)
    boxes = by_network.squares(missing, side)
    for box in boxes:
        assert missing[box].any()
        assert {part.stop - part.start for part in box} == {side}
        covered[box] = True
    assert (covered >= missing).all()
    rows, columns = np.nonzero(missing)
    if len(rows) and max(np.ptp(rows), np.ptp(columns)) < side:
        assert len(boxes) == 1


def test_holes_of_every_shape_are_painted_and_nothing_else(photographs):
    location_map = np.ones((4, 32, 32, 1), np.float32)
    location_map[0, 3:9, 3:9] = 0  # one square
    location_map[1, 0:20, 5:31] = 0  # many
    location_map[2, 30:, 30:] = location_map[2, 0, 0] = 0  # two holes; in the last image none
    incomplete = holes.cut(photographs[:4], location_map)
    filled = filling.fill(painter(6), incomplete, location_map)
    np.testing.assert_array_equal(filled, np.where(location_map == 1, photographs[:4], 0.25))


def test_what_is_missing_beside_a_square_is_filled_harmonically_until_its_turn(
    photographs, monkeypatch
):
    asked = []

    def predict(network, inputs, batch_size):
        asked.append(keras.ops.convert_to_numpy(inputs)[0])
        return np.ones((1, 32, 32, 3), np.float32)

    monkeypatch.setattr(by_network, "predict", predict)
    location_map = holes.square([4], [4], 16)
    incomplete = holes.cut(photographs[:1], location_map)
    filled = filling.fill(painter(8), incomplete, location_map)
    np.testing.assert_array_equal(filled[0, 4:20, 4:20], 1)
    assert len(asked) == 4
    assert all((given[..., 3] == 0).sum() == 64 for given in asked)
    first, *_, last = asked
    harmonic = filling.harmonic(incomplete, location_map)[0]
    np.testing.assert_array_equal(first[4:12, 4:12], 0)
    np.testing.assert_array_equal(first[12:20, 4:20, :3], harmonic[12:20, 4:20])
    np.testing.assert_array_equal(last[12:20, 12:20], 0)
    np.testing.assert_array_equal(last[4:12, 4:12, :3], 1)


def test_a_game_paints_squares_as_its_generator_does(photographs):
    game = gan.PrintedGAN(painter(6), discriminators.printed_discriminator())
    location_map = holes.square([4], [4], 16)
    incomplete = holes.cut(photographs[:1], location_map)
    filled = filling.fill(game, incomplete, location_map)
    np.testing.assert_array_equal(filled, np.where(location_map == 1, photographs[:1], 0.25))


def test_of_a_network_that_paints_its_window_the_hole_counts(photographs):
    network = networks.unet_in_window(widths=(2, 2), window=24, hole=12, paints="window")
    assert by_network.largest_hole(network) == 12
    location_map = holes.square([4], [4], 20)
    filled = filling.fill(network, holes.cut(photographs[:1], location_map), location_map)
    assert filled[0, 4:24, 4:24].min() > 0


def test_a_flow_and_a_vae_fill_as_they_are_told_to_by_then(monkeypatch):
    network = networks.Flow(networks.unet_in_window(widths=(2, 2)), widths=(2, 2), steps=2)
    monkeypatch.setattr(networks.Flow, "call", lambda flow, x, training=False: 0 * x + flow.steps)
    for network.steps in (2, 5, 3):
        np.testing.assert_array_equal(
            by_network.predict(network, np.zeros((1, 32, 32, 4), np.float32)), network.steps
        )
    monkeypatch.setattr(networks.Flow, "call", lambda flow, x, training=False: 0 * x + flow.start)
    for network.temperature in (0.5, 1.0):
        np.testing.assert_array_equal(
            by_network.predict(network, np.zeros((1, 32, 32, 4), np.float32)), network.temperature
        )
    vae = networks.VAE(widths=(2, 4))
    monkeypatch.setattr(networks.VAE, "call", lambda vae, x, training=False: 0 * x + vae.turns)
    for vae.turns in (1, 5, 2):
        np.testing.assert_array_equal(
            by_network.predict(vae, np.zeros((1, 32, 32, 4), np.float32)), vae.turns
        )
