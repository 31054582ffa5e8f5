"""Time a training step of every network, the input pipeline, and a fill by every method.

    python benchmarks/speed.py [--record]

A step is compared with a large matrix product in the same precision: both take turns, round after
round, and the median of their ratio is reported. The share says how much of what the processor
can do is left on the table; below a half there is something to mend.
"""

import argparse
import itertools
import statistics
import time

import keras
import tensorflow as tf
from recording import record, show

from inpainting_guide import filling, networks, training
from inpainting_guide.common import machine, timing
from inpainting_guide.data import batches, cars, protocol
from inpainting_guide.measuring.quantities import Quantity

NETWORKS = {
    "direct_cnn": networks.direct_cnn,
    "direct_cnn_at_the_hole": lambda: networks.AtTheHole(networks.direct_cnn()),
    "autoencoder": networks.autoencoder,
    "unet": networks.unet,
}
BATCH_SIZE = 64
ROUNDS = 9
MATRIX = 2048


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/speed.json")
    arguments = parser.parse_args()
    precisions = machine.PRECISIONS if machine.has_bfloat16() else ["float32"]
    steps = {
        f"{name} {precision}": time_step(build, precision)
        for name, build in NETWORKS.items()
        for precision in precisions
    }
    print(f"\n{'training step':40} images/s  GFLOP/s  matrix product  share  pipeline")
    for name, row in steps.items():
        print(
            f"{name:40} {row['images_per_second']:8.0f} {row['gflops']:8.0f} "
            f"{row['matrix_gflops']:15.0f} {row['share']:6.0%} {row['pipeline_share']:9.1%}"
        )
    at_the_hole = {precision: gain_at_the_hole(precision) for precision in precisions}
    print("\nthe direct CNN trains so many times as fast at the hole as on the whole image:")
    show(at_the_hole)
    fills = time_fills()
    print(f"\n{'milliseconds a fill':40} {'batch 1':>8} {'batch 100':>10}")
    for name, (one, hundred) in fills.items():
        print(f"{name:40} {one:8.2f} {hundred:10.2f}")
    if arguments.record:
        record("speed", {"steps": steps, "at_the_hole": at_the_hole, "fills": fills})


def time_step(build, precision):
    """Time one network's training step in turns with a matrix product."""
    network, step = training_step(build, precision)
    stream = batches.training(cars.load().train, BATCH_SIZE, seed=0)
    multiply = matrix_product(tf.bfloat16 if "bfloat16" in precision else tf.float32)
    calls = {"step": step, "product": multiply}
    timing.in_turns(calls, 1)  # compiles
    processor = time.process_time()
    times = timing.in_turns(calls, ROUNDS)
    busy = (time.process_time() - processor) / sum(map(sum, times.values()))
    flops = BATCH_SIZE * training_flops(network)
    rates = flops / times["step"] / 1e9
    products = 2 * MATRIX**3 / times["product"] / 1e9
    step = statistics.median(times["step"])
    return {
        "images_per_second": BATCH_SIZE / step,
        "gflops": statistics.median(rates),
        "matrix_gflops": statistics.median(products),
        "share": statistics.median(rates / products),
        "pipeline_share": pipeline_seconds(stream) / (busy * step),
    }


def training_step(build, precision):
    """Make a network, and a function that trains it for one step."""
    machine.use_precision(precision)
    network = build()
    network.compile(optimizer=training.ConvolutionMuon(1e-3), loss=training.hole_loss())
    batch = next(iter(batches.training(cars.load().train, BATCH_SIZE, seed=0)))
    return network, lambda: network.train_on_batch(*batch)


def gain_at_the_hole(precision):
    """Time the direct CNN's training step at the hole in turns with that on the whole image."""
    names = "direct_cnn", "direct_cnn_at_the_hole"
    calls = {name: training_step(NETWORKS[name], precision)[1] for name in names}
    timing.in_turns(calls, 1)  # compiles
    whole, at_the_hole = timing.in_turns(calls, ROUNDS).values()
    return Quantity(statistics.median(whole / at_the_hole), "times")


def matrix_product(dtype):
    matrix = tf.cast(tf.random.normal([MATRIX, MATRIX]), dtype)
    product = tf.function(lambda: tf.reduce_sum(matrix @ matrix))
    return lambda: product().numpy()


def pipeline_seconds(stream, count=100):
    """Measure the processor time of making one batch, all threads together."""
    iterator = iter(stream)
    next(iterator)
    began = time.process_time()
    for _ in itertools.islice(iterator, count):
        pass
    return (time.process_time() - began) / count


def training_flops(network):
    """Count a training step's floating-point operations for one image.

    The forward pass, and the gradients for the kernel and for the input of every convolution, cost
    the same; the first layer needs no gradient for its input.
    """
    convolutions = keras.layers.Conv2D | keras.layers.Conv2DTranspose
    layers = [
        layer
        for layer in getattr(network, "whole", network).layers
        if isinstance(layer, convolutions)
    ]
    forward = [2 * places(network, layer) * layer.kernel.shape.num_elements() for layer in layers]
    return 3 * sum(forward) - forward[0]


def places(network, layer):
    """Count the places at which each weight of a layer's kernel is used."""
    if isinstance(network, networks.AtTheHole):
        following = network.whole.layers[network.whole.layers.index(layer) + 1 :]
        return (network.hole + sum(later.kernel_size[0] - 1 for later in following)) ** 2
    # Each kernel element meets every output pixel, or, transposed, every input pixel.
    transposed = isinstance(layer, keras.layers.Conv2DTranspose)
    _, height, width, _ = (layer.input if transposed else layer.output).shape
    return height * width


def time_fills():
    """Time a fill in milliseconds, at batch 1 and at batch 100, by every method."""
    machine.use_precision()
    methods = dict(filling.CLASSICAL)
    methods |= {name: filling.by(build()) for name, build in NETWORKS.items()}
    of_one, of_hundred = (
        timing.milliseconds(methods, protocol.validation(), size, ROUNDS) for size in (1, 100)
    )
    return {
        name: [statistics.median(of_one[name]), statistics.median(of_hundred[name])]
        for name in methods
    }


if __name__ == "__main__":
    main()
