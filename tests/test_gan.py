"""The losses of both adversarial games, and who learns from what."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_game import (
    GAMES,
    SIZE,
    both_terms,
    composed,
    example,
    linear,
    play,
    quadratic,
    some_fill,
    undecided,
    verdict,
)


@pytest.fixture(autouse=True)
def random_seed():
    keras.utils.set_random_seed(0)


@pytest.fixture
def batch(photographs, rng):
    return example(photographs, rng)


@pytest.fixture
def filled(rng):
    return some_fill(rng)


# --- The losses ---------------------------------------------------------------------------------


def cross_entropy(label, logit):
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return float(loss(np.full_like(logit, label), logit))


@pytest.mark.parametrize("kind", GAMES)
def test_the_losses_are_keras_cross_entropies(kind, batch, filled):
    game = play(kind)
    judged, terms = both_terms(game, batch, filled)
    shown = filled if kind == "printed" else composed(batch, filled)
    photograph, fill = (verdict(game, image, batch) for image in (batch[1], shown))
    assert np.abs(photograph - fill).min() > 0.05  # or any sign would do
    if kind == "mended":
        for_discriminator = cross_entropy(1, photograph - fill)
        for_generator = cross_entropy(1, fill - photograph)
    else:
        for_discriminator = cross_entropy(1, photograph) + cross_entropy(0, fill)
        for_generator = cross_entropy(1, fill)
    assert judged["measured"] == pytest.approx(for_discriminator, rel=1e-5)
    assert terms["generator_loss"] == pytest.approx(for_generator, rel=1e-5)


@pytest.mark.parametrize("kind", GAMES)
def test_the_weights_of_the_terms(kind, batch, filled):
    game = play(kind)
    judged, terms = both_terms(game, batch, filled)
    inputs, image, _ = map(np.asarray, batch)
    squares = np.square(np.asarray(filled) - image)
    missing = np.broadcast_to(inputs[..., 3:] == 0, squares.shape)
    assert terms["squared_error"] == pytest.approx(squares[missing].mean(), rel=1e-5)
    if kind == "printed":
        known = squares[~missing].mean()
        assert terms["known_squared_error"] == pytest.approx(known, rel=1e-5)
        loss = 0.4 * terms["generator_loss"] + 0.6 * 4 * known
        assert judged["loss"] == judged["measured"]
    else:
        loss = terms["squared_error"] + 0.3 * terms["generator_loss"]
        penalised = judged["measured"] + 0.2 * judged["gradient_norm"] ** 2
        assert judged["loss"] == pytest.approx(penalised, rel=1e-5)
    assert terms["loss"] == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize(
    ("kind", "for_discriminator"),
    [("mended", np.log(2)), ("mended, unpaired", None), ("printed", None)],
)
def test_a_discriminator_that_cannot_tell(kind, for_discriminator, batch, filled):
    game = play(kind, undecided)
    judged, terms = both_terms(game, batch, filled)
    if for_discriminator is None:  # with a bias towards photographs: cross-entropies of σ(0.7)
        share = 1 / (1 + np.exp(-0.7))
        assert judged["measured"] == pytest.approx(-np.log(share) - np.log(1 - share), rel=1e-5)
        assert terms["generator_loss"] == pytest.approx(-np.log(share), rel=1e-5)
        game.discriminator.get_layer("logit").bias.assign([0.0])
        judged, terms = both_terms(game, batch, filled)
        for_discriminator = np.log(4)
    assert judged["measured"] == pytest.approx(for_discriminator, rel=1e-5)
    assert terms["generator_loss"] == pytest.approx(np.log(2), rel=1e-5)
    assert judged.get("gradient_norm", 0.0) == 0


# --- Where the generator learns from -------------------------------------------------------------


def slope(game, batch, filled):
    """Differentiate the generator's loss by its image: (in the hole, at the known pixels)."""
    with tf.GradientTape() as tape:
        tape.watch(filled)
        loss = game.generator_terms(*batch[:2], filled, batch[2], training=True)["loss"]
    gradient = np.asarray(tape.gradient(loss, filled))
    missing = np.broadcast_to(np.asarray(batch[0])[..., 3:] == 0, gradient.shape)
    return gradient[missing], gradient[~missing]


