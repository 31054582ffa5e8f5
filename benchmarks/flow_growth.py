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

from flow_seeds import COUNT, of_samples
from recording import record, show

from inpainting_guide import filling, measuring
from inpainting_guide.common import machine
from inpainting_guide.data import protocol

POWERS = (1, 1.25, 1.5, 2)
"""Of the growth, all with a temperature of 1."""

TEMPERATURES = (0.98, 0.96, 0.94, 0.9)
STEPS = (2, 4, 16)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/flow_growth.json")
    arguments = parser.parse_args()
    machine.use_precision()
    network, task = filling.load("flow"), protocol.validation()
    mean_error = measuring.measure(filling.by(network.mean_network), task).squared_error.mean()
    results, fills = {"count": COUNT}, {}

    def measure(name):
        samples = network.samples(task.incomplete, task.location_map, COUNT)
        fills[name], results[name] = samples[0], of_samples(samples, task, mean_error)

    ours, chosen = network.angles, network.temperature
    network.temperature = 1.0
    for power in POWERS:
        network.angles = functools.partial(angles, power=power)
        measure(f"power_{100 * power:.0f}")
    network.angles = ours
    for network.temperature in TEMPERATURES:
        measure(f"temperature_{100 * network.temperature:.0f}")
    network.temperature = chosen
    for network.steps in STEPS:
        measure(f"steps_{network.steps}")
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
