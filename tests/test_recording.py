"""What the benchmarks record, for chapters to quote."""

import importlib
import json
from pathlib import Path

import pytest

from inpainting_guide.measuring.quantities import Quantity


@pytest.fixture
def recording(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "benchmarks")
    return importlib.import_module("recording")


def test_a_record_holds_the_results_the_machine_and_the_date(recording, tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "RESULTS", tmp_path / "results")
    recording.record("speed", {"unet": {"gain": Quantity(0.5, "dB", 0.4, 0.6)}, "images": 6400})
    (path,) = (tmp_path / "results").iterdir()
    assert path.name == "speed.json"
    found = json.loads(path.read_text("utf-8"))["speed"]
    assert found["unet"] == {"gain": {"value": 0.5, "unit": "dB", "low": 0.4, "high": 0.6}}
    assert found["images"] == 6400
    assert {"date", "processor", "tensorflow", "precision"} <= found.keys()


def test_results_are_shown_a_line_each(recording, capsys):
    recording.show({"unet": {"gain": Quantity(0.5, "dB", 0.4, 0.6)}, "seeds": "0, 1"})
    assert capsys.readouterr().out.splitlines() == [
        "unet:", "  gain: 0.50 (0.40 to 0.60)", "seeds: 0, 1"
    ]  # fmt: skip


def test_ranges_and_differences_are_written_alike(recording):
    assert recording.ends([16.287, 16.251, 16.26]) == "16.25 to 16.29"
    assert recording.ends([0.54, 0.523], "") == "0.523 to 0.540"
    assert recording.signed_interval(Quantity(0.0, "dB", -0.021, 0.02)) == "−0.02 to +0.02"
