"""
When a discriminator wins
=========================

"If the discriminator is too strong, the generator learns nothing": everybody says it, the thesis
too. Is it so? Here a discriminator is made strong on purpose, and beside it stand the same run with
one thing changed at a time. The chapter :ref:`chapter-gan` derives what to expect.
"""

# %%
# The generator is always the same: a small U-Net, with the same first weights, the same rate and
# the same photographs. Few steps, so nothing here fills well. Compare the runs with one another.

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import ops

from inpainting_guide import adversarial, batches, cars, curves, discriminators, figures, filling
from inpainting_guide import gan, machine, metrics, networks, plausibility, protocol, publishing
from inpainting_guide import reporting, wasserstein

# sphinx_gallery_thumbnail_number = 1

print("precision:", machine.use_precision())
WIDTHS = (16,) if machine.quick() else (16, 32, 64)
WEIGHT = 0.01  # of the adversarial term, beside the squared error over the hole
BATCH_SIZE = 32
STEPS = 1 if machine.quick() else 200
task = protocol.validation()


class Contest(gan.InpaintingGAN):
    """The mended game, with several steps of the discriminator to one of the generator."""

    rounds, zero_sum = 1, False

    def train_step(self, data):
        """Teach the discriminator some rounds more, then let both take their step."""
        inputs, image, _ = data
        for _ in range(self.rounds - 1):
            self._teach_discriminator(inputs, image, self.generator(inputs, training=True))
        return super().train_step(data)

    def generator_terms(self, inputs, image, filled, weight, training):
        """Measure the generator's loss: as it is played, or as the zero-sum game is written."""
        terms = super().generator_terms(inputs, image, filled, weight, training)
        if self.zero_sum:  # log(1 - D) in place of -log D
            logits = judge(self.discriminator, inputs, image, filled)
            verdict = -ops.mean(ops.softplus(logits))
            terms["loss"] = terms["squared_error"] + self.adversarial_weight * verdict
        return terms


def judge(discriminator, inputs, image, filled):
    """Return the discriminator's logits for composites, as it sees them in the game."""
    location_map = inputs[..., 3:]
    return discriminator([adversarial.composite(image, filled, location_map), location_map])


def play(weight=WEIGHT, penalty=0.0, rounds=1, zero_sum=False, rate=1e-3, seed=0):
    """Play a game from the same beginning; return the game and the last losses."""
    keras.utils.set_random_seed(seed)
    generator = networks.unet(widths=WIDTHS)
    both = discriminators.global_and_local(widths=WIDTHS)
    game = Contest(generator, both, weight, penalty, paired=False)
    game.rounds, game.zero_sum = rounds, zero_sum
    game.compile(
        optimizer=keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99),
        discriminator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.99),
    )
    game.run_eagerly = machine.quick()
    stream = batches.training(cars.load().train, BATCH_SIZE, seed)
    epochs = min(4, STEPS)
    history = game.fit(
        stream, epochs=epochs, steps_per_epoch=STEPS // epochs, shuffle=False, verbose=0
    ).history
    return game, {name: values[-1] for name, values in history.items()}


# %%
# What reaches the generator
# --------------------------
# First without a game: the generator is trained on the squared error alone and then stands still,
# while a new discriminator learns to tell its fills from photographs. Now and then the gradients of
# three losses are measured, by their length over all weights of the generator: the squared error's,
# and those of the adversarial term as the zero-sum game has it, log(1 − D), and as it is played,
# −log D. Each has the weight that it has in the games further down.

still, _ = play(weight=0.0)
compiled = (lambda function: function) if machine.quick() else tf.function
fixed = next(iter(batches.training(cars.load().train, 4 * BATCH_SIZE, seed=1)))


@compiled
def lengths(game):
    """Measure the lengths of the three gradients, and how sure the discriminator is of fills."""
    inputs, image, weight = fixed
    weights = game.generator.trainable_variables
    with tf.GradientTape(persistent=True) as tape:
        filled = game.generator(inputs, training=False)
        logits = judge(game.discriminator, inputs, image, filled)
        losses = {
            "squared error": adversarial.mean_over(weight, ops.square(filled - image)),
            "log(1 − D)": -WEIGHT * ops.mean(ops.softplus(logits)),
            "−log D": WEIGHT * ops.mean(ops.softplus(-logits)),
        }
    found = {n: tf.linalg.global_norm(tape.gradient(loss, weights)) for n, loss in losses.items()}
    return found, ops.mean(ops.sigmoid(logits))


@compiled
def teach(game, inputs, image):
    game._teach_discriminator(inputs, image, game.generator(inputs, training=False))


