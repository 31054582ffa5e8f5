"""Ask the flow what theory asks of samples: how right, how real, how uncertain, in how many steps.

    python benchmarks/flow_samples.py [--record]

The store must hold the flow. Means of more and more samples, uncertainty by depth, ranks and
variety are measured on the first test cars; single samples, with other steps or drawn towards the
mean, on all.
"""

import argparse
import functools
import itertools
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

STEPS = (1, 2, 4, 8, 16)
VARIED = 8
"""Samples of each hole of the first cars, for their variety with so many steps."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/flow_samples.json")
    arguments = parser.parse_args()
    machine.use_precision()
    network = filling.load("flow")
    network.temperature = 1.0  # with all of the noise, as all ways are compared
    protocol.declare_final()
    task = protocol.test()
    mean = filling.by(network.mean_network)(task.incomplete, task.location_map)
    results = {"cars": FEW, "count": COUNT} | of_many(network, task[:FEW], mean[:FEW])
    (sample,) = network.samples(task.incomplete, task.location_map, 1)
    fills = {f"towards_{100 * t:.0f}": mean + t * (sample - mean) for t in TOWARDS}
    varied = {}
    for steps in STEPS:
        network.steps = steps
        (fills[f"circle_{steps}"],) = network.samples(task.incomplete, task.location_map, 1)
        varied[f"circle_{steps}"] = told_apart(network, fills[f"circle_{steps}"], task)
    ours = network.path
    for steps, (name, path) in itertools.product(STEPS[1:], PATHS.items()):
        network.steps, network.path = steps, path(network, steps)
        (fills[f"{name}_{steps}"],) = network.samples(task.incomplete, task.location_map, 1)
    network.path = ours
    fills = {name: np.clip(fill, 0, 1) for name, fill in fills.items()}
    for name, row in measuring.right_and_real(fills, task).items():
        results[name] = row | varied.get(name, {})
        if name in fills:
            seam = measuring.seam_ratio(task.images, fills[name], task.location_map)
            results[name]["seam"] = seam
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


def on_the_circle(network, steps, heun=False):
    """Make a path of growing steps on the quarter circle by the method of Euler or of Heun.

    Both end with what is predicted before the last step, so Heun's asks 2 * steps - 1 times.
    """

    def velocity_at(angle, window, mean, state):
        told = ops.zeros_like(state[:, 0, 0, :1]) + angle
        return network.denoiser([window, mean, state, told], training=False)

    def path(window, mean, noise):
        state = noise
        for angle, following in itertools.pairwise(network.angles(steps)):
            velocity = velocity_at(angle, window, mean, state)
            residual = math.sin(angle) * state + math.cos(angle) * velocity
            step = following - angle
            if heun and following < math.pi / 2:
                there = velocity_at(following, window, mean, state + step * velocity)
                velocity = (velocity + there) / 2
            state += step * velocity
        yield residual, residual

    return path


PATHS = {
    "line": on_the_line,
    "euler": on_the_circle,
    "heun": functools.partial(on_the_circle, heun=True),
}
"""Other ways than the network's own, by their names in the results."""


def told_apart(network, fill, task):
    """Measure the variety of samples, and whether a strong classifier tells them from photographs.

    Returns
    -------
    dict of str to Quantity
    """
    few, learnt_on = task[:FEW], protocol.validation()
    samples = network.samples(few.incomplete, few.location_map, VARIED)
    ranks = calibration.ranks(few.images, samples, few.location_map)
    half = learnt_on[: len(learnt_on.images) // 2]
    (practised,) = network.samples(half.incomplete, half.location_map, 1)
    _, strong = measuring.classifier_accuracies(fill, task, practised, learnt_on)
    return {
        "strong": strong,
        "diversity": measuring.diversity(few.images, samples, few.location_map),
        "covered_90": calibration.coverage(ranks, 0.9),
    }


def of_many(network, task, mean):
    """Measure means of samples, and their uncertainty."""
    samples = network.samples(task.incomplete, task.location_map, COUNT)
    counts = [2**k for k in range(COUNT.bit_length()) if 2**k <= len(samples)]
    means = {f"of_{count}": samples[:count].mean(axis=0) for count in counts}
    depths = metrics.squared_error_by_depth(task.images, samples.mean(axis=0), task.location_map)
    around = samples.mean(axis=0)
    spread = np.mean(
        [metrics.squared_error_by_depth(around, each, task.location_map) for each in samples],
        axis=0,
    ) * (len(samples) / (len(samples) - 1))
    return {
        "mean_network": measuring.score(mean, task).summary()["psnr_of_mean"],
        "means": measuring.right_and_real(means, task),
        "spread_by_depth": {
            f"depth_{depth}": Quantity(float(share), "share")
            for depth, share in enumerate(spread / depths, start=1)
        },
    }


if __name__ == "__main__":
    main()
