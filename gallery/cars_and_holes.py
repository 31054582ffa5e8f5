"""
The cars and the holes
======================

What do the networks of this tutorial see, and how much of it is there? This page looks at the
photographs, cuts holes into them, and opens the stream of training examples, which can be resumed
in the middle. The chapter :ref:`chapter-introduction` describes all three. It trains no network. At
the end it slides small kernels over a car, and fills a hole with a single layer whose best weights
have a formula.
"""

# %%
# The photographs
# ---------------
# CIFAR-10's cars: 32 × 32 pixels, in colour. They ship with the package, so nothing is downloaded;
# a checksum guards them. Recipes are tuned on the validation cars. The test cars are measured only
# once a recipe is fixed.

import itertools

import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import measuring, pages
from inpainting_guide.data import batches, cars, holes, protocol, tensors
from inpainting_guide.formulas import by_hand

# sphinx_gallery_thumbnail_number = 3

photographs = cars.load()
rows = {}
for name in ("train", "validation", "test"):
    images = getattr(photographs, name)
    one = f"{images[0].shape}, {images.dtype}"
    values = f"{images.min():.0f} to {images.max():.0f}"
    rows[name] = {"images": len(images), "one of them": one, "values": values}
counts = {name: row["images"] for name, row in rows.items()}
pages.show_table(rows)

# %%
# Six training cars, drawn at random:

rng = np.random.default_rng(0)
pages.contact_sheet({"photographs": photographs.train[rng.choice(4500, 6, replace=False)]})
plt.show()

# %%
# The mean of all training cars, pixel by pixel, and their standard deviation. The mean is a ghost
# of a car: the answer of a network that looked at nothing. The deviation is how far a photograph
# typically is from it: a good part of the range from black to white, at every pixel.

mean, deviation = photographs.train.mean(axis=0), photographs.train.std(axis=0)
pages.contact_sheet({"all training cars": [mean, deviation]}, ["mean", "deviation"])
plt.show()
print(f"standard deviation: from {deviation.min():.2f} to {deviation.max():.2f}")

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
# Pixels in the middle of the image are missing far more often than those in its corners, each of
# which only one of the 441 positions covers.

every = holes.square(*np.divmod(np.arange(441), 21))
shares = {"": 100 * (1 - every.mean(axis=0)[..., 0])}
pages.heat_maps(shares, "share of holes that cover the pixel, %")
plt.show()

# %%
# The public notebooks of the thesis's author drew *one* number for both edges, and drew it once for
# every image. With the 20 values that it could take, that leaves 20 positions on the diagonal, and
# one frozen hole for each of their 5,000 training cars: a network can learn these answers by heart.
# Here every hole of every batch is fresh, and half of the images are flipped:

fresh = 2 * holes.places() ** 2 * len(photographs.train)
examples = {"frozen holes": 5_000, "fresh holes": fresh}
pages.show_table({name: {"different examples": count} for name, count in examples.items()})

# %%
# The stream of batches
# ---------------------
# ``tf.data`` makes the batches: each pass takes every car once, in a new order. Two functions turn
# a photograph and its location map into an example. The network gets the incomplete image with its
# map as a fourth channel, and should answer with the photograph; a weight of 1 in the hole tells
# the loss where to look.

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
# What kernels answer
# -------------------
# The chapter :ref:`chapter-convolution` slides a kernel of 3 × 3 weights over an image of 4 × 4
# pixels, with a pencil. Here are three kernels over a grey picture of a car in front of a striped
# wall: a mean, which blurs; the neighbours to the left of a pixel minus those to its right, which
# finds the edges of the stripes; and a detector of horizontal bars, which does not see them. (For
# the last two, middle grey is an answer of 0.) Below, the same with a hole. Its zeros look like a
# black square, and its rim like edges that the photograph does not have: this is why a network gets
# the location map as well. (The lines along the image's own border come from the zeros beyond it.)

kernels = {
    "mean of nine": np.full((3, 3), 1 / 9),
    "left − right": np.array([[1, 0, -1]] * 3) / 3,
    "bar detector": np.repeat([[-1], [2], [-1]], 3, axis=1) / 3,
}


