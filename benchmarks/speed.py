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
from recording import record

from inpainting_guide import filling, networks, training
from inpainting_guide.common import machine, timing
from inpainting_guide.data import batches, cars, protocol

NETWORKS = {
    "direct_cnn": networks.direct_cnn,
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
    print(f"\n{'training step':26} images/s  GFLOP/s  matrix product  share  pipeline")
    for name, row in steps.items():
        print(
            f"{name:26} {row['images_per_second']:8.0f} {row['gflops']:8.0f} "
            f"{row['matrix_gflops']:15.0f} {row['share']:6.0%} {row['pipeline_share']:9.1%}"
        )
    fills = time_fills()
    print(f"\n{'milliseconds a fill':26} {'batch 1':>8} {'batch 100':>10}")
    for name, (one, hundred) in fills.items():
        print(f"{name:26} {one:8.2f} {hundred:10.2f}")
    if arguments.record:
        record("speed", {"steps": steps, "fills": fills})


def time_step(build, precision):
    """Time one network's training step in turns with a matrix product."""
    machine.use_precision(precision)
    network = build()
    network.compile(optimizer=training.ConvolutionMuon(1e-3), loss=training.hole_loss())
    stream = batches.training(cars.load().train, BATCH_SIZE, seed=0)
    batch = next(iter(stream))
    multiply = matrix_product(tf.bfloat16 if "bfloat16" in precision else tf.float32)
    calls = {"step": lambda: network.train_on_batch(*batch), "product": multiply}
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
    forward = []
    for layer in network.layers:
        # Each kernel element meets every output pixel, or, transposed, every input pixel.
        if isinstance(layer, keras.layers.Conv2D):
            _, height, width, _ = layer.output.shape
        elif isinstance(layer, keras.layers.Conv2DTranspose):
            _, height, width, _ = layer.input.shape
        else:
            continue
        forward.append(2 * height * width * layer.kernel.shape.num_elements())
    return 3 * sum(forward) - forward[0]


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
