"""
A GAN that fills holes
======================

Squared error gives the mean of all plausible fills, and the mean is blurred. Can a discriminator
make a network choose one of them instead, and what does the choice cost? This page takes the
trained U-Net and plays the mended game with it. The chapter :ref:`chapter-gan` has the theory.
"""

# %%
# The game
# --------
# What matters most of what differs from the thesis's game: the squared error is taken over the
# hole; the discriminator sees composites, which are photographs but for the hole; it sees the
# location map; half of it looks at a window around the hole alone; and a penalty on its gradient
# keeps it from running away. Each fill is judged against the photograph that its hole was cut from.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import budgets, cars, classical, code, curves, discriminators, figures
from inpainting_guide import filling, gan, machine, metrics, networks, plausibility, protocol
from inpainting_guide import publishing, store, training, wasserstein

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
store.require("autoencoder", "unet")
keras.utils.set_random_seed(0)
network = gan.InpaintingGAN(
    store.load("unet"),
    discriminators.global_and_local(),
    adversarial_weight=0.05,
    penalty=0.1,
    name="gan",
)
print(code.listing(discriminators.global_and_local))
print(code.listing(gan.InpaintingGAN.discriminator_terms))
print(code.listing(gan.InpaintingGAN.generator_terms))

# %%
# Both weights were chosen on the validation cars, by shorter games (``benchmarks/game_weights.py``;
# the chapter :ref:`chapter-gan` has its table).

IMAGES = training.budget(32_000)
BATCH_SIZE = 32
STEPS = IMAGES // BATCH_SIZE
EPOCHS = 2 if machine.quick() else 10


def adam():
    """Make an optimizer without momentum, as adversarial games like it."""
    return keras.optimizers.Adam(training.warm_up_and_cosine(3e-4, STEPS), beta_1=0.0, beta_2=0.99)


network.compile(optimizer=adam(), discriminator_optimizer=adam())
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
        "discriminator_loss": ("discriminator's loss, nats", {"log 2": np.log(2)}),
        "generator_loss": ("generator's adversarial term, nats", {"log 2": np.log(2)}),
        "gradient_norm": ("norm of the discriminator's gradient", {}),
        "squared_error": ("squared error, hole", {}),
    },
)
plt.show()

# %%
# Both losses stay near log 2: neither player wins outright. The penalty keeps the discriminator's
# slope small, and with it the game's gradient, which would otherwise outgrow the squared error's.
# The squared error *rises*: the network leaves the mean.
#
# The same without a game
# -----------------------
# Whatever the game changes has to be told apart from what more training changes. So the U-Net also
# goes on alone: from the same weights, on the same batches, with the same optimizer, and the
# squared error as its only loss.

alone = networks.unet(name="unet_trained_on")
alone.set_weights(store.load("unet").get_weights())
alone.compile(
    optimizer=adam(),
    loss=keras.losses.MeanSquaredError(reduction="mean_with_sample_weight"),
)
training.fit(
    alone,
    cars.load().train,
    steps=STEPS,
    batch_size=BATCH_SIZE,
    epochs=EPOCHS,
    validation=protocol.validation(),
)

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
methods = {name: classical.METHODS[name] for name in ("harmonic", "biharmonic", "Telea")}
methods |= {
    "autoencoder": filling.by(store.load("autoencoder")),
    "U-Net": filling.by(store.load("unet")),
    "U-Net, trained on": filling.by(alone),
    "GAN": filling.by(network),
}
fills = {name: fill(task.incomplete, task.location_map) for name, fill in methods.items()}
figures.fill_sheet(task, {name: fills[name] for name in ("harmonic", "U-Net, trained on", "GAN")})
plt.show()

# %%
# Right, or real?
# ---------------
# By squared error the game made the U-Net worse, and as many images without a game made it better:

scores = {name: protocol.score(filled, task) for name, filled in fills.items()}
print(protocol.table(scores))
print(budgets.table(TRAINED))

# %%
# By their sharpness its fills come much closer to photographs:

sharp = plausibility.sharpness_ratios(task, fills)
print(metrics.table(sharp, "sharpness (photographs: 1)"))

# %%
# And by the distribution of its crops? The sliced Wasserstein distance, over 20 random halves of
# the test cars; lower is better, and photographs against other photographs are the floor. The
# difference is paired with the autoencoder over the same halves.

distances = wasserstein.distances(fills, task, splits=2 if machine.quick() else 20)
print(wasserstein.table(distances, "autoencoder"))

# %%
# A classifier is harder to please: a small network, trained for seconds on training cars to tell
# fills from photographs, and asked about the test cars. (The networks were trained on those
# training cars too, and fill them a little better than new ones.)

known_cars = cars.load().train[: 96 if machine.quick() else None]
training_task = protocol.task(known_cars, seed=3)
half = training_task[: len(known_cars) // 2]
accuracy = {}
for name in TRAINED:
    accuracy[name] = plausibility.classifier_accuracy(
        fills[name], task, methods[name](half.incomplete, half.location_map), training_task
    )
    print(f"{name:12} told from photographs {100 * accuracy[name].value:.1f} % of the time")

# %%
# Plausible detail in the wrong place is still wrong. The three worst holes by squared error, and
# the three best:

ends = np.argsort(scores["GAN"].psnr)[[0, 1, 2, -3, -2, -1]]
shown = {name: fills[name] for name in ("U-Net", "GAN")}
figures.fill_sheet(task, shown, ends, [f"{psnr:.1f} dB" for psnr in scores["GAN"].psnr[ends]])
plt.show()

# %%
# .. topic:: What to try next
#
#    Sweep ``adversarial_weight`` from 0 to 0.2 and plot the PSNR against the distance: you draw the
#    trade-off of :ref:`chapter-blur` yourself.


quoted = {}
keys = {"GAN": "", "U-Net": "_unet", "U-Net, trained on": "_unet_trained_on"}
for name, key in (keys | {"autoencoder": "_autoencoder"}).items():
    quoted |= {
        f"psnr{key}": scores[name].quotable()["psnr_of_mean"],
        f"sharpness{key}": f"{sharp[name].value:.2f}",
        f"raw{key}": f"{distances[name].raw.mean():.1f}",
        f"laplacian{key}": f"{distances[name].laplacian.mean():.1f}",
        f"accuracy{key}": f"{100 * accuracy[name].value:.0f} %",
    }
publishing.publish(
    "13_gan",
    {
        "gan": scores["GAN"].quotable()
        | training.quotable(record)
        | protocol.compare(scores["GAN"], scores["U-Net, trained on"])
        | quoted
        | {
            "parameters": f"{network.generator.count_params():,}",
            "images_in_all": f"{budgets.images(TRAINED['GAN']):,}",
            "raw_floor": f"{distances[wasserstein.PHOTOGRAPHS].raw.mean():.1f}",
            "laplacian_floor": f"{distances[wasserstein.PHOTOGRAPHS].laplacian.mean():.1f}",
            "discriminator_loss": f"{record['history']['discriminator_loss'][-1]:.2f}",
            "generator_loss": f"{record['history']['generator_loss'][-1]:.2f}",
        }
    },
)
