"""
When a discriminator wins
=========================

"If the discriminator is too strong, the generator learns nothing": everybody says so, the thesis
included, but is it true? Here a discriminator is made strong on purpose, and beside it stand the
same runs with one thing changed at a time. The chapter :ref:`chapter-gan` derives what to expect.
"""

# %%
# The contests
# ------------
# The generator is always the same: a small :ref:`U-Net <sphx_glr_gallery_unet.py>`, with the same
# first weights, the same photographs and, but for the two *slow* runs, the same rate. Few steps, so
# nothing here fills well.
# Compare the runs with one another. The game is :ref:`the mended one <sphx_glr_gallery_gan.py>`,
# but each fill is judged alone, and the gradient is penalised only where a run's name says so. It
# has two more settings: how many steps the discriminator takes to one of the generator's, all on
# the same photographs, and whether the generator descends on the loss of the zero-sum game.

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import ops

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine, names
from inpainting_guide.data import batches, cars, protocol, tensors

# sphinx_gallery_thumbnail_number = 1

print("precision:", machine.use_precision())
WIDTHS = (16, 32, 64)
WEIGHT = 0.01  # of the adversarial term, beside the squared error over the hole
IMAGES, BATCH_SIZE = 6_400, 32
data, task = cars.load().train, protocol.validation()
ARMS = {
    "no game": {"adversarial_weight": 0.0},
    "one to one": {},
    "one to one, penalty": {"penalty": 0.1},
    "five to one": {"rounds": 5},
    "five to one, penalty": {"rounds": 5, "penalty": 0.1},
    "five to one, zero-sum": {"rounds": 5, "zero_sum": True},
    "slow, five to one": {"rounds": 5, "rate": 1e-5},
    "slow, no game": {"adversarial_weight": 0.0, "rate": 1e-5},
}


@keras.saving.register_keras_serializable(package="when_a_discriminator_wins")
class Contest(networks.InpaintingGAN):
    """The mended game, with several steps of the discriminator to one of the generator."""

    def __init__(self, *players, rounds=1, zero_sum=False, **kwargs):
        super().__init__(*players, **kwargs)
        self.rounds, self.zero_sum = rounds, zero_sum

    def train_step(self, data):
        """Teach the discriminator some rounds more, then let both take their step."""
        inputs, image, _ = data
        variables = self.discriminator.trainable_variables
        filled = self.generator(inputs, training=True) if self.rounds > 1 else None
        for _ in range(self.rounds - 1):
            with tf.GradientTape() as tape:
                judged = self.discriminator_terms(inputs, image, filled, training=True)
            self.discriminator_optimizer.apply(tape.gradient(judged["loss"], variables), variables)
        return super().train_step(data)

    def generator_terms(self, inputs, image, filled, weight, training):
        """Measure the generator's loss: as it is played, or as the zero-sum game is written."""
        terms = super().generator_terms(inputs, image, filled, weight, training)
        if self.zero_sum:  # log(1 - D) in place of -log D
            verdict = -ops.mean(ops.softplus(judge(self.discriminator, inputs, image, filled)))
            terms["loss"] = terms["squared_error"] + self.adversarial_weight * verdict
        return terms

    def get_config(self):
        """Return what decides the outcome of the game: the store goes by it."""
        return super().get_config() | {"rounds": self.rounds, "zero_sum": self.zero_sum}


def judge(discriminator, inputs, image, filled):
    """Return the discriminator's logits for composites, as it sees them in the game."""
    location_map = inputs[..., 3:]
    return discriminator([tensors.composite(image, filled, location_map), location_map])


def adam(rate):
    """Make an optimizer without momentum."""
    return keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99)


def play(name, rate=1e-3, seed=0, **settings):
    """Play a game from the same beginning; return the game and the last losses."""
    keras.utils.set_random_seed(seed)
    players = networks.unet(widths=WIDTHS), networks.global_and_local(widths=WIDTHS)
    usual = {"adversarial_weight": WEIGHT, "penalty": 0.0, "paired": False}
    game = Contest(*players, **(usual | settings), name=f"contest_{names.key(name)}")
    game.compile(optimizer=adam(rate), discriminator_optimizer=adam(1e-3))
    record = training.fit(game, data, budget=IMAGES, batch_size=BATCH_SIZE, epochs=4, seed=seed)
    return game, {term: values[-1] for term, values in record["history"].items()}


# %%
# What reaches the generator
# --------------------------
# First without a game: the generator is trained on the squared error alone and then stands still,
# while a new discriminator learns to tell its fills from photographs. Now and then the gradients of
# three losses are measured, by their length over all weights of the generator: the squared error's,
# and those of the adversarial term as the zero-sum game has it, log(1 − D), and as it is played,
# −log D. Each has the weight that it has in the games further down.

still, _ = play("no game", **ARMS["no game"])
generator, weights = still.generator, still.generator.trainable_variables
generator.trainable = False
keras.utils.set_random_seed(1)
both = networks.global_and_local(widths=WIDTHS)
rival = networks.InpaintingGAN(generator, both, WEIGHT, penalty=0.0, paired=False)
rival.compile(optimizer=adam(0.0), discriminator_optimizer=adam(1e-3))


def lengths(inputs, image, weight):
    """Measure the lengths of the three gradients, and how sure the discriminator is of fills."""
    with tf.GradientTape(persistent=True) as tape:
        filled = generator(inputs)
        logits = judge(rival.discriminator, inputs, image, filled)
        losses = {
            "squared error": tensors.mean_over(weight, ops.square(filled - image)),
            "log(1 − D)": -WEIGHT * ops.mean(ops.softplus(logits)),
            "−log D": WEIGHT * ops.mean(ops.softplus(-logits)),
        }
    found = {n: tf.linalg.global_norm(tape.gradient(loss, weights)) for n, loss in losses.items()}
    return found, ops.mean(ops.sigmoid(logits))


