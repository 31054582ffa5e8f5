"""Train the autoencoder and the U-Net with three seeds: how much is luck?

    python benchmarks/seeds.py [--record]

A seed decides the first weights and the batches: which cars, which holes, in which order. The
recipe is that of the pages, and every network is measured on the test protocol.
"""

import argparse
import itertools

import keras
import numpy as np
import page_recipe
from recording import ends, record, show, use_own_store

from inpainting_guide import filling, networks
from inpainting_guide.common import machine
from inpainting_guide.data import protocol
from inpainting_guide.measuring import metrics, scores
from inpainting_guide.measuring.quantities import Quantity

NETWORKS = {"autoencoder": networks.autoencoder, "unet": networks.unet}
SEEDS = (0, 1, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/seeds.json")
    arguments = parser.parse_args()
    use_own_store("seeds")
    machine.use_precision()
    scored, results = {}, {"seeds": len(SEEDS)}
    trained = {key: train(*key) for key in itertools.product(NETWORKS, SEEDS)}
    protocol.declare_final()
    for key, network in trained.items():
        scored[key] = scores.measure(filling.by(network), protocol.test())
    for name in NETWORKS:
        of_seeds = {seed: scored[name, seed] for seed in SEEDS}
        results[name] = {f"seed_{seed}": score.summary() for seed, score in of_seeds.items()}
        results[name] |= {"images": page_recipe.IMAGES[name]} | spread(list(of_seeds.values()))
    results["unet_minus_autoencoder"] = differences(scored)
    show(results)
    if arguments.record:
        record("seeds", results)


def train(name, seed):
    """Train a network of the pages with a seed of its own."""
    keras.utils.set_random_seed(seed)
    network = NETWORKS[name]()
    page_recipe.train(network, page_recipe.IMAGES[name], seed=seed)
    return network


def spread(scored):
    """Describe how far a network's results lie apart from seed to seed, in decibels."""
    described = {}
    for key in ("psnr_of_mean", "mean_psnr"):
        values = np.array([score.summary()[key].value for score in scored])
        described |= {
            f"{key}_average": Quantity(values.mean(), "dB"),
            f"{key}_deviation": Quantity(values.std(ddof=1), "dB"),
            f"{key}_range": ends(values),
        }
    # The seed alone, image by image: an interval over images knows nothing of it.
    between = [metrics.mean(b.psnr - a.psnr, "dB") for a, b in itertools.combinations(scored, 2)]
    largest = max(between, key=lambda difference: abs(difference.value))
    return described | {"largest_difference": largest}


def differences(scored):
    """Subtract every autoencoder from every U-Net, image by image, unless it says otherwise."""
    pairs = list(itertools.product(SEEDS, SEEDS))
    gains = [
        metrics.mean(scored["unet", a].psnr - scored["autoencoder", b].psnr, "dB") for a, b in pairs
    ]
    of_mean = {key: metrics.psnr(score.squared_error.mean()) for key, score in scored.items()}
    return {
        "range": ends([gain.value for gain in gains]),
        "psnr_of_mean_range": ends(
            [of_mean["unet", a] - of_mean["autoencoder", b] for a, b in pairs]
        ),
        "lowest_end": Quantity(min(gain.low for gain in gains), "dB"),
    }


if __name__ == "__main__":
    main()
