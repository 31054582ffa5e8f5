import os
import random
import sys
import threading
import time
from pathlib import Path

import keras
import numpy as np
import preloaded
import pytest
import train_for_resume
from small_training import again, fit, interrupted, small

from inpainting_guide import filling
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.measuring import metrics, scores
from inpainting_guide.training import checkpoints, store

KILLS = 2


@pytest.fixture(autouse=True)
def random_seed():
    keras.utils.set_random_seed(0)


def kept(folder):
    return {path.name for path in folder.glob("killed/full/*.part/epoch-*")}


def test_a_training_killed_at_random_points_ends_with_the_same_weights(
    tmp_path, monkeypatch, capsys
):
    said = []

    def start():
        command = [sys.executable, "-m", train_for_resume.__name__, str(tmp_path / "killed.npz")]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
        process = preloaded.Popen(
            command,
            env=environment, stdout=preloaded.PIPE, stderr=preloaded.STDOUT, text=True,
        )  # fmt: skip
        # Read meanwhile: a process whose pipe is full waits.
        reader = threading.Thread(target=lambda: said.append(process.stdout.read()))
        reader.start()
        return process, reader

    monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path / "killed"))
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed of the moments of the kills: {seed}")
    moments = random.Random(seed)
    reached = set()
    for _ in range(KILLS):
        process, reader = start()
        # Wait for an epoch that no earlier run reached, and a random moment more.
        latest = time.monotonic() + 300
        while not kept(tmp_path) - reached:
            assert process.poll() is None, said
            assert time.monotonic() < latest, "no epoch came to its end"
            time.sleep(0.005)
        time.sleep(moments.uniform(0, 0.1))  # about an epoch
        assert process.poll() is None, "the training ended before it could be killed"
        process.kill()
        reader.join()
        process.stdout.close()
        reached |= kept(tmp_path)
    train_for_resume.main(tmp_path / "killed.npz")
    told = "".join(said) + capsys.readouterr().out
    assert told.count("Going on after epoch") == KILLS
    monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path / "whole"))
    train_for_resume.main(tmp_path / "whole.npz")
    with np.load(tmp_path / "whole.npz") as expected, np.load(tmp_path / "killed.npz") as found:
        assert set(expected) == set(found)
        for name in expected:
            np.testing.assert_array_equal(found[name], expected[name])


def test_a_trained_network_is_read_from_the_store_not_trained_again(photographs, capsys):
    first = small()
    record = fit(first, photographs)
    assert record["images"] == 24
    assert len(record["history"]["loss"]) == 3
    assert record["seconds"] == pytest.approx(sum(record["history"]["seconds"]), abs=0.06)
    capsys.readouterr()

    second = again()
    assert fit(second, photographs) == record
    assert "trained before" in capsys.readouterr().out
    loaded = store.load("small")
    for a, b, c in zip(*(n.get_weights() for n in (first, second, loaded)), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)


def test_a_network_is_trained_once_after_it_was_compiled(photographs):
    network = small()
    fit(network, photographs)
    network.compile(optimizer="sgd", loss=network.loss, run_eagerly=True)
    fit(network, photographs)
    for again_with in (network, again()):  # trained, and read from the store
        if again_with is not network:
            fit(again_with, photographs)
        with pytest.raises(ValueError, match="small has been trained with this optimizer"):
            fit(again_with, photographs)
    network = again()
    with interrupted():
        fit(network, photographs, seed=1)
    with pytest.raises(ValueError, match="or its training was begun: build and compile it anew"):
        fit(network, photographs, seed=1)


class ClaimedError(Exception):
    """Raised instead of a training, with the file that it would be stored in."""


def key(*training, **changes):
    """Name the file of a training, which tells it from others, without training."""

    def claim(path):
        raise ClaimedError(path.name)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(ClaimedError) as claimed:
        patch.setattr(checkpoints, "claim", claim)
        fit(*training, **changes)
    return str(claimed.value)


@pytest.fixture(scope="module")
def usual(photographs):
    """The key of the usual training."""
    return key(again(), photographs)


@pytest.mark.parametrize(
    "changes",
    [{"seed": 1}, {"batch_size": 2}, {"budget": 36}, {"epochs": 2}, {"images": 11}, {"peak": 2e-3}],
)
def test_another_recipe_or_other_images_are_another_training(photographs, usual, changes):
    images = photographs[: changes.pop("images", 12)]
    keras.utils.set_random_seed(0)
    network = small(peak=changes.pop("peak", 1e-3))
    assert key(network, images, **changes) != usual


def test_other_first_weights_or_validation_images_are_another_training(photographs, usual):
    assert key(again(), photographs) == usual
    keras.utils.set_random_seed(1)
    assert key(small(), photographs) != usual
    assert key(again(), photographs, validation=protocol.validation()[:4]) != usual


def test_other_versions_of_the_libraries_are_another_training(photographs, usual, monkeypatch):
    monkeypatch.setattr(machine, "versions", lambda: {"keras": "99.0"})
    assert key(again(), photographs) != usual


def test_a_damaged_record_is_named_with_its_remedy(photographs):
    path = Path(fit(small(), photographs)["path"])
    path.with_suffix(".json").write_text("{")
    with pytest.raises(ValueError, match=r"\.json is damaged.*Delete it and small-seed0"):
        fit(again(), photographs)


def test_a_quick_training_is_one_step(monkeypatch):
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    record = fit(small(), cars.load().train[:40], budget=60_000, batch_size=32, epochs=15)
    assert record["images"] == 32
    assert len(record["history"]["loss"]) == 1


