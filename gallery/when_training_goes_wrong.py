"""
When training goes wrong
========================

A learning rate that is too high makes training fail here on purpose, in seconds: it shows in the
curves and in the fills. Two other failures of training have their own pages, :ref:`learning by
heart <sphx_glr_gallery_patch_autoencoder.py>` and :ref:`batch statistics
<sphx_glr_gallery_batch_statistics.py>`. The chapter :ref:`chapter-feedforward` has the theory of
training.
"""

# %%
# A learning rate that is too high
# --------------------------------
# A small U-Net (:ref:`the U-Net's page <sphx_glr_gallery_unet.py>` shows its code), trained by Adam
# with three learning rates, the usual 0.001 among them. Nothing else differs.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol, tensors

# sphinx_gallery_thumbnail_number = 1

print("precision:", machine.use_precision())
task = protocol.validation()[:200]


def train(rate):
    """Train a small U-Net at a learning rate and return it with its record."""
    keras.utils.set_random_seed(0)
    network = networks.unet(widths=(16, 32, 64), name=f"failure_rate_{rate:g}")
    network.compile(optimizer=keras.optimizers.Adam(rate), loss=training.hole_loss())
    record = training.fit(
        network,
        cars.load().train,
        budget=1_920,
        batch_size=32,
        epochs=10,
        validation=task,
    )
    return network, record


learners = {f"rate {rate:g}": train(rate) for rate in (0.001, 0.1, 1.0)}
records = {name: record for name, (_, record) in learners.items()}
figure = pages.training_curve(records)
figure.axes[0].legend(frameon=False, loc="right", bbox_to_anchor=(1, 0.38))
plt.show()

# %%

fills = {
    name: filling.fill(network, task.incomplete, task.location_map)
    for name, (network, _) in learners.items()
}
pages.fill_sheet(task, fills)
plt.show()

# %%
# **How it looks.** At 0.1 every hole gets the same grey. At 1 every hole gets the same glaring
# colour: each channel is fully on or fully off.
#
# **How you recognise it.** The curve is flat from early on, in training *and*, once the averages of
# batch normalisation have arrived, in validation, at no better a value than one fixed colour
# reaches. And what the network answers does not depend on the car: the colour of the fills has
# almost no spread.

missing = np.broadcast_to(task.location_map == 0, task.images.shape)
inputs = tensors.network_input(task.incomplete, task.location_map)
answers = {}
for name, fill in fills.items():
    network, _ = learners[name]
    before_last = keras.Model(network.input, network.layers[-1].input)
    colours = fill[missing].reshape(len(fill), -1, 3).mean(axis=1)
    answers[name] = {
        "psnr": measuring.score(fill, task).summary()["psnr_of_mean"],
        "spread": 255 * colours.std(axis=0).mean(),
        "awake": measuring.Quantity(float(np.mean(before_last(inputs) > 0)), "share"),
    }
one_colour = np.broadcast_to(cars.load().train.mean(axis=(0, 1, 2)), task.images.shape)
level = measuring.score(one_colour, task).summary()["psnr_of_mean"]
pages.show_table(
    answers | {"one fixed colour": {"psnr": level}},
    {
        "psnr": "PSNR of the mean squared error, dB",
        "spread": "spread over cars, grey levels",
        "awake": "ReLUs before the last layer that are not 0",
    },
)

# %%
# Long steps break a network for good. At 1 the last layer is thrown far to one side, where the
# sigmoid is flat. At 0.1 nearly all ReLUs before the last layer are pushed below zero, and what is
# left is its bias: one colour. In both places hardly any gradient reaches the other weights, so
# that waiting does not help.
#
# **What mends it.** A tenth of the rate, then a tenth of that, until the curve rises; a new start
# each time. A rate that begins at zero and climbs avoids the first wild steps
# (:func:`inpainting_guide.training.recipes.warm_up_and_cosine`).
#
# The curves of another failure
# -----------------------------
# A curve that is flat in validation alone is another failure: the training curve climbs and climbs,
# the validation curve follows for a while, stops, and may fall. The network learns its training
# cars by heart, and without validation nothing would tell.
# :ref:`sphx_glr_gallery_patch_autoencoder.py` makes this failure, with holes that are frozen, and
# mends it with fresh ones.
#
# .. topic:: What to try next
#
#    Let the rate of 0.1 begin at zero and climb. Does the network survive it, and a rate of 1?

wrong_training = {"fixed_colour": level}
for name, row in answers.items():
    rate = name.removeprefix("rate ").replace(".", "_")
    wrong_training |= {f"rate_{rate}": row["psnr"], f"spread_{rate}": row["spread"]}
pages.publish("when_training_goes_wrong", wrong_training=wrong_training)
pages.publish_pictures(
    "when_training_goes_wrong",
    flat=pages.small_curves({name: records[name] for name in ("rate 0.1", "rate 0.001")}),
)
