"""Several devices of one machine: two halves of the processor, in a process of their own."""

import os
import subprocess
import sys

import numpy as np
import pytest

from inpainting_guide.training import devices, launching


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Weights and losses of all kinds of training steps, on one device and on two."""
    result = tmp_path_factory.mktemp("devices") / "result.npz"
    told = ["--steps", "4", "--batch", "8", "--width", "4", "--optimizer", "sgd", "--rate", "0.1"]
    environment = {k: v for k, v in os.environ.items() if k not in launching.NOT_TOLD}
    subprocess.run(
        [sys.executable, "-m", devices.__name__, str(result), *told], env=environment, check=True
    )
    with np.load(result) as file:
        return {name: file[name] for name in file.files}


@pytest.mark.parametrize("kind", ["plain", "own step", "shown divided"])
def test_two_devices_end_with_the_weights_of_one(found, kind):
    assert np.abs(found[f"{kind}, 1"] - found[f"{kind}, 2"]).max() < 1e-5
    assert np.abs(found[f"{kind}, 1"] - found["plain, 1"]).max() < 1e-5


def test_a_loss_that_nobody_divides_makes_other_weights(found):
    assert np.abs(found["not divided, 1"] - found["own step, 1"]).max() < 1e-5
    assert np.abs(found["not divided, 2"] - found["own step, 1"]).max() > 1e-4


def test_the_loss_that_is_shown_is_that_of_the_batch_unless_the_divided_one_is_shown(found):
    for kind in ("plain", "own step"):
        np.testing.assert_allclose(
            found[f"losses of {kind}, 2"], found["losses of plain, 1"], rtol=1e-4
        )
    np.testing.assert_allclose(
        2 * found["losses of shown divided, 2"], found["losses of plain, 1"], rtol=1e-4
    )


def test_a_batch_that_devices_cannot_share_is_refused():
    with pytest.raises(ValueError, match="9 images for 2 devices"):
        devices.train(2, steps=1, batch_size=9, seed=0, rate=0.1)


@pytest.mark.parametrize("number", [0, -1])
def test_numbers_below_one_are_refused(number):
    with pytest.raises(ValueError, match=f"devices is {number}"):
        devices.train(number, steps=1, batch_size=8, seed=0, rate=0.1)


@pytest.mark.parametrize("name", ["result", "no_folder/result.npz"])
def test_a_result_that_cannot_be_written_is_refused_before_the_training(tmp_path, name, capsys):
    with pytest.raises(SystemExit):
        devices.main([str(tmp_path / name)])
    assert f"{name}: expected a name that ends in .npz, in a folder" in capsys.readouterr().err
