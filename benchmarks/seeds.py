"""Train networks of the pages with three seeds each: how much is luck?

    python benchmarks/seeds.py [--record]

A seed decides the first weights and the batches: which cars, which holes, in which order. The
recipes are those of the pages, and every network is measured on the test protocol: the direct
network, the autoencoder, the U-Net, the conditional variational autoencoder by its prior's mean,
and the adversarial network, whose game begins with the U-Net of the same seed. (Three seeds of the
U-Net in a window stand in its entry to the challenge; for the flow there are `flow_seeds` and
`flow_students`.)
"""

import argparse
import itertools

import keras
import numpy as np
import page_recipe
from recording import ends, over_seeds, record, show, use_own_store

from inpainting_guide import filling, measuring, networks, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.measuring import metrics, scores
from inpainting_guide.measuring.quantities import Quantity

NETWORKS = {
    "direct_cnn": lambda: networks.AtTheHole(networks.direct_cnn()),
    "autoencoder": lambda: networks.AtTheHole(networks.autoencoder()),
    "unet": networks.unet,
    "cvae": lambda: networks.ConditionalVAE(variance=0.01),
}
OWN = {"cvae": {"loss": None}}
"""Where their pages' recipes differ from the others'."""

GAME_IMAGES, GAME_BATCH_SIZE = 32_000, 32
"""As on the page of the adversarial network."""

SEEDS = (0, 1, 2)
REAL = "sharpness", "raw", "laplacian"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/seeds.json")
    arguments = parser.parse_args()
    use_own_store("seeds")
    machine.use_precision()
    results = {"seeds": len(SEEDS)}
    images = page_recipe.IMAGES | {"gan": GAME_IMAGES}
    trained = {key: train(*key) for key in itertools.product(NETWORKS, SEEDS)}
    for seed in SEEDS:
        trained["gan", seed] = play(seed)
    protocol.declare_final()
    task = protocol.test()
    fills = {
        key: filling.by(network)(task.incomplete, task.location_map)
        for key, network in trained.items()
    }
    scored = {key: scores.score(fill, task) for key, fill in fills.items()}
    rows = measuring.right_and_real(fills, task)
    real = {key: {kind: rows[key][kind] for kind in REAL} for key in fills}
    for name, budget in images.items():
        of_seeds = {seed: scored[name, seed] for seed in SEEDS}
        results[name] = {f"seed_{seed}": score.summary() for seed, score in of_seeds.items()}
        results[name] |= {"images": budget} | spread(list(of_seeds.values()))
        results[name] |= over_seeds([real[name, seed] for seed in SEEDS])
    results["unet_minus_autoencoder"] = differences(scored)
    show(results)
    if arguments.record:
        record("seeds", results)


def train(name, seed):
    """Train a network of the pages with a seed of its own."""
    keras.utils.set_random_seed(seed)
    network = NETWORKS[name]()
    page_recipe.train(network, page_recipe.IMAGES[name], seed=seed, **OWN.get(name, {}))
    return getattr(network, "whole", network)


def play(seed):
    """Train the adversarial network of the page, from the U-Net of the same seed, now stored."""
    keras.utils.set_random_seed(seed)
    network = networks.InpaintingGAN(
        filling.load("unet", seed),
        networks.global_and_local(),
        adversarial_weight=0.05,
        penalty=0.1,
        name="gan",
    )
    rate = training.warm_up_and_cosine(3e-4, GAME_IMAGES // GAME_BATCH_SIZE)
    adam, other = (keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99) for _ in range(2))
    network.compile(optimizer=adam, discriminator_optimizer=other)
    training.fit(
        network,
        cars.load().train,
        budget=GAME_IMAGES,
        batch_size=GAME_BATCH_SIZE,
        epochs=page_recipe.EPOCHS,
        validation=protocol.validation(),
        seed=seed,
    )
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
