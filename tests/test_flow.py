"""The conditional flow: its loss, its path from noise to a fill, and how it is kept."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from inpainting_guide import networks, training
from inpainting_guide.data import batches, holes
from inpainting_guide.networks import flow
from inpainting_guide.training import checkpoints, store

HOLE, SIZE = 4, 16


def small(**settings):
    """Make a flow of few weights, with a mean network of its own."""
    keras.utils.set_random_seed(1)
    mean = networks.unet_in_window((4, 8), window=8, hole=HOLE, size=SIZE, name="mean")
    return flow.Flow(mean, **({"widths": (8, 8), "window": 8, "hole": HOLE, "steps": 3} | settings))


@pytest.fixture
def task(photographs, rng):
    images = np.ascontiguousarray(photographs[:5, ::2, ::2])
    return images, holes.random_square(5, rng, hole=HOLE, size=SIZE)


def knowing(deviation):
    """Make the perfect denoiser of residuals that are independent, with this deviation."""

    def expected(inputs, training):
        _, _, state, time = inputs
        t = time[..., None, None]
        return t * deviation**2 * state / ((1 - t) ** 2 + t**2 * deviation**2)

    return expected


# --- The path -----------------------------------------------------------------------------------


@pytest.mark.parametrize("deviation", [0.5, 2])
def test_the_flow_of_a_gaussian_scales_its_noise(deviation, rng):
    # Its exact flow carries noise e to deviation * e. Euler's error halves with half the step.
    network = small()
    network.denoiser = knowing(deviation)
    noise = np.clip(rng.normal(size=(2, HOLE, HOLE, 3)), -1, 1).astype(np.float32)
    exact = 0.5 + network.scale * deviation * noise
    errors = []
    for steps in (16, 32, 64):
        network.steps = steps
        fill = network.integrate(None, 0.5, ops.convert_to_tensor(noise))
        errors.append(np.abs(ops.convert_to_numpy(fill) - exact).max())
    assert errors[0] < 0.05
    for coarse, fine in itertools.pairwise(errors):
        assert coarse / fine == pytest.approx(2, rel=0.15)


def test_one_step_lands_on_the_prediction(rng):
    network = small()
    network.denoiser = lambda inputs, training: 0.25 + 0 * inputs[2]
    noise = ops.convert_to_tensor(rng.normal(size=(1, HOLE, HOLE, 3)).astype(np.float32))
    for steps in (1, 5):
        network.steps = steps
        fill = ops.convert_to_numpy(network.integrate(None, 0.5, noise))
        np.testing.assert_allclose(fill, 0.5 + 0.25 * network.scale, rtol=1e-5)


# --- The loss -----------------------------------------------------------------------------------


def test_the_loss_is_the_squared_error_of_the_velocity(task):
    network = small()
    inputs, image, _ = map(ops.convert_to_tensor, batches.example(*task))
    states = []

    def denoiser(given, training):
        states.append([ops.convert_to_numpy(tensor) for tensor in given])
        return 0 * given[2]

    network.denoiser = denoiser
    loss = float(network.error(inputs, image, training=True))
    ((_, mean, state, time),) = states
    t = time[..., None, None]
    residual = (ops.convert_to_numpy(network.patch(image, inputs)) - mean) / network.scale
    noise = (state - t * residual) / (1 - t)
    velocity, predicted = residual - noise, (0 - state) / (1 - t)
    early = (t < flow.LATEST).all(axis=(1, 2, 3))
    errors = np.square(velocity - predicted)
    late = np.square(residual / (1 - flow.LATEST))
    expected = np.where(early[:, None, None, None], errors, late).mean()
    assert loss == pytest.approx(expected, rel=1e-3)
    assert np.unique(time).size == len(time)


def test_patches_are_the_pixels_of_the_hole(task):
    images, location_map = task
    inputs, _, _ = map(ops.convert_to_tensor, batches.example(images, location_map))
    patch = ops.convert_to_numpy(small().patch(ops.convert_to_tensor(images), inputs))
    hole = location_map[..., 0] == 0
    np.testing.assert_array_equal(patch.reshape(-1, 3), images[hole])


def test_the_mean_network_is_copied_and_stays_as_it_is(task):
    mean = networks.unet_in_window((4, 8), window=8, hole=HOLE, size=SIZE, name="mean")
    network = flow.Flow(mean, (8, 8), window=8, hole=HOLE)
    assert mean.trainable_weights
    assert not network.mean_network.trainable_weights
    assert {id(w) for w in network.trainable_weights} == {
        id(w) for w in network.denoiser.trainable_weights
    }
    network.compile(optimizer=keras.optimizers.Adam(1e-2), run_eagerly=True)
    network.train_on_batch(*batches.example(*task))
    for before, after in zip(mean.get_weights(), network.mean_network.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


# --- Samples ------------------------------------------------------------------------------------


def test_samples_keep_the_known_pixels_and_differ_in_the_hole(task):
    images, location_map = task
    incomplete = holes.cut(images, location_map)
    network = small()
    one, again, other = (network.samples(incomplete, location_map, 2, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    known = np.broadcast_to(location_map == 1, images.shape)
    fills = [*one, *other]
    for fill in fills:
        assert fill[known].tobytes() == images[known].tobytes()
    for first, second in itertools.combinations(fills, 2):
        assert np.abs(first - second).max(axis=(1, 2, 3)).min() > 0


def test_called_it_draws_a_new_fill_every_time(task):
    inputs, _, _ = map(ops.convert_to_tensor, batches.example(*task))
    network = small()
    first, second = (ops.convert_to_numpy(network(inputs)) for _ in range(2))
    hole = np.broadcast_to(task[1] == 0, first.shape)
    assert (first[~hole] == 0).all()
    assert np.abs(first - second)[hole].max() > 0


def test_a_loaded_flow_draws_the_same_samples(task, tmp_path):
    network = small()
    question = holes.cut(*task), task[1]
    network.save(tmp_path / "flow.keras")
    loaded = keras.saving.load_model(tmp_path / "flow.keras")
    assert loaded.get_config() == network.get_config()
    np.testing.assert_array_equal(loaded.samples(*question, 2), network.samples(*question, 2))


# --- Training -----------------------------------------------------------------------------------


def test_an_interrupted_training_resumes_with_its_noise(photographs, monkeypatch, tmp_path):
    images = np.ascontiguousarray(photographs[:, ::2, ::2])

    def fit(name):
        monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path / name))
        network = small()
        network.compile(optimizer=keras.optimizers.Adam(1e-2), run_eagerly=True)  # soonest done
        return network, training.fit(network, images, budget=24, batch_size=6, epochs=2)

    def interrupt(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt
        self.began = 0

    whole, record = fit("whole")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(checkpoints.Checkpoint, "on_epoch_begin", interrupt)
        fit("interrupted")
    resumed, again = fit("interrupted")
    assert record["history"]["velocity_error"] == again["history"]["velocity_error"]
    for a, b in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert type(store.load("flow")) is flow.Flow


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"widths": ()}, "0 widths"),
        ({"window": 4}, "window is 4"),
        ({"window": 9}, "window of 9 pixels"),
        ({"scale": 0}, "scale is 0 and spread 1"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        small(**settings)
