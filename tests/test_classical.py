"""Filling without learning: the formulas of the chapter, on small cases that can be checked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inpainting_guide import classical, holes, metrics, protocol

CLOSE = 1e-5
"""Tolerance for float32 fills."""

EVERY_METHOD = pytest.mark.parametrize("fill", classical.METHODS.values(), ids=classical.METHODS)

NO_DEADLINE = settings(deadline=None, max_examples=40)


@st.composite
def incomplete_pictures(draw, smallest=3, largest=9):
    """One small image of noise and a location map with any holes, but not of holes alone."""
    height, width = draw(st.integers(smallest, largest)), draw(st.integers(smallest, largest))
    known = draw(arrays(bool, (height, width)))
    known[draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))] = True
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    image = rng.random((1, height, width, 3), np.float32)
    location_map = np.float32(known)[None, :, :, None]
    return holes.cut(image, location_map), location_map


def neighbours(row, column, shape):
    """The two, three or four pixels above, below, left and right, inside the image."""
    steps = ((-1, 0), (1, 0), (0, -1), (0, 1))
    places = [(row + down, column + right) for down, right in steps]
    return [p for p in places if 0 <= p[0] < shape[0] and 0 <= p[1] < shape[1]]


def dirichlet_energy(image):
    """Half the summed squared differences of neighbouring pixels."""
    down, right = np.diff(image, axis=-3), np.diff(image, axis=-2)
    return (np.square(down).sum() + np.square(right).sum()) / 2


def laplacian(image):
    """Summed differences to the neighbours that exist: zero slope across the image's edge."""
    result = np.zeros_like(image)
    down, right = np.diff(image, axis=-3), np.diff(image, axis=-2)
    result[..., :-1, :, :] += down
    result[..., 1:, :, :] -= down
    result[..., :, :-1, :] += right
    result[..., :, 1:, :] -= right
    return result


def columns(profile, height=16):
    """An image whose rows all show the same profile of grey values."""
    values = np.asarray(profile, np.float32)
    return np.broadcast_to(values[None, None, :, None], (1, height, len(values), 3)).copy()


def missing_columns(first, count, height, width):
    """The location map of a hole that takes whole columns, from the top edge to the bottom."""
    location_map = np.ones((1, height, width, 1), np.float32)
    location_map[:, :, first : first + count] = 0
    return location_map


# --- What every method promises ----------------------------------------------------------


@EVERY_METHOD
@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 2**32 - 1))
def test_known_pixels_stay_bit_for_bit(fill, seed):
    rng = np.random.default_rng(seed)
    images = rng.random((2, 32, 32, 3), np.float32)
    location_map = holes.random_square(2, rng)
    incomplete = holes.cut(images, location_map)
    filled = fill(incomplete, location_map)
    known = np.broadcast_to(location_map == 1, images.shape)
    np.testing.assert_array_equal(filled[known], images[known])
    assert filled.dtype == np.float32
    assert filled.min() >= 0
    assert filled.max() <= 1


@EVERY_METHOD
def test_what_a_hole_holds_is_never_read(fill):
    task = protocol.validation()[:3]
    expected = fill(task.incomplete, task.location_map)
    np.testing.assert_array_equal(fill(task.images, task.location_map), expected)


@EVERY_METHOD
def test_an_image_without_a_hole_is_unchanged(fill):
    images = protocol.validation().images[:2]
    location_map = np.ones((2, 32, 32, 1), np.float32)
    np.testing.assert_array_equal(fill(images, location_map), images)


@EVERY_METHOD
def test_a_batch_is_filled_image_by_image(fill):
    task = protocol.validation()[:4]
    whole = fill(task.incomplete, task.location_map)
    for number in range(4):
        one = task[number : number + 1]
        alone = fill(one.incomplete, one.location_map)
        np.testing.assert_allclose(whole[number], alone[0], atol=1e-6)


@EVERY_METHOD
def test_a_map_without_known_pixels_is_refused(fill):
    images = np.zeros((2, 32, 32, 3), np.float32)
    location_map = np.ones((2, 32, 32, 1), np.float32)
    location_map[1] = 0
    with pytest.raises(ValueError, match="1 of the 2 images has no known pixel"):
        fill(images, location_map)


