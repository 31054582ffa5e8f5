"""
The conditional VAE as printed
==============================

A variational autoencoder should give many fills for one hole. The thesis's (section 3.3) gave one
blur. This page trains it as its tables 3.4 to 3.6 print it, draws several fills of each hole, and
finds out why they are all alike. The chapter :ref:`chapter-cvae` derives what to expect.
"""

# %%
# The network
# -----------
# The encoder sees the incomplete image and the map, and returns the mean and the log variance of
# 1,024 latent values. A sample of them and the flattened map are joined, reshaped to 2 × 2 × 512,
# and decoded.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import batches, budgets, cars, classical, code, curves, cvae, figures, filling
from inpainting_guide import gaussians, machine, optimizers, plausibility, protocol, publishing
from inpainting_guide import store, training, variational

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
store.require("autoencoder")
keras.utils.set_random_seed(0)
network = cvae.PrintedCVAE(variance=0.01)
print(code.listing(cvae.PrintedCVAE.__init__))
print(code.listing(cvae.PrintedCVAE.terms))
print(f"encoder {network.encoder.count_params():,} parameters,", end=" ")
print(f"decoder {network.decoder.count_params():,}, in all {network.count_params():,}")

# %%
# The recipe
# ----------
# The squared error of the whole image, summed and divided by 2σ², plus the divergence of the latent
# from N(0, I): nats per image. The σ² of 0.01 is what the author's notebooks amount to. The step is
# written as Keras documents it:

print(code.listing(variational.Variational.train_step))

IMAGES = training.budget(51_200)
BATCH_SIZE = 64
STEPS = IMAGES // BATCH_SIZE
EPOCHS = 2 if machine.quick() else 10

network.compile(
    optimizer=optimizers.ConvolutionMuon(
        # Muon's step of the large dense layers would take longer than all the rest: AdamW for them.
        training.warm_up_and_cosine(3e-3, STEPS),
        exclude_layers=["mean", "log_variance"],
        adam_lr_ratio=0.3,
    )
)
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
        "squared_error": ("squared error, hole", {}),
    },
)
plt.show()

# %%
# Several fills of one hole
# -------------------------
# Three samples of the latent, and the fill from its mean.

protocol.declare_final()
task = protocol.test()
samples = network.samples(task.incomplete, task.location_map, count=8)
fills = {f"sample {number}": samples[number - 1] for number in (1, 2, 3)}
fills["from the mean"] = filling.by(network)(task.incomplete, task.location_map)
figures.fill_sheet(task, fills)
plt.show()

# %%
# How different are they? The variance of the samples over the hole, as a share of the squared error
# of their mean. Eight samples of what is really possible would reach 8/9 of it.

diversity = plausibility.diversity(task.images, samples, task.location_map)
print(f"variance of the samples: {100 * diversity:.1f} % of the error of their mean")

# %%
# Why they are alike
# ------------------
# The encoder never sees the answer. All that the latent can say about the hole is what the known
# pixels say already; the divergence buys less noisy copies of *them*. So the best the decoder can
# do for the hole is the conditional mean, whatever the sample: this is a denoising autoencoder with
# noise in the middle.
#
# And the map? Row by row, the joined values fill the 2 × 2 cells: the latent the two upper ones,
# the map the two lower ones. We turn the map upside down, leave the latent alone, and see which
# rows of the output change:

inputs = batches.network_input(task.incomplete, task.location_map)
mean, log_variance, location_map = network.latent(inputs, training=False)
usual = network.decode(mean, [location_map], training=False)
turned = network.decode(mean, [location_map[:, ::-1]], training=False)
change = np.abs(np.asarray(turned) - np.asarray(usual)).max(axis=(0, 2, 3))
reached = np.flatnonzero(change > 0)
print(f"rows that change with the map: {reached.min()} to {reached.max()} of 0 to 31")

# %%
# What does z say, then? Its divergence from N(0, I) counts what it says of the *incomplete image*,
# which the decoder could have been shown. On the test cars:

divergence = np.asarray(gaussians.divergence(mean, log_variance)).sum(axis=1).mean()
print(f"divergence {divergence:.0f} nats")

# %%
# The numbers
# -----------
# This network is trained on the whole image, the autoencoder of page 04 over the hole alone and on
# more images. So the difference between the two is not that of their architectures alone.

methods = {
    "harmonic": classical.METHODS["harmonic"](task.incomplete, task.location_map),
    "autoencoder": filling.by(store.load("autoencoder"))(task.incomplete, task.location_map),
    "CVAE, from the mean": fills["from the mean"],
    "CVAE, one sample": samples[0],
}
scores = {name: protocol.score(filled, task) for name, filled in methods.items()}
print(protocol.table(scores))
print(budgets.table({name: [name] for name in ("autoencoder", "cvae_as_printed")}))

# %%
# .. topic:: What to try next
#
#    Show the answer to a network while it trains, and the known pixels to the decoder:
#    :ref:`sphx_glr_gallery_09_cvae.py`.

publishing.publish(
    "08_cvae_as_printed",
    {
        "cvae_as_printed": scores["CVAE, from the mean"].quotable()
        | training.quotable(record)
        | {
            "diversity": f"{100 * diversity:.1f} %",
            "sample_psnr": scores["CVAE, one sample"].quotable()["psnr_of_mean"],
            "divergence": f"{divergence:.0f}",
            "first_row": str(reached.min()),
        }
    },
)
