import numpy as np
import pytest
import skimage.metrics
from hypothesis import given
from hypothesis import strategies as st

from inpainting_guide.data import holes, protocol
from inpainting_guide.measuring import metrics, plausibility, scores, wasserstein


@pytest.fixture
def task(photographs, rng):
    return protocol.Task(photographs, holes.random_square(len(photographs), rng))


def cut_out(images, location_map):
    """Return one image's hole as a small image."""
    rows, columns = np.nonzero(location_map[..., 0] == 0)
    return images[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def test_the_error_by_depth_is_that_of_the_rings_around_the_middle():
    place = np.arange(12)
    from_rim = 1 + np.minimum(place, 11 - place)
    middle, corner = np.minimum.outer(from_rim, from_rim), np.minimum.outer(12 - place, 12 - place)
    images = np.full((2, 32, 32, 3), 0.5, np.float32)
    filled = images.copy()
    filled[0, 10:22, 8:20] += 0.04 * middle[..., None]
    filled[1, :12, :12] += 0.04 * corner[..., None]  # known neighbours on two sides alone
    location_map = holes.square([10, 0], [8, 0])
    found = metrics.squared_error_by_depth(images, filled, location_map, 12)
    np.testing.assert_allclose(found, (0.04 * np.arange(1, 13)) ** 2, rtol=1e-5)
    with pytest.raises(ValueError, match="may be at most 12"):
        metrics.squared_error_by_depth(images, filled, location_map, 13)


def test_psnr_of_a_float32_is_a_number_that_json_can_hold():
    assert isinstance(metrics.psnr(np.float32(0.01)), float)


def test_errors_agree_with_scikit_image_on_the_cut_out_hole(task, rng):
    filled = np.clip(task.images + rng.normal(0, 0.1, task.images.shape), 0, 1)
    measured = metrics.squared_error(task.images, filled, task.location_map)
    for number, value in enumerate(measured):
        truth, fill = (
            cut_out(images[number], task.location_map[number])
            for images in (task.images.astype(float), filled)
        )
        assert value == pytest.approx(skimage.metrics.mean_squared_error(truth, fill))
        assert metrics.psnr(value) == pytest.approx(
            skimage.metrics.peak_signal_noise_ratio(truth, fill, data_range=1)
        )
        assert metrics.absolute_error(task.images, filled, task.location_map)[
            number
        ] == pytest.approx(np.abs(truth - fill).mean())


def test_ssim_is_the_mean_of_scikit_images_map_over_the_hole(task, rng):
    filled = rng.random(task.images.shape, np.float32)
    measured = metrics.ssim(task.images, filled, task.location_map)
    composite = np.where(task.location_map == 1, task.images, filled)
    _, full = skimage.metrics.structural_similarity(
        task.images[0], composite[0], win_size=7, data_range=1, channel_axis=-1, full=True
    )
    assert measured[0] == pytest.approx(cut_out(full, task.location_map[0]).mean())
    np.testing.assert_allclose(metrics.ssim(task.images, task.images, task.location_map), 1)


def test_known_pixels_never_count_and_fills_are_clipped(task, rng):
    filled = rng.uniform(-0.4, 1.4, task.images.shape)
    before = metrics.squared_error(task.images, filled, task.location_map)
    elsewhere = np.where(task.location_map == 1, rng.normal(0, 9, filled.shape), filled)
    nowhere = np.where(task.location_map == 1, np.nan, filled)
    for changed in (elsewhere, nowhere, np.clip(filled, 0, 1)):
        after = metrics.squared_error(task.images, changed, task.location_map)
        np.testing.assert_allclose(after, before)


def test_the_error_of_the_mean_colour_forgives_what_cancels_out(task, rng):
    """Two halves of a hole, too bright and too dark by as much, have the right mean."""
    shift = np.array([0.1, -0.2, 0.0])
    measured = metrics.colour_error(
        0.5 + 0 * task.images, 0.5 + 0 * task.images + shift, task.location_map
    )
    np.testing.assert_allclose(measured, 0.1)
    stripes = 0.1 * (-1) ** np.arange(32)[:, None, None] + 0.5 + 0 * task.images
    measured = metrics.colour_error(0.5 + 0 * task.images, stripes, task.location_map)
    np.testing.assert_allclose(measured, 0, atol=1e-7)  # of 12 rows each


def test_an_exact_fill_has_60_decibels():
    assert metrics.psnr(0.0) == pytest.approx(60)
    assert metrics.psnr(0.01) == pytest.approx(20)


def test_counting_known_pixels_would_add_8_52_decibels(task, rng):
    """The chapters' figure: 1024 pixels share the error of 144."""
    filled = rng.random(task.images.shape, np.float32)
    composite = np.where(task.location_map == 1, task.images, filled)
    whole = np.mean((composite.astype(float) - task.images) ** 2, axis=(1, 2, 3))
    hole = metrics.squared_error(task.images, filled, task.location_map)
    np.testing.assert_allclose(metrics.psnr(whole) - metrics.psnr(hole), 8.519, atol=1e-3)


@given(st.lists(st.floats(1e-4, 1), min_size=2, max_size=30))
def test_the_mean_of_psnrs_is_never_below_the_psnr_of_the_mean(errors):
    errors = np.array(errors)
    assert metrics.psnr(errors).mean() >= metrics.psnr(errors.mean()) - 1e-9


def test_intervals_cover_the_truth_as_often_as_they_say():
    """Of 200 intervals for the mean of 100 exponential values, about 95 % hold the mean, 1."""
    samples = np.random.default_rng(0).exponential(size=(200, 100))
    covered = sum(mean.low <= 1 <= mean.high for mean in map(metrics.mean, samples))
    assert 180 <= covered <= 199


def test_psnr_of_mean_converts_the_interval_of_the_mean_error(rng):
    errors = rng.exponential(0.03, 300)
    error, decibels = metrics.mean(errors), metrics.psnr_of_mean(errors)
    assert decibels.value == pytest.approx(metrics.psnr(error.value))
    assert decibels.low == pytest.approx(metrics.psnr(error.high), abs=1e-6)
    assert decibels.high == pytest.approx(metrics.psnr(error.low), abs=1e-6)


@pytest.mark.parametrize("values", [[1.0], [1.0, np.nan], [[1.0, 2.0]]])
def test_an_interval_without_enough_values_is_refused(values):
    with pytest.raises(ValueError, match="at least two images"):
        metrics.mean(values)


MEASURES = (
    metrics.squared_error, metrics.absolute_error, metrics.squared_error_by_depth, metrics.ssim,
    metrics.colour_error,
    plausibility.sharpness, plausibility.sharpness_ratio, plausibility.seam_ratio,
    lambda images, fill, maps: scores.score(fill, protocol.Task(images, maps)),
    lambda images, fill, maps: plausibility.diversity(images, np.stack([fill, fill]), maps),
    lambda images, fill, maps: wasserstein.distances({"a": fill}, protocol.Task(images, maps)),
)  # fmt: skip


SPOILT = {
    lambda images: np.uint8(255 * images): "uint8, expected floats",
    lambda images: 255 * images: "in the holes, expected .0, 1.",
    lambda images: 2 * images - 1: "in the holes, expected .0, 1.",
    lambda images: np.where(images > 0.5, np.inf, images): "to inf in the holes",
    lambda images: np.where(images > 0.5, -np.inf, images): "from -inf to",
    lambda images: images * np.nan: "holds NaN",
    lambda images: images[:, :, :31]: "the prediction has shape",
}


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_refuses_fills_of_another_kind(task, measure):
    for spoil, message in SPOILT.items():
        with pytest.raises(ValueError, match=message):
            measure(task.images, np.asarray(spoil(task.images)), task.location_map)


@given(st.floats(max_value=0, exclude_max=True, width=32) | st.sampled_from((np.nan, np.inf)))
def test_what_is_no_squared_error_has_no_decibels(wrong):
    for errors in (wrong, np.float32([0.1, wrong]), [[0.1], [wrong]]):
        with pytest.raises(
            ValueError, match="a squared error of .*: expected finite numbers from 0"
        ):
            metrics.psnr(errors)


def test_a_map_without_a_hole_is_refused(task):
    with pytest.raises(ValueError, match="number 0 has no hole"):
        metrics.absolute_error(task.images, task.images, np.ones_like(task.location_map))
