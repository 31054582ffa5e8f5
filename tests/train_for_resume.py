"""A small training that the resume test starts, kills and starts again: not a test itself.

    python train_for_resume.py RESULT.npz

It writes the final weights and losses. Dropout makes the test strict: its random state must
come back as well.
"""

import sys
from pathlib import Path

import keras
import numpy as np

from inpainting_guide import training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol

EPOCHS = 10
BATCH_SIZE = 16
IMAGES = 12 * BATCH_SIZE * EPOCHS


def main(path):
    machine.use_precision("float32")
    keras.utils.set_random_seed(0)
    inputs = keras.Input((32, 32, 4), name="input")
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu", name="first")(inputs)
    x = keras.layers.Dropout(0.1, seed=1, name="dropout")(x)
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu", name="hidden")(x)
    outputs = keras.layers.Conv2D(3, 3, padding="same", activation="sigmoid", name="output")(x)
    network = keras.Model(inputs, outputs, name="small")
    network.compile(
        optimizer=training.ConvolutionMuon(training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE)),
        loss=training.hole_loss(),
    )
    record = training.fit(
        network,
        cars.load().train[:300],
        budget=IMAGES,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation=protocol.validation()[:32],
    )
    losses = {name: record["history"][name] for name in ("loss", "val_loss")}
    weights = {str(number): value for number, value in enumerate(network.get_weights())}
    with Path(path).open("wb") as file:
        np.savez(file, **losses, **weights)


if __name__ == "__main__":
    main(sys.argv[1])
