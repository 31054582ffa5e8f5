"""
All methods side by side
========================

The classical methods and the networks of the other pages have filled the same 1,000 holes. Which is
right, which looks real, and is there one that is both? This page trains no network that fills: it
reads them all and measures them alike. The chapter :ref:`chapter-discussion` draws the conclusions.
"""

# %%
# The methods
# -----------
# Of the mended conditional VAE there are three fills: from the mean of its prior, one sample, and
# the mean of 16 samples. *VAE by turns* is a variational autoencoder that knows nothing of holes:
# it encodes the image, decodes it, and puts the known pixels back, again and again
# (:ref:`chapter-vae`). *U-Net on strokes* learnt from holes of another shape
# (:ref:`chapter-irregular-holes`). *GAN autoencoder* is the thesis's first adversarial network,
# *global and local* a later one with two discriminators, *flow one sample* the answer of
# :ref:`chapter-flow` in eight steps, and *flow in one step* what a network has learnt from it.
# Seven methods are shown at first; on the site you choose others, and the car, and see each fill's
# PSNR. Look at several cars before you judge: on a single one, chance decides.

import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, pages
from inpainting_guide.common import machine
from inpainting_guide.data import protocol
from inpainting_guide.filling import METHODS, comparison
from inpainting_guide.measuring import wasserstein
from inpainting_guide.pages import side_by_side, trade_off
from inpainting_guide.training import budgets

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
filling.require()
networks = comparison.load_all()
protocol.declare_final()
task = protocol.test()
fills = comparison.fill(networks, task)
families = {method.name: method.family for method in METHODS.values()}
shown = "nearest car", "harmonic", "U-Net", "U-Net in a window", "GAN as printed", "GAN"
shown += ("flow one sample",)
pages.fill_sheet(task, {name: fills[name] for name in shown})
pages.publish_fills("comparison", task, fills, families, shown)
plt.show()

# %%
# Right
# -----
# How far is each fill from the one photograph that the hole was cut from?

scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)

# %%
# These networks were not all trained alike: who has seen how many images, and what was asked of it?

pages.show_budgets({m.name: m.networks for m in METHODS.values() if m.networks})

# %%
# Real
# ----
# Sharpness inside the hole, and differences across its border (the *seam*), both divided by those
# of photographs. With a sharpness far below 1 the inside is blurred; with a seam above 1 the border
# shows. A fill that grows smoothly out of its rim has a seam ratio below 1, because it follows its
# neighbours more closely than photographs do. (The smoothest fill of all, one colour, does not grow
# out of anything.)

measured = {}
for name, filled in fills.items():
    measured[name] = scores[name].summary()
    pictures = task.images, filled, task.location_map
    measured[name]["sharpness"] = measuring.sharpness_ratio(*pictures)
    measured[name]["seam"] = measuring.seam_ratio(*pictures)

# %%
# Then a classifier, asked early (weak) and late (strong) how often it can tell fills from
# photographs. It learns on fills of one half of the validation cars, which no network was trained
# on, and on the photographs of the other half.

