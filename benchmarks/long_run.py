"""Is the thesis's adversarial network bad, or only undertrained? Train it much longer.

    python benchmarks/long_run.py [--images 160000] [--record]

The game of ``gallery/gan_autoencoder_generator.py`` with the loss as printed, measured on the
validation cars. The author's notebooks saw a million images.
"""

import argparse

import keras
from recording import record, show, use_own_store

from inpainting_guide import filling, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.measuring import plausibility, scores
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.networks import discriminators, gan, generators

BATCH_SIZE, EPOCHS = 32, 10


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=160_000, help="images to train on")
    parser.add_argument("--record", action="store_true", help="write results/long_run.json")
    arguments = parser.parse_args()
    if arguments.images < BATCH_SIZE * EPOCHS:
        parser.error(f"--images {arguments.images}: expected at least {BATCH_SIZE * EPOCHS}")
    use_own_store("long_run")
    machine.use_precision()
    keras.utils.set_random_seed(0)
    game = gan.PrintedGAN(
        generators.autoencoder_generator(),
        discriminators.printed_discriminator(),
        name="gan_autoencoder_generator_long",
    )
    game.compile(
        optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
    )
    steps = arguments.images // BATCH_SIZE // EPOCHS * EPOCHS
    task = protocol.validation()
    measured = training.fit(
        game,
        cars.load().train,
        budget=steps * BATCH_SIZE,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation=task,
    )
    filled = filling.by(game)(task.incomplete, task.location_map)
    results = scores.score(filled, task).summary() | training.cost(measured)
    results["discriminator_loss"] = Quantity(measured["history"]["discriminator_loss"][-1])
    results["sharpness"] = plausibility.sharpness_ratio(task.images, filled, task.location_map)
    show(results)
    if arguments.record:
        record("long_run", results)


if __name__ == "__main__":
    main()
