"""Does a network that is given the harmonic fill beat one that is not, and for how long?

    python benchmarks/classical_and_deep.py [--seeds 3] [--record]

Five small U-Nets in a window, which differ in what they see and in what their answer is added to,
are trained for five budgets on all photographs; and for the middle budget on 50 and on 500 of them.
Every fill is also blended. Compared are networks of the same seed, which saw the same images in the
same order, car by car. All of it is on the validation cars; the test cars are not looked at. With
``--budgets`` or ``--photographs`` what is recorded of others stays.
"""

import argparse

import keras
import page_recipe
from recording import lead, over_seeds, record, recorded, show, use_own_store

from inpainting_guide import filling, measuring, networks
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol

BATCH_SIZE = 16
BUDGETS = (1600, 3200, 6400, 12_800, 25_600)
"""Images that a network sees."""

ALL = 4500
MIDDLE = 6400
PHOTOGRAPHS = (50, 500)
"""From how many photographs they are made: all, and at the middle budget fewer, too."""

KINDS = {
    "plain": (False, "nothing"),
    "sees": (True, "nothing"),
    "grey": (False, "grey"),
    "adds": (False, "membrane"),
    "both": (True, "membrane"),
}
"""Whether it sees the membrane, and what it adds its answer to. Grey is the control of a sum."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    text = "train each with the seeds from 0 to one less"
    parser.add_argument("--seeds", type=int, default=3, help=text)
    parser.add_argument("--budgets", type=int, nargs="*", default=BUDGETS, help="in images")
    parser.add_argument("--photographs", type=int, nargs="*", default=PHOTOGRAPHS, help="how many")
    text = "write results/hybrids.json"
    parser.add_argument("--record", action="store_true", help=text)
    arguments = parser.parse_args()
    use_own_store("classical_and_deep")
    machine.use_precision()
    settings = {f"images_{budget}": (budget, ALL) for budget in arguments.budgets}
    settings |= {f"photographs_{count}": (MIDDLE, count) for count in arguments.photographs}
    task = protocol.validation()
    results = {"seeds": arguments.seeds}
    in_part = (tuple(arguments.budgets), tuple(arguments.photographs)) != (BUDGETS, PHOTOGRAPHS)
    others = recorded("hybrids", results) if arguments.record and in_part else {}
    for name, (images, photographs) in settings.items():
        results[name] = compared(images, photographs, arguments.seeds, task)
        show({name: results[name]})
    if arguments.record:
        record("hybrids", others | results)


def train(kind, images, photographs, seed):
    """Train a network by the recipe of the page."""
    keras.utils.set_random_seed(seed)
    network = networks.hybrid_in_window(*KINDS[kind])
    settings = {"batch_size": BATCH_SIZE, "epochs": 1, "validation": None}
    page_recipe.train(
        network, images, seed, photographs=cars.load().train[:photographs], **settings
    )
    return network


def compared(images, photographs, seeds, task):
    """Train all kinds with all seeds, fill, blend, and compare with the plain one's fills."""
    scores = {kind: [] for kind in KINDS} | {f"{kind}_blended": [] for kind in KINDS}
    for seed in range(seeds):
        for kind in KINDS:
            network = train(kind, images, photographs, seed)
            filled = filling.by(network)(task.incomplete, task.location_map)
            blended = filling.blend(task.incomplete, filled, task.location_map)
            scores[kind].append(measuring.score(filled, task))
            scores[f"{kind}_blended"].append(measuring.score(blended, task))
    results = {}
    for kind, of_seeds in scores.items():
        rows = ({"psnr": score.summary()["psnr_of_mean"]} for score in of_seeds)
        results[kind] = over_seeds(rows)
        if kind != "plain":
            results[kind] |= lead("lead", of_seeds, scores["plain"])
    return results


if __name__ == "__main__":
    main()
