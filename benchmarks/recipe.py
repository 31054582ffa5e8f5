"""Choose the direct CNN's optimizer and peak learning rate, on the validation cars.

    python benchmarks/recipe.py [--record]

Every candidate sees the same images in the same batches from the same first weights. The test cars
are not looked at.
"""

import argparse

import keras
from recording import record, use_own_store

from inpainting_guide import cars, filling, machine, metrics, networks, protocol, training
from inpainting_guide.optimizers import ConvolutionMuon

CANDIDATES = [
    ("adam", keras.optimizers.Adam, 1e-3),
    ("adam", keras.optimizers.Adam, 2e-3),
    ("adam", keras.optimizers.Adam, 4e-3),
    ("adam", keras.optimizers.Adam, 8e-3),
    ("muon", ConvolutionMuon, 1e-3),
    ("muon", ConvolutionMuon, 3e-3),
    ("muon", ConvolutionMuon, 6e-3),
]
IMAGES, BATCH_SIZE, EPOCHS, SEED = 44_800, 64, 10, 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/recipe.json")
    arguments = parser.parse_args()
    use_own_store("recipe")
    scores, results = {}, {"images": f"{IMAGES:,}"}
    for name, optimizer, peak in CANDIDATES:
        score = train(optimizer, peak)
        summary = score.quotable() | {"peak": f"{peak:g}"}
        print(f"{name} {peak:g}: {summary['psnr_of_mean']} dB ({summary['psnr_of_mean_interval']})")
        if name not in scores or score.squared_error.mean() < scores[name].squared_error.mean():
            scores[name], results[name] = score, summary
    gain = metrics.mean(scores["muon"].psnr - scores["adam"].psnr)
    results["gain"] = f"{gain.value:.2f}"
    results["gain_interval"] = f"{gain.low:.2f} to {gain.high:.2f}"
    print(f"gain of the best with Muon: {results['gain']} dB ({results['gain_interval']})")
    if arguments.record:
        record("recipe", results)


def train(optimizer, peak):
    """Train the network of the page with one candidate and measure it on the validation cars."""
    machine.use_precision()
    keras.utils.set_random_seed(SEED)
    network = networks.direct_cnn()
    steps = IMAGES // BATCH_SIZE
    network.compile(
        optimizer=optimizer(training.warm_up_and_cosine(peak, steps)),
        loss=keras.losses.MeanSquaredError(reduction="mean_with_sample_weight"),
    )
    training.fit(
        network,
        cars.load().train,
        steps=steps,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation=protocol.validation(),
        seed=SEED,
    )
    return protocol.measure(filling.by(network), protocol.validation())


if __name__ == "__main__":
    main()
