"""Choose the two weights of the mended game, on the validation cars.

    python benchmarks/game_weights.py [--record]

Every game begins with the same trained U-Net, which the store must hold (``gallery/unet.py``
trains it), and differs from that of ``gallery/gan.py`` in one of the two weights only, and in being
shorter. An adversarial weight of 0 is no game.
"""

import argparse

import keras
from recording import record, show

from inpainting_guide import filling, measuring, training
from inpainting_guide.common import machine
from inpainting_guide.data import batches, cars, protocol
from inpainting_guide.networks import discriminators, gan

IMAGES, BATCH_SIZE = 9_600, 32
STEPS = IMAGES // BATCH_SIZE
SETTINGS = [(0.0, 0.1), (0.01, 0.1), (0.05, 0.1), (0.2, 0.1), (0.05, 0.0), (0.05, 1.0)]
"""Adversarial weight and weight of the penalty."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/game_weights.json")
    arguments = parser.parse_args()
    machine.use_precision()
    task = protocol.validation()
    fills = {}
    for setting in SETTINGS:
        print(setting, flush=True)
        fills[name(setting)] = filling.fill(play(*setting), task.incomplete, task.location_map)
    results = {"images": IMAGES} | measuring.right_and_real(fills, task)
    show(results)
    if arguments.record:
        record("game_weights", results)


def name(setting):
    """Return a key for a setting, for instance "weight_0_05_penalty_0_1"."""
    weight, penalty = (f"{value:g}".replace(".", "_") for value in setting)
    return f"weight_{weight}_penalty_{penalty}"


def play(weight, penalty):
    """Play the game of the page with other weights, from the same beginning."""
    keras.utils.set_random_seed(0)
    judge = discriminators.global_and_local()
    game = gan.InpaintingGAN(filling.load("unet"), judge, weight, penalty)

    def adam():
        rate = training.warm_up_and_cosine(3e-4, STEPS)
        return keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99)

    game.compile(optimizer=adam(), discriminator_optimizer=adam())
    stream = batches.training(cars.load().train, BATCH_SIZE, seed=0)
    game.fit(stream, steps_per_epoch=STEPS, shuffle=False, verbose=2)
    return game


if __name__ == "__main__":
    main()
