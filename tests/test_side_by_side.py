import numpy as np
import pytest

from inpainting_guide.data import holes
from inpainting_guide.filling import classical, comparison
from inpainting_guide.measuring import metrics
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.pages import side_by_side

# --- Other holes --------------------------------------------------------------------------------


def test_the_psnr_over_holes_of_any_size(photographs, rng):
    location_map = holes.random_square(12, rng, hole=5)
    reached = side_by_side.psnr({}, photographs, location_map, ("harmonic", "mean colour"))
    filled = classical.harmonic(holes.cut(photographs, location_map), location_map)
    error = metrics.squared_error(photographs, filled, location_map).mean()
    assert reached["harmonic"] == pytest.approx(metrics.psnr(error))
    assert list(reached) == ["harmonic", "mean colour"]


def test_holes_of_every_side_and_at_every_place(photographs):
    names, images = ("mean colour", "harmonic"), photographs[:3]
    by_side = side_by_side.psnr_by_side({}, images, (4, 12), names)
    assert list(by_side) == list(names)
    location_map = holes.random_square(3, np.random.default_rng(0), hole=4)
    assert by_side["harmonic"][0] == side_by_side.psnr({}, images, location_map, names)["harmonic"]
    assert by_side["harmonic"][0] > by_side["harmonic"][1] > by_side["mean colour"][1]
    grid = side_by_side.psnr_by_place({}, images, (0, 20), "harmonic")
    location_map = holes.square([20] * 3, [0] * 3)
    expected = side_by_side.psnr({}, images, location_map, ("harmonic",))["harmonic"]
    assert grid.shape == (2, 2)
    assert grid[1, 0] == expected != grid[0, 1]


# --- For readers --------------------------------------------------------------------------------


def test_what_a_method_costs_has_its_units(monkeypatch):
    row = {"parameters": 1234, "training_seconds": 56.0, "milliseconds_1": 0.123, "ratio_100": 2.5}
    monkeypatch.setattr(comparison, "costs", lambda *asked: {"U-Net": row})
    assert side_by_side.costs({}, None)["U-Net"] == {
        "parameters": 1234,
        "training_seconds": Quantity(56.0, "s"),
        "milliseconds_1": Quantity(0.123, "ms"),
        "ratio_100": Quantity(2.5, "times"),
    }
