"""Choose the direct CNN's optimizer and peak learning rate, on the validation cars.

    python benchmarks/recipe.py [--record]

Adam and Muon with several peaks of the learning rate; then Muon with and without the first kernel,
which Adam moves otherwise, with several seeds. Networks of one seed see the same images in the same
batches, from the same first weights. The test cars are not looked at.
"""

import argparse
import functools

import keras
from recording import lead, record, show, use_own_store

from inpainting_guide import filling, networks, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.measuring import metrics, scores

OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "muon": functools.partial(training.ConvolutionMuon, least_channels=4),
    "muon_without_first_kernel": training.ConvolutionMuon,
}
PEAKS = {"adam": (2e-3, 4e-3, 8e-3), "muon": (1e-3, 3e-3, 6e-3)}
IMAGES, BATCH_SIZE, EPOCHS, SEEDS = 32_000, 64, 10, (0, 1, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/recipe.json")
    arguments = parser.parse_args()
    use_own_store("recipe")
    machine.use_precision()
    best, results = {}, {"images": IMAGES, "seeds": len(SEEDS)}
    for name, peaks in PEAKS.items():
        for peak in peaks:
            score = train(name, peak, SEEDS[0])
            summary = score.summary() | {"peak": peak}
            show({f"{name} {peak:g}": summary})
            if name not in best or score.squared_error.mean() < best[name].squared_error.mean():
                best[name], results[name] = score, summary
    results["gain"] = metrics.mean(best["muon"].psnr - best["adam"].psnr, "dB")
    peak = results["muon"]["peak"]
    with_first, without = (
        [train(name, peak, seed) for seed in SEEDS]
        for name in ("muon", "muon_without_first_kernel")
    )
    results |= lead("first_kernel", with_first, without)
    show({name: results[name] for name in ("gain", "first_kernel", "first_kernel_of_seeds")})
    if arguments.record:
        record("recipe", results)


def train(name, peak, seed):
    """Train the network of the page with one optimizer and measure it on the validation cars."""
    keras.utils.set_random_seed(seed)
    network = networks.direct_cnn()
    at_the_hole = networks.AtTheHole(network)
    rate = training.warm_up_and_cosine(peak, IMAGES // BATCH_SIZE)
    at_the_hole.compile(optimizer=OPTIMIZERS[name](rate), loss=training.hole_loss())
    training.fit(
        at_the_hole,
        cars.load().train,
        budget=IMAGES,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation=protocol.validation(),
        seed=seed,
    )
    return scores.measure(filling.by(network), protocol.validation())


if __name__ == "__main__":
    main()
