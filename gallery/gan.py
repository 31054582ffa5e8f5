"""
A GAN that fills holes
======================

Squared error gives the mean of all plausible fills, and the mean is blurred. Can a discriminator
make a network choose one of them instead, and what does the choice cost? This page takes the
trained U-Net and plays the mended game with it. The chapter :ref:`chapter-gan-inpainting` has the
theory.
"""

# %%
# The game
# --------
# What differs from the thesis's game, besides the generator, which was trained before (the chapter
# takes the game apart and measures most of these steps):
#
# - the squared error is taken over the hole;
# - the discriminator sees composites, which are photographs but for the hole, and the location map;
# - half of it looks at a window around the hole alone;
# - a penalty on its gradient keeps it from running away;
# - each fill is judged against the photograph that its hole was cut from.
#
# The generator is the U-Net, which is listed on :ref:`its own page <sphx_glr_gallery_unet.py>`. The
# step is the same in all games, and listed on :ref:`the page of the first
# <sphx_glr_gallery_gan_autoencoder_generator.py>`.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol, tensors
from inpainting_guide.networks import discriminators

# sphinx_gallery_thumbnail_number = 3

print("precision:", machine.use_precision())
filling.require("autoencoder", "unet")

# %%
# The discriminator
# -----------------
# Two in one: one half looks at the whole image, the other at the window around the hole, each
# through strided convolutions. Their features are joined before the logit. There is no batch
# normalisation, through which each verdict would depend on the other images of the batch.

pages.show_code(networks.global_and_local)

# %%
# The window is cut by a layer of its own, since the hole is at another place in every image. Along
# each axis it multiplies by a matrix of zeros and ones: a product, so that gradients pass through
# it. The functions that find the hole and make the matrices are listed with :ref:`the patch
# autoencoder <sphx_glr_gallery_patch_autoencoder.py>`. The middle of the window lies on that of the
# hole, or is moved inwards at the edge of the image.

pages.show_code(discriminators.CropAroundHole.call)

# %%
# The two losses
# --------------
# The discriminator sees a photograph and its composite, and its loss is the cross-entropy of the
# *difference* of their logits: log 2 if it cannot tell which of the two is the photograph. A tape
# gives the gradient of the logits with respect to the pixels; its mean squared length, times a
# weight, is the penalty.

pages.show_code(networks.InpaintingGAN.discriminator_terms, tensors.composite)

# %%
# The generator's loss is the squared error over the hole plus a weight times the same cross-entropy
# with the two exchanged: its fill should look more like a photograph than the photograph.

pages.show_code(networks.InpaintingGAN.generator_terms)

# %%
# The recipe
# ----------
# Both weights were chosen on the validation cars, by shorter games (``benchmarks/game_weights.py``;
# the chapter :ref:`chapter-gan-inpainting` has its table).

IMAGES = 32_000
BATCH_SIZE = 32

keras.utils.set_random_seed(0)
network = networks.InpaintingGAN(
    filling.load("unet"),
    networks.global_and_local(),
    adversarial_weight=0.05,
    penalty=0.1,
    name="gan",
)


def adam():
    """Make an optimizer without momentum, as adversarial games like it."""
    rate = training.warm_up_and_cosine(3e-4, IMAGES // BATCH_SIZE)
    return keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99)


def fit(network):
    """Train the game, and below the U-Net alone, on the same batches."""
    return training.fit(
        network,
        cars.load().train,
        budget=IMAGES,
        batch_size=BATCH_SIZE,
        epochs=10,
        validation=protocol.validation(),
    )


network.compile(optimizer=adam(), discriminator_optimizer=adam())
record = fit(network)

# %%

curves = pages.loss_terms(
    record,
    {
        "discriminator_loss": ("discriminator's loss, nats", {"log 2": np.log(2)}),
        "generator_loss": ("generator's adversarial term, nats", {"log 2": np.log(2)}),
        "gradient_norm": ("norm of the discriminator's gradient", {}),
        "squared_error": ("squared error, hole", {}),
    },
)
plt.show()

# %%
# Neither loss runs away from log 2: the discriminator wins a little, but not outright. The penalty
# keeps its slope small, and with it the game's gradient; what happens without it is shown on
# :ref:`sphx_glr_gallery_when_a_discriminator_wins.py`. The squared error *rises* at first, and does
# not come back: the network leaves the mean.
#
# The same without a game
# -----------------------
# Whatever the game changes has to be told apart from what more training changes. So the U-Net also
# goes on alone: from the same weights, on the same batches, with the same optimizer, and the
# squared error as its only loss.

alone = networks.unet(name="unet_trained_on")
alone.set_weights(filling.load("unet").get_weights())
alone.compile(optimizer=adam(), loss=training.hole_loss())
fit(alone)

# %%
# The fills
# ---------

protocol.declare_final()
task = protocol.test()
TRAINED = {
    "autoencoder": ["autoencoder"],
    "U-Net": ["unet"],
    "U-Net, trained on": ["unet", "unet_trained_on"],
    "GAN": ["unet", "gan"],
}
methods = {name: filling.CLASSICAL[name] for name in ("harmonic", "biharmonic", "Telea")}
methods |= {
    "autoencoder": filling.by(filling.load("autoencoder")),
    "U-Net": filling.by(filling.load("unet")),
    "U-Net, trained on": filling.by(alone),
    "GAN": filling.by(network),
}
fills = {name: fill(task.incomplete, task.location_map) for name, fill in methods.items()}
pages.fill_sheet(task, {name: fills[name] for name in ("harmonic", "U-Net, trained on", "GAN")})
plt.show()

