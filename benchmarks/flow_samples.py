"""Ask the flow what theory asks of samples: how right, how real, how uncertain, in how many steps.

    python benchmarks/flow_samples.py [--record]

The store must hold the flow. Means of more and more samples, uncertainty by depth, and ranks are
measured on the first test cars; single samples, with other steps or drawn towards the mean, on all.
"""

import argparse
import math

import numpy as np
from keras import ops
from recording import record, show

from inpainting_guide import filling, measuring
from inpainting_guide.common import machine
from inpainting_guide.data import protocol
from inpainting_guide.measuring import calibration, metrics
from inpainting_guide.measuring.quantities import Quantity

FEW, COUNT = 200, 64
"""Test cars, and samples of each of their holes."""

TOWARDS = (0, 0.25, 0.5, 0.75, 1, 1.25)
"""How far to go from the mean network's fill to a sample."""

STEPS = (2, 4, 8, 16)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/flow_samples.json")
    arguments = parser.parse_args()
    machine.use_precision()
    network = filling.load("flow")
    protocol.declare_final()
    task = protocol.test()
    mean = filling.by(network.mean_network)(task.incomplete, task.location_map)
    results = {"cars": FEW, "count": COUNT} | of_many(network, task[:FEW], mean[:FEW])
    (sample,) = network.samples(task.incomplete, task.location_map, 1)
    fills = {f"towards_{100 * t:.0f}": mean + t * (sample - mean) for t in TOWARDS}
    for steps in STEPS:
        network.steps = steps
        (fills[f"circle_{steps}"],) = network.samples(task.incomplete, task.location_map, 1)
    for steps in STEPS:
        network.path = on_the_line(network, steps)
        (fills[f"line_{steps}"],) = network.samples(task.incomplete, task.location_map, 1)
    fills = {name: np.clip(fill, 0, 1) for name, fill in fills.items()}
    results |= measuring.right_and_real(fills, task)
    show(results)
    if arguments.record:
        record("flow_samples", results)


def on_the_line(network, steps):
    """Make a path of equal steps on the straight line, in place of the quarter circle."""

    def path(window, mean, noise):
        state = noise
        for step in range(steps):
            t = step / steps
            size = math.hypot(1 - t, t)
            turned = state / size
            told = ops.zeros_like(state[:, 0, 0, :1]) + math.atan2(t, 1 - t)
            velocity = network.denoiser([window, mean, turned, told], training=False)
            residual = (t * turned + (1 - t) * velocity) / size
            state += (residual - state) / (steps - step)
        yield state, state

    return path


def of_many(network, task, mean):
    """Measure means of samples, their uncertainty, and the ranks of the photographs."""
    samples = network.samples(task.incomplete, task.location_map, COUNT)
    ranks = calibration.ranks(task.images, samples, task.location_map)
    counts = [2**k for k in range(COUNT.bit_length()) if 2**k <= len(samples)]
    scores = {
        count: measuring.score(samples[:count].mean(axis=0), task).summary()["psnr_of_mean"]
        for count in counts
    }
    depths = metrics.squared_error_by_depth(task.images, samples.mean(axis=0), task.location_map)
    around = samples.mean(axis=0)
    spread = np.mean(
        [metrics.squared_error_by_depth(around, each, task.location_map) for each in samples],
        axis=0,
    ) * (len(samples) / (len(samples) - 1))
    return {
        "mean_network": measuring.score(mean, task).summary()["psnr_of_mean"],
        "means": {f"of_{count}": score for count, score in scores.items()},
        "diversity": measuring.diversity(task.images, samples, task.location_map),
        "covered_50": calibration.coverage(ranks, 0.5),
        "covered_90": calibration.coverage(ranks, 0.9),
        "spread_by_depth": {
            f"depth_{depth}": Quantity(float(share), "share")
            for depth, share in enumerate(spread / depths, start=1)
        },
    }


if __name__ == "__main__":
    main()
