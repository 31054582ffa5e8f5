"""The figure of time and quality, and the trainings that it shows."""

import itertools
import re
from pathlib import Path

import keras
import minutes as benchmark
import numpy as np
import pytest

from inpainting_guide import filling, training
from inpainting_guide.commands import claims
from inpainting_guide.data import holes
from inpainting_guide.measuring import metrics
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.pages import minutes

ROOT = Path(__file__).parents[1]
POINTS = {
    "U-Net": (Quantity(1.0), Quantity(16.7, "dB", 16.5, 16.9)),
    "U-Net in a window": (Quantity(1.2), Quantity(17.0, "dB", 16.8, 17.2)),
    "direct CNN": (Quantity(0.9), Quantity(16.8, "dB", 16.6, 17.0)),
    "harmonic": (Quantity(0), Quantity(15.3, "dB", 15.1, 15.4)),
}
FAMILIES = {"harmonic": "classical"} | dict.fromkeys(list(POINTS)[:3], "squared error")
LABELS = "training, units", "PSNR, dB"
CURVE = [
    (Quantity(2), Quantity(17.2, "dB", 17.0, 17.4)),
    (Quantity(0.5), Quantity(16.6, "dB")),
]


def test_every_training_and_every_method_is_drawn_and_told():
    figure = minutes.time_and_quality({"in a window": CURVE}, POINTS, FAMILIES, LABELS)
    (axis,) = figure.axes
    line = axis.lines[0]
    assert list(line.get_xdata()) == [0.5, 2]  # from the shortest on
    assert list(line.get_ydata()) == [16.6, 17.2]
    drawn = [container.lines for container in axis.containers]
    expected = [(t.value, q.value) for t, q in [*CURVE, *POINTS.values()]]
    assert [tuple(marker.get_xydata()[0]) for marker, _, _ in drawn] == expected
    ends = [bars[0].get_segments()[0][:, 1].tolist() if bars else None for _, _, bars in drawn]
    intervals = [(quality.low, quality.high) for _, quality in [*CURVE, *POINTS.values()]]
    assert ends == [pytest.approx(ends) if ends[0] else None for ends in intervals]
    assert {text.get_text() for text in axis.texts} - {""} == set(POINTS)
    assert "in a window 17.20 after 2" in figure.get_suptitle()


def test_no_name_lies_on_the_line_or_nearer_to_another_point():
    figure = minutes.time_and_quality({"in a window": CURVE}, POINTS, FAMILIES, LABELS)
    figure.canvas.draw()
    (axis,) = figure.axes
    transform = axis.transData.transform
    places = {name: transform([t.value, q.value]) for name, (t, q) in POINTS.items()}
    corners = transform(axis.lines[0].get_xydata())
    for text in axis.texts:
        box = text.get_window_extent()
        if name := text.get_text():
            assert not any(box.contains(*place) for place in np.linspace(*corners, 500))
            apart = {n: np.hypot(*(np.clip(p, box.min, box.max) - p)) for n, p in places.items()}
            assert min(apart, key=apart.get) == name


def test_recorded_trainings_have_the_times_of_one_that_was_timed():
    recorded = minutes.recorded_trainings()
    curve = minutes.recorded_curve(100_000, 1.2)
    assert [quality.value for _, quality in curve] == [each["test"] for each in recorded]
    times = {each["images"]: time.value for each, (time, _) in zip(recorded, curve, strict=True)}
    assert times[100_000] == pytest.approx(1.2)
    assert times[34_000] == pytest.approx(0.34 * 1.2)


def test_one_curve_and_known_families_are_wanted():
    with pytest.raises(ValueError, match="0 curves: expected one"):
        minutes.time_and_quality({}, POINTS, FAMILIES, LABELS)
    with pytest.raises(ValueError, match="family of U-Net"):
        minutes.time_and_quality({"a": CURVE}, POINTS, FAMILIES | {"U-Net": "new"}, LABELS)


def test_longer_trainings_were_recorded_as_better_ones():
    recorded = minutes.recorded_trainings()
    assert {34_000, 100_000} <= {each["images"] for each in recorded}
    for shorter, longer in itertools.pairwise(recorded):
        assert shorter["units"] < longer["units"]
        assert shorter["images"] < longer["images"]
        assert shorter["validation"] < longer["validation"]