# %%
# One of the test cars, closer:

closer = pages.before_and_after(task, fills["GAN"], 19, "GAN")
plt.show()

# %%
# Right, or real?
# ---------------
# By squared error the game made the U-Net worse, which training on as many images without a game
# did not:

scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)

# %%

pages.show_budgets(TRAINED)

# %%
# By their sharpness the game's fills come much closer to photographs. But sharpness counts whatever
# varies from pixel to pixel, and some of what you see above is coloured specks. So the second
# column looks at colour alone: at what is left of a pixel without the mean of its three channels.


def colour(images):
    """Take the mean of the channels from every pixel; the rest is scaled into [0, 1]."""
    return 0.5 + (images - images.mean(axis=-1, keepdims=True)) / 2


sharp, specks = measuring.sharpness_ratios(task, fills), {}
for name, filled in fills.items():
    both = colour(task.images), colour(filled)
    specks[name] = measuring.sharpness_ratio(*both, task.location_map)
titles = {"sharpness": "sharpness (photographs: 1)", "colour": "of the colour alone"}
pages.show_table({n: {"sharpness": sharp[n], "colour": specks[n]} for n in fills}, titles)

# %%
# Above 1, colour varies more from pixel to pixel than in photographs. The first column, an average
# over what varies too much and what varies too little, does not show that.
#
# And by the distribution of the crops? Here is the sliced Wasserstein distance, over 20 random
# halves of the test cars, between crops as they are (raw) and between their fine detail alone
# (Laplacian): :ref:`chapter-blur` derives both. Lower is better, and photographs against other
# photographs are the floor. The differences from the autoencoder are taken in pairs, over the same
# halves.

distances = measuring.distances(fills, task)
pages.show_distances(distances, "autoencoder")

# %%
# A classifier is harder to please: a small network, trained for seconds on training cars to tell
# fills from photographs, and asked about the test cars; whoever guesses is right half of the time.
# (The networks that fill were trained on those training cars too; the test cars are new to all.)

training_task = protocol.task(cars.load().train, seed=3)
half = training_task[: len(training_task.images) // 2]
accuracy = {}
for name in TRAINED:
    of_half = methods[name](half.incomplete, half.location_map)
    accuracy[name] = measuring.classifier_accuracy(fills[name], task, of_half, training_task)
pages.show_table({name: {"told from photographs": share} for name, share in accuracy.items()})

# %%
# Plausible detail in the wrong place is still wrong. Here are the game's two worst holes by squared
# error, and its two best, with its decibels:

ends = np.argsort(scores["GAN"].psnr)[[0, 1, -2, -1]]
shown = {name: fills[name] for name in ("U-Net", "GAN")}
decibels = [f"GAN: {psnr:.1f} dB" for psnr in scores["GAN"].psnr[ends]]
extremes = pages.fill_sheet(task, shown, ends, decibels)
plt.show()

# %%
# Is there a way to sharp fills without specks? :ref:`sphx_glr_gallery_flow.py` finds one: it takes
# nothing but squared error, has no opponent and no balance to keep, and gives as many different
# fills as one likes, where this network gives one. In the distance of fine detail and before the
# classifier its fills do better than the game's; :ref:`sphx_glr_gallery_comparison.py` has the
# numbers of both. What the game still teaches is the idea itself, that a network can judge what no
# formula measures, and what it takes to keep two networks in step. And this network fills in a
# single call, as a flow does only after another training
# (:ref:`sphx_glr_gallery_flow_in_one_step.py`).
#
# .. topic:: What to try next
#
#    On the validation cars, sweep ``adversarial_weight`` from 0 to 0.2 (before ``declare_final``,
#    each game with a ``name`` of its own), and plot the PSNR against the distance of fine detail.
#    Up to which weight does the one buy the other, as in :ref:`chapter-blur`, and from where on do
#    both get worse?

measured = {
    "parameters": network.generator.count_params(),
    "images_in_all": training.images(TRAINED["GAN"]),
    "raw_floor": distances["photographs"].raw.mean(),
    "laplacian_floor": distances["photographs"].laplacian.mean(),
    "discriminator_loss": record["history"]["discriminator_loss"][-1],
    "discriminator_loss_validation": record["history"]["val_discriminator_loss"][-1],
    "generator_loss": record["history"]["generator_loss"][-1],
}
keys = {"GAN": "", "U-Net": "_unet", "U-Net, trained on": "_unet_trained_on"}
for name, key in (keys | {"autoencoder": "_autoencoder"}).items():
    measured |= {
        f"psnr{key}": scores[name].summary()["psnr_of_mean"],
        f"sharpness{key}": sharp[name],
        f"sharpness_colour{key}": specks[name],
        f"raw{key}": distances[name].raw.mean(),
        f"laplacian{key}": distances[name].laplacian.mean(),
        f"accuracy{key}": accuracy[name],
    }
gain = measuring.compare(scores["GAN"], scores["U-Net, trained on"])
pages.publish("gan", gan=scores["GAN"].summary() | training.cost(record) | gain | measured)
pages.publish_pictures(
    "gan",
    fills=pages.fill_sheet(task, {name: fills[name] for name in ("U-Net, trained on", "GAN")}),
    closer=closer,
    curves=curves,
    extremes=extremes,
)
