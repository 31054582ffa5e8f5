"""
All methods side by side
========================

Six classical methods and a dozen learned ones have filled the same 1,000 holes. Which is right,
which looks real, and is there one that is both? This page trains nothing: it reads the networks of
the other pages and measures them all alike. The chapter :ref:`chapter-discussion` draws the
conclusions.
"""

# %%
# The methods
# -----------
# Of the mended conditional VAE there are three fills: from the mean of its prior, one sample, and
# the mean of 16 samples. *GAN autoencoder* is the thesis's first adversarial network. After each
# family of methods the photographs stand again.

import matplotlib.pyplot as plt

from inpainting_guide import budgets, comparison, curves, figures, machine, metrics, protocol
from inpainting_guide import reporting, side_by_side, trade_off, wasserstein
from inpainting_guide.comparison import METHODS

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
networks = comparison.load()
protocol.declare_final()
task = protocol.test()
fills = comparison.fill(networks, task)
families = {method.name: method.family for method in METHODS.values()}
figures.fill_sheet(task, fills, families=families)
plt.show()

# %%
# Right
# -----
# Distance from the one photograph that the hole was cut from.

scores = {name: protocol.score(filled, task) for name, filled in fills.items()}
print(protocol.table(scores))

# %%
# These networks were not all trained alike: who has seen how many images, and what was asked of it?

print(budgets.table({method.name: method.trained for method in METHODS.values() if method.trained}))

# %%
# Real
# ----
# Sharpness inside the hole, and differences across its border (the *seam*), both divided by those
# of photographs. Far below 1 the inside is blurred; above 1 the border shows. A smooth fill has a
# seam ratio below 1: it follows its neighbours more closely than photographs do.
#
# Then a classifier, asked early (weak) and late (strong) how often it can tell. It learns on the
# validation cars, which no network was trained on.

measured = side_by_side.measure(fills, task, scores)
# In quick mode a single one, since every classifier is built anew.
judged = ("autoencoder",) if machine.quick() else tuple(fills)
for name, accuracies in side_by_side.recognised(networks, fills, task, judged).items():
    measured[name] |= accuracies
print(reporting.table(measured, titles={m: m for m in ("sharpness", "seam", "weak", "strong")}))

# %%
# And the sliced Wasserstein distance between crops of fills and of photographs, with differences
# from the autoencoder over the same halves of the cars.

distances = wasserstein.distances(fills, task, splits=2 if machine.quick() else 20)
print(wasserstein.table(distances, "autoencoder"))

# %%
# Who has more than one answer? Most methods fill a hole in one way only. Of two that sample, the
# variance of four fills as a share of the squared error of their mean; samples of what is really
# possible would have 80 %:

diversity = side_by_side.diversities(networks, task)
for name, share in diversity.items():
    print(f"{name:16} {100 * share:4.1f} %")

# %%
# Right against real
# ------------------
# To the right is right, down is real. The vertical bars are intervals of the difference from the
# photographs, the dotted line.

floor = distances[wasserstein.PHOTOGRAPHS]
for name, row in measured.items():
    for kind in ("raw", "laplacian"):
        row[kind] = side_by_side.distance(getattr(distances[name], kind), getattr(floor, kind))
trade_off.draw(
    {name: (row["psnr_of_mean"], row["laplacian"]) for name, row in measured.items()},
    families,
    floor.laplacian.mean(),
    ("PSNR of the mean squared error, dB", "Laplacian distance × 1000"),
)
plt.show()

# %%
# The lower right corner is empty, as :ref:`chapter-blur` says it must be. And no measure is to be
# read alone: the mean colour is flat inside, but its seams bring edges into the crops, and the
# distance takes the one for the other. The tables above give it away.
#
# In pairs, and with other holes
# ------------------------------
# Every method minus the autoencoder, hole by hole, in the mean of PSNRs: on the protocol's holes
# and on a second draw in the same cars. How often does it win?

again = protocol.task(task.images, seed=1)
gains, wins = side_by_side.gains(fills, task)
gains_again, _ = side_by_side.gains(comparison.fill(networks, again), again)
for name, row in measured.items():
    row |= {"gain": gains[name], "gain_again": gains_again[name]}
rows = {n: row | {"wins": reporting.per_cent(wins[n])} for n, row in measured.items()}
titles = {"gain": "these holes, dB", "gain_again": "other holes, dB", "wins": "wins"}
print(reporting.table(rows, "+.2f", titles))

# %%
# The second column repeats the first: which holes the protocol drew matters little. How much the
# seed of a training matters, ``benchmarks/seeds.py`` has measured: :ref:`chapter-discussion`.
#
# What it costs
# -------------
# Milliseconds a fill, one image at a time (*ms 1*) and in batches of 100 (*ms 100*), with their
# ratios to the harmonic fill. All methods took turns, and the median round counts; but another
# machine, or a busy one, gives other numbers, so trust large factors only. *One sample* draws one,
# *mean of 16* draws 16; our code samples layer by layer, without compiling the whole, which costs a
# single image dearly. The last two columns are the training's: the parameters, with those of a
# discriminator or recognition network, and the seconds, with those of the networks that it started
# from.

costs = comparison.costs(networks, task, rounds=7)
titles = {"milliseconds_1": "ms 1", "ratio_1": "× 1", "milliseconds_100": "ms 100"}
titles |= {"ratio_100": "× 100", "parameters": "parameters", "training_seconds": "seconds"}
print(reporting.table(comparison.quotable_costs(costs), titles=titles))

# %%
# Where in the hole
# -----------------

depths = {n: metrics.squared_error_by_depth(task.images, f, task.location_map)
          for n, f in fills.items()}  # fmt: skip
curves.hole_profiles(depths, "U-Net", families)
plt.show()

# %%
# At the rim the best classical fill comes close to the networks; the middle tells them apart.
#
# How large, and where in the image
# ---------------------------------
# The networks were trained on holes of 12 pixels only. Then the U-Net, with the hole's first row
# and column between 0 and 20: a hole in the corner has known neighbours on two sides only.

few, step = task.images[:200], 16 if machine.quick() else 4
names, sides = ("U-Net", "autoencoder", "direct CNN", "harmonic"), range(4, 21, step)
lines = side_by_side.psnr_by_side(networks, few, sides, names)
curves.versus(lines, sides, ("side of the hole, pixels", "PSNR, dB"), scale="linear")
plt.show()

# %%

starts = range(0, 21, step)
grid = side_by_side.psnr_by_place(networks, few, starts, "U-Net")
figures.heat_maps({"U-Net": grid}, "PSNR, dB", starts)
plt.show()

# %%
# :download:`The whole table </../results/15_comparison.csv>`, with all intervals.
#
# .. topic:: What to try next
#
#    Mix the fills of the autoencoder and of the mended GAN, half and half. Where does the mixture
#    lie in the figure? :ref:`chapter-blur` knows the curve that it should follow.

shares = {"wins": wins, "diversity": diversity}
side_by_side.publish("15_comparison", measured, shares, costs)