def test_as_printed_the_error_says_nothing_about_the_hole(batch, filled):
    in_hole, known = slope(play("printed", alpha=0), batch, filled)
    np.testing.assert_array_equal(in_hole, 0)
    assert (known != 0).all()


def test_supervised_in_the_hole_the_error_says_nothing_about_known_pixels(batch, filled):
    in_hole, known = slope(play("printed", alpha=0, supervised="hole"), batch, filled)
    assert (in_hole != 0).all()
    np.testing.assert_array_equal(known, 0)


def test_the_printed_discriminator_speaks_about_the_whole_image(batch, filled):
    in_hole, known = slope(play("printed", alpha=1), batch, filled)
    assert np.abs(in_hole).mean() > 0
    assert np.abs(known).mean() > 0


@pytest.mark.parametrize("kind", GAMES[1:])
def test_in_the_mended_game_known_pixels_of_the_output_change_nothing(kind, batch, filled):
    game = play(kind)
    location_map = batch[0][..., 3:]
    other = filled * (1 - location_map) + 0.9 * location_map
    assert both_terms(game, batch, filled) == both_terms(game, batch, other)
    in_hole, known = slope(game, batch, filled)
    assert (in_hole != 0).all()
    np.testing.assert_array_equal(known, 0)
    elsewhere = both_terms(game, batch, 0.5 * filled)
    assert elsewhere != both_terms(game, batch, filled)


# --- The penalty --------------------------------------------------------------------------------


def test_the_gradient_norm_of_a_linear_discriminator_is_that_of_its_weights(batch, filled):
    game = play("mended", linear)
    judged, _ = both_terms(game, batch, filled)
    kernel, _ = game.discriminator.get_weights()
    assert judged["gradient_norm"] == pytest.approx(np.linalg.norm(kernel), rel=1e-5)


def test_the_gradient_is_taken_at_photographs_and_at_composites(batch, filled):
    game = play("mended", quadratic)
    judged, _ = both_terms(game, batch, filled)
    kernel, _ = game.discriminator.get_weights()
    seen = np.concatenate([batch[1], composed(batch, filled)]).reshape(6, -1)
    squared_norms = np.sum((2 * kernel[:, 0] * seen) ** 2, axis=1)
    assert judged["gradient_norm"] == pytest.approx(np.sqrt(squared_norms.mean()), rel=1e-5)


def test_the_gradient_norm_is_the_steepest_change_of_the_logit(batch, filled):
    game = play("mended")
    inputs, image, _ = batch
    one = [inputs[:1], image[:1]]
    # Composites of a photograph with itself: all points are this one photograph.
    judged = game.discriminator_terms(*one, image[:1], training=False)
    steps = 1e-2 * np.eye(3 * SIZE**2, dtype=np.float32).reshape(-1, SIZE, SIZE, 3)
    one[0] = keras.ops.repeat(one[0], len(steps), axis=0)
    above, below = (verdict(game, image[:1] + sign * steps, one) for sign in (1, -1))
    differences = (above - below) / 2e-2
    assert float(judged["gradient_norm"]) == pytest.approx(np.linalg.norm(differences), rel=1e-2)


@pytest.mark.parametrize("paired", [True, False])
def test_a_step_of_a_linear_discriminator_is_the_derivative_on_paper(paired, batch):
    game = play("mended", linear, paired=paired)
    game.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.5))
    kernel, bias = game.discriminator.get_weights()
    photographs = np.asarray(batch[1]).reshape(3, -1)
    fills = composed(batch, game.generator(batch[0])).reshape(3, -1)
    game.train_step(batch)
    moved, _ = game.discriminator.get_weights()

    def sigmoid(logit):
        return 1 / (1 + np.exp(-logit))

    if paired:
        difference = photographs - fills
        slope = -np.mean(sigmoid(-difference @ kernel) * difference, axis=0)
    else:
        doubt, belief = sigmoid(-photographs @ kernel - bias), sigmoid(fills @ kernel + bias)
        slope = np.mean(belief * fills - doubt * photographs, axis=0)
    slope = slope + 0.2 * 2 * kernel[:, 0]  # the penalty is 0.2 times the squared norm
    np.testing.assert_allclose(moved[:, 0], kernel[:, 0] - 0.5 * slope, atol=1e-5)
