"""What does each loss do to a fill? One network, one budget, twenty-one losses.

    python benchmarks/loss_design.py [--seeds 3] [--images 9600] [--only NAME ...] [--record]

The U-Net of ``gallery/loss_design.py``, which paints the hole and a margin of known pixels, is
trained with every loss from the same first weights on the same images with the same holes, and
fills the validation cars. Compared are networks of the same seed, with the squared error over the
hole, car by car. The test cars are not looked at. What is recorded of other losses stays with
``--only``. (The store must hold the U-Net, whose features the perceptual losses compare:
``gallery/unet.py`` trains it.)
"""

import argparse

import keras
import page_recipe
from recording import lead, over_seeds, record, recorded, show, use_own_store

from inpainting_guide import filling, measuring, networks, training
from inpainting_guide.common import arguments, machine
from inpainting_guide.data import protocol
from inpainting_guide.measuring import wasserstein
from inpainting_guide.training import store

BATCH_SIZE = 32
BASE = "squared"


def losses():
    """Make every loss, by its key."""
    pixel, gradient, both = training.PixelLoss, training.GradientLoss, training.WeightedSum
    ssim, features = training.SSIMLoss(), training.FeatureLoss(store.newest("unet").name)
    found = {BASE: pixel(), "absolute": pixel(1), "window": pixel(overlap=(6, 1))}
    for width, weight in ((1, 3), (2, 3), (2, 10)):
        found[f"rim_{width}_times_{weight}"] = pixel(rim=(width, weight))
    for width, weight in ((1, 10), (2, 1), (2, 3), (2, 10), (4, 10), (6, 10)):
        found[f"overlap_{width}_times_{weight}"] = pixel(overlap=(width, weight))
    for discount in (0.9, 0.7):
        found[f"discount_0_{10 * discount:.0f}"] = pixel(discount=discount)
    found["squared_gradient"] = both([pixel(), gradient(2)], [1, 1])
    for weight in (1, 3):
        found[f"absolute_gradient_{weight}"] = both([pixel(1), gradient(1)], [1, weight])
    found["ssim"] = ssim
    found["absolute_and_ssim"] = both([pixel(1), ssim], [0.16, 0.84])
    for weight in (1, 10):
        found[f"features_{weight}"] = both([pixel(), features], [1, weight])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    text = "train each with the seeds from 0 to one less"
    parser.add_argument("--seeds", type=int, default=3, help=text)
    parser.add_argument("--images", type=int, default=9_600, help="how many images each sees")
    text = "losses to train, beside the squared error over the hole; all by default"
    parser.add_argument("--only", nargs="*", default=(), metavar="NAME", help=text)
    parser.add_argument("--record", action="store_true", help="write results/losses.json")
    settings = parser.parse_args()
    machine.use_precision()
    filling.require("unet")
    every, task = losses(), protocol.validation()
    use_own_store("loss_design")  # once the features are read
    for name in settings.only:
        arguments.one_of("loss", name, every)
    chosen = [name for name in every if name in {BASE, *settings.only} or not settings.only]
    results = {"images": settings.images, "seeds": settings.seeds}
    others = recorded("losses", results) if settings.record and settings.only else {}
    rows, scores = {name: [] for name in chosen}, {name: [] for name in chosen}
    for seed in range(settings.seeds):
        fills = {name: train(every[name], settings.images, seed, task) for name in chosen}
        for name, row in measures(fills, task).items():
            rows[name].append(row)
            scores[name].append(measuring.score(fills[name], task))
            show({f"seed {seed}, {name}": row})
    for name in chosen:
        results[name] = over_seeds(rows[name])
        if name != BASE:
            results[name] |= lead("gain", scores[name], scores[BASE])
    show(results)
    if settings.record:
        record("losses", others | results)


def train(loss, images, seed, task):
    """Train the network with a loss, and fill the task."""
    keras.utils.set_random_seed(seed)
    network = networks.unet_in_window(paints="window", name="unet_with_margin")
    settings = {"batch_size": BATCH_SIZE, "epochs": 5, "validation": None}
    page_recipe.train(network, images, seed, loss, **settings)
    return filling.by(network)(task.incomplete, task.location_map)


def measures(fills, task):
    """Measure how right fills are and how much like photographs, without the photographs' row."""
    rows = measuring.right_and_real(fills, task)
    del rows[wasserstein.PHOTOGRAPHS]
    for name, filled in fills.items():
        truth = task.images, filled, task.location_map
        (rim,) = measuring.squared_error_by_depth(*truth, deepest=1)
        rows[name]["seam"] = measuring.seam_ratio(*truth)
        rows[name]["depth_1"] = measuring.Quantity(float(measuring.psnr(rim)), "dB")
    return rows


if __name__ == "__main__":
    main()
