"""The fills that a page hands on, for the readers of the site to choose from."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from inpainting_guide.data import protocol
from inpainting_guide.filling import classical
from inpainting_guide.measuring import metrics
from inpainting_guide.pages import publishing, showing

FAMILIES = {"harmonic": "classical", "a </script>": "adversarial"}


@pytest.fixture
def task(photographs):
    return protocol.task(photographs, seed=0)


@pytest.fixture
def fills(task):
    harmonic = classical.harmonic(task.incomplete, task.location_map)
    bright = np.where(task.location_map == 0, np.float32(1.5), task.images)  # beyond white
    return {"harmonic": harmonic, "a </script>": bright}


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Where a build of the site wants the results."""
    monkeypatch.setenv("INPAINTING_GUIDE_RESULTS", str(tmp_path / "results"))
    monkeypatch.setattr(showing, "pending", [])
    return tmp_path / "results"


def choices():
    """Read what the page tells its program."""
    (block,) = showing.pending
    assert block.startswith(".. raw:: html\n\n    <link ")
    assert all(line.startswith("    ") for line in block.splitlines()[2:])
    (text,) = re.findall(r'<script type="application/json">(.+?)</script>', block, re.DOTALL)
    return json.loads(text)


def test_the_wall_holds_every_fill_without_loss(results, task, fills):
    publishing.publish_fills("page", task, fills, FAMILIES, ["harmonic"])
    assert [path.name for path in results.rglob("*.*")] == ["page.png"]
    wall = np.asarray(Image.open(results / "site" / "page.png"))
    tiles = wall.reshape(4, 32, len(task.images), 32, 4).swapaxes(1, 2)
    photographs, *layers = tiles
    assert photographs[..., 3].min() == 255
    for layer, expected in zip(layers, [task.incomplete, *fills.values()], strict=True):
        laid_over = np.where(layer[..., 3:] == 255, layer, photographs)[..., :3]
        eight_bits = np.round(255 * np.clip(expected, 0, 1))
        np.testing.assert_array_equal(laid_over, eight_bits)
        np.testing.assert_array_equal(layer[..., 3] == 0, task.location_map[..., 0] == 1)


def test_the_page_tells_what_each_fill_is_and_where_its_hole(results, task, fills):
    publishing.publish_fills("page", task, fills, FAMILIES, ["harmonic"])
    told = choices()
    assert (told["wall"], told["size"], told["margin"]) == ("../page.png", 32, 4)
    assert [(m["name"], m["family"], m["chosen"]) for m in told["methods"]] == [
        ("harmonic", "classical", True),
        ("a </script>", "adversarial", False),
    ]
    error = metrics.squared_error(task.images, fills["harmonic"], task.location_map)
    assert told["methods"][0]["psnr"] == [f"{value:.2f}" for value in metrics.psnr(error)]
    for (top, bottom, left, right), location_map in zip(
        told["holes"], task.location_map, strict=True
    ):
        assert not location_map[top:bottom, left:right].any()
        assert (location_map == 0).sum() == (bottom - top) * (right - left)


def test_what_a_fill_says_of_known_pixels_is_not_read(results, task, fills):
    publishing.publish_fills("page", task, fills, FAMILIES, [])
    wall = (results / "site" / "page.png").read_bytes()
    for name, filled in fills.items():
        fills[name] = np.where(task.location_map == 0, filled, np.float32(np.nan))
    publishing.publish_fills("page", task, fills, FAMILIES, [])
    assert (results / "site" / "page.png").read_bytes() == wall


def test_of_many_cars_the_first_can_be_chosen(results, task, fills, monkeypatch):
    monkeypatch.setattr(publishing, "CARS", 5)
    publishing.publish_fills("page", task, fills, FAMILIES, [])
    assert len(choices()["holes"]) == 5
    assert np.asarray(Image.open(results / "site" / "page.png")).shape[1] == 5 * 32


def test_fills_are_published_only_for_a_site(tmp_path, monkeypatch, task, fills):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INPAINTING_GUIDE_RESULTS", raising=False)
    publishing.publish_fills("page", task, fills, FAMILIES, ["harmonic"])
    assert not list(tmp_path.iterdir())
    assert not showing.pending


def test_a_wall_is_never_seen_half_written(results, task, fills, monkeypatch):
    publishing.publish_fills("page", task, fills, FAMILIES, [])
    whole = (results / "site" / "page.png").read_bytes()

    def stopped(image, path, **settings):
        path.write_bytes(whole[:100])
        raise OSError("no space left")

    monkeypatch.setattr(Image.Image, "save", stopped)
    with pytest.raises(OSError, match="no space left"):
        publishing.publish_fills("page", task, fills, FAMILIES, [])
    assert (results / "site" / "page.png").read_bytes() == whole
    assert [path.name for path in results.rglob("*.*")] == ["page.png"]
    assert len(showing.pending) == 1


def test_what_cannot_be_chosen_from_is_refused(results, task, fills):
    def publish(these=fills, families=FAMILIES, chosen=()):
        publishing.publish_fills("page", task, these, families, chosen)

    with pytest.raises(ValueError, match="0 methods: expected at least 1"):
        publish({})
    with pytest.raises(ValueError, match="no method 'Telea': choose one of harmonic, "):
        publish(chosen=["Telea"])
    with pytest.raises(ValueError, match="no method with a family 'a </script>'"):
        publish(families={"harmonic": "classical"})
    with pytest.raises(ValueError, match=r"11.*12|12.*11"):
        publish({"harmonic": fills["harmonic"][:11]})
    assert not list(results.rglob("*.*"))
    assert not showing.pending
