import json
import os
import time
import zipfile
from pathlib import Path

import keras
import pytest

from inpainting_guide.filling import methods
from inpainting_guide.training import store

GALLERY = Path(__file__).parents[1] / "gallery"


def network(name="tiny"):
    inputs = keras.Input((8, 8, 4), name="image_and_map")
    outputs = keras.layers.Conv2D(3, 1, name="conv1")(inputs)
    return keras.Model(inputs, outputs, name=name)


@pytest.mark.parametrize(("name", "script"), methods.SCRIPTS.items())
def test_a_missing_network_is_named_with_the_script_that_trains_it(name, script):
    with pytest.raises(FileNotFoundError) as error:
        methods.load(name, seed=7)
    message = str(error.value)
    assert f"no network '{name}' with seed 7. Run gallery/{script} first." in message
    assert str(store.folder()) in message


def test_an_unknown_network_is_told_from_those_of_the_gallery():
    with pytest.raises(FileNotFoundError, match="Run the script that trains it first") as error:
        methods.load("resnet")
    assert all(name in str(error.value) for name in methods.SCRIPTS)


def test_a_name_does_not_match_longer_ones():
    store.save_network(
        network("gan_as_printed"), store.folder() / "gan_as_printed-seed0-a.keras", {}
    )
    with pytest.raises(FileNotFoundError, match="no network 'gan' with seed 0"):
        store.newest("gan")


def test_the_network_used_last_is_the_one_that_is_loaded(monkeypatch):
    paths = [store.folder() / f"tiny-seed0-{digest}.keras" for digest in ("b", "a")]
    for number, path in enumerate(paths):
        store.save_network(network(), path, {"number": number})
        os.utime(path, times=(0, time.time() - 100 + number))
    assert store.newest("tiny") == paths[1]
    store.note_use(paths[0], "tiny", 0)
    assert store.newest("tiny") == paths[0]
    # In another process too, whatever clock the files were written by.
    monkeypatch.setattr(store, "_used_here", {})
    assert store.newest("tiny") == paths[0]
    assert store.read_record(paths[0])["number"] == 0
    assert store.load("tiny").name == "tiny"
    paths[0].unlink()
    assert store.newest("tiny") == paths[1]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"network": 3}', '{"network": "../x.keras"}'])
def test_a_damaged_note_of_the_last_use_is_passed_over(text):
    path = store.folder() / "tiny-seed0-a.keras"
    store.save_network(network(), path, {})
    (store.folder() / "tiny-seed0.json").write_text(text)
    assert store.newest("tiny") == path


def test_what_a_script_needs_is_checked_at_its_top():
    store.save_network(network(), store.folder() / "tiny-seed0-a.keras", {})
    methods.require("tiny")
    with pytest.raises(FileNotFoundError, match=r"'unet' with seed 0\. Run gallery/unet\.py first"):
        methods.require("tiny", "unet")
    with pytest.raises(FileNotFoundError, match="no network 'direct_cnn'"):
        methods.require()


def test_asking_for_the_folder_creates_nothing(store_folder):
    assert store.folder() == store_folder / "full"
    assert not store_folder.exists()


def test_a_system_without_a_home_is_told_what_to_set(monkeypatch):
    def no_home(_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("INPAINTING_GUIDE_STORE")
    monkeypatch.setattr(Path, "expanduser", no_home)
    with pytest.raises(ValueError, match=r"no place for the store.*INPAINTING_GUIDE_STORE"):
        store.folder()


def test_a_file_may_be_named_by_a_string(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved = store.save_network(network(), "tiny.keras", {"number": 1})
    assert store.read_network("tiny.keras").name == "tiny"
    assert store.read_record("tiny.keras") == saved
    with pytest.raises(ValueError, match="there is no file nothing"):
        store.read_network("nothing")
    Path("tiny.keras").rename("TINY.KERAS")
    with pytest.raises(ValueError, match=r"end in \.keras, in small letters: rename it"):
        store.read_network("TINY.KERAS")


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x05\x06" + 18 * b"\0"])
def test_what_is_no_network_is_refused_in_one_way(tmp_path, content):
    (tmp_path / "a.keras").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.keras is damaged or is no Keras file"):
        store.read_network(tmp_path / "a.keras")
    with pytest.raises(ValueError, match=r"there is no file .*b\.keras"):
        store.read_network(tmp_path / "b.keras")


@pytest.mark.parametrize(
    ("version", "remedy"),
    [("9.1.0", "or try Keras 9.1.0, which has saved it"), (keras.__version__, "train it again.")],
)
def test_a_file_of_another_keras_is_told_from_a_damaged_one(tmp_path, version, remedy):
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
        archive.writestr("config.json", '{"class_name": "Functional", "config": {"new": 1}}')
    with pytest.raises(ValueError, match=remedy):
        store.read_network(tmp_path / "a.keras")


@pytest.mark.parametrize("error", [RecursionError, ModuleNotFoundError, MemoryError])
def test_whatever_keras_fails_with_but_a_lack_of_memory_means_a_damaged_file(
    tmp_path, monkeypatch, error
):
    def fail(*_, **__):
        raise error("inside")

    (tmp_path / "a.keras").write_bytes(b"")
    monkeypatch.setattr(keras.saving, "load_model", fail)
    expected = MemoryError if error is MemoryError else ValueError
    with pytest.raises(expected, match="inside"):
        store.read_network(tmp_path / "a.keras")


def test_every_module_with_classes_of_our_own_is_imported_before_a_network_is_read(
    monkeypatch, tmp_path
):
    imported, really = [], store.importlib.import_module

    def noted(name):
        imported.append(name)
        return really(name)

    monkeypatch.setattr(store.importlib, "import_module", noted)
    (tmp_path / "nothing.keras").write_text("")
    with pytest.raises(ValueError, match="is damaged"):
        store.read_network(tmp_path / "nothing.keras")
    modules = Path(store.__file__).parents[1].glob("*/*.py")
    own = [path for path in modules if "@keras.saving.register" in path.read_text("utf-8")]
    names = {f"inpainting_guide.{path.parent.name}.{path.stem}" for path in own}
    assert names <= set(imported)
