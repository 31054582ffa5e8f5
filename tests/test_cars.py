import hashlib
import shutil

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
