"""
Holes of any shape
==================

What if the hole is no square, but a stroke of a brush, a scratch or a word? This page draws such
holes, trains a U-Net on strokes, with ordinary, with partial and with gated convolutions, and asks
what the special ones are worth: with the location map as an input, and without. The simplest one is
then trained longer, and compared with the classical methods and with the U-Net of
:ref:`sphx_glr_gallery_unet.py`, which was trained on squares, so run that page first. The chapter
:ref:`chapter-irregular-holes` derives the two special convolutions.
"""

# %%
# The holes
# ---------
# There are four kinds, and from left to right more of the image is missing. Strokes are drawn as by
# Yu and others (2019): a zigzag of four to eleven lines, with a broad brush. (Everything is drawn
# eight times as large, and a pixel is missing if at least half of it was painted.)

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine, names
from inpainting_guide.data import cars, holes, irregular, pools, protocol, tensors
from inpainting_guide.networks import partial

# sphinx_gallery_thumbnail_number = 1

print("precision:", machine.use_precision())
filling.require("unet")
pages.show_code(irregular.stroke, irregular.draw)
wanted = [irregular.SHARES[number] for number in (0, 1, 3, 5)]
photographs = cars.load().validation[[23, 7, 1, 42]]  # light ones, where a hole is seen
kinds = pages.contact_sheet(
    {
        kind: holes.cut(photographs, irregular.draw(kind, wanted, np.random.default_rng(3)))
        for kind in irregular.KINDS
    },
    columns=[list(irregular.TITLES.values())[number] for number in (0, 1, 3, 5)],
)
plt.show()

# %%
# The six classes of area are those of Liu and others (2018). In the validation task and in the test
# task each has a sixth of the cars, with strokes.

tune = protocol.validation("strokes")
classes = irregular.share_class(tune.location_map)
missing = 1 - tune.location_map.mean(axis=(1, 2, 3))
counts = {
    title: {
        "validation cars": int((classes == number).sum()),
        "missing, mean": measuring.Quantity(float(missing[classes == number].mean()), "share"),
    }
    for number, title in enumerate(irregular.TITLES.values())
}
pages.show_table(counts)

# %%
# Three convolutions
# ------------------
# An ordinary convolution reads the zeros in a hole like any other colour. A *partial* one sums over
# what is known alone, and scales up what it has found; a place is known to the next layer if its
# window saw anything known. A *gated* one is two convolutions, of which the second decides how much
# of the first one's result passes.

pages.show_code(networks.PartialConv2D.build, networks.PartialConv2D.call)
pages.show_code(networks.PartialConv2D.convolve)
pages.show_code(networks.GatedConv2D.__init__, networks.GatedConv2D.call)

# %%
# The U-Net is the same for all three. On the way up pixels are doubled, as in the papers on partial
# and on gated convolutions, so that every layer but the last can be of any of the three kinds.

pages.show_code(networks.irregular_unet, partial.convolve)

# %%
# The recipe
# ----------
# Drawing a stroke takes longer than a training step can wait, so a pool of maps is drawn once.
# Every image gets one of them in every batch, turned or mirrored at random. Photographs, order and
# flips are those of a training on squares with the same seed. The maps of the validation and the
# test cars are not among these. Every missing pixel counts alike in the loss, so a hole of half the
# image weighs ten times as much as one of 5 %.

pages.show_code(pools.with_holes_of)
POOL = irregular.of_all_classes("strokes", machine.few(3_000), seed=1)
BATCH_SIZE = 32


