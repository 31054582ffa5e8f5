"""Measure what the loss over the hole is worth: the direct CNN trained with it and without.

    python benchmarks/loss_region.py [--record]

The rival's loss is that over the whole image, as in the thesis. Both see the same images in the
same batches from the same first weights, with three seeds, and fill the validation cars. The test
cars are not looked at.
"""

import argparse

import keras
import numpy as np
import page_recipe
from recording import car_by_car, record, show, use_own_store

from inpainting_guide import filling, networks
from inpainting_guide.common import machine
from inpainting_guide.data import protocol
from inpainting_guide.measuring import metrics, scores
from inpainting_guide.measuring.quantities import Quantity

IMAGES, SEEDS = 44_800, (0, 1, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/loss_region.json")
    arguments = parser.parse_args()
    use_own_store("loss_region")
    gains, errors = [], {"hole": [], "image": []}
    for seed in SEEDS:
        scored = {over: train(over, seed) for over in errors}
        for over, score in scored.items():
            errors[over].append(score.squared_error.mean())
        gains.append(scored["hole"].psnr - scored["image"].psnr)
        print(f"seed {seed}: the loss over the hole gains {gains[-1].mean():+.2f} dB, car by car")
    results = {"images": IMAGES, "seeds": len(SEEDS)}
    for over, of_seeds in errors.items():
        results[over] = Quantity(float(metrics.psnr(np.mean(of_seeds))), "dB")
    results |= car_by_car("gain", gains)
    show(results)
    if arguments.record:
        record("loss_region", results)


def train(over, seed):
    """Train the network of the page with one loss and measure it on the validation cars."""
    machine.use_precision()
    keras.utils.set_random_seed(seed)
    network = networks.direct_cnn()
    page_recipe.train(network, IMAGES, seed=seed, over=over)
    return scores.measure(filling.by(network), protocol.validation())


if __name__ == "__main__":
    main()
