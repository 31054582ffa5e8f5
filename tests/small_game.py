"""Adversarial games of small players, shared by the tests of their losses and of their training."""

import keras
import numpy as np

from inpainting_guide.data import batches, holes
from inpainting_guide.networks import gan

SIZE = 8
GAMES = ("printed", "mended", "mended, unpaired")


def generator(size=SIZE):
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = keras.layers.Conv2D(4, 3, padding="same", activation="tanh", name="conv1")(inputs)
    outputs = keras.layers.Conv2D(3, 3, padding="same", activation="sigmoid", name="conv2")(x)
    return keras.Model(inputs, outputs, name="generator")


def judge(build, size=SIZE):
    """Make a discriminator of ``build(image, location_map)``, which returns a logit."""
    image = keras.Input((size, size, 3), name="image")
    location_map = keras.Input((size, size, 1), name="location_map")
    inputs = [image, location_map]
    return keras.Model(inputs, build(*inputs), name="discriminator")


def convolutional(image, location_map):
    """Look at image and map; steep and curved, so that verdicts differ and gradients change."""
    x = keras.layers.Concatenate(name="join")([image, location_map])
    x = keras.layers.Conv2D(4, 3, strides=2, activation="tanh", name="conv1")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    start = keras.initializers.RandomNormal(stddev=0.5, seed=1)
    return keras.layers.Dense(1, kernel_initializer=start, name="logit")(x)


def linear(image, _):
    return keras.layers.Dense(1, name="logit")(keras.layers.Flatten(name="flatten")(image))


def quadratic(image, _):
    squares = keras.layers.Multiply(name="squares")([image, image])
    return keras.layers.Dense(1, name="logit")(keras.layers.Flatten(name="flatten")(squares))


def undecided(image, _):
    """Always return the logit 0.7, whatever the image."""
    logit = keras.layers.Dense(
        1, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(0.7),
        name="logit",
    )  # fmt: skip
    return logit(keras.layers.Flatten(name="flatten")(image))


def play(kind, build=convolutional, **settings):
    """Make one of the three games with small players."""
    players = generator(), judge(build)
    if kind == "printed":
        return gan.PrintedGAN(*players, **({"alpha": 0.4, "name": "game"} | settings))
    weights = {"adversarial_weight": 0.3, "penalty": 0.2, "paired": kind == "mended"}
    return gan.InpaintingGAN(*players, **(weights | {"name": "game"} | settings))


def example(photographs, rng):
    """Three small photographs with holes of two sizes, as a training step gets them."""
    images = np.ascontiguousarray(photographs[:3, ::4, ::4])
    maps = [holes.random_square(n, rng, hole=side, size=SIZE) for n, side in ((1, 2), (2, 5))]
    data = batches.example(images, np.concatenate(maps))
    return [keras.ops.convert_to_tensor(part) for part in data]


def some_fill(rng):
    """Numbers for a fill of these photographs."""
    return keras.ops.convert_to_tensor(rng.random((3, SIZE, SIZE, 3), np.float32))


def both_terms(game, batch, filled):
    """Return the discriminator's terms and the generator's as numbers."""
    inputs, image, weight = batch
    judged = game.discriminator_terms(inputs, image, filled, training=False)
    terms = game.generator_terms(inputs, image, filled, weight, training=False)
    return [{name: float(value) for name, value in part.items()} for part in (judged, terms)]


def verdict(game, image, batch):
    image = keras.ops.convert_to_tensor(image)
    return keras.ops.convert_to_numpy(game.discriminator([image, batch[0][..., 3:]]))


def composed(batch, filled):
    """Put a fill into the holes, by `holes.compose`."""
    inputs, image, _ = map(np.asarray, batch)
    return holes.compose(image, np.asarray(filled), inputs[..., 3:])
