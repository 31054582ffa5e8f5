"""
When generative models fail
===========================

Networks that sample have failures of their own. This page makes two of them on purpose, by short
trainings, and mends them: a latent that is not used, and a generator that ignores its noise. What a
discriminator that is too strong does has :ref:`a page of its own
<sphx_glr_gallery_when_a_discriminator_wins.py>`. The chapter :ref:`chapter-diagnosis` lists all
failures by their symptoms.
"""

# %%
# Small networks, few steps: nothing here fills well. Compare a failure with its mend only. The code
# of the networks and of their games is on the pages of the :ref:`conditional VAE
# <sphx_glr_gallery_cvae.py>` and of the :ref:`GAN <sphx_glr_gallery_gan.py>`, that of the halves of
# a U-Net on :ref:`its own <sphx_glr_gallery_unet.py>`.

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers, ops

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine, names
from inpainting_guide.data import batches, cars, protocol

# sphinx_gallery_thumbnail_number = 1

print("precision:", machine.use_precision())
WIDTHS = (16, 32, 64)
IMAGES = 6_400
BATCH_SIZE = 32
task = protocol.validation()[:200]

# %%
# Posterior collapse
# ------------------
# The loss of a conditional VAE is a squared error and a divergence. Written down as
# ``mean(square(...)) + divergence``, with a *mean* over the 432 values of the hole in place of
# their sum divided by 2σ², it claims that 2σ² = 432: errors cost next to nothing
# (:ref:`chapter-vae`). Beside it the same network with σ² = 0.01.


def train(name, variance):
    """Train a small conditional VAE with a variance; return its divergences and four samples."""
    keras.utils.set_random_seed(0)
    network = networks.ConditionalVAE(
        variance, latent_channels=2, latent_level=3, widths=WIDTHS, name=f"vae_{name}"
    )
    rate = training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE)
    network.compile(optimizer=training.ConvolutionMuon(rate))
    record = training.fit(
        network, cars.load().train, budget=IMAGES, batch_size=BATCH_SIZE, epochs=8
    )
    samples = network.samples(task.incomplete, task.location_map, count=4)
    return record["history"]["divergence"], samples


divergences, drawn = {}, {}
variances = {"collapsed": 3 * 12 * 12 / 2, "alive": 0.01}
titles = {name: f"σ² = {variance:g}" for name, variance in variances.items()}
for name, variance in variances.items():
    divergences[name], drawn[name] = train(name, variance)
epochs = np.arange(1, len(divergences["alive"]) + 1)
pages.versus(
    {titles[name]: nats for name, nats in divergences.items()},
    epochs * IMAGES / len(epochs) / 1000,
    ("images seen, thousands", "divergence, nats an image"),
    scale="linear",
)
plt.show()

# %%
# **How it looks.** With σ² = 216 all samples of a hole are one and the same blur.

sheet = {f"{titles[name]}, sample {i + 1}": drawn[name][i] for name in drawn for i in (0, 1)}
pages.fill_sheet(task, sheet)
plt.show()

# %%
# **How you recognise it.** By the divergence, which falls to zero and stays there: the recognition
# network says no more than the prior. And by the spread of the samples as a share of the error of
# their mean, which for :math:`K` draws of a perfect sampler is :math:`K / (K + 1)`, so 80 % for
# four:

collapse = {
    name: {
        "divergence": measuring.Quantity(divergences[name][-1]),
        "spread": measuring.diversity(task.images, drawn[name], task.location_map),
    }
    for name in variances
}
pages.show_table(
    {titles[name]: row for name, row in collapse.items()},
    {"divergence": "divergence, nats", "spread": "spread"},
)

# %%
# **What mends it.** The sum over the hole, divided by 2σ², with a variance that the data suggest
# (:ref:`sphx_glr_gallery_cvae_likelihood.py`).
#
# Noise that is ignored
# ---------------------
# A generator with noise: a small U-Net whose deepest features are joined by normal noise, drawn
# anew whenever the network is called. Its opponent looks at the whole image and at a window around
# the hole, and its gradient is penalised.


class Noise(layers.Layer):
    """Draw standard normal channels for every place of a feature map, in use as in training."""

    def __init__(self, channels):
        super().__init__()
        self.channels, self.generator = channels, keras.random.SeedGenerator(0)

    def call(self, features):
        shape = (*ops.shape(features)[:3], self.channels)
        return keras.random.normal(shape, dtype=features.dtype, seed=self.generator)


