"""Scoring a network, a method or its fills: the numbers, the places, and what is refused."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from own_photographs import keep
from PIL import Image

from inpainting_guide import filling, measuring, networks
from inpainting_guide.commands import command, entries, standings
from inpainting_guide.data import holes, protocol
from inpainting_guide.filling import export, methods
from inpainting_guide.measuring.quantities import Quantity

TELEA = filling.CLASSICAL["Telea"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Work in an empty folder, on the first images of every task alone."""
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    protocol.choose_again()


@pytest.fixture
def task():
    return protocol.validation()


def refused(capsys, *arguments):
    """Run the command, which must fail in one line and write nothing; return the line."""
    assert command.main(["score", *map(str, arguments)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


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
    rows, floor = standings.measure({"Telea": TELEA(task.incomplete, task.location_map)}, task)
    recorded = standings.read("validation")["Telea"]
    assert rows["Telea"].keys() == recorded.keys() == standings.TITLES.keys()
    for key, quantity in rows["Telea"].items():
        assert quantity.value == pytest.approx(recorded[key].value, rel=1e-3)
    assert 0 < floor < recorded["laplacian"].value


def test_places_are_counted_from_the_best():
    others = {"a": {"ssim": Quantity(0.7), "raw": Quantity(30)}}
    others["b"] = {"ssim": Quantity(0.5), "raw": Quantity(20)}
    ours = {"ssim": Quantity(0.6), "raw": Quantity(10)}
    assert [standings.place(ours, others, key) for key in ("ssim", "raw")] == [2, 1]


def test_fills_are_scored_and_drawn(task, capsys, here):
    np.savez("telea.npz", fills=TELEA(task.incomplete, task.location_map))
    assert command.main(["score", "telea.npz"]) == 0
    said = capsys.readouterr()
    expected = measuring.score(TELEA(task.incomplete, task.location_map), task).summary()
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
    assert {path.name for path in here.iterdir()} == {"telea.npz", "telea-score.png"}


def test_a_method_a_network_and_its_files_are_filled_with(task, capsys):
    pictures = task.incomplete, task.location_map
    np.testing.assert_array_equal(entries.fills("telea", task), TELEA(*pictures))
    keras.utils.set_random_seed(0)
    network = networks.unet(widths=(4, 4))
    expected = filling.fill(network, *pictures)
    keep(network)
    np.testing.assert_allclose(entries.fills("unet", task), expected, atol=1e-6)
    network.save("mine.keras")
    np.testing.assert_allclose(entries.fills("mine.keras", task), expected, atol=1e-6)
    export.write_onnx(export.filler(network), Path("mine.onnx"))
    np.testing.assert_allclose(entries.fills("mine.onnx", task), expected, atol=1e-3)


def test_an_onnx_file_with_noise_gives_a_sample(task):
    keras.utils.set_random_seed(0)
    network = networks.ConditionalVAE(widths=(8, 8, 12, 16), latent_channels=2)
    filler = export.filler(network)
    export.write_onnx(filler, Path("mine.onnx"))
    filled = entries.fills("mine.onnx", task)
    given = np.concatenate([task.incomplete, task.location_map], axis=-1)
    noise = np.random.default_rng(0).standard_normal((24, 4, 4, 2), np.float32)
    expected, mean = (
        holes.compose(task.images, np.asarray(filler([given, n])), task.location_map)
        for n in (noise, 0 * noise)
    )
    from_mean = np.abs(filled - mean).max()
    assert np.abs(filled - expected).max() < from_mean / 3


OWN = """
import keras

@keras.saving.register_keras_serializable(package="mine")
class Half(keras.layers.Layer):
    def call(self, inputs):
        return 0 * inputs[..., :3] + 0.5
"""


def test_classes_of_ones_own_come_from_a_file_of_code(task, capsys):
    Path("own.py").write_text(OWN, encoding="utf-8")
    layer = runpy.run_path("own.py")["Half"]
    inputs = keras.Input((32, 32, 4))
    keras.Model(inputs, layer(name="half")(inputs)).save("mine.keras")
    keras.saving.get_custom_objects().pop("mine>Half")
    assert "Half" in refused(capsys, "mine.keras")
    filled = entries.fills("mine.keras", task, code=Path("own.py"))
    missing = np.broadcast_to(task.location_map == 0, filled.shape)
    np.testing.assert_array_equal(filled[missing], 0.5)
    Path("own.py").write_text("import nothing_of_the_kind", encoding="utf-8")
    line = refused(capsys, "mine.keras", "--code", "own.py")
    assert "own.py cannot be run: ModuleNotFoundError" in line


def test_the_test_cars_are_given_out_when_asked_and_every_look_is_counted(capsys, store_folder):
    for look in (1, 2):
        assert command.main(["score", "telea", "--test", "--force"]) == 0
        said = capsys.readouterr()
        assert "24 test cars" in said.out
        assert "for a recipe that stands" in said.err
        assert f"Looks so far on this machine: {look}, of them at these fills: {look}." in said.err
    assert command.main(["score", "harmonic", "--test"]) == 0
    assert "machine: 3, of them at these fills: 1." in capsys.readouterr().err
    looks = json.loads((store_folder / "looks_at_the_test_cars.json").read_text("utf-8"))
    assert [look["entry"] for look in looks["looks"]] == ["telea", "telea", "harmonic"]


def changed(filled, kind):
    """Make a fault in fills that were right."""
    filled = filled.copy()
    if kind == "NaN":
        filled[3, ...] = np.nan
    elif kind == "known":
        filled[5, 0, 0] = 1 - filled[5, 0, 0]
    elif kind == "8-bit":
        filled = np.uint8(255 * filled)
    elif kind == "0 to 255":
        filled *= 255
    elif kind == "few":
        filled = filled[:5]
    return filled


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("NaN", "fills.npz: the prediction holds NaN"),
        ("known", "fills.npz changes 1 known pixels, first in image 5: only holes are"),
        ("8-bit", "fills.npz: the prediction holds uint8, expected floats"),
        ("0 to 255", "divide what is 8-bit by 255"),
        ("few", r"has shape (5, 32, 32, 3), expected that of the images, (24, 32, 32, 3)"),
    ],
)
def test_fills_that_are_none_are_refused(task, capsys, here, kind, reason):
    filled = TELEA(task.incomplete, task.location_map)
    assert (filled[5, 0, 0] != 1 - filled[5, 0, 0]).any()
    np.savez("fills.npz", fills=changed(filled, kind))
    assert reason in refused(capsys, "fills.npz")
    assert [path.name for path in here.iterdir()] == ["fills.npz"]


