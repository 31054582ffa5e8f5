"""The flow that has learnt to take one step: what it descends on, and how it is kept."""

import functools

import keras
import numpy as np
import pytest
from keras import ops
from small_flow import HOLE, SIZE, small

from inpainting_guide import networks, training
from inpainting_guide.data import batches, holes
from inpainting_guide.training import store


@functools.cache
def teacher():
    """Make a flow once: nobody trains it."""
    return small()


def student(steps=3):
    """Make a student of this flow, which goes in so many steps."""
    teacher().steps = steps
    return networks.FlowInOneStep.taught_by(teacher())


@pytest.fixture
def batch(photographs, rng):
    images = np.ascontiguousarray(photographs[:5, ::2, ::2])
    location_map = holes.random_square(5, rng, hole=HOLE, size=SIZE)
    return [ops.convert_to_tensor(array) for array in batches.example(images, location_map)]


def test_a_student_of_one_step_begins_where_its_teacher_is(batch):
    inputs, image, _ = batch
    assert float(student(steps=1).error(inputs, image, (0, 1), training=False)) == 0
    assert float(student(steps=3).error(inputs, image, (0, 1), training=False)) > 1e-4


def test_its_loss_is_the_squared_error_from_where_the_teacher_arrives(batch):
    inputs, image, _ = batch
    network = student()
    asked = []

    def denoiser(given, training):  # which always answers with 0
        asked.append(given)
        return 0 * given[2]

    network.denoiser = denoiser
    loss = float(network.error(inputs, image, (0, 1), training=True))
    ((window, mean, noise, angle),) = asked
    assert not np.any(angle)
    *_, (arrived, _) = teacher().path(window, mean, noise)
    assert loss == pytest.approx(np.mean(np.square(arrived)), rel=1e-5)


def test_what_was_in_the_hole_does_not_count(batch):
    inputs, image, _ = batch
    network = student()
    losses = [float(network.error(inputs, seen, (0, 1), training=False)) for seen in (image, 0)]
    assert losses[0] == losses[1]


def test_it_comes_closer_to_its_teacher_and_leaves_it_as_it_was(photographs, monkeypatch, tmp_path):
    monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path))
    images = np.ascontiguousarray(photographs[:, ::2, ::2])
    before, network = teacher().get_weights(), student()
    network.compile(optimizer=keras.optimizers.Adam(1e-2), run_eagerly=True)
    record = training.fit(network, images, budget=60, batch_size=6, epochs=2)
    first, last = record["history"]["velocity_error"]
    assert last < 0.9 * first
    for weights, kept in zip(before, teacher().get_weights(), strict=True):
        np.testing.assert_array_equal(weights, kept)
    loaded = store.load("flow_in_one_step")
    assert type(loaded) is networks.FlowInOneStep
    assert (loaded.steps, loaded.teacher_steps, loaded.teacher) == (1, 3, None)
    location_map = holes.random_square(5, np.random.default_rng(0), hole=HOLE, size=SIZE)
    question = holes.cut(images[:5], location_map), location_map
    np.testing.assert_array_equal(loaded.samples(*question, 2), network.samples(*question, 2))


def test_a_student_of_other_steps_is_another_training(photographs, monkeypatch, tmp_path):
    monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path))
    images = np.ascontiguousarray(photographs[:, ::2, ::2])
    paths = set()
    for steps in (2, 3):
        network = student(steps)
        network.compile(optimizer=keras.optimizers.Adam(1e-2), run_eagerly=True)
        paths.add(training.fit(network, images, budget=6, batch_size=6, epochs=1)["path"])
    assert len(paths) == 2


def test_without_a_teacher_it_cannot_be_trained(batch):
    network = networks.FlowInOneStep.from_config(student().get_config())
    with pytest.raises(ValueError, match="flow_in_one_step has no teacher to learn from"):
        network.error(*batch[:2], (0, 1), training=True)


def test_a_teacher_that_takes_other_steps_by_now_is_refused(batch):
    network = student(steps=3)
    teacher().steps = 2
    with pytest.raises(ValueError, match="takes 2 steps, and took 3 when"):
        network.error(*batch[:2], (0, 1), training=True)
