"""The losses beside the squared error over the hole, each against NumPy."""

import math

import keras
import numpy as np
import pytest
from small_training import again, fit
from test_rings import distance

from inpainting_guide import training
from inpainting_guide.data import holes
from inpainting_guide.measuring import metrics
from inpainting_guide.training import keys


@pytest.fixture(scope="module")
def maps():
    """Squares in the middle, at an edge and in a corner."""
    return holes.square([10, 0, 20], [6, 9, 20])


@pytest.fixture
def batch(photographs, maps, rng):
    """Photographs, fills, and 1 in the holes."""
    filled = rng.random((3, 32, 32, 3), np.float32)
    return photographs[:3], filled, 1 - maps[..., 0]


def test_with_weight_1_in_the_hole_it_is_the_error_over_the_hole(batch, maps):
    image, filled, missing = batch
    truth = image, filled, maps
    expected = {2: metrics.squared_error(*truth), 1: metrics.absolute_error(*truth)}
    for power, errors in expected.items():
        found = training.PixelLoss(power)(image, filled, missing)
        assert float(found) == pytest.approx(errors.mean(), rel=1e-5)
    same = training.hole_loss()(image, filled, missing)
    assert float(training.PixelLoss()(image, filled, missing)) == pytest.approx(float(same))


@pytest.mark.parametrize("power", [1, 2])
def test_the_weights_are_those_of_the_rings(batch, power):
    image, filled, missing = batch
    loss = training.PixelLoss(power, rim=(2, 3), overlap=(3, 10), discount=0.7)
    inwards, outwards = distance(missing), distance(1 - missing)
    expected = np.where(inwards > 0, 0.7 ** (inwards - 1.0), 0)
    expected[(inwards > 0) & (inwards <= 2)] *= 3
    expected[(outwards > 0) & (outwards <= 3)] = 10
    np.testing.assert_allclose(loss.weights(missing), expected, rtol=1e-5)
    errors = np.mean(np.abs(filled - image) ** power, axis=-1)
    mean = np.average(errors, weights=expected)
    assert float(loss(image, filled, missing)) == pytest.approx(mean, rel=1e-5)


def test_an_overlap_that_fills_the_window_asks_for_the_whole_window(maps):
    weights = np.array(training.PixelLoss(overlap=(6, 1)).weights(1 - maps[..., 0]))
    window = np.zeros((32, 32))
    window[4:28, 0:24] = 1
    np.testing.assert_array_equal(weights[0], window)


@pytest.mark.parametrize("power", [1, 2])
def test_a_gradient_term_counts_pairs_with_a_missing_pixel(batch, power):
    image, filled, missing = batch
    total = pairs = 0
    for axis in (1, 2):
        wanted = np.diff(image, axis=axis)
        composite = np.where(missing[..., None] == 1, filled, image)
        errors = np.abs(np.diff(composite, axis=axis) - wanted) ** power
        first, second = np.delete(missing, -1, axis), np.delete(missing, 0, axis)
        counted = (first == 1) | (second == 1)
        total += errors[counted].sum(dtype=float)
        pairs += 3 * counted.sum()
    found = training.GradientLoss(power)(image, filled, missing)
    assert float(found) == pytest.approx(total / pairs, rel=1e-5)


def test_a_shift_of_the_whole_hole_costs_a_gradient_term_its_border_alone(batch):
    image, _, missing = batch
    shifted = training.GradientLoss(1)(image[:1], image[:1] + np.float32(0.1), missing[:1])
    assert float(shifted) == pytest.approx(0.1 * 48 / (48 + 2 * 12 * 11), rel=1e-4)


def test_a_sum_adds_what_its_losses_say(batch):
    parts = training.PixelLoss(1), training.GradientLoss(2)
    both = training.WeightedSum(parts, (0.3, 2))
    expected = 0.3 * float(parts[0](*batch)) + 2 * float(parts[1](*batch))
    assert float(both(*batch)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    "loss",
    [
        training.PixelLoss(1, rim=(1, 2), overlap=(3, 4), discount=0.5, name="all"),
        training.WeightedSum([training.GradientLoss(2), training.SSIMLoss()], [1, 2]),
    ],
    ids=lambda loss: loss.name,
)
def test_a_loss_comes_back_from_its_configuration(loss, batch):
    kept = keras.saving.serialize_keras_object(loss)
    back = keras.saving.deserialize_keras_object(kept)
    assert back.get_config() == loss.get_config()
    assert float(back(*batch)) == float(loss(*batch))


def test_pixels_that_do_not_count_get_no_gradient(batch):
    import tensorflow as tf

    image, filled, missing = batch
    for loss in (training.PixelLoss(), training.GradientLoss(2), training.SSIMLoss()):
        variable = tf.Variable(filled)
        with tf.GradientTape() as tape:
            value = loss(image, variable, missing)
        gradient = np.array(tape.gradient(value, variable))
        assert not gradient[missing == 0].any()
        assert (gradient[missing == 1] != 0).all()


def test_a_network_learns_with_it_and_its_settings_are_part_of_the_key(photographs):
    recipe = {"seed": 0, "steps": 2, "batch_size": 2, "epochs": 1, "fresh": True, "over": "hole"}
    paths = set()
    for loss in (training.PixelLoss(), training.PixelLoss(1), training.PixelLoss(rim=(2, 3))):
        network = again()
        network.compile(optimizer="sgd", loss=loss, run_eagerly=True)
        paths.add(keys.path(network, photographs, None, recipe))
    assert len(paths) == 3
    record = fit(network, photographs)
    assert record["loss"] == "PixelLoss, hole"
    assert np.isfinite(record["history"]["loss"]).all()


def test_without_weights_no_loss_knows_where_the_hole_is(batch):
    image, filled, missing = batch
    loss = training.PixelLoss()
    with pytest.raises(ValueError, match="wants the weights of every pixel"):
        loss(image, filled)
    for each in (loss, training.GradientLoss()):  # nothing to ask for
        assert float(each(image, filled, np.zeros_like(missing))) == 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: training.PixelLoss(3), "power is 3"),
        (lambda: training.PixelLoss(rim=(-1, 2)), "rim is -1"),
        (lambda: training.PixelLoss(overlap=(2, -3)), "none below 0"),
        (lambda: training.PixelLoss(rim=(1, math.nan)), "weights nan and 1"),
        (lambda: training.PixelLoss(discount=0), "a positive discount"),
        (lambda: training.GradientLoss(0), "power is 0"),
        (lambda: training.WeightedSum([], []), "losses"),
        (lambda: training.WeightedSum([training.PixelLoss()], [1, 2]), "1 losses and 2 weights"),
    ],
)
def test_settings_that_make_no_loss_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