def answers(image):
    """Show an image in grey and what each kernel answers."""
    grey = image.mean(axis=-1, keepdims=True)
    padded = np.pad(grey, ((1, 1), (1, 1), (0, 0)))
    shown = [grey]
    for name, kernel in kernels.items():
        answer = by_hand.convolve(padded, kernel[:, :, None, None], np.zeros(1))
        shown.append(answer if name == "mean of nine" else 0.5 + answer / 2)  # 0 in middle grey
    return [np.repeat(picture, 3, axis=-1) for picture in shown]


striped = photographs.train[44:45]
with_hole = holes.cut(striped, holes.square(10, 10))
edges = pages.contact_sheet(
    {"complete": answers(striped[0]), "with a hole": answers(with_hole[0])},
    ["the image", *kernels],
)
plt.show()

# %%
# What one layer can fill
# -----------------------
# A network of one affine layer and nothing else has best weights that need no training: linear
# least squares finds them. For the hole in the middle of the image, this layer reads a frame of
# known pixels around the hole and writes all 432 numbers inside. A wider frame needs more weights.
# The fills are measured by their PSNR, in decibels: higher is better, and half the squared error is
# 3 dB more (:ref:`chapter-introduction`).

middle = holes.square(10, 10)[0, ..., 0] == 0


def frame(images, width):
    """Take the pixels of a frame around the middle hole and a 1 for the bias, a row per image."""
    around = holes.square(10 - width, 10 - width, holes.HOLE + 2 * width)[0, ..., 0] == 0
    pixels = images[:, around & ~middle].reshape(len(images), -1)
    return np.column_stack([pixels, np.ones(len(images))]).astype(float)


def solve(images, width):
    """Find the weights with the least squared error over the hole, by the normal equations."""
    read, wanted = frame(images, width), images[:, middle].reshape(len(images), -1)
    return np.linalg.solve(read.T @ read, read.T @ wanted)


def fill(images, weights, width):
    """Fill the middle hole of every image."""
    filled = images.copy()
    filled[:, middle] = (frame(images, width) @ weights).reshape(len(images), -1, 3)
    return np.clip(filled, 0, 1)


tasks = {}
for name in ("train", "validation"):
    images = getattr(photographs, name)
    tasks[name] = protocol.Task(images, holes.square(*np.full((2, len(images)), 10)))
rows, fills, affine = {}, {}, {}
for width in (0, 1, 2, 4, 10):
    weights = solve(photographs.train, width)
    label = f"frame of {width}" if width else "no frame"
    rows[label] = {"numbers read": len(weights) - 1, "weights": weights.size}
    for name, task in tasks.items():
        filled = fill(task.images, weights, width)
        error = measuring.squared_error(task.images, filled, task.location_map).mean()
        rows[label][name] = measuring.Quantity(measuring.psnr(error), "dB")
    fills[label], affine[f"frame_{width}"] = filled, rows[label]
titles = {"numbers read": "numbers read", "weights": "weights"}
pages.show_table(rows, titles | {"train": "training cars, dB", "validation": "validation cars, dB"})

# %%
# The wider the frame, the better the layer does on the cars that its weights were fitted to. On
# cars that it has not seen, narrow frames are best: one pixel is enough, and a second adds nothing.
# Without a frame it puts the mean of all cars into every hole. On new cars, the layer that reads
# all known pixels is hardly better than that: too much of what it learnt holds for its own 4,500
# cars alone. The chapter :ref:`chapter-feedforward` calls this *overfitting*.

shown = {label: fills[label] for label in ("no frame", "frame of 1", "frame of 10")}
one_layer = pages.fill_sheet(tasks["validation"], shown)
plt.show()

# %%
# .. topic:: What to try next
#
#    Cut holes of 4 and of 20 pixels: ``holes.random_square(6, rng, hole=20)``. Which would you
#    rather fill? The page :ref:`sphx_glr_gallery_filling_without_learning.py` tries without any
#    learning.

pages.publish("cars_and_holes", cars=counts, affine=affine)
pages.publish_pictures("cars_and_holes", edges=edges, one_layer=one_layer)
