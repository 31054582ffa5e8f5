"""A network of two layers and a training of six steps, shared by the tests of trainings."""

import keras

from inpainting_guide import training

BATCH_SIZE = 4
STEPS = 6


def small(peak=1e-3, steps=STEPS):
    inputs = keras.Input((32, 32, 4), name="input")
    x = keras.layers.Conv2D(4, 3, padding="same", activation="relu", name="conv1")(inputs)
    outputs = keras.layers.Conv2D(3, 3, padding="same", activation="sigmoid", name="conv2")(x)
    network = keras.Model(inputs, outputs, name="small")
    network.compile(
        optimizer=keras.optimizers.Adam(training.warm_up_and_cosine(peak, steps)),
        loss=training.hole_loss(),
        run_eagerly=True,  # so few steps are done before they would be compiled
    )
    return network


def again():
    """Build the network of `random_seed` once more, with the same first weights."""
    keras.utils.set_random_seed(0)
    return small()


def fit(network, images, **changes):
    recipe = {"budget": STEPS * BATCH_SIZE, "batch_size": BATCH_SIZE, "epochs": 3} | changes
    return training.fit(network, images, **recipe)
