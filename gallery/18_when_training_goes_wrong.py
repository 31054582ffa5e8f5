"""
When training goes wrong
========================

A learning rate that is too high, and learning by heart: both are made here on purpose, in seconds.
Each shows in the curves in its own way. A third failure looks like the second and is another:
:ref:`batch statistics <sphx_glr_gallery_19_batch_statistics.py>`. The chapter
:ref:`chapter-feedforward` has the theory of training.
"""

# %%
# One network, many trainings
# ---------------------------
# A small U-Net, the same for all of them. What changes is said each time.

import contextlib
import io

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import batches, cars, curves, figures, holes, machine, metrics, networks
from inpainting_guide import protocol, publishing, training

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
train, validation = cars.load().train, protocol.validation()[: 40 if machine.quick() else 200]
BATCH_SIZE = 32
WIDTHS = (16,) if machine.quick() else (16, 32, 64)


def fit(name, optimizer, images, known_cars=train, fresh=True):
    """Train a small U-Net and return it with its record."""
    keras.utils.set_random_seed(0)
    network = networks.unet(widths=WIDTHS, name=f"failure_{name}")
    loss = keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")
    network.compile(optimizer, loss)
    how = {"batch_size": BATCH_SIZE, "epochs": 2 if machine.quick() else 10, "fresh": fresh}
    with contextlib.redirect_stdout(io.StringIO()):  # the curves show it all
        record = training.fit(
            network, known_cars, steps=steps(images), validation=validation, **how
        )
    return network, record


def steps(images):
    return training.budget(images) // BATCH_SIZE


def fill(network, task):
    made = network(batches.network_input(task.incomplete, task.location_map))
    return holes.compose(task.incomplete, np.array(made), task.location_map)


def psnr(filled, task):
    """Return the PSNR of the mean squared error over the holes."""
    return metrics.psnr(metrics.squared_error(task.images, filled, task.location_map).mean())


# %%
# A learning rate that is too high
# --------------------------------
# Adam with three learning rates, the usual 0.001 among them.

task = protocol.validation()[: 40 if machine.quick() else 200]
learners = {rate: fit("rate", keras.optimizers.Adam(rate), 1_920) for rate in (0.001, 0.1, 1.0)}
records = {f"rate {rate:g}": record for rate, (_, record) in learners.items()}
figure = curves.training_curve(records)
figure.axes[0].legend(frameon=False, loc="right", bbox_to_anchor=(1, 0.38))
plt.show()

# %%

fills = {f"rate {rate:g}": fill(network, task) for rate, (network, _) in learners.items()}
figures.fill_sheet(task, fills)
plt.show()

# %%
# **How it looks.** At 0.1 every hole gets the same grey. At 1 every hole gets the same glaring
# colour: each channel is fully on or fully off.
#
# **How you recognise it.** The curve is flat from early on, in training *and* validation, at no
# better a value than one fixed colour reaches. And what the network answers does not depend on the
# car: the colour of the fills has almost no spread.

fixed = train.mean(axis=(0, 1, 2))
level = psnr(np.broadcast_to(fixed, task.images.shape), task)
print(f"one fixed colour: {level:.2f} dB")
reached, spread = {}, {}
for name, filled in fills.items():
    reached[name] = psnr(filled, task)
    in_holes = filled[np.broadcast_to(task.location_map == 0, filled.shape)]
    spread[name] = 255 * in_holes.reshape(len(filled), -1, 3).mean(axis=1).std(axis=0).mean()
    print(f"{name:10} {reached[name]:5.2f} dB, spread over cars {spread[name]:4.1f} grey levels")

# %%
# Long steps break a network for good. At 1 the last layer is thrown far to one side, where the
# sigmoid is flat. At 0.1 nearly all ReLUs before the last layer are pushed below zero, and what is
# left is its bias: one colour. In both places hardly any gradient reaches the other weights, and
# nothing leads back, however long one waits.
#
# **What mends it.** A tenth of the rate, and another tenth, until the curve rises; a new start each
# time. A rate that begins at zero and climbs avoids the first wild steps
# (:func:`inpainting_guide.training.warm_up_and_cosine`).
#
# Learning by heart
# -----------------
# Only 64 cars. Once every car keeps one **frozen** hole, once it gets a **fresh** one each time.


def adam():
    return keras.optimizers.Adam(training.warm_up_and_cosine(3e-3, steps(6_400)))


frozen, frozen_record = fit("frozen", adam(), 6_400, train[:64], fresh=False)
fresh, fresh_record = fit("fresh", adam(), 6_400, train[:64])
records = {"fresh": fresh_record, "frozen": frozen_record}
figure = curves.training_curve(records)
figure.axes[0].legend(frameon=False, loc="right", bbox_to_anchor=(1, 0.55))
plt.show()

# %%
# The holes that the first network was trained on, and others in the same cars:

_, images, weight = next(iter(batches.training(train[:64], figures.COLUMNS, 0, fresh=False)))
old = protocol.Task(np.array(images), 1 - np.array(weight)[..., None])
new = protocol.task(old.images, seed=4)
rows = {"frozen: the holes it knows": fill(frozen, old), "frozen: new holes": fill(frozen, new)}
rows |= {"fresh: the same new holes": fill(fresh, new), "photograph": new.images}
figures.contact_sheet(rows)
plt.show()

# %%
# **How it looks.** Wheels and windows in their places where the network was trained, and coloured
# scraps everywhere else, even in a car that it knows.
#
# **How you recognise it.** The training curve climbs and climbs; the validation curve follows for a
# while, stops, and may fall. Without validation nothing would tell.

gaps = {}
for name, record in records.items():
    ends = [metrics.psnr(record["history"][key][-1]) for key in ("loss", "val_loss")]
    gaps[name] = ends[0] - ends[1]
    print(
        f"{name:6} training {ends[0]:5.2f} dB, validation {ends[1]:5.2f} dB: {gaps[name]:+.1f} dB"
    )

# %%
# **What mends it.** Fresh holes and flips: the same 64 cars, and much less that can be learnt by
# heart. With a larger network or a longer training they would not be enough; then it takes more
# photographs, or an end when validation stops. :ref:`sphx_glr_gallery_07_patch_autoencoder.py` has
# the full case.
#
# .. topic:: What to try next
#
#    Freeze the holes of all 4,500 cars instead of 64. Is the gap as wide after as many images, and
#    after as many looks at each car?

publishing.publish(
    "18_when_training_goes_wrong",
    {
        "wrong_training": {"fixed_colour": f"{level:.2f}"}
        | {name.replace(" ", "_").replace(".", "_"): f"{v:.2f}" for name, v in reached.items()}
        | {f"spread_{name[5:].replace('.', '_')}": f"{v:.1f}" for name, v in spread.items()}
        | {f"gap_{name}": f"{gap:.1f}" for name, gap in gaps.items()}
    },
)
