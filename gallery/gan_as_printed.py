"""
A GAN with a direct generator, as printed
=========================================

The thesis's second adversarial network (tables 3.7 and 3.8) worked better than its first. How well
does its printed loss fill a hole that it never mentions? And what does one changed word bring?
The chapter :ref:`chapter-gan-inpainting` derives what to expect.
"""

# %%
# The networks
# ------------
# The generator never leaves full resolution: it has seven 5 × 5 convolutions, through which each
# output pixel sees 29 × 29 input pixels. The discriminator, both losses and the step of the game
# are listed on :ref:`the page before <sphx_glr_gallery_gan_autoencoder_generator.py>`.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol

# sphinx_gallery_thumbnail_number = 4

print("precision:", machine.use_precision())
filling.require("direct_cnn")
pages.show_code(networks.direct_generator)

# %%
# This page plays three games, all by one recipe. The seed gives each the same first weights, and
# all see the same batches.


def play(name, supervised, alpha=0.4):
    """Train the game with its squared error over the known pixels or over the hole."""
    keras.utils.set_random_seed(0)
    network = networks.PrintedGAN(
        networks.direct_generator(),
        networks.printed_discriminator(),
        alpha=alpha,
        supervised=supervised,
        name=name,
    )
    network.compile(
        optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
    )
    record = training.fit(network, cars.load().train, budget=8_960, batch_size=32, epochs=10)
    return network, record


# %%
# As printed
# ----------
# The squared error is taken over the known pixels, which are pasted over the output afterwards, so
# only the discriminator judges the pixels of the hole. (The error over the known pixels shapes them
# as well, since all places share their weights; the second run shows how much.)

printed, printed_record = play("gan_as_printed", supervised="known")
print(f"generator {printed.generator.count_params():,} parameters,", end=" ")
print(f"discriminator {printed.discriminator.count_params():,}")

# %%
# Without the game
# ----------------
# What comes of the discriminator, and what of the squared error? The same run, from the same
# weights and on the same batches, with alpha = 0: the discriminator still learns, but the generator
# no longer listens to it.

alone, alone_record = play("gan_as_printed_alpha_0", supervised="known", alpha=0.0)

# %%
# One word changed
# ----------------
# The same game, from the same first weights, but with the squared error over the hole.

mended, mended_record = play("gan_supervised_hole", supervised="hole")

# %%

terms = {
    "discriminator_loss": ("discriminator's loss, nats", {"log 4": np.log(4)}),
    "generator_loss": ("generator's adversarial term, nats", {"log 2": np.log(2)}),
    "squared_error": ("squared error, hole", {}),
}
curves = pages.loss_terms(printed_record, terms)
plt.show()
pages.loss_terms(mended_record, terms)
plt.show()

# %%
# First the game as printed, then with the hole supervised.
#
# The fills
# ---------

protocol.declare_final()
task = protocol.test()
TRAINED = {
    "direct CNN": ["direct_cnn"],
    "GAN, as printed": ["gan_as_printed"],
    "GAN, alpha = 0": ["gan_as_printed_alpha_0"],
    "GAN, hole supervised": ["gan_supervised_hole"],
}
methods = {
    "harmonic": filling.harmonic,
    "direct CNN": filling.by(filling.load("direct_cnn")),
    "GAN, as printed": filling.by(printed),
    "GAN, alpha = 0": filling.by(alone),
    "GAN, hole supervised": filling.by(mended),
}
fills = {name: fill(task.incomplete, task.location_map) for name, fill in methods.items()}
pages.fill_sheet(task, fills)
plt.show()

# %%
# One of the test cars, closer:

pages.before_and_after(task, fills["GAN, as printed"], 8, "GAN, as printed")
plt.show()

# %%
# The numbers
# -----------

scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)

# %%

pages.show_budgets(TRAINED)

# %%

sharp = measuring.sharpness_ratios(task, fills)
pages.show_table({name: {"sharpness (photographs: 1)": ratio} for name, ratio in sharp.items()})

# %%

gain = measuring.compare(scores["GAN, hole supervised"], scores["GAN, as printed"])
print(f"one word: {gain['gain_mean'].signed} dB ({gain['gain_mean'].interval})")
cost = measuring.compare(scores["GAN, as printed"], scores["GAN, alpha = 0"])
print(f"the game: {cost['gain_mean'].signed} dB ({cost['gain_mean'].interval})")

# %%
# What the discriminator contributes is the difference between the game and the same run with
# alpha = 0. To the eye it is coloured stripes, which the ratio above takes for sharpness. (One
# training of each cannot tell whether the decibels between the two are more than chance, because
# the interval is about the cars.) The discriminator judges the raw output, known pixels and all, is
# not told where the hole is, and its loss ends close to log 4. Without it the hole still gets
# something, because all places share their weights: a dull patch, whose colour no error has ever
# measured. One word gives the hole a target, and the fills come closer to those of a network
# trained on squared error. But none of the three reaches the harmonic fill, which learns nothing.
#
# .. topic:: What to try next
#
#    Show the discriminator the map: ``printed_discriminator(see_map=True)``. (Give the games names
#    of their own: later pages load these.)
#
#    Show the discriminator composites and the map, look closely at the hole, and keep the
#    discriminator smooth: :ref:`sphx_glr_gallery_gan.py`.


def measured(name, record):
    """Gather what is published of each of the three games."""
    more = {"parameters": printed.generator.count_params(), "sharpness": sharp[name]}
    return scores[name].summary() | training.cost(record) | more


known = measuring.psnr(printed_record["history"]["known_squared_error"][-1])
pages.publish(
    "gan_as_printed",
    gan_as_printed=measured("GAN, as printed", printed_record)
    | {"known_psnr": measuring.Quantity(known, "dB")},
    gan_as_printed_alpha_0=measured("GAN, alpha = 0", alone_record),
    gan_supervised_hole=measured("GAN, hole supervised", mended_record) | gain,
)
games = ("GAN, as printed", "GAN, alpha = 0", "GAN, hole supervised")
pages.publish_pictures(
    "gan_as_printed",
    fills=pages.fill_sheet(task, {name: fills[name] for name in games}),
    curves=curves,
)
