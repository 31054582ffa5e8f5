"""Let the flow start at four places, at equal budgets: much noise or little, with a mean or not.

    python benchmarks/flow_starts.py [--record]

Five trainings on as many images, compared on the validation cars. Without a mean network the
"mean" is grey, and the residuals are larger. With little noise the flow starts near the mean, as in
posterior-mean rectified flow (Ohayon and others, 2025), but is told the known pixels, too. The
fifth is the page's start with a loss that weighs all pixels of the hole alike, not the rim more.
The store must hold the U-Net in a window.
"""

import argparse

import keras
import numpy as np
from keras import layers
from recording import record, show, use_own_store

from inpainting_guide import filling, measuring, networks, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.measuring import calibration
from inpainting_guide.measuring.quantities import Quantity

IMAGES, BATCH_SIZE = 57_600, 64
FEW, COUNT = 100, 19
"""Validation cars, and samples of each of their holes, for what takes many of them."""

SEAMS = 8
"""Samples of each hole for the seam, which differs by 0.01 from one to the next."""

LITTLE = 0.1
"""Standard deviation of the little noise, in units of pixels."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/flow_starts.json")
    arguments = parser.parse_args()
    machine.use_precision()
    mean, without = filling.load("unet_in_window"), grey()
    use_own_store("flow_starts")
    starts = {
        "noise": {"mean_network": without, "scale": 0.25},
        "noise_and_mean": {"mean_network": mean, "scale": 0.16},
        "from_grey": {"mean_network": without, "scale": 0.25, "spread": LITTLE / 0.25},
        "from_mean": {"mean_network": mean, "scale": 0.16, "spread": LITTLE / 0.16},
        "even_rim": {"mean_network": mean, "scale": 0.16, "rim": 1.0},
    }
    task, fills, results = protocol.validation(), {}, {"images": IMAGES, "cars": FEW}
    for name, start in starts.items():
        keras.utils.set_random_seed(0)
        network = train(networks.Flow(**start, temperature=1.0, name=f"flow_{name}"), IMAGES)
        samples = network.samples(task.incomplete, task.location_map, SEAMS)
        seams = [measuring.seam_ratio(task.images, fill, task.location_map) for fill in samples]
        fills[name], results[name] = samples[0], of_many(network, task[:FEW])
        results[name]["seam"] = Quantity(np.mean([seam.value for seam in seams]), "")
    for name, row in measuring.right_and_real(fills, task).items():
        results[name] = results.get(name, {}) | row
    show(results)
    if arguments.record:
        record("flow_starts", results)


def grey():
    """Make a network that answers with grey, whatever it is asked."""
    inputs = keras.Input((32, 32, 4), name="image_and_map")
    weights = [np.zeros((1, 1, 4, 3)), np.full(3, 0.5)]
    outputs = layers.Conv2D(3, 1, dtype="float32", name="grey")
    network = keras.Model(inputs, outputs(inputs), name="grey")
    outputs.set_weights(weights)
    return network


def train(network, images, seed=0):
    """Train one flow, all alike."""
    rate = training.warm_up_and_cosine(3e-3, images // BATCH_SIZE)
    network.compile(optimizer=training.ConvolutionMuon(rate))
    training.fit(
        network,
        cars.load().train,
        budget=images,
        batch_size=BATCH_SIZE,
        epochs=10,
        validation=protocol.validation(),
        seed=seed,
    )
    return network


def of_many(network, task):
    """Measure how varied samples are, and how right their mean is."""
    samples = network.samples(task.incomplete, task.location_map, COUNT)
    mean = measuring.score(samples.mean(axis=0), task).summary()["psnr_of_mean"]
    ranks = calibration.ranks(task.images, samples, task.location_map)
    return {
        "mean_of_samples": mean,
        "diversity": measuring.diversity(task.images, samples, task.location_map),
        "covered_50": calibration.coverage(ranks, 0.5),
        "covered_90": calibration.coverage(ranks, 0.9),
    }


if __name__ == "__main__":
    main()
