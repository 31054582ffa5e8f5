"""The figure of time and quality, and the trainings that it shows."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from inpainting_guide.commands import claims
from inpainting_guide.pages import minutes

ROOT = Path(__file__).parents[1]
POINTS = {"U-Net": (1.0, 16.7), "harmonic": (0.1, 15.3)}
FAMILIES = {"U-Net": "squared error", "harmonic": "classical"}
LABELS = "training, units", "PSNR, dB"


def test_every_training_and_every_method_is_drawn_and_told():
    curve = {"in a window": [(2, 17.2), (0.5, 16.6)]}
    figure = minutes.time_and_quality(curve, POINTS, FAMILIES, LABELS)
    (axis,) = figure.axes
    line, *points = axis.lines
    assert list(line.get_xdata()) == [0.5, 2]  # from the shortest on
    assert list(line.get_ydata()) == [16.6, 17.2]
    assert [tuple(point.get_xydata()[0]) for point in points] == list(POINTS.values())
    assert {text.get_text() for text in axis.texts} == {"in a window", *POINTS}
    assert "in a window 17.20 after 2" in figure.get_suptitle()


def test_one_curve_and_known_families_are_wanted():
    with pytest.raises(ValueError, match="0 curves: expected one"):
        minutes.time_and_quality({}, POINTS, FAMILIES, LABELS)
    with pytest.raises(ValueError, match="family of U-Net"):
        minutes.time_and_quality({"a": [(1, 1)]}, POINTS, {"U-Net": "new"}, LABELS)


def test_longer_trainings_were_recorded_as_better_ones():
    recorded = minutes.recorded_trainings()
    assert {28_000, 78_400} <= {each["images"] for each in recorded}
    for shorter, longer in itertools.pairwise(recorded):
        assert shorter["units"] < longer["units"]
        assert shorter["images"] < longer["images"]
        assert shorter["validation"] < longer["validation"]


def test_that_of_the_page_is_the_entry():
    recorded = {each["images"]: each for each in minutes.recorded_trainings()}
    claim = claims.read(ROOT / "challenge" / "unet_in_window.json")
    found = recorded[78_400]
    assert found["units"] == round(claim["units"], 2)
    for task in ("validation", "test"):
        assert found[task] == pytest.approx(np.mean(claim[f"{task}_psnrs"]), abs=1e-3)
    for script in ("gallery/how_far_minutes_go", "challenge/unet_in_window", "benchmarks/minutes"):
        text = (ROOT / f"{script}.py").read_text("utf-8")
        for part in ("78_400", "(48, 96, 192)", "0.9", "3e-3", "16"):
            assert part in text, f"{script} has another recipe: {part} is missing"
