import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from inpainting_guide.data import holes, protocol
from inpainting_guide.measuring import plausibility, wasserstein
from inpainting_guide.measuring.quantities import Quantity


@pytest.fixture
def task(photographs, rng):
    return protocol.Task(photographs, holes.random_square(len(photographs), rng))


def random_task(count, rng):
    """Make random images: every pixel and channel independent."""
    images = rng.random((count, 32, 32, 3), np.float32)
    return protocol.Task(images, holes.random_square(count, rng))


def sharpness_ratio(filled, task):
    return plausibility.sharpness_ratio(task.images, filled, task.location_map)


def ends(quantity):
    return quantity.value, quantity.low, quantity.high


def test_a_constant_has_no_sharpness_a_photograph_all_and_half_the_contrast_half(task):
    assert sharpness_ratio(np.full_like(task.images, 0.3), task) == Quantity(0, "", 0, 0)
    assert sharpness_ratio(task.images, task) == Quantity(1, "", 1, 1)
    half = sharpness_ratio(0.25 + task.images / 2, task)
    assert ends(half) == pytest.approx((0.5, 0.5, 0.5))


def test_sharpness_counts_the_pairs_that_lie_wholly_in_the_hole(rng):
    task = random_task(3, rng)
    fills, photographs = plausibility.sharpness(task.images, 1 - task.images, task.location_map)
    for image, location_map, value in zip(task.images, task.location_map, fills, strict=True):
        hole = image[location_map[..., 0] == 0].reshape(12, 12, 3).astype(float)
        expected = np.abs(np.diff(hole, axis=0)).sum() + np.abs(np.diff(hole, axis=1)).sum()
        assert value == pytest.approx(expected, rel=1e-5)
    np.testing.assert_allclose(photographs, fills, rtol=1e-5)


def test_the_interval_of_the_sharpness_resamples_images(rng):
    task = random_task(40, rng)
    contrast = rng.uniform(0.2, 0.8, (40, 1, 1, 1)).astype(np.float32)
    value, low, high = ends(sharpness_ratio(task.images * contrast, task))
    assert low < value < high
    # These photographs are all about as sharp, so the ratio is nearly a mean of contrasts.
    half_width = 1.96 * contrast.std() / np.sqrt(40)
    assert (high - low) / 2 == pytest.approx(half_width, rel=0.15)


def test_flat_photographs_have_no_sharpness_to_compare_with(task):
    flat = protocol.Task(np.full_like(task.images, 0.5), task.location_map)
    with pytest.raises(ValueError, match="not all of them flat"):
        sharpness_ratio(flat.images, flat)


@given(st.integers(0, 20), st.integers(0, 20))
def test_a_crop_is_centred_on_its_hole_unless_the_border_is_near(top, left):
    location_map = holes.square(top, left)
    rows, columns = np.mgrid[:32, :32]
    crop = wasserstein.crops(np.stack([rows, columns], -1)[None], location_map)
    assert crop.shape == (1, 16, 16, 2)
    assert tuple(crop[0, 0, 0]) == (min(max(top - 2, 0), 16), min(max(left - 2, 0), 16))
    assert wasserstein.crops(location_map, location_map).sum() == 16 * 16 - 12 * 12


def test_crops_that_cannot_be_cut_are_refused(task):
    with pytest.raises(ValueError, match="needs a hole"):
        wasserstein.crops(task.images, np.ones_like(task.location_map))
    with pytest.raises(ValueError, match="of 8 pixels around"):
        wasserstein.crops(task.images, task.location_map, size=8)
    with pytest.raises(ValueError, match="and location maps of shape"):
        wasserstein.crops(task.images[:1], task.location_map)


def test_the_laplacian_of_a_ramp_is_0_and_of_a_point_its_stencil():
    ramp = np.mgrid[:8, :8].sum(0)[None, ..., None] / 16
    np.testing.assert_allclose(wasserstein.laplacian(ramp)[:, 1:-1, 1:-1], 0, atol=1e-6)
    point = np.zeros((1, 5, 5, 2))
    point[0, 2, 2, 0] = 1
    filtered = wasserstein.laplacian(point)
    assert filtered[0, 2, 2, 0] == -4
    assert filtered[0, 1, 2, 0] == filtered[0, 2, 3, 0] == 1
    assert np.abs(filtered).sum() == 8  # nothing in the other channel


def test_one_direction_is_scipys_wasserstein_distance_of_the_projections(rng):
    first, second = rng.normal(size=(30, 4)), rng.normal(1, 2, size=(30, 4))
    direction = np.random.default_rng(7).normal(size=4)
    direction /= np.linalg.norm(direction)
    expected = scipy.stats.wasserstein_distance(first @ direction, second @ direction)
    measured = wasserstein.sliced_wasserstein(first, second, directions=1, seed=7)
    assert measured == pytest.approx(expected, rel=1e-5)