def test_a_quick_network_is_never_served_as_a_full_one(photographs, monkeypatch):
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    quick = fit(small(), photographs)["path"]
    assert store.load("small").name == "small"
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "0")
    with pytest.raises(FileNotFoundError, match="no network 'small' with seed 0"):
        store.load("small")
    assert fit(small(), photographs)["path"] != quick


@pytest.mark.parametrize(("in_a_build", "epochs"), [(True, 0), (False, 3)])
def test_a_training_is_told_in_one_line_and_again_when_it_is_read(
    photographs, capsys, monkeypatch, tmp_path, in_a_build, epochs
):
    monkeypatch.setenv("INPAINTING_GUIDE_RESULTS", str(tmp_path) if in_a_build else "")
    record = fit(small(), photographs, validation=protocol.validation()[:4])
    *progress, line = capsys.readouterr().out.splitlines()
    assert sum(text.startswith("Epoch") for text in progress) == epochs  # Keras's own lines
    ends = (metrics.psnr(record["history"][name][-1]) for name in ("loss", "val_loss"))
    told = "training {:.2f} dB · validation {:.2f} dB".format(*ends)
    assert line == f"small: 24 images in {record['seconds']:.0f} s · {told}"
    fit(again(), photographs, validation=protocol.validation()[:4])
    read = "trained before, read from the store"
    assert capsys.readouterr().out.splitlines() == [f"{line} · {read}"]


def test_frozen_holes_and_a_loss_over_the_image_are_other_trainings(photographs):
    fresh = fit(small(), photographs)
    frozen = fit(again(), photographs, fresh=False)
    whole = fit(again(), photographs, over="image", validation=protocol.validation()[:4])
    assert len({record["path"] for record in (fresh, frozen, whole)}) == 3
    assert frozen["history"]["loss"] != fresh["history"]["loss"]
    # Validation stays over the hole, whatever the training's loss is taken over.
    network, task = store.load("small"), protocol.validation()[:4]
    expected = scores.measure(filling.by(network), task).squared_error.mean()
    assert whole["history"]["val_loss"][-1] == pytest.approx(expected, rel=1e-4)


def test_beside_another_loss_the_squared_error_is_told_in_decibels(photographs, capsys):
    network = small()
    network.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss=keras.losses.MeanAbsoluteError(reduction="mean_with_sample_weight"),
        weighted_metrics=[keras.metrics.MeanSquaredError("squared_error")],
    )
    history = fit(network, photographs)["history"]
    *_, line = capsys.readouterr().out.splitlines()
    assert line.endswith(f"training {metrics.psnr(history['squared_error'][-1]):.2f} dB")
    assert history["loss"][-1] > 1.5 * history["squared_error"][-1]


@keras.saving.register_keras_serializable(package="tests")
class Agreement(keras.losses.Loss):
    """A loss that falls below zero."""

    def call(self, y_true, y_pred):
        return -keras.ops.mean(y_true * y_pred, axis=-1)


def test_a_loss_that_is_no_squared_error_is_told_as_it_is(photographs, capsys):
    network = small()
    network.compile(optimizer=keras.optimizers.Adam(1e-3), loss=Agreement())
    loss = fit(network, photographs)["history"]["loss"][-1]
    *_, line = capsys.readouterr().out.splitlines()
    assert line.endswith(f"training {loss:.3g}")
    assert loss < 0


def test_whole_numbers_of_numpy_are_the_same_recipe(photographs):
    record = fit(small(), photographs)
    numbers = {"budget": np.int64(24), "batch_size": np.int32(4), "epochs": np.int64(3)}
    assert fit(again(), photographs, seed=np.int64(0), **numbers)["path"] == record["path"]


def test_the_loss_falls(photographs):
    history = fit(small(1e-2, 60), photographs, budget=60 * 12, epochs=3, batch_size=12)["history"]
    assert history["loss"][-1] < 0.9 * history["loss"][0]


def test_a_truncated_network_is_named_with_its_remedy(photographs):
    path = Path(fit(small(), photographs)["path"])
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(ValueError, match=r"\.keras is damaged.*Delete it"):
        store.load("small")
    with pytest.raises(ValueError, match=r"\.keras is damaged.*Delete it"):
        fit(again(), photographs)


def test_an_interrupted_save_leaves_no_half_written_network(photographs, monkeypatch):
    def break_off(network, path):
        path.write_bytes(b"half")
        raise OSError("disk full")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="disk full"):
        patch.setattr(keras.saving, "save_model", break_off)
        fit(small(), photographs)
    with pytest.raises(FileNotFoundError):
        store.load("small")
    fit(small(), photographs)
    assert store.load("small").count_params() == small().count_params()


def test_bad_recipes_are_refused(photographs):
    with pytest.raises(ValueError, match="8 images in batches of 4 are 2 batches, for 3 epoc"):
        fit(small(), photographs, budget=8)
    with pytest.raises(ValueError, match="3 images in batches of 4 are 0 batches.*at least one"):
        fit(small(), photographs, budget=3)
    with pytest.raises(ValueError, match="the images are 8-bit"):
        fit(small(), np.uint8(255 * photographs))
    with pytest.raises(ValueError, match="seed is 'a'"):
        fit(small(), photographs, seed="a")
    with pytest.raises(ValueError, match="the images are 32 x 16 pixels: training wants square"):
        fit(small(), photographs[:, :, :16])
    with pytest.raises(ValueError, match="batch_size is 4"):
        fit(small(), photographs[:3])
    with pytest.raises(ValueError, match="loss over"):
        fit(small(), photographs, over="holes")
    assert not store.folder().exists()
    with pytest.raises(ValueError, match="not compiled"):
        fit(keras.Sequential([keras.Input((32, 32, 4))], name="bare"), photographs)
