"""Choose the direct CNN's optimizer and peak learning rate, on the validation cars.

    python benchmarks/recipe.py [--record]

Every candidate sees the same images in the same batches from the same first weights. The test cars
are not looked at.
"""

import argparse

import keras
from recording import record, show, use_own_store

from inpainting_guide import filling, networks, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.measuring import metrics, scores

CANDIDATES = [
    ("adam", keras.optimizers.Adam, 1e-3),
    ("adam", keras.optimizers.Adam, 2e-3),
    ("adam", keras.optimizers.Adam, 4e-3),
    ("adam", keras.optimizers.Adam, 8e-3),
    ("muon", training.ConvolutionMuon, 1e-3),
    ("muon", training.ConvolutionMuon, 3e-3),
    ("muon", training.ConvolutionMuon, 6e-3),
]
IMAGES, BATCH_SIZE, EPOCHS, SEED = 44_800, 64, 10, 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/recipe.json")
    arguments = parser.parse_args()
    use_own_store("recipe")
    best, results = {}, {"images": IMAGES}
    for name, optimizer, peak in CANDIDATES:
        score = train(optimizer, peak)
        summary = score.summary() | {"peak": peak}
        show({f"{name} {peak:g}": summary})
        if name not in best or score.squared_error.mean() < best[name].squared_error.mean():
            best[name], results[name] = score, summary
    results["gain"] = metrics.mean(best["muon"].psnr - best["adam"].psnr, "dB")
    show({"gain of the best with Muon": results["gain"]})
    if arguments.record:
        record("recipe", results)


def train(optimizer, peak):
    """Train the network of the page with one candidate and measure it on the validation cars."""
    machine.use_precision()
    keras.utils.set_random_seed(SEED)
    network = networks.direct_cnn()
    rate = training.warm_up_and_cosine(peak, IMAGES // BATCH_SIZE)
    network.compile(optimizer=optimizer(rate), loss=training.hole_loss())
    training.fit(
        network,
        cars.load().train,
        budget=IMAGES,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation=protocol.validation(),
        seed=SEED,
    )
    return scores.measure(filling.by(network), protocol.validation())


if __name__ == "__main__":
    main()
