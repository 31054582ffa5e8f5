"""The plain variational autoencoder: its loss, how it learns σ², and how it fills by turns."""

import keras
import numpy as np
import pytest
import scipy.stats

from inpainting_guide.data import holes, tensors
from inpainting_guide.networks import VAE, ConditionalVAE
from inpainting_guide.networks.variational import Variational

SIZE = 8


def small(**settings):
    keras.utils.set_random_seed(0)
    shape = {"widths": (4, 8), "latent": 3, "size": SIZE}
    return VAE(**(shape | settings))


@pytest.fixture
def images(photographs):
    return np.ascontiguousarray(photographs[:6, ::4, ::4])


@pytest.fixture
def location_map(rng):
    return holes.random_square(6, rng, hole=4, size=SIZE)


def batch(images, location_map):
    inputs = tensors.network_input(images, location_map)
    return inputs, keras.ops.convert_to_tensor(images), 1 - location_map[..., 0]


def test_the_loss_is_the_negative_evidence_bound_of_the_whole_photograph(images, location_map):
    model = small(variance=0.05, learn_variance=False)
    found = model.terms(*batch(images, location_map), 7, training=False)
    mean, log_variance = (np.float64(part) for part in model.encoder(images))
    z = mean + np.exp(log_variance / 2) * keras.random.normal(mean.shape, seed=7)
    decoded = np.float64(model.decode(keras.ops.cast(z, "float32")))
    surprise = -scipy.stats.norm(decoded, np.sqrt(0.05)).logpdf(images).sum(axis=(1, 2, 3))
    nats = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1)
    assert float(found["loss"]) == pytest.approx((surprise + nats).mean(), rel=1e-4)
    assert float(found["divergence"]) == pytest.approx(nats.mean(), rel=1e-4, abs=1e-6)
    assert float(found["squared_error"]) == pytest.approx(np.square(decoded - images).mean(), 1e-4)


def test_a_learnt_variance_ends_at_the_squared_error(images, location_map):
    model = small(variance=0.2)
    model.compile(keras.optimizers.SGD(0.0), run_eagerly=True)  # the networks stay as they are
    for _ in range(70):
        terms = model.train_step(batch(images, location_map))
    data = batch(images, location_map)
    errors = [model.terms(*data, noise, training=True)["squared_error"] for noise in range(20)]
    assert float(np.exp(model.log_variance)) == pytest.approx(np.mean(errors), rel=0.05)
    assert set(terms) == {"loss", "squared_error", "divergence"}


def test_of_all_variances_the_mean_squared_error_has_the_highest_bound(images, location_map):
    data = batch(images, location_map)
    error = float(small().terms(*data, 0, training=False)["squared_error"])
    losses = {
        factor: float(small(variance=factor * error).terms(*data, 0, training=False)["loss"])
        for factor in (0.8, 0.95, 1, 1.05, 1.25)
    }
    assert min(losses, key=losses.get) == 1


@pytest.mark.parametrize(
    "model",
    [small, lambda: ConditionalVAE(0.5, True, 2, widths=(4, 8), latent_level=1, size=SIZE)],
    ids=["VAE", "conditional VAE"],
)
def test_a_learnt_variance_is_kept_with_the_network(model, tmp_path):
    original = model()
    original.log_variance.assign(-1.5)
    original.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    assert float(loaded.log_variance) == -1.5
    assert loaded.get_config() == original.get_config()
    assert loaded.loss_in_words == "evidence bound, σ² learnt"


def test_a_fixed_variance_is_no_weight():
    fixed, learnt = small(learn_variance=False), small()
    assert learnt.count_params() - fixed.count_params() == 1
    assert fixed.loss_in_words == "evidence bound, σ² = 0.02"


def test_the_turns_keep_what_is_known_and_never_read_the_hole(images, location_map):
    model = small(turns=3)
    seen = []
    encoder = model.encoder
    model.encoder = lambda image, training: seen.append(np.array(image)) or encoder(image)
    fills = [np.asarray(model(tensors.network_input(images, location_map)))]
    known = np.broadcast_to(location_map == 1, images.shape)
    assert len(seen) == 3
    for image in seen:
        np.testing.assert_array_equal(image[known], images[known])
    other = np.where(location_map == 1, images, 1 - images).astype(np.float32)
    fills.append(np.asarray(model(tensors.network_input(other, location_map))))
    np.testing.assert_array_equal(*fills)


def test_the_first_turn_starts_from_the_mean_colour(images, location_map):
    model = small(turns=1)
    mean = (images * location_map).sum(axis=(1, 2)) / location_map.sum(axis=(1, 2))
    started = np.where(location_map == 1, images, mean[:, None, None])
    expected = model.decode(model.encoder(started.astype(np.float32))[0])
    filled = model(tensors.network_input(images, location_map))
    np.testing.assert_allclose(filled, expected, atol=1e-5)


class Posterior:
    """A linear model of two pixels, whose encoder is exact: the turns are a Gibbs sampler."""

    noise, weights, turns = 0.5, np.array([1.0, 2.0]), 60

    def encoder(self, image, training):
        variance = 1 / (1 + self.weights @ self.weights / self.noise)
        mean = variance * np.asarray(image)[:, 0, :, 0] @ self.weights / self.noise
        return mean[:, None].astype("float32"), None

    def decode(self, z, training=False):
        values = np.float32(np.asarray(z) * self.weights)
        return np.repeat(values[:, None, :, None], 3, axis=3)


def test_with_an_exact_encoder_the_means_end_at_the_mean_of_what_is_missing():
    """The first pixel is known: the mean of the second, given it, has a closed form."""
    known = 1.4
    inputs = np.zeros((1, 1, 2, 4), np.float32)
    inputs[0, 0, 0] = known, known, known, 1
    filled = np.asarray(VAE.alternate(Posterior(), inputs))
    first, second = Posterior.weights
    expected = second * first * known / (first**2 + Posterior.noise)
    assert filled[0, 0, 1, 0] == pytest.approx(expected, rel=1e-5)


def test_samples_differ_and_repeat(images, location_map):
    model = small(turns=2)
    incomplete = holes.cut(images, location_map)
    once, again = (model.samples(incomplete, location_map, 2, seed=5) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    assert once.shape == (2, *images.shape)
    assert np.abs(once[0] - once[1]).max() > 0
    known = np.broadcast_to(location_map == 1, images.shape)
    np.testing.assert_array_equal(once[1][known], incomplete[known])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"variance": 0}, "variance is 0: expected more"),
        ({"latent": 0}, "latent"),
        ({"widths": ()}, "0 widths"),
        ({"turns": 1.5}, "turns"),
        ({"size": 9}, "9 pixels: this network needs a multiple of 2"),
    ],
)
def test_wrong_settings_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        small(**wrong)


def test_the_base_class_says_that_a_subclass_is_needed():
    model = Variational(0.1)
    for ask in (lambda: model.latent(None, False), lambda: model.decode(None, [], False)):
        with pytest.raises(NotImplementedError):
            ask()
