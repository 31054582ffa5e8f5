"""
The variance of the likelihood
==============================

How much may a decoded pixel differ from the true one? The σ² of the likelihood decides what a nat
of latent is worth, and so whether the latent is used at all. This page trains the same conditional
VAE with four fixed values of σ², and once more with a σ² that is learnt. It compares the five on
the validation cars, because a value is to be chosen. The chapter :ref:`chapter-vae` has the theory.
"""

# %%
# Five trainings
# --------------
# The network and its training step are those of the page before,
# :ref:`sphx_glr_gallery_cvae.py`. The trainings are shorter, so that the five take several minutes:
# compare them with one another only.
#
# The learnt σ² starts at 0.1, the largest of the four, and everything else is equal. From there it
# follows a running mean of the squared error, by two lines of the training step
# (:ref:`sphx_glr_gallery_vae.py`).

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol, tensors
from inpainting_guide.networks.variational import Variational
from inpainting_guide.pages.figures import KNOWN

# sphinx_gallery_thumbnail_number = 1

print("precision:", machine.use_precision())
IMAGES = 8_000
BATCH_SIZE = 64
VARIANCES = (0.1, 0.03, 0.01, 0.003)


def train(**settings):
    """Train the conditional VAE with one σ²."""
    keras.utils.set_random_seed(0)
    network = networks.ConditionalVAE(**settings)
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
    return network


trained = {
    f"{variance:g}": train(variance=variance, name=f"cvae_variance_{variance:g}")
    for variance in VARIANCES
}
trained["learnt"] = train(variance=0.1, learn_variance=True, name="cvae_variance_learnt")
learnt = float(np.exp(trained["learnt"].log_variance))
print(f"the learnt σ² ends at {measuring.Quantity(learnt)}")

# %%
# What each of them does
# ----------------------
# For every σ²: the error when z was recognised from the answer; the error of one fill, and of the
# mean of 16; how far the fills lie apart, as a share of that error; what the latent costs; and the
# evidence lower bound. All of it is measured on the 500 validation cars: the choice of σ² is part
# of the recipe, and the test cars come only after it. The bound is a mean over several draws of z:

pages.show_code(Variational.measure)
task = protocol.validation()
inputs = tensors.network_input(task.incomplete, task.location_map)
variances = dict(zip(trained, (*VARIANCES, learnt), strict=True))


def psnr(squared_error):
    """Convert a mean squared error to decibels."""
    return measuring.Quantity(measuring.psnr(squared_error), "dB")


samples, rows = {}, {}
for name, network in trained.items():
    fills = samples[name] = network.samples(task.incomplete, task.location_map, count=16)
    one, mean_of_16 = (
        measuring.squared_error(task.images, filled, task.location_map).mean()
        for filled in (fills[0], fills.mean(axis=0))
    )
    measured = network.measure(task.images, task.location_map)
    divergences = network.divergences(inputs, task.images)
    rows[name] = {
        "recognised": psnr(measured["squared_error"]),
        "one_fill": psnr(one),
        "mean_of_16": psnr(mean_of_16),
        "spread": measuring.diversity(task.images, fills, task.location_map),
        "divergence": measuring.Quantity(float(divergences.sum())),
        "alive": int((divergences > 0.05).sum()),
        "bound": measuring.Quantity(measured["bound"]),
        "ratio": measuring.Quantity(measured["squared_error"] / variances[name]),
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
named = {f"σ² {'' if name == 'learnt' else '= '}{name}": row for name, row in rows.items()}
pages.show_table(named, titles)
fixed = [rows[f"{variance:g}"] for variance in VARIANCES]
lines = {
    "recognised": [row["recognised"].value for row in fixed],
    "mean of 16": [row["mean_of_16"].value for row in fixed],
    "one fill": [row["one_fill"].value for row in fixed],
}
pages.versus(lines, VARIANCES, ("σ² of the likelihood", "PSNR, dB"))
plt.show()

# %%
# With a large σ² errors are cheap, so that hardly any latent value is worth its nats, and all fills
# of a hole are nearly the same. With a small σ² the latent carries more of the answer than the
# prior can foresee, so that single fills lie farther from the photograph. The number of values that
# are alive, with more than 0.05 nats each, and the distance between recognised z and one fill (in
# the figure, which has the four fixed ones, that between the upper and the lower line) show how far
# each goes; for the learnt one the two do not agree. Among the four fixed ones the spread grows
# with the nats, and then hardly any more: the last ones buy next to nothing, probably because the
# prior cannot follow.
#
# Which one describes the cars best? The errors cannot say, because they measure different things in
# different columns, but the bound can: for every σ² it bounds the log density of the same 432
# values, so that the five may be compared. (It is estimated with four draws of z for each car. The
# log density itself lies above it, by gaps that need not be equal.)

figure = pages.versus(
    {"fixed": [row["bound"].value for row in fixed]},
    VARIANCES,
    ("σ² of the likelihood", "bound, nats"),
)
axis = figure.axes[0]
axis.plot(learnt, rows["learnt"]["bound"].value, "*", ms=11, color=KNOWN, label="learnt")
axis.legend(frameon=False)
plt.show()
best = max(VARIANCES, key=lambda variance: rows[f"{variance:g}"]["bound"].value)
ahead = rows["learnt"]["bound"] - rows[f"{best:g}"]["bound"]
print(f"Of the four, the bound is highest for σ² = {best:g};", end=" ")
print(f"for the learnt σ², minus that: {ahead.signed} nats.")

# %%
# With one seed each, values of σ² whose bounds are so close should not be told apart.
#
# With the networks held fixed, the bound would be highest where σ² equals the mean squared error of
# the *recognised* decoding. How far from that is each? The table divides the recognised squared
# error by σ²: above 1 the likelihood expects smaller errors than there are, below 1 larger ones.
# The learnt σ² has followed the error on the *training* cars: how far its ratio is from 1 says how
# different the error is on new cars, and how far the running mean lags behind.

pages.show_table(named, {"ratio": "recognised squared error / σ²"})

# %%
# One fill of each hole, for each σ²:

firsts = (fills[0] for fills in samples.values())
sheet = pages.fill_sheet(task, dict(zip(named, firsts, strict=True)))
plt.show()

# %%
# .. topic:: What to try next
#
#    Let the learnt σ² start at 0.003, the other end. Does it arrive at the same value, and are as
#    many latent values alive?

published = {
    f"learnt_{name}" if key == "learnt" else f"{name}_{key}".replace(".", "_"): value
    for key, row in rows.items()
    for name, value in row.items()
}
published |= {
    "best": f"{best:g}",
    "learnt_variance": measuring.Quantity(learnt),
    "learnt_over_best": ahead,
}
pages.publish("cvae_likelihood", cvae_likelihood=published)
pages.publish_pictures("cvae_likelihood", bound=figure, fills=sheet)
