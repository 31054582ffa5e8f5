"""
When measures mislead
=====================

A number can be wrong although nothing crashed. This page makes two such failures on purpose:
scoring the known pixels, and a network that is shown the answer. Both look like success. The
chapter :ref:`chapter-diagnosis` lists all failures by their symptoms.
"""

# %%
# Scoring known pixels
# --------------------
# **How it looks.** Like a good result. Here are three fills: the hole left black (the first row),
# which is no fill at all, the mean colour of the known pixels, and the harmonic fill.

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops

from inpainting_guide import batches, cars, classical, curves, figures, holes, machine, metrics
from inpainting_guide import networks, optimizers, protocol, publishing, reporting, training

# sphinx_gallery_thumbnail_number = 4

print("precision:", machine.use_precision())
task = protocol.validation()
fills = {
    "left black": task.incomplete,
    "mean colour": classical.mean_colour(task.incomplete, task.location_map),
    "harmonic": classical.harmonic(task.incomplete, task.location_map),
}
figures.fill_sheet(task, {name: fills[name] for name in ("mean colour", "harmonic")})
plt.show()

# %%
# And the PSNR of their mean squared error, over the whole image and over the hole:


def both(images, fill, location_map):
    """Return the PSNR over the whole composite, and over the hole alone."""
    whole = metrics.psnr(np.square(fill - images).mean())
    return whole, metrics.psnr(metrics.squared_error(images, fill, location_map).mean())


reached = {name: both(task.images, fill, task.location_map) for name, fill in fills.items()}
for name, (whole, hole) in reached.items():
    print(f"{name:12} image {whole:5.2f} dB, hole {hole:5.2f} dB, difference {whole - hole:.2f}")

# %%
# **How you recognise it.** The difference is the same for every method. A composite has no error
# at its 1,024 − 144 known pixels, so the mean over the image is 144/1,024 of the mean over the
# hole: in decibels, the PSNR is raised by

inflation = 10 * np.log10(task.location_map[0].size / (task.location_map[0] == 0).sum())
print(f"10 log10(1024 / 144) = {inflation:.2f} dB")

# %%
# A constant does no harm to a ranking. It does harm when numbers of both kinds meet: the mean
# colour, scored over the image, seems to beat every network of this site, scored over the hole. And
# for a hole of another size the constant is another. Over the image, small holes seem to be solved:

few, sides = task[:200], range(4, 29, 4)
by_side = []
for side in sides:
    location_map = holes.random_square(len(few.images), np.random.default_rng(0), hole=side)
    fill = classical.harmonic(holes.cut(few.images, location_map), location_map)
    by_side.append(both(few.images, fill, location_map))
lines = dict(zip(("over the image", "over the hole"), zip(*by_side, strict=True), strict=True))
curves.versus(lines, sides, ("side of the hole, pixels", "PSNR, dB"), scale="linear")
plt.show()

# %%
# **What mends it.** Average over the hole: `inpainting_guide.metrics.squared_error` does, and the
# lower line is the result. If a table does not say over which pixels, measure the hole left black
# in the same way: a measure that finds it good counts what was never missing.
#
# Showing the answer
# ------------------
# Every network here gets the photograph with its hole cut, and the map. Two slips, each a single
# line: in *not cut* the hole is drawn into the map, but the photograph is passed on whole. In
# *mean leaks* the hole is painted in the mean colour of the whole photograph, missing pixels
# included. Each has its control, the same run without the slip: *cut*, and *mean of known*, which
# paints the hole in the mean of what is left.

IMAGES = training.budget(12_800)
BATCH_SIZE = 64
EPOCHS = 1 if machine.quick() else 8
STEPS = IMAGES // BATCH_SIZE
stream = batches.training(cars.load().train, BATCH_SIZE, seed=0)
tune = protocol.validation()[: 40 if machine.quick() else 200]
validation = batches.fixed(tune.images, tune.location_map)


def cut(inputs, image, weight):
    """Leave the batch as it is: right."""
    return inputs, image, weight


def not_cut(inputs, image, weight):
    """Forget to cut: the failure."""
    return ops.concatenate([image, inputs[..., 3:]], axis=-1), image, weight


def mean_leaks(inputs, image, weight):
    """Paint the hole in a mean that has seen it: the failure that is hard to see."""
    known, location_map = inputs[..., :3], inputs[..., 3:]
    mean = ops.mean(image, axis=(1, 2), keepdims=True)
    return ops.concatenate([known + (1 - location_map) * mean, location_map], -1), image, weight


def mean_of_known(inputs, image, weight):
    """Paint the hole in the mean colour of what is known: its mend, and what it is used with."""
    known, location_map = inputs[..., :3], inputs[..., 3:]
    mean = ops.mean(known, axis=(1, 2), keepdims=True)
    mean /= ops.mean(location_map, axis=(1, 2), keepdims=True)
    return ops.concatenate([known + (1 - location_map) * mean, location_map], -1), image, weight


