"""
Global and local discriminators, in three phases
================================================

The paper that inspired the thesis's adversarial networks (its figure 3.7) trains a completion
network with two discriminators, one of the whole image and one of a window around the hole, in
three phases. The thesis had only one of the two. This page plays the paper's game at the size of
our cars. The chapter :ref:`chapter-gan` has the theory.
"""

# %%
# The completion network
# ----------------------
# Down to a quarter of the side, dilated convolutions there, and up again.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import budgets, cars, code, curves, discriminators, figures, filling, gan
from inpainting_guide import generators, machine, metrics, optimizers, plausibility, protocol
from inpainting_guide import publishing, store, training, wasserstein

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
store.require("gan")
keras.utils.set_random_seed(0)
completion = generators.completion_network()
print(code.listing(generators.completion_network))
print(f"{completion.count_params():,} parameters")

# %%
# Phase 1: completion alone
# -------------------------
# Squared error over the hole, nothing else.

BATCH_SIZE = 32
EPOCHS = 2 if machine.quick() else 5
data = cars.load().train
IMAGES = {name: training.budget(n) for name, n in (("C", 25_600), ("D", 4_800), ("joint", 16_000))}
steps = {name: images // BATCH_SIZE for name, images in IMAGES.items()}
settings = {"batch_size": BATCH_SIZE, "epochs": EPOCHS, "validation": protocol.validation()}

completion.compile(
    optimizer=optimizers.ConvolutionMuon(training.warm_up_and_cosine(3e-3, steps["C"])),
    loss=keras.losses.MeanSquaredError(reduction="mean_with_sample_weight"),
)
first = training.fit(completion, data, steps=steps["C"], **settings)

# %%
# Phase 2: the discriminators alone
# ---------------------------------
# The generator's learning rate is zero (its batch normalisation still follows its inputs). The
# discriminators have something to learn from, since the fills are already sensible, and are not
# strangers to them when the game begins. Here each fill is judged alone, as in the paper.


def play(name, generator_rate, phase):
    """Go on with the game under a name, at a learning rate of the generator."""
    game = gan.InpaintingGAN(
        completion, both, adversarial_weight=0.02, penalty=0.1, paired=False, name=name
    )
    game.compile(
        optimizer=keras.optimizers.Adam(generator_rate, beta_1=0.0, beta_2=0.99),
        discriminator_optimizer=keras.optimizers.Adam(3e-4, beta_1=0.0, beta_2=0.99),
    )
    return game, training.fit(game, data, steps=steps[phase], **settings)


keras.utils.set_random_seed(1)
both = discriminators.global_and_local()
_, second = play("global_and_local_discriminators", 0.0, "D")

# %%
# Phase 3: all together
# ---------------------

network, third = play("global_and_local", 3e-4, "joint")

# %%

curves.loss_terms(
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
    "completion alone": store.load(completion.name),
    "global and local": network,
    "U-Net GAN": store.load("gan"),
}
fills = {n: filling.fill(one, task.incomplete, task.location_map) for n, one in compared.items()}
figures.fill_sheet(task, fills)
plt.show()

# %%
# The numbers
# -----------
# What did the game bring, and what did it cost?

scores = {name: protocol.score(filled, task) for name, filled in fills.items()}
print(protocol.table(scores))
PHASES = ["completion_network", "global_and_local_discriminators", "global_and_local"]
stages = {"completion alone": PHASES[:1], "global and local": PHASES, "U-Net GAN": ["unet", "gan"]}
print(budgets.table(stages))
sharp = plausibility.sharpness_ratios(task, fills)
print(metrics.table(sharp, "sharpness (photographs: 1)"))

# %%

distances = wasserstein.distances(fills, task, splits=2 if machine.quick() else 20)
print(wasserstein.table(distances, "completion alone"))

# %%
# .. topic:: What to try next
#
#    Leave out phase 2. Does the game begin differently, and does it end differently?


seconds = sum(record["seconds"] for record in (first, second, third))
publishing.publish(
    "14_global_and_local",
    {
        "global_and_local": scores["global and local"].quotable()
        | training.quotable(third)
        | protocol.compare(scores["global and local"], scores["completion alone"])
        | {
            "parameters": f"{completion.count_params():,}",
            "seconds": f"{seconds:.0f}",
            "images": f"{sum(IMAGES.values()):,}",
            "sharpness": f"{sharp['global and local'].value:.2f}",
            "sharpness_before": f"{sharp['completion alone'].value:.2f}",
            "completion_psnr": scores["completion alone"].quotable()["psnr_of_mean"],
            "laplacian": f"{distances['global and local'].laplacian.mean():.1f}",
            "laplacian_before": f"{distances['completion alone'].laplacian.mean():.1f}",
        }
    },
)
