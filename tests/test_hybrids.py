"""The membrane as a matrix, against the solver; and the networks that are given it."""

import keras
import numpy as np
import pytest

from inpainting_guide import filling, networks
from inpainting_guide.data import cars, holes, tensors
from inpainting_guide.networks import hybrids

PLAIN = {"sees_fill": False, "adds_to": "nothing"}


@pytest.fixture(scope="module")
def everywhere():
    """A car with a hole at each of the 441 places: incomplete images and maps."""
    location_map = holes.square(*np.divmod(np.arange(441), 21))
    return holes.cut(cars.load().validation[:441], location_map), location_map


def test_a_hole_of_two_pixels_a_side_is_that_of_the_chapter():
    weights = 24 * hybrids.membrane_matrices(2)[0]
    np.testing.assert_allclose(weights[0], [7, 2, 2, 1, 7, 2, 2, 1])
    right_of_the_second = 6  # above 0, 1; below 2, 3; left 4, 5; right 6, 7
    np.testing.assert_allclose(weights[:, right_of_the_second], [2, 7, 1, 2])


@pytest.mark.parametrize("hole", [1, 2, 5])
def test_a_missing_pixel_is_a_weighted_mean_of_the_rim_wherever_there_is_one(hole):
    matrices = hybrids.membrane_matrices(hole)
    assert matrices.min() >= 0
    np.testing.assert_allclose(matrices[:15].sum(axis=-1), 1)
    np.testing.assert_array_equal(matrices[15], 0)
    for case in range(15):
        for side, bit in enumerate((8, 4, 2, 1)):
            rim = matrices[case, :, side * hole : (side + 1) * hole]
            assert rim.any() != bool(case & bit)


def test_an_untrained_sum_is_the_harmonic_fill_at_all_places(everywhere):
    network = networks.hybrid_in_window(sees_fill=False, widths=(4, 8))
    filled = filling.fill(network, *everywhere)
    np.testing.assert_allclose(filled, filling.harmonic(*everywhere), atol=1e-5)


def test_a_hole_as_large_as_the_image_is_left_to_the_network():
    window = np.zeros((1, 8, 8, 5), np.float32)
    window[:, 2:6, 2:6, 4] = 1  # nothing of the image lies around the hole
    np.testing.assert_array_equal(hybrids.Membrane(4)(window), 0)


def test_of_a_rim_only_what_is_known_counts(rng):
    location_map = holes.square([10], [10])
    location_map[0, 9, 10:14] = 0  # the hole has a tail
    image = np.full((1, 32, 32, 3), 0.25, np.float32)
    joined = tensors.network_input(image, location_map)
    # The window begins at the tail's row: the square of 12 ends a row before the hole does.
    window = networks.windows.CutWindow(24)(joined)
    filled = keras.ops.convert_to_numpy(hybrids.Membrane()(window))
    np.testing.assert_allclose(filled, 0.25, rtol=1e-6)


def test_without_a_membrane_it_is_the_u_net_in_a_window(everywhere):
    built = {}
    for name, build in (
        ("plain", lambda: networks.hybrid_in_window(**PLAIN, widths=(4, 8))),
        ("window", lambda: networks.unet_in_window(widths=(4, 8))),
    ):
        keras.utils.set_random_seed(3)
        built[name] = filling.fill(build(), everywhere[0][:3], everywhere[1][:3])
    np.testing.assert_array_equal(built["plain"], built["window"])


@pytest.mark.parametrize(("base", "expected"), [("grey", 0.5), ("membrane", None)])
def test_what_adds_begins_at_its_base_and_what_it_sees_does_not_matter_yet(
    base, expected, everywhere
):
    incomplete, location_map = everywhere[0][:3], everywhere[1][:3]
    network = networks.hybrid_in_window(adds_to=base, widths=(4, 8))
    filled = filling.fill(network, incomplete, location_map)
    if expected is None:
        expected = filling.harmonic(incomplete, location_map)[location_map[..., 0] == 0]
    np.testing.assert_allclose(filled[location_map[..., 0] == 0], expected, atol=1e-5)


def test_to_see_costs_three_channels_of_the_first_convolution():
    count = {
        sees: networks.hybrid_in_window(sees, "nothing", widths=(4, 8)).count_params()
        for sees in (True, False)
    }
    assert count[True] - count[False] == 3 * 3 * 3 * 4


def test_a_hybrid_survives_saving(everywhere, tmp_path):
    incomplete, location_map = everywhere[0][::100], everywhere[1][::100]
    network = networks.hybrid_in_window(widths=(4, 8))
    filled = filling.fill(network, incomplete, location_map)
    network.save(tmp_path / "network.keras")
    again = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(filling.fill(again, incomplete, location_map), filled)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: networks.hybrid_in_window(adds_to="plate"), "no base 'plate': choose one of noth"),
        (lambda: networks.hybrid_in_window(widths=()), "0 widths"),
        (lambda: networks.hybrid_in_window(window=12), "window"),
        (lambda: hybrids.membrane_matrices(0), "hole"),
    ],
)
def test_what_cannot_be_built_is_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()
