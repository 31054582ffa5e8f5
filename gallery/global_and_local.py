"""
Global and local discriminators, in three phases
================================================

The paper that inspired the thesis's adversarial networks (Iizuka and others, 2017; the thesis's
figure 3.7) trains a completion network with two discriminators, one of the whole image and one of a
window around the hole, in three phases. The thesis had only one of the two. This page plays the
paper's game at the size of our cars, with a penalty added. The chapter
:ref:`chapter-gan-inpainting` has the theory.
"""

# %%
# The completion network
# ----------------------
# Down to a quarter of the side, dilated convolutions there, and up again. A dilated convolution
# leaves gaps between the pixels that it reads, so that a few layers see the whole image. The blocks
# are those of :ref:`the U-Net <sphx_glr_gallery_unet.py>`.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol

# sphinx_gallery_thumbnail_number = 3

print("precision:", machine.use_precision())
filling.require("gan")
keras.utils.set_random_seed(0)
completion = networks.completion_network()
pages.show_code(networks.completion_network)
print(f"{completion.count_params():,} parameters")

# %%
# The three phases have the batch size, the cars and the validation in common. How many images each
# of them sees stands here, too; what is trained, and on which loss, follows.

BATCH_SIZE = 32
IMAGES = {"completion": 25_600, "discriminators": 4_800, "together": 16_000}


def fit(network, phase):
    """Train a network in one of the phases."""
    return training.fit(
        network,
        cars.load().train,
        budget=IMAGES[phase],
        batch_size=BATCH_SIZE,
        epochs=5,
        validation=protocol.validation(),
    )


# %%
# Phase 1: completion alone
# -------------------------
# Squared error over the hole, nothing else.

rate = training.warm_up_and_cosine(3e-3, IMAGES["completion"] // BATCH_SIZE)
completion.compile(optimizer=training.ConvolutionMuon(rate), loss=training.hole_loss())
first = fit(completion, "completion")

# %%
# Phase 2: the discriminators alone
# ---------------------------------
# The generator's learning rate is zero (its batch normalisation still follows its inputs). The
# fills are already sensible, so the discriminators have something to learn from, and when the game
# begins, such fills are not new to them. Both discriminators, the losses with their penalty and the
# window around the hole are those of :ref:`the page before <sphx_glr_gallery_gan.py>`. But each
# fill is judged alone, as in the paper: that is what ``paired=False`` says.


def play(name, generator_rate, phase):
    """Go on with the game, under this name and at this learning rate of the generator."""
    game = networks.InpaintingGAN(
        completion, both, adversarial_weight=0.02, penalty=0.1, paired=False, name=name
    )
    game.compile(
        optimizer=keras.optimizers.Adam(generator_rate, beta_1=0.0, beta_2=0.99),
        discriminator_optimizer=keras.optimizers.Adam(3e-4, beta_1=0.0, beta_2=0.99),
    )
    return game, fit(game, phase)


keras.utils.set_random_seed(1)
both = networks.global_and_local()
_, second = play("global_and_local_discriminators", 0.0, "discriminators")

# %%
# Phase 3: all together
# ---------------------
# The generator gets a learning rate again, and the players take turns.

network, third = play("global_and_local", 3e-4, "together")

# %%

pages.loss_terms(
    third,
    {
        "discriminator_loss": ("discriminators' loss, nats", {"log 4": np.log(4)}),
        "generator_loss": ("generator's adversarial term, nats", {"log 2": np.log(2)}),
        "squared_error": ("squared error, hole", {}),
    },
)
plt.show()

# %%
# The fills
# ---------

protocol.declare_final()
task = protocol.test()
# The game went on with the network of phase 1; the store has it as it was.
compared = {
    "completion alone": filling.load(completion.name),
    "global and local": network,
    "GAN": filling.load("gan"),
}
fills = {n: filling.fill(one, task.incomplete, task.location_map) for n, one in compared.items()}
pages.fill_sheet(task, fills)
plt.show()

# %%
# One of the test cars, closer:

pages.before_and_after(task, fills["global and local"], 13, "global and local")
plt.show()

# %%
# The numbers
# -----------
# What did the game bring, and what did it cost? (Phase 3 also went on with the squared error, on
# more images; what these alone would have changed is not measured here.)

scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)

# %%

phases = ["completion_network", "global_and_local_discriminators", "global_and_local"]
pages.show_budgets(
    {"completion alone": phases[:1], "global and local": phases, "GAN": ["unet", "gan"]}
)

# %%

sharp = measuring.sharpness_ratios(task, fills)
pages.show_table({name: {"sharpness (photographs: 1)": ratio} for name, ratio in sharp.items()})

# %%

distances = measuring.distances(fills, task)
pages.show_distances(distances, "completion alone")

# %%
# The game brings the fills nearer to photographs by all three measures, and costs decibels. That of
# :ref:`the page before <sphx_glr_gallery_gan.py>`, which also explains the measures, comes nearer
# still; but it began with another network and saw about twice as many images, so this does not say
# whose rules are better. (Whether a second discriminator does better than the global one alone is
# measured in :ref:`gan-inpainting-parts`.)
#
# .. topic:: What to try next
#
#    Leave out phase 2: its line, its name in ``phases``, and ``second`` in the sum of the seconds;
#    and give the new game a ``name`` of its own. Does it begin differently, and does it end
#    differently?

ours, before = "global and local", "completion alone"
seconds = sum(record["seconds"] for record in (first, second, third))
measured = {
    "parameters": completion.count_params(),
    "seconds": measuring.Quantity(seconds, "s"),
    "images": training.images(phases),
    "sharpness": sharp[ours],
    "sharpness_before": sharp[before],
    "completion_psnr": scores[before].summary()["psnr_of_mean"],
    "laplacian": distances[ours].laplacian.mean(),
    "laplacian_before": distances[before].laplacian.mean(),
}
gain = measuring.compare(scores[ours], scores[before])
pages.publish(
    "global_and_local",
    global_and_local=scores[ours].summary() | training.cost(third) | gain | measured,
)
pages.publish_pictures(
    "global_and_local",
    fills=pages.fill_sheet(task, {name: fills[name] for name in (before, ours)}),
)
