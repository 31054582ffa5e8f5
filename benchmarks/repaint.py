"""Fill holes with a diffusion model of whole cars that was never trained for holes.

    python benchmarks/repaint.py [--record]

The network learns to denoise whole photographs, in about as much time as the flow over the hole
takes. Filling follows RePaint (Lugmayr and others, 2022): at every level the known pixels are put
back, with as much noise as belongs to the level, and some levels are repeated after noise was added
again. The store must hold the flow, which fills the same holes for comparison.
"""

import argparse

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops
from recording import record, show, use_own_store

from inpainting_guide import filling, measuring, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.networks import blocks

IMAGES, BATCH_SIZE = 64_000, 64
MEAN, DEVIATION = 0.5, 0.25
"""Of the values of photographs, about: what is denoised has mean 0 and standard deviation 1."""

LATEST = 0.9
"""The weight of the loss grows no more after this time."""

CARS, STEPS = 100, 32
PASSES = {"once": 1, "repainted": 8}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/repaint.json")
    arguments = parser.parse_args()
    machine.use_precision()
    over_the_hole = filling.load("flow")
    over_the_hole.temperature = 1.0  # with all of the noise, as the other one
    use_own_store("repaint")
    keras.utils.set_random_seed(0)
    network = WholeCars()
    rate = training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE)
    network.compile(optimizer=training.ConvolutionMuon(rate))
    trained = training.fit(
        network,
        cars.load().train,
        budget=IMAGES,
        batch_size=BATCH_SIZE,
        epochs=10,
        validation=protocol.validation(),
    )
    protocol.declare_final()
    task = protocol.test()[:CARS]
    fills = {name: network.fill(task, passes) for name, passes in PASSES.items()}
    fills["over_the_hole"] = over_the_hole.samples(task.incomplete, task.location_map, 1)[0]
    results = {"cars": CARS, "steps": STEPS} | training.cost(trained)
    results |= measuring.right_and_real(fills, task)
    for name, fill in fills.items():
        results[name]["seam"] = measuring.seam_ratio(task.images, fill, task.location_map)
    show(results)
    if arguments.record:
        record("repaint", results)


@keras.saving.register_keras_serializable(package="inpainting_guide")
class WholeCars(keras.Model):
    """A flow from noise to whole photographs, without any condition."""

    def __init__(self, widths=(48, 96, 192), **kwargs):
        super().__init__(**({"name": "whole_cars"} | kwargs))
        self.widths = tuple(widths)
        state, time = keras.Input((32, 32, 3), name="state"), keras.Input((1,), name="time")
        told = layers.Dense(64, activation="relu", name="time1")(time)
        told = layers.Dense(64, activation="relu", name="time2")(told)
        x = blocks.expand(blocks.contract(state, widths, told=told), told=told)
        x = layers.Conv2D(3, 3, padding="same", dtype="float32", name="output")(x)
        self.denoiser = keras.Model([state, time], x, name="denoiser")
        self.noise = keras.random.SeedGenerator(0)
        self.tracker = keras.metrics.Mean(name="velocity_error")
        self.build((None, 32, 32, 4))

    @property
    def metrics(self):
        """The running mean that ``fit`` resets."""
        return [self.tracker]

    def call(self, inputs, training=False):
        """Denoise pure noise: what Keras asks for, and nobody uses."""
        return self.denoiser([0 * inputs[..., :3], 0 * inputs[:, 0, 0, :1]], training=training)

    def error(self, image, noises, training):
        """Measure the squared error of the velocity at random times, from noises of two seeds."""
        x = (image - MEAN) / DEVIATION
        noise = keras.random.normal(ops.shape(x), seed=noises[0])
        time = ops.sigmoid(keras.random.normal((ops.shape(x)[0], 1), -0.2, seed=noises[1]))
        t = time[..., None, None]
        predicted = self.denoiser([(1 - t) * noise + t * x, time], training=training)
        weight = 1 / ops.square(1 - ops.minimum(t, LATEST))
        return ops.mean(weight * ops.square(predicted - x))

    def train_step(self, data):
        """Descend once."""
        with tf.GradientTape() as tape:
            loss = self.error(data[1], (self.noise, self.noise), training=True)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        self.tracker.update_state(loss, ops.shape(data[1])[0])
        return {"velocity_error": self.tracker.result()}

    def test_step(self, data):
        """Measure the loss, always with the same noise and times."""
        loss = self.error(data[1], (0, 1), training=False)
        self.tracker.update_state(loss, ops.shape(data[1])[0])
        return {"velocity_error": self.tracker.result()}

    def fill(self, task, passes, seed=0):
        """Fill holes as RePaint does: every step is taken so many times, from fresh noise."""
        rng = np.random.default_rng(seed)
        known = (task.images - MEAN) / DEVIATION
        x = rng.normal(size=known.shape)
        for step in range(STEPS):
            t, following = step / STEPS, (step + 1) / STEPS
            for again in reversed(range(passes if step else 1)):
                at_level = (1 - t) * rng.normal(size=x.shape) + t * known
                x = np.where(task.location_map == 1, at_level, x)
                inputs = [np.float32(x), np.full((len(x), 1), t, np.float32)]
                predicted = ops.convert_to_numpy(self.denoiser(inputs, training=False))
                x = x + (following - t) / (1 - t) * (predicted - x)
                if again:  # back from the following level to this one
                    ratio = t / following
                    variance = (1 - t) ** 2 - (ratio * (1 - following)) ** 2
                    x = ratio * x + np.sqrt(variance) * rng.normal(size=x.shape)
        image = np.clip(MEAN + DEVIATION * x, 0, 1).astype(np.float32)
        return np.where(task.location_map == 1, task.images, image)

    def get_config(self):
        """Return what ``from_config`` needs."""
        return {"name": self.name, "widths": self.widths}


if __name__ == "__main__":
    main()
