"""What can fill: the listing of the store, and files from anywhere."""

import json
import zipfile

import keras
import pytest
from own_photographs import fill, keep, refused, tiny

from inpainting_guide import networks
from inpainting_guide.commands import command
from inpainting_guide.filling import methods
from inpainting_guide.networks import cvae
from inpainting_guide.photographs import models
from inpainting_guide.training import store


def put(name, content):
    """Put a file into the test's store."""
    path = store.folder() / f"{name}-seed0-0123456789ab.keras"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def archive(path, **parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(f"{name}.json", content)


def listed(capsys):
    assert command.main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    return lines, {line.split()[0]: line for line in lines if line.startswith("  ")}


def test_the_models_are_listed_with_their_sizes(capsys):
    keep(tiny())
    keep(cvae.ConditionalVAE(widths=(4, 8), latent_level=2))
    keep(tiny("my-small", size=8))
    put("hurt", b"cut off")
    (store.folder() / "unfinished-0123abcd.keras").write_text("")
    lines, by_name = listed(capsys)
    assert set(by_name) == {"tiny", "my-small", "cvae", "hurt", *models.classical_methods()}
    assert " 15 parameters  trained 20" in by_name["tiny"]
    assert by_name["tiny"].endswith("size any")
    assert by_name["cvae"].endswith("size 32 × 32")
    assert by_name["hurt"].endswith("size damaged")
    assert by_name["harmonic"].endswith("size any")
    assert by_name["nearest-car"].endswith("size 32 × 32")
    assert any("unet (unet.py)" in line for line in lines)
    assert models.network("My small").name == "my-small"


def test_of_layers_that_may_need_one_size_the_size_must_be_known(folder, capsys):
    inputs = keras.Input((None, None, 4))
    normal = keras.layers.LayerNormalization()(inputs)
    keep(keras.Model(inputs, keras.layers.Conv2D(3, 1)(normal)), "any")
    assert listed(capsys)[1]["any"].endswith("size unknown")
    error = refused(capsys, model="any")
    assert "known to work on any: LayerNormalization. Build it for one" in error


def test_a_flow_fills_images_of_its_mean_networks_size():
    mean = networks.unet_in_window((2, 4), size=16)
    flow = networks.Flow(mean, (2, 4))
    assert models.only_size(keras.saving.serialize_keras_object(flow)) == (16, 16)


@pytest.mark.parametrize("config", ["null", "[]", '{"config": 3}', "[" * 100_000, "\x00", "{}"])
def test_one_bad_file_does_not_hide_the_others(capsys, config):
    keep(tiny())
    path = put("bad", b"")
    archive(path, config=config, metadata='{"date_saved": "2026-01-01@12"}')
    path.with_suffix(".json").write_text('{"parameters": 3}')
    _, by_name = listed(capsys)
    assert by_name["bad"].endswith("size damaged")
    assert by_name["tiny"].endswith("size any")


def test_a_record_of_the_wrong_shape_is_damaged(capsys):
    for record in ("{}", "null", "[1]", '{"parameters": null}', '{"parameters": NaN, "x": [}'):
        keep(tiny())
        path = next(store.folder().glob("tiny*.json"))
        path.write_text(record)
        assert listed(capsys)[1]["tiny"].endswith("size damaged")


def test_an_empty_store_is_listed(capsys):
    lines, _ = listed(capsys)
    printed = "\n".join(lines)
    assert all(name in printed for name in methods.SCRIPTS)


def test_a_network_that_is_not_trained_is_named_with_its_script(folder, capsys):
    keep(tiny())
    error = refused(capsys, model="global-and-local")
    assert "not trained yet: run gallery/global_and_local.py, or download" in error
    assert "Trained here: tiny. Classical methods: mean-colour, nearest-car, telea" in error
    assert "there is no model resnet." in refused(capsys, model="resnet")
    assert "there is no file resnet.keras: look for a slip" in refused(capsys, model="resnet.keras")


def test_a_file_that_is_no_network_of_the_guide_is_refused(folder, capsys):
    (folder / "text.keras").write_text("no network")
    error = refused(capsys, model="text.keras")
    assert "text.keras is no Keras file, or a download of it was cut short: get it anew." in error
    archive(folder / "hurt.keras", config="{}", metadata="{}")
    whole = (folder / "hurt.keras").read_bytes()
    # Its table of contents is damaged, and the end of that is not.
    (folder / "hurt.keras").write_bytes(whole.replace(b"PK\1\2", b"PK\1\0"))
    assert "hurt.keras is no Keras file, or a download" in refused(capsys, model="hurt.keras")
    (folder / "folder.keras").mkdir()
    assert "there is no file folder.keras" in refused(capsys, model="folder.keras")
    tiny(channels=3).save(folder / "other.keras")
    assert "other.keras holds no network of this guide" in refused(capsys, model="other.keras")


def nested(depth):
    """A description of a network of lists in lists."""
    layers = "[" * depth + "]" * depth
    return f'{{"module": "keras", "class_name": "Sequential", "config": {{"layers": {layers}}}}}'


@pytest.mark.parametrize(
    "config",
    [
        "{}",
        nested(50_000),
        json.dumps({"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": {}}),
        json.dumps({"module": "no_such_module", "class_name": "Nothing", "config": {}}),
    ],
    ids=["empty", "deep", "torch", "unknown"],
)
def test_a_description_that_keras_cannot_follow_is_one_line(folder, capsys, config):
    archive(folder / "odd.keras", config=config, metadata='{"keras_version": "3.13.0"}')
    error = refused(capsys, model="odd.keras")
    assert "odd.keras is damaged or is no Keras file of this guide" in error
    assert len(error) < 600


def test_a_padded_description_is_not_unpacked(folder, capsys):
    padded = " " * (models.LARGEST_CONFIG + 1)
    archive(folder / "padded.keras", config=padded, metadata="{}")
    assert (folder / "padded.keras").stat().st_size < 100_000
    error = refused(capsys, model="padded.keras")
    assert "its config.json unpacks to 16,000,001 bytes, and 16,000,000 are the most" in error
    path = put("padded", (folder / "padded.keras").read_bytes())
    path.with_suffix(".json").write_text('{"parameters": 3}')
    assert listed(capsys)[1]["padded"].endswith("size damaged")


def test_a_file_needs_no_store(folder, monkeypatch):
    tiny().save(folder / "from-afar.keras")
    (folder / "file").touch()
    monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(folder / "file" / "store"))
    assert fill(model="from-afar.keras") == 0
