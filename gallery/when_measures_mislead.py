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

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import batches, cars, holes, protocol
from inpainting_guide.pages import side_by_side

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
task = protocol.validation()
fills = {
    "left black": task.incomplete,
    "mean colour": filling.mean_colour(task.incomplete, task.location_map),
    "harmonic": filling.harmonic(task.incomplete, task.location_map),
}
pages.fill_sheet(task, {name: fills[name] for name in ("mean colour", "harmonic")})
plt.show()

# %%
# And the PSNR of their mean squared error, over the whole image and over the hole:

reached = {}
for name, fill in fills.items():
    whole = measuring.psnr(np.square(fill - task.images).mean())
    hole = measuring.score(fill, task).summary()["psnr_of_mean"]
    reached[name] = {
        "image": measuring.Quantity(whole, "dB"),
        "hole": hole,
        "difference": measuring.Quantity(whole - hole.value, "dB"),
    }
over = {"image": "over the image, dB", "hole": "over the hole, dB"}
pages.show_table(reached, over | {"difference": "difference, dB"})

# %%
# **How you recognise it.** The difference is the same for every method. A composite has no error
# at its 1,024 − 144 known pixels, so the mean over the image is 144/1,024 of the mean over the
# hole: in decibels, the PSNR is raised by


def inflation(side):
    """Return by how much known pixels raise the PSNR, for square holes."""
    return measuring.Quantity(10 * np.log10(cars.SIZE**2 / side**2), "dB")


print(f"10 log10(1024 / 144) = {inflation(holes.HOLE)} dB")

# %%
# A constant does no harm to a ranking. It does harm when numbers of both kinds meet: the mean
# colour, scored over the image, seems to beat every network of this site, scored over the hole. And
# a hole of another size has another constant. Over the image, small holes seem to be solved:

sides = range(4, 29, 4)
psnr = side_by_side.psnr_by_side({}, task.images[:200], sides, ["harmonic"])["harmonic"]
raised = [p + inflation(side).value for p, side in zip(psnr, sides, strict=True)]
lines = {"over the image": raised, "over the hole": psnr}
pages.versus(lines, sides, ("side of the hole, pixels", "PSNR, dB"), scale="linear")
plt.show()

# %%
# **What mends it.** Average over the hole: `inpainting_guide.measuring.metrics.squared_error` does,
# and the lower line is the result. If a table does not say over which pixels, measure the hole left
# black in the same way: a measure that finds it good counts what was never missing.
#
# Showing the answer
# ------------------
# Every network here gets the photograph with its hole cut, and the map. Two slips, each a single
# line: in *not cut* the hole is drawn into the map, but the photograph is passed on whole. In
# *mean leaks* the hole is painted in the mean colour of the whole photograph, missing pixels
# included. Each has its control, the same run without the slip: *cut*, and *mean of known*, which
# paints the hole in the mean of what is left. All four are the U-Net of :ref:`its own page
# <sphx_glr_gallery_unet.py>`, with half the widths.

IMAGES = machine.few(7_680)
BATCH_SIZE = 64
STEPS = IMAGES // BATCH_SIZE
EPOCHS = min(8, STEPS)
stream = batches.training(cars.load().train, BATCH_SIZE, seed=0)
tune = task[:200]
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
    """Paint the hole in the mean colour of what is known: the mend, and all one has in use."""
    known, location_map = inputs[..., :3], inputs[..., 3:]
    mean = ops.mean(known, axis=(1, 2), keepdims=True)
    mean /= ops.mean(location_map, axis=(1, 2), keepdims=True)
    return ops.concatenate([known + (1 - location_map) * mean, location_map], -1), image, weight


def train(prepare):
    """Train a small U-Net on batches that `prepare` changed; return it and its validation."""
    keras.utils.set_random_seed(0)
    network = networks.unet(widths=(16, 32, 64, 128))
    network.compile(
        optimizer=training.ConvolutionMuon(training.warm_up_and_cosine(3e-3, STEPS)),
        loss=training.hole_loss(),
    )
    history = network.fit(
        stream.map(prepare),
        steps_per_epoch=STEPS // EPOCHS,
        epochs=EPOCHS,
        validation_data=validation.map(prepare),
        shuffle=False,
        verbose=0,
    ).history
    return network, measuring.psnr(np.array(history["val_loss"]))


