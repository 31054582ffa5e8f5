"""Trainings that go wrong, meet others or find damaged files: nothing bad is ever stored."""

import json
import queue
import shutil
import threading
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_training import STEPS, again, fit, interrupted, small

from inpainting_guide.common import console, files, machine
from inpainting_guide.filling import methods
from inpainting_guide.training import checkpoints, store


@pytest.fixture(autouse=True)
def random_seed():
    keras.utils.set_random_seed(0)


@pytest.fixture(scope="module")
def trained_once(photographs, tmp_path_factory):
    """Where the network lies that every test of one finds trained."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path_factory.mktemp("once")))
        return Path(fit(again(), photographs)["path"])


@pytest.fixture(scope="module")
def interrupted_once(photographs, tmp_path_factory):
    """Where the checkpoints lie with which every test of an interrupted training begins."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path_factory.mktemp("interrupted")))
        with interrupted():
            fit(again(), photographs)
        (path,) = store.folder().glob("*.part/epoch-*")
        return path.parent


@pytest.fixture
def checkpoint(interrupted_once):
    """The checkpoint of an interrupted training, which may be changed."""
    folder = store.folder() / interrupted_once.name
    shutil.copytree(interrupted_once, folder)
    (path,) = folder.glob("epoch-*")
    return path


@pytest.fixture
def trained(trained_once):
    """A store with a trained network, whose files may be changed."""
    shutil.copytree(trained_once.parent, store.folder())
    return store.folder() / trained_once.name


# --- NaN ------------------------------------------------------------------------------------------


class Burst(keras.layers.Layer):
    """From some step on, all is NaN."""

    def __init__(self, step, **settings):
        super().__init__(**settings)
        self.count = self.add_weight(name="count", initializer="zeros", trainable=False)
        self.step = step

    def call(self, inputs, training=False):
        if training:
            self.count.assign_add(1.0)
        return inputs * keras.ops.where(self.count > self.step, np.nan, 1.0)

    def get_config(self):
        return super().get_config() | {"step": self.step}


def test_a_training_that_diverges_names_the_epoch_and_stores_nothing(photographs):
    inputs = keras.Input((32, 32, 4), name="input")
    x = Burst(STEPS - 1, name="burst")(inputs)
    outputs = keras.layers.Conv2D(3, 3, padding="same", name="conv")(x)
    network = keras.Model(inputs, outputs, name="burst")
    network.compile("adam", keras.losses.MeanSquaredError(reduction="mean_with_sample_weight"))
    with pytest.raises(FloatingPointError, match=r"after epoch 3 loss is nan.*lower learning rate"):
        fit(network, photographs)
    assert not [
        path for path in store.folder().rglob("*") if path.suffix != ".lock" and path.is_file()
    ]


def test_weights_that_are_no_numbers_count_as_diverged(photographs):
    network = small()
    network.layers[1].kernel.assign(np.full(network.layers[1].kernel.shape, np.inf))
    checkpoint = checkpoints.Checkpoint(store.folder())
    checkpoint.set_model(network)
    checkpoint.on_epoch_begin(0)
    with pytest.raises(FloatingPointError, match="after epoch 1 some of its weights"):
        checkpoint.on_epoch_end(0, {"loss": 0.5})


# --- Two at once ----------------------------------------------------------------------------------


def test_a_second_process_waits_and_takes_what_the_first_has_trained(
    photographs, trained, monkeypatch, tmp_path
):
    # Not capsys: what one thread prints while another one reads it may be lost.
    said = queue.Queue()
    monkeypatch.setattr(console, "say", said.put)
    monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path / "another"))
    path = store.folder() / trained.name
    with checkpoints.claim(path):
        record = []
        second = threading.Thread(target=lambda: record.append(fit(again(), photographs)))
        second.start()
        assert "Another process trains small-seed0" in said.get(timeout=60)
        for suffix in (".json", ".keras"):  # as the first process would save them
            path.with_suffix(suffix).write_bytes(trained.with_suffix(suffix).read_bytes())
    second.join(timeout=60)
    assert "trained before, read from the store" in said.get(timeout=60)
    assert record[0]["path"] == str(path)
    assert {p.suffix for p in path.parent.iterdir()} == {".keras", ".json"}


def test_a_store_that_cannot_be_written_is_named_with_the_remedy(
    photographs, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path / "file"))
    with pytest.raises(OSError, match=r"the store .*file.full cannot be.*INPAINTING_GUIDE_STORE"):
        fit(again(), photographs)


