"""The conditional flow: its loss, its path from noise to a fill, and how it is kept."""

import functools
import itertools

import keras
import numpy as np
import pytest
from keras import ops
from small_flow import HOLE, SIZE, mean_network, small
from small_training import resumed_and_whole

from inpainting_guide import training
from inpainting_guide.data import batches, holes, tensors
from inpainting_guide.networks import flow, windows
from inpainting_guide.training import store


@functools.cache
def unchanged():
    """Make such a flow once, for tests that leave it as it is."""
    return small()


@functools.cache
def replaceable():
    """Make such a flow once, for tests that put another velocity or denoiser into it."""
    return small()


@pytest.fixture
def task(photographs, rng):
    images = np.ascontiguousarray(photographs[:5, ::2, ::2])
    return images, holes.random_square(5, rng, hole=HOLE, size=SIZE)


def knowing(deviation):
    """Make the exact velocity of residuals that are independent, with this deviation."""

    def velocity(window, mean, state, angle):
        cosine, sine = ops.cos(angle)[..., None, None], ops.sin(angle)[..., None, None]
        variance = cosine**2 + sine**2 * deviation**2
        return (deviation**2 - 1) * sine * cosine / variance * state

    return velocity


# --- The path -----------------------------------------------------------------------------------


def ends(deviation, steps):
    """Tell by how much steps of the exact velocity multiply the noise: deviation is right."""
    network = replaceable()
    network.steps, network.velocity = steps, knowing(deviation)
    (*_, (end, _)) = network.path(None, None, ops.ones((1, HOLE, HOLE, 3)))
    return float(end[0, 0, 0, 0])


@pytest.mark.parametrize("deviation", [0.2, 5])
def test_the_flow_of_a_gaussian_scales_its_noise(deviation):
    # Its exact flow carries noise e to deviation * e. Half the step, a quarter of the error.
    errors = [abs(ends(deviation, steps) / deviation - 1) for steps in (64, 128, 256)]
    for coarse, fine in itertools.pairwise(errors):
        assert coarse / fine == pytest.approx(4, rel=0.15)


def test_few_steps_do_for_residuals_of_the_unit_size_and_coarser_ones():
    assert [ends(deviation, 8) / deviation for deviation in (1, 2, 5)] == pytest.approx(
        [0.971, 1.022, 1.027], abs=1e-3
    )


def test_sixteen_turns_that_grow_keep_so_much_of_the_variance():
    # The cosines of a distilled flow's first teacher, as the chapter has them.
    kept = np.prod(np.cos(np.diff(unchanged().angles(16))))
    assert kept == pytest.approx(0.92, abs=0.005)
    assert kept**2 == pytest.approx(0.85, abs=0.005)


def test_one_step_lands_on_the_prediction(rng):
    network = replaceable()

    def velocity(window, mean, state, angle):  # whose residual is always 0.25
        cosine, sine = ops.cos(angle)[..., None, None], ops.sin(angle)[..., None, None]
        return (0.25 - sine * state) / cosine

    network.velocity = velocity
    noise = ops.convert_to_tensor(rng.normal(size=(1, HOLE, HOLE, 3)).astype(np.float32))
    for steps in (1, 5):
        network.steps = steps
        fill = ops.convert_to_numpy(network.integrate(None, 0.5, noise))
        np.testing.assert_allclose(fill, 0.5 + 0.25 * network.scale, rtol=1e-5)


# --- The loss -----------------------------------------------------------------------------------


def test_the_loss_is_the_squared_error_of_the_velocity_and_three_times_that_at_the_rim(task):
    network = small(spread=2.0)
    inputs, image, _ = map(ops.convert_to_tensor, batches.example(*task))
    states = []

    def denoiser(given, training):  # whose velocity is always 0
        states.append([ops.convert_to_numpy(tensor) for tensor in given])
        return 0 * given[2]

    network.denoiser = denoiser
    loss = float(network.error(inputs, image, (0, 1), training=True))
    ((_, mean, state, angle),) = states
    cosine, sine = np.cos(angle)[..., None, None], np.sin(angle)[..., None, None]
    residual = (ops.convert_to_numpy(network.patch(image, inputs)) - mean) / network.scale
    noise = (state - sine * residual) / cosine
    assert noise.std() == pytest.approx(2, rel=0.2)
    logarithm = keras.random.normal(angle.shape, -0.2, seed=1)  # of the tangent
    np.testing.assert_allclose(np.log(np.tan(angle)), logarithm, rtol=1e-3, atol=1e-4)
    errors = np.square(cosine * residual - sine * noise)
    inside = errors[:, 1:-1, 1:-1]  # counts once, and the rim three times
    weighted = (3 * errors.sum() - 2 * inside.sum()) / (3 * errors.size - 2 * inside.size)
    assert loss == pytest.approx(weighted, rel=1e-3)
    assert np.unique(angle).size == len(angle)


def test_a_validation_repeats_and_every_image_counts_alike(task):
    network = replaceable()
    network.compile("sgd", run_eagerly=True)
    network.denoiser = lambda given, training: 0 * given[2]
    data = [ops.convert_to_tensor(tensor) for tensor in batches.example(*task)]
    before, count = np.array(network.noise.state), len(data[0])
    one, two = (float(network.test_step(data)["velocity_error"]) for _ in range(2))
    assert one == two
    np.testing.assert_array_equal(before, network.noise.state)  # training goes on undisturbed
    part = [tensor[:1] for tensor in data]  # as a smaller last batch
    alone = float(network.error(*part[:2], (0, 1), training=False))
    together = float(network.test_step(part)["velocity_error"])
    assert together == pytest.approx((2 * count * one + alone) / (2 * count + 1))


