"""Steps of both adversarial games, what is saved of them, and their training."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_game import GAMES, both_terms, example, generator, play, some_fill
from small_training import resumed_and_whole

from inpainting_guide import training
from inpainting_guide.data import batches, holes, protocol
from inpainting_guide.networks import discriminators, gan
from inpainting_guide.training import store


@pytest.fixture(autouse=True)
def random_seed():
    keras.utils.set_random_seed(0)


@pytest.fixture
def batch(photographs, rng):
    return example(photographs, rng)


@pytest.fixture
def filled(rng):
    return some_fill(rng)


# --- A step of the game -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", GAMES)
@pytest.mark.parametrize("still", ["generator", "discriminator"])
def test_no_network_is_moved_by_the_other_ones_optimizer(kind, still, batch):
    game = play(kind)
    rates = [0.0 if still == name else 0.1 for name in ("generator", "discriminator")]
    game.compile(*(keras.optimizers.SGD(rate) for rate in rates))
    before = {name: getattr(game, name).get_weights() for name in ("generator", "discriminator")}
    game.train_step(batch)
    for name, weights in before.items():
        for a, b in zip(weights, getattr(game, name).get_weights(), strict=True):
            assert np.array_equal(a, b) == (name == still)


@pytest.mark.parametrize("kind", GAMES)
def test_the_discriminator_steps_first_and_the_generator_meets_the_new_one(kind, batch):
    game = play(kind)
    game.compile(keras.optimizers.SGD(0.5), keras.optimizers.SGD(0.5))
    inputs, image, weight = batch
    variables = game.generator.trainable_variables
    before = [np.array(variable) for variable in variables]
    game.train_step(batch)
    after = [np.array(variable) for variable in variables]
    for variable, value in zip(variables, before, strict=True):
        variable.assign(value)
    # The discriminator is now the new one, the generator the old one again.
    with tf.GradientTape() as tape:
        terms = game.generator_terms(inputs, image, game.generator(inputs), weight, training=True)
    gradients = tape.gradient(terms["loss"], variables)
    for a, b, gradient in zip(before, after, gradients, strict=True):
        np.testing.assert_allclose(b, a - 0.5 * gradient, atol=1e-6)


def test_every_image_counts_alike_in_the_running_means(batch):
    game = play("mended")
    first, last = ([tensor[part] for tensor in batch] for part in (slice(0, 2), slice(2, 3)))
    game.test_step(first)
    both = {name: float(value) for name, value in game.test_step(last).items()}
    for metric in game.metrics:
        metric.reset_state()
    parts = []
    for part in (first, last):
        parts.append({name: float(value) for name, value in game.test_step(part).items()})
        for metric in game.metrics:
            metric.reset_state()
    for name, value in both.items():
        assert value == pytest.approx((2 * parts[0][name] + parts[1][name]) / 3)


@pytest.mark.parametrize("kind", GAMES)
def test_a_small_step_of_each_network_reduces_its_own_loss(kind, batch):
    for player in (0, 1):
        game = play(kind)
        rates = [0.0, 0.0]
        rates[player] = 0.02
        game.compile(*(keras.optimizers.SGD(rate) for rate in rates))
        inputs = batch[0]
        before = both_terms(game, batch, game.generator(inputs))[1 - player]["loss"]
        for _ in range(3):
            game.train_step(batch)
        assert both_terms(game, batch, game.generator(inputs))[1 - player]["loss"] < before


# --- Saving -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", GAMES)
def test_a_saved_game_is_loaded_without_being_told_what_it_is(kind, batch, filled, tmp_path):
    settings = {"alpha": 0.7, "supervised": "hole"} if kind == "printed" else {"penalty": 0.5}
    game = play(kind, **settings)
    game.save(tmp_path / "game.keras")
    loaded = keras.saving.load_model(tmp_path / "game.keras")
    assert type(loaded) is type(game)
    np.testing.assert_array_equal(loaded(batch[0]), game(batch[0]))
    assert both_terms(loaded, batch, filled) == both_terms(game, batch, filled)


def test_a_compiled_game_is_loaded_with_both_optimizers(batch, tmp_path):
    game = play("mended")
    game.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.02, beta_1=0.0))
    game.train_step(batch)
    game.save(tmp_path / "game.keras")
    loaded = keras.saving.load_model(tmp_path / "game.keras")
    for one in (game, loaded):
        one.train_step(batch)
    assert loaded.discriminator_optimizer.beta_1 == 0.0
    for a, b in zip(game.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        ("printed", {"alpha": 1.5}, "alpha is 1.5: expected a share between 0 and 1"),
        ("printed", {"alpha": -0.1}, "alpha is -0.1: expected"),
        ("printed", {"supervised": "all"}, "no pixels to supervise 'all': choose one of known"),
        ("mended", {"adversarial_weight": -1}, "adversarial weight -1, .*no negative weight"),
        ("mended", {"penalty": -0.5}, "penalty -0.5: expected no negative weight"),
    ],
)
def test_bad_weights_are_refused(kind, settings, message):
    with pytest.raises(ValueError, match=message):
        play(kind, **settings)


# --- Training -----------------------------------------------------------------------------------


def test_an_interrupted_game_resumes_to_the_same_weights(
    photographs, monkeypatch, tmp_path, capsys
):
    images = np.ascontiguousarray(np.tile(photographs, (3, 1, 1, 1))[:32, ::2, ::2])

    def fit(name):
        monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path / name))
        keras.utils.set_random_seed(0)
        # Dropout, whose state has to come back, and momenta in both optimizers.
        players = generator(16), discriminators.printed_discriminator(16)
        game = gan.PrintedGAN(*players, name="gan_as_printed")
        game.compile(keras.optimizers.Adam(1e-2), keras.optimizers.Adam(3e-3))
        game.run_eagerly = True  # for so few steps
        return game, training.fit(game, images, budget=32, batch_size=8, epochs=2)

    (_, again), (whole, record) = resumed_and_whole(fit, capsys)
    for name in gan.PrintedGAN.measured:
        assert len(record["history"][name]) == 2
        assert record["history"][name] == again["history"][name]
    loaded = store.load("gan_as_printed")
    assert isinstance(loaded, gan.PrintedGAN)
    for a, b in zip(whole.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_mended_game_trains_with_validation_and_keeps_every_term(photographs):
    game = gan.InpaintingGAN(
        generator(16),
        discriminators.global_and_local(16, window=8, widths=(4, 8)),
        adversarial_weight=0.1,
        penalty=0.1,
        name="gan",
    )
    game.compile(keras.optimizers.Adam(1e-2), keras.optimizers.Adam(1e-2))
    images = np.ascontiguousarray(photographs[:, ::2, ::2])
    location_map = holes.random_square(12, np.random.default_rng(0), hole=8, size=16)
    held_out = protocol.Task(images, location_map)
    record = training.fit(game, images, budget=24, batch_size=6, epochs=2, validation=held_out)
    history = record["history"]
    expected = set(gan.InpaintingGAN.measured)
    assert set(history) == expected | {f"val_{name}" for name in expected} | {"seconds"}
    assert all(np.isfinite(values).all() for values in history.values())
    # What stands in the history is what the trained game measures.
    validated = game.evaluate(batches.fixed(images, location_map), verbose=0, return_dict=True)
    for name in expected:
        assert history[f"val_{name}"][-1] == pytest.approx(validated[name], rel=1e-5)