def test_a_store_that_may_only_be_read_serves_its_networks(photographs, trained, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    for name in ("write_text", "write_bytes", "mkdir", "touch", "rename", "replace", "unlink"):
        monkeypatch.setattr(Path, name, refuse)
    monkeypatch.setattr(store, "_used_here", {})
    assert fit(again(), photographs)["path"] == str(trained)
    assert store.load("small").name == "small"
    methods.require("small")


# --- Going on -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("checkpoint")
def test_going_on_with_another_number_of_threads_is_said(photographs, monkeypatch, capsys):
    monkeypatch.setattr(machine, "threads", lambda: 77)
    record = fit(again(), photographs)
    said = capsys.readouterr().out
    assert "note: epochs 1 to 1 were trained with" in said
    assert "this process has 77" in said
    assert record["machine"]["threads"] == 77


@pytest.mark.usefixtures("checkpoint")
def test_going_on_as_before_says_nothing_of_threads(photographs, capsys):
    fit(again(), photographs)
    assert "threads" not in capsys.readouterr().out
    assert not list(store.folder().glob("*.part"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    history=st.none()
    | st.lists(st.floats())
    | st.dictionaries(
        st.sampled_from(["loss", "seconds"]),
        st.none() | st.floats() | st.lists(st.floats() | st.integers() | st.text(), max_size=4),
    )
)
def test_a_history_of_another_shape_is_refused(history):
    whole = (
        isinstance(history, dict)
        and "seconds" in history
        and all(
            isinstance(values, list)
            and len(values) == 3
            and all(isinstance(v, float) and np.isfinite(v) for v in values)
            for values in history.values()
        )
    )
    if whole:
        checkpoints.check_history(history, 3)
    else:
        with pytest.raises(ValueError, match="expected lists of 3 numbers"):
            checkpoints.check_history(history, 3)


@pytest.mark.parametrize(
    "told",
    [
        {},
        [],
        None,
        {"threads": 2, "history": {"loss": [1.0], "seconds": []}},
        {"history": {"loss": [1.0], "seconds": [1.0]}},
    ],
)
def test_a_checkpoint_of_another_shape_is_refused(photographs, checkpoint, told):
    with np.load(checkpoint) as file:
        content = {name: file[name] for name in file}
    np.savez(checkpoint, **content | {"told": json.dumps(told)})
    with pytest.raises(ValueError, match=r"epoch-0001\.npz is damaged .*delete the folder"):
        fit(again(), photographs)


def test_a_damaged_checkpoint_is_named_with_its_remedy(photographs, checkpoint):
    checkpoint.write_bytes(checkpoint.read_bytes()[:5000])
    with pytest.raises(ValueError, match=r"epoch-0001\.npz is damaged.*delete the folder"):
        fit(again(), photographs)


# --- What is read from the store ------------------------------------------------------------------


@pytest.mark.parametrize("record", [{}, [], None, {"history": {}}, {"history": {"seconds": [1.0]}}])
def test_a_record_of_another_shape_is_refused(photographs, trained, record):
    trained.with_suffix(".json").write_text(json.dumps(record))
    with pytest.raises(ValueError, match=r"small-seed0-.*\.json is damaged"):
        fit(again(), photographs)


def test_a_record_of_fewer_epochs_is_refused(photographs, trained):
    record = json.loads(trained.with_suffix(".json").read_text())
    for values in record["history"].values():
        values.pop()
    trained.with_suffix(".json").write_text(json.dumps(record))
    with pytest.raises(ValueError, match="expected lists of 3 numbers"):
        fit(again(), photographs)


def test_another_file_under_a_networks_name_is_refused(trained):
    content = trained.read_bytes()
    inputs = keras.Input((8, 8, 4), name="input")
    other = keras.Model(inputs, keras.layers.Conv2D(3, 1, name="conv1")(inputs), name="other")
    other.save(trained)
    with pytest.raises(ValueError, match="damaged or another file: its SHA-256 is"):
        store.load("small")
    record = files.read_json(trained.with_suffix(".json"))
    trained.with_suffix(".json").write_text(json.dumps(record | {"sha256": None}))
    with pytest.raises(ValueError, match="holds the network 'other', expected 'small'"):
        store.load("small")
    trained.write_bytes(content)
    assert store.load("small").name == "small"


def test_what_a_kill_at_the_very_end_left_is_deleted(photographs, trained):
    part = trained.with_suffix(".part")
    part.mkdir()
    (part / "epoch-0003.npz").write_text("")
    fit(again(), photographs)
    assert not part.exists()