@EVERY_METHOD
def test_conventions_are_checked(fill):
    images, location_map = np.zeros((1, 32, 32, 3), np.float32), holes.square(10, 10)
    with pytest.raises(ValueError, match="batch axis"):
        fill(images[0], location_map)
    with pytest.raises(ValueError, match="location map"):
        fill(images, location_map[..., 0])
    with pytest.raises(ValueError, match="NaN"):
        fill(images + np.float32(np.nan), location_map)


FLAT = np.broadcast_to(np.float32([51, 102, 204]) / 255, (2, 32, 32, 3))


@pytest.mark.parametrize("name", ["mean colour", "harmonic", "biharmonic", "Navier–Stokes"])
def test_a_flat_image_is_restored(name):
    location_map = holes.square([0, 9], [4, 20])
    filled = classical.METHODS[name](holes.cut(FLAT, location_map), location_map)
    np.testing.assert_allclose(filled, FLAT, atol=CLOSE)


def test_opencvs_telea_lets_a_flat_image_drift_by_a_few_grey_levels():
    location_map = holes.square([0, 9], [4, 20])
    filled = classical.telea(holes.cut(FLAT, location_map), location_map)
    drift = np.abs(filled - FLAT).max() * 255
    assert 0.5 < drift < 6


# --- Mean colour -------------------------------------------------------------------------


def test_mean_colour_is_the_mean_of_the_known_pixels():
    incomplete = np.zeros((1, 2, 2, 3), np.float32)
    incomplete[0, 0] = [[0.25, 0.5, 0], [0.75, 0.5, 1]]
    location_map = np.float32([[1, 1], [0, 0]])[None, :, :, None]
    filled = classical.mean_colour(incomplete, location_map)
    np.testing.assert_array_equal(filled[0, 1], [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]])


@NO_DEADLINE
@given(incomplete_pictures())
def test_no_other_colour_is_nearer_to_the_known_pixels(picture):
    incomplete, location_map = picture
    known = incomplete[location_map[..., 0] == 1].astype(np.float64)
    filled = classical.mean_colour(incomplete, location_map)
    for colour in filled[location_map[..., 0] == 0][:1]:
        best = np.square(known - colour).sum()
        for step in (-0.01, 0.01):
            assert np.square(known - (colour + step)).sum() > best


# --- Harmonic ----------------------------------------------------------------------------


@NO_DEADLINE
@given(incomplete_pictures())
def test_harmonic_pixels_are_the_means_of_their_neighbours(picture):
    incomplete, location_map = picture
    filled = classical.harmonic(incomplete, location_map)[0]
    for row, column in np.argwhere(location_map[0, ..., 0] == 0):
        around = [filled[place] for place in neighbours(row, column, filled.shape)]
        np.testing.assert_allclose(filled[row, column], np.mean(around, axis=0), atol=CLOSE)


@NO_DEADLINE
@given(incomplete_pictures())
def test_harmonic_obeys_the_maximum_principle(picture):
    incomplete, location_map = picture
    filled = classical.harmonic(incomplete, location_map)[0]
    known = incomplete[location_map[..., 0] == 1]
    assert (filled <= known.max(axis=0) + CLOSE).all()
    assert (filled >= known.min(axis=0) - CLOSE).all()


def test_harmonic_stays_within_the_values_of_the_rim():
    task = protocol.validation()[:20]
    filled = classical.harmonic(task.incomplete, task.location_map)
    for image, known in zip(filled, task.location_map[..., 0] == 1, strict=True):
        beside = np.zeros_like(known)
        for row, column in np.argwhere(~known):
            for place in neighbours(row, column, known.shape):
                beside[place] = True
        rim = image[beside & known]
        assert (image[~known] <= rim.max(axis=0) + CLOSE).all()
        assert (image[~known] >= rim.min(axis=0) - CLOSE).all()


