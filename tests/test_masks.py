"""What a mask means, and what is said when nobody can know."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inpainting_guide.photographs import masks
from inpainting_guide.photographs.pictures import Picture

SHAPE = 6, 8
HOLE = np.zeros(SHAPE, bool)
HOLE[2:4, 3:6] = True


def picture(pixels, opacity=None, turned=False):
    pixels = np.atleast_3d(np.uint8(pixels))
    return Picture(pixels, None if opacity is None else np.uint8(opacity), None, turned, ())


PHOTOGRAPH = picture(np.random.default_rng(2).integers(0, 256, (*SHAPE, 3)))
WHITE_HOLE = 255 * HOLE
OPAQUE_BUT_HOLE = 255 * ~HOLE


def assert_missing(found, note=None):
    np.testing.assert_array_equal(found[0], HOLE)
    if note is None:
        assert found[1] is None
    else:
        assert note in found[1]


def refusal(*arguments, **options):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        masks.missing(*arguments, **options)
    return str(caught.value)


@given(arrays(np.uint8, SHAPE))
def test_white_is_missing_from_the_middle_on(levels):
    levels[0, :2] = 127, 128
    found, note = masks.missing(PHOTOGRAPH, picture(levels))
    np.testing.assert_array_equal(found, levels >= 128)
    assert note is None


def test_an_erased_photograph_is_its_own_mask():
    erased = picture(PHOTOGRAPH.pixels, OPAQUE_BUT_HOLE)
    assert_missing(masks.missing(erased))
    assert_missing(masks.missing(erased, means="transparent"))
    assert_missing(masks.missing(erased, erased), "its opaque pixels are the photograph's, so")
    assert_missing(masks.missing(PHOTOGRAPH, erased), "its opaque pixels are the photograph's, so")


@given(arrays(np.uint8, SHAPE, elements=st.integers(0, 254)))
def test_whatever_is_not_fully_opaque_is_transparent(opacity):
    erased = picture(PHOTOGRAPH.pixels, np.where(HOLE, opacity, 255))
    assert_missing(masks.missing(erased))


def test_a_black_layer_with_an_erased_hole_is_understood():
    layer = picture(np.zeros(SHAPE), OPAQUE_BUT_HOLE)
    assert_missing(masks.missing(PHOTOGRAPH, layer), "nothing opaque in it is white, so what is")


def test_strokes_on_a_transparent_layer_must_be_explained():
    """Under full transparency editors keep any colour: here white."""
    for colour in (0, 255):
        layer = picture(np.full(SHAPE, colour), WHITE_HOLE)
        error = refusal(PHOTOGRAPH, layer)
        assert "--missing white" in error
        assert "--missing transparent" in error
    assert_missing(masks.missing(PHOTOGRAPH, layer, means="white"))
    found, _ = masks.missing(PHOTOGRAPH, layer, means="transparent")
    np.testing.assert_array_equal(found, ~HOLE)


def test_white_strokes_that_equal_a_white_photograph_must_be_explained():
    white = picture(np.full((*SHAPE, 3), 255))
    assert "--missing white" in refusal(white, picture(np.full(SHAPE, 255), WHITE_HOLE))


def test_without_a_mask_or_transparency_nothing_can_be_missing():
    assert "give --mask" in refusal(PHOTOGRAPH)
    assert "give --mask" in refusal(picture(PHOTOGRAPH.pixels, OPAQUE_BUT_HOLE), means="white")
    assert "nothing in the mask is transparent" in refusal(
        PHOTOGRAPH, picture(WHITE_HOLE), means="transparent"
    )


@pytest.mark.parametrize(("levels", "brightest"), [(HOLE, 1), (76 * HOLE, 76), (127 * HOLE, 127)])
def test_a_mask_without_white_is_told_how_bright_it_is(levels, brightest):
    error = refusal(PHOTOGRAPH, picture(levels))
    assert f"its brightest grey is {brightest}, and white counts from 128 of 255." in error


def test_red_is_not_white():
    red = np.zeros((*SHAPE, 3))
    red[HOLE, 0] = 255
    assert "its brightest grey is 76" in refusal(PHOTOGRAPH, picture(red))


def test_everything_missing_is_refused():
    assert "the mask is all white" in refusal(PHOTOGRAPH, picture(np.full(SHAPE, 200)))
    assert "the mask is all transparent" in refusal(picture(PHOTOGRAPH.pixels, np.zeros(SHAPE)))


def test_sizes_must_agree_and_a_turned_file_is_named():
    mask = picture(WHITE_HOLE.T)
    assert refusal(PHOTOGRAPH, mask).endswith("the same size.")
    assert "the mask is 6 × 8 pixels and the photograph 8 × 6" in refusal(PHOTOGRAPH, mask)
    turned = picture(PHOTOGRAPH.pixels, turned=True)
    assert "The photograph's file says that it is to be shown turned" in refusal(turned, mask)
    turned = picture(WHITE_HOLE.T, turned=True)
    assert "The mask's file says that it is to be shown turned" in refusal(PHOTOGRAPH, turned)
