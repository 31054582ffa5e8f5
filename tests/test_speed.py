"""What the benchmark of speed covers, and the operations that it divides by."""

import importlib
import importlib.util
import sys
from pathlib import Path

import every_network
import keras
import numpy as np
import operations
import pytest
from small_flow import HOLE, SIZE, small

from inpainting_guide import networks
from inpainting_guide.data import batches, holes
from inpainting_guide.filling import methods


def test_every_network_of_the_registry_is_timed():
    compared = {"direct_cnn_at_the_hole", "autoencoder_at_the_hole", "completion_network"}
    compared |= {"unet_in_window_of_equal_widths"}
    assert every_network.NETWORKS.keys() == methods.SCRIPTS.keys() | compared
    assert {m.networks[-1] for m in methods.METHODS.values() if m.family == "adversarial"} == {
        *every_network.GAMES
    }
    page = Path(__file__).parents[1] / "gallery" / methods.SCRIPTS["unet_in_window"]
    assert f"widths={every_network.WIDTHS}" in page.read_text("utf-8")
    assert (
        every_network.NETWORKS["unet_in_window"]().get_layer("down1").filters
        == every_network.WIDTHS[0]
    )


def test_operations_are_those_of_all_layers_and_of_the_gradients_that_are_wanted(photographs):
    inputs = keras.Input((32, 32, 3))
    x = keras.layers.Conv2D(2, 4, strides=4)(inputs)  # 8 x 8
    x = keras.layers.Conv2DTranspose(5, 4, strides=2, padding="same")(x)
    x = keras.layers.Dense(7)(keras.layers.Flatten()(x))
    network = keras.Model(inputs, x)
    network.compile("adam", "mse", run_eagerly=True)
    batch = photographs[:6], photographs[:6, :7, 0, 0]
    network.train_on_batch(*batch)
    first, second, third = 64 * 16 * 3 * 2, 64 * 16 * 2 * 5, 16 * 16 * 5 * 7
    # Forward, to the weights, and, but for the first layer, to the input.
    expected = 6 * 2 * (2 * first + 3 * second + 3 * third)
    assert operations.of_a_step(network, batch) == expected


def test_operations_of_a_teacher_count_as_often_as_it_is_asked(photographs, rng):
    images = np.ascontiguousarray(photographs[:2, ::2, ::2])
    batch = batches.example(images, holes.random_square(2, rng, hole=HOLE, size=SIZE))
    counts = []
    for steps in (1, 2, 3):
        student = networks.FlowInOneStep.taught_by(small(steps=steps))
        student.compile("adam", run_eagerly=True)
        student.train_on_batch(*batch)
        counts.append(operations.of_a_step(student, batch))
    assert counts[2] - counts[1] == counts[1] - counts[0] > 0


@pytest.mark.parametrize(
    ("name", "option"), [("speed", "--record"), ("speed", "--pytorch"), ("unet_step", "--record")]
)
def test_what_chapters_quote_of_pytorch_is_not_lost(monkeypatch, capsys, name, option):
    main = importlib.import_module(name).main
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "argv", [name, option])
    with pytest.raises(SystemExit):
        main()
    assert 'pip install -e ".[pytorch]"' in capsys.readouterr().err
