"""Does the conditional VAE need a learnt prior? Train it with one and with N(0, I).

    python benchmarks/priors.py [--images 16000] [--record]

The network and the recipe of ``gallery/cvae.py`` on half the images, three seeds each. A seed
decides the first weights, which are the same for both priors, and the batches. Measured on the
validation cars: which prior to take is a choice.
"""

import argparse
import itertools

import keras
from recording import over_seeds, record, show, use_own_store

from inpainting_guide import training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.measuring import Quantity, metrics, plausibility
from inpainting_guide.networks import cvae

PRIORS = {"learnt": True, "standard": False}
SEEDS = (0, 1, 2)
BATCH_SIZE, EPOCHS = 64, 10


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=16_000, help="images to train on")
    parser.add_argument("--record", action="store_true", help="write results/priors.json")
    arguments = parser.parse_args()
    if arguments.images < BATCH_SIZE * EPOCHS:
        parser.error(f"--images {arguments.images}: expected at least {BATCH_SIZE * EPOCHS}")
    use_own_store("priors")
    machine.use_precision()
    runs = {}
    for seed, prior in itertools.product(SEEDS, PRIORS):
        runs[prior, seed] = measure(train(prior, seed, arguments.images))
        print(prior, seed, runs[prior, seed])
    results = summary(runs) | {"images": arguments.images}
    show(results)
    if arguments.record:
        record("priors", results)


def train(prior, seed, images):
    """Train the network of the page with one of the two priors."""
    keras.utils.set_random_seed(seed)
    network = cvae.ConditionalVAE(
        variance=0.01, learnt_prior=PRIORS[prior], name=f"cvae_{prior}_prior"
    )
    steps = images // BATCH_SIZE // EPOCHS * EPOCHS
    network.compile(optimizer=training.ConvolutionMuon(training.warm_up_and_cosine(3e-3, steps)))
    training.fit(
        network,
        cars.load().train,
        budget=steps * BATCH_SIZE,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation=protocol.validation(),
        seed=seed,
    )
    return network


def measure(network):
    """Measure a trained network on the validation cars, as ``gallery/cvae_likelihood.py`` does."""
    task = protocol.validation()
    truth = task.images, task.location_map
    fills = network.samples(task.incomplete, task.location_map, count=16)
    error = {
        name: metrics.squared_error(task.images, fill, task.location_map).mean()
        for name, fill in (("one_fill", fills[0]), ("mean_of_16", fills.mean(axis=0)))
    }
    terms = network.measure(*truth)
    return {
        "bound": Quantity(terms["bound"]),
        "divergence": Quantity(terms["divergence"]),
        **{name: Quantity(metrics.psnr(value), "dB") for name, value in error.items()},
        "spread": plausibility.diversity(task.images, fills, task.location_map),
    }


def summary(runs):
    """Describe the runs: mean and range of each prior, and of the differences seed by seed.

    Parameters
    ----------
    runs : dict of tuple of str and int to dict of str to Quantity
        By prior and seed, what was measured: unrounded.

    Returns
    -------
    dict
        For prose. Differences are those of the learnt prior minus the standard one.
    """
    results = {"seeds": len(SEEDS)}
    for prior in PRIORS:
        results[prior] = over_seeds(runs[prior, seed] for seed in SEEDS)
    pairs = [(runs["learnt", seed], runs["standard", seed]) for seed in SEEDS]
    differences = [{name: ours[name] - theirs[name] for name in ours} for ours, theirs in pairs]
    results["learnt_minus_standard"] = over_seeds(differences)
    return results


if __name__ == "__main__":
    main()
