"""Ask what the error of the U-Net in a window is made of, after one unit of training.

    python benchmarks/remaining_error.py [--record]

Three questions, on the validation cars. How far do networks of different seeds agree, and what does
the mean of their fills bring? What brings the mean of a fill and the mirror image of the fill of
the mirrored image? And how good is the same training with fewer photographs? (It reads the networks
that ``minutes.py`` has trained, where they are in the store.)
"""

import argparse

import minutes
import numpy as np
from recording import record, show, use_own_store

from inpainting_guide import filling, measuring
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.measuring.quantities import Quantity

IMAGES, SEEDS = 68_000, (0, 1, 2)
PHOTOGRAPHS = (562, 1_125, 2_250, 4_500)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/remaining_error.json")
    arguments = parser.parse_args()
    use_own_store("minutes")
    machine.use_precision()
    task = protocol.validation()
    trained = [minutes.train(IMAGES, seed)[0] for seed in SEEDS]
    results = {"images": IMAGES, "seeds": len(SEEDS)} | of_seeds(trained, task)
    results |= of_mirroring(trained[0], task)
    for count in PHOTOGRAPHS:
        results[f"photographs_{count}"] = row = of_photographs(count, task)
        print(
            f"{count:,} photographs:", {key: str(value) for key, value in row.items()}, flush=True
        )
    show(results)
    if arguments.record:
        record("remaining_error", results)


def of_seeds(trained, task):
    """Split the squared error: into what seeds differ in, and what their mean is wrong about.

    For every pixel the mean over the seeds of the squared error is that of the mean fill, plus the
    mean squared distance of the fills from their mean.
    """
    fills = np.stack([fill(network, task) for network in trained])
    together = fills.mean(axis=0)
    ones = [measuring.score(filled, task) for filled in fills]
    mean = measuring.score(together, task)
    apart = [measuring.squared_error(together, each, task.location_map).mean() for each in fills]
    error = np.mean([one.squared_error.mean() for one in ones])
    paired = measuring.mean(mean.psnr - np.mean([one.psnr for one in ones], axis=0), "dB")
    return {
        "gain_of_seeds": paired,
        "disagreement": Quantity(np.mean(apart) / error, "share"),
    }


def of_mirroring(network, task):
    """Average a fill with that of the mirrored image, mirrored back."""
    turned = protocol.Task(task.images[:, :, ::-1], task.location_map[:, :, ::-1])
    filled = fill(network, task)
    both = (filled + fill(network, turned)[:, :, ::-1]) / 2
    alone, mirrored = measuring.score(filled, task), measuring.score(both, task)
    return {"gain_of_mirroring": measuring.compare(mirrored, alone)["gain_mean"]}


def of_photographs(count, task):
    """Train as long with fewer photographs."""
    network, record_of = minutes.train(IMAGES, 0, photographs=cars.load().train[:count])
    score = measuring.score(fill(network, task), task)
    return {
        "training": Quantity(float(measuring.psnr(record_of["history"]["loss"][-1])), "dB"),
        "validation": score.summary()["psnr_of_mean"],
    }


def fill(network, task):
    """Fill the holes of a task."""
    return filling.by(network)(task.incomplete, task.location_map)


if __name__ == "__main__":
    main()
