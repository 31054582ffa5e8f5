"""How far do minutes go? Train the U-Net in a window for shorter and longer times.

    python benchmarks/minutes.py [IMAGES ...] [--seeds 3] [--recipe] [--record]

Time is counted in units: one is what the whole U-Net takes for the 57,600 images of its page, in
processor time, measured before and after every training. What is recorded of other budgets stays,
so that long ones can be trained one by one. With ``--recipe`` it is measured instead what each part
of the recipe brings, on the validation cars alone: one thing changes at a time, and every training
sees the same images.
"""

import argparse
import statistics
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from recording import lead, record, show, use_own_store, write

from inpainting_guide import filling, measuring, networks, training
from inpainting_guide.commands import challenge, claims
from inpainting_guide.common import files, machine, timing
from inpainting_guide.data import batches, cars, holes, protocol
from inpainting_guide.networks import windows
from inpainting_guide.pages import minutes

CHALLENGE = Path(__file__).parents[1] / "challenge"
BUDGETS = (34_000, 68_000, 71_200)
"""Images: half a unit, what `remaining_error.py` takes, and one."""

PAGE, ENTRY = 100_000, "unet_in_window.json"
"""Images of the page's training, and what it claims as an entry of the challenge."""

RECIPE = {
    "widths": (48, 96, 128),
    "window": 24,
    "batch_size": 16,
    "momentum": 0.9,
    "ns_steps": 3,
    "sees": "window",
}
"""That of the page."""

