"""Where does a training step spend its time? The three convolutions of a layer, on a clock.

    python benchmarks/convolutions.py [--record]

Training a convolution takes three of equal cost on paper: forward, back to the layer's input, and
back to its kernel. Each is timed for layers of the U-Nets, in turns with the others, in both
precisions.
"""

import argparse
import statistics

import numpy as np
import tensorflow as tf
from recording import record, show

from inpainting_guide.common import machine, timing
from inpainting_guide.measuring.quantities import Quantity

BATCH_SIZE, ROUNDS = 64, 15

LAYERS = {
    "24x24, 32 to 32": (24, 32, 32, 3),
    "12x12, 64 to 64": (12, 64, 64, 3),
    "6x6, 128 to 128": (6, 128, 128, 3),
    "3x3, 256 to 256": (3, 256, 256, 3),
}
"""Side of the map, channels, filters and side of the kernel: each level has as much to multiply."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/convolutions.json")
    arguments = parser.parse_args()
    precisions = machine.PRECISIONS if machine.has_bfloat16() else ["float32"]
    results = {
        precision: {key(name): time_layer(*sizes, precision) for name, sizes in LAYERS.items()}
        for precision in precisions
    }
    show(results)
    if arguments.record:
        record("convolutions", results | {"precision": " and ".join(precisions)})


def key(name):
    """Make a name under which chapters quote a layer."""
    return f"side_{name.split('x')[0]}"


def time_layer(side, channels, filters, kernel_size, precision):
    """Time the three convolutions in turns; billions of multiplications and additions a second."""
    dtype = tf.bfloat16 if "bfloat16" in precision else tf.float32
    x = tf.cast(tf.random.normal([BATCH_SIZE, side, side, channels]), dtype)
    kernel = tf.cast(tf.random.normal([kernel_size, kernel_size, channels, filters]), dtype)
    y = tf.nn.conv2d(x, kernel, 1, "SAME")
    same = {"strides": [1] * 4, "padding": "SAME"}
    calls = {
        "forward": lambda: tf.nn.conv2d(x, kernel, 1, "SAME"),
        "to_the_input": lambda: tf.raw_ops.Conv2DBackpropInput(
            input_sizes=x.shape, filter=kernel, out_backprop=y, **same
        ),
        "to_the_kernel": lambda: tf.raw_ops.Conv2DBackpropFilter(
            input=x, filter_sizes=kernel.shape, out_backprop=y, **same
        ),
    }
    calls = {name: tf.function(call) for name, call in calls.items()}
    timing.in_turns(calls, 2)  # compiles
    operations = 2 * BATCH_SIZE * side**2 * np.prod(kernel.shape)
    return {
        name: Quantity(operations / statistics.median(seconds) / 1e9)
        for name, seconds in timing.in_turns(calls, ROUNDS).items()
    }


if __name__ == "__main__":
    main()