def play(kind, weight):
    """Train with an adversarial weight, 0 for no game; return four fills."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((cars.SIZE, cars.SIZE, 4), name="image_and_map")
    features = networks.contract(inputs, WIDTHS)
    x = networks.expand(features, Noise(8)(features[-1]))
    image = layers.Conv2D(
        3, 3, padding="same", activation="sigmoid", dtype="float32", name="output"
    )(x)
    judge = networks.global_and_local(widths=WIDTHS)
    game = kind(keras.Model(inputs, image), judge, weight, penalty=0.1, paired=False)
    game.compile(
        optimizer=keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.99),
        discriminator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.99),
    )
    game.fit(
        batches.training(cars.load().train, BATCH_SIZE, seed=0),
        steps_per_epoch=machine.few(IMAGES) // BATCH_SIZE,
        shuffle=False,
        verbose=0,
    )
    return np.stack([filling.fill(game, task.incomplete, task.location_map) for _ in range(4)])


games = {
    "squared error": play(networks.InpaintingGAN, weight=0.0),
    "squared error, game": play(networks.InpaintingGAN, weight=0.05),
}


def describe(draws):
    """Measure the first of several fills, and how far they lie apart."""
    return {
        "psnr": measuring.score(draws[0], task).summary()["psnr_of_mean"],
        "sharpness": measuring.sharpness_ratio(task.images, draws[0], task.location_map),
        "spread": measuring.diversity(task.images, draws, task.location_map),
    }


# %%
# **How it looks.** Draw two fills of one hole (the picture below has them, beside the mend).
# Whatever the noise, the answer is the same: of all possible fills only one is left. No loss shows
# it.
#
# **How you recognise it.** By the spread of several fills, once more. The cause can be computed.
# With draws g around their mean ḡ, the squared error is E‖x − g‖² = E‖x − ḡ‖² + E‖g − ḡ‖²: it
# punishes every difference between draws. A discriminator that could be any function would ask for
# differences, but this one meets hardly any hole twice.
#
# **What mends it.** A term that is smallest for the right distribution, not for the mean. The
# *energy score*, E‖x − g‖ − ½ E‖g − g′‖ with two draws g and g′, is one: what draws lose by lying
# farther from the photograph they get back for lying apart.


class TwoDraws(networks.InpaintingGAN):
    """The game with the energy score of two draws in place of the squared error."""

    def generator_terms(self, inputs, image, filled, weight, training):
        """Measure the generator's loss; its parts have the names that they had."""
        terms = super().generator_terms(inputs, image, filled, weight, training)
        again = self.generator(inputs, training=training)

        def distance(one, other):
            squares = weight[..., None] * ops.square(one - other)
            mean = ops.sum(squares, axis=(1, 2, 3)) / (3 * ops.sum(weight, axis=(1, 2)))
            return ops.mean(ops.sqrt(mean + 1e-8))  # a root has no slope at 0

        score = distance(filled, image) + distance(again, image) - distance(filled, again)
        return terms | {"loss": terms["loss"] - terms["squared_error"] + score / 2}


games["energy score"] = play(TwoDraws, weight=0.0)
games["energy score, game"] = play(TwoDraws, weight=0.05)
sheet = {f"{name}, draw {i + 1}": draws[i] for name, draws in games.items() for i in (0, 1)}
pages.fill_sheet(task, sheet)
plt.show()

# %%
# Again a perfect sampler would have a spread of 80 %. Each of the two errors stands here without a
# game and with one: it is the error that decides.

measured = {name: describe(draws) for name, draws in games.items()}
columns = {"psnr": "PSNR of one draw, dB", "sharpness": "its sharpness ratio", "spread": "spread"}
pages.show_table(measured, columns)

# %%
# A single draw loses decibels, as it must: a perfect one has twice the squared error of the mean.
# And spread alone does not make a fill real. After so few steps these are blots and checks of
# several colours.
#
# .. topic:: What to try next
#
#    Train with the energy score, without a game, as long as :ref:`the U-Net
#    <sphx_glr_gallery_unet.py>` is trained. How near does the spread stay to 80 %?

quoted = {}
for name, row in (collapse | measured).items():
    quoted |= {f"{measure}_{names.key(name)}": value for measure, value in row.items()}
pages.publish("when_generative_models_fail", generative=quoted)
pages.publish_pictures(
    "when_generative_models_fail",
    collapse=pages.close_ups(
        {titles[name]: samples[:2] for name, samples in drawn.items()}, task.location_map
    ),
    ignored_noise=pages.close_ups(
        {name: games[f"{name}, game"][:2] for name in ("squared error", "energy score")},
        task.location_map,
    ),
)