steps = machine.few(2 * IMAGES) // BATCH_SIZE
every, lines, sure = max(1, steps // 20), {}, []
fixed = next(iter(batches.training(data, 4 * BATCH_SIZE, seed=1)))
stream = batches.training(data, BATCH_SIZE, seed=2)
for step, batch in enumerate(stream.take(steps + 1)):
    if step % every == 0:
        found, mean = lengths(*fixed)
        sure.append(float(mean))
        for name, length in found.items():
            lines.setdefault(name, []).append(float(length))
    rival.train_on_batch(*batch)
labels = "steps of the discriminator", "length of the gradient"
figure = pages.versus(lines, np.arange(len(sure)) * every, labels, scale="linear")
figure.axes[0].set(yscale="log", xticks=np.arange(0, len(sure), 5) * every)
plt.show()
print(f"D of a fill: {sure[0]:.2f} at first, {sure[-1]:.3f} at last")

# %%
# The two adversarial gradients begin alike, since a discriminator that knows nothing answers ½,
# where both losses have the same slope. At first both grow. Then they part: for a single image that
# of log(1 − D) is D/(1 − D) times as long as that of −log D. What the zero-sum game sends goes up
# and down, and when the discriminator is sure it is a fraction of the squared error's. What is sent
# in practice stays at several times the squared error's, which is constant because the generator
# stands still. So a generator
# that plays as everybody plays does not stop learning from a strong discriminator: in the end it
# learns from little else.
#
# And when both play?
# -------------------
# Now the games. A discriminator is made strong by five steps to one of the generator's. The
# controls are:
#
# - *no game*: the same generator with an adversarial weight of 0;
# - *one to one*: the same game at one step to one, also with the *penalty* on the gradient;
# - *five to one, penalty*: the strong discriminator with the penalty;
# - *five to one, zero-sum*: the strong discriminator with the zero-sum loss;
# - *slow*: a generator that has hardly learnt, at a hundredth of the rate, with and without the
#   game, because it is easily taken for a lost game.
#
# The last two columns are the sliced Wasserstein distances to photographs, × 1000
# (:ref:`chapter-blur`).


def measure(name, **settings):
    """Play a game; return its fills, and what its curves and its fills come to at the end."""
    game, losses = play(name, **settings)
    filled = filling.fill(game, task.incomplete, task.location_map)
    return filled, {
        "discriminator": losses["discriminator_loss"],
        "generator": losses["generator_loss"],
        "psnr": measuring.score(filled, task).summary()["psnr_of_mean"],
        "sharpness": measuring.sharpness_ratio(task.images, filled, task.location_map),
    }


fills, rows = {}, {}
for name, settings in ARMS.items():
    fills[name], rows[name] = measure(name, **settings)
distances = measuring.distances(fills, task)
table = rows | {"photographs": {}}
for name, row in table.items():
    row |= {kind: values.mean() for kind, values in distances[name]._asdict().items()}
titles = {"discriminator": "D's loss", "generator": "G's term", "psnr": "PSNR, dB"}
titles |= {"sharpness": "sharpness", "raw": "raw", "laplacian": "Laplacian"}
pages.show_table(table, titles)

# %%

pages.fill_sheet(task, fills)
plt.show()

# %%
# **How you recognise it.** Not by the curves alone. A discriminator's loss far below log 4 = 1.39
# and a generator's term far above log 2 = 0.69 are there when the game is lost, and also with a
# generator that was never trained or never listened. The controls tell them apart. *Slow* is full
# of noise with the game and without: it is that of random first weights, and only the rate mends
# it. *Five to one* has its noise from the game, since without the game the same generator is
# smooth.
#
# **What it is.** What the lengths of the gradients predict. With the zero-sum loss the fills are
# nearly those of no game at all: this is what the warning is about. With the loss that is played
# the generator learns a great deal. It leaves the mean and pays more than a decibel for noise, and
# by neither distance does it come nearer to photographs than the same game with the penalty.
#
# **What mends it.** The penalty, with everything else the same, takes back most of the decibels and
# of the noise. Fewer steps of the discriminator help as well: at one to one the same game costs
# about half as much, on average over three seeds (``benchmarks/games.py``).
#
# .. topic:: What to try next
#
#    Give the winning discriminator spectral normalisation in place of the penalty
#    (``keras.layers.SpectralNormalization``). Which length does the gradient have now?

published = {"sure_first": sure[0], "sure_last": sure[-1]}
for key, name in {"squared": "squared error", "zero_sum": "log(1 − D)", "played": "−log D"}.items():
    published |= {f"{key}_first": lines[name][0], f"{key}_last": lines[name][-1]}
    line = lines[name]
    peak = next((i for i in range(len(line) - 1) if line[i + 1] < line[i]), 0)  # of the rise
    published |= {f"{key}_lowest": min(line[peak:]), f"{key}_highest": max(line)}
for name, row in rows.items():
    published |= {f"{column}_{names.key(name)}": value for column, value in row.items()}
pages.publish("when_a_discriminator_wins", strong_discriminator=published)
strong = "five to one", "five to one, penalty", "five to one, zero-sum"
pages.publish_pictures(
    "when_a_discriminator_wins",
    noise=pages.close_ups(
        {name: fills[name] for name in ("five to one", "no game")}, task.location_map
    ),
    gradients=figure,
    fills=pages.fill_sheet(task, {name: fills[name] for name in ("no game", *strong)}),
)
