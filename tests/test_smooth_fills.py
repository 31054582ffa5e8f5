"""The harmonic and the biharmonic fill: the chapter's formulas on small exact cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_pictures import NO_DEADLINE, columns, incomplete_pictures, missing_columns

from inpainting_guide.data import holes, protocol
from inpainting_guide.filling import classical

CLOSE = 1e-5


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