@pytest.mark.parametrize("suffix", ["keras", "onnx", "npz"])
def test_files_that_are_none_are_refused(capsys, suffix):
    assert f"there is no file mine.{suffix}" in refused(capsys, f"mine.{suffix}")
    Path(f"mine.{suffix}").write_bytes(b"PK and no more")
    assert (
        f"mine.{suffix} is no" in (line := refused(capsys, f"mine.{suffix}")) or "damaged" in line
    )


def test_an_archive_of_several_arrays_must_name_the_fills(capsys):
    np.savez("two.npz", first=np.zeros(3), second=np.zeros(3))
    assert "two.npz holds first, second: expected one array, `fills`" in refused(capsys, "two.npz")


@pytest.mark.parametrize("shape", [(16, 16, 4), (32, 32, 3), (32,)])
def test_networks_that_take_something_else_are_refused(capsys, shape):
    inputs = keras.Input(shape)
    network = keras.Model(inputs, keras.layers.Dense(3)(inputs))
    network.save("mine.keras")
    assert refused(capsys, "mine.keras")
    export.write_onnx(network, Path("mine.onnx"))
    assert "mine.onnx takes {" in refused(capsys, "mine.onnx")


def test_a_network_is_scored_without_lines_of_its_libraries(task):
    keep(networks.unet(widths=(2, 2)))
    call = [sys.executable, "-m", "inpainting_guide", "score", "unet"]
    done = subprocess.run(call, capture_output=True, encoding="utf-8")
    assert done.returncode == 0
    assert done.stderr == "note: a quick run: 24 cars say nothing.\n"


def test_a_name_that_nobody_knows_is_refused(capsys):
    assert "there is no model nothing." in refused(capsys, "nothing")


def test_a_picture_that_cannot_be_written_is_refused_before_the_work(capsys, monkeypatch):
    monkeypatch.setattr(entries, "fills", lambda *_: pytest.fail("filled"))
    assert "must end in .png" in refused(capsys, "telea", "--output", "map.jpg")
    assert "there is no folder" in refused(capsys, "telea", "--output", "none/map.png")
    Path("telea-score.png").touch()
    assert "telea-score.png exists" in refused(capsys, "telea")
