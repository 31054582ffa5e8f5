"""Time a training step of every network, the input pipeline, and a fill by every method.

    python benchmarks/speed.py [--pytorch [--record]]

What is compared takes turns, round after round, and the median of the ratios is reported. A step is
compared with a large matrix product in the same precision: the share says how much of what the
processor can do is left on the table. All steps are of 64 images, also of networks whose pages have
smaller batches. With ``--pytorch`` (``pip install -e ".[pytorch]"``) three networks are compared
with the same ones there, trained by the same optimizer, Adam.
"""

import argparse
import importlib.util
import itertools
import statistics
import time

import every_network
import keras
import numpy as np
import operations
import tensorflow as tf
from every_network import BATCH_SIZE
from recording import record, show

from inpainting_guide import filling
from inpainting_guide.common import machine, timing
from inpainting_guide.data import batches, cars, holes, protocol, tensors
from inpainting_guide.filling import methods
from inpainting_guide.measuring.quantities import Quantity

ROUNDS = 9
MATRIX = 2048

IN_PYTORCH = {
    "direct_cnn": "direct_cnn",
    "direct_cnn_at_the_hole": "direct_cnn",
    "autoencoder": "autoencoder",
    "autoencoder_at_the_hole": "autoencoder",
    "unet": "unet",
    "unet_in_window_of_equal_widths": "unet",
}
"""What of `every_network.NETWORKS` is compared with which network of `pytorch_networks`."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pytorch", action="store_true", help="compare with PyTorch too")
    parser.add_argument("--record", action="store_true", help="write results/speed.json")
    arguments = parser.parse_args()
    if arguments.record and not arguments.pytorch:
        parser.error(
            "chapters quote the comparison with PyTorch, so a record needs it: add --pytorch "
            '(pip install -e ".[pytorch]"), or do without --record'
        )
    if arguments.pytorch and not importlib.util.find_spec("torch"):
        parser.error('--pytorch: it is not installed: pip install -e ".[pytorch]"')
    precisions = machine.PRECISIONS if machine.has_bfloat16() else ["float32"]
    results = {"steps": {precision: time_steps(precision) for precision in precisions}}
    pairs = {
        "at_the_hole": ("direct_cnn_at_the_hole", "direct_cnn"),
        "autoencoder_at_the_hole": ("autoencoder_at_the_hole", "autoencoder"),
        "in_window": ("unet_in_window_of_equal_widths", "unet"),
    }
    gains = {
        key: {precision: gain(*pair, precision) for precision in precisions}
        for key, pair in pairs.items()
    }
    if "mixed_bfloat16" in precisions:
        gains["bfloat16"] = gains_of_bfloat16()
    print("\nso many times as fast at the hole, in the window, and in bfloat16:")
    show(gains)
    with_muon = (name for name in every_network.NETWORKS if name not in every_network.GAMES)
    results |= gains | {"muon": {name: price_of_muon(name, precisions[0]) for name in with_muon}}
    print("\na step with Muon takes so many times as long as with Adam:")
    show(results["muon"])
    if arguments.pytorch:
        results["pytorch"] = compare_with_pytorch(precisions)
        print("\nso many times as fast as PyTorch on whole images, with Adam:")
        show(results["pytorch"])
    results["fills"] = time_fills()
    print("\nmilliseconds a fill:")
    for name, times in results["fills"].items():
        print(f"{name:40} {times['alone']} {times['of_100']}")
    if arguments.record:
        record("speed", results | {"precision": " and ".join(precisions)})


def time_steps(precision):
    """Time the step of every network with the optimizer of its page."""
    print(f"{'training step, ' + precision:44} images/s  GFLOP/s  matrix product  share  pipeline")
    steps = {}
    for name in every_network.NETWORKS:
        row = steps[name] = time_step(name, precision)
        print(
            f"{name:44} {row['images_per_second']:8.0f} {row['gflops']:8.0f} "
            f"{row['matrix_gflops']:15.0f} {row['share']:6.0%} {row['pipeline_share']:9.1%}",
            flush=True,
        )
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
    rates = operations.of_a_step(network, next(iter(stream))) / times["step"] / 1e9
    products = 2 * MATRIX**3 / times["product"] / 1e9
    return {
        "images_per_second": BATCH_SIZE / seconds,
        "gflops": statistics.median(rates),
        "matrix_gflops": statistics.median(products),
        "share": statistics.median(rates / products),
        "pipeline_share": pipeline_seconds(stream) / (busy * seconds),
    }


def gain(fast, slow, precision):
    """Time two networks' steps in turns: how many times as fast is the first?"""
    return ratio(*in_turns(*(every_network.step(name, precision)[1] for name in (slow, fast))))


def gains_of_bfloat16():
    """Time steps and a matrix product in both precisions in turns: what does bfloat16 gain?"""
    pairs = {"matrix_product": (matrix_product(tf.float32), matrix_product(tf.bfloat16))}
    for name in ("direct_cnn", "unet"):
        both = "float32", "mixed_bfloat16"
        pairs[name] = [every_network.step(name, precision)[1] for precision in both]
    return {name: ratio(*in_turns(*pair)) for name, pair in pairs.items()}


def price_of_muon(name, precision):
    """Time a step with Muon in turns with one with Adam: how many times as long does it take?"""
    optimizers = None, keras.optimizers.Adam(1e-3)
    return ratio(*in_turns(*(every_network.step(name, precision, each)[1] for each in optimizers)))


def compare_with_pytorch(precisions):
    """Time steps in turns with PyTorch's on whole images."""
    import torch

    ratios = {
        precision: {name: ratio(*against_pytorch(name, precision)) for name in IN_PYTORCH}
        for precision in precisions
    }
    return {"version": torch.__version__} | ratios


def against_pytorch(name, precision):
    """Time a step in turns with PyTorch's on whole images: its seconds, and ours."""
    import pytorch_networks

    network, ours = every_network.step(name, precision, keras.optimizers.Adam(1e-3))
    other, theirs = pytorch_networks.step(IN_PYTORCH[name], precision)
    wanted = sum(weight.shape.num_elements() for weight in network.trainable_weights)
    got = sum(weight.numel() for weight in other.parameters())
    if name in pytorch_networks.NETWORKS and got != wanted:
        raise ValueError(
            f"{name} has {wanted:,} weights, and in PyTorch {got:,}: expected as many."
        )
    return in_turns(theirs, ours)


def in_turns(*steps):
    """Time steps in turns, after two that compile them; seconds of every round."""
    calls = dict(enumerate(steps))
    timing.in_turns(calls, 2)
    return list(timing.in_turns(calls, ROUNDS).values())


def ratio(slow, fast):
    """Tell how many times as long the first one takes, in the median round."""
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


def time_fills():
    """Time a fill in milliseconds, alone and among 100, by every method of the registry.

    The networks are not trained: that makes no difference to their time.
    """
    machine.use_precision()
    networks = {name: every_network.NETWORKS[name]() for name in methods.SCRIPTS}

    def whole_image(incomplete, location_map):
        joined = tensors.network_input(incomplete, location_map)
        made = filling.predict(networks["direct_cnn"], joined)
        return holes.compose(incomplete, made, location_map)

    fills = {key: methods.filler(key, networks) for key in methods.METHODS}
    fills["direct_cnn_whole_image"] = whole_image
    times = {
        key: timing.milliseconds(fills, protocol.validation(), size, ROUNDS)
        for key, size in (("alone", 1), ("of_100", 100))
    }
    return {
        name: {key: Quantity(statistics.median(times[key][name]), "ms") for key in times}
        for name in fills
    }


if __name__ == "__main__":
    main()
