"""A network of two layers and a training of six steps, shared by the tests of trainings."""

import contextlib

import keras
import numpy as np
import pytest

from inpainting_guide import training
from inpainting_guide.training import checkpoints

BATCH_SIZE = 4
STEPS = 6


def small(peak=1e-3, steps=STEPS):
    inputs = keras.Input((32, 32, 4), name="input")
    x = keras.layers.Conv2D(4, 3, padding="same", activation="relu", name="conv1")(inputs)
    outputs = keras.layers.Conv2D(3, 3, padding="same", activation="sigmoid", name="conv2")(x)
    network = keras.Model(inputs, outputs, name="small")
    network.compile(
        optimizer=keras.optimizers.Adam(training.warm_up_and_cosine(peak, steps)),
        loss=training.hole_loss(),
        run_eagerly=True,  # so few steps are done before they would be compiled
    )
    return network


def again():
    """Build the network of `random_seed` once more, with the same first weights."""
    keras.utils.set_random_seed(0)
    return small()


def fit(network, images, **changes):
    recipe = {"budget": STEPS * BATCH_SIZE, "batch_size": BATCH_SIZE, "epochs": 3} | changes
    return training.fit(network, images, **recipe)


@contextlib.contextmanager
def interrupted(after=1):
    """Interrupt a training after some epochs."""
    begin = checkpoints.Checkpoint.on_epoch_begin

    def interrupt(self, epoch, logs=None):
        if epoch == after:
            raise KeyboardInterrupt
        begin(self, epoch, logs)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(checkpoints.Checkpoint, "on_epoch_begin", interrupt)
        yield


def resumed_and_whole(fit_in, capsys):
    """Train for two epochs, interrupted after the first and not; expect the same weights.

    Returns
    -------
    tuple of (network, record)
        What ``fit_in(folder)`` has returned in either way.
    """
    whole = fit_in("whole")
    with interrupted():
        fit_in("interrupted")
    capsys.readouterr()
    resumed = fit_in("interrupted")
    assert "Going on after epoch 1 of 2" in capsys.readouterr().out
    for ours, theirs in zip(resumed[0].get_weights(), whole[0].get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    return resumed, whole
