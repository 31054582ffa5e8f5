"""How much should the thesis's generators listen to their discriminator? Sweep alpha, as it asks.

    python benchmarks/gan_alpha.py [--seeds 3] [--images 3200] [--record]

The two generators of the thesis, an autoencoder and a direct network, play the printed game with
several values of alpha, the weight of the discriminator's verdict beside (1 - alpha) times the
squared error: once with the error over the known pixels, as printed, once with it over the hole. An
alpha of 0 is no game, an alpha of 1 nothing but the game. With one seed, all begin with the same
weights and see the same batches. All of it is on the validation cars; the test cars are not looked
at.
"""

import argparse

import keras
from recording import over_seeds, record, show, use_own_store

from inpainting_guide import filling, measuring, networks, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol

ALPHAS = (0.0, 0.1, 0.4, 0.8, 1.0)
"""The pages have 0.4, as the author's notebooks do."""

GENERATORS = {"autoencoder": networks.autoencoder_generator, "direct": networks.direct_generator}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    text = "play each with the seeds from 0 to one less"
    parser.add_argument("--seeds", type=int, default=3, help=text)
    text = "how many the direct generator sees; the autoencoder sees twice as many"
    parser.add_argument("--images", type=int, default=3_200, help=text)
    text = "write results/gan_alpha.json"
    parser.add_argument("--record", action="store_true", help=text)
    arguments = parser.parse_args()
    use_own_store("gan_alpha")
    machine.use_precision()
    task = protocol.validation()
    results = {"seeds": arguments.seeds, "images": arguments.images}
    for generator in GENERATORS:
        images = arguments.images * (2 if generator == "autoencoder" else 1)
        for supervised in ("known", "hole"):
            for alpha in ALPHAS:
                if alpha == 1 and supervised == "hole":
                    continue  # there is no squared error: the same as over the known pixels
                fills = {}
                for seed in range(arguments.seeds):
                    network = play(generator, supervised, alpha, images, seed)
                    fills[str(seed)] = filling.fill(network, task.incomplete, task.location_map)
                rows = measuring.right_and_real(fills, task)
                results["photographs"] = rows.pop("photographs")
                name = f"{generator}_{supervised}_{f'{alpha:g}'.replace('.', '_')}"
                results[name] = over_seeds(rows.values())
                show({name: results[name]})
    if arguments.record:
        record("gan_alpha", results)


def play(generator, supervised, alpha, images, seed):
    """Play the game of the pages with another weight."""
    keras.utils.set_random_seed(seed)
    game = networks.PrintedGAN(
        GENERATORS[generator](),
        networks.printed_discriminator(),
        alpha=alpha,
        supervised=supervised,
        name=f"{generator}_generator",
    )
    game.compile(
        optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
    )
    settings = {"batch_size": 32, "epochs": 5, "seed": seed}
    training.fit(game, cars.load().train, budget=images, **settings)
    return game


if __name__ == "__main__":
    main()
