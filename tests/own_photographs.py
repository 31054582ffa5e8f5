"""Photographs, masks and networks for the tests of the command."""

import keras
import numpy as np
from PIL import Image

from inpainting_guide.commands import command
from inpainting_guide.training import store

HEIGHT, WIDTH = 37, 45  # no multiples of anything


def make_photograph(path, height, width):
    rng = np.random.default_rng(3)
    Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8)).save(path)


def make_mask(path, rows, columns, size=32):
    mask = np.zeros((size, size), np.uint8)
    mask[rows, columns] = 255
    Image.fromarray(mask).save(path)


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image)


def missing():
    return pixels("mask.png") >= 128


def keep(network, name=None):
    """Put a network into the test's store."""
    name = name or network.name
    path = store.folder() / f"{name}-seed0-0123456789ab.keras"
    path.parent.mkdir(parents=True, exist_ok=True)
    store.save_network(network, path, {"parameters": network.count_params()})


def tiny(name="tiny", size=32, channels=4):
    inputs = keras.Input((size, size, channels), name="image_and_map")
    outputs = keras.layers.Conv2D(3, 1, activation="sigmoid", name="conv1")(inputs)
    return keras.Model(inputs, outputs, name=name)


def fill(*arguments, model="harmonic"):
    return command.main(["fill", "photo.png", "--mask", "mask.png", "--model", model, *arguments])


def refused(capsys, *arguments, **options):
    """Run what should be refused; return the one line that says why."""
    assert fill(*arguments, **options) == 2
    return one_line(capsys)


def one_line(capsys):
    printed = capsys.readouterr().err
    assert printed.startswith("inpainting_guide: ")
    assert printed.count("\n") == 1
    return printed


def assert_filled(path="photo-filled.png"):
    filled, photograph = pixels(path), pixels("photo.png")
    np.testing.assert_array_equal(filled[~missing()], photograph[~missing()])
    assert (filled[missing()] != photograph[missing()]).any()
