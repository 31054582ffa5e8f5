"""Image files of a reader: the one place that opens them, and that writes what was filled.

Kept are a picture's 8-bit pixels, its transparency and its colour profile. What else decides how it
looks is told in a note or refused, never dropped in silence. What does not is dropped: the camera's
data (EXIF, for instance time and place), comments, the resolution.
"""

import contextlib
import dataclasses
import logging
import warnings

import numpy as np
from PIL import ExifTags, Image

# Pillow logs some of what it then raises, and without a handler Python would print it.
logging.getLogger("PIL").addHandler(logging.NullHandler())

FORMATS = ("PNG", "JPEG", "MPO", "TIFF", "WEBP", "GIF", "BMP", "PPM")
"""Kinds of files that are read: those of which Pillow tells how many bits a channel has."""

LARGEST = 150_000_000
"""Most pixels of a picture that is read: about 2 GB are needed for them."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture is turned upright, by the orientation that its file tells."""

_OTHERS = ("CMYK", "LAB")
"""Kinds of colours that PNG files cannot hold, by Pillow's names."""

_WHITE = {"L;2": 3, "L;4": 15}
"""White in grey PNG files of 2 and 4 bits, by Pillow's names."""

_USUAL = {"gamma": 0.45455, "chromaticity": (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)}
"""What PNG files may tell of their colours without a profile, by Pillow's names: that of sRGB."""


@dataclasses.dataclass(frozen=True)
class Picture:
    """A picture as it is shown, upright."""

    pixels: np.ndarray
    """Of uint8, shape (height, width, channels): three channels, RGB, or one of a grey picture."""
    opacity: np.ndarray | None
    """Of uint8, shape (height, width), 255 where nothing shines through; None if nowhere."""
    profile: bytes | None
    """The colour profile."""
    turned: bool
    """Whether the file holds it with height and width exchanged, and says so."""
    notes: tuple[str, ...]
    """What could not be kept."""


def read(path):
    """Read an image file of 8 bits a channel.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is no such file, it is no image of the `FORMATS`, cannot be decoded, is larger
        than `LARGEST`, or has more than 8 bits a channel.
    """
    check(path)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_own_bound())
        with _telling_of(path):
            image = stack.enter_context(Image.open(path))
            depth = _depth(image)
        if image.format not in FORMATS:
            raise ValueError(
                f"{path} is a {image.format} file, which may have more than 8 bits a channel: "
                "save it as PNG with 8."
            )
        if depth > 8:
            raise ValueError(f"{path} has {depth} bits a channel: save it with 8.")
        if (count := image.width * image.height) > LARGEST:
            raise ValueError(
                f"{path} has {count / 1e6:,.0f} megapixels, and {LARGEST / 1e6:.0f} are the most "
                "that is read: cut out the part around the hole, or make it smaller."
            )
        with _telling_of(path):
            return _decode(image)


def check(path):
    """Refuse the name of what is no file.

    Parameters
    ----------
    path : pathlib.Path

    Raises
    ------
    ValueError
        If there is no such file, or it is a folder.
    """
    if path.is_dir():
        raise ValueError(f"{path} is a folder: name an image file.")
    if not path.exists():
        raise ValueError(f"there is no file {path}: look for a slip in its name.")


def write(path, pixels, opacity=None, profile=None):
    """Write a PNG file.

    Parameters
    ----------
    path : pathlib.Path
    pixels : ndarray of uint8, shape (height, width, 1 or 3)
    opacity : ndarray of uint8, shape (height, width), optional
    profile : bytes, optional
        The colour profile.
    """
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    if opacity is not None:
        image.putalpha(Image.fromarray(opacity))
    image.save(path, format="PNG", icc_profile=profile)


def grey(pixels):
    """Make grey levels of colours, as Pillow does.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 1 or 3)

    Returns
    -------
    ndarray of uint8, shape (height, width)
    """
    if pixels.shape[2] == 1:
        return pixels[..., 0]
    return np.asarray(Image.fromarray(pixels).convert("L"))