def test_the_distance_is_symmetric_and_0_for_the_same_crops_in_any_order(rng):
    first, second = rng.normal(size=(2, 20, 4, 4, 3))
    there = wasserstein.sliced_wasserstein(first, second)
    assert there == wasserstein.sliced_wasserstein(second, first) > 0
    assert wasserstein.sliced_wasserstein(first, first[::-1]) == pytest.approx(0, abs=1e-6)


def test_a_shift_by_a_constant_costs_its_mean_projection(rng):
    """A unit direction in d dimensions has mean absolute component sqrt(2 / (pi d)), nearly."""
    crops = rng.random((50, 8, 8, 3))
    shift = np.zeros(crops.shape[1:])
    shift[2, 3, 1] = 0.7
    measured = wasserstein.sliced_wasserstein(crops, crops + shift, directions=4000)
    assert measured == pytest.approx(0.7 * np.sqrt(2 / (np.pi * 192)), rel=0.05)
    with pytest.raises(ValueError, match="equally many crops"):
        wasserstein.sliced_wasserstein(crops, crops[1:])


def test_the_splits_are_the_same_for_all_methods_and_agree_with_the_distance(rng):
    task = random_task(200, rng)
    half_contrast = 0.25 + task.images / 2
    measured = wasserstein.distances(
        {"flat": np.full_like(task.images, 0.5), "half": half_contrast, "same": task.images},
        task,
        splits=3,
        directions=50,
    )
    assert list(measured) == ["photographs", "flat", "half", "same"]
    for kind in ("raw", "laplacian"):
        floor, flat, half, same = (getattr(values, kind) for values in measured.values())
        np.testing.assert_array_equal(same, floor)
        assert (floor < half).all()
        assert (half < flat).all()
    order = np.random.default_rng(0).permutation(200)
    composite = holes.compose(task.images, half_contrast, task.location_map)
    crops = (wasserstein.crops(images, task.location_map) for images in (composite, task.images))
    fills, photographs = (
        c[part] for c, part in zip(crops, (order[:100], order[100:]), strict=True)
    )
    expected = 1000 * wasserstein.sliced_wasserstein(fills, photographs, directions=50)
    assert measured["half"].raw[0] == pytest.approx(expected, rel=1e-4)


def test_bad_sets_of_methods_are_refused(task):
    with pytest.raises(ValueError, match="none named 'photographs'"):
        wasserstein.distances({"photographs": task.images}, task)
    with pytest.raises(ValueError, match="at least 4 images"):
        wasserstein.distances({"same": task.images[:2]}, task[:2])


def test_for_averages_over_images_the_interval_covers_the_truth_as_often_as_it_says(rng):
    """The spread over random halves is then the standard error: the delete-half jackknife."""
    covered = 0
    for _ in range(200):
        differences = rng.normal(0.3, 1, 100)
        splits = [differences[rng.permutation(100)[:50]].mean() for _ in range(20)]
        difference = wasserstein.difference(splits, np.zeros(20))
        covered += difference.low <= 0.3 <= difference.high
    assert 180 <= covered <= 199


def test_one_split_has_no_spread():
    with pytest.raises(ValueError, match="at least two splits"):
        wasserstein.difference([1.0], [2.0])


def test_a_sample_costs_twice_the_smallest_error_and_the_mean_of_k_costs_1_plus_1_over_k(rng):
    """The chapter's rule, with two plausible fills of different chances and contrasts."""
    fills = np.array([[0.1, 0.9], [0.8, 0.2]])
    answers = rng.choice(2, (9, 200_000), p=[0.3, 0.7])
    truth, samples = fills[answers[0]], fills[answers[1:]]
    smallest = ((truth - np.array([0.3, 0.7]) @ fills) ** 2).sum(axis=-1).mean()
    for count in (1, 2, 8):
        error = ((truth - samples[:count].mean(axis=0)) ** 2).sum(axis=-1).mean()
        assert error == pytest.approx((1 + 1 / count) * smallest, rel=0.02)


def test_the_diversity_of_samples_of_the_truth_is_what_theory_says(task, rng):
    # Photographs and fills from one distribution: K of them have K / (K + 1).
    drawn = rng.normal(0.5, 0.05, (9, *task.images.shape)).astype(np.float32)
    diversity = plausibility.diversity(drawn[0], drawn[1:], task.location_map)
    assert diversity.value == pytest.approx(8 / 9, rel=0.1)
    assert diversity.unit == "share"
    alike = np.repeat(drawn[1:2], 8, axis=0)
    none = plausibility.diversity(drawn[0], alike, task.location_map)
    assert none.value == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="1 fills of each hole: expected at least 2"):
        plausibility.diversity(drawn[0], drawn[1:2], task.location_map)


