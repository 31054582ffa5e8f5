"""What does blindness cost, for each kind of damage, and how well is the hole found?

    python benchmarks/blind_filling.py [--seeds 3] [--images 12800] [--record]

With every seed, networks that are told where the hole is and blind ones are trained on the same
images with the same holes: with the loss over the whole image and over the hole; blind to all kinds
of damage by turns, and to one kind alone. A smaller network learns to find the hole, again of all
kinds or of one, and hands its map to the network that is told. Prices are those of the blind
network against the one that is told with the same loss, car by car; of the two steps, against the
one whose loss is that over the image. All of it is on the validation cars; the test cars are not
looked at.
"""

import argparse

import keras
import numpy as np
import page_recipe
from recording import car_by_car, over_seeds, record, show, use_own_store

from inpainting_guide import filling, measuring, networks
from inpainting_guide.common import machine
from inpainting_guide.data import damage, protocol

BATCH_SIZE = 32


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    text = "train each with the seeds from 0 to one less"
    parser.add_argument("--seeds", type=int, default=3, help=text)
    text = "how many images each sees"
    parser.add_argument("--images", type=int, default=12_800, help=text)
    text = "write results/blind_filling_seeds.json"
    parser.add_argument("--record", action="store_true", help=text)
    arguments = parser.parse_args()
    use_own_store("blind_filling")
    machine.use_precision()
    task = protocol.validation()
    damaged = {
        kind: np.array(damage.damage(task.images, task.location_map, kind, seed=0))
        for kind in damage.CONTENTS
    }
    of_seeds = [one_seed(seed, arguments.images, task, damaged) for seed in range(arguments.seeds)]
    results = {"images": arguments.images, "seeds": arguments.seeds}
    for kind in damage.CONTENTS:
        rows, differences = zip(*(each[kind] for each in of_seeds), strict=True)
        results[kind] = over_seeds(rows)
        for name in differences[0]:
            results[kind] |= car_by_car(name, [each[name] for each in differences])
    show(results)
    if arguments.record:
        record("blind_filling_seeds", results)


def one_seed(seed, images, task, damaged):
    """Train all networks with one seed; by kind what was measured, and the prices of every car."""
    told = {over: train_told(seed, images, over) for over in ("image", "hole")}
    scores = {over: measuring.measure(filling.by(network), task) for over, network in told.items()}
    every = {over: train_blind(damage.CONTENTS, seed, images, over) for over in told}
    every["finder"] = train_blind(damage.CONTENTS, seed, images, "image", finds=True)
    found = {}
    for kind, seen in damaged.items():
        alone = {f"{over}_alone": train_blind([kind], seed, images, over) for over in told} | {
            "finder_alone": train_blind([kind], seed, images, "image", finds=True)
        }
        row = {f"told_{over}": score.summary()["psnr_of_mean"] for over, score in scores.items()}
        differences = {}
        for name, network in (every | alone).items():
            if name.startswith("finder"):
                known = filling.likely_known(filling.predict(network, seen))
                overlap = measuring.intersection_over_union(task.location_map, known)
                row[f"{name}_overlap"] = measuring.mean(overlap, "share")
                filled, over = filling.in_two_steps(network, told["image"])(seen), "image"
            else:
                filled, over = filling.predict(network, seen), name.removesuffix("_alone")
            score = measuring.score(filled, task)
            row[name] = score.summary()["psnr_of_mean"]
            row[f"{name}_known"] = known_psnr(filled, task)
            differences[f"{name}_price"] = scores[over].psnr - score.psnr
        found[kind] = row, differences
        print(f"seed {seed}, {kind}: blind {row['image']} dB, told {row['told_image']} dB")
    return found


def train_told(seed, images, over):
    """Train a network that is told where the hole is."""
    keras.utils.set_random_seed(seed)
    return fit(networks.small_unet(4, name="told"), seed, images, over)


def train_blind(kinds, seed, images, over, finds=False):
    """Train a network that is not told, to fill or to find, on some kinds of damage."""
    keras.utils.set_random_seed(seed)
    if finds:
        network = networks.small_unet(3, outputs=1, widths=(16, 32, 64), name="finder")
    else:
        network = networks.small_unet(3, name="blind")
    return fit(networks.Blind(network, list(kinds), finds), seed, images, over)


def fit(network, seed, images, over):
    """Train by the recipe of the page."""
    settings = {"batch_size": BATCH_SIZE, "epochs": 5, "validation": None}
    page_recipe.train(network, images, seed, over=over, **settings)
    return network


def known_psnr(filled, task):
    """Measure the PSNR over the pixels that nothing had happened to."""
    errors = measuring.squared_error(task.images, filled, 1 - task.location_map)
    return measuring.Quantity(float(measuring.psnr(errors.mean())), "dB")


if __name__ == "__main__":
    main()