CHANGES = {
    "the recipe": {},
    "batches of 64": {"batch_size": 64},
    "momentum 0.95": {"momentum": 0.95},
    "five iterations": {"ns_steps": 5},
    "four levels": {"widths": (32, 64, 128, 256)},
    "a lowest level of 192": {"widths": (48, 96, 192)},
    "a window of 20": {"window": 20},
    "a window of 32": {"window": 32},
    "the harmonic fill": {"sees": "harmonic fill"},
    "its place": {"sees": "place"},
    "a coarse look": {"sees": "photograph"},
}
CHANGED_IMAGES, CHANGED_SEEDS = 19_200, (0, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    text = f"numbers of images to train with, by default {BUDGETS}"
    parser.add_argument("images", type=int, nargs="*", default=BUDGETS, help=text)
    text = "train each with the seeds from 0 to one less"
    parser.add_argument("--seeds", type=int, default=3, help=text)
    text = "measure the parts of the recipe instead"
    parser.add_argument("--recipe", action="store_true", help=text)
    text = "write the package's minutes.json, or results/minutes_recipe.json"
    parser.add_argument("--record", action="store_true", help=text)
    arguments = parser.parse_args()
    use_own_store("minutes")
    machine.use_precision()
    if arguments.recipe:
        measure_recipe(arguments.record)
    else:
        measure_budgets(arguments.images, range(arguments.seeds), arguments.record)


def measure_budgets(budgets, seeds, keep):
    """Train with every budget and seed; look at the test cars when all is done."""
    claim = claims.read(CHALLENGE / ENTRY)
    if claim is None:
        raise SystemExit(f"{ENTRY} is missing: run the entry with --test --record first.")
    measure = challenge.unit_step()
    trained = {}
    for images in budgets:
        for seed in seeds:
            steps = [measure()]
            began, opened = time.process_time(), time.perf_counter()
            network, record_of = train(images, seed)
            processor = time.process_time() - began
            if time.perf_counter() - opened < record_of["seconds"]:
                path = record_of["path"]
                raise SystemExit(f"{path} was trained before, or in parts: delete it, to time it.")
            steps.append(measure())
            unit = statistics.mean(steps) * challenge.UNIT_IMAGES / challenge.UNIT_BATCH
            training_psnr = measuring.psnr(record_of["history"]["loss"][-1]).item()
            trained[images, seed] = network, processor / unit, training_psnr
            print(f"{images:,} images, seed {seed}: {processor / unit:.2f} units", flush=True)
    protocol.declare_final()
    recorded = {row["images"]: row for row in files.read_json(minutes.FILE)["trainings"]}
    for images in budgets:
        networks_of, units, training_psnrs = zip(*(trained[images, s] for s in seeds), strict=True)
        measured = {"units": statistics.mean(units)}
        for name, task in (("validation", protocol.validation()), ("test", protocol.test())):
            measured |= claims.average(name, [score(network, task) for network in networks_of])
        recorded[images] = summary(images, measured)
        recorded[images]["training"] = round(statistics.mean(training_psnrs), 3)
    # What the entry does not tell, its fit to the photographs, stays of a training of our own.
    recorded[PAGE] = recorded.get(PAGE, {}) | summary(PAGE, claim)
    for row in recorded.values():
        print(row)
    if keep:
        rows = [recorded[images] for images in sorted(recorded)]
        write(minutes.FILE, machine.describe() | {"trainings": rows})


def summary(images, measured):
    """Make a row of what `claims.average` made of both tasks."""
    psnrs = measured["test_psnrs"]
    row = {"images": images, "units": round(measured["units"], 2), "seeds": len(psnrs)}
    for name in claims.TASKS:
        row[name] = round(measured[name]["psnr_of_mean"], 3)
        row[f"{name}_mean_psnr"] = round(measured[name]["mean_psnr"], 3)
        if f"{name}_interval" in measured:  # not of entries that were recorded before
            row[f"{name}_interval"] = measured[f"{name}_interval"]
    return row | {"spread": round(statistics.stdev(psnrs), 3) if len(psnrs) > 1 else None}


def measure_recipe(keep):
    """Change one thing at a time, and compare on the validation cars."""
    task = protocol.validation()
    scores = {}
    for name, change in CHANGES.items():
        trained = (train(CHANGED_IMAGES, seed, **change)[0] for seed in CHANGED_SEEDS)
        scores[name] = [measuring.measure(filling.by(network), task) for network in trained]
        print(name, [f"{score.summary()['psnr_of_mean']}" for score in scores[name]], flush=True)
    recipe, *changed = CHANGES
    times = an_image()
    results = {"images": CHANGED_IMAGES, "seeds": len(CHANGED_SEEDS)}
    for name in changed:
        key = name.replace(" ", "_").replace(".", "")
        results[key] = lead("gain", scores[recipe], scores[name])
        results[key]["time"] = measuring.Quantity(times[name] / times[recipe], "share")
    show(results)
    if keep:
        record("minutes_recipe", results)


def an_image():
    """Time steps of all changes in turns: seconds for an image, of the quickest round."""
    images, rng = cars.load().train[:64], np.random.default_rng(0)
    example = batches.example(images, holes.random_square(len(images), rng))
    calls = {name: call_of(RECIPE | change, example) for name, change in CHANGES.items()}
    timing.in_turns(calls, 1)  # compiles
    return {name: times.min() / 64 for name, times in timing.in_turns(calls, 12).items()}


def call_of(settings, example):
    """Make a function that trains the network of a recipe on 64 images."""
    network = compiled(settings, steps=1000)
    network.optimizer.build(network.trainable_variables)
    batch = [tf.constant(part[: settings["batch_size"]]) for part in example]
    step = tf.function(network.train_step)

    def call():
        for _ in range(64 // settings["batch_size"]):
            step(batch)

    return call


def compiled(settings, steps):
    """Build and compile the network of a recipe."""
    network = build(settings["widths"], settings["window"], settings["sees"])
    of_muon = {name: settings[name] for name in ("momentum", "ns_steps")}
    rate = training.warm_up_and_cosine(3e-3, steps)
    network.compile(optimizer=training.ConvolutionMuon(rate, **of_muon), loss=training.hole_loss())
    return network


def train(images, seed, photographs=None, **change):
    """Train the network by the page's recipe, or with one thing changed."""
    if photographs is None:
        photographs = cars.load().train
    settings = RECIPE | change
    keras.utils.set_random_seed(seed)
    network = compiled(settings, images // settings["batch_size"])
    return network, training.fit(
        network,
        photographs,
        budget=images,
        batch_size=settings["batch_size"],
        epochs=5,
        validation=protocol.validation(),
        seed=seed,
    )


def build(widths, window, sees):
    """Build the U-Net in a window, which may see more than the window.

    The harmonic fill is three more channels of its input. The place of the hole, or the whole
    photograph, is averaged over squares of 4 × 4 pixels and told to every level of the network.
    """
    if sees == "window":
        return networks.unet_in_window(widths, window)
    name = f"unet_in_window_and_{sees.replace(' ', '_')}"
    if sees == "harmonic fill":
        return networks.hybrid_in_window(True, "nothing", widths, window, name=name)
    inputs = keras.Input((cars.SIZE, cars.SIZE, 4))
    coarse = layers.AveragePooling2D(4)(inputs[..., 3:] if sees == "place" else inputs)
    told = layers.Dense(64, activation="relu")(layers.Flatten()(coarse))
    x = windows.CutWindow(window)(inputs)
    features = networks.contract(x, widths, told=told)
    x = networks.expand(features, told=told, around=(window - holes.HOLE) // 2 - 1)
    patch = layers.Conv2D(3, 3, activation="sigmoid", dtype="float32")(x)
    return keras.Model(inputs, windows.PastePatch()([inputs, patch]), name=name)


def score(network, task):
    """Measure a network's fills of a task."""
    return measuring.measure(filling.by(network), task).summary()


if __name__ == "__main__":
    main()