def train(prepare):
    """Train a small U-Net on batches that `prepare` changed; return it and its validation."""
    keras.utils.set_random_seed(0)
    network = networks.unet(widths=(16, 32, 64, 128))
    network.compile(
        optimizer=optimizers.ConvolutionMuon(training.warm_up_and_cosine(3e-3, STEPS)),
        loss=keras.losses.MeanSquaredError(reduction="mean_with_sample_weight"),
        run_eagerly=machine.quick(),
    )
    history = network.fit(
        stream.map(prepare),
        steps_per_epoch=STEPS // EPOCHS,
        epochs=EPOCHS,
        validation_data=validation.map(prepare),
        shuffle=False,
        verbose=0,
    ).history
    return network, metrics.psnr(np.array(history["val_loss"]))


# How each is trained, and how it is used once nobody knows what the hole hides.
ways = {
    "not cut": (not_cut, cut),
    "cut": (cut, cut),
    "mean leaks": (mean_leaks, mean_of_known),
    "mean of known": (mean_of_known, mean_of_known),
}
trained = {name: train(in_training) for name, (in_training, _) in ways.items()}
curves.versus(
    {name: psnr for name, (_, psnr) in trained.items()},
    np.arange(1, EPOCHS + 1) * IMAGES / EPOCHS / 1000,
    ("images seen, thousands", "validation PSNR, dB"),
    scale="linear",
)
plt.show()

# %%
# **How it looks.** *Not cut* is far in the lead after seconds, in validation as in training, so
# nobody thinks of overfitting. *Mean leaks* looks like any other network, a little better than its
# control. Then the first holes come that are truly empty.


def fill_with(network, prepare, images):
    """Fill the holes of some photographs, with inputs made by `prepare`."""
    inputs = prepare(*batches.example(images, task.location_map))[0]
    output = network.predict(ops.convert_to_numpy(inputs), batch_size=250, verbose=0)
    return holes.compose(task.incomplete, np.float32(output), task.location_map)


# Other photographs with the same known pixels: in the hole is the next car.
others = holes.compose(task.incomplete, np.roll(task.images, 1, axis=0), task.location_map)
rows, sheet = {}, {"other truth": others}
for name, (network, _) in trained.items():
    as_trained, empty = (fill_with(network, prepare, task.images) for prepare in ways[name])
    moved = fill_with(network, ways[name][0], others)
    change = 255 * np.abs(moved - as_trained)[task.location_map[..., 0] == 0].mean()
    scores = [protocol.score(f, task).quotable()["psnr_of_mean"] for f in (as_trained, empty)]
    columns = ("as trained, dB", "empty hole, dB", "change, grey levels")
    rows[name] = dict(zip(columns, (*scores, f"{change:.1f}"), strict=True))
    sheet |= {f"{name}, fill": as_trained, f"{name}, other truth": moved}
    sheet[f"{name}, empty hole"] = empty
print(reporting.table(rows))

# %%
# **How you recognise it.** The first by a number that is too good: no network knows what a hole
# hides, and none of this site comes near that one. The second has no such number. The decisive test
# finds both: *change the truth inside the hole and look whether the fill changes*. What is known
# stays the same, and so must the fill. The last column has the mean change in the hole, of 255 grey
# levels, and only the two controls have nothing there. Without that column the second leak would be
# missed: one hardly sees it in its fills.

shown = ("other truth", "not cut, fill", "not cut, other truth", "not cut, empty hole")
shown += ("cut, fill", "cut, other truth")
figures.fill_sheet(task, {name: sheet[name] for name in shown})
plt.show()

# %%
# **What mends it.** Cut first, and compute everything else, means and scales too, from what is
# left: `inpainting_guide.batches.network_input` is the one place where this package does it. And
# keep *change the truth* among your tests: it takes three lines.
#
# .. topic:: What to try next
#
#    Cut the photograph one pixel too small, a hole of 11 under a map of 12. How many decibels does
#    the rim give away, and does the decisive test see it?

quoted = {f"image_{name}": f"{whole:.2f}" for name, (whole, _) in reached.items()}
quoted |= {f"hole_{name}": f"{hole:.2f}" for name, (_, hole) in reached.items()}
for name, row in rows.items():
    keys = (f"{key}_{name}" for key in ("trained", "empty", "change"))
    quoted |= dict(zip(keys, row.values(), strict=True))
quoted = {key.replace(" ", "_"): value for key, value in quoted.items()}
publishing.publish(
    "20_when_measures_mislead", {"misleading": quoted | {"inflation": f"{inflation:.2f}"}}
)
