import hashlib
import shutil

import keras
import numpy as np
import pytest

from inpainting_guide.data import cars


def test_splits_have_the_documented_sizes_and_range():
    loaded = cars.load()
    for images, count in ((loaded.train, 4500), (loaded.validation, 500), (loaded.test, 1000)):
        assert images.shape == (count, 32, 32, 3)
        assert images.dtype == np.float32
        assert images.min() == 0
        assert images.max() == 1


def test_validation_cars_are_the_documented_ones_and_none_is_trained_on():
    loaded = cars.load()
    chosen = np.random.default_rng(1).permutation(5000)[:500]
    everything = cars._unit_range(cars._read_atlas(cars.DATA / "train.webp"))
    np.testing.assert_array_equal(loaded.validation, everything[chosen])
    digests = {hashlib.sha256(image).digest() for image in loaded.train}
    assert len(digests) == 4500
    for image in (*loaded.validation, *loaded.test):
        assert hashlib.sha256(image).digest() not in digests


def test_the_arrays_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        cars.load().test[0] = 0


def test_missing_file_is_named_with_its_remedy(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"train\.webp is missing.*[Rr]einstall"):
        cars._read_atlas(tmp_path / "train.webp")


def test_truncated_file_is_named_with_its_remedy(tmp_path):
    path = tmp_path / "test.webp"
    path.write_bytes((cars.DATA / "test.webp").read_bytes()[:100_000])
    with pytest.raises(ValueError, match=r"test\.webp.*[Rr]einstall"):
        cars._read_atlas(path)


def test_other_pixels_are_refused(tmp_path):
    shutil.copy(cars.DATA / "test.webp", tmp_path / "train.webp")
    with pytest.raises(ValueError, match="damaged.*769ee85a08.*expected d3170aeb37"):
        cars._read_atlas(tmp_path / "train.webp")


def test_unknown_class_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="'lorry' is no CIFAR-10 class.*truck"):
        cars.from_cifar10("lorry")


def test_another_class_is_split_like_the_cars(monkeypatch):
    labels = np.arange(200).reshape(-1, 1) % 10
    images = np.broadcast_to(np.uint8(labels).reshape(-1, 1, 1, 1), (200, 32, 32, 3))
    monkeypatch.setattr(
        keras.datasets.cifar10, "load_data", lambda: ((images, labels), (images, labels))
    )
    ships = cars.from_cifar10("ship")
    assert [len(ships.train), len(ships.validation), len(ships.test)] == [18, 2, 20]
    np.testing.assert_array_equal(np.unique(ships.train), np.float32(8 / 255))
    assert len(cars.from_cifar10().train) == 180
