"""What cannot be scored is refused in one line that names it, and nothing is written."""

import runpy
from pathlib import Path

import keras
import numpy as np
import pytest
from scored import refused

from inpainting_guide import filling
from inpainting_guide.commands import entries
from inpainting_guide.filling import export

pytestmark = pytest.mark.usefixtures("quick_task")

OWN = """
import keras

@keras.saving.register_keras_serializable(package="mine")
class Half(keras.layers.Layer):
    def call(self, inputs):
        from beside_own import HALF
        return 0 * inputs[..., :3] + HALF
"""


def in_holes(filled, task):
    return filled[np.broadcast_to(task.location_map == 0, filled.shape)]


def test_classes_of_ones_own_come_from_a_file_of_code(quick_task, capsys):
    Path("own.py").write_text(OWN, encoding="utf-8")
    Path("beside_own.py").write_text("HALF = 0.5", encoding="utf-8")
    with entries.beside(Path("own.py")):
        layer = runpy.run_path("own.py")["Half"]
        inputs = keras.Input((32, 32, 4))
        keras.Model(inputs, layer(name="half")(inputs)).save("mine.keras")
    keras.saving.get_custom_objects().pop("mine>Half")
    line = refused(capsys, "mine.keras")
    assert "Half" in line
    assert "name the Python file that registers them with --code" in line
    filled = entries.fills("mine.keras", quick_task, code=Path("own.py"))
    np.testing.assert_array_equal(in_holes(filled, quick_task), 0.5)
    keras.saving.get_custom_objects().pop("mine>Half", None)
    Path("other.py").write_text("", encoding="utf-8")
    line = refused(capsys, "mine.keras", "--code", "other.py")
    assert "see that other.py registers all of them" in line
    for code, error in (("import nothing_of_it", "ModuleNotFoundError"), ("exit()", "SystemExit")):
        Path("own.py").write_text(code, encoding="utf-8")
        line = refused(capsys, "mine.keras", "--code", "own.py")
        assert f"own.py cannot be run: {error}" in line


def test_a_model_class_of_ones_own_needs_no_input_shape(quick_task):
    @keras.saving.register_keras_serializable(package="mine")
    class Grey(keras.Model):
        def call(self, inputs):
            return 0 * inputs[..., :3] + 0.25

    network = Grey()
    network(np.zeros((1, 32, 32, 4), np.float32))
    network.save("mine.keras")
    np.testing.assert_array_equal(
        in_holes(entries.fills("mine.keras", quick_task), quick_task), 0.25
    )


def fault(filled, kind):
    """Make a fault in fills that were right."""
    filled = filled.copy()
    if kind == "NaN":
        filled[3, ...] = np.nan
    elif kind == "known NaN":
        filled[5, 0, 0] = np.nan
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
        ("known NaN", "fills.npz changes 1 known pixels, first in image 5: only holes are"),
        ("known", "fills.npz changes 1 known pixels, first in image 5: only holes are"),
        ("8-bit", "fills.npz: the prediction holds uint8, expected floats"),
        ("0 to 255", "divide what is 8-bit by 255"),
        ("few", r"has shape (5, 32, 32, 3), expected that of the images, (24, 32, 32, 3)"),
    ],
)
def test_fills_that_are_none_are_refused(quick_task, capsys, tmp_path, kind, reason):
    filled = filling.CLASSICAL["Telea"](quick_task.incomplete, quick_task.location_map)
    assert (filled[5, 0, 0] != 1 - filled[5, 0, 0]).any()
    np.savez("fills.npz", fills=fault(filled, kind))
    assert reason in refused(capsys, "fills.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["fills.npz"]


@pytest.mark.parametrize("suffix", ["keras", "onnx", "npz", "NPZ"])
def test_files_that_are_none_are_refused(capsys, suffix):
    assert f"there is no file mine.{suffix}" in refused(capsys, f"mine.{suffix}")
    Path(f"mine.{suffix}").write_bytes(b"PK and no more")
    line = refused(capsys, f"mine.{suffix}")
    assert f"mine.{suffix} is no" in line or f"mine.{suffix} is damaged" in line


@pytest.mark.parametrize("entry", ["", ".", "net.h5", "fills.npy", "folder"])
def test_what_is_no_kind_of_entry_is_refused(capsys, entry):
    Path("folder").mkdir()
    Path("fills.npy").touch()
    assert "expected a .keras, .onnx or .npz file, or a name of a method" in refused(capsys, entry)


def test_a_folder_may_have_the_name_of_a_method():
    Path("harmonic").mkdir()
    Path("unet").mkdir()
    entries.check("harmonic")
    entries.check("unet")


def test_archives_must_be_archives_and_name_the_fills(capsys):
    np.save("array.npy", np.zeros(3))
    Path("array.npy").rename("array.npz")
    assert "array.npz is no file of np.savez" in refused(capsys, "array.npz")
    np.savez("two.npz", first=np.zeros(3), second=np.zeros(3))
    assert "two.npz holds first, second: expected one array, `fills`" in refused(capsys, "two.npz")


@pytest.mark.parametrize("shape", [(16, 16, 4), (32, 32, 3), (32,)])
def test_networks_that_take_something_else_are_refused(capsys, shape):
    inputs = keras.Input(shape)
    network = keras.Model(inputs, keras.layers.Dense(3)(inputs))
    network.save("mine.keras")
    assert "mine.keras cannot fill images and maps of shape" in refused(capsys, "mine.keras")
    if shape == (32, 32, 3):
        export.write_onnx(network, Path("mine.onnx"))
        assert "mine.onnx takes {" in refused(capsys, "mine.onnx")


def test_networks_that_give_something_else_are_refused(capsys):
    inputs = keras.Input((32, 32, 4))
    keras.Model(inputs, keras.layers.Flatten()(inputs)).save("flat.keras")
    assert "flat.keras: the prediction has shape (24, 4096)" in refused(capsys, "flat.keras")
    keras.Model(inputs, [inputs, inputs]).save("two.keras")
    assert "two.keras has 2 outputs: expected one" in refused(capsys, "two.keras")
    whole = keras.Input((32, 32, 4), dtype="uint8")
    keras.Model(whole, keras.layers.Rescaling(1 / 255)(whole)).save("whole.keras")
    assert "whole.keras takes uint8, and pixels are given" in refused(capsys, "whole.keras")


def test_a_model_class_of_ones_own_may_have_layers_of_any_name(quick_task):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.inputs = keras.layers.Rescaling(1.0)
            self.outputs = [keras.layers.Conv2D(3, 1), keras.layers.Activation("sigmoid")]

        def call(self, x):
            return self.outputs[1](self.outputs[0](self.inputs(x)))

    assert entries.by_keras("own", Own(), quick_task).shape == quick_task.images.shape


def test_a_name_that_nobody_knows_is_refused(capsys):
    assert "there is no model nothing." in refused(capsys, "nothing")


def test_a_picture_that_cannot_be_written_is_refused_before_the_work(capsys, monkeypatch):
    monkeypatch.setattr(entries, "fills", lambda *_: pytest.fail("filled"))
    assert "must end in .png" in refused(capsys, "telea", "--output", "map.jpg")
    assert "there is no folder" in refused(capsys, "telea", "--output", "none/map.png")
    Path("telea-score.png").touch()
    assert "telea-score.png exists" in refused(capsys, "telea")
