"""Measure what several hosts cost: adding up gradients, reading shards.

    python benchmarks/hosts.py [--record]

One, two and three processes on this machine train networks of several sizes, each with one thread,
and add up arrays; one reads a pass over 6,000 and over 600,000 images, made from the cars; one
computes steps at 256 x 256 pixels. From these ``hosts_on_paper.py`` computes what the steps should
have taken, and a training of a million photographs.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

import hosts_on_paper
import numpy as np
from recording import record, show

from inpainting_guide.data import shards
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.training import launching

MEGABYTES = (1, 4, 16, 64)
ROUNDS = 9
WIDTHS = (16, 64, 128)
"""Channels of networks like the direct one."""

SHARED = 12
"""Images of a global batch, for one, two and three processes."""

ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
"""Neither within an operation nor between operations does a process use a second core."""

COUNTS = (6_000, 600_000)
BATCH_SIZE = 32


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/hosts.json")
    parser.add_argument("--part", nargs="+", help="one measurement, in a process of its own")
    arguments = parser.parse_args()
    if arguments.part:
        name, *values = arguments.part
        print(json.dumps(PARTS[name](*values)))
        sys.stdout.flush()
        os._exit(0)  # TensorFlow would wait for the other processes
    results = measure()
    hosts_on_paper.derive(results)
    show(results)
    if arguments.record:
        record("hosts", results)


def measure():
    """Measure all that takes time; `hosts_on_paper` adds what follows from it."""
    results = {"shared": Quantity(SHARED, "count")}
    for width in WIDTHS:
        results[f"width_{width}"] = training(width)
    for workers in (2, 3):
        with mock.patch.dict(os.environ, ONE_THREAD):  # as the steps that are foretold by it
            measured = in_processes(workers, "adding")
        results[f"adding_{workers}"] = {
            f"mb_{size}": Quantity(milliseconds, "ms")
            for size, milliseconds in zip(MEGABYTES, measured, strict=True)
        }
    seconds, parameters = in_processes(1, "computing")
    results |= {
        "images_a_second": Quantity(1 / seconds),
        "gradient": Quantity(4 * parameters / 1e6, "MB"),
    }
    with tempfile.TemporaryDirectory() as folder:
        for count in COUNTS:
            in_processes(1, "writing", f"{folder}/{count}", count)
            size = sum(path.stat().st_size for path in Path(folder, str(count)).iterdir())
            results[f"reading_{count}"] = {
                "images": Quantity(count, "count"),
                "disk": Quantity(size / 1e6, "count"),
            }
            milliseconds, *most = in_processes(1, "reading", f"{folder}/{count}")
            results[f"reading_{count}"]["milliseconds"] = Quantity(milliseconds, "ms")
            tensorflow, *later = most
            results[f"reading_{count}"] |= {
                "memory_tensorflow": Quantity(tensorflow, "count"),
            }
            for when, memory in zip(("start", "middle", "end"), later, strict=True):
                more = Quantity(memory - tensorflow, "count")
                results[f"reading_{count}"][f"memory_{when}"] = more
    return results


def training(width):
    """Train a network with one to three processes of one thread each: milliseconds a step."""
    row = {}
    for workers in (1, 2, 3):
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, ONE_THREAD):
            options = [folder, "--steps", 10, "--batch", SHARED, "--width", width, "--every", 100]
            report = json.loads(launching.run(options, workers, 600).splitlines()[-1])
        row[f"processes_{workers}"] = Quantity(1000 * report["seconds"], "ms")
    return row | {"gradient": Quantity(report["bytes"] / 1e6)}


def in_processes(workers, *part):
    """Run a part of this script in processes of their own, and return what the first prints."""
    said = launching.run(part, workers, 600, (__file__, "--part"))
    return json.loads(said.splitlines()[-1])


def adding():
    """Add up arrays over all processes: the median time of each size, in milliseconds."""
    import tensorflow as tf

    from inpainting_guide.training import agreement, hosts

    cluster = agreement.read_cluster()
    strategy = hosts.connect(cluster, 60)

    milliseconds = []
    for size in MEGABYTES:

        @tf.function
        def add(count=int(size * 1e6 / 4)):
            def of_one():
                return tf.distribute.get_replica_context().all_reduce("sum", tf.ones(count))

            return strategy.run(of_one)

        seconds = []
        for _ in range(ROUNDS + 2):
            began = time.perf_counter()
            add()
            seconds.append(time.perf_counter() - began)
        milliseconds.append(1000 * float(np.median(seconds[2:])))
    agreement.leave_together(strategy, cluster)
    return milliseconds


def writing(folder, count):
    """Write images made from the cars: shifted, mirrored, one after the other."""
    from inpainting_guide.data import cars

    train = np.concatenate([cars.load().train, cars.load().validation, cars.load().test])
    bytes_of_cars = np.uint8(np.round(255 * train))

    def images():
        for number in range(int(count)):
            turn, car = divmod(number, len(bytes_of_cars))
            image = np.roll(bytes_of_cars[car], (turn // 10, turn % 10), axis=(0, 1))
            yield np.ascontiguousarray(image)

    return shards.write(Path(folder), images(), shards=8)


def reading(folder):
    """Read all images once or more: milliseconds of processor time a batch, and the memory in MB.

    At least 400 batches are read. Memory is told before the first one, when TensorFlow alone is
    there; after twenty; in the middle; and at the end.
    """
    import tensorflow as tf

    float(tf.constant(1.0))  # TensorFlow starts
    most = [most_memory()]
    stream = iter(shards.training(Path(folder), BATCH_SIZE, seed=0))
    for _ in range(20):
        next(stream)
    most.append(most_memory())
    rounds = max(400, sum(shards.read_index(Path(folder))["counts"]) // BATCH_SIZE)
    began = time.process_time()
    for number in range(rounds):
        next(stream)
        if number == rounds // 2:
            most.append(most_memory())
    milliseconds = 1000 * (time.process_time() - began) / rounds
    return milliseconds, *most, most_memory()


def most_memory():
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def computing():
    """Compute steps at 256 x 256 pixels: seconds of this whole machine an image, and parameters."""
    import keras
    import tensorflow as tf

    from inpainting_guide import networks
    from inpainting_guide.data import holes, tensors
    from inpainting_guide.training import parallel

    keras.config.set_dtype_policy("float32")
    network = networks.unet(size=256)
    optimizer = keras.optimizers.Adam(1e-3)
    step = parallel.compile_step(tf.distribute.get_strategy(), network, optimizer)
    rng = np.random.default_rng(0)
    images = np.float32(rng.random((4, 256, 256, 3)))
    maps = holes.random_square(4, rng, hole=96, size=256)
    batch = tensors.network_input(images, maps), images, 1 - maps[..., 0]
    seconds = []
    for _ in range(6):
        began = time.perf_counter()
        float(step(tuple(map(tf.convert_to_tensor, batch))))
        seconds.append((time.perf_counter() - began) / len(images))
    return float(np.median(seconds[2:])), network.count_params()


PARTS = {part.__name__: part for part in (adding, writing, reading, computing)}


if __name__ == "__main__":
    main()
