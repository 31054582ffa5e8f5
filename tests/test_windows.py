import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from small_pictures import NO_DEADLINE

from inpainting_guide import filling, networks
from inpainting_guide.data import holes
from inpainting_guide.networks import discriminators, windows
from inpainting_guide.training import store


@st.composite
def batches_with_square_holes(draw, count=2):
    """Noise of a random size, a square hole of one size in each image, anywhere."""
    size = draw(st.integers(4, 12))
    hole = draw(st.integers(1, size))
    starts = st.lists(st.integers(0, size - hole), min_size=count, max_size=count)
    tops, lefts = draw(starts), draw(starts)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    images = rng.random((count, size, size, 3), np.float32)
    patches = rng.random((count, hole, hole, 3), np.float32)
    return images, holes.square(tops, lefts, hole, size), patches


def paste(images, location_map, patches):
    image_and_map = np.concatenate([images, location_map], axis=-1)
    return keras.ops.convert_to_numpy(windows.PastePatch()([image_and_map, patches]))


def crop(images, location_map, side):
    return keras.ops.convert_to_numpy(discriminators.CropAroundHole(side)([images, location_map]))


def first_and_last(missing):
    """Return the first and last index that is missing."""
    where = np.flatnonzero(missing)
    return where[0], where[-1]


