"""
The conditional VAE as printed
==============================

A conditional variational autoencoder should give many fills for one hole. The thesis's (section
3.3) gave one blur. This page trains it as tables 3.4 to 3.6 print it, draws several fills of each
hole, and finds out why they are nearly alike. The chapter :ref:`chapter-cvae` derives what to
expect.
"""

# %%
# The network
# -----------
# The encoder sees the incomplete image and the map, and returns the mean and the log variance of
# 1,024 latent values. A sample of them and the flattened map are joined, reshaped to 2 × 2 × 512,
# and decoded. (The convolutions of the encoder are those of the page
# :ref:`sphx_glr_gallery_autoencoder.py`, where they are listed.)

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol, tensors
from inpainting_guide.networks import gaussians
from inpainting_guide.networks.variational import Variational

# sphinx_gallery_thumbnail_number = 3

print("precision:", machine.use_precision())
filling.require("autoencoder")
keras.utils.set_random_seed(0)
network = networks.PrintedCVAE(variance=0.01)
pages.show_code(networks.PrintedCVAE.__init__)
print(f"encoder {network.encoder.count_params():,} parameters,", end=" ")
print(f"decoder {network.decoder.count_params():,}, in all {network.count_params():,}")

# %%
# The rest it has in common with the variational autoencoder of whole cars, on whose page it is
# listed (:ref:`sphx_glr_gallery_vae.py`): the class that all of them share, the samples of a
# Gaussian, the two parts of the loss, and the training step. New are the distribution of the
# latent, given an incomplete image, and the image that a latent gives. Asked for one fill, the
# network decodes the mean of the latent.

pages.show_code(networks.PrintedCVAE.latent, networks.PrintedCVAE.decode, Variational.call)

# %%
# The loss
# --------
# As on that page, it is the negative log-likelihood of an image plus the divergence of the latent
# from N(0, I): nats per image. The likelihood covers the whole image, as the thesis has it. The
# squared error over the hole is measured as well, to be looked at.

pages.show_code(networks.PrintedCVAE.terms)

# %%
# The recipe
# ----------
# The σ² of 0.01 follows from the way the author's notebooks add up their loss, and stays as it is.

IMAGES = 51_200
BATCH_SIZE = 64

network.compile(
    optimizer=training.ConvolutionMuon(
        # Muon's step of the large dense layers would take longer than all the rest: AdamW for them.
        training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE),
        exclude_layers=["mean", "log_variance"],
        adam_lr_ratio=0.3,
    )
)
record = training.fit(
    network,
    cars.load().train,
    budget=IMAGES,
    batch_size=BATCH_SIZE,
    epochs=10,
    validation=protocol.validation(),
)

# %%

pages.loss_terms(
    record,
    {
        "loss": ("loss, nats an image", {}),
        "divergence": ("divergence, nats an image", {}),
        "squared_error": ("squared error, hole", {}),
    },
)
plt.show()

# %%
# Several fills of one hole
# -------------------------
# For each fill a latent is sampled and decoded. What comes out is put into the hole by ``samples``,
# which the page :ref:`sphx_glr_gallery_vae.py` lists.

pages.show_code(Variational.draw, Variational.decoded)

# %%
# Three samples, and the fill from the mean of the latent:

protocol.declare_final()
task = protocol.test()
samples = network.samples(task.incomplete, task.location_map, count=8)
fills = {f"sample {number}": samples[number - 1] for number in (1, 2, 3)}
fills["from the mean"] = filling.by(network)(task.incomplete, task.location_map)
sheet = pages.fill_sheet(task, fills)
plt.show()

# %%
# One of the test cars with its hole, and the three samples:

answers = np.stack([task.incomplete[17], *samples[:3, 17]])
hole = np.repeat(task.location_map[17:18], len(answers), axis=0)
pages.contact_sheet({"one hole, one answer three times": answers}, location_map=hole)
plt.show()

# %%
# How different are they? We measure the variance of the samples over the hole, as a share of the
# squared error of their mean. Samples of what is really possible would have :math:`K / (K + 1)` for
# :math:`K` draws, so 8/9 for eight (:ref:`chapter-cvae`).

diversity = measuring.diversity(task.images, samples, task.location_map)
print(f"variance of the samples: {diversity} of the error of their mean")

# %%
# Why they are alike
# ------------------
# The encoder never sees the answer. So all that the latent can say about the hole is what the known
# pixels say already, and paying divergence only buys less noisy copies of *them*. Whatever the
# sample, the best that the decoder can do for the hole is the conditional mean: this is a denoising
# autoencoder with noise in the middle.
#
# And the map? Row by row, the joined values fill the 2 × 2 cells: the latent the two upper ones,
# the map the two lower ones. We turn the map upside down, leave the latent alone, and see which
# rows of the output change:

inputs = tensors.network_input(task.incomplete, task.location_map)
mean, log_variance, location_map = network.latent(inputs, training=False)
usual = network.decode(mean, [location_map], training=False)
turned = network.decode(mean, [location_map[:, ::-1]], training=False)
change = np.abs(np.asarray(turned) - np.asarray(usual)).max(axis=(0, 2, 3))
reached = np.flatnonzero(change > 0)
print(f"rows that change with the map: {reached.min()} to {reached.max()} of 0 to 31")

# %%
# The rows above them are drawn by a decoder that does not see where the hole is; only the latent
# can tell it.
#
# What does the latent say, then? Its divergence from N(0, I) is an upper limit of what it says of
# the *incomplete image*, which the decoder could have been shown. On the test cars:

nats = np.asarray(gaussians.divergence(mean, log_variance)).sum(axis=1)
divergence = measuring.mean(nats)
print(f"divergence {divergence} nats")

# %%
# A great deal, then, and it is spent on an image that is known anyway.
#
# The numbers
# -----------
# This network is trained on the whole image, the autoencoder over the hole alone and on more
# images. So the difference between the two is not that of their architectures alone. One sample
# is about as far from the photograph as the harmonic fill, which learns nothing.

methods = {
    "harmonic": filling.harmonic(task.incomplete, task.location_map),
    "autoencoder": filling.by(filling.load("autoencoder"))(task.incomplete, task.location_map),
    "CVAE, from the mean": fills["from the mean"],
    "CVAE, one sample": samples[0],
}
scores = {name: measuring.score(filled, task) for name, filled in methods.items()}
pages.show_scores(scores)

# %%

pages.show_budgets({"autoencoder": ["autoencoder"], "CVAE as printed": ["cvae_as_printed"]})

# %%
# .. topic:: What to try next
#
#    Show the answer to a network while it trains, and the known pixels to the decoder:
#    :ref:`sphx_glr_gallery_cvae.py`.

found = {
    "diversity": diversity,
    "sample_psnr": scores["CVAE, one sample"].summary()["psnr_of_mean"],
    "divergence": divergence,
    "first_row": reached.min(),
}
summary = scores["CVAE, from the mean"].summary()
pages.publish("cvae_as_printed", cvae_as_printed=summary | training.cost(record) | found)
pages.publish_pictures("cvae_as_printed", fills=sheet)