def train(convolution, sees_map, images=3_200, name=None):
    """Train one of the networks, from the same seed on the same images with the same holes."""
    keras.utils.set_random_seed(0)
    network = networks.irregular_unet(convolution, sees_map, name=name)
    rate = training.warm_up_and_cosine(3e-3, images // BATCH_SIZE)
    network.compile(optimizer=training.ConvolutionMuon(rate), loss=training.hole_loss())
    record = training.fit(
        network,
        cars.load().train,
        budget=images,
        batch_size=BATCH_SIZE,
        epochs=5,
        validation=tune,
        pool=POOL,
    )
    return network, record


trained = {f"{convolution}, map": train(convolution, True) for convolution in partial.CONVOLUTIONS}
for convolution in ("ordinary", "partial"):
    trained[f"{convolution}, no map"] = train(convolution, False)

# %%
# How soon does a partial convolution forget the hole? The share of places that are unknown after
# each level of the way down, by class of area:

partial_unet, _ = trained["partial, map"]
levels = [partial_unet.get_layer(f"down{level}").output[1] for level in range(1, 5)]
known_after = keras.Model(partial_unet.input, levels)
told = tensors.network_input(tune.incomplete, tune.location_map)
maps = [tune.location_map, *map(np.float32, known_after(told))]
unknown = {}
for number, share in enumerate(irregular.TITLES):
    left = [1 - known[classes == number].mean() for known in maps]
    unknown[share] = {
        f"level_{n}": measuring.Quantity(float(x), "share") for n, x in enumerate(left)
    }
places = {"level_0": "at the input"} | {f"level_{n}": f"after level {n}" for n in range(1, 5)}
pages.show_table({irregular.TITLES[share]: row for share, row in unknown.items()}, places)

# %%

pages.training_curve({name: trained[name][1] for name in list(trained)[:3]})
plt.show()

# %%
# What do they bring?
# -------------------
# While there is still a choice, the validation cars answer. Partial convolutions promise less wrong
# colour and less blur. So the table also has the error of the hole's mean colour, and the step
# across its border and the sharpness inside, divided by those of photographs (1 is right).


def fill(task, methods):
    """Fill a task with several methods."""
    return {n: method(task.incomplete, task.location_map) for n, method in methods.items()}


def measures(filled, task):
    """Measure one network's fills: how right they are, their colour, their border, their blur."""
    truth = task.images, filled, task.location_map
    return {
        "psnr_of_mean": measuring.score(filled, task).summary()["psnr_of_mean"],
        "colour": measuring.mean(measuring.colour_error(*truth)),
        "seam": measuring.seam_ratio(*truth),
        "sharpness": measuring.sharpness_ratio(*truth),
    }


MEASURES = {
    "psnr_of_mean": "PSNR of the mean squared error, dB",
    "colour": "error of the mean colour",
    "seam": "step across the border",
    "sharpness": "sharpness",
}
tuned = fill(tune, {name: filling.by(network) for name, (network, _) in trained.items()})
measured = {name: measures(filled, tune) for name, filled in tuned.items()}
pages.show_table(measured, MEASURES)

# %%
# Car by car, against the ordinary convolution that is told as much:

scores = {name: measuring.score(filled, tune) for name, filled in tuned.items()}
gains = {}
for name in trained:
    convolution, told = name.split(", ")
    if convolution != "ordinary":
        gains[name] = measuring.compare(scores[name], scores[f"ordinary, {told}"])["gain_mean"]
        print(f"{name}: {gains[name].signed} dB ({gains[name].interval})")

# %%
# And the same convolutions without the map, against themselves with it:

without_map = {}
for convolution in ("ordinary", "partial"):
    told, blind = (scores[f"{convolution}, {word}"] for word in ("map", "no map"))
    lost = without_map[convolution] = measuring.compare(blind, told)["gain_mean"]
    print(f"{convolution}: {lost.signed} dB ({lost.interval})")

# %%
# The partial ones bring less blur, but better colours only without the map; without it they lose
# nothing, since they are told all the same. But this is one short training. In three longer ones,
# with the map, they have no lead, and gated ones a small one (``benchmarks/irregular_holes.py``).
# So the simplest is trained again, on twelve times as many images:

unet_on_strokes, record = train("ordinary", True, images=38_400, name="unet_on_strokes")

# %%
# Its PSNR by the distance from the nearest known pixel, beside that of the U-Net that was trained
# on squares and of the biharmonic fill, the best one without learning next to what is known:

both = {"U-Net on squares": filling.load("unet"), "U-Net on strokes": unet_on_strokes}
both = {name: filling.by(network) for name, network in both.items()}
shown = fill(tune, {"biharmonic": filling.biharmonic} | both)
profiles = {
    name: measuring.squared_error_by_depth(tune.images, filled, tune.location_map, deepest=5)
    for name, filled in shown.items()
}
profile = pages.hole_profile(profiles)
plt.show()

# %%
# The fills
# ---------
# Nothing is left to choose.

protocol.declare_final()
task = protocol.test("strokes")
fills = fill(task, both | filling.CLASSICAL)
chosen = [int(np.flatnonzero(irregular.share_class(task.location_map) == n)[0]) for n in (1, 3)]
order = "harmonic", "biharmonic", "U-Net on squares", "U-Net on strokes"
sheet = pages.fill_sheet(task, {name: fills[name] for name in order}, chosen)
plt.show()

# %%
# The numbers
# -----------
# By class. (The U-Net on squares saw half as many images again, in fewer and larger batches, and it
# has transposed convolutions. The chapter has two networks that differ in their holes alone.)

table = {name: measuring.by_share(filled, task) for name, filled in fills.items()}
ordered = sorted(table, key=lambda name: table[name]["share_50"].value)
pages.show_table({name: table[name] for name in ordered}, irregular.TITLES)

# %%

middle = [100 * sum(ends) / 2 for ends in irregular.SHARES]
lines = {n: [table[n][share].value for share in irregular.TITLES] for n in reversed(order)}
pages.versus(lines, middle, ("missing, % of the image", "PSNR, dB"), "linear")
plt.show()

# %%
# The network on strokes against its best classical rival, in the mean over cars of the difference:


def nearest(fills, task, here=slice(None)):
    """Find the best classical rival of the network on strokes, and its lead."""
    rivals = {name: fills[name][here] for name in filling.CLASSICAL}
    return measuring.smallest_gain(fills["U-Net on strokes"][here], rivals, task[here])


lead = {}
of_classes = irregular.share_class(task.location_map)
for number, (share, title) in enumerate(irregular.TITLES.items()):
    rival, lead[share] = nearest(fills, task, of_classes == number)
    print(f"{title}: {lead[share].signed} dB ({lead[share].interval}) against {rival}")

# %%
# Neither network has seen holes of the other three kinds. PSNR of the mean squared error, in dB:

by_kind = {}
for kind in ("ellipses", "scratches", "letters"):
    task = protocol.test(kind)
    fills = fill(task, both | filling.CLASSICAL)
    errors = {n: measuring.squared_error(task.images, fills[n], task.location_map) for n in order}
    by_kind[kind] = {
        names.key(name): measuring.psnr_of_mean(error) for name, error in errors.items()
    }
    rival, by_kind[kind]["lead"] = nearest(fills, task)
    print(f"{kind}: best classical rival {rival}")
pages.show_table(by_kind, {names.key(n): n for n in order} | {"lead": "lead over the rival"})

# %%
# Across what is thin the biharmonic fill holds its own, or wins.
#
# .. topic:: What to try next
#
#    Train on all four kinds of holes at once (a pool may hold any maps), under another name, since
#    other pages load ``unet_on_strokes``. What do strokes lose, and what do letters win?

published = {
    names.key(name): row | training.cost(trained[name][1]) for name, row in measured.items()
}
for name, gain in gains.items():
    published[names.key(name)]["gain"] = gain
by_name = {names.key(name): row for name, row in table.items()}
by_depth = {
    names.key(name): {
        f"depth_{depth}": measuring.Quantity(float(measuring.psnr(error)), "dB")
        for depth, error in enumerate(errors, start=1)
    }
    for name, errors in profiles.items()
}
published |= {"on_strokes": training.cost(record), "unknown": unknown, "by_kind": by_kind}
published |= {"lead": lead, "by_share": by_name, "by_depth": by_depth, "without_map": without_map}
pages.publish("irregular_holes", irregular_holes=published)
pages.publish_table("irregular_holes", table)
pages.publish_pictures("irregular_holes", kinds=kinds, profile=profile, fills=sheet)
