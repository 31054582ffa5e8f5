"""Image files of a reader: what is kept of them, what is told, what is refused."""

import contextlib
import io
import re
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from inpainting_guide.photographs import pictures

PIXELS = np.random.default_rng(1).integers(0, 256, (4, 6, 3), np.uint8)
PHOTOGRAPH = Image.fromarray(PIXELS)
TURN = 0x0112
"""The EXIF tag of the orientation."""


def read_again(tmp_path, image, name="photo.png", **options):
    image.save(tmp_path / name, **options)
    return pictures.read(tmp_path / name)


def refusal(path):
    with pytest.raises(ValueError, match=re.escape(str(path))) as caught:
        pictures.read(path)
    return str(caught.value)


# -- Depth -----------------------------------------------------------------------------------


def png(depth, colour, row=None, transparent=None):
    """A PNG file of one row, made by hand: Pillow writes no colours of 16 bits, nor grey of 2."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    row = row or bytes(channels * depth // 8)
    width = len(row) * 8 // (channels * depth)
    parts = [chunk(b"IHDR", struct.pack(">IIBBBBB", width, 1, depth, colour, 0, 0, 0))]
    if transparent is not None:
        parts.append(chunk(b"tRNS", struct.pack(">H", transparent)))
    parts += chunk(b"IDAT", zlib.compress(bytes(1) + row)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("colour", [0, 2, 4, 6])
def test_a_png_of_sixteen_bits_is_refused(tmp_path, colour):
    (tmp_path / "photo.png").write_bytes(png(8, colour))
    assert pictures.read(tmp_path / "photo.png").pixels.shape == (
        1,
        1,
        3 if colour in (2, 6) else 1,
    )
    (tmp_path / "photo.png").write_bytes(png(16, colour))
    assert "has 16 bits a channel: save it with 8." in refusal(tmp_path / "photo.png")


@pytest.mark.parametrize(
    ("name", "values", "depth"),
    [
        ("grey.tif", np.zeros((2, 2), np.uint16), 16),
        ("float.tif", np.zeros((2, 2), np.float32), 32),
        ("grey.pgm", np.zeros((2, 2), np.uint16), 16),
    ],
)
def test_deep_files_of_other_kinds_are_refused(tmp_path, name, values, depth):
    Image.fromarray(values).save(tmp_path / name)
    assert f"has {depth} bits a channel" in refusal(tmp_path / name)


def test_deep_colours_of_tiff_and_ppm_are_refused(tmp_path):
    cv2.imwrite(str(tmp_path / "colour.tif"), np.zeros((2, 2, 3), np.uint16))
    assert "has 16 bits a channel" in refusal(tmp_path / "colour.tif")
    (tmp_path / "colour.ppm").write_bytes(b"P6 1 1 1023 " + bytes(6))
    assert "has 10 bits a channel" in refusal(tmp_path / "colour.ppm")
    (tmp_path / "colour.ppm").write_bytes(b"P6 1 1 255 \x01\x02\x03")
    assert pictures.read(tmp_path / "colour.ppm").pixels.tolist() == [[[1, 2, 3]]]


def test_a_format_whose_depth_nobody_tells_is_refused(tmp_path):
    PHOTOGRAPH.save(tmp_path / "photo.jp2")
    assert "JPEG2000 file, which may have more than 8 bits" in refusal(tmp_path / "photo.jp2")


# -- What is kept ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.gif", "a.bmp", "a.ppm", "a.webp", "a"])
def test_pixels_come_as_they_are_stored(tmp_path, name):
    few = PHOTOGRAPH.quantize(16).convert("RGB")  # so that GIF can hold them
    options = {"a.webp": {"lossless": True}, "a": {"format": "PNG"}}.get(name, {})
    picture = read_again(tmp_path, few, name, **options)
    np.testing.assert_array_equal(picture.pixels, np.asarray(few))
    assert picture.opacity is None
    assert picture.notes == ()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_the_profile_is_kept_and_grey_stays_grey(tmp_path, mode):
    picture = read_again(tmp_path, PHOTOGRAPH.convert(mode), icc_profile=b"a profile")
    assert picture.profile == b"a profile"
    assert picture.pixels.shape[2] == (3 if mode in ("P", "RGB") else 1)
    pictures.write(tmp_path / "again.png", picture.pixels, profile=picture.profile)
    with Image.open(tmp_path / "again.png") as again:
        assert again.info["icc_profile"] == b"a profile"
        assert again.mode == ("RGB" if mode in ("P", "RGB") else "L")


def test_grey_with_a_profile_of_colours_becomes_colours(tmp_path):
    profile = bytes(16) + b"RGB " + bytes(8)
    picture = read_again(tmp_path, PHOTOGRAPH.convert("L"), icc_profile=profile)
    assert picture.pixels.shape[2] == 3
    assert picture.profile == profile


@pytest.mark.parametrize("mode", ["LA", "RGBA", "L", "RGB", "P"])
def test_transparency_is_read_however_it_is_stored(tmp_path, mode):
    image = PHOTOGRAPH.convert(mode)
    options = {}
    if mode.endswith("A"):
        image.putalpha(Image.fromarray(np.uint8([[0] + 5 * [255]] * 4)))
    else:
        options["transparency"] = image.getpixel((0, 0))
    picture = read_again(tmp_path, image, **options)
    assert picture.opacity[0, 0] == 0
    assert picture.opacity[0, 1] == 255


@pytest.mark.parametrize(("depth", "row"), [(2, "1b"), (4, "0123456789abcdef")])
def test_of_few_grey_levels_the_right_one_is_transparent(tmp_path, depth, row):
    (tmp_path / "photo.png").write_bytes(png(depth, 0, bytes.fromhex(row), transparent=1))
    picture = pictures.read(tmp_path / "photo.png")
    white = 2**depth - 1
    levels = np.arange(white + 1)
    np.testing.assert_array_equal(picture.pixels[0, :, 0], levels * 255 // white)
    np.testing.assert_array_equal(picture.opacity[0], np.where(levels == 1, 0, 255))


def test_a_channel_of_full_opacity_is_no_transparency(tmp_path):
    assert read_again(tmp_path, PHOTOGRAPH.convert("RGBA")).opacity is None


def test_what_cannot_be_kept_is_told(tmp_path):
    for mode, name in (("CMYK", "a.jpg"), ("CMYK", "a.tif"), ("LAB", "a.tif")):
        other = read_again(tmp_path, PHOTOGRAPH.convert(mode), name, icc_profile=b"of inks")
        assert other.profile is None
        assert f"is in {mode}: it is converted to RGB" in other.notes[0]
        assert "its colour profile is lost" in other.notes[0]
    for name in ("a.gif", "a.tif", "a.webp", "a.png"):
        frames = {"save_all": True, "append_images": [Image.new("RGB", (6, 4))]}
        picture = read_again(tmp_path, Image.new("RGB", (6, 4), "white"), name, **frames)
        assert picture.notes == ("holds several pictures: the first one is taken.",)
        assert picture.pixels.min() > 250


@pytest.mark.parametrize(
    ("gamma", "options", "noted"),
    [(1, {}, True), (0.45455, {}, False), (1, {"icc_profile": b"a profile"}, False)],
)
def test_colours_that_are_told_without_a_profile_are_noted(tmp_path, gamma, options, noted):
    told = PngImagePlugin.PngInfo()
    told.add(b"gAMA", struct.pack(">I", round(gamma * 1e5)))
    picture = read_again(tmp_path, PHOTOGRAPH, pnginfo=told, **options)
    assert ["says by its gamma" in note for note in picture.notes] == [True] * noted


# -- Orientation -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.webp"])
@pytest.mark.parametrize(
    ("orientation", "shown"),
    [(1, PIXELS), (3, PIXELS[::-1, ::-1]), (6, np.rot90(PIXELS, -1)), (8, np.rot90(PIXELS))],
)
def test_a_turned_picture_is_shown_upright(tmp_path, name, orientation, shown):
    exif = Image.Exif()
    exif[TURN] = orientation
    options = {"lossless": True} if name == "a.webp" else {}
    picture = read_again(tmp_path, PHOTOGRAPH, name, exif=exif, **options)
    np.testing.assert_array_equal(picture.pixels, shown)
    assert picture.turned == (orientation >= 5)


def exif_block():
    exif = Image.Exif()
    exif[TURN] = 6
    exif[0x010F] = "a camera"
    exif[0x011A] = 72.0
    exif.get_ifd(0x8769)[0x9003] = "2019:01:01 00:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    return exif.tobytes()


BLOCK = exif_block()
CHANGES = st.lists(st.tuples(st.integers(6, len(BLOCK) - 1), st.integers(0, 255)), max_size=8)


@settings(deadline=None, max_examples=150)
@given(CHANGES, st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(6, len(BLOCK)))
def test_a_picture_with_any_broken_metadata_is_read(tmp_path_factory, changes, kind, length):
    block = bytearray(BLOCK)
    for place, value in changes:
        block[place] = value
    path = tmp_path_factory.getbasetemp() / f"broken.{kind}"
    PHOTOGRAPH.save(path, kind, quality=90)
    stored = pictures.read(path).pixels
    PHOTOGRAPH.save(path, kind, exif=bytes(block[:length]), quality=90)
    pixels = pictures.read(path).pixels
    assert pixels.shape in (stored.shape, stored.transpose(1, 0, 2).shape)
    np.testing.assert_array_equal(np.sort(pixels, axis=None), np.sort(stored, axis=None))


def test_an_orientation_of_no_known_kind_is_upright(tmp_path):
    for value in (0, 9, 65535):
        exif = Image.Exif()
        exif[TURN] = value
        picture = read_again(tmp_path, PHOTOGRAPH, exif=exif)
        np.testing.assert_array_equal(picture.pixels, PIXELS)


# -- What is refused -------------------------------------------------------------------------


def test_too_many_pixels_are_refused_before_they_are_decoded(tmp_path, recwarn):
    whole = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(whole, "PNG")
    (tmp_path / "large.png").write_bytes(whole.getvalue()[:60])  # its header
    assert "has 200 megapixels, and 150 are the most" in refusal(tmp_path / "large.png")
    assert Image.MAX_IMAGE_PIXELS
    assert not recwarn


def test_what_is_no_image_is_told(tmp_path):
    path = tmp_path / "photo.png"
    assert "there is no file" in refusal(path)
    path.write_text("no image")
    assert "cannot be read as an image: it is damaged, or none of PNG, JPEG" in refusal(path)
    assert "is a folder: name an image file." in refusal(tmp_path)
    with pytest.raises(MemoryError), pictures._telling_of(path):
        raise MemoryError


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=6), st.data())
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, changes, data):
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "PPM"]))
    buffer = io.BytesIO()
    PHOTOGRAPH.save(buffer, kind)
    content = bytearray(buffer.getvalue())
    for place, value in changes:
        content[place % len(content)] = value
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content)
    with contextlib.suppress(ValueError):  # nothing else is raised
        picture = pictures.read(path)
        assert picture.pixels.dtype == np.uint8
        assert picture.pixels.shape[2] in (1, 3)
