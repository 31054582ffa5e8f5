"""Where does the U-Net's training step spend its time? It is taken apart, on a clock.

    python benchmarks/unet_step.py [--record]

One part of the step is left out or replaced at a time, and all these steps take turns in one
process, with the step as it is, with its forward and its backward pass alone, and, where PyTorch is
installed (``pip install -e ".[pytorch]"``), with PyTorch's. This is done with one thread and again,
in another process, with two. (The parts do not add up to the whole: what is left out also made room
in the cache, or waited for something else.)
"""

import argparse
import concurrent.futures
import importlib.util
import multiprocessing
import statistics

import keras
import tensorflow as tf
from every_network import BATCH_SIZE
from recording import record, show

from inpainting_guide import networks, training
from inpainting_guide.common import machine, timing
from inpainting_guide.data import batches, cars
from inpainting_guide.measuring.quantities import Quantity

ROUNDS = 25
THREADS = (1, 2)
WHOLE = "step"
"""What all else is compared with."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/unet_step.json")
    arguments = parser.parse_args()
    if arguments.record and not importlib.util.find_spec("torch"):
        parser.error(
            "chapters quote the comparison with PyTorch, so a record needs it: install it with "
            'pip install -e ".[pytorch]", or do without --record'
        )
    machine.use_precision()
    results = {"images": BATCH_SIZE}
    for threads in THREADS:
        # TensorFlow is told its threads before its first operation, and never again.
        spawn = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(1, spawn) as process:
            results[f"threads_{threads}"] = process.submit(measure, threads).result()
    show(results)
    if arguments.record:
        record("unet_step", results)


def measure(threads):
    """Time everything with so many threads: milliseconds, and as a multiple of the whole step's."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    precision = machine.use_precision()
    calls = ours(precision)
    if importlib.util.find_spec("torch"):
        calls |= pytorch(threads, precision)
    timing.in_turns(calls, 2)  # compiles
    times = timing.in_turns(calls, ROUNDS)
    return {
        name: {
            "time": Quantity(1000 * statistics.median(seconds), "ms"),
            "ratio": Quantity(statistics.median(seconds / times[WHOLE])),
        }
        for name, seconds in times.items()
    }


def ours(precision):
    """Make the calls that take turns, of the U-Net in Keras."""
    batch = next(iter(batches.training(cars.load().train, BATCH_SIZE, seed=0)))
    calls = passes(networks.unet(), batch) | {
        WHOLE: step(networks.unet(), batch),
        "with_adam": step(networks.unet(), batch, keras.optimizers.Adam(1e-3)),
        "with_plain_descent": step(networks.unet(), batch, keras.optimizers.SGD(1e-3)),
        "without_normalisation": step(changed(without_normalisation), batch),
        "with_keras_normalisation": step(changed(with_keras_normalisation), batch),
        "with_doubled_pixels": step(changed(with_doubled_pixels), batch),
    }
    for other in set(machine.PRECISIONS) - {precision}:
        if machine.has_bfloat16():
            machine.use_precision(other)
            calls[f"in_{other}"] = step(networks.unet(), batch)
    machine.use_precision(precision)
    return calls


def passes(network, batch):
    """Make the forward pass in training, and the forward and the backward pass."""
    inputs, images, weight = batch
    loss = training.hole_loss()

    def backward():
        with tf.GradientTape() as tape:
            value = loss(images, network(inputs, training=True), sample_weight=weight)
        return tape.gradient(value, network.trainable_variables)

    forward = tf.function(lambda: network(inputs, training=True))
    return {"forward": forward, "forward_and_backward": tf.function(backward)}


def step(network, batch, optimizer=None):
    """Make a training step, with Muon unless another optimizer is given."""
    network.compile(optimizer or training.ConvolutionMuon(1e-3), loss=training.hole_loss())
    return lambda: network.train_on_batch(*batch)


def changed(change):
    """Build the U-Net with some of its layers replaced."""
    return keras.models.clone_model(networks.unet(), clone_function=change)


class PassOn(keras.layers.Layer):
    """Return what it is given, called as batch normalisation is."""

    def call(self, inputs, training=None, mask=None):
        """Return the inputs."""
        return inputs


def without_normalisation(layer):
    """Let the features through where they would be normalised."""
    if isinstance(layer, keras.layers.BatchNormalization):
        return PassOn(name=layer.name)
    return type(layer).from_config(layer.get_config())


def with_keras_normalisation(layer):
    """Normalise as Keras does, by many operations in place of one."""
    if isinstance(layer, keras.layers.BatchNormalization):
        return keras.layers.BatchNormalization.from_config(layer.get_config())
    return type(layer).from_config(layer.get_config())


def with_doubled_pixels(layer):
    """Double the pixels and convolve, with as many multiplications, where layers are transposed."""
    if isinstance(layer, keras.layers.Conv2DTranspose):
        # Every 4 x 4 kernel is met by a quarter of the outputs' places: 2 x 2 at each of them.
        convolution = keras.layers.Conv2D(layer.filters, 2, padding="same", use_bias=False)
        return keras.Sequential([keras.layers.UpSampling2D(), convolution], name=layer.name)
    return type(layer).from_config(layer.get_config())


def pytorch(threads, precision):
    """Make the calls of the same network in PyTorch, with Adam."""
    import pytorch_networks
    import torch

    torch.set_num_threads(threads)
    parts = {"forward": "forward", "forward_and_backward": "backward", "with_adam": "step"}
    return {
        f"pytorch_{name}": pytorch_networks.step("unet", precision, last)[1]
        for name, last in parts.items()
    }


if __name__ == "__main__":
    main()