keras.utils.set_random_seed(1)
rival = gan.InpaintingGAN(still.generator, discriminators.global_and_local(widths=WIDTHS), 1.0, 0.0)
rival.paired = False
rival.compile(keras.optimizers.SGD(0.0), keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.99))
every, lines, sure = max(1, STEPS // 10), {}, []
for step, (inputs, image, _) in enumerate(
    batches.training(cars.load().train, BATCH_SIZE, seed=2).take(2 * STEPS + 1)
):
    if step % every == 0:
        found, mean = lengths(rival)
        sure.append(float(mean))
        for name, length in found.items():
            lines.setdefault(name, []).append(float(length))
    teach(rival, inputs, image)
figure = curves.versus(
    lines,
    np.arange(len(sure)) * every,
    ("steps of the discriminator", "length of the gradient"),
    scale="linear",
)
figure.axes[0].set(yscale="log", xticks=np.arange(0, len(sure), 5) * every)
plt.show()
print(f"D of a fill: {sure[0]:.2f} at first, {sure[-1]:.3f} at last")

# %%
# The two begin alike, since a discriminator that knows nothing answers ½, where both have the same
# slope. At first both grow, because the discriminator becomes steep before it becomes sure. Then
# they part: for a single image the first is D/(1 − D) times the second. What the zero-sum game
# sends falls back whenever the discriminator is sure, to a fraction of the squared error's. What is
# sent in practice goes on growing, to several times that. (The squared error's own is constant
# because the generator stands still.) So a generator that plays as everybody plays does not stop
# learning from a strong discriminator: in the end it learns from little else.
#
# And when both play?
# -------------------
# Now the games. A discriminator is made strong by five steps to one of the generator's. The
# controls: the same generator with an adversarial weight of 0; the same game at one step to one;
# with the gradient penalty; at one to one with the penalty; with the zero-sum loss; and, because it
# is easily taken for a lost game, a generator that has hardly learnt, at a hundredth of the rate,
# with the game and without. The last two columns are the sliced Wasserstein distances to
# photographs (:ref:`chapter-blur`).

ARMS = {
    "no game": {"weight": 0.0},
    "one to one": {},
    "one to one, penalty": {"penalty": 0.1},
    "five to one": {"rounds": 5},
    "five to one, penalty": {"rounds": 5, "penalty": 0.1},
    "five to one, zero-sum": {"rounds": 5, "zero_sum": True},
    "slow, five to one": {"rounds": 5, "rate": 1e-5},
    "slow, no game": {"weight": 0.0, "rate": 1e-5},
}


def measure(settings):
    """Play a game; return its fills, and what its curves and its fills come to at the end."""
    game, losses = play(**settings)
    filled = filling.fill(game, task.incomplete, task.location_map)
    error = metrics.squared_error(task.images, filled, task.location_map).mean()
    return filled, {
        "D's loss": losses["discriminator_loss"],
        "G's term": losses["generator_loss"],
        "PSNR, dB": metrics.psnr(error),
        "sharpness": plausibility.sharpness_ratio(task.images, filled, task.location_map).value,
    }


def key_of(name):
    """Return a run's name as the chapters quote it, for instance "five_to_one_penalty"."""
    return name.translate(str.maketrans({",": "", "-": "_", " ": "_"}))


fills, rows = {}, {}
for name, settings in ARMS.items():
    fills[name], rows[name] = measure(settings)
distances = wasserstein.distances(fills, task, splits=2 if machine.quick() else 20)
for name, row in rows.items():
    row |= {"raw": distances[name].raw.mean(), "Laplacian": distances[name].laplacian.mean()}
print(reporting.table({n: {k: f"{v:.2f}" for k, v in row.items()} for n, row in rows.items()}))
floor = distances[wasserstein.PHOTOGRAPHS]
print(f"photographs: raw {floor.raw.mean():.2f}, Laplacian {floor.laplacian.mean():.2f}")

# %%

figures.fill_sheet(task, fills)
plt.show()

# %%
# **How you recognise it.** Not by the curves alone. A discriminator's loss far below log 4 = 1.39
# and a generator's term far above log 2 = 0.69 are there when the game is lost, and also with a
# generator that was never trained or never listened. The controls tell them apart. *Slow* has the
# same noise with the game and without: it is that of random first weights, and only the rate mends
# it. *Five to one* has its noise from the game, since without the game the same generator is
# smooth.
#
# **What it is.** What the lengths of the gradients predict. With the zero-sum loss the fills are
# nearly those of no game at all: this is what the warning is about. With the loss that is played
# the generator learns a great deal. It leaves the mean and pays more than a decibel for noise, and
# by neither distance does it come nearer to photographs than the same game with the penalty.
#
# **What mends it.** The penalty, with everything else the same, takes back most of the decibels and
# of the noise. How much fewer steps of the discriminator do by themselves, the rows at one to one
# tell.
#
# .. topic:: What to try next
#
#    Give the winning discriminator spectral normalisation in place of the penalty
#    (``keras.layers.SpectralNormalization``). Which length does the gradient have now?

quoted = {"sure_first": f"{sure[0]:.2f}", "sure_last": f"{sure[-1]:.3f}"}
for key, name in {"squared": "squared error", "zero_sum": "log(1 − D)", "played": "−log D"}.items():
    quoted[f"{key}_first"] = reporting.rounded(lines[name][0])
    quoted[f"{key}_last"] = reporting.rounded(lines[name][-1])
for name, row in rows.items():
    names = "discriminator", "generator", "psnr", "sharpness", "raw", "laplacian"
    columns = zip(names, row.values(), strict=True)
    quoted |= {f"{column}_{key_of(name)}": f"{value:.2f}" for column, value in columns}
publishing.publish("22_when_a_discriminator_wins", {"strong_discriminator": quoted})