cars = protocol.validation()
half = cars[: len(cars.images) // 2]
for name, learnt_on in comparison.fill(networks, half).items():
    weak, strong = measuring.classifier_accuracies(fills[name], task, learnt_on, cars)
    measured[name] |= {"weak": weak, "strong": strong}
pages.show_table(measured, {key: key for key in ("sharpness", "seam", "weak", "strong")})

# %%
# And the sliced Wasserstein distance between crops of fills and of photographs, with differences
# from the autoencoder over the same halves of the cars.

distances = measuring.distances(fills, task)
pages.show_distances(distances, "autoencoder")

# %%
# Who has more than one answer? Most methods fill a hole in one way only. For four that sample,
# here is the variance of four fills as a share of the squared error of their mean. Samples of what
# is really possible would have :math:`K / (K + 1)` for :math:`K` draws, so 80 % for four
# (:ref:`chapter-cvae`):

SAMPLERS = {
    "CVAE as printed": "cvae_as_printed",
    "CVAE one sample": "cvae",
    "flow one sample": "flow",
    "flow in one step": "flow_in_one_step",
}
for name, network in SAMPLERS.items():
    samples = networks[network].samples(task.incomplete, task.location_map, count=4)
    measured[name]["diversity"] = measuring.diversity(task.images, samples, task.location_map)
    print(f"{name}: {measured[name]['diversity']}")

# %%
# Right against real
# ------------------
# The farther right a method stands, the closer its fills are to the photographs that were there;
# the farther down, the closer they are to photographs in general. The vertical bars are intervals
# of the difference from photographs, whose own distance is the dotted line; the horizontal ones are
# those of the PSNR.

floor = distances[wasserstein.PHOTOGRAPHS]
for name, row in measured.items():
    row["raw"] = wasserstein.average(distances[name].raw, floor.raw)
    row["laplacian"] = wasserstein.average(distances[name].laplacian, floor.laplacian)
right_and_real = trade_off.draw(
    {name: (row["psnr_of_mean"], row["laplacian"]) for name, row in measured.items()},
    families,
    floor.laplacian.mean(),
    ("PSNR of the mean squared error, dB", "Laplacian distance × 1000"),
)
plt.show()

# %%
# The lower right corner is empty, as :ref:`chapter-blur` says it must be, so no method is both: the
# U-Net in a window comes closest to the photographs, and the flow looks most real. And no measure
# is to be read alone: the mean colour is flat inside, but its seams bring edges into the crops,
# which the distance takes for detail. The strong classifier, on the other hand, hardly notices a
# pasted car, whose seam the second column finds at once. The tables above give both away.
#
# In pairs, and with other holes
# ------------------------------
# Every method minus the autoencoder, hole by hole, in the mean of PSNRs: on the protocol's holes
# and on a second draw in the same cars. How often does it win?

again = protocol.task(task.images, seed=1)
scores_again = {
    name: measuring.score(filled, again)
    for name, filled in comparison.fill(networks, again).items()
}
for name, row in measured.items():
    here = measuring.compare(scores[name], scores["autoencoder"])
    there = measuring.compare(scores_again[name], scores_again["autoencoder"])
    row |= {"gain": here["gain_mean"], "gain_again": there["gain_mean"], "wins": here["wins"]}
titles = {"gain": "these holes, dB", "gain_again": "other holes, dB", "wins": "wins"}
pages.show_table({name: measured[name] for name in measured if name != "autoencoder"}, titles)

# %%
# The second column all but repeats the first, so it matters little which holes the protocol drew.
# How much the seed of a training matters, ``benchmarks/seeds.py`` has measured:
# :ref:`chapter-discussion`.
#
# What it costs
# -------------
# Milliseconds a fill, one image at a time (*ms 1*) and in batches of 100 (*ms 100*), with the
# medians of their ratios to the harmonic fill. All methods took turns, and the median round counts;
# but another machine, or a busy one, gives other numbers, so trust large factors only. *One sample*
# draws one, *mean of 16* draws 16; every step of a sample is a call of its own, which makes a
# single image slow. The last two columns are the training's: the parameters, with those of a
# discriminator or recognition network, and the seconds, with those of the networks that it started
# from.

costs = side_by_side.costs(networks, task)
titles = {"milliseconds_1": "ms 1", "ratio_1": "× 1", "milliseconds_100": "ms 100"}
titles |= {"ratio_100": "× 100", "parameters": "parameters", "training_seconds": "seconds"}
pages.show_table(costs, titles)

# %%
# And what did the time of the trainings bring? Here it is counted in units: one is what the U-Net
# took. The line is the U-Net in a window, trained for shorter and for longer times
# (:ref:`sphx_glr_gallery_how_far_minutes_go.py` explains it). What lies below the line has not made
# the most of its time, if PSNR is all that one asks for.

points = {
    method.name: (
        measuring.Quantity(budgets.units(method.networks)),
        measured[method.name]["psnr_of_mean"],
    )
    for method in METHODS.values()
}
window = METHODS["unet_in_window"].networks
pages.time_and_quality(
    {
        "U-Net in a window, trained for less and for more": pages.recorded_curve(
            budgets.images(window), budgets.units(window)
        )
    },
    points,
    families,
    ("training, units of time", "PSNR of the mean squared error, dB"),
)
plt.show()

# %%
# Where in the hole
# -----------------

depths = {
    name: measuring.squared_error_by_depth(task.images, filled, task.location_map)
    for name, filled in fills.items()
}
pages.hole_profiles(depths, "U-Net", families)
plt.show()

# %%
# At the rim the best classical fill passes the autoencoder and stays behind the U-Net that sees
# whole photographs; the middle tells them apart.
#
# How large, and where in the image
# ---------------------------------
# The networks were trained on holes of 12 pixels only. Now with smaller and larger ones:

few, sides = task.images[:200], range(4, 21, 4)
names = ("U-Net", "autoencoder", "direct CNN", "harmonic")
lines = side_by_side.psnr_by_side(networks, few, sides, names)
by_side = pages.versus(lines, sides, ("side of the hole, pixels", "PSNR, dB"), scale="linear")
plt.show()

# %%
# Then the U-Net, with the hole's first row and column between 0 and 20: a hole in the corner has
# known neighbours on two sides only.

starts = range(0, 21, 4)
grid = side_by_side.psnr_by_place(networks, few, starts, "U-Net")
pages.heat_maps({"U-Net": grid}, "PSNR, dB", starts)
plt.show()

# %%
# Hardest are the holes at the left and at the right edge, corners included. At the upper and at the
# lower one a missing neighbour costs nothing, perhaps because sky and road are plain.
#
# :download:`The whole table </../results/comparison.csv>`, with all intervals.
#
# .. topic:: What to try next
#
#    Mix the fills of the autoencoder and of the mended GAN, half and half. Where does the mixture
#    lie in the figure? :ref:`chapter-blur` knows the curve that it should follow.

rows = {name: {"family": families[name]} | measured[name] | costs[name] for name in fills}
pages.publish_table("comparison", rows)
pages.publish("comparison", comparison={key: rows[m.name] for key, m in METHODS.items()})

# The second car of the sheets, as all of them filled it: the surroundings of its hole, enlarged.
car = np.random.default_rng(1).choice(len(task.images), 2, replace=False)[1]
panels = {"incomplete": task.incomplete, "photograph": task.images} | fills
closer = [wasserstein.crops(image, task.location_map, 20)[car] for image in panels.values()]
across = 6
closer += [np.ones_like(closer[0])] * (-len(closer) % across)
sheet = pages.contact_sheet([("", closer[i : i + across]) for i in range(0, len(closer), across)])
for axis, name in zip(sheet.axes, panels, strict=False):
    axis.set_title(name, fontsize=7, pad=3)
for axis in sheet.axes[len(panels) :]:
    axis.set_visible(False)

games = {name: fills[name] for name in fills if families[name] == "adversarial"}
pages.publish_pictures(
    "comparison",
    one_car=sheet,
    games=pages.fill_sheet(task, games),
    right_and_real=right_and_real,
    by_side=by_side,
    psnr=pages.psnr_comparison(scores),
)
