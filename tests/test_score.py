"""Scoring a network, a method or its fills: the numbers, the places, and what is refused."""

import json
from contextlib import nullcontext
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from own_photographs import keep
from PIL import Image
from scored import refused

from inpainting_guide import filling, measuring, networks
from inpainting_guide.commands import command, entries, standings
from inpainting_guide.common import arguments
from inpainting_guide.data import holes, protocol
from inpainting_guide.filling import export, methods
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.pages import trade_off

TELEA = filling.CLASSICAL["Telea"]

pytestmark = pytest.mark.usefixtures("quick_task")


def test_the_recorded_standings_hold_every_method_on_both_tasks():
    names = {method.name for method in methods.METHODS.values()}
    for name in ("validation", "test"):
        recorded = standings.read(name)
        assert recorded.keys() == names
        for row in recorded.values():
            assert row["psnr_of_mean"].low < row["psnr_of_mean"].value < row["psnr_of_mean"].high
    ranked = sorted(recorded, key=lambda name: -recorded[name]["psnr_of_mean"].value)
    assert ranked.index("U-Net") < ranked.index("harmonic") < ranked.index("mean colour")


def test_what_is_recorded_of_a_classical_method_is_what_is_measured(monkeypatch):
    monkeypatch.delenv("INPAINTING_GUIDE_QUICK")
    task = protocol.validation()
    fills = {"Telea": TELEA(task.incomplete, task.location_map)}
    rows = measuring.right_and_real(fills, task)
    recorded = standings.read("validation")["Telea"]
    assert rows["Telea"].keys() == recorded.keys() == standings.TITLES.keys()
    for key, quantity in rows["Telea"].items():
        assert quantity.value == pytest.approx(recorded[key].value, rel=1e-3)
    assert 0 < rows["photographs"]["laplacian"].value < recorded["laplacian"].value


def test_places_are_counted_from_the_best():
    others = {"a": {"psnr_of_mean": Quantity(17), "laplacian": Quantity(30)}}
    others["b"] = {"psnr_of_mean": Quantity(15), "laplacian": Quantity(20)}
    ours = {"psnr_of_mean": Quantity(16), "laplacian": Quantity(10)}
    assert [standings.place(ours, others, key) for key in ours] == [2, 1]


