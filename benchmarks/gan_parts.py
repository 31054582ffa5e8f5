"""Take the mended game apart: what does each of its differences from the first game bring?

    python benchmarks/gan_parts.py [--record]

Every game begins with the same trained U-Net, which the store must hold (``gallery/unet.py`` trains
it), and has all that those before it have and one thing more; the first is no game, but as many
more images of squared error. Three seeds each, of the discriminator's weights and of the batches,
shorter than the page's game, measured on the validation cars.
"""

import argparse

import keras
from recording import over_seeds, record, show, use_own_store

from inpainting_guide import filling, measuring, networks, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol

IMAGES, BATCH_SIZE = 12_800, 32
SEEDS = (0, 1, 2)
WEIGHT, PENALTY = 0.05, 0.1
"""Of the page's game."""

SHARE = WEIGHT / (WEIGHT + 1 / 4)
"""The same weight as the first game counts it, beside a squared error in [-1, 1]."""


def alone(generator, name):
    """Play no game."""
    return generator


def game(generator, name):
    """Let the thesis's discriminator see all that the generator paints."""
    judge = networks.printed_discriminator()
    return networks.PrintedGAN(generator, judge, alpha=SHARE, supervised="hole", name=name)


def mended(judge, penalty=0.0, paired=False):
    """Make a function that makes a game on composites."""

    def on_composites(generator, name):
        judges = generator, judge()
        return networks.InpaintingGAN(*judges, WEIGHT, penalty, paired=paired, name=name)

    return on_composites


ARMS = {
    "no_game": alone,
    "game": game,
    "composite": mended(networks.printed_discriminator),
    "map": mended(lambda: networks.printed_discriminator(see_map=True)),
    "local": mended(networks.global_and_local),
    "pairing": mended(networks.global_and_local, paired=True),
    "penalty": mended(networks.global_and_local, PENALTY, paired=True),
}
"""Each has what those before it have. The discriminator of two halves is larger, too."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/gan_parts.json")
    arguments = parser.parse_args()
    machine.use_precision()
    start = filling.load("unet")
    use_own_store("gan_parts")
    task, results = protocol.validation(), {"images": IMAGES, "seeds": len(SEEDS)}
    for arm, build in ARMS.items():
        fills = {}
        for seed in SEEDS:
            network = train(build, start, f"game_{arm}", seed)
            fills[str(seed)] = filling.fill(network, task.incomplete, task.location_map)
        rows = measuring.right_and_real(fills, task)
        results["photographs"] = rows.pop("photographs")
        results[arm] = over_seeds(rows.values())
        show({arm: results[arm]})
    if arguments.record:
        record("gan_parts", results)


def train(build, start, name, seed):
    """Play one game, or train the U-Net on."""
    keras.utils.set_random_seed(seed)
    generator = networks.unet(name=name)
    generator.set_weights(start.get_weights())
    network = build(generator, name)
    if network is generator:
        network.compile(optimizer=adam(), loss=training.hole_loss())
    else:
        network.compile(optimizer=adam(), discriminator_optimizer=adam())
    training.fit(
        network,
        cars.load().train,
        budget=IMAGES,
        batch_size=BATCH_SIZE,
        epochs=5,
        validation=protocol.validation(),
        seed=seed,
    )
    return network


def adam():
    """Make an optimizer as on the page."""
    rate = training.warm_up_and_cosine(3e-4, IMAGES // BATCH_SIZE)
    return keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99)


if __name__ == "__main__":
    main()