def window(missing, side):
    """Say by hand where a window around what is missing begins."""
    first, last = first_and_last(missing)
    return int(np.clip((first + last + 1 - side) // 2, 0, len(missing) - side))


# --- Paste --------------------------------------------------------------------------------------


@NO_DEADLINE
@given(batches_with_square_holes())
def test_a_patch_fills_its_hole_and_nothing_else(batch):
    images, location_map, patches = batch
    pasted = paste(images, location_map, patches)
    missing = np.broadcast_to(location_map == 0, pasted.shape)
    assert pasted.shape == images.shape
    assert pasted[missing].tobytes() == patches.tobytes()
    np.testing.assert_array_equal(pasted[~missing], 0)


@NO_DEADLINE
@given(batches_with_square_holes())
def test_what_is_cut_and_pasted_is_the_photograph_again(batch):
    images, location_map, patches = batch
    side = patches.shape[1]
    cut = crop(images, location_map, side)
    pasted = paste(holes.cut(images, location_map), location_map, cut)
    np.testing.assert_array_equal(holes.cut(images, location_map) + pasted, images)


@NO_DEADLINE
@given(batches_with_square_holes())
def test_the_gradient_of_a_paste_is_the_crop(batch):
    images, location_map, patches = batch
    image_and_map = np.concatenate([images, location_map], axis=-1)
    patches = tf.constant(patches)
    with tf.GradientTape() as tape:
        tape.watch(patches)
        loss = tf.reduce_sum(windows.PastePatch()([image_and_map, patches]) * images)
    gradient = tape.gradient(loss, patches)
    np.testing.assert_array_equal(gradient, crop(images, location_map, patches.shape[1]))


def test_what_lies_outside_the_image_is_dropped(rng):
    patches = rng.random((1, 4, 4, 3), np.float32)
    location_map = np.ones((1, 8, 8, 1), np.float32)
    location_map[:, 6:, 5:] = 0  # two rows and three columns: the patch is larger than its hole
    pasted = paste(np.zeros((1, 8, 8, 3), np.float32), location_map, patches)
    expected = np.zeros((1, 8, 8, 3), np.float32)
    expected[:, 6:, 5:] = patches[:, :2, :3]
    np.testing.assert_array_equal(pasted, expected)


# --- Crop ---------------------------------------------------------------------------------------


@NO_DEADLINE
@given(batches_with_square_holes(), st.data())
def test_a_window_is_a_part_of_its_image_around_the_hole(batch, data):
    images, location_map, patches = batch
    size, hole = images.shape[1], patches.shape[1]
    side = data.draw(st.integers(1, size))
    joined = np.concatenate([images, location_map], axis=-1)
    cropped = crop(joined, location_map, side)
    assert cropped.shape == (len(images), side, side, 4)
    for image, known, got in zip(joined, location_map[..., 0], cropped, strict=True):
        top, left = (window((known == 0).any(axis=axis), side) for axis in (1, 0))
        np.testing.assert_array_equal(got, image[top : top + side, left : left + side])
    missing_pixels = (cropped[..., 3] == 0).sum(axis=(1, 2))
    np.testing.assert_array_equal(missing_pixels, min(hole, side) ** 2)


@NO_DEADLINE
@given(batches_with_square_holes())
def test_a_window_as_large_as_the_image_is_the_image(batch):
    images, location_map, _ = batch
    np.testing.assert_array_equal(crop(images, location_map, images.shape[1]), images)


@NO_DEADLINE
@given(batches_with_square_holes(), st.data())
def test_known_pixels_are_equally_wide_on_both_sides_unless_the_edge_is_near(batch, data):
    images, location_map, patches = batch
    size, hole = images.shape[1], patches.shape[1]
    side = data.draw(st.integers(hole, size))
    cropped = crop(location_map, location_map, side)[..., 0]
    for known, whole in zip(cropped, location_map[..., 0], strict=True):
        for axis in (0, 1):
            before, last = first_and_last((known == 0).any(axis=axis))
            after = side - 1 - last
            start = first_and_last((whole == 0).any(axis=axis))[0]
            at_an_edge = start == before or size - start - hole == after
            assert at_an_edge or abs(before - after) <= 1


def test_a_hole_of_any_shape_is_centred_by_its_first_and_last_row_and_column():
    location_map = np.ones((1, 16, 16, 1), np.float32)
    location_map[0, [5, 7, 6], [4, 9, 12]] = 0  # rows 5 to 7, columns 4 to 12
    image = np.arange(16 * 16, dtype=np.float32).reshape(1, 16, 16, 1)
    np.testing.assert_array_equal(crop(image, location_map, 9), image[:, 2:11, 4:13])


# --- Both ---------------------------------------------------------------------------------------


@pytest.fixture
def mixed_precision():
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(policy)


@pytest.mark.usefixtures("mixed_precision")
def test_pixels_are_not_rounded_in_mixed_precision(photographs, rng):
    images, location_map = photographs[:2], holes.random_square(2, rng)
    cut = crop(images, location_map, holes.HOLE)
    assert cut.dtype == np.float32
    pasted = paste(images, location_map, cut)
    missing = np.broadcast_to(location_map == 0, images.shape)
    assert pasted[missing].tobytes() == images[missing].tobytes()


@pytest.mark.parametrize(
    "layer",
    [
        discriminators.CropAroundHole(7, name="look"),
        windows.CutWindow(8, 4, name="cut"),
        windows.PastePatch(3, name="paste"),
    ],
    ids=lambda layer: layer.name,
)
def test_the_layers_remember_their_settings(layer):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    told = {name: value for name, value in vars(layer).items() if isinstance(value, int)}
    assert again.get_config() == layer.get_config()
    assert told.items() <= vars(again).items()


# --- Cut ----------------------------------------------------------------------------------------


@NO_DEADLINE
@given(batches_with_square_holes(), st.integers(0, 6))
def test_a_window_may_reach_beyond_the_image_and_says_where(batch, reach):
    images, location_map, patches = batch
    hole = patches.shape[1]
    joined = np.concatenate([holes.cut(images, location_map), location_map], axis=-1)
    layer = windows.CutWindow(hole + 2 * reach, hole)
    got = keras.ops.convert_to_numpy(layer(joined))
    inside = np.ones((*joined.shape[:3], 1), np.float32)
    beyond = [(0, 0), (reach, reach), (reach, reach), (0, 0)]
    padded = np.pad(np.concatenate([joined, inside], axis=-1), beyond)
    for image, known, cut in zip(padded, location_map[..., 0], got, strict=True):
        top, left = (first_and_last((known == 0).any(axis=axis))[0] for axis in (1, 0))
        side = hole + 2 * reach
        np.testing.assert_array_equal(cut, image[top : top + side, left : left + side])


def test_a_network_in_a_window_sees_the_window_and_nothing_else(photographs):
    keras.utils.set_random_seed(4)
    network = networks.unet_in_window(widths=(4, 8))
    location_map = holes.square([10], [3])  # the window: rows 4 to 27, columns -3 to 20
    incomplete = holes.cut(photographs[:1], location_map)
    filled = filling.fill(network, incomplete, location_map)
    for place, acts in (((4, 0), True), ((27, 20), True), ((3, 10), False), ((10, 21), False)):
        changed = incomplete.copy()
        changed[0, place[0], place[1]] += 0.5
        again = filling.fill(network, changed.clip(0, 1), location_map)
        hole = location_map[0, ..., 0] == 0
        assert (again[0][hole] != filled[0][hole]).any() == acts


def test_a_network_in_a_window_survives_saving(photographs, tmp_path):
    network = networks.unet_in_window(widths=(4, 8))
    location_map = holes.square([0, 20], [20, 3])
    filled = filling.fill(network, photographs[:2], location_map)
    network.save(tmp_path / "network.keras")
    again = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(filling.fill(again, photographs[:2], location_map), filled)


@pytest.fixture
def joined(photographs):
    maps = holes.square([10, 0, 20], [6, 9, 20])
    return np.concatenate([holes.cut(photographs[:3], maps), maps], axis=-1)


def test_what_is_cut_is_put_back_where_it_was(joined):
    window, _ = windows.cut(joined, 24, before=6)
    back = np.array(windows.PastePatch(6)([joined, window[..., :3]]))
    inside = np.zeros((3, 32, 32, 1))
    for number, (top, left) in enumerate([(10, 6), (0, 9), (20, 20)]):
        inside[number, max(0, top - 6) : top + 18, max(0, left - 6) : left + 18] = 1
    np.testing.assert_array_equal(back, joined[..., :3] * inside)


@pytest.mark.parametrize(
    ("widths", "window", "hole"),
    [((3,), 20, 12), ((4, 8), 24, 12), ((2, 3, 4), 24, 10), ((2, 2, 2, 2), 40, 12), ((2, 3), 8, 6)],
)
def test_what_is_not_computed_would_change_no_pixel_of_the_hole(widths, window, hole, photographs):
    keras.utils.set_random_seed(6)
    whole = networks.unet_in_window(widths, window, hole, paints="window")
    thrifty = networks.unet_in_window(widths, window, hole)
    for weight in whole.weights:  # also the means and variances, as after a training
        low = 0.5 if "variance" in weight.name else -0.5
        weight.assign(keras.random.uniform(weight.shape, low, low + 1, seed=weight.shape[-1]))
    thrifty.set_weights(whole.get_weights())
    maps = holes.square([10, 0, 32 - hole], [6, 9, 32 - hole], hole)
    joined = np.concatenate([holes.cut(photographs[:3], maps), maps], axis=-1)
    missing = maps[..., 0] == 0
    painted, patch = np.array(whole(joined)), np.array(thrifty(joined))
    np.testing.assert_allclose(patch[missing], painted[missing], atol=1e-5)
    assert patch[missing].std() > 0.01


def test_one_that_paints_its_window_paints_all_of_it(joined):
    painted = np.array(networks.unet_in_window((4, 8), paints="window")(joined))
    assert (painted[0, 4:28, 0:24] > 0).all()
    assert not painted[0, :4].any()


def test_one_that_paints_its_window_can_be_stored_and_fills(photographs, joined, tmp_path):
    network = networks.unet_in_window((4, 8), paints="window")
    store.save_network(network, tmp_path / "x.keras", {})
    back = store.read_network(tmp_path / "x.keras")
    maps = joined[..., 3:]
    fills = [filling.by(x)(joined[..., :3].copy(), maps.copy()) for x in (network, back)]
    np.testing.assert_array_equal(*fills)


def test_another_part_to_paint_is_refused():
    with pytest.raises(ValueError, match="paints"):
        networks.unet_in_window(paints="rim")