@NO_DEADLINE
@given(incomplete_pictures(), st.integers(0, 2**32 - 1))
def test_every_other_fill_has_more_dirichlet_energy(picture, seed):
    # E(u + v) = E(u) + E(v) for every change v that leaves the known pixels alone.
    incomplete, location_map = picture
    filled = classical.harmonic(incomplete, location_map).astype(np.float64)
    change = np.random.default_rng(seed).normal(size=filled.shape) * (1 - location_map)
    excess = dirichlet_energy(filled + change) - dirichlet_energy(filled)
    np.testing.assert_allclose(excess, dirichlet_energy(change), rtol=1e-4, atol=1e-4)


@NO_DEADLINE
@given(incomplete_pictures(largest=6))
def test_harmonic_is_the_mean_of_where_random_walks_end(picture):
    # A walk steps to one of its neighbours until it meets a known pixel: an absorbing chain.
    incomplete, location_map = picture
    known = location_map[0, ..., 0].ravel() == 1
    shape = incomplete.shape[1:3]
    step = np.zeros((known.size, known.size))
    for row, column in np.ndindex(shape):
        around = neighbours(row, column, shape)
        for place in around:
            step[row * shape[1] + column, place[0] * shape[1] + place[1]] = 1 / len(around)
    inside, out = step[~known][:, ~known], step[~known][:, known]
    ends = np.linalg.solve(np.eye(len(inside)) - inside, out)
    assert (ends >= -CLOSE).all()
    np.testing.assert_allclose(ends.sum(axis=1), 1, atol=CLOSE)
    filled = classical.harmonic(incomplete, location_map).reshape(-1, 3)
    np.testing.assert_allclose(filled[~known], ends @ incomplete.reshape(-1, 3)[known], atol=CLOSE)


def test_harmonic_does_not_care_how_the_image_is_turned():
    task = protocol.validation()[:3]
    image, location_map = task.incomplete, task.location_map
    upright = classical.harmonic(image, location_map)
    flipped = classical.harmonic(image[:, :, ::-1], location_map[:, :, ::-1])
    turned = classical.harmonic(image.swapaxes(1, 2), location_map.swapaxes(1, 2))
    np.testing.assert_allclose(flipped[:, :, ::-1], upright, atol=CLOSE)
    np.testing.assert_allclose(turned.swapaxes(1, 2), upright, atol=CLOSE)


def test_harmonic_across_a_gap_is_a_straight_line():
    profile = np.float32([0.9, 0.2, 0, 0, 0, 1, 0.1])
    location_map = missing_columns(2, 3, height=5, width=7)
    filled = classical.harmonic(columns(profile, height=5), location_map)
    np.testing.assert_allclose(filled[0, :, 2:5, 0], [[0.4, 0.6, 0.8]] * 5, atol=CLOSE)


def test_a_pattern_on_the_rim_fades_by_the_derived_factor_a_pixel():
    # Black and white in turn along a straight rim: r + 1/r = 6 inwards, so r = 3 - sqrt(8).
    stripes = np.zeros((1, 24, 60, 3), np.float32)
    stripes[:, 0, ::2] = 1
    location_map = np.ones((1, 24, 60, 1), np.float32)
    location_map[:, 1:] = 0
    middle = classical.harmonic(stripes, location_map)[0, :5, 29:32, 0]
    contrast = np.diff(middle, n=2)[:, 0]  # what fades slowly from the sides drops out
    np.testing.assert_allclose(contrast[1:] / contrast[:-1], 3 - np.sqrt(8), rtol=1e-3)


# --- Ramps, and the edge of the image ----------------------------------------------------


@pytest.mark.parametrize(("method", "margin"), [(classical.harmonic, 1), (classical.biharmonic, 2)])
@pytest.mark.parametrize("axis", [1, 2])
def test_a_ramp_is_continued_away_from_the_images_edge(method, margin, axis):
    ramp = columns(np.linspace(0.1, 0.9, 32), height=32)
    for place in (margin, 10, 20 - margin):
        location_map = holes.square(0, place)  # it touches the edge along the ramp only
        image, known = ramp, location_map
        if axis == 1:
            image, known = ramp.swapaxes(1, 2), location_map.swapaxes(1, 2)
        np.testing.assert_allclose(method(holes.cut(image, known), known), image, atol=CLOSE)


