"""The data: 6,000 CIFAR-10 cars, shipped with the package and verified before use.

The pictures are CIFAR-10's class "automobile", 5,000 from its training set and 1,000 from
its test set [1]_, stored without loss as two walls of tiles (``data/README.md`` says how).

References
----------
.. [1] A. Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, technical
   report, University of Toronto, 2009.
"""

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

DATA = Path(__file__).parent

SIZE = 32
"""Height and width of a CIFAR-10 image, in pixels."""

_SHA256 = {
    "train.webp": "d3170aeb37a065bf3b9c7f2319addc6a7126142373414885c37335f2f07bc9da",
    "test.webp": "769ee85a083023ae4f571ec1c0acc8bc7728dcf96a0a69e3549325bb2795a68d",
}


@dataclass(frozen=True)
class Cars:
    """Images of one subject, split for training, tuning and the final measurement.

    Attributes
    ----------
    train : ndarray of float32, shape (4500, 32, 32, 3), values in [0, 1]
        What the networks learn from.
    validation : ndarray of float32, shape (500, 32, 32, 3), values in [0, 1]
        Held out of the training set: recipes are chosen on these.
    test : ndarray of float32, shape (1000, 32, 32, 3), values in [0, 1]
        CIFAR-10's own test images, in its order: measured once a recipe stands.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


@functools.cache
def load():
    """Load the cars that ship with the package.

    The arrays are read-only and are kept in memory: a second call costs nothing.

    Returns
    -------
    Cars
        4,500 training, 500 validation and 1,000 test images. The validation cars are the
        first 500 of ``numpy.random.default_rng(1).permutation(5000)``; the rest keep
        CIFAR-10's order.

    Raises
    ------
    FileNotFoundError
        If one of the two picture files is missing from the package.
    ValueError
        If a file cannot be decoded, or its pixels are not the ones published.
    """
    train, test = _read_atlas(DATA / "train.webp"), _read_atlas(DATA / "test.webp")
    held_out = np.random.default_rng(1).permutation(len(train))[: len(train) // 10]
    kept = np.setdiff1d(np.arange(len(train)), held_out)
    return Cars(_unit_range(train[kept]), _unit_range(train[held_out]), _unit_range(test))


def _unit_range(images):
    """Scale 8-bit images to [0, 1]: read-only, float32."""
    scaled = images.astype(np.float32) / np.float32(255)
    scaled.flags.writeable = False
    return scaled


def _read_atlas(path):
    """Decode one wall of tiles to uint8 images, shape (n, 32, 32, 3), and verify them."""
    mend = "Reinstall inpainting-guide, or restore the file from a fresh clone."
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: it holds the cars that ship here. {mend}")
    try:
        with Image.open(path) as picture:
            atlas = np.asarray(picture.convert("RGB"))
    except OSError as error:
        raise ValueError(f"{path} cannot be decoded as a WebP picture ({error}). {mend}") from error
    down, across = atlas.shape[0] // SIZE, atlas.shape[1] // SIZE
    tiles = atlas[: down * SIZE, : across * SIZE].reshape(down, SIZE, across, SIZE, 3)
    images = np.ascontiguousarray(tiles.swapaxes(1, 2).reshape(down * across, SIZE, SIZE, 3))
    expected, found = _SHA256[path.name], hashlib.sha256(images).hexdigest()
    if found != expected:
        raise ValueError(
            f"{path} is damaged: the SHA-256 of its pixels is {found}, expected {expected}. {mend}"
        )
    return images
