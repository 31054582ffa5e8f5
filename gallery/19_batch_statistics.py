"""
Batch statistics at the wrong time
==================================

Batch normalisation computes one thing in training and another in use. Two failures come of that,
and both are easily taken for something else: averages that have not arrived, and neighbours that
shine through. Both are made here on purpose. The chapter :ref:`chapter-autoencoders` has the
formulas.
"""

# %%
# Averages that have not arrived
# ------------------------------
# In use, batch normalisation works with running averages of what it saw in training. How slowly
# they move is their *momentum*: 0.99 in Keras unless one says otherwise, 0.9 in our networks. After
# t steps the values that they began with, a mean of 0 and a variance of 1, still have the weight
# momentum to the power t: after eighty steps 45 % with 0.99, and next to nothing with 0.9. The same
# small U-Net with either, in a training of eighty steps:

import contextlib
import io

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import batches, cars, curves, figures, holes, machine, metrics, networks
from inpainting_guide import protocol, publishing, training

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
task = protocol.validation()[: 32 if machine.quick() else 200]
IMAGES = training.budget(2_560)
BATCH_SIZE = 32
WIDTHS = (16,) if machine.quick() else (16, 32, 64)


def set_momentum(network, momentum):
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = momentum


trained, records = {}, {}
for momentum in (0.9, 0.99):
    keras.utils.set_random_seed(0)
    network = networks.unet(widths=WIDTHS, name="failure_momentum")
    set_momentum(network, momentum)
    network.compile(
        keras.optimizers.Adam(2e-3),
        keras.losses.MeanSquaredError(reduction="mean_with_sample_weight"),
    )
    with contextlib.redirect_stdout(io.StringIO()):  # the curves show it all
        records[f"momentum {momentum}"] = training.fit(
            network,
            cars.load().train,
            steps=IMAGES // BATCH_SIZE,
            batch_size=BATCH_SIZE,
            epochs=2 if machine.quick() else 10,
            validation=protocol.validation()[: len(task.images)],
        )
    trained[momentum] = network
curves.training_curve(records)
plt.show()

# %%
# **How it looks.** The two training curves lie on one another, since in training the averages are
# not used. In validation the larger momentum fails, as if the network had learnt by heart.
#
# **How you recognise it.** The gap is there from the *start*, when nothing can have been learnt by
# heart yet. And it closes when the network is measured with the statistics of the batch, which
# ``training=True`` asks for. (A large batch; the next section says why.)
#
# **What mends it.** A smaller momentum, or a longer training. Or, afterwards, some batches with the
# smaller momentum that teach nothing and only move the averages:


def fill(network, part, size=None, *, with_batch=False):
    """Fill a task in batches of a size, by default all at once."""
    size = size or len(part.images)
    made = []
    for start in range(0, len(part.images), size):
        some = part[start : start + size]
        seen = batches.network_input(some.incomplete, some.location_map)
        made.append(network(seen, training=with_batch))
    return holes.compose(part.incomplete, np.concatenate(made), part.location_map)


def psnr(filled):
    """Return the PSNR of the mean squared error over the holes."""
    return metrics.psnr(metrics.squared_error(task.images, filled, task.location_map).mean())


late = trained[0.99]
measured = {"averages late": psnr(fill(late, task))}
measured["batch instead"] = psnr(fill(late, task, with_batch=True))

set_momentum(late, 0.9)
for inputs, *_ in batches.training(cars.load().train, BATCH_SIZE, 1).take(
    1 if machine.quick() else 40
):
    late(inputs, training=True)  # no gradient, no step
measured["averages arrived"] = psnr(fill(late, task))
for name, value in measured.items():
    print(f"{name:17} {value:.2f} dB")

# %%
# Neighbours that shine through
# -----------------------------
# The other mistake is the opposite one: the statistics of the batch in *use*. The network whose
# averages are right fills six cars, each alone, then beside seven others.

order, chosen = task.incomplete.mean(axis=(1, 2, 3)).argsort(), range(figures.COLUMNS)
company = {"alone": [], "beside seven dark cars": order[:7], "beside seven bright ones": order[-7:]}
network = trained[0.9]
rows = {
    name: np.concatenate([fill(network, task[[i, *others]], with_batch=True)[:1] for i in chosen])
    for name, others in company.items()
}
rows |= {"running averages": fill(network, task)[chosen], "photograph": task.images[chosen]}
figures.contact_sheet(rows)
plt.show()

# %%
# **How it looks.** The same hole of the same car, filled by the same network, and each time another
# colour: too bright beside dark cars, too dark beside bright ones. The network only knows how
# bright a car is *compared with the batch*.
#
# **How you recognise it.** Fill an image twice, in different company: nothing may change.

known = [fill(network, task[[*chosen, *others]])[: figures.COLUMNS] for others in company.values()]
changes = {
    "statistics of the batch": rows["beside seven dark cars"] - rows["beside seven bright ones"],
    "running averages": known[1] - known[2],
}
missing = np.broadcast_to(task.location_map[chosen] == 0, rows["photograph"].shape)
changes = {name: 255 * np.abs(change[missing]).mean() for name, change in changes.items()}
for name, change in changes.items():
    print(f"{name:24} dark or bright company: {change:5.1f} grey levels")

# %%
# It is worst in small batches; in large ones one may never notice. The PSNR of the same holes, in
# batches of different sizes:

sizes = [1, 2, 4, 8, 32]
lines = {
    "running averages": [psnr(fill(network, task, size)) for size in sizes],
    "statistics of the batch": [psnr(fill(network, task, size, with_batch=True)) for size in sizes],
}
curves.versus(lines, sizes, ("images a batch", "PSNR, dB"))
plt.show()

# %%
# **What mends it.** ``training=False``. ``predict`` sets it, and so does a plain call of a network;
# it is a loop of one's own, for instance for a GAN, where ``True`` is left behind.
#
# .. topic:: What to try next
#
#    Train with batches of two. Are the running averages still good, and which curve tells?

publishing.publish(
    "19_batch_statistics",
    {
        "batch_statistics": {n.replace(" ", "_"): f"{v:.2f}" for n, v in measured.items()}
        | {f"change_{name.split()[0]}": f"{change:.0f}" for name, change in changes.items()}
        | {
            f"{name.split()[0]}_{size}": f"{value:.2f}"
            for name, values in lines.items()
            for size, value in zip(sizes, values, strict=True)
        }
    },
)
