"""
The variance of the likelihood
==============================

How much may a decoded pixel differ from the true one? The σ² of the likelihood decides what a nat
of latent is worth, and so whether the latent is used at all. This page trains the same conditional
VAE with four values of it, and compares them on the validation cars, because a value is to be
chosen. The chapter :ref:`chapter-vae` has the theory.
"""

# %%
# Four trainings
# --------------
# The network and its training step are those of the page before,
# :ref:`sphx_glr_gallery_cvae.py`. The trainings are shorter, so that the four take a few minutes:
# compare them with one another only.

import keras
import matplotlib.pyplot as plt

from inpainting_guide import measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol, tensors

# sphinx_gallery_thumbnail_number = 1

print("precision:", machine.use_precision())
IMAGES = 9_600
BATCH_SIZE = 64
VARIANCES = (0.1, 0.03, 0.01, 0.003)

trained = {}
for variance in VARIANCES:
    keras.utils.set_random_seed(0)
    network = networks.ConditionalVAE(variance=variance, name=f"cvae_variance_{variance:g}")
    print(network.name)
    rate = training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE)
    network.compile(optimizer=training.ConvolutionMuon(rate))
    training.fit(
        network,
        cars.load().train,
        budget=IMAGES,
        batch_size=BATCH_SIZE,
        epochs=5,
        validation=protocol.validation(),
    )
    trained[variance] = network

# %%
# What each of them does
# ----------------------
# For every σ²: the error when z was recognised from the answer; the error of one fill, and of the
# mean of 16; how far the fills lie apart, as a share of that error; what the latent costs; and the
# evidence lower bound. All of it is measured on the 500 validation cars: the choice of σ² is part
# of the recipe, and the test cars come only after it.

task = protocol.validation()
inputs = tensors.network_input(task.incomplete, task.location_map)


def psnr(squared_error):
    """Convert a mean squared error to decibels."""
    return measuring.Quantity(measuring.psnr(squared_error), "dB")


samples, rows = {}, {}
for variance, network in trained.items():
    fills = samples[variance] = network.samples(task.incomplete, task.location_map, count=16)
    one, mean_of_16 = (
        measuring.squared_error(task.images, filled, task.location_map).mean()
        for filled in (fills[0], fills.mean(axis=0))
    )
    measured = network.measure(task.images, task.location_map)
    divergences = network.divergences(inputs, task.images)
    rows[variance] = {
        "recognised": psnr(measured["squared_error"]),
        "one_fill": psnr(one),
        "mean_of_16": psnr(mean_of_16),
        "spread": measuring.diversity(task.images, fills, task.location_map),
        "divergence": measuring.Quantity(float(divergences.sum())),
        "alive": int((divergences > 0.05).sum()),
        "bound": measuring.Quantity(measured["bound"]),
        "ratio": measuring.Quantity(measured["squared_error"] / variance),
    }

titles = {
    "recognised": "recognised z, dB",
    "one_fill": "one fill, dB",
    "mean_of_16": "mean of 16, dB",
    "spread": "spread",
    "divergence": "divergence, nats",
    "alive": "alive",
    "bound": "bound, nats",
}
named = {f"σ² = {variance:g}": row for variance, row in rows.items()}
pages.show_table(named, titles)
lines = {
    "recognised": [row["recognised"].value for row in rows.values()],
    "mean of 16": [row["mean_of_16"].value for row in rows.values()],
    "one fill": [row["one_fill"].value for row in rows.values()],
}
pages.versus(lines, VARIANCES, ("σ² of the likelihood", "PSNR, dB"))
plt.show()

# %%
# With a large σ² errors are cheap: hardly a latent value is worth its nats, and the fills are
# nearly one blur. With a small σ² the latent takes more of the answer with it, which the prior
# cannot foresee: single fills go astray.
#
# Which one describes the cars best? The errors cannot say, for they measure different things in
# different columns, but the bound can. For every σ² it bounds the log density of the same 432
# values, so that the four may be compared. (It is estimated with four draws of z for each car. The
# log density itself lies above it, by gaps that need not be equal.)

best = max(rows, key=lambda variance: rows[variance]["bound"].value)
print(f"The bound is highest for σ² = {best:g}.")

# %%
# With the networks held fixed, it would be highest where σ² equals the mean squared error of the
# *recognised* decoding. How far from that is each? Above 1 the likelihood expects smaller errors
# than there are, below 1 larger ones.

pages.show_table(named, {"ratio": "recognised squared error / σ²"})

# %%
# One fill of each hole, for each variance:

pages.fill_sheet(task, {f"σ² = {variance:g}": fills[0] for variance, fills in samples.items()})
plt.show()

# %%
# .. topic:: What to try next
#
#    Make the logarithm of σ² a weight of the network (``self.add_weight``) and let it find
#    its value.

by_variance = {
    f"{name}_{variance:g}".replace(".", "_"): value
    for variance, row in rows.items()
    for name, value in row.items()
}
pages.publish("cvae_likelihood", cvae_likelihood=by_variance | {"best": f"{best:g}"})
