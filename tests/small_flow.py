"""A flow of few weights for small images, whose training takes seconds."""

import functools

import keras

from inpainting_guide import networks

HOLE, SIZE = 4, 16


@functools.cache
def mean_network():
    """Build a mean network once: a flow copies it."""
    return networks.unet_in_window((4, 8), window=8, hole=HOLE, size=SIZE, name="mean")


def small(**settings):
    """Make a flow of few weights."""
    mean = mean_network()
    keras.utils.set_random_seed(1)
    defaults = {"widths": (8, 8), "window": 8, "hole": HOLE, "steps": 3}
    return networks.Flow(mean, **(defaults | settings))
