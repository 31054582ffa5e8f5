"""The losses of both adversarial games, who learns from what, and their training."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from inpainting_guide import (
    batches,
    checkpoints,
    discriminators,
    gan,
    holes,
    protocol,
    store,
    training,
)

SIZE = 8
GAMES = ("printed", "mended", "mended, unpaired")


# --- Small players ------------------------------------------------------------------------------


def generator(size=SIZE):
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = keras.layers.Conv2D(4, 3, padding="same", activation="tanh", name="conv1")(inputs)
    outputs = keras.layers.Conv2D(3, 3, padding="same", activation="sigmoid", name="conv2")(x)
    return keras.Model(inputs, outputs, name="generator")


def judge(build, size=SIZE):
    """Make a discriminator of ``build(image, location_map)``, which returns a logit."""
    image = keras.Input((size, size, 3), name="image")
    location_map = keras.Input((size, size, 1), name="location_map")
    inputs = [image, location_map]
    return keras.Model(inputs, build(*inputs), name="discriminator")


def convolutional(image, location_map):
    """Look at image and map; steep and curved, so that verdicts differ and gradients change."""
    x = keras.layers.Concatenate(name="join")([image, location_map])
    x = keras.layers.Conv2D(4, 3, strides=2, activation="tanh", name="conv1")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    start = keras.initializers.RandomNormal(stddev=0.5, seed=1)
    return keras.layers.Dense(1, kernel_initializer=start, name="logit")(x)


def linear(image, _):
    return keras.layers.Dense(1, name="logit")(keras.layers.Flatten(name="flatten")(image))


def quadratic(image, _):
    squares = keras.layers.Multiply(name="squares")([image, image])
    return keras.layers.Dense(1, name="logit")(keras.layers.Flatten(name="flatten")(squares))


def undecided(image, _):
    """Always return the logit 0.7, whatever the image."""
    logit = keras.layers.Dense(
        1, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(0.7),
        name="logit",
    )  # fmt: skip
    return logit(keras.layers.Flatten(name="flatten")(image))


def play(kind, build=convolutional, **settings):
    """Make one of the three games with small players."""
    players = generator(), judge(build)
    if kind == "printed":
        return gan.PrintedGAN(*players, **({"alpha": 0.4, "name": "game"} | settings))
    weights = {"adversarial_weight": 0.3, "penalty": 0.2, "paired": kind == "mended"}
    return gan.InpaintingGAN(*players, **(weights | {"name": "game"} | settings))


@pytest.fixture(autouse=True)
def random_seed():
    keras.utils.set_random_seed(0)


@pytest.fixture
def batch(photographs, rng):
    """Three small photographs with holes of two sizes, as a training step gets them."""
    images = np.ascontiguousarray(photographs[:3, ::4, ::4])
    maps = [holes.random_square(n, rng, hole=side, size=SIZE) for n, side in ((1, 2), (2, 5))]
    data = batches.example(images, np.concatenate(maps))
    return [keras.ops.convert_to_tensor(part) for part in data]


@pytest.fixture
def filled(rng):
    return keras.ops.convert_to_tensor(rng.random((3, SIZE, SIZE, 3), np.float32))


def both_terms(game, batch, filled):
    """Return the discriminator's terms and the generator's as numbers."""
    inputs, image, weight = batch
    judged = game.discriminator_terms(inputs, image, filled, training=False)
    terms = game.generator_terms(inputs, image, filled, weight, training=False)
    return [{name: float(value) for name, value in part.items()} for part in (judged, terms)]


def verdict(game, image, batch):
    image = keras.ops.convert_to_tensor(image)
    return keras.ops.convert_to_numpy(game.discriminator([image, batch[0][..., 3:]]))


def composed(batch, filled):
    """Put a fill into the holes, by `holes.compose`."""
    inputs, image, _ = map(np.asarray, batch)
    return holes.compose(image, np.asarray(filled), inputs[..., 3:])


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
        ("printed", {"supervised": "all"}, "no pixels 'all' to supervise: choose 'known' or"),
        ("mended", {"adversarial_weight": -1}, "adversarial weight -1, .*no negative weight"),
        ("mended", {"penalty": -0.5}, "penalty -0.5: expected no negative weight"),
    ],
)
def test_bad_weights_are_refused(kind, settings, message):
    with pytest.raises(ValueError, match=message):
        play(kind, **settings)


# --- Training -----------------------------------------------------------------------------------


def test_an_interrupted_game_resumes_to_the_same_weights(photographs, monkeypatch, tmp_path):
    images = np.ascontiguousarray(np.tile(photographs, (3, 1, 1, 1))[:32, ::2, ::2])

    def fit(name):
        monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path / name))
        keras.utils.set_random_seed(0)
        # Dropout, whose state has to come back, and momenta in both optimizers.
        players = generator(16), discriminators.printed_discriminator(16)
        game = gan.PrintedGAN(*players, name="gan_as_printed")
        game.compile(keras.optimizers.Adam(1e-2), keras.optimizers.Adam(3e-3))
        return game, training.fit(game, images, steps=8, batch_size=8, epochs=2)

    def interrupt(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt
        self.began = 0

    whole, record = fit("whole")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(checkpoints.Checkpoint, "on_epoch_begin", interrupt)
        fit("interrupted")
    (kept,) = store.folder().glob("*.part/epoch-*")
    assert kept.stem == "epoch-0001"
    resumed, again = fit("interrupted")
    for name in gan.PrintedGAN.measured:
        assert len(record["history"][name]) == 2
        assert record["history"][name] == again["history"][name]
    loaded = store.load("gan_as_printed")
    assert isinstance(loaded, gan.PrintedGAN)
    for network in (resumed, loaded):
        for a, b in zip(whole.get_weights(), network.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_mended_game_trains_with_validation_and_reports_every_term(photographs, capsys):
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
    record = training.fit(game, images, steps=4, batch_size=6, epochs=2, validation=held_out)
    history = record["history"]
    expected = set(gan.InpaintingGAN.measured)
    assert set(history) == expected | {f"val_{name}" for name in expected} | {"seconds"}
    assert all(np.isfinite(values).all() for values in history.values())
    assert "discriminator loss" in capsys.readouterr().out
    # What stands in the history is what the trained game measures.
    validated = game.evaluate(batches.fixed(images, location_map), verbose=0, return_dict=True)
    for name in expected:
        assert history[f"val_{name}"][-1] == pytest.approx(validated[name], rel=1e-5)