def test_in_the_diversity_a_small_hole_counts_as_much_as_a_large_one():
    location_map = np.concatenate([holes.square([9], [9], side) for side in (3, 12)])
    grey, apart = np.full((2, 32, 32, 3), 0.5, np.float32), np.float32([0.1, 0])
    apart = apart[:, None, None, None]  # in the small hole alone
    fills = np.stack([grey + np.float32(0.1) - apart, grey + np.float32(0.1) + apart])
    # Variances of 0.02 and 0, errors of 0.01 and 0.01.
    diversity = plausibility.diversity(grey, fills, location_map)
    assert diversity.value == pytest.approx(1, rel=1e-5)


def seam_ratio(filled, task):
    return plausibility.seam_ratio(task.images, filled, task.location_map)


def test_the_seam_counts_the_pairs_of_which_one_is_in_the_hole(rng):
    task = protocol.Task(rng.random((2, 32, 32, 3), np.float32), holes.square([3, 20], [0, 8]))
    fills, photographs = plausibility.seam(task.images, 1 - task.images, task.location_map)
    composite = holes.compose(task.images, 1 - task.images, task.location_map).astype(float)
    # Rows 3 to 14 and columns 0 to 11: nothing is known on the left.
    sides = [(2, slice(0, 12)), (14, slice(0, 12))]
    first = sum(np.abs(composite[0, row, c] - composite[0, row + 1, c]).sum() for row, c in sides)
    first += np.abs(composite[0, 3:15, 11] - composite[0, 3:15, 12]).sum()
    # Rows 20 to 31 and columns 8 to 19: nothing is known below.
    second = np.abs(composite[1, 19, 8:20] - composite[1, 20, 8:20]).sum()
    for column in (7, 19):
        second += np.abs(composite[1, 20:, column] - composite[1, 20:, column + 1]).sum()
    np.testing.assert_allclose(fills, [first, second])
    assert (photographs > 0).all()


def test_a_photograph_has_its_own_seam_and_what_repeats_its_neighbours_none(task):
    assert seam_ratio(task.images, task) == Quantity(1, "", 1, 1)
    rows = protocol.Task(np.zeros((2, 32, 32, 3), np.float32), holes.square([4, 9], [5, 9]))
    rows.images[:] = np.linspace(0, 1, 32, dtype=np.float32)[:, None, None]
    # Of a ramp, the pairs above and below differ; black differs from everything.
    black = seam_ratio(np.zeros_like(rows.images), rows)
    assert black.low > 1
    inside = rows.images.copy()
    for image, top in zip(inside, (4, 9), strict=True):
        image[top : top + 12] = np.clip(image[top : top + 12], image[top - 1], image[top + 12])
        image[top], image[top + 11] = image[top - 1], image[top + 12]
    ends = plausibility.seam(rows.images, inside, rows.location_map)[0]
    # Only the left and right neighbours of the two changed rows still differ, by 1/31 each.
    np.testing.assert_allclose(ends, 2 * 2 * 3 / 31, rtol=1e-4)
    assert 0 < seam_ratio(inside, rows).value < 1


def test_a_seam_needs_photographs_that_change_across_the_border(task):
    flat = protocol.Task(np.full_like(task.images, 0.5), task.location_map)
    with pytest.raises(ValueError, match="not all of them flat across the border"):
        seam_ratio(flat.images, flat)
    with pytest.raises(ValueError, match="of 1 photographs"):
        seam_ratio(task.images[:1], task[:1])
    with pytest.raises(ValueError, match="holds NaN"):
        seam_ratio(np.full_like(task.images, np.nan), task)


def test_an_average_has_the_interval_of_its_difference_from_the_floor():
    floor = np.array([5.0, 6.0, 7.0])
    assert wasserstein.average(floor + 2, floor) == Quantity(8, "", 8, 8)
    assert wasserstein.average(floor, floor) == Quantity(6, "", 6, 6)
    found = wasserstein.average(floor + np.arange(1, 4), floor)
    assert found.value == pytest.approx(8)
    above, below = found.high - found.value, found.value - found.low
    assert above == pytest.approx(below) == pytest.approx(4.303, abs=1e-3)
    with pytest.raises(ValueError, match="at least two splits"):
        wasserstein.average(floor[:1], floor[:1])
