import csv
import json

import numpy as np
import pytest

from inpainting_guide import (
    classical,
    comparison,
    holes,
    metrics,
    plausibility,
    protocol,
    side_by_side,
)


@pytest.fixture
def task(photographs):
    return protocol.task(photographs, seed=0)


# --- The protocol's holes -----------------------------------------------------------------------


def test_the_measures_of_the_photographs_themselves(task):
    fills = {"same": task.images, "grey": np.full_like(task.images, 0.5)}
    scores = {name: protocol.score(filled, task) for name, filled in fills.items()}
    measured = side_by_side.measure(fills, task, scores)
    assert measured["same"]["sharpness"].value == measured["same"]["seam"].value == 1
    assert measured["grey"]["sharpness"].value == 0
    assert measured["grey"]["psnr_of_mean"] == scores["grey"].summary()["psnr_of_mean"]


def test_gains_are_paired(task):
    grey = np.full_like(task.images, 0.5)
    better = (grey + task.images) / 2  # half the error everywhere
    gained, wins = side_by_side.gains({"autoencoder": grey, "better": better}, task)
    assert gained["autoencoder"] == (0, 0, 0)
    assert gained["better"] == pytest.approx([10 * np.log10(4)] * 3, abs=1e-4)
    assert wins == {"autoencoder": 0, "better": 1}
    with pytest.raises(ValueError, match="no method 'U-Net': choose one of grey"):
        side_by_side.gains({"grey": grey}, task, "U-Net")


def test_the_classifier_learns_on_fills_of_half_the_validation_cars(task, monkeypatch):
    asked = {}

    def accuracies(filled, judged, training_filled, cars):
        asked[len(asked)] = filled, training_filled, cars
        return "early", "late"

    monkeypatch.setattr(plausibility, "classifier_accuracies", accuracies)
    fills = {"harmonic": task.images, "mean colour": 1 - task.images, "Telea": task.images}
    names = ("mean colour", "harmonic")
    found = side_by_side.recognised({}, fills, task, names)
    assert found == {name: {"weak": "early", "strong": "late"} for name in names}
    cars = protocol.validation()
    for (filled, training_filled, given), name in zip(asked.values(), names, strict=True):
        assert filled is fills[name]
        half = cars.incomplete[:250], cars.location_map[:250]
        np.testing.assert_array_equal(training_filled, classical.METHODS[name](*half))
        np.testing.assert_array_equal(given.images, cars.images)


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


def test_a_distance_has_the_interval_of_its_difference_from_the_floor():
    floor = np.array([5.0, 6.0, 7.0])
    assert side_by_side.distance(floor + 2, floor) == (8, 8, 8)
    assert side_by_side.distance(floor, floor) == (6, 6, 6)
    value, low, high = side_by_side.distance(floor + np.arange(1, 4), floor)
    assert value == pytest.approx(8)
    assert high - value == pytest.approx(value - low) == pytest.approx(4.303, abs=1e-3)
    with pytest.raises(ValueError, match="at least two splits"):
        side_by_side.distance(floor[:1], floor[:1])


def test_results_are_handed_on_as_a_file_and_for_chapters(tmp_path, monkeypatch):
    monkeypatch.setenv("INPAINTING_GUIDE_RESULTS", str(tmp_path))
    names = [method.name for method in comparison.METHODS.values()]
    measured = {name: {"gain": metrics.Estimate(1.234, -1, 2)} for name in names}
    measured["autoencoder"] = measured["autoencoder"] | {"weak": metrics.Estimate(0.5, 0.4, 0.6)}
    costs = {name: {"parameters": 1234, "milliseconds_1": 0.1234} for name in names}
    shares = {"wins": dict.fromkeys(names, 0.567), "diversity": {"autoencoder": 0.25}}
    side_by_side.publish("page", measured, shares, costs)
    results = json.loads((tmp_path / "page.json").read_text("utf-8"))["comparison"]
    assert list(results) == list(comparison.METHODS)
    assert results["autoencoder"]["diversity"] == "25 %"
    assert results["unet"] == {
        "gain": "1.23", "gain_interval": "-1.00 to 2.00", "wins": "57 %", "parameters": "1,234",
        "milliseconds_1": "0.12",
    }  # fmt: skip
    with (tmp_path / "page.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["method"]: row for row in csv.DictReader(file)}
    assert list(rows) == names
    assert rows["U-Net"]["family"] == "squared error"
    assert (rows["U-Net"]["diversity"], rows["autoencoder"]["diversity"]) == ("", "0.25")
    assert (rows["U-Net"]["weak"], rows["autoencoder"]["weak"]) == ("", "0.5")
    assert (rows["U-Net"]["wins"], rows["U-Net"]["milliseconds_1"]) == ("0.567", "0.1234")
