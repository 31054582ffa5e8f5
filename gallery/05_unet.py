"""
The U-Net: skip connections
===========================

What is lost in a bottleneck that has room for everything? The *place* of things. In a U-Net the
decoder also sees, at every resolution, what the encoder saw there. This page trains one, and the
same network without its skips. The chapter :ref:`chapter-autoencoders` says why they help.
"""

# %%
# The network
# -----------

import keras
import matplotlib.pyplot as plt

from inpainting_guide import blocks, budgets, code, curves, figures, filling, machine, metrics
from inpainting_guide import networks, protocol, publishing, recipes, store, training

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
store.require("direct_cnn", "autoencoder")
keras.utils.set_random_seed(0)
network = networks.unet()
print(code.listing(networks.unet))
print(code.listing(blocks.contract))
print(code.listing(blocks.expand))
print(f"{network.count_params():,} parameters")

# %%
# The recipe
# ----------
# That of the autoencoder, with fewer images: each takes longer.

print(code.listing(recipes.train))
print(f"{recipes.IMAGES['unet']:,} images in batches of {recipes.BATCH_SIZE}")
record = recipes.train(network, recipes.IMAGES["unet"], epochs=10, seed=0)

# %%

curves.training_curve({"U-Net": record})
plt.show()

# %%
# What do the skips bring?
# ------------------------
# The U-Net differs from the autoencoder in more than its skips: in the order of normalisation and
# ReLU, in its kernels, in its number of layers. So the fair question is put to the same network
# with and without them (without, the decoder's convolutions read half as many channels), both
# trained on a third of the images. Whoever asks this still chooses a network, so it is the
# validation cars that answer.

tune, pair = protocol.validation(), {}
for name, skips in (("without skips", False), ("with skips", True)):
    keras.utils.set_random_seed(0)
    short = networks.unet(skips=skips, name="unet_short" if skips else "unet_without_skips")
    recipes.train(short, 19_200, epochs=5)
    pair[name] = filling.by(short)(tune.incomplete, tune.location_map)

short_scores = {name: protocol.score(filled, tune) for name, filled in pair.items()}
print(protocol.table(short_scores))
brought = protocol.compare(short_scores["with skips"], short_scores["without skips"])
print(f"the skips: {brought['gain_mean']} dB ({brought['gain_mean_interval']})")

# %%
# They help most at the rim of the hole, where the exact place of an edge outside decides what
# continues inside.

profiles = {
    name: metrics.squared_error_by_depth(tune.images, filled, tune.location_map)
    for name, filled in pair.items()
}
curves.hole_profile(profiles)
plt.show()
better = metrics.psnr(profiles["with skips"]) - metrics.psnr(profiles["without skips"])
for depth, value in enumerate(better, start=1):
    print(f"{depth} pixels in: {value:+.2f} dB")

# %%
# The fills
# ---------

protocol.declare_final()
task = protocol.test()
methods = {
    "direct CNN": filling.by(store.load("direct_cnn")),
    "autoencoder": filling.by(store.load("autoencoder")),
    "U-Net": filling.by(network),
}
fills = {name: fill(task.incomplete, task.location_map) for name, fill in methods.items()}
figures.fill_sheet(task, fills)
plt.show()

# %%
# The numbers
# -----------

scores = {name: protocol.score(filled, task) for name, filled in fills.items()}
print(protocol.table(scores))
trained = {"direct CNN": "direct_cnn", "autoencoder": "autoencoder", "U-Net": "unet"}
print(budgets.table({name: [key] for name, key in trained.items()}))
curves.psnr_comparison(scores)
plt.show()

gain = protocol.compare(scores["U-Net"], scores["autoencoder"])
print(f"against the autoencoder: {gain['gain_mean']} dB ({gain['gain_mean_interval']}),")
print(f"better on {gain['wins']} of the cars")

# %%
# .. topic:: What to try next
#
#    Give the network a better first guess: the harmonic fill as three more input channels.

publishing.publish(
    "05_unet",
    {
        "unet": scores["U-Net"].quotable()
        | training.quotable(record)
        | gain
        | {
            "skips_gain": brought["gain_mean"],
            "skips_interval": brought["gain_mean_interval"],
            "gain_rim": f"{better[0]:.2f}",
            "gain_centre": f"{better[-1]:.2f}",
        }
    },
)
