"""Measure what the loss over the hole is worth: the direct CNN trained with it and without.

    python benchmarks/loss_region.py [--record]

The rival's loss is that over the whole image, as in the thesis. Both see the same images in the
same batches from the same first weights, with three seeds, and fill the validation cars. The test
cars are not looked at.
"""

import argparse

import keras
import numpy as np
from recording import record, use_own_store

from inpainting_guide import filling, machine, metrics, networks, protocol, recipes

IMAGES, SEEDS = 44_800, (0, 1, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/loss_region.json")
    arguments = parser.parse_args()
    use_own_store("loss_region")
    gains, errors = [], {"hole": [], "image": []}
    for seed in SEEDS:
        scores = {over: train(over, seed) for over in errors}
        for over, score in scores.items():
            errors[over].append(score.squared_error.mean())
        gains.append(scores["hole"].psnr - scores["image"].psnr)
        print(f"seed {seed}: the loss over the hole gains {gains[-1].mean():+.2f} dB, car by car")
    results = {"images": f"{IMAGES:,}", "seeds": str(len(SEEDS))}
    for over, of_seeds in errors.items():
        results[over] = f"{metrics.psnr(np.mean(of_seeds)):.2f}"
    gain = metrics.mean(np.mean(gains, axis=0))
    results["gain"] = f"{gain.value:.2f}"
    results["gain_interval"] = f"{gain.low:.2f} to {gain.high:.2f}"
    of_seed = sorted(gain.mean() for gain in gains)
    results["gain_of_seeds"] = f"{of_seed[0]:.2f} to {of_seed[-1]:.2f}"
    print(f"on average {results['gain']} dB ({results['gain_interval']})")
    if arguments.record:
        record("loss_region", results)


def train(over, seed):
    """Train the network of the page with one loss and measure it on the validation cars."""
    machine.use_precision()
    keras.utils.set_random_seed(seed)
    network = networks.direct_cnn()
    recipes.train(network, IMAGES, seed=seed, over=over)
    return protocol.measure(filling.by(network), protocol.validation())


if __name__ == "__main__":
    main()