@pytest.mark.parametrize(("method", "margin"), [(classical.harmonic, 1), (classical.biharmonic, 2)])
def test_a_ramp_is_bent_where_it_meets_the_images_edge(method, margin):
    # The image's edge is a place of zero slope, which a ramp that meets it has not.
    ramp = columns(np.linspace(0.1, 0.9, 32), height=32)
    location_map = holes.square(10, margin - 1)
    filled = method(holes.cut(ramp, location_map), location_map)
    assert np.abs(filled - ramp).max() > 0.02


# --- Biharmonic --------------------------------------------------------------------------


@NO_DEADLINE
@given(incomplete_pictures(smallest=5))
def test_biharmonic_has_the_least_bending_energy_and_is_clipped_to_the_images_range(picture):
    incomplete, location_map = picture
    known = location_map[0, ..., 0].ravel() == 1
    pixels = incomplete.reshape(-1, 3).astype(np.float64)
    basis = np.eye(known.size).reshape(-1, *incomplete.shape[1:3], 1)
    operator = laplacian(basis).reshape(known.size, known.size)
    plate = np.linalg.lstsq(operator[:, ~known], -operator[:, known] @ pixels[known])[0]
    clipped = np.clip(plate, pixels[known].min(axis=0), pixels[known].max(axis=0))
    filled = classical.biharmonic(incomplete, location_map).reshape(-1, 3)
    np.testing.assert_allclose(filled[~known], clipped, atol=1e-4)


@pytest.mark.parametrize("gap", [1, 4, 12])
def test_biharmonic_across_a_gap_is_the_cubic_through_the_nearest_four_pixels(gap):
    width = gap + 10
    profile = 0.2 + 0.6 * np.random.default_rng(gap).random(width)
    profile[[0, -1]] = 0, 1  # so that the image's range does not clip the fill
    location_map = missing_columns(5, gap, height=12, width=width)
    filled = classical.biharmonic(columns(profile, height=12), location_map)
    nearest = np.array([3, 4, 5 + gap, 6 + gap])
    inside = np.arange(5, 5 + gap)
    cubic = np.polynomial.Polynomial.fit(nearest, np.float32(profile[nearest]), 3)(inside)
    np.testing.assert_allclose(
        filled[0, :, inside, 0], np.tile(np.clip(cubic, 0, 1)[:, None], 12), atol=1e-4
    )


@pytest.mark.parametrize("gap", [2, 5, 12])
def test_biharmonic_overshoots_by_the_derived_amount(gap):
    # Both sides rise towards the gap by s a pixel: with L = gap + 1 the crest is s L^2 / 4 (L + 1).
    slope, level, length = 0.1, 0.5, gap + 1
    rise = [level - slope, level] + [0] * gap + [level, level - slope]
    profile = np.float32([0, 1, level, level, *rise, level, level])
    location_map = missing_columns(6, gap, height=14, width=len(profile))
    image = columns(profile, height=14)
    crest = classical.biharmonic(image, location_map)[0, :, 6 : 6 + gap, 0]
    position = np.arange(1, gap + 1)
    expected = level + slope * position * (length - position) / (length + 1)
    np.testing.assert_allclose(crest, np.tile(expected, (14, 1)), atol=1e-4)
    if gap % 2:
        overshoot = slope * length**2 / (4 * (length + 1))
        assert crest.max() == pytest.approx(level + overshoot, abs=1e-4)
    assert crest.max() > level + CLOSE  # above every pixel of the rim
    flat = classical.harmonic(image, location_map)[0, :, 6 : 6 + gap, 0]
    np.testing.assert_allclose(flat, level, atol=CLOSE)


# --- OpenCV's two methods ----------------------------------------------------------------


