"""Several measures of several methods in one figure."""

import pytest

from inpainting_guide.measuring import Quantity
from inpainting_guide.pages import panels

ROWS = {
    "base": {"psnr": Quantity(16, "dB", 15.5, 16.5), "seam": Quantity(0.8)},
    "other": {"psnr": Quantity(15, "dB", 14.5, 15.5), "seam": Quantity(0.9)},
}
TITLES = {"psnr": "PSNR, dB", "seam": "step"}


def test_every_measure_has_a_panel_with_its_points_intervals_and_references():
    figure = panels.measures(ROWS, TITLES, {"seam": 1.0})
    first, second, third = figure.axes
    assert (first.get_title("left"), second.get_title("left")) == ("PSNR, dB", "step")
    assert not third.get_visible()
    assert [label.get_text() for label in first.get_yticklabels()] == ["base", "other"]
    lines = [line.get_xydata().tolist() for line in first.lines]
    assert lines[1:] == [[[15.5, 0], [16.5, 0]], [[16, 0]], [[14.5, 1], [15.5, 1]], [[15, 1]]]
    assert [line.get_xdata()[0] for line in second.lines] == [0.8, 1.0, 0.8, 0.9]
    low, high = first.get_ylim()
    assert low > high  # the first method stands on top
    assert "PSNR, dB: base 16.00, other 15.00; step: base 0.800" in figure.get_suptitle()


def test_a_measure_that_a_method_lacks_is_named():
    with pytest.raises(ValueError, match="measure of other"):
        panels.measures(ROWS | {"other": {"psnr": Quantity(15, "dB")}}, TITLES)
    with pytest.raises(ValueError, match="methods"):
        panels.measures({}, TITLES)
