"""What the benchmarks record, for chapters to quote."""

import json
import re
import types
from pathlib import Path

import numpy as np
import pytest
import recording

from inpainting_guide.measuring.quantities import Quantity

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def test_a_record_holds_the_results_the_machine_and_the_date(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "RESULTS", tmp_path / "results")
    recording.record("speed", {"unet": {"gain": Quantity(0.5, "dB", 0.4, 0.6)}, "images": 6400})
    (path,) = (tmp_path / "results").iterdir()
    assert path.name == "speed.json"
    found = json.loads(path.read_text("utf-8"))["speed"]
    assert found["unet"] == {"gain": {"value": 0.5, "unit": "dB", "low": 0.4, "high": 0.6}}
    assert found["images"] == 6400
    assert {"date", "processor", "tensorflow", "precision", "code"} <= found.keys()


def test_a_quick_run_is_not_recorded(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "RESULTS", tmp_path)
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    with pytest.raises(ValueError, match="speed.json keeps what was measured: unset INPAINTING_"):
        recording.record("speed", {"gain": 1})
    assert not list(tmp_path.iterdir())


def test_records_are_written_in_one_place():
    writing = [
        path.name for path in BENCHMARKS.glob("*.py") if "write_json" in path.read_text("utf-8")
    ]
    assert writing == ["recording.py"]


def test_every_record_was_made_with_the_images_of_its_script():
    budget = r'(?m)^(?:\w+_)?IMAGES\b.*? = ([\d_]+)|"--images".*default=([\d_]+)'
    compared = {}
    for path in BENCHMARKS.glob("*.py"):
        text = path.read_text("utf-8")
        images, name = re.search(budget, text), re.search(r'\brecord\("(\w+)"', text)
        results = BENCHMARKS / "results" / f"{name and name[1]}.json"
        if images and results.exists():
            (found,) = json.loads(results.read_text("utf-8")).values()
            if "images" in found:  # and not a budget for each of its rows
                compared[path.name] = found["images"], int(images[1] or images[2])
    assert len(compared) > 12
    assert all(found == expected for found, expected in compared.values()), compared


def test_a_part_is_added_to_what_was_recorded_in_the_same_way(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "RESULTS", tmp_path)
    settings = {"images": 6400, "seeds": 3}
    assert recording.recorded("losses", settings) == {}
    recording.record("losses", settings | {"ssim": {"psnr": 15.9}, "window": {"psnr": 16.2}})
    others = recording.recorded("losses", settings)
    recording.record("losses", others | settings | {"window": {"psnr": 16.3}, "rim": {"psnr": 16}})
    found = json.loads((tmp_path / "losses.json").read_text("utf-8"))["losses"]
    assert [found[name]["psnr"] for name in ("ssim", "window", "rim")] == [15.9, 16.3, 16]
    assert found["seeds"] == 3
    with pytest.raises(ValueError, match=r"losses.json was recorded with seeds 3, this run has 1"):
        recording.recorded("losses", settings | {"seeds": 1})
    with monkeypatch.context() as patch:
        patch.setattr(recording.digests, "behaviour", lambda *_: "another code")
        with pytest.raises(ValueError, match=r"with code \w+, this run has another code: a part"):
            recording.recorded("losses", settings)
    versions = recording.machine.versions() | {"keras": "0.1"}
    monkeypatch.setattr(recording.machine, "versions", lambda: versions)
    with pytest.raises(ValueError, match=r"with keras \d.*, this run has 0.1: a part can be added"):
        recording.recorded("losses", settings)


def test_results_are_shown_a_line_each(capsys):
    recording.show({"unet": {"gain": Quantity(0.5, "dB", 0.4, 0.6)}, "seeds": "0, 1"})
    assert capsys.readouterr().out.splitlines() == [
        "unet:", "  gain: 0.50 (0.40 to 0.60)", "seeds: 0, 1"
    ]  # fmt: skip


def test_ranges_are_written_as_their_unit_deserves():
    assert str(recording.ends([16.287, 16.251, 16.26])) == "16.25 to 16.29"
    assert str(recording.ends([0.54, 0.523], "")) == "0.523 to 0.540"


def test_a_lead_is_averaged_over_seeds_and_has_its_interval_over_cars():
    ours, theirs = (
        [types.SimpleNamespace(psnr=np.array(psnr)) for psnr in of_seeds]
        for of_seeds in ([[2.5, 3], [4, 4]], [[2, 1.5], [2.5, 1.5]])
    )
    found = recording.lead("gain", ours, theirs)
    assert found["gain"].value == 1.5
    assert (found["gain"].low, found["gain"].high) == (1, 2)
    assert str(found["gain_of_seeds"]) == "1.00 to 2.00"
