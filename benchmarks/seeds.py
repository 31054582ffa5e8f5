"""Train the autoencoder and the U-Net with three seeds: how much is luck?

    python benchmarks/seeds.py [--record]

A seed decides the first weights and the batches: which cars, which holes, in which order. The
recipe is that of the pages, and every network is measured on the test protocol.
"""

import argparse
import itertools

import keras
import numpy as np
from recording import record, use_own_store

from inpainting_guide import filling, machine, metrics, networks, protocol, recipes

NETWORKS = {"autoencoder": networks.autoencoder, "unet": networks.unet}
SEEDS = (0, 1, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/seeds.json")
    arguments = parser.parse_args()
    use_own_store("seeds")
    machine.use_precision()
    scores, results = {}, {"seeds": ", ".join(map(str, SEEDS))}
    trained = {key: train(*key) for key in itertools.product(NETWORKS, SEEDS)}
    protocol.declare_final()
    for key, network in trained.items():
        scores[key] = protocol.measure(filling.by(network), protocol.test())
    for name in NETWORKS:
        of_seeds = {seed: scores[name, seed] for seed in SEEDS}
        results[name] = {f"seed_{seed}": score.quotable() for seed, score in of_seeds.items()}
        results[name] |= {"images": f"{recipes.IMAGES[name]:,}"} | spread(list(of_seeds.values()))
    results["unet_minus_autoencoder"] = differences(scores)
    print(results)
    if arguments.record:
        record("seeds", results)


def train(name, seed):
    """Train a network of the pages with a seed of its own."""
    keras.utils.set_random_seed(seed)
    network = NETWORKS[name]()
    recipes.train(network, recipes.IMAGES[name], seed=seed)
    return network


def spread(scores):
    """Describe how far a network's results lie apart from seed to seed, in decibels."""
    described = {}
    for key in ("psnr_of_mean", "mean_psnr"):
        values = np.array([score.summary()[key].value for score in scores])
        described |= {
            f"{key}_average": f"{values.mean():.2f}",
            f"{key}_deviation": f"{values.std(ddof=1):.3f}",
            f"{key}_range": f"{values.min():.2f} to {values.max():.2f}",
        }
    # The seed alone, image by image: an interval over images knows nothing of it.
    between = [metrics.mean(b.psnr - a.psnr) for a, b in itertools.combinations(scores, 2)]
    largest = max(between, key=lambda estimate: abs(estimate.value))
    return described | {"largest_difference": quoted(largest)}


def differences(scores):
    """Subtract every autoencoder from every U-Net, image by image, unless it says otherwise."""
    gains = {
        (ours, theirs): metrics.mean(scores["unet", ours].psnr - scores["autoencoder", theirs].psnr)
        for ours, theirs in itertools.product(SEEDS, SEEDS)
    }
    values = np.array([gain.value for gain in gains.values()])
    of_mean = {key: metrics.psnr(score.squared_error.mean()) for key, score in scores.items()}
    of_means = [of_mean["unet", a] - of_mean["autoencoder", b] for a, b in gains]
    pairs = {f"seeds_{a}_{b}": quoted(gain) for (a, b), gain in gains.items()}
    return pairs | {
        "average": f"{values.mean():.2f}",
        "range": f"{values.min():.2f} to {values.max():.2f}",
        "psnr_of_mean_range": f"{min(of_means):.2f} to {max(of_means):.2f}",
        "lowest_end": f"{min(gain.low for gain in gains.values()):.2f}",
    }


def quoted(estimate):
    """Write an estimate with its sign and its interval over images."""
    value, low, high = (f"{number:+.2f}" for number in estimate)
    return f"{value} ({low} to {high})"


if __name__ == "__main__":
    main()
