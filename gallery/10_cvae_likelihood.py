"""
The variance of the likelihood
==============================

How much may a decoded pixel differ from the true one? The σ² of the likelihood decides what a nat
of latent is worth, and so whether the latent is used at all. This page trains the same conditional
VAE with four values of it. The chapter :ref:`chapter-vae` has the theory.
"""

# %%
# Four trainings
# --------------
# Shorter than that of the page before, so that the four take a few minutes: compare them with one
# another only.

import keras
import matplotlib.pyplot as plt

from inpainting_guide import batches, cars, curves, cvae, figures, machine, metrics, optimizers
from inpainting_guide import plausibility, protocol, store, training

# sphinx_gallery_thumbnail_number = 1

print("precision:", machine.use_precision())
IMAGES = training.budget(9_600)
BATCH_SIZE = 64
STEPS = IMAGES // BATCH_SIZE
EPOCHS = 2 if machine.quick() else 5
VARIANCES = (0.1, 0.03, 0.01, 0.003)

networks = {}
records = {}
for variance in VARIANCES:
    keras.utils.set_random_seed(0)
    network = cvae.ConditionalVAE(variance=variance, name=f"cvae_variance_{variance:g}")
    print(network.name)
    network.compile(optimizer=optimizers.ConvolutionMuon(training.warm_up_and_cosine(3e-3, STEPS)))
    records[variance] = training.fit(
        network,
        cars.load().train,
        steps=STEPS,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation=protocol.validation(),
    )
    networks[variance] = network

# %%
# What each of them does
# ----------------------
# For every σ²: the error when z was recognised from the answer; the error of the mean of 16 fills;
# how far the fills lie apart, as a share of that error; and what the latent costs.

task = protocol.validation()
inputs = batches.network_input(task.incomplete, task.location_map)
samples = {}
rows = {}
for variance, network in networks.items():
    fills = samples[variance] = network.samples(task.incomplete, task.location_map, count=16)
    error = metrics.squared_error(task.images, fills.mean(axis=0), task.location_map).mean()
    one = metrics.squared_error(task.images, fills[0], task.location_map).mean()
    # The same noise, whether the network was just trained or read from the store.
    network.noise.state.assign(keras.random.SeedGenerator(0).state)
    measured = network.evaluate(
        batches.fixed(task.images, task.location_map), verbose=0, return_dict=True
    )
    divergences = network.divergences(inputs, task.images)
    rows[variance] = {
        "recognised": metrics.psnr(measured["squared_error"]),
        "one fill": metrics.psnr(one),
        "mean of 16": metrics.psnr(error),
        "spread": 100 * plausibility.diversity(task.images, fills, task.location_map),
        "divergence": divergences.sum(),
        "alive": (divergences > 0.05).sum(),
    }

print("σ²     recognised  one fill  mean of 16  spread  divergence  alive")
print("       dB          dB        dB          %       nats")
for variance, row in rows.items():
    print(
        f"{variance:<5g}  {row['recognised']:10.2f}  {row['one fill']:8.2f}  "
        f"{row['mean of 16']:10.2f}  {row['spread']:6.0f}  {row['divergence']:10.1f}  "
        f"{row['alive']:5}"
    )

curves.versus(
    {
        name: [row[name] for row in rows.values()]
        for name in ("recognised", "mean of 16", "one fill")
    },
    VARIANCES,
    ("σ² of the likelihood", "PSNR, dB"),
)
plt.show()

# %%
# With a large σ² errors are cheap: hardly a latent value is worth its nats, and the fills are
# nearly one blur. With a small σ² the latent takes more of the answer with it, which the prior
# cannot foresee: single fills go astray. In between lies a variance that the data suggest. The
# bound is highest in σ² where σ² equals the mean squared error of the *recognised* decoding:

for variance, record in records.items():
    error = record["history"]["val_squared_error"][-1]
    print(
        f"σ² = {variance:<5g}: recognised squared error {error:.4f}, ratio {error / variance:.2f}"
    )

# %%
# Between the values where the ratio passes 1 the likelihood fits what it is asked to describe. One
# fill of each hole, for each variance:

figures.fill_sheet(task, {f"σ² = {variance:g}": fills[0] for variance, fills in samples.items()})
plt.show()

# %%
# .. topic:: What to try next
#
#    Make the logarithm of σ² a weight of the network (``self.add_weight``) and let it find
#    its value.

store.publish(
    "10_cvae_likelihood",
    {
        "cvae_likelihood": {
            f"{name.replace(' ', '_')}_{variance:g}".replace(".", "_"): f"{value:.{places}f}"
            for variance, row in rows.items()
            for name, value, places in (
                (name, row[name], 0 if name in ("spread", "alive") else 2)
                for name in (
                    "recognised",
                    "one fill",
                    "mean of 16",
                    "spread",
                    "divergence",
                    "alive",
                )
            )
        }
    },
)