def test_fills_are_scored_and_drawn(quick_task, capsys, tmp_path):
    np.savez("telea.npz", fills=TELEA(quick_task.incomplete, quick_task.location_map))
    assert command.main(["score", "telea.npz"]) == 0
    said = capsys.readouterr()
    expected = measuring.score(
        TELEA(quick_task.incomplete, quick_task.location_map), quick_task
    ).summary()
    psnr = expected["psnr_of_mean"]
    assert f"PSNR of the mean squared error, dB: {psnr} ({psnr.interval})" in said.out
    assert "\n> yours " in said.out
    assert "\n  U-Net " in said.out
    assert "By PSNR number " in said.out
    assert "a quick run: 24 cars say nothing" in said.err
    with Image.open("telea-score.png") as picture:
        assert picture.format == "PNG"
        assert min(picture.size) > 500
    assert "telea-score.png exists" in refused(capsys, "telea.npz")
    assert command.main(["score", "telea.npz", "--force"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"telea.npz", "telea-score.png"}


@pytest.mark.parametrize("which", ["validation", "test"])
def test_the_cars_that_are_asked_for_are_scored(capsys, monkeypatch, which):
    monkeypatch.setattr(trade_off, "draw", lambda *_: plt.figure())  # which takes longest
    options = ["--test"] if which == "test" else []
    assert command.main(["score", "telea", *options]) == 0
    protocol.declare_final()
    task = getattr(protocol, which)()
    psnr = measuring.score(TELEA(task.incomplete, task.location_map), task).summary()
    psnr = psnr["psnr_of_mean"]
    assert f"squared error, dB: {psnr} ({psnr.interval})" in capsys.readouterr().out


def test_a_method_a_network_and_its_files_are_filled_with(quick_task, monkeypatch):
    monkeypatch.setattr(entries, "AT_ONCE", 10)  # in parts, of which the last is smaller
    pictures = quick_task.incomplete, quick_task.location_map
    np.testing.assert_array_equal(entries.fills("telea", quick_task), TELEA(*pictures))
    keras.utils.set_random_seed(0)
    network = networks.unet(widths=(4, 4))
    expected = filling.fill(network, *pictures)
    keep(network)
    np.testing.assert_allclose(entries.fills("unet", quick_task), expected, atol=1e-6)
    network.save("mine.keras")
    np.testing.assert_allclose(entries.fills("mine.keras", quick_task), expected, atol=1e-6)
    export.write_onnx(export.filler(network), Path("mine.onnx"))
    np.testing.assert_allclose(entries.fills("mine.onnx", quick_task), expected, atol=1e-3)


def test_an_onnx_file_with_noise_gives_a_sample(quick_task, monkeypatch):
    monkeypatch.setattr(entries, "AT_ONCE", 10)
    inputs, noise = keras.Input((32, 32, 4)), keras.Input((3,))
    outputs = 0 * inputs[..., :3] + 0.5 + 0.1 * keras.layers.Reshape((1, 1, 3))(noise)
    export.write_onnx(keras.Model([inputs, noise], outputs), Path("mine.onnx"))
    filled = entries.fills("mine.onnx", quick_task)
    drawn = np.random.default_rng(0).standard_normal((24, 3), np.float32)
    expected = np.broadcast_to(0.5 + 0.1 * drawn[:, None, None], filled.shape)
    expected = holes.compose(quick_task.images, expected, quick_task.location_map)
    np.testing.assert_allclose(filled, expected, atol=1e-6)


@pytest.mark.parametrize(("levels", "kept"), [(0.4, True), (0.7, False)])
def test_known_pixels_may_be_rounded_to_8_bits_and_no_more(quick_task, levels, kept):
    filled = quick_task.images.copy()
    row, column = np.argwhere(quick_task.location_map[5, ..., 0])[0]
    filled[5, row, column] += np.float32(levels / 255)
    np.savez("mine.npz", anything=filled)
    with nullcontext() if kept else pytest.raises(ValueError, match="known pixels"):
        entries.fills("mine.npz", quick_task)


def test_the_test_cars_are_given_out_when_asked_and_every_look_is_counted(
    capsys, store_folder, monkeypatch
):
    protocol.declare_final()
    few = protocol.test()
    protocol.choose_again()
    monkeypatch.delenv("INPAINTING_GUIDE_QUICK")  # a quick look is none
    for name in ("test", "validation"):
        monkeypatch.setattr(protocol, name, lambda: few)
    monkeypatch.setattr(trade_off, "draw", lambda *_: plt.figure())  # which takes longest
    for look in (1, 2):
        assert command.main(["score", "telea", "--test", "--force"]) == 0
        said = capsys.readouterr()
        assert "24 test cars" in said.out
        assert "for a recipe that is final" in said.err
        assert f"Looks so far on this machine: {look}, of them at these fills: {look}." in said.err
    assert command.main(["score", "harmonic", "--test"]) == 0
    assert "machine: 3, of them at these fills: 1." in capsys.readouterr().err
    assert command.main(["score", "harmonic"]) == 0  # draws another picture
    assert capsys.readouterr().err == ""
    looks = store_folder / "looks_at_the_test_cars.json"
    counted = json.loads(looks.read_text("utf-8"))["looks"]
    assert [look["entry"] for look in counted] == ["telea", "telea", "harmonic"]
    looks.write_text("[]", encoding="utf-8")
    assert command.main(["score", "harmonic", "--test", "--force"]) == 0
    assert "could not be counted" in capsys.readouterr().err


def test_points_that_leave_no_room_for_labels_cost_the_map_alone(capsys, monkeypatch):
    monkeypatch.setattr(trade_off, "draw", lambda *_: arguments.some("rooms", []))
    assert command.main(["score", "telea"]) == 0
    assert "no map was drawn" in capsys.readouterr().err
    assert not Path("telea-score.png").exists()
