"""Train the flow of the page with three seeds, and ask how right, how real and how sure it is.

    python benchmarks/flow_seeds.py [--record]

A seed decides the denoiser's first weights and the batches; the noises and angles, and the mean
network, which the store must hold, are the same. Measured on the test cars: one sample of each
hole, and for variety, calibration and the seam several.
"""

import argparse

import keras
import numpy as np
from flow_starts import train
from recording import over_seeds, record, show, use_own_store

from inpainting_guide import filling, measuring, networks
from inpainting_guide.common import machine
from inpainting_guide.data import protocol
from inpainting_guide.measuring import calibration, metrics
from inpainting_guide.measuring.quantities import Quantity

IMAGES = 115_200
"""As on the page."""

SEEDS = (0, 1, 2)
COUNT = 8
"""Samples of each hole."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/flow_seeds.json")
    arguments = parser.parse_args()
    machine.use_precision()
    mean = filling.load("unet_in_window")
    use_own_store("flow_seeds")
    trained = {}
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        trained[seed] = train(networks.Flow(mean), IMAGES, seed)
    learnt_on = protocol.validation()
    half = learnt_on[: len(learnt_on.images) // 2]
    protocol.declare_final()
    task, rows = protocol.test(), {}
    mean_error = measuring.measure(filling.by(mean), task).squared_error.mean()
    for seed, network in trained.items():
        samples = network.samples(task.incomplete, task.location_map, COUNT)
        rows[f"seed_{seed}"] = row = of_samples(samples, task, mean_error)
        row |= of_one(network, task, half, learnt_on)
        show({f"seed {seed}": row})
    results = {"images": IMAGES, "count": COUNT}
    results |= rows | {"all": over_seeds(list(rows.values()))}
    if arguments.record:
        record("flow_seeds", results)


def psnr(squared_error):
    """Turn a squared error into decibels."""
    return float(metrics.psnr(squared_error))


def of_samples(samples, task, mean_error):
    """Measure seam, variety, calibration, and where the mean of ever more samples would be."""
    errors = [measuring.score(fill, task).squared_error.mean() for fill in samples]
    of_mean = measuring.score(samples.mean(axis=0), task).squared_error.mean()
    count = len(samples)
    variance = (np.mean(errors) - of_mean) * count / (count - 1)
    limit = of_mean - variance / count
    ranks = calibration.ranks(task.images, samples, task.location_map)
    seams = [measuring.seam_ratio(task.images, fill, task.location_map).value for fill in samples]
    return {
        "seam": Quantity(np.mean(seams), ""),
        "below_the_mean": Quantity(psnr(mean_error) - psnr(np.mean(errors)), "dB"),
        "limit_below_the_mean": Quantity(psnr(mean_error) - psnr(limit), "dB"),
        "diversity": measuring.diversity(task.images, samples, task.location_map),
        "covered_50": calibration.coverage(ranks, 0.5),
        "covered_90": calibration.coverage(ranks, 0.9),
    }


def of_one(network, task, half, learnt_on):
    """Measure one sample of each hole."""
    (fill,) = network.samples(task.incomplete, task.location_map, 1)
    (practised,) = network.samples(half.incomplete, half.location_map, 1)
    _, strong = measuring.classifier_accuracies(fill, task, practised, learnt_on)
    rows = measuring.right_and_real({"fill": fill}, task)
    row = rows["fill"] | {"strong": strong}
    for kind, floor in rows["photographs"].items():
        ends = row[kind].value, row[kind].low, row[kind].high
        value, low, high = (end - floor.value for end in ends)
        row[f"{kind}_beyond_photographs"] = Quantity(value, "", low, high)
    return row


if __name__ == "__main__":
    main()
