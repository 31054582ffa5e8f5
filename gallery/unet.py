"""
The U-Net: skip connections
===========================

What is lost in a bottleneck that has room for everything? The *place* of things. In a U-Net the
decoder also sees, at every resolution, what the encoder saw there. This page trains one, and the
same network without its skips. It compares with two networks, so run
:ref:`sphx_glr_gallery_direct_cnn.py` and :ref:`sphx_glr_gallery_autoencoder.py` first. The chapter
:ref:`chapter-autoencoders` says why skips help.
"""

# %%
# The network
# -----------
# Two halves: one contracts the image level by level, the other expands it again, and is joined at
# each level by what the first half saw there. They are built from two blocks, listed below them.
# (``latent`` is for the conditional VAE of a later page, and ``told`` for the flow of another.)

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol, tensors
from inpainting_guide.networks import blocks

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
filling.require("direct_cnn", "autoencoder")
pages.show_code(networks.unet, networks.contract, networks.expand)
pages.show_code(networks.convolve, networks.double, blocks.crop)

# %%
# (``around`` is 0 here: the whole photograph is painted. A network that paints a part of it, as on
# :ref:`sphx_glr_gallery_how_far_minutes_go.py`, can save what only the rest would need.)
#
# ``BatchNormalization``, here and in the autoencoder, is a version of Keras's layer. It differs
# only in training, and there only in its time: Keras puts it together from a dozen operations, and
# TensorFlow has a single one with the same result, up to rounding. (In a saved network Keras's own
# layer stands in its place, so that Keras can read the file without this package.)

pages.show_code(blocks.BatchNormalization.call)

# %%
# The recipe
# ----------
# That of the autoencoder, with fewer images: each takes longer. Three networks are trained by it on
# this page, from the same seed.

BATCH_SIZE = 64


def train(network, images, epochs):
    """Compile a network, and train it on so many images."""
    steps = images // BATCH_SIZE
    network.compile(
        optimizer=training.ConvolutionMuon(training.warm_up_and_cosine(3e-3, steps)),
        loss=training.hole_loss(),
    )
    return training.fit(
        network,
        cars.load().train,
        budget=images,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        validation=protocol.validation(),
    )


keras.utils.set_random_seed(0)
network = networks.unet()
print(f"{network.count_params():,} parameters")
record = train(network, images=57_600, epochs=10)

# %%

curve = pages.training_curve({"U-Net": record})
plt.show()

# %%
# What do the skips bring?
# ------------------------
# The U-Net differs from the autoencoder in more than its skips: in the order of normalisation and
# ReLU, in its kernels, in its number of layers. So the fair question is put to the same network
# with and without them (without, the decoder's convolutions read half as many channels), both
# trained on a third of the images. This is still part of choosing a network, so it is answered on
# the validation cars.

tune, pair = protocol.validation(), {}
for name, skips in (("without skips", False), ("with skips", True)):
    keras.utils.set_random_seed(0)
    short = networks.unet(skips=skips, name="unet_short" if skips else "unet_without_skips")
    train(short, images=19_200, epochs=5)
    pair[name] = filling.by(short)(tune.incomplete, tune.location_map)

short_scores = {name: measuring.score(filled, tune) for name, filled in pair.items()}
pages.show_scores(short_scores)
brought = measuring.compare(short_scores["with skips"], short_scores["without skips"])
print(f"the skips: {brought['gain_mean'].signed} dB ({brought['gain_mean'].interval})")

# %%
# They help most at the rim of the hole, where the exact place of an edge outside decides what
# continues inside. In its middle, far from all edges outside, they bring nothing. The figure and
# the table show it depth by depth, and depth 1 is next to the known pixels.

profiles = {
    name: measuring.squared_error_by_depth(tune.images, filled, tune.location_map)
    for name, filled in pair.items()
}
profile = pages.hole_profile(profiles)
plt.show()
gains = measuring.psnr(profiles["with skips"]) - measuring.psnr(profiles["without skips"])
better = [measuring.Quantity(float(gain), "dB") for gain in gains]
pages.show_table({f"depth {n}": {"gain, dB": gain} for n, gain in enumerate(better, start=1)})

# %%
# The fills
# ---------

protocol.declare_final()
task = protocol.test()
trained = {
    "direct CNN": filling.load("direct_cnn"),
    "autoencoder": filling.load("autoencoder"),
    "U-Net": network,
}
fills = {
    name: filling.by(each)(task.incomplete, task.location_map) for name, each in trained.items()
}
sheet = pages.fill_sheet(task, fills)
plt.show()

# %%
# And this is what the networks return before it is pasted. The loss asked for nothing outside the
# hole, so what stands there is a by-product: washed out, blurred, or overlaid by a coloured grid.

chosen = np.random.default_rng(1).choice(len(task.images), pages.COLUMNS, replace=False)
inputs = tensors.network_input(task.incomplete[chosen], task.location_map[chosen])
raw = {name: filling.predict(each, inputs) for name, each in trained.items()}
returned = pages.contact_sheet(
    {"incomplete": task.incomplete[chosen]} | raw | {"photograph": task.images[chosen]},
    location_map=task.location_map[chosen],
)
plt.show()

# %%
# The numbers
# -----------

scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)
keys = "direct_cnn", "autoencoder", "unet"
pages.show_budgets({name: [key] for name, key in zip(trained, keys, strict=True)})
pages.psnr_comparison(scores)
plt.show()

gain = measuring.compare(scores["U-Net"], scores["autoencoder"])
print(f"against the autoencoder: {gain['gain_mean'].signed} dB ({gain['gain_mean'].interval}),")
print(f"better on {gain['wins']} of the cars")

# %%
# Against the direct network the table says little: the two are close, and the direct network saw
# nearly twice as many images. In a window, by another recipe, on more images and in more time, the
# same kinds of layers get further (:ref:`sphx_glr_gallery_how_far_minutes_go.py`).
#
# .. topic:: What to try next
#
#    What does the deepest level bring? Train ``networks.unet(widths=(32, 64, 128), name="three")``
#    as the two of ``pair`` were trained. Would a first guess help, such as the harmonic fill? See
#    :ref:`sphx_glr_gallery_classical_and_deep.py`.

of_skips = {
    "skips_gain": brought["gain_mean"],
    "gain_rim": better[0],
    "gain_centre": better[-1],
}
pages.publish("unet", unet=scores["U-Net"].summary() | training.cost(record) | gain | of_skips)
pages.publish_pictures("unet", curve=curve, profile=profile, fills=sheet, returned=returned)
