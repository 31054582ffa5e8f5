"""Measure what several hosts cost: adding up gradients, reading shards; and foretell a training.

    python benchmarks/hosts.py [--record]

One, two and three processes on this machine train networks of several sizes, each with one thread,
and add up arrays; one reads batches from 6,000
and from 600,000 images, made from the cars; one computes steps at 256 x 256 pixels. From these the
last part computes, on paper, a training of a million photographs.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from recording import record, show

from inpainting_guide.formulas import all_reduce
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.training import launching

MEGABYTES = (1, 4, 16, 64)
ROUNDS = 9
WIDTHS = (16, 64, 128)
"""Channels of networks like the direct one."""

SHARED = 12
"""Images of a global batch, for one, two and three processes."""

COUNTS = (6_000, 600_000)
BATCH_SIZE = 32
PHOTOGRAPHS, PASSES, GLOBAL_BATCH = 1_000_000, 10, 256
LINKS = {"gigabit": 1.25e8, "ten_gigabit": 1.25e9}
"""Bytes a second of a network of 1 and of 10 gigabits a second, used in full."""

HOSTS = (1, 4, 16, 64, 256)


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
    results = {"shared": Quantity(SHARED, "count")}
    for width in WIDTHS:
        results[f"width_{width}"] = training(width)
    for workers in (2, 3):
        measured = in_processes(workers, "adding")
        results[f"adding_{workers}"] = {
            f"mb_{size}": Quantity(milliseconds, "ms")
            for size, milliseconds in zip(MEGABYTES, measured, strict=True)
        }
        sizes = 1e6 * np.array(MEGABYTES)
        sent = [all_reduce.bytes_sent(size, workers) for size in sizes]
        slope, start = np.polyfit(sent, np.array(measured) / 1000, 1)
        results[f"adding_{workers}"] |= {
            "megabytes_a_second": Quantity(1e-6 / slope, "count"),
            "first_byte": Quantity(max(0, 1000 * start), "ms"),
        }
    with tempfile.TemporaryDirectory() as folder:
        for count in COUNTS:
            in_processes(1, "writing", f"{folder}/{count}", count)
            processor, memory = in_processes(1, "reading", f"{folder}/{count}")
            size = sum(path.stat().st_size for path in Path(folder, str(count)).iterdir())
            results[f"reading_{count}"] = {
                "images": Quantity(count, "count"),
                "milliseconds": Quantity(processor, "ms"),
                "memory": Quantity(memory, "count"),
                "disk": Quantity(size / 1e6, "count"),
            }
    seconds, parameters = in_processes(1, "computing")
    results |= estimate(1 / seconds, 4 * parameters)
    show(results)
    if arguments.record:
        record("hosts", results)


def training(width):
    """Train a network with one to three processes of one thread each: milliseconds a step."""
    row = {}
    os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
    for workers in (1, 2, 3):
        with tempfile.TemporaryDirectory() as folder:
            options = [folder, "--steps", 10, "--batch", SHARED, "--width", width, "--every", 100]
            report = json.loads(launching.run(options, workers, 600).splitlines()[-1])
        row[f"processes_{workers}"] = Quantity(1000 * report["seconds"], "ms")
    del os.environ["TF_NUM_INTRAOP_THREADS"]
    return row | {"gradient": Quantity(report["bytes"] / 1e6)}


def in_processes(workers, *part):
    """Run a part of this script in processes of their own, and return what the first prints."""
    addresses = [f"127.0.0.1:{port}" for port in launching.free_ports(workers)]
    processes = []
    for index in range(workers):
        config = {"TF_CONFIG": launching.tf_config(addresses, index)} if workers > 1 else {}
        processes.append(
            subprocess.Popen(
                [sys.executable, __file__, "--part", *map(str, part)],
                env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"} | config,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    said = [process.communicate()[0] for process in processes]
    return json.loads(said[0].splitlines()[-1])


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
    from inpainting_guide.data import cars, shards

    train = np.concatenate([cars.load().train, cars.load().validation, cars.load().test])
    bytes_of_cars = np.uint8(np.round(255 * train))

    def images():
        for number in range(int(count)):
            turn, car = divmod(number, len(bytes_of_cars))
            image = np.roll(bytes_of_cars[car], (turn // 10, turn % 10), axis=(0, 1))
            yield np.ascontiguousarray(image)

    return shards.write(Path(folder), images(), shards=8)


def reading(folder):
    """Read batches: milliseconds of processor time a batch, and the most memory in MB."""
    from inpainting_guide.data import shards

    stream = iter(shards.training(Path(folder), BATCH_SIZE, seed=0))
    for _ in range(20):
        next(stream)
    began, rounds = time.process_time(), 400
    for _ in range(rounds):
        next(stream)
    milliseconds = 1000 * (time.process_time() - began) / rounds
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return milliseconds, most / (1e6 if sys.platform == "darwin" else 1e3)


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


def estimate(throughput, size):
    """Foretell a training of a million photographs from what was measured here.

    Parameters
    ----------
    throughput : float
        Images a second of one host like this machine.
    size : float
        Bytes of one gradient.
    """
    steps = PHOTOGRAPHS * PASSES // GLOBAL_BATCH
    found = {
        "photographs": Quantity(PHOTOGRAPHS, "count"),
        "passes": Quantity(PASSES, "count"),
        "global_batch": Quantity(GLOBAL_BATCH, "count"),
        "steps": Quantity(steps, "count"),
        "images_a_second": Quantity(throughput),
        "gradient": Quantity(size / 1e6, "MB"),
    }
    for link, speed in LINKS.items():
        most = all_reduce.most_workers(GLOBAL_BATCH, throughput, size, speed)
        found[f"most_hosts_{link}"] = Quantity(most, "count")
    for hosts in HOSTS:
        row = {"gigabytes_a_host": Quantity(steps * all_reduce.bytes_sent(size, hosts) / 1e9)}
        for link, speed in LINKS.items():
            parts = all_reduce.step_seconds(GLOBAL_BATCH, hosts, throughput, size, speed)
            hours = steps * sum(parts) / 3600
            row |= {
                f"hours_{link}": Quantity(hours),
                f"host_hours_{link}": Quantity(hours * hosts, "count"),
                f"sending_{link}": Quantity(parts[1] / sum(parts), "share"),
            }
        found[f"hosts_{hosts}"] = row
    return found


PARTS = {part.__name__: part for part in (adding, writing, reading, computing)}


if __name__ == "__main__":
    main()