def navier_stokes_of_one_pixel(image, row, column, radius):
    """The chapter's weighted mean, for a hole of one pixel in an image of grey levels."""
    levels, known = image.astype(float), np.ones(image.shape, bool)
    known[row, column] = False

    def change(before, after, centre):
        steps = [abs(levels[p] - levels[centre]) for p in (before, after) if known[p]]
        return sum(steps) * 2 / len(steps) if steps else 0

    total = weights = 0
    for down in range(-radius, radius + 1):
        for right in range(-radius, radius + 1):
            at, distance = (row + down, column + right), down**2 + right**2
            if not 0 < distance <= radius**2:
                continue
            vertical = change((at[0] - 1, at[1]), (at[0] + 1, at[1]), at)
            horizontal = change((at[0], at[1] - 1), (at[0], at[1] + 1), at)
            along = abs(right * -vertical + down * horizontal)
            steepness = np.sqrt(vertical**2 + horizontal**2)
            cosine = along / (np.sqrt(distance) * steepness) if along > 0.01 else 1e-6
            weight = cosine / (1 + distance**2)
            total, weights = total + weight * levels[at], weights + weight
    return total / weights


@settings(deadline=None, max_examples=25)
@given(arrays(np.uint8, (11, 11)))
def test_opencvs_navier_stokes_is_the_chapters_weighted_mean(image):
    location_map = np.ones((1, 11, 11, 1), np.float32)
    location_map[0, 5, 5] = 0
    incomplete = np.repeat(np.float32(image)[None, :, :, None] / 255, 3, axis=3)
    filled = classical.navier_stokes(incomplete, location_map)[0, 5, 5] * 255
    expected = navier_stokes_of_one_pixel(image, 5, 5, classical.RADIUS)
    np.testing.assert_allclose(filled, expected, atol=0.501)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_opencvs_navier_stokes_obeys_a_maximum_principle(seed):
    rng = np.random.default_rng(seed)
    images = np.float32(rng.integers(60, 190, (4, 32, 32, 3))) / 255
    location_map = holes.random_square(4, rng)
    filled = classical.navier_stokes(holes.cut(images, location_map), location_map)
    known = np.where(location_map == 1, images, np.nan)
    assert (filled.min(axis=(1, 2)) >= np.nanmin(known, axis=(1, 2)) - CLOSE).all()
    assert (filled.max(axis=(1, 2)) <= np.nanmax(known, axis=(1, 2)) + CLOSE).all()


@settings(deadline=None, max_examples=25)
@given(arrays(np.uint8, (11, 11)))
def test_opencvs_telea_adds_at_most_the_root_of_two_levels_to_a_weighted_mean(image):
    location_map = np.ones((1, 11, 11, 1), np.float32)
    location_map[0, 5, 5] = 0
    incomplete = np.repeat(np.float32(image)[None, :, :, None] / 255, 3, axis=3)
    filled = classical.telea(incomplete, location_map)[0, 5, 5] * 255
    down, right = np.mgrid[-5:6, -5:6]
    around = (down**2 + right**2 <= classical.RADIUS**2) & (down**2 + right**2 > 0)
    near = image[around].astype(float)
    rounding = 1.01  # half a level to round, and half a level that OpenCV adds before it rounds
    assert (filled >= near.min() - np.sqrt(2) - rounding).all()
    assert (filled <= near.max() + np.sqrt(2) + rounding).all()


def test_opencvs_telea_adds_a_step_of_one_level_against_the_slope():
    # A bright column two pixels away: Telea's formula follows its slope down, below the mean.
    grey = np.full((11, 11), 100, np.float32)
    grey[:, 3] = 101
    location_map = np.ones((1, 11, 11, 1), np.float32)
    location_map[0, 5, 5] = 0
    incomplete = np.repeat(grey[None, :, :, None] / 255, 3, axis=3)
    filled = classical.telea(incomplete, location_map)[0, 5, 5] * 255
    np.testing.assert_allclose(filled, 102, atol=1e-3)


def test_opencvs_telea_does_not_continue_a_slope():
    # Telea's own formula would: every known pixel predicts a linear ramp exactly.
    ramp = np.float32(np.rint(columns(np.linspace(20, 235, 32), height=32))) / 255
    location_map = holes.square(10, 10)
    first = classical.telea(holes.cut(ramp, location_map), location_map)[0, 16, 10, 0]
    assert ramp[0, 16, 10, 0] - first > 3 / 255


