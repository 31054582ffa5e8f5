"""Time a training step of every network, the input pipeline, and a fill by every method.

    python benchmarks/speed.py [--pytorch] [--record]

What is compared takes turns, round after round, and the median of the ratios is reported. A step is
compared with a large matrix product in the same precision: the share says how much of what the
processor can do is left on the table. With ``--pytorch`` (``pip install -e ".[pytorch]"``) three
networks are compared with the same ones there, trained by the same optimizer, Adam.
"""

import argparse
import itertools
import statistics
import time

import every_network
import keras
import numpy as np
import tensorflow as tf
from every_network import BATCH_SIZE
from recording import record, show

from inpainting_guide import filling, networks
from inpainting_guide.common import machine, timing
from inpainting_guide.data import batches, cars, protocol
from inpainting_guide.measuring.quantities import Quantity

ROUNDS = 9
MATRIX = 2048

IN_PYTORCH = {
    "direct_cnn": "direct_cnn",
    "direct_cnn_at_the_hole": "direct_cnn",
    "autoencoder": "autoencoder",
    "unet": "unet",
    "unet_in_window": "unet",
}
"""What of `every_network.PLAIN` is compared with which network of `pytorch_networks`."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pytorch", action="store_true", help="compare with PyTorch too")
    parser.add_argument("--record", action="store_true", help="write results/speed.json")
    arguments = parser.parse_args()
    precisions = machine.PRECISIONS if machine.has_bfloat16() else ["float32"]
    results = {"steps": time_steps(precisions)}
    results["at_the_hole"] = {
        precision: gain("direct_cnn_at_the_hole", "direct_cnn", precision)
        for precision in precisions
    }
    results["in_window"] = {
        precision: gain("unet_in_window", "unet", precision) for precision in precisions
    }
    print("\ntraining steps, so many times as fast at the hole, and in the window:")
    show({key: results[key] for key in ("at_the_hole", "in_window")})
    results["muon"] = {name: price_of_muon(name, precisions[0]) for name in every_network.PLAIN}
    print("\na step with Muon takes so many times as long as with Adam:")
    show(results["muon"])
    if arguments.pytorch:
        results["pytorch"] = {
            precision: {name: against_pytorch(name, precision) for name in IN_PYTORCH}
            for precision in precisions
        }
        print("\nso many times as fast as PyTorch on whole images, with Adam:")
        show(results["pytorch"])
    results["fills"] = time_fills()
    print(f"\n{'milliseconds a fill':40} {'batch 1':>8} {'batch 100':>10}")
    for name, (one, hundred) in results["fills"].items():
        print(f"{name:40} {one:8.2f} {hundred:10.2f}")
    if arguments.record:
        record("speed", results)


def time_steps(precisions):
    """Time the step of every network with the optimizer of its page."""
    print(f"{'training step':44} images/s  GFLOP/s  matrix product  share  pipeline")
    steps = {}
    for name in every_network.PLAIN | every_network.GAMES:
        for precision in precisions:
            row = steps[f"{name} {precision}"] = time_step(name, precision)
            print(f"{name + ' ' + precision:44} {row['images_per_second']:8.0f}", end=" ")
            if "gflops" in row:
                print(
                    f"{row['gflops']:8.0f} {row['matrix_gflops']:15.0f} {row['share']:6.0%} "
                    f"{row['pipeline_share']:9.1%}",
                    end="",
                )
            print(flush=True)
            keras.backend.clear_session()
    return steps


def time_step(name, precision):
    """Time one network's training step in turns with a matrix product."""
    network, step = every_network.step(name, precision)
    stream = batches.training(cars.load().train, BATCH_SIZE, seed=0)
    multiply = matrix_product(tf.bfloat16 if "bfloat16" in precision else tf.float32)
    calls = {"step": step, "product": multiply}
    timing.in_turns(calls, 1)  # compiles
    processor = time.process_time()
    times = timing.in_turns(calls, ROUNDS)
    busy = (time.process_time() - processor) / sum(map(sum, times.values()))
    seconds = statistics.median(times["step"])
    measured = {"images_per_second": BATCH_SIZE / seconds}
    if name in every_network.GAMES:  # several networks, each run more than once
        return measured
    rates = BATCH_SIZE * training_flops(network) / times["step"] / 1e9
    products = 2 * MATRIX**3 / times["product"] / 1e9
    return measured | {
        "gflops": statistics.median(rates),
        "matrix_gflops": statistics.median(products),
        "share": statistics.median(rates / products),
        "pipeline_share": pipeline_seconds(stream) / (busy * seconds),
    }


def gain(fast, slow, precision):
    """Time two networks' steps in turns: how many times as fast is the first?"""
    return ratio(
        *(every_network.step(name, precision)[1] for name in (slow, fast)),
    )


def price_of_muon(name, precision):
    """Time a step with Muon in turns with one with Adam: how many times as long does it take?"""
    adam = keras.optimizers.Adam(1e-3)
    return ratio(
        every_network.step(name, precision)[1], every_network.step(name, precision, adam)[1]
    )


def against_pytorch(name, precision):
    """Time a step in turns with PyTorch's on whole images: how many times as fast is it?"""
    import pytorch_networks

    network, ours = every_network.step(name, precision, keras.optimizers.Adam(1e-3))
    other, theirs = pytorch_networks.step(IN_PYTORCH[name], precision)
    wanted = sum(weight.shape.num_elements() for weight in network.trainable_weights)
    got = sum(weight.numel() for weight in other.parameters())
    if name in pytorch_networks.NETWORKS and got != wanted:
        raise ValueError(
            f"{name} has {wanted:,} weights, and in PyTorch {got:,}: expected as many."
        )
    return ratio(theirs, ours)


def ratio(slow, fast):
    """Time two calls in turns; return how many times as long the first one takes."""
    calls = {"slow": slow, "fast": fast}
    timing.in_turns(calls, 2)  # compiles
    slow, fast = timing.in_turns(calls, ROUNDS).values()
    return Quantity(statistics.median(slow / fast), "times")


def matrix_product(dtype):
    rng = np.random.default_rng(0)
    matrix = tf.cast(rng.standard_normal((MATRIX, MATRIX), np.float32), dtype)
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
    """Count a training step's floating-point operations for one image, those of convolutions.

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
    methods |= {name: filling.by(build()) for name, build in every_network.PLAIN.items()}
    of_one, of_hundred = (
        timing.milliseconds(methods, protocol.validation(), size, ROUNDS) for size in (1, 100)
    )
    return {
        name: [statistics.median(of_one[name]), statistics.median(of_hundred[name])]
        for name in methods
    }


if __name__ == "__main__":
    main()