# How each is trained, and how it is used once nobody knows what the hole hides.
ways = {
    "not cut": (not_cut, cut),
    "cut": (cut, cut),
    "mean leaks": (mean_leaks, mean_of_known),
    "mean of known": (mean_of_known, mean_of_known),
}
trained = {name: train(in_training) for name, (in_training, _) in ways.items()}
pages.versus(
    {name: psnr for name, (_, psnr) in trained.items()},
    np.arange(1, EPOCHS + 1) * IMAGES / EPOCHS / 1000,
    ("images seen, thousands", "validation PSNR, dB"),
    scale="linear",
)
plt.show()

# %%
# **How it looks.** *Not cut* is far in the lead after seconds, in validation as in training, so
# nobody thinks of overfitting. *Mean leaks* looks like any other network, and is hardly better than
# its control. Then come the first holes that really are empty.


def fill_with(network, prepare, images):
    """Fill the holes of some photographs, with inputs made by `prepare`."""
    inputs, *_ = prepare(*batches.example(images, task.location_map))
    return holes.compose(task.incomplete, filling.predict(network, inputs), task.location_map)


# Other photographs with the same known pixels: in the hole is another car.
others = holes.compose(task.incomplete, np.roll(task.images, 1, axis=0), task.location_map)
rows, sheet = {}, {"other truth": others}
for name, (network, _) in trained.items():
    as_trained, empty = (fill_with(network, prepare, task.images) for prepare in ways[name])
    moved = fill_with(network, ways[name][0], others)
    rows[name] = {
        "trained": measuring.score(as_trained, task).summary()["psnr_of_mean"],
        "empty": measuring.score(empty, task).summary()["psnr_of_mean"],
        "change": 255 * np.abs(moved - as_trained)[task.location_map[..., 0] == 0].mean(),
    }
    sheet |= {f"{name}, fill": as_trained, f"{name}, other truth": moved}
    sheet[f"{name}, empty hole"] = empty
titles = {"trained": "as trained, dB", "empty": "empty hole, dB", "change": "change, grey levels"}
pages.show_table(rows, titles)

# %%
# **How you recognise it.** The first by a number that is too good: no network knows what a hole
# hides, and no other on this site comes near it. The second has no such number. The decisive test
# finds both: *change the truth inside the hole and look whether the fill changes*. What is known
# stays the same, and so must the fill. The last column has the mean change in the hole, of 255 grey
# levels, and only for the two controls is it zero. Without that column the second leak would be
# missed: one hardly sees it in its fills.

shown = ("other truth", "not cut, fill", "not cut, other truth", "not cut, empty hole")
shown += ("cut, fill", "cut, other truth", "mean leaks, fill", "mean leaks, other truth")
pages.fill_sheet(task, {name: sheet[name] for name in shown})
plt.show()

# %%
# **What mends it.** Cut first, and compute everything else, means and scales too, from what is
# left: `inpainting_guide.data.tensors.network_input` is the one place where this package does it.
# And keep *change the truth* among your tests: it takes three lines.
#
# .. topic:: What to try next
#
#    Cut the photograph one pixel too small, a hole of 11 under a map of 12. How many decibels does
#    the rim give away, and does the decisive test see it?

misleading = {"inflation": inflation(holes.HOLE)}
for name, row in (reached | rows).items():
    misleading |= {f"{measure}_{name.replace(' ', '_')}": value for measure, value in row.items()}
pages.publish("when_measures_mislead", misleading=misleading)
pages.publish_pictures(
    "when_measures_mislead",
    known_pixels=pages.close_ups(
        {
            f"image: {reached['left black']['image']} dB": task.incomplete,
            f"hole: {reached['left black']['hole']} dB": task.location_map,
        },
        index=0,
    ),
    leak=pages.close_ups(
        {
            f"{name}: {rows[name]['trained']} dB": sheet[f"{name}, fill"]
            for name in ("not cut", "cut")
        },
        task.location_map,
    ),
)
