"""Choose where the steps of the flow begin and end, on the validation cars.

    python benchmarks/flow_growth.py [--record]

Eight steps go from angle to angle, 90 degrees times (k / 8) to some power: with 1 all are equally
long, with more they begin short. The store must hold the flow.
"""

import argparse
import functools
import math

import numpy as np
from recording import record, show

from inpainting_guide import filling, measuring
from inpainting_guide.common import machine
from inpainting_guide.data import protocol
from inpainting_guide.measuring.quantities import Quantity

POWERS = (1, 1.25, 1.5, 2)
COUNT = 8
"""Samples of each hole, for their variety."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/flow_growth.json")
    arguments = parser.parse_args()
    machine.use_precision()
    network, task = filling.load("flow"), protocol.validation()
    results, fills = {"count": COUNT}, {}
    for power in POWERS:
        name = f"power_{100 * power:.0f}"
        network.angles = functools.partial(angles, power=power)
        samples = network.samples(task.incomplete, task.location_map, COUNT)
        fills[name] = samples[0]
        seams = [measuring.seam_ratio(task.images, fill, task.location_map) for fill in samples]
        results[name] = {
            "seam": Quantity(np.mean([seam.value for seam in seams]), ""),
            "diversity": measuring.diversity(task.images, samples, task.location_map),
        }
    for name, row in measuring.right_and_real(fills, task).items():
        results[name] = results.get(name, {}) | row
    show(results)
    if arguments.record:
        record("flow_growth", results)


def angles(steps, power):
    """Make the angles of `Flow.angles`, with another power."""
    return [math.pi / 2 * (step / steps) ** power for step in range(steps + 1)]


if __name__ == "__main__":
    main()
