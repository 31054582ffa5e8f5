"""Train one network on several devices of one machine: ``tf.distribute.MirroredStrategy``.

    python -m inpainting_guide.training.devices RESULT.npz --devices 2

Keras's `compile` and `fit` do it all. Devices are graphics cards where there are enough of them.
Elsewhere the processor is divided into *logical* devices, which compute nothing faster and behave
the same.
"""

import argparse
import json
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from inpainting_guide.common import arguments, console, files, machine
from inpainting_guide.data import batches, cars, tensors
from inpainting_guide.training import parallel, recipes

KINDS = ("plain", "own step", "not divided", "shown divided")
"""Training steps to compare: Keras's, one of our own, and that one with two mistakes."""


class OwnStep(keras.Model):
    """A network with a training step of its own, which minds how many devices there are.

    Parameters
    ----------
    network : keras.Model
    mistake : {"", "not divided", "shown divided"}
        Two that are easily made with several devices. "not divided": the loss is not divided by
        their number, so that the sum of their gradients is too long by this factor. "shown
        divided": what is shown is the divided loss, and looks better with every device.
    **kwargs
        See `keras.Model`.
    """

    def __init__(self, network, mistake="", **kwargs):
        super().__init__(**kwargs)
        self.network, self.mistake = network, mistake
        self.error = keras.metrics.Mean(name="loss")
        self.build(network.input_shape)

    def call(self, inputs, training=False):
        """Call the network.

        Parameters
        ----------
        inputs : tensor of float32, shape (n, size, size, 4)
        training : bool

        Returns
        -------
        tensor of float32, shape (n, size, size, 3)
        """
        return self.network(inputs, training=training)

    def train_step(self, data):
        """Descend once on the squared error over the hole.

        Parameters
        ----------
        data : tuple of tensors
            This device's slice of the batch.

        Returns
        -------
        dict of str to tensor
        """
        inputs, image, weight = data
        devices = tf.distribute.get_strategy().num_replicas_in_sync
        with tf.GradientTape() as tape:
            error = tensors.mean_over(weight, ops.square(self(inputs, training=True) - image))
            # The optimizer adds up the gradients of all devices: a mean needs the division.
            loss = error if self.mistake == "not divided" else error / devices
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        self.error.update_state(loss if self.mistake == "shown divided" else error)
        return {"loss": self.error.result()}

    @property
    def metrics(self):
        """The one that is shown."""
        return [self.error]


def prepare(count):
    """Make devices ready: the first thing that a process does.

    They are the graphics cards if there are enough of them. If not, the cards are hidden, and the
    processor is divided into logical devices.

    Parameters
    ----------
    count : int

    Raises
    ------
    RuntimeError
        If TensorFlow has computed something before.
    """
    if len(tf.config.list_physical_devices("GPU")) < count:
        tf.config.set_visible_devices([], "GPU")
        (processor,) = tf.config.list_physical_devices("CPU")
        parts = [tf.config.LogicalDeviceConfiguration()] * count
        tf.config.set_logical_device_configuration(processor, parts)


def names(count):
    """Name the devices that share a batch: graphics cards if there are enough.

    Parameters
    ----------
    count : int

    Returns
    -------
    list of str
    """
    kind = "GPU" if len(tf.config.list_logical_devices("GPU")) >= count else "CPU"
    return [f"{kind}:{number}" for number in range(count)]


def train(count, *, steps, batch_size, seed, rate, kind="plain", optimizer="adam", width=None):
    """Train the direct network with `compile` and `fit`.

    Parameters
    ----------
    count : int
        Devices, of those that there are.
    steps, batch_size, seed : int
        The batch is that of all devices together, a multiple of their number.
    rate : float
        Learning rate.
    kind : {"plain", "own step", "not divided", "shown divided"}
        Whether Keras's training step is taken, one of ours, or ours with a mistake (`OwnStep`).
    optimizer : {"adam", "sgd"}
    width : int, optional
        Channels of the hidden layers, if they are to be other ones.

    Returns
    -------
    weights : list of ndarray of float32
    losses : list of float
        As `fit` shows them, a value a step.

    Raises
    ------
    ValueError
        If a number is no whole one from 1, or the batch no multiple of the devices.
    """
    _check(count, steps, batch_size, seed)
    keras.utils.set_random_seed(seed)
    if count == 1:
        strategy = tf.distribute.get_strategy()
    else:
        strategy = tf.distribute.MirroredStrategy(names(count))
    with strategy.scope():
        network = parallel.make_network(width)
        if kind != "plain":
            mistake = "" if kind == "own step" else kind
            network = OwnStep(network, mistake, name="own_step")
        chosen = {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}[optimizer]
        network.compile(
            optimizer=chosen(rate), loss=recipes.hole_loss() if kind == "plain" else None
        )
    stream = batches.training(cars.load().train, batch_size, seed)
    history = network.fit(stream, epochs=steps, steps_per_epoch=1, shuffle=False, verbose=0)
    return network.get_weights(), history.history["loss"]


def _check(count, steps, batch_size, seed):
    arguments.whole(devices=count, steps=steps, batch_size=batch_size)
    arguments.whole(seed=seed, least=0, most=2**32 - 1)
    if batch_size % count:
        raise ValueError(f"a batch of {batch_size} images for {count} devices: not a multiple.")


def main(line=None):
    """Train as the command line says, and write weights and losses.

    Parameters
    ----------
    line : sequence of str, optional
        By default those of the process.
    """
    parser = argparse.ArgumentParser(prog="python -m inpainting_guide.training.devices")
    parser.add_argument("result", type=Path, help="the .npz file to write")
    parser.add_argument("--devices", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--optimizer", choices=("adam", "sgd"), default="adam")
    parser.add_argument("--width", type=int, help="channels of a smaller or larger network")
    told = parser.parse_args(line)
    if told.result.suffix != ".npz" or not told.result.parent.is_dir():
        parser.error(f"{told.result}: expected a name that ends in .npz, in a folder that exists")
    try:
        for count in told.devices:
            _check(count, told.steps, told.batch, told.seed)
    except ValueError as error:
        parser.error(str(error))
    machine.use_precision("float32")
    prepare(max(told.devices))
    found = {}
    for kind in told.kinds:
        for count in told.devices:
            if count == 1 and kind in KINDS[2:] and "own step, 1" in found:
                # On one device both mistakes change nothing: there is nothing to divide by.
                found[f"{kind}, 1"] = found["own step, 1"]
                found[f"losses of {kind}, 1"] = found["losses of own step, 1"]
                continue
            weights, losses = train(
                count, steps=told.steps, batch_size=told.batch, seed=told.seed, rate=told.rate,
                kind=kind, optimizer=told.optimizer, width=told.width,
            )  # fmt: skip
            found[f"{kind}, {count}"] = np.concatenate([array.ravel() for array in weights])
            found[f"losses of {kind}, {count}"] = np.array(losses)
    with files.replacing(told.result) as unfinished:
        np.savez(unfinished, **found)
    console.say(json.dumps({"result": str(told.result)}))


if __name__ == "__main__":
    main()
