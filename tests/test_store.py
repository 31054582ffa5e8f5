import os
import time
from pathlib import Path

import keras
import pytest

from inpainting_guide import store

GALLERY = Path(__file__).parents[1] / "gallery"


def network(name="tiny"):
    inputs = keras.Input((8, 8, 4), name="image_and_map")
    outputs = keras.layers.Conv2D(3, 1, name="conv1")(inputs)
    return keras.Model(inputs, outputs, name=name)


@pytest.mark.parametrize(("name", "script"), store.SCRIPTS.items())
def test_every_network_has_the_script_that_trains_it(name, script):
    source = (GALLERY / script).read_text("utf-8")
    assert "training.fit(" in source or "recipes.train(" in source
    assert f'"{name}"' in source


@pytest.mark.parametrize(("name", "script"), store.SCRIPTS.items())
def test_a_missing_network_is_named_with_the_script_that_trains_it(name, script):
    with pytest.raises(FileNotFoundError) as error:
        store.load(name, seed=7)
    message = str(error.value)
    assert f"no network '{name}' with seed 7: run gallery/{script} first." in message
    assert str(store.folder()) in message


def test_an_unknown_network_is_told_from_those_of_the_gallery():
    with pytest.raises(FileNotFoundError, match="run the script that trains it first") as error:
        store.load("resnet")
    assert all(name in str(error.value) for name in store.SCRIPTS)


def test_a_name_does_not_match_longer_ones():
    store.save_network(
        network("gan_as_printed"), store.folder() / "gan_as_printed-seed0-a.keras", {}
    )
    with pytest.raises(FileNotFoundError, match="no network 'gan' with seed 0"):
        store.newest("gan")


def test_the_network_used_last_is_the_one_that_is_loaded():
    paths = [store.folder() / f"tiny-seed0-{digest}.keras" for digest in ("b", "a")]
    for number, path in enumerate(paths):
        store.save_network(network(), path, {"number": number})
        os.utime(path, times=(0, time.time() - 100 + number))
    assert store.newest("tiny") == paths[1]
    paths[0].touch()
    assert store.newest("tiny") == paths[0]
    assert store.read_record(paths[0]) == {"number": 0}
    assert store.load("tiny").name == "tiny"


def test_every_module_with_classes_of_our_own_is_imported_before_a_network_is_read(monkeypatch):
    imported = []
    monkeypatch.setattr(store.importlib, "import_module", imported.append)
    with pytest.raises(ValueError, match="is damaged"):
        store.read_network(store.folder() / "nothing.keras")
    modules = Path(store.__file__).parent.glob("*.py")
    own = [p.stem for p in modules if "register_keras_serializable" in p.read_text("utf-8")]
    assert sorted(imported) == sorted(f"inpainting_guide.{name}" for name in own)


# --- Tables -------------------------------------------------------------------------------------


def test_a_table_is_kept_where_the_build_wants_it(tmp_path, monkeypatch):
    rows = [{"method": "U-Net, deep", "psnr": 20.5}, {"method": "Navier–Stokes", "psnr": ""}]
    monkeypatch.delenv("INPAINTING_GUIDE_RESULTS", raising=False)
    store.publish_table("page", rows)
    monkeypatch.setenv("INPAINTING_GUIDE_RESULTS", str(tmp_path / "results"))
    store.publish_table("page", rows)
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["page.csv"]
    text = (tmp_path / "results" / "page.csv").read_text("utf-8")
    assert text.splitlines() == ["method,psnr", '"U-Net, deep",20.5', "Navier–Stokes,"]


def test_a_table_needs_rows_with_the_same_columns():
    for rows in ([], [{"a": 1}, {"b": 1}]):
        with pytest.raises(ValueError, match=f"a table of {len(rows)} rows"):
            store.publish_table("page", rows)