def size_in_words(shape):
    """Write a size as image editors do: width first.

    Parameters
    ----------
    shape : tuple of int
        Height, width and whatever follows.

    Returns
    -------
    str
    """
    return f"{shape[1]} × {shape[0]}"


@contextlib.contextmanager
def _own_bound():
    """Keep Pillow from warning: of large pictures, for which `LARGEST` is there, and of metadata.

    Above its own bounds it would speak of an attack.
    """
    theirs = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = theirs


@contextlib.contextmanager
def _telling_of(path):
    try:
        yield
    except MemoryError:
        raise
    # A damaged file leads Pillow's decoders to any error there is.
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        if isinstance(error, Image.UnidentifiedImageError):
            reason = f"it is damaged, or none of {', '.join(FORMATS)}"
        raise ValueError(f"{path} cannot be read as an image: {reason}.") from error


def _depth(image):
    """Tell how many bits a channel has in the file; Pillow cuts 16 to 8 where there is colour."""
    arguments = image.tile[0][3] if image.tile else ""
    if image.format == "TIFF":
        return max(image.tag_v2.get(ExifTags.Base.BitsPerSample, (1,)))
    if image.format == "PPM" and isinstance(arguments, tuple) and image.mode != "F":
        return arguments[1].bit_length()  # of the largest value
    # In a BMP file "BGR;16" has 5 or 6 bits a channel.
    if image.format != "BMP" and ";16" in str(arguments):
        return 16
    return 32 if image.mode[0] in "IF" else 8


def _decode(image):
    stored = image.tile[0][3] if image.tile else ""
    orientation = _orientation(image)
    image.load()
    profile = image.info.get("icc_profile") or None
    notes = _notes(image, profile)
    if image.mode in _OTHERS:
        profile = None
    if image.format == "PNG" and stored in _WHITE and "transparency" in image.info:
        # Pillow stretches the grey levels to 8 bits, but not the one that is transparent.
        image.info["transparency"] *= 255 // _WHITE[stored]
    mode = "RGB"
    # A profile of colours says how to show grey only if the file is written in colours.
    if image.mode in ("1", "L", "LA") and not (profile and profile[16:20] == b"RGB "):
        mode = "L"
    if image.has_transparency_data:
        mode = {"RGB": "RGBA", "L": "LA"}[mode]
    shown = image if image.mode == mode else image.convert(mode)
    if orientation in _TURNS and image.format != "TIFF":  # Pillow turns TIFF by itself
        shown = shown.transpose(_TURNS[orientation])
    pixels = np.atleast_3d(np.asarray(shown))
    opacity = None
    if mode.endswith("A"):
        opacity = np.ascontiguousarray(pixels[..., -1])
        pixels = np.ascontiguousarray(pixels[..., :-1])
        if opacity.min() == 255:
            opacity = None
    return Picture(pixels, opacity, profile, orientation >= 5, notes)


def _notes(image, profile):
    """Tell what cannot be kept of a file."""
    notes = []
    if image.format != "MPO" and getattr(image, "is_animated", False):
        notes.append("holds several pictures: the first one is taken.")
    if image.mode in _OTHERS:
        lost = ", and its colour profile is lost" if profile else ""
        notes.append(f"is in {image.mode}: it is converted to RGB, which shifts its colours{lost}.")
    told = any(image.info.get(key, usual) != usual for key, usual in _USUAL.items())
    if image.format == "PNG" and told and not profile and "srgb" not in image.info:
        notes.append(
            "says by its gamma or its primaries (gAMA, cHRM), not by a profile, how its colours "
            "are meant: that is lost, and they may shift."
        )
    return tuple(notes)


def _orientation(image):
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    # Metadata is not the picture: whatever is wrong with it, the picture counts as upright.
    except Exception:
        return 1
    return orientation if isinstance(orientation, int) and orientation in _TURNS else 1