def test_a_claim_may_take_longer_than_it_says_by_what_recordings_differ():
    an_image = [each["units"] / each["images"] for each in minutes.recorded_trainings()]
    assert max(an_image) / min(an_image) < 1 + claims.TIME_TOLERANCE


def test_a_row_keeps_both_measures_and_the_intervals_where_they_are_known():
    errors = np.random.default_rng(0).uniform(0.01, 0.03, 50)
    seeds = [
        {
            "psnr_of_mean": metrics.psnr_of_mean(error),
            "mean_psnr": metrics.mean(metrics.psnr(error), "dB"),
            "ssim": Quantity(0.5),
        }
        for error in (errors, 1.1 * errors)
    ]
    measured = (
        {"units": 0.964} | claims.average("validation", seeds) | claims.average("test", seeds)
    )
    row = benchmark.summary(68_000, measured)
    assert (row["images"], row["units"], row["seeds"]) == (68_000, 0.96, 2)
    low, high = row["test_interval"]
    assert low < row["test"] < high
    assert row["test"] < row["test_mean_psnr"]
    assert row["spread"] == pytest.approx(10 * np.log10(1.1) / np.sqrt(2), abs=1e-3)
    before = {key: value for key, value in measured.items() if "interval" not in key}
    assert benchmark.summary(68_000, before).keys() == row.keys() - {
        "test_interval",
        "validation_interval",
    }


@pytest.mark.parametrize(
    ("sees", "far_pixels_count"),
    [("window", False), ("harmonic fill", False), ("place", False), ("photograph", True)],
)
def test_what_is_seen_besides_the_window(sees, far_pixels_count, photographs):
    keras.utils.set_random_seed(0)  # other weights can leave so few channels dead, and see nothing
    network = benchmark.build((8, 8), 24, sees)
    location_map = holes.square([0], [0])  # the window ends at row and column 17
    incomplete = holes.cut(photographs[:1], location_map)
    changed = incomplete.copy()
    changed[:, 20:] = 1 - changed[:, 20:]
    fills = [filling.fill(network, images, location_map) for images in (incomplete, changed)]
    hole = location_map[..., 0] == 0
    assert (fills[0][hole] != fills[1][hole]).any() == far_pixels_count


def test_a_change_of_the_recipe_reaches_the_training(monkeypatch, photographs):
    asked = {}
    monkeypatch.setattr(training, "fit", lambda network, images, **how: asked.update(how))
    network, _ = benchmark.train(320, 1, photographs, momentum=0.95, widths=(2, 2))
    assert (network.optimizer.momentum, network.optimizer.ns_steps) == (0.95, 3)
    rate = network.optimizer._learning_rate
    assert [float(rate(step)) for step in (0, 1, 20)] == pytest.approx([0, 3e-3, 0], abs=1e-8)
    told = [asked[key] for key in ("budget", "batch_size", "epochs", "seed")]
    assert told == [320, 16, 5, 1]


def test_that_of_the_page_is_the_entry():
    recorded = {each["images"]: each for each in minutes.recorded_trainings()}
    claim = claims.read(ROOT / "challenge" / "unet_in_window.json")
    found = recorded[100_000]
    assert found["units"] == round(claim["units"], 2)
    for task in claims.TASKS:
        assert found[task] == pytest.approx(np.mean(claim[f"{task}_psnrs"]), abs=1e-3)
        assert found[f"{task}_mean_psnr"] == round(claim[task]["mean_psnr"], 3)
    for script in ("gallery/how_far_minutes_go", "challenge/unet_in_window", "benchmarks/minutes"):
        text = (ROOT / f"{script}.py").read_text("utf-8")
        for part in (
            "100_000",
            r"\(48, 96, 128\)",
            r"momentum\W+0\.9",
            "3e-3",
            r'BATCH_SIZE = 100_000, 16|"batch_size": 16',
        ):
            told = re.search(rf"(?<!\w)(?:{part})(?!\w)", text)
            assert told, f"{script} has another recipe: {part} is missing"
