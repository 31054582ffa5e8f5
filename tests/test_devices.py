"""Several devices of one machine: two halves of the processor, in a process of their own."""

import os
import sys
from types import SimpleNamespace

import keras
import numpy as np
import preloaded
import pytest
import tensorflow as tf

from inpainting_guide.training import devices, launching


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Weights and losses of both kinds of training steps, on one device and on two."""
    result = tmp_path_factory.mktemp("devices") / "result.npz"
    told = ["--steps", "4", "--batch", "8", "--width", "4", "--optimizer", "sgd", "--rate", "0.1"]
    told += ["--kinds", "plain", "own step"]
    environment = {k: v for k, v in os.environ.items() if k not in launching.NOT_TOLD}
    process = preloaded.Popen(
        [sys.executable, "-m", devices.__name__, str(result), *told],
        env=environment, stdout=preloaded.PIPE, stderr=preloaded.STDOUT, text=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=500)
    finally:
        process.kill()
    assert process.returncode == 0, said
    with np.load(result) as file:
        return {name: file[name] for name in file.files}


@pytest.mark.parametrize("kind", ["plain", "own step"])
def test_two_devices_end_with_the_weights_of_one_and_show_its_losses(found, kind):
    for count in (1, 2):
        assert np.abs(found[f"{kind}, {count}"] - found["plain, 1"]).max() < 1e-5
        np.testing.assert_allclose(
            found[f"losses of {kind}, {count}"], found["losses of plain, 1"], rtol=1e-4
        )


def test_with_two_devices_both_mistakes_do_what_they_are_named_after(monkeypatch):
    two = SimpleNamespace(get_strategy=lambda: SimpleNamespace(num_replicas_in_sync=2))
    fake = SimpleNamespace(distribute=two, GradientTape=tf.GradientTape)
    monkeypatch.setattr(devices, "tf", fake)
    rng = np.random.default_rng(0)
    data = [np.float32(rng.random((2, 4, 4, *end))) for end in ((4,), (3,), ())]
    moved, shown = {}, {}
    for mistake in ("", "not divided", "shown divided"):
        network = keras.Sequential([keras.Input((4, 4, 4)), keras.layers.Dense(3)])
        network.set_weights([np.full((4, 3), 0.1), np.zeros(3)])
        before = network.get_weights()[0]
        model = devices.OwnStep(network, mistake)
        model.compile(optimizer=keras.optimizers.SGD(0.1))
        shown[mistake] = float(model.train_step(tuple(map(tf.convert_to_tensor, data)))["loss"])
        moved[mistake] = network.get_weights()[0] - before
    np.testing.assert_allclose(moved["not divided"], 2 * moved[""], rtol=1e-4)
    np.testing.assert_allclose(moved["shown divided"], moved[""], rtol=1e-6)
    assert shown["not divided"] == pytest.approx(shown[""])
    assert 2 * shown["shown divided"] == pytest.approx(shown[""])


@pytest.mark.parametrize(("cards", "kind"), [(1, "CPU"), (2, "GPU")])
def test_cards_are_used_if_there_are_enough(cards, kind, monkeypatch):
    visible, divided = {"GPU": [f"GPU:{number}" for number in range(cards)], "CPU": ["CPU:0"]}, []
    fake = SimpleNamespace(
        list_physical_devices=visible.get,
        list_logical_devices=visible.get,
        set_visible_devices=lambda chosen, kind: visible.update({kind: chosen}),
        LogicalDeviceConfiguration=tf.config.LogicalDeviceConfiguration,
        set_logical_device_configuration=lambda device, parts: divided.append((device, len(parts))),
    )
    monkeypatch.setattr(devices.tf, "config", fake)
    devices.prepare(2)
    assert divided == ([("CPU:0", 2)] if kind == "CPU" else [])
    assert devices.names(2) == [f"{kind}:0", f"{kind}:1"]
    assert devices.names(1) == [f"{kind}:0"]  # what is compared is computed on the same kind


def test_a_batch_that_devices_cannot_share_is_refused():
    with pytest.raises(ValueError, match="9 images for 2 devices"):
        devices.train(2, steps=1, batch_size=9, seed=0, rate=0.1)


@pytest.mark.parametrize("number", [0, -1])
def test_numbers_below_one_are_refused(number):
    with pytest.raises(ValueError, match=f"devices is {number}"):
        devices.train(number, steps=1, batch_size=8, seed=0, rate=0.1)


@pytest.mark.parametrize(
    ("option", "reason"),
    [(["--batch", "9"], "9 images for 2 devices"), (["--steps", "0"], "steps is 0")],
)
def test_numbers_that_do_not_fit_are_refused_before_the_training(tmp_path, option, reason, capsys):
    with pytest.raises(SystemExit):
        devices.main([str(tmp_path / "result.npz"), *option])
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize("name", ["result", "no_folder/result.npz"])
def test_a_result_that_cannot_be_written_is_refused_before_the_training(tmp_path, name, capsys):
    with pytest.raises(SystemExit):
        devices.main([str(tmp_path / name)])
    assert f"{name}: expected a name that ends in .npz, in a folder" in capsys.readouterr().err