def test_the_denoiser_sees_one_picture_in_units_of_the_residuals(task):
    network = unchanged()
    inputs, image, _ = map(ops.convert_to_tensor, batches.example(*task))
    mean = network.patch(image, inputs)  # a perfect one, so that the picture is the photograph
    layer = network.denoiser.get_layer("in_units")
    picture = keras.Model(network.denoiser.inputs[:2], layer.output)
    photograph = ops.concatenate([image, inputs[..., 3:]], axis=-1)
    expected, _ = windows.cut(photograph, network.window, before=2)
    np.testing.assert_allclose(
        network.scale * picture([network.condition(inputs)[0], mean]), expected[..., :3], atol=1e-2
    )


def test_patches_are_the_pixels_of_the_hole(task):
    images, location_map = task
    inputs, _, _ = map(ops.convert_to_tensor, batches.example(images, location_map))
    patch = ops.convert_to_numpy(unchanged().patch(ops.convert_to_tensor(images), inputs))
    hole = location_map[..., 0] == 0
    np.testing.assert_array_equal(patch.reshape(-1, 3), images[hole])


def test_the_mean_network_is_copied_and_stays_as_it_is(task):
    mean, network = mean_network(), small()
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
    network = unchanged()
    one, again, other = (network.samples(incomplete, location_map, 2, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    known = np.broadcast_to(location_map == 1, images.shape)
    fills = [*one, *other]
    for fill in fills:
        assert fill[known].tobytes() == images[known].tobytes()
    for first, second in itertools.combinations(fills, 2):
        assert np.abs(first - second).max(axis=(1, 2, 3)).min() > 0


def test_a_sample_starts_with_less_noise_at_a_lower_temperature(task):
    # A flow whose velocity is linear carries half of the noise to half of the residual.
    images, location_map = task
    network = small(scale=0.01)  # too little to be clipped
    network.velocity = knowing(0.5)
    network.mean_network = lambda inputs, training: 0.5 + 0 * inputs[..., :3]
    drawn = {}
    for network.temperature in (1.0, 0.5):
        fills = network.samples(holes.cut(images, location_map), location_map, 2)
        drawn[network.temperature] = (fills - 0.5) * (1 - location_map)
    np.testing.assert_allclose(drawn[0.5], drawn[1.0] / 2, atol=1e-6)
    assert np.abs(drawn[0.5]).max() > 0.001


def test_a_hole_that_no_square_covers_is_not_sampled(task):
    images, location_map = (array.copy() for array in task)
    location_map[1, 3, 2:30] = 0
    with pytest.raises(ValueError, match=r"number 1 reaches over \d+ pixels, and flow samples one"):
        unchanged().samples(holes.cut(images, location_map), location_map, 2)


def test_called_it_draws_a_new_fill_every_time(task):
    inputs, _, _ = map(ops.convert_to_tensor, batches.example(*task))
    network = unchanged()
    first, second = (ops.convert_to_numpy(network(inputs)) for _ in range(2))
    hole = np.broadcast_to(task[1] == 0, first.shape)
    assert (first[~hole] == 0).all()
    assert np.abs(first - second)[hole].max() > 0


def test_a_loaded_flow_draws_the_same_samples(task, tmp_path):
    network = unchanged()
    question = holes.cut(*task), task[1]
    network.save(tmp_path / "flow.keras")
    loaded = keras.saving.load_model(tmp_path / "flow.keras")
    config, expected = loaded.get_config(), network.get_config()
    mean_networks = [each.pop("mean_network")["config"]["layers"] for each in (config, expected)]
    assert config == expected
    for layer, built in zip(*mean_networks, strict=True):
        assert layer["class_name"] == built["class_name"]
        assert layer["config"] == built["config"]
    np.testing.assert_array_equal(loaded.samples(*question, 2), network.samples(*question, 2))


def test_where_a_pixel_is_known_the_mean_network_is_not_asked(task):
    network = unchanged()
    images, maps = task[0][:1], np.ones((1, SIZE, SIZE, 1), np.float32)
    maps[:, 6:8, 6:8] = 0  # smaller than the square that is painted
    inputs = tensors.network_input(holes.cut(images, maps), maps)
    window, mean = network.condition(ops.convert_to_tensor(inputs))
    state, angle = ops.zeros_like(mean), ops.zeros((1, 1))
    changed = np.array(mean)
    known = maps[:, 6 : 6 + HOLE, 6 : 6 + HOLE, 0] == 1
    changed[known] += 0.5
    means = mean, ops.convert_to_tensor(changed)
    first, second = (network.denoiser([window, each, state, angle]) for each in means)
    np.testing.assert_array_equal(first, second)


# --- Training -----------------------------------------------------------------------------------


def test_an_interrupted_training_resumes_with_its_noise(photographs, monkeypatch, tmp_path, capsys):
    images = np.ascontiguousarray(photographs[:, ::2, ::2])

    def fit(name):
        monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path / name))
        network = small()
        network.compile(optimizer=keras.optimizers.Adam(1e-2), run_eagerly=True)  # soonest done
        return network, training.fit(network, images, budget=24, batch_size=6, epochs=2)

    (_, again), (_, record) = resumed_and_whole(fit, capsys)
    assert record["history"]["velocity_error"] == again["history"]["velocity_error"]
    assert type(store.load("flow")) is flow.Flow


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"widths": ()}, "0 widths"),
        ({"window": 4}, "window is 4"),
        ({"window": 9}, "window of 9 pixels"),
        ({"hole": 3}, "hole of 3 pixels: both must be odd, or both even"),
        ({"scale": 0}, "scale is 0"),
        ({"spread": -1}, "spread is -1"),
        ({"temperature": 0}, "temperature is 0"),
        ({"rim": 0}, "rim is 0"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        small(**settings)
