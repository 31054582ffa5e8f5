"""Values on grids: their colours, their numbers, and what they are compared with."""

import numpy as np
import pytest

from inpainting_guide.data import holes
from inpainting_guide.pages import grids


def test_heat_maps_share_one_scale(rng):
    values = {"left": rng.random((3, 4)), "right": 5 + rng.random((3, 4))}
    figure = grids.heat_maps(values, "error, dB")
    drawn = [axis for axis in figure.axes if axis.images]
    assert [axis.get_title() for axis in drawn] == ["left", "right"]
    for axis, grid in zip(drawn, values.values(), strict=True):
        np.testing.assert_array_equal(axis.images[0].get_array(), grid)
        assert axis.images[0].get_clim() == (values["left"].min(), values["right"].max())
    assert figure.axes[-1].get_xlabel() == "error, dB"  # of the colour bar
    ends = f"left from {values['left'].min():.3g} to {values['left'].max():.3g}"
    assert figure.get_suptitle().startswith(f"error, dB, by row and column: {ends}; right from 5")


def test_a_heat_map_of_both_signs_is_white_at_zero():
    axis = grids.heat_maps({"": np.array([[-3.0, 1.0]])}, "error").axes[0]
    assert axis.images[0].get_clim() == (-3, 3)
    assert axis.images[0].cmap(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.05)


def test_rows_and_columns_of_a_heat_map_can_have_other_numbers(rng):
    figure = grids.heat_maps({"": rng.random((3, 3))}, "error, dB", (0, 4, 8))
    ticks = figure.axes[0].get_xticklabels(), figure.axes[0].get_yticklabels()
    assert [[tick.get_text() for tick in side] for side in ticks] == [["0", "4", "8"]] * 2


def test_many_profiles_are_numbers_on_the_colour_of_their_difference():
    profiles = {"a": np.array([0.001, 0.1]), "b": np.array([0.01, 0.01]), "c": np.array([0.1, 0.1])}
    figure = grids.hole_profiles(profiles, "b", {"a": "x", "b": "x", "c": "y"})
    axis = figure.axes[0]
    np.testing.assert_allclose(axis.images[0].get_array(), [[10, -10], [0, 0], [-10, -10]])
    assert [text.get_text() for text in axis.texts] == ["30.0", "10.0", "20.0", "20.0", "10.0",
                                                        "10.0"]  # fmt: skip
    assert [text.get_color() for text in axis.texts[:3]] == ["white", "white", grids.INK]
    assert [label.get_text() for label in axis.get_yticklabels()] == list("abc")
    assert [label.get_text() for label in axis.get_xticklabels()] == ["1", "2"]
    assert [line.get_ydata()[0] for line in axis.lines] == [1.5]  # between the families
    assert figure.axes[1].get_xlabel() == "PSNR minus that of the b, dB"
    assert figure.get_suptitle().endswith("inwards: a 30.0 to 10.0, b 20.0 to 20.0, c 10.0 to 10.0")


def test_influence_maps_are_relative_and_tell_their_share_on_known_pixels(rng):
    location_map = holes.square(10, 8)[0, ..., 0]
    maps = {"a": [np.ones((32, 32)), 2 * rng.random((32, 32))], "b": [location_map, location_map]}
    pixels = {"centre": (15, 14), "rim": (10, 14)}
    figure = grids.influence_maps(maps, location_map, pixels)
    panels = [axis for axis in figure.axes if axis.images]
    shares = [axis.get_xlabel() for axis in panels[:2]]
    assert shares == ["86 % on known pixels", "100 % on known pixels"]
    assert all(axis.images[0].get_array().max() == 1 for axis in panels)
    assert all(len(axis.lines) == 1 + 4 for axis in panels)  # the cross and the hole's corners
    assert [float(panels[2].lines[0].get_xdata()[0]), panels[2].lines[0].get_ydata()[0]] == [14, 10]
    assert "a, centre, 86 % on known pixels" in figure.get_suptitle()
    with pytest.raises(ValueError, match="nothing has a map of zeros: nothing acts on its output"):
        grids.influence_maps({"nothing": [np.zeros((32, 32))]}, location_map, pixels)
    with pytest.raises(ValueError, match=r"0 maps: expected at least 1"):
        grids.influence_maps({}, location_map, pixels)


def test_a_quick_run_is_marked(monkeypatch):
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    profile, grid = {"a": np.array([0.01, 0.1])}, np.eye(3)
    for figure in (
        grids.heat_maps({"": grid}, "share, %"),
        grids.hole_profiles(profile, "a", {"a": "x"}),
        grids.influence_maps({"a": [grid]}, 1 - grid, {"rim": (0, 0)}),
    ):
        assert "quick run" in [text.get_text() for text in figure.texts]
