"""
The cars and the holes
======================

What do the networks of this tutorial see, and how much of it is there? This page looks at the
photographs, cuts holes into them, and checks that the stream of training examples is what the
chapter :ref:`chapter-introduction` promises. It trains nothing and needs no network.
"""

# %%
# The photographs
# ---------------
# CIFAR-10's cars: 32 × 32 pixels, in colour. They ship with the package, so nothing is
# downloaded; a checksum guards them. Recipes are tuned on the validation cars. The test cars are
# measured only when a recipe stands.

import itertools

import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import pages
from inpainting_guide.data import batches, cars, holes, tensors

# sphinx_gallery_thumbnail_number = 4

photographs = cars.load()
rows = {}
for name in ("train", "validation", "test"):
    images = getattr(photographs, name)
    one = f"{images[0].shape}, {images.dtype}"
    values = f"{images.min():.0f} to {images.max():.0f}"
    rows[name] = {"images": len(images), "one of them": one, "values": values}
pages.show_table(rows)

# %%
# Six training cars, drawn at random:

rng = np.random.default_rng(0)
pages.contact_sheet({"photographs": photographs.train[rng.choice(4500, 6, replace=False)]})
plt.show()

# %%
# The mean of all training cars, pixel by pixel, and their standard deviation. The mean is a ghost
# of a car: what a network would answer that looked at nothing.

mean, deviation = photographs.train.mean(axis=0), photographs.train.std(axis=0)
pages.contact_sheet({"all training cars": [mean, deviation]}, ["mean", "deviation"])
plt.show()

# %%
# The holes
# ---------
# A hole is a square of 12 × 12 pixels. Its top and its left edge are drawn independently from the
# 21 places where it fits, so there are 21 × 21 = 441 positions. A *location map* says where the
# image is known (1, white) and where it is missing (0, black).

chosen = photographs.train[rng.choice(4500, 6, replace=False)]
location_map = holes.random_square(6, rng)
incomplete = holes.cut(chosen, location_map)
white = np.repeat(location_map, 3, axis=-1)
pages.contact_sheet({"photograph": chosen, "location map": white, "incomplete": incomplete})
plt.show()
print(f"{holes.places() ** 2} positions; a hole covers {1 - location_map.mean():.1%} of the image")

# %%
# Pixels in the middle of the image are missing far more often than those in its corners, which
# only one of the 441 positions covers.

every = holes.square(*np.divmod(np.arange(441), 21))
pages.heat_maps({"": 100 * (1 - every.mean(axis=0)[..., 0])}, "share of holes that cover it, %")
plt.show()

# %%
# The thesis's published notebooks drew *one* number for both edges, and drew it once for every
# image. That leaves 20 positions on the diagonal, and one frozen hole an image: a network can
# learn the 5,000 answers by heart. Here every hole of every batch is fresh, and half of the images
# are flipped:

fresh = 2 * holes.places() ** 2 * len(photographs.train)
examples = {"frozen holes": 5_000, "fresh holes": fresh}
pages.show_table({name: {"different examples": count} for name, count in examples.items()})

# %%
# The stream of batches
# ---------------------
# `tf.data` makes the batches: each pass takes every car once, in a new order. Two functions turn
# a photograph and its location map into an example. What the network gets is the incomplete image
# and its map, as a fourth channel; what it should answer is the photograph; and a weight of 1 in
# the hole tells the loss where to look.

pages.show_code(batches.example, tensors.network_input)
stream = batches.training(photographs.train, batch_size=64, seed=0)
network_input, target, weight = next(iter(stream))
print(f"input {network_input.shape}, target {target.shape}, weight {weight.shape}")

# %%
# A batch depends on the seed and on its number alone. A run that was interrupted after 1,000
# steps can therefore go on with the batch that would have come next.

whole = next(itertools.islice(stream, 1000, None))
resumed = next(iter(batches.training(photographs.train, batch_size=64, seed=0, first_step=1000)))
print("the same batch:", all(np.array_equal(a, b) for a, b in zip(whole, resumed, strict=True)))

# %%
# .. topic:: What to try next
#
#    Cut holes of 4 and of 20 pixels: ``holes.random_square(6, rng, hole=20)``. Which would you
#    rather fill? The page :ref:`sphx_glr_gallery_filling_without_learning.py` tries without any
#    learning.

pages.publish("cars_and_holes", cars={name: row["images"] for name, row in rows.items()})
