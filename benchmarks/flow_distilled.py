"""Distil the flow: let it learn to go in one step where it took two, again and again.

    python benchmarks/flow_distilled.py [--images 19200] [--record]

Progressive distillation (Salimans and Ho, 2022): the first teacher is the page's flow with 16
steps of DDIM. A student with half as many starts with its teacher's weights, and learns the one
velocity that leads where two steps of the teacher lead; then it teaches the next, down to a single
step. All are measured on the test cars, beside the page's flow with as many steps of its own
method. The store must hold the flow.
"""

import argparse
import functools
import itertools

import keras
import numpy as np
from flow_samples import told_apart
from keras import ops
from recording import record, show, use_own_store

from inpainting_guide import filling, measuring, networks, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol

BATCH_SIZE, EPOCHS, PEAK = 64, 5, 1e-3
FIRST = 16
"""Steps of the first teacher."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    text = "how many images each student sees"
    parser.add_argument("--images", type=int, default=19_200, help=text)
    parser.add_argument("--record", action="store_true", help="write results/flow_distilled.json")
    arguments = parser.parse_args()
    machine.use_precision()
    flow = filling.load("flow")
    flow.temperature = 1.0  # with all of the noise, as all ways are compared
    use_own_store("flow_distilled")
    trained, teacher = {}, Turning.like(flow, FIRST)
    while teacher.steps > 1:
        student = Turning.like(teacher, teacher.steps // 2, teacher)
        train(student, arguments.images)
        teacher = trained[student.steps] = Turning.like(student, student.steps)
    protocol.declare_final()
    task, fills, rows = protocol.test(), {}, {}
    for steps, network in trained.items():
        flow.steps = steps
        for name, each in {f"before_{steps}": flow, f"distilled_{steps}": network}.items():
            (fill,) = each.samples(task.incomplete, task.location_map, 1)
            fills[name], rows[name] = fill, told_apart(each, fill, task)
            rows[name]["seam"] = measuring.seam_ratio(task.images, fill, task.location_map)
    results = {"images": arguments.images, "first": FIRST}
    for name, row in measuring.right_and_real(fills, task).items():
        results[name] = row | rows.get(name, {})
    show(results)
    if arguments.record:
        record("flow_distilled", results)


def train(student, images):
    """Train one student, all alike."""
    rate = training.warm_up_and_cosine(PEAK, images // BATCH_SIZE)
    student.compile(optimizer=training.ConvolutionMuon(rate))
    training.fit(
        student,
        cars.load().train,
        budget=images,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation=protocol.validation(),
    )


@keras.saving.register_keras_serializable(package="inpainting_guide")
class Turning(networks.Flow):
    """A flow whose steps turn on the circle, and that can learn from a teacher with twice as many.

    Parameters
    ----------
    mean_network, **kwargs
        See `inpainting_guide.networks.flow.Flow`.
    teacher : Turning, optional
        What it learns from; to fill holes it needs none.
    """

    def __init__(self, mean_network, teacher=None, **kwargs):
        super().__init__(mean_network, **kwargs)
        # A function, because Keras takes in no other network once a model has been built.
        self.teacher = teacher and functools.partial(teacher.denoiser, training=False)

    @classmethod
    def like(cls, flow, steps, teacher=None):
        """Make one with the weights of a flow and another number of steps."""
        settings = "widths", "window", "hole", "scale", "spread", "temperature"
        settings = {name: getattr(flow, name) for name in settings}
        name = f"flow_in_{steps}"
        made = cls(flow.mean_network, teacher, steps=steps, name=name, **settings)
        made.denoiser.set_weights(flow.denoiser.get_weights())
        return made

    @staticmethod
    def turn(state, velocity, angle):
        """Turn a state by an angle: exact, if noise and residual are what the velocity says."""
        return ops.cos(angle) * state + ops.sin(angle) * velocity

    def error(self, inputs, image, noises, training):
        """Measure how far one step's velocity is from the one that two of the teacher make."""
        window, mean = self.condition(inputs)
        residual = (self.patch(image, inputs) - mean) / self.scale
        noise = keras.random.normal(ops.shape(residual), stddev=self.spread, seed=noises[0])
        step = keras.random.randint(ops.shape(inputs)[:1], 0, self.steps, seed=noises[1])
        ends = np.array(self.angles(2 * self.steps), np.float32)
        begin, middle, end = (
            ops.take(ends[first:][::2], step)[:, None, None, None] for first in range(3)
        )
        state = self.turn(noise, residual, begin)
        told = begin[:, :, 0, 0]
        velocity = self.teacher([window, mean, state, told])
        halfway = self.turn(state, velocity, middle - begin)
        velocity = self.teacher([window, mean, halfway, middle[:, :, 0, 0]])
        there = self.turn(halfway, velocity, end - middle)
        sought = (there - ops.cos(end - begin) * state) / ops.sin(end - begin)
        predicted = self.denoiser([window, mean, state, told], training=training)
        return ops.mean(ops.square(predicted - sought))

    def path(self, window, mean, noise):
        """Turn from noise to a residual: by Euler's method for the angle, as DDIM does."""
        state = noise
        for angle, following in itertools.pairwise(self.angles()):
            told = ops.zeros_like(state[:, 0, 0, :1]) + angle
            velocity = self.velocity(window, mean, state, told)
            state = self.turn(state, velocity, following - angle)
        yield state, state


if __name__ == "__main__":
    main()
