"""
The autoencoder
===============

Is it better to look at the whole car through a narrow bottleneck? This page builds the
autoencoder of the thesis (section 3.2, tables 3.2 and 3.3), trains it, and asks what its
bottleneck really holds. The chapter :ref:`chapter-autoencoders` has the theory.
"""

# %%
# The network
# -----------
# Three strided convolutions bring the image down to 4 × 4 pixels of 256 channels, three transposed
# convolutions bring it back.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import batches, blocks, budgets, cars, classical, code, curves, figures
from inpainting_guide import filling, machine, metrics, networks, protocol, publishing, recipes
from inpainting_guide import store, training

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
store.require("direct_cnn")
keras.utils.set_random_seed(0)
network = networks.autoencoder()
print(code.listing(networks.autoencoder))
print(code.listing(blocks.encoder))

# %%
# Layer by layer, to be held against the thesis's tables. Each batch normalisation counts its
# running mean and variance too, which are not trained:

for layer in network.layers[1:]:
    _, height, width, channels = layer.output.shape
    shape = f"{height:2} × {width:2} × {channels:3}"
    print(f"{layer.name:12} {shape} {layer.count_params():9,} parameters")
print(f"in all {network.count_params():,} parameters")

# %%
# The thesis takes that for hardly more than the direct network has. It is 4.2 times as much; but
# most of its layers work on small images, so that it is far quicker to train.
#
# The recipe
# ----------
# As for the direct network: the squared error over the hole alone, Muon, a short climb and a
# cosine. The seed of the first weights was set above, before the network was built.

print(code.listing(recipes.train))
print(f"{recipes.IMAGES['autoencoder']:,} images in batches of {recipes.BATCH_SIZE}")
record = recipes.train(network, recipes.IMAGES["autoencoder"], epochs=10, seed=0)

# %%

curves.training_curve({"autoencoder": record})
plt.show()

# %%
# The fills
# ---------

protocol.declare_final()
task = protocol.test()
methods = {
    "harmonic": classical.METHODS["harmonic"],
    "direct CNN": filling.by(store.load("direct_cnn")),
    "autoencoder": filling.by(network),
}
fills = {name: fill(task.incomplete, task.location_map) for name, fill in methods.items()}
figures.fill_sheet(task, fills)
plt.show()

# %%
# The numbers
# -----------

scores = {name: protocol.score(filled, task) for name, filled in fills.items()}
print(protocol.table(scores))

# %%
# And what differs besides the network:

print(budgets.table({"direct CNN": ["direct_cnn"], "autoencoder": ["autoencoder"]}))

# %%

gain = protocol.compare(scores["autoencoder"], scores["direct CNN"])
print(f"against the direct CNN: {gain['gain_mean']} dB ({gain['gain_mean_interval']}),")
print(f"better on {gain['wins']} of the cars")

# %%
# What does the bottleneck hold?
# ------------------------------
# It has 4 · 4 · 256 = 4,096 values, more than the 3,072 of the image: it compresses nothing. But
# does the network use them all? We take the latents of all training cars, each with eight holes,
# find their principal directions, and fill holes of the validation cars from latents that keep only
# the first few.

bottleneck = network.get_layer("conv4").output
encoder = keras.Model(network.inputs, bottleneck)
decoder_input = keras.Input(bottleneck.shape[1:])
x = decoder_input
for layer in network.layers[network.layers.index(network.get_layer("conv4")) + 1 :]:
    x = layer(x)
decoder = keras.Model(decoder_input, x)


def encode(task):
    """Return the latents of a task, a row for each image."""
    latents = encoder.predict(batches.network_input(task.incomplete, task.location_map), verbose=0)
    return latents.reshape(len(latents), -1).astype(np.float32)


def principal(latents):
    """Find the centre, the variances and the principal directions, the widest first."""
    centre = latents.mean(axis=0)
    centred = latents - centre
    if len(latents) < latents.shape[1]:  # in a quick run, where this is faster
        _, spread, directions = np.linalg.svd(centred, full_matrices=False)
        return centre, spread**2, directions
    variances, directions = np.linalg.eigh(centred.T @ centred)
    return centre, variances[::-1], directions.T[::-1]


def needed(variances):
    """Count the directions that hold 95 % of the variance."""
    return int(np.searchsorted(np.cumsum(variances) / np.sum(variances), 0.95)) + 1


pupils = cars.load().train[: 12 if machine.quick() else None]
latents = np.concatenate([encode(protocol.task(pupils, seed)) for seed in range(3, 11)])
centre, variances, directions = principal(latents)
judged = protocol.validation()
own = encode(judged) - centre


def psnr_with(count):
    """Return the PSNR of fills from latents that keep the first `count` directions."""
    kept = centre + own @ directions[:count].T @ directions[:count]
    decoded = decoder.predict(kept.reshape(-1, *bottleneck.shape[1:]), verbose=0)
    return metrics.psnr(metrics.squared_error(judged.images, decoded, judged.location_map).mean())


for count in (1, 4, 16, 64, 256, 1_024):
    print(f"{count:5,} directions of 4,096: {psnr_with(count):5.2f} dB")
full = protocol.measure(methods["autoencoder"], judged).squared_error.mean()
print(f"all of them: {metrics.psnr(full):5.2f} dB")

# %%
# A sample has at most as many directions as images, and a small one looks narrower than what it was
# drawn from. So the same count once more, with four holes for each car:

half = latents[: len(latents) // 2]
of_half = principal(half)[1]
for samples, count in ((len(latents), needed(variances)), (len(half), needed(of_half))):
    print(f"{samples:,} samples: {count:,} directions hold 95 % of the latents' variance")

# %%
# A fraction of the directions carries nearly all that the fills need, although nothing forced the
# network to be so sparing: the loss does not ask for the known pixels, so the encoder may drop
# them. What is wide is the layer; the *code* is narrower.
#
# What it gets wrong
# ------------------
# The three worst holes and the three best.

ours = scores["autoencoder"]
ends = np.argsort(ours.psnr)[[0, 1, 2, -3, -2, -1]]
figures.fill_sheet(task, fills, ends, [f"{psnr:.1f} dB" for psnr in ours.psnr[ends]])
plt.show()

# %%
# .. topic:: What to try next
#
#    Let the decoder see what the encoder saw: :ref:`sphx_glr_gallery_05_unet.py`.

publishing.publish(
    "04_autoencoder",
    {
        "autoencoder": ours.quotable()
        | training.quotable(record)
        | gain
        | {
            "latent_directions": f"{needed(variances):,}",
            "latent_samples": f"{len(latents):,}",
            "latent_directions_of_half": f"{needed(of_half):,}",
        }
    },
)
