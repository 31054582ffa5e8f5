"""
A GAN with an autoencoder as generator
======================================

The thesis's first adversarial network (section 3.4.1) filled its holes with noise. Here it is as
printed: the generator is an autoencoder, the discriminator that of table 3.8, the loss that of
section 3.4. We reproduce the bad result, and ask what the curves can tell about it. The chapter
:ref:`chapter-gan-inpainting` has the theory.
"""

# %%
# The generator
# -------------
# Four strided convolutions down to 2 × 2 pixels and four transposed ones up, all 5 × 5. The thesis
# names no numbers of channels; these are ours. A convolution with a hyperbolic tangent follows,
# whose values lie in [-1, 1]; the last layer scales them to the range of our images.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol, tensors
from inpainting_guide.networks.adversarial import AdversarialGame

# sphinx_gallery_thumbnail_number = 3

print("precision:", machine.use_precision())
pages.show_code(networks.autoencoder_generator)

# %%
# The discriminator
# -----------------
# Table 3.8. It returns a logit, the logarithm of the odds for *photograph*: 0 when it cannot tell.
# It is given the location map as well but, like the thesis's, does not look at it.

pages.show_code(networks.printed_discriminator)
keras.utils.set_random_seed(0)
network = networks.PrintedGAN(
    networks.autoencoder_generator(),
    networks.printed_discriminator(),
    alpha=0.4,
    name="gan_autoencoder_generator",
)
print(f"generator {network.generator.count_params():,} parameters,", end=" ")
print(f"discriminator {network.discriminator.count_params():,}")

# %%
# The two losses
# --------------
# The discriminator's loss is the sum of two cross-entropies: its verdict on a photograph should be
# *photograph*, its verdict on the generator's image *fill*. Of a logit, the first is
# ``softplus(-logit)`` and the second ``softplus(logit)``.

pages.show_code(networks.PrintedGAN.discriminator_terms)

# %%
# The generator's loss, as printed: alpha times the cross-entropy of the verdict on its image with
# *photograph*, and (1 - alpha) times the squared error over the *known* pixels (of values in [-1,
# 1], as there, hence the factor 4). The thesis gives no value of alpha; 0.4 is that of its author's
# notebooks. The error over the hole is measured too, but the generator does not descend on it.

pages.show_code(networks.PrintedGAN.generator_terms, tensors.mean_over)

# %%
# A step of the game
# ------------------
# The generator fills a batch. TensorFlow records on a *tape* what its gradient will need, and
# pauses while the discriminator takes the first step. Then the generator takes its own, along the
# gradient of a loss in which the *new* discriminator judges the same fills.

pages.show_code(networks.PrintedGAN.train_step)

# %%
# There are two optimizers, because there are two losses. Each knows the weights of its own network
# only, so that neither player can move the other.

pages.show_code(networks.PrintedGAN.compile)

# %%
# What the step returns are running means of the terms, for the curves below. They are made with the
# game. When the game is called, as a model is, its generator alone fills.

pages.show_code(networks.PrintedGAN.track, AdversarialGame.__init__, AdversarialGame.call)

# %%
# The recipe
# ----------
# Adam for both, with less momentum than usual, as in the author's notebooks.

network.compile(
    optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
    discriminator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
)
record = training.fit(network, cars.load().train, budget=32_000, batch_size=32, epochs=20)

# %%
# The curves
# ----------
# A discriminator that cannot tell would stand at log 4, and the generator's term at log 2.

pages.loss_terms(
    record,
    {
        "discriminator_loss": ("discriminator's loss, nats", {"log 4": np.log(4)}),
        "generator_loss": ("generator's adversarial term, nats", {"log 2": np.log(2)}),
        "known_squared_error": ("squared error, known pixels", {}),
        "squared_error": ("squared error, hole", {}),
    },
)
plt.show()

# %%
# The discriminator's loss comes to stay close to log 4, as if the generator were perfect. It is
# not: look at the fills below. *A discriminator at log 4 may be fooled, or may have learnt
# nothing*; the curve cannot tell the two apart, nor show whether the discriminator has any part in
# what fills the hole: that takes the same run with alpha = 0, as on :ref:`the next page
# <sphx_glr_gallery_gan_as_printed.py>`. The error over the known pixels falls all the same, because
# it is asked for. That over the hole falls at first, with it, and then no more: nothing but the
# discriminator looks there.
#
# The fills
# ---------
# The row *GAN, raw output* is what the generator returns; the rows above it are composites.

protocol.declare_final()
task = protocol.test()
fills = {
    "harmonic": filling.harmonic(task.incomplete, task.location_map),
    "GAN": filling.fill(network, task.incomplete, task.location_map),
}
joined = tensors.network_input(task.incomplete, task.location_map)
pages.fill_sheet(task, fills | {"GAN, raw output": filling.predict(network, joined)})
plt.show()

# %%
# One of the test cars, closer:

pages.before_and_after(task, fills["GAN"], 10, "GAN")
plt.show()

# %%
# The numbers
# -----------

scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)

# %%

pages.show_budgets({"GAN": ["gan_autoencoder_generator"]})
sharpness = measuring.sharpness_ratio(task.images, fills["GAN"], task.location_map)
print(f"sharpness, 1 for photographs: {sharpness}")

# %%
# Rougher than photographs, and much farther from them than the harmonic fill: blotches of colour
# that have little to do with the car. Is it only undertrained? The author's
# notebooks saw a million images. ``benchmarks/long_run.py`` trains the same game much longer; the
# chapter :ref:`chapter-experiments` quotes what it recorded.
#
# .. topic:: What to try next
#
#    Train with ``supervised="hole"``, under another ``name``: one word, and the reconstruction is
#    asked for where it is needed.

ends = {name: values[-1] for name, values in record["history"].items()}
measured = {
    "sharpness": sharpness,
    "parameters": network.generator.count_params(),
    "known_psnr": measuring.Quantity(measuring.psnr(ends["known_squared_error"]), "dB"),
    "discriminator_loss": ends["discriminator_loss"],
    "generator_loss": ends["generator_loss"],
}
pages.publish(
    "gan_autoencoder_generator",
    gan_autoencoder_generator=scores["GAN"].summary() | training.cost(record) | measured,
)
pages.publish_pictures(
    "gan_autoencoder_generator",
    fills=pages.fill_sheet(task, {"GAN": fills["GAN"]}),
    curves=pages.loss_terms(
        record,
        {
            "discriminator_loss": ("discriminator's loss, nats", {"log 4": np.log(4)}),
            "squared_error": ("squared error, hole", {}),
        },
    ),
)
