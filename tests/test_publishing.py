"""What a page hands on to the site, and that it hands on nothing elsewhere."""

import json

import numpy as np
import pytest

from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.pages import publishing


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Where a build of the site wants the results."""
    monkeypatch.setenv("INPAINTING_GUIDE_RESULTS", str(tmp_path / "results"))
    return tmp_path / "results"


def test_results_are_published_only_for_a_site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INPAINTING_GUIDE_RESULTS", raising=False)
    publishing.publish("page", key={"a": 1})
    publishing.publish_table("page", {"a": {"gain": 1}})
    assert not list(tmp_path.iterdir())


def test_a_quantity_is_published_with_its_unit_and_its_interval(results):
    gain = Quantity(1.5, "dB", 1.25, 1.75)
    publishing.publish("page", key={"gain": gain, "name": "U-Net", "images": 60_000}, other={})
    assert [path.name for path in results.iterdir()] == ["page.json"]
    assert json.loads((results / "page.json").read_text("utf-8")) == {
        "key": {
            "gain": {"value": 1.5, "unit": "dB", "low": 1.25, "high": 1.75},
            "name": "U-Net",
            "images": 60_000,
        },
        "other": {},
    }


def test_numbers_of_numpy_are_published_wherever_they_stand(results):
    publishing.publish(
        "page",
        key={
            "count": Quantity(np.int64(3), "count"),
            "losses": [np.float32(0.5), Quantity(np.float32(0.25))],
            "deep": {"alive": np.int64(7)},
        },
    )
    key = json.loads((results / "page.json").read_text("utf-8"))["key"]
    assert key["count"]["value"] == 3
    assert key["losses"] == [0.5, {"value": 0.25, "unit": "", "low": None, "high": None}]
    assert key["deep"] == {"alive": 7}


def test_a_table_is_kept_where_the_build_wants_it(results):
    rows = {
        "U-Net, deep": {"family": "squared error", "psnr": Quantity(20.5, "dB", 19.5, 21.5)},
        "Navier–Stokes": {"family": "classical", "wins": Quantity(0.567, "share")},
    }
    publishing.publish_table("page", rows)
    assert [path.name for path in results.iterdir()] == ["page.csv"]
    assert (results / "page.csv").read_text("utf-8").splitlines() == [
        "name,family,psnr,psnr_low,psnr_high,wins",
        '"U-Net, deep",squared error,20.5,19.5,21.5,',
        "Navier–Stokes,classical,,,,0.567",
    ]


def test_a_table_needs_rows(results):
    with pytest.raises(ValueError, match="0 rows: expected at least 1"):
        publishing.publish_table("page", {})
    assert not results.exists()
