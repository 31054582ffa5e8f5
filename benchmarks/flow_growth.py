"""Choose how many steps the flow takes, how much they grow, and how much noise they begin with.

    python benchmarks/flow_growth.py [--record]

Eight steps go from angle to angle, 90 degrees times (k / 8) to some power: with 1 all are equally
long, with more they begin short. Then, with steps that grow as the network's own do, the samples
begin with less noise; and then there are fewer steps or more. Measured on the validation cars; the
store must hold the flow.
"""

import argparse
import functools
import math

import numpy as np
from recording import record, show

from inpainting_guide import filling, measuring
from inpainting_guide.common import machine
from inpainting_guide.data import protocol
from inpainting_guide.measuring import calibration, metrics
from inpainting_guide.measuring.quantities import Quantity

POWERS = (1, 1.25, 1.5, 2)
"""Of the growth, all with a temperature of 1."""

TEMPERATURES = (0.98, 0.96, 0.94, 0.9)
STEPS = (2, 4, 16)
COUNT = 8
"""Samples of each hole, for their variety."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/flow_growth.json")
    arguments = parser.parse_args()
    machine.use_precision()
    network, task = filling.load("flow"), protocol.validation()
    mean = measuring.score(filling.by(network.mean_network)(*question(task)), task)
    results, fills, ours = {"count": COUNT}, {}, network.angles
    chosen, network.temperature = network.temperature, 1.0
    for power in POWERS:
        name = f"power_{100 * power:.0f}"
        network.angles = functools.partial(angles, power=power)
        fills[name], results[name] = of_many(network, task, mean)
    network.angles = ours
    for temperature in TEMPERATURES:
        name = f"temperature_{100 * temperature:.0f}"
        network.temperature = temperature
        fills[name], results[name] = of_many(network, task, mean)
    network.temperature = chosen
    for network.steps in STEPS:
        name = f"steps_{network.steps}"
        fills[name], results[name] = of_many(network, task, mean)
    for name, row in measuring.right_and_real(fills, task).items():
        results[name] = results.get(name, {}) | row
    show(results)
    if arguments.record:
        record("flow_growth", results)


def question(task):
    """Return what a network is asked: incomplete images, and where they are known."""
    return task.incomplete, task.location_map


def of_many(network, task, mean):
    """Draw several fills of every hole, return one, and measure what needs many."""
    samples = network.samples(*question(task), COUNT)
    errors = [measuring.score(fill, task).squared_error.mean() for fill in samples]
    seams = [measuring.seam_ratio(task.images, fill, task.location_map) for fill in samples]
    below = metrics.psnr(mean.squared_error.mean()) - metrics.psnr(np.mean(errors))
    ranks = calibration.ranks(task.images, samples, task.location_map)
    return samples[0], {
        "below_the_mean": Quantity(float(below), "dB"),
        "seam": Quantity(np.mean([seam.value for seam in seams]), ""),
        "diversity": measuring.diversity(task.images, samples, task.location_map),
        "covered_50": calibration.coverage(ranks, 0.5),
        "covered_90": calibration.coverage(ranks, 0.9),
    }


def angles(steps, power):
    """Make the angles of `Flow.angles`, with another power."""
    return [math.pi / 2 * (step / steps) ** power for step in range(steps + 1)]


if __name__ == "__main__":
    main()