@pytest.mark.parametrize("fill", [classical.telea, classical.navier_stokes])
def test_opencvs_fills_are_whole_grey_levels(fill):
    task = protocol.validation()[:3]
    filled = fill(task.incomplete, task.location_map) * 255
    np.testing.assert_allclose(filled, np.rint(filled), atol=1e-4)


# --- Copying -----------------------------------------------------------------------------


def test_nearest_car_finds_the_very_car():
    task = protocol.validation()[:40]
    filled = classical.nearest_car(task.incomplete, task.location_map, collection=task.images)
    np.testing.assert_array_equal(filled, task.images)


def test_nearest_car_looks_at_known_pixels_only():
    rng = np.random.default_rng(3)
    image = rng.random((1, 32, 32, 3), np.float32)
    location_map = holes.square(4, 15)
    twin = np.where(location_map == 1, image, 1 - image)  # same rim and beyond, other hole
    near = np.clip(image + np.float32(0.02), 0, 1)  # nearly the same everywhere
    collection = np.concatenate([near, twin])
    filled = classical.nearest_car(holes.cut(image, location_map), location_map, collection)
    np.testing.assert_array_equal(filled, twin)


def test_nearest_car_takes_its_pixels_from_one_training_car():
    task = protocol.validation()[:5]
    filled = classical.nearest_car(task.incomplete, task.location_map)
    train = protocol.cars.load().train
    for image, known in zip(filled, task.location_map == 1, strict=True):
        same = (np.abs(train - image) * ~known).max(axis=(1, 2, 3)) == 0
        assert same.any()


def test_nearest_car_refuses_a_collection_of_another_size():
    task = protocol.validation()[:1]
    with pytest.raises(ValueError, match="collection"):
        classical.nearest_car(task.incomplete, task.location_map, np.zeros((3, 16, 16, 3)))


# --- What the chapter says was measured --------------------------------------------------


@pytest.fixture(scope="module")
def measured():
    """Squared error, absolute error and similarity of all methods on the test cars."""
    task = protocol.test()
    incomplete, result = task.incomplete, {}
    for name, fill in classical.METHODS.items():
        filled = fill(incomplete, task.location_map)
        truth = task.images, filled, task.location_map
        measures = metrics.squared_error, metrics.absolute_error, metrics.ssim
        result[name] = [measure(*truth) for measure in measures]
    return result


def test_smooth_fills_are_better_than_copies_and_a_flat_colour(measured):
    for smooth in ("harmonic", "biharmonic", "Telea", "Navier–Stokes"):
        for other in ("mean colour", "nearest car"):
            assert metrics.mean(measured[other][0] - measured[smooth][0]).low > 0


def test_the_two_best_change_places_with_the_measure(measured):
    membrane, plate = measured["harmonic"], measured["biharmonic"]
    assert metrics.mean(plate[0] - membrane[0]).low > 0
    assert metrics.mean(membrane[1] - plate[1]).low > 0
    assert metrics.mean(plate[2] - membrane[2]).low > 0


@pytest.mark.parametrize("name", ["Telea", "Navier–Stokes"])
def test_opencvs_methods_are_behind_harmonic_in_decibels_and_ahead_in_similarity(measured, name):
    membrane, other = measured["harmonic"], measured[name]
    assert metrics.mean(metrics.psnr(membrane[0]) - metrics.psnr(other[0])).low > 0
    assert metrics.mean(other[2] - membrane[2]).low > 0


def test_opencvs_two_methods_cannot_be_told_apart(measured):
    gain = metrics.psnr(measured["Telea"][0]) - metrics.psnr(measured["Navier–Stokes"][0])
    interval = metrics.mean(gain)
    assert interval.low < 0 < interval.high


def test_the_nearest_car_is_more_similar_than_a_flat_colour(measured):
    assert metrics.mean(measured["nearest car"][2] - measured["mean colour"][2]).low > 0
