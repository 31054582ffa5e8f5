"""What the chapter autoencoders.md proves of linear autoencoders, on real cars."""

import numpy as np
import pytest

from inpainting_guide.data import cars


@pytest.fixture(scope="module")
def pictures():
    """Return cars shrunk to 8 x 8 pixels, centred: 192 numbers each."""
    images = cars.load().validation.reshape(-1, 8, 4, 8, 4, 3).mean(axis=(2, 4))
    flat = images.reshape(len(images), -1).astype(np.float64)
    return flat - flat.mean(axis=0)


def error_of_best_encoder(pictures, decoder):
    """Solve for the encoder's codes by least squares; return the mean squared distance."""
    codes = np.linalg.lstsq(decoder, pictures.T, rcond=None)[0]
    return np.mean(np.sum((pictures.T - decoder @ codes) ** 2, axis=0))


def test_no_linear_autoencoder_is_better_than_principal_components(pictures, rng):
    values, vectors = np.linalg.eigh(pictures.T @ pictures / len(pictures))
    for size in (1, 8, 40):
        optimum = values[:-size].sum()
        best = vectors[:, -size:]
        assert error_of_best_encoder(pictures, best) == pytest.approx(optimum)
        mixed = best @ rng.normal(size=(size, size))  # the subspace counts, not the basis
        assert error_of_best_encoder(pictures, mixed) == pytest.approx(optimum)
        others = [rng.normal(size=(192, size)) for _ in range(5)]  # random subspaces
        others += [best + 0.05 * rng.normal(size=best.shape) for _ in range(5)]  # near the best
        for other in others:
            assert error_of_best_encoder(pictures, other) > optimum


def test_alternating_least_squares_trains_a_linear_autoencoder_to_the_same_optimum(pictures, rng):
    """Solve for the encoder and the decoder in turn, from a random start: no gradient, no PCA."""
    covariance = pictures.T @ pictures / len(pictures)
    decoder = rng.normal(size=(192, 4))
    for _ in range(200):
        encoder = np.linalg.solve(decoder.T @ decoder, decoder.T)
        codes = encoder @ covariance @ encoder.T
        decoder = np.linalg.solve(codes, encoder @ covariance).T
    optimum = np.linalg.eigvalsh(covariance)[:-4].sum()
    assert error_of_best_encoder(pictures, decoder) == pytest.approx(optimum, rel=1e-6)
