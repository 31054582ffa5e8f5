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
# Of the conditional VAE there are three fills: from the mean of its prior, one sample, and the
# mean of 16 samples. *GAN autoencoder* is the thesis's first adversarial network.

import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import comparison, curves, figures, holes, machine, metrics, plausibility
from inpainting_guide import protocol, reporting, store, trade_off, wasserstein
from inpainting_guide.comparison import METHODS

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
networks = comparison.load()
task = protocol.test()
fills = comparison.fill(networks, task)
figures.fill_sheet(task, fills)
plt.show()

# %%
# Right
# -----
# Distance from the one photograph that the hole was cut from.

scores = {name: protocol.score(filled, task) for name, filled in fills.items()}
print(protocol.table(scores))

# %%
# Real
# ----
# Sharpness inside the hole, and differences across its border (the *seam*), both divided by those
# of photographs. Far below 1 the inside is blurred; above 1 the border shows. A smooth fill has a
# seam ratio below 1: it follows its neighbours more closely than photographs do.
#
# Then a classifier, asked early (weak) and late (strong) how often it can tell. It learns on the
# validation cars, which no network was trained on.

measured = comparison.measure(fills, task, scores)
training_task = protocol.validation()
half = training_task[: len(training_task.images) // 2]
# In quick mode two of them, since every classifier is built anew.
judged = ("autoencoder", "GAN mended") if machine.quick() else tuple(fills)
for name, filled in comparison.fill(networks, half, judged).items():
    asked = plausibility.classifier_accuracies(fills[name], task, filled, training_task)
    measured[name] |= dict(zip(("weak", "strong"), asked, strict=True))
shown = ("sharpness", "seam", "weak", "strong")
print(reporting.table({n: {m: row[m] for m in shown if m in row} for n, row in measured.items()}))

# %%
# And the sliced Wasserstein distance between crops of fills and of photographs, with differences
# from the autoencoder over the same halves of the cars.

distances = wasserstein.distances(fills, task, splits=2 if machine.quick() else 20)
print(wasserstein.table(distances, "autoencoder"))

# %%
# Right against real
# ------------------
# To the right is right, down is real. The vertical bars are intervals of the difference from the
# photographs, the dotted line.

floor = distances[wasserstein.PHOTOGRAPHS]
for name, row in measured.items():
    for kind in ("raw", "laplacian"):
        row[kind] = comparison.distance(getattr(distances[name], kind), getattr(floor, kind))
families = {method.name: method.family for method in METHODS.values()}
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
# and on a second draw in the same cars. How often does it win? And what did it cost to train, with
# its discriminator or recognition network, and with what it started from?

again = protocol.task(task.images, seed=1)
fills_again = comparison.fill(networks, again)
gains, wins = comparison.gains(fills, task)
gains_again, _ = comparison.gains(fills_again, again)
rows, costs = {}, {m.name: comparison.cost(m) for m in METHODS.values()}
for name, (parameters, seconds) in costs.items():
    measured[name] |= {"gain": gains[name], "gain_again": gains_again[name]}
    rows[name] = {"these holes, dB": gains[name], "other holes, dB": gains_again[name]}
    rows[name] |= {"wins": f"{100 * wins[name]:.0f} %", "parameters": f"{parameters:,}"}
    rows[name]["seconds"] = f"{seconds:,.0f}"
print(reporting.table(rows, "+.2f"))

# %%
# The second column repeats the first: which holes the protocol drew matters little.
#
# Where in the hole
# -----------------

shown = ("GAN mended", "harmonic", "direct CNN", "autoencoder", "U-Net")
curves.hole_profile(
    {n: metrics.squared_error_by_depth(task.images, fills[n], task.location_map) for n in shown}
)
plt.show()

# %%
# How large, and where in the image
# ---------------------------------
# The networks were trained on holes of 12 pixels only. Then the U-Net, with the hole's first row
# and column at 0, 4, …, 20: a hole in the corner has known neighbours on two sides only.

few, sides = min(len(task.images), 200), range(4, 21, 4)
names = ("U-Net", "autoencoder", "direct CNN", "harmonic")
by_side = []
for side in sides:
    location_map = holes.random_square(few, np.random.default_rng(0), hole=side)
    by_side.append(comparison.psnr(networks, task.images[:few], location_map, names))
lines = {name: [reached[name] for reached in by_side] for name in names}
curves.versus(lines, sides, ("side of the hole, pixels", "PSNR, dB"), scale="linear")
plt.show()

# %%

starts = range(0, 21, 4)
grid = np.empty((len(starts), len(starts)))
for row, column in np.ndindex(grid.shape):
    location_map = holes.square([starts[row]] * few, [starts[column]] * few)
    reached = comparison.psnr(networks, task.images[:few], location_map, ("U-Net",))
    grid[row, column] = reached["U-Net"]
figures.heat_maps({"U-Net": grid}, "PSNR, dB", starts)
plt.show()

# %%
# :download:`The whole table </../results/15_comparison.csv>`, with all intervals.
#
# .. topic:: What to try next
#
#    Mix the fills of the autoencoder and of the mended GAN, half and half. Where does the mixture
#    lie in the figure? :ref:`chapter-blur` knows the curve that it should follow.

lines = [
    {"method": name, "family": families[name]}
    | reporting.spread_out(measured[name], tuple(measured["autoencoder"]))
    | {"wins": wins[name], "parameters": parameters, "training_seconds": seconds}
    for name, (parameters, seconds) in costs.items()
]
store.publish_table("15_comparison", lines)
results = {
    key: reporting.quotable(measured[m.name])
    | {title: rows[m.name][title] for title in ("wins", "parameters", "seconds")}
    for key, m in METHODS.items()
}
store.publish("15_comparison", {"comparison": results})
