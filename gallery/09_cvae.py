"""
A conditional VAE that has several answers
==========================================

Many cars fit around a hole. Can a network sample them? This page mends the conditional variational
autoencoder: a recognition network sees the photograph, and the decoder sees the known pixels. The
same network without its latent, trained beside it, shows what that costs. The chapter
:ref:`chapter-cvae` has the theory.
"""

# %%
# The network
# -----------
# Three networks. The *prior* looks at what is known and says what the latent z could be. The
# *recognition* network also looks at the answer, and says what z should have been. The *decoder* is
# the upper half of a U-Net on the prior's features, with z beside the deepest ones: z has only to
# say what the known pixels leave open.

import keras
import matplotlib.pyplot as plt

from inpainting_guide import batches, cars, code, curves, cvae, figures, filling, machine, networks
from inpainting_guide import optimizers, plausibility, protocol, publishing, recipes, reporting
from inpainting_guide import store, training

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
store.require("autoencoder")
keras.utils.set_random_seed(0)
network = cvae.ConditionalVAE(variance=0.01)
print(code.listing(cvae.ConditionalVAE.__init__))
print(code.listing(cvae.ConditionalVAE.terms))
for part in (network.prior, network.recognition, network.decoder):
    print(f"{part.name:12} {part.count_params():10,} parameters")
print(f"in all {network.count_params():,}")

# %%
# The recipe
# ----------
# The loss is the negative evidence bound over the hole, in nats an image. Its σ² is what the
# author's notebooks amount to; :ref:`sphx_glr_gallery_10_cvae_likelihood.py` compares it with three
# others, on the validation cars.

IMAGES = training.budget(32_000)
BATCH_SIZE = 64
STEPS = IMAGES // BATCH_SIZE
EPOCHS = 2 if machine.quick() else 10

network.compile(optimizer=optimizers.ConvolutionMuon(training.warm_up_and_cosine(3e-3, STEPS)))
record = training.fit(
    network,
    cars.load().train,
    steps=STEPS,
    batch_size=BATCH_SIZE,
    epochs=EPOCHS,
    validation=protocol.validation(),
)

# %%

curves.loss_terms(
    record,
    {
        "loss": ("loss, nats an image", {}),
        "divergence": ("divergence, nats an image", {}),
        "squared_error": ("squared error, recognised z", {}),
    },
)
plt.show()

# %%
# The squared error here is that of the *recognised* z, which has seen the answer: no fill. What
# counts comes next.
#
# A fair baseline
# ---------------
# Averaged, many fills should do as well as a network that answers with the mean. Which one? The
# same one: without z, and all that makes it or reads it, trained on the squared error over the
# hole, with the same optimizer, learning rates and batches.

keras.utils.set_random_seed(0)
baseline = networks.without_latent()
baseline_record = recipes.train(baseline, 32_000)

# %%
# Several fills of one hole
# -------------------------
# Four samples of the prior, and the mean of sixteen.

protocol.declare_final()
task = protocol.test()
samples = network.samples(task.incomplete, task.location_map, count=16)
fills = {f"sample {number}": samples[number - 1] for number in (1, 2, 3, 4)}
fills["mean of 16 samples"] = samples.mean(axis=0)
figures.fill_sheet(task, fills)
plt.show()

# %%
# How different are they?

diversity = plausibility.diversity(task.images, samples, task.location_map)
print(f"variance of the samples: {100 * diversity:.0f} % of the error of their mean")
print(f"(a perfect sampler would reach {100 * 16 / 17:.0f} %)")

# %%
# Is the latent alive?
# --------------------
# The divergence of every latent value, averaged over the test cars: an upper limit of what it tells
# about the answer beyond what the known pixels tell. A value at zero is switched off.

divergences = network.divergences(
    batches.network_input(task.incomplete, task.location_map), task.images
)
alive = int((divergences > 0.05).sum())
curves.sorted_bars(divergences, "divergence, nats", threshold=0.05)
plt.show()
print(f"{alive} of {divergences.size} values are alive, {divergences.sum():.1f} nats in all")

# %%
# And where are they? The latent is a grid over the image. Averaged over holes at all places, its
# middle tells most, because most holes reach it.

figures.heat_maps({"": divergences.sum(axis=-1)}, "divergence of a cell, nats")
plt.show()

# %%
# The numbers
# -----------
# One sample, the mean of several, and networks that answer with the mean straight away. Theory says
# that a perfect sample has twice the squared error of the mean: 3 dB. The baseline differs in its
# loss and in what z needs; the autoencoder of page 04 in everything, and it has seen more images.
# (A sharpness of 1 is that of photographs.)

autoencoder = store.load("autoencoder")
question = task.incomplete, task.location_map
fills = {
    "autoencoder": filling.by(autoencoder)(*question),
    "baseline without z": filling.by(baseline)(*question),
    "from the prior's mean": filling.by(network)(*question),
    "one sample": samples[0],
    "mean of 4 samples": samples[:4].mean(axis=0),
    "mean of 16 samples": samples.mean(axis=0),
}
trained = {
    "autoencoder": (autoencoder, training.budget(recipes.IMAGES["autoencoder"]), "squared error"),
    "baseline without z": (baseline, baseline_record["images"], "squared error"),
}
scores = {name: protocol.score(filled, task) for name, filled in fills.items()}
rows = {}
for name, filled in fills.items():
    of, images, loss = trained.get(name, (network, record["images"], "evidence bound"))
    sharpness = plausibility.sharpness_ratio(task.images, filled, task.location_map)
    rows[name] = {
        "parameters": f"{of.count_params():,}",
        "images": f"{images:,}",
        "trained on": loss,
        "PSNR of the mean error, dB": scores[name].summary()["psnr_of_mean"],
        "sharpness": f"{sharpness.value:.2f}",
    }
print(reporting.table(rows))
against_baseline = protocol.compare(scores["mean of 16 samples"], scores["baseline without z"])
print(f"mean of 16 minus baseline: {against_baseline['gain']} dB; in the mean of PSNRs", end=" ")
print(f"{against_baseline['gain_mean']} ({against_baseline['gain_mean_interval']}) dB")

# %%
# .. topic:: What to try next
#
#    Put the latent at a finer level (``latent_level=3``). Do the samples become sharper, or only
#    noisier?

publishing.publish(
    "09_cvae",
    {
        "cvae": scores["from the prior's mean"].quotable()
        | training.quotable(record)
        | {
            "diversity": f"{100 * diversity:.0f} %",
            "alive": str(alive),
            "latent": str(divergences.size),
            "divergence": f"{divergences.sum():.1f}",
            "sample_psnr": scores["one sample"].quotable()["psnr_of_mean"],
            "mean_of_16_psnr": scores["mean of 16 samples"].quotable()["psnr_of_mean"],
            "sharpness": rows["one sample"]["sharpness"],
        },
        "cvae_mean_of_16_over_baseline": against_baseline,
        "cvae_without_latent": scores["baseline without z"].quotable()
        | training.quotable(baseline_record)
        | {"sharpness": rows["baseline without z"]["sharpness"]},
    },
)
