"""An entry of the three-minute challenge to start from: change it, and beat it.

    python -m inpainting_guide challenge challenge/starter.py

A small encoder and decoder in plain Keras, shown the whole photograph. Three things to try: let the
decoder see what the encoder saw (skip connections), let the network see the surroundings of the
hole alone, take another optimizer.
"""

import keras
from keras import layers

from inpainting_guide import training
from inpainting_guide.common import machine
from inpainting_guide.data import batches

IMAGES, BATCH_SIZE, RATE = 48_000, 32, 2e-3


def convolve(x, filters, stride=1):
    """Apply a convolution, batch normalisation and ReLU."""
    x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def build():
    """Build a network that maps an incomplete image and its location map to an image."""
    inputs = keras.Input((32, 32, 4))  # red, green, blue, and 1 where the pixel is known
    x = convolve(inputs, 32)
    x = convolve(x, 64, stride=2)  # 16 x 16
    x = convolve(x, 128, stride=2)  # 8 x 8
    x = convolve(x, 128)
    x = convolve(x, 128)
    x = convolve(layers.UpSampling2D()(x), 64)  # 16 x 16
    x = convolve(layers.UpSampling2D()(x), 32)  # 32 x 32
    outputs = layers.Conv2D(3, 3, padding="same", activation="sigmoid", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="starter")


def train(photographs, seed):
    """Train a network on photographs, an array of shape (n, 32, 32, 3) in [0, 1].

    What is returned is scored: a Keras model from shape (n, 32, 32, 4) to (n, 32, 32, 3).
    """
    network = build()
    steps = machine.few(IMAGES) // BATCH_SIZE  # a handful in quick mode
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps)
    # The loss counts the hole alone: each batch comes with its weights, 1 in the hole.
    network.compile(optimizer=keras.optimizers.Adam(rate), loss=training.hole_loss())
    # Endless random cars, each time with a fresh hole.
    stream = batches.training(photographs, BATCH_SIZE, seed)
    network.fit(stream, steps_per_epoch=steps, shuffle=False, verbose=2)
    return network
