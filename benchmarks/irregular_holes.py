"""What are partial and gated convolutions worth, and what does a network trained on squares lack?

    python benchmarks/irregular_holes.py [--seeds 3] [--images 12800] [--record]

Six networks, of ordinary, partial and gated convolutions, with the location map as an input and
without, are trained on strokes with every seed; the ordinary one with the map also on the thesis's
squares. All of them fill the strokes of every class of area, and squares of five sides. Compared
are networks of the same seed, which saw the same images in the same order, car by car. All of it is
on the validation cars; the test cars are not looked at.
"""

import argparse

import keras
import numpy as np
import page_recipe
from recording import lead, over_seeds, record, show, use_own_store

from inpainting_guide import filling, measuring, networks
from inpainting_guide.common import machine
from inpainting_guide.data import cars, holes, irregular, protocol
from inpainting_guide.networks import partial

BATCH_SIZE = 32
SIDES = (4, 8, 12, 16, 20)
"""Of the squares, in pixels."""

KINDS = {
    f"{convolution}{'' if sees_map else '_without_map'}": (convolution, sees_map)
    for convolution in partial.CONVOLUTIONS
    for sees_map in (True, False)
}
SQUARES = "ordinary_on_squares"
BASES = {"partial": "ordinary", "gated": "ordinary", SQUARES: "ordinary"} | {
    f"{kind}_without_map": "ordinary_without_map" for kind in ("partial", "gated")
}
"""What each is compared with: the ordinary one that is told as much, trained on strokes."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    text = "train each with the seeds from 0 to one less"
    parser.add_argument("--seeds", type=int, default=3, help=text)
    text = "how many images each sees"
    parser.add_argument("--images", type=int, default=12_800, help=text)
    text = "write results/irregular_convolutions.json"
    parser.add_argument("--record", action="store_true", help=text)
    arguments = parser.parse_args()
    use_own_store("irregular_holes")
    machine.use_precision()
    pool = irregular.of_all_classes("strokes", 3_000, seed=1)
    tasks = {"strokes": protocol.validation("strokes")}
    tasks |= {f"side_{side}": squares(side) for side in SIDES}
    fills = {name: [] for name in (*KINDS, SQUARES)}
    for seed in range(arguments.seeds):
        for name, of_seeds in fills.items():
            kind = KINDS.get(name, ("ordinary", True))
            network = train(*kind, None if name == SQUARES else pool, arguments.images, seed)
            fill = filling.by(network)
            of_seeds.append({n: fill(t.incomplete, t.location_map) for n, t in tasks.items()})
            print(f"{name}, seed {seed}: {psnr(of_seeds[-1]['strokes'], tasks['strokes'])} dB")
    results = {"images": arguments.images, "seeds": arguments.seeds}
    for name, of_seeds in fills.items():
        rows = [measures(filled, tasks) for filled in of_seeds]
        results[name] = over_seeds(rows)
        if name in BASES:
            results[name] |= gains(of_seeds, fills[BASES[name]], tasks)
    show(results)
    if arguments.record:
        record("irregular_convolutions", results)


def squares(side):
    """Cut squares of a side into the validation cars."""
    images = cars.load().validation
    maps = holes.random_square(len(images), np.random.default_rng(2), side)
    return protocol.Task(images, maps)


def train(convolution, sees_map, pool, images, seed):
    """Train a network by the recipe of the page, on a pool of holes or on squares."""
    keras.utils.set_random_seed(seed)
    network = networks.irregular_unet(convolution, sees_map)
    settings = {"batch_size": BATCH_SIZE, "epochs": 5, "validation": None}
    page_recipe.train(network, images, seed, pool=pool, **settings)
    return network


def psnr(filled, task):
    """Measure the PSNR of the mean squared error."""
    return measuring.score(filled, task).summary()["psnr_of_mean"]


def measures(filled, tasks):
    """Measure the fills of all tasks by one network."""
    task = tasks["strokes"]
    truth = task.images, filled["strokes"], task.location_map
    found = {"psnr": psnr(filled["strokes"], task)}
    found |= {f"side_{side}": psnr(filled[f"side_{side}"], tasks[f"side_{side}"]) for side in SIDES}
    found["colour"] = measuring.mean(measuring.colour_error(*truth))
    found["seam"] = measuring.seam_ratio(*truth)
    found["sharpness"] = measuring.sharpness_ratio(*truth)
    (rim,) = measuring.squared_error_by_depth(*truth, deepest=1)
    return found | {"depth_1": measuring.Quantity(float(measuring.psnr(rim)), "dB")}


def gains(of_seeds, of_base, tasks):
    """Compare with another network, car by car; the mean over seeds has an interval over cars."""
    found = {}
    for name in ("strokes", "side_12"):
        scores = (
            [measuring.score(filled[name], tasks[name]) for filled in fills]
            for fills in (of_seeds, of_base)
        )
        found |= lead(f"gain_{name}", *scores)
    return found


if __name__ == "__main__":
    main()
