"""
Batch statistics at the wrong time
==================================

Batch normalisation computes one thing in training and another in use. Two failures come of that,
and both are easily taken for something else: running averages that still remember their start, and
fills that depend on the rest of the batch. Both are made here on purpose. The chapter
:ref:`chapter-autoencoders` has the formulas.
"""

# %%
# Running averages that still remember their start
# ------------------------------------------------
# In use, batch normalisation works with running averages of what it saw in training. How slowly
# they move is their *momentum*: 0.99 in Keras unless one says otherwise, 0.9 in our networks. After
# t steps the values that they began with, a mean of 0 and a variance of 1, still have the weight
# momentum to the power t: after eighty steps 45 % with 0.99, and next to nothing with 0.9. Here is
# the same small U-Net with either (:ref:`the U-Net's page <sphx_glr_gallery_unet.py>` shows its
# code), in a training of eighty steps:

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import batches, cars, holes, protocol, tensors

# sphinx_gallery_thumbnail_number = 3

print("precision:", machine.use_precision())
task = protocol.validation()[:200]
BATCH_SIZE = 32


def set_momentum(network, momentum):
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = momentum


def train(momentum):
    """Train a small U-Net with a momentum and return it with its record."""
    keras.utils.set_random_seed(0)
    network = networks.unet(widths=(16, 32, 64), name=f"failure_momentum_{momentum:g}")
    set_momentum(network, momentum)
    network.compile(optimizer=keras.optimizers.Adam(2e-3), loss=training.hole_loss())
    record = training.fit(
        network,
        cars.load().train,
        budget=2_560,
        batch_size=BATCH_SIZE,
        epochs=10,
        validation=task,
    )
    return network, record


soon, record_soon = train(momentum=0.9)
late, record_late = train(momentum=0.99)
pages.training_curve({"momentum 0.9": record_soon, "momentum 0.99": record_late})
plt.show()

# %%
# **How it looks.** The two training curves lie on one another, since in training the averages are
# not used. In validation the larger momentum fails, as if the network had learnt by heart.
#
# **How you recognise it.** The gap opens *early*, before any car has been seen twice, when nothing
# can have been learnt by heart yet. And it closes when the network is measured with the statistics
# of the batch, which ``training=True`` asks for. (The batch has to be large; the next section says
# why.)
#
# **What mends it.** A smaller momentum, or a longer training. Or, afterwards, some batches that
# teach nothing and only move the averages, with the smaller momentum:


def fill(network, part, batch_size=100, *, with_batch=False):
    """Fill a task, in use as it should be, or with the statistics of each batch."""
    made, before = [], network.get_weights()
    for start in range(0, len(part.images), batch_size):
        some = part[start : start + batch_size]
        inputs = tensors.network_input(some.incomplete, some.location_map)
        made.append(network(inputs, training=with_batch))
    network.set_weights(before)  # True has moved the running averages as well
    return holes.compose(part.incomplete, np.concatenate(made), part.location_map)


def psnr(filled):
    """Return the PSNR of the mean squared error over the holes."""
    return measuring.score(filled, task).summary()["psnr_of_mean"]


reached = {"averages late": psnr(fill(late, task))}
reached["batch instead"] = psnr(fill(late, task, len(task.images), with_batch=True))

set_momentum(late, 0.9)
stream = batches.training(cars.load().train, BATCH_SIZE, seed=1)
for inputs, *_ in stream.take(1_280 // BATCH_SIZE):
    late(inputs, training=True)  # no gradient, no step
reached["averages arrived"] = psnr(fill(late, task))
pages.show_table({name: {"PSNR, dB": value} for name, value in reached.items()})

# %%
# Fills that depend on the rest of the batch
# ------------------------------------------
# The other mistake is the opposite one: the statistics of the batch in *use*. The network whose
# averages are right fills four cars, each alone, then beside seven others.

order, chosen = task.incomplete.mean(axis=(1, 2, 3)).argsort(), range(pages.COLUMNS)
company = {"alone": [], "beside seven dark cars": order[:7], "beside seven bright ones": order[-7:]}
rows = {
    name: np.concatenate([fill(soon, task[[i, *others]], with_batch=True)[:1] for i in chosen])
    for name, others in company.items()
}
rows |= {"running averages": fill(soon, task)[chosen], "photograph": task.images[chosen]}
beside_others = pages.contact_sheet(rows, location_map=task.location_map[chosen])
plt.show()

# %%
# **How it looks.** The same hole of the same car, filled by the same network, and each time another
# colour: too bright beside dark cars, too dark beside bright ones. The network only knows how
# bright a car is *compared with the batch*.
#
# **How you recognise it.** Fill an image twice, in different company: nothing may change.

known = [fill(soon, task[[*chosen, *others]])[: pages.COLUMNS] for others in company.values()]
differences = {
    "statistics": rows["beside seven dark cars"] - rows["beside seven bright ones"],
    "running": known[1] - known[2],
}
missing = np.broadcast_to(task.location_map[chosen] == 0, rows["photograph"].shape)
changes = {name: 255 * np.abs(change[missing]).mean() for name, change in differences.items()}
in_words = {"statistics": "statistics of the batch", "running": "running averages"}
column = "change between dark and bright company, grey levels"
pages.show_table({in_words[name]: {column: change} for name, change in changes.items()})

# %%
# It is worst in small batches; in large ones one may never notice. The PSNR of the same holes, in
# batches of different sizes:

sizes = [1, 2, 4, 8, 32]
by_size = {
    "running": [psnr(fill(soon, task, size)) for size in sizes],
    "statistics": [psnr(fill(soon, task, size, with_batch=True)) for size in sizes],
}
lines = {in_words[name]: [value.value for value in values] for name, values in by_size.items()}
of_sizes = pages.versus(lines, sizes, ("images a batch", "PSNR, dB"))
plt.show()

# %%
# **What mends it.** ``training=False``. ``predict`` sets it, and so does a plain call of a network;
# the mistake happens in a loop of your own, for instance for a GAN, where ``True`` is left behind.
#
# .. topic:: What to try next
#
#    Train with batches of two. Are the running averages still good, and which curve tells?

quoted = {name.replace(" ", "_"): value for name, value in reached.items()}
quoted |= {f"change_{name}": change for name, change in changes.items()}
for name, values in by_size.items():
    quoted |= {f"{name}_{size}": value for size, value in zip(sizes, values, strict=True)}
pages.publish("batch_statistics", batch_statistics=quoted)
pages.publish_pictures(
    "batch_statistics",
    late=pages.small_curves({"momentum 0.99": record_late, "momentum 0.9": record_soon}),
    beside_others=beside_others,
    of_sizes=of_sizes,
)
