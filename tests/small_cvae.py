"""Small conditional variational autoencoders and their data, shared by their tests."""

import functools

import keras
import numpy as np

from inpainting_guide.data import batches, holes
from inpainting_guide.networks import cvae

SIZE = 16
"""Side of the small model's images: a hole of 12 pixels still has places to be at."""


def small(**settings):
    """Build a conditional VAE of a few thousand weights; its latent grid is 8 x 8 x 2."""
    shape = {"widths": (4, 8), "latent_level": 2, "latent_channels": 2, "size": SIZE}
    return cvae.ConditionalVAE(**(shape | settings))


def shaken(model, scale=0.1, seed=3):
    """Move every weight: the log variances of a new model are all 0."""
    rng = np.random.default_rng(seed)
    for weight in model.trainable_weights:
        weight.assign_add(scale * rng.normal(size=weight.shape).astype(np.float32))
    return model


@functools.cache
def model_of(kind):
    """Build a model once, for tests that do not train it."""
    keras.utils.set_random_seed(0)
    return shaken(small()) if kind == "CVAE" else shaken(cvae.PrintedCVAE(), 0.05)


KINDS = ("CVAE", "printed CVAE")


def example(images, location_map):
    """Make a batch as a training step gets it: of tensors."""
    return [keras.ops.convert_to_tensor(part) for part in batches.example(images, location_map)]


def measured(terms):
    return {name: float(value) for name, value in terms.items()}


def with_noise_in_the_hole(images, location_map):
    noise = np.random.default_rng(9).random(images.shape, np.float32)
    return np.where(location_map == 1, images, noise)


def images_and_maps(photographs, rng, model, count=4):
    """Make images of a model's size, with holes of two sizes."""
    step = 32 // model.size
    images = np.ascontiguousarray(photographs[:count, ::step, ::step])
    half = count // 2
    maps = [
        holes.random_square(n, rng, hole=side, size=model.size)
        for n, side in ((half, model.size // 4), (count - half, model.size // 2))
    ]
    return images, np.concatenate(maps)
