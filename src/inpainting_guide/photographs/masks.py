"""What is missing in a photograph: what its mask says, or its own transparency."""

import cv2
import numpy as np

from inpainting_guide.photographs import pictures

WHITE = 128
"""Grey level from which a pixel of a mask counts as white."""


def missing(photograph, mask=None, means=None):
    """Tell which pixels of a photograph are missing.

    Parameters
    ----------
    photograph : inpainting_guide.photographs.pictures.Picture
    mask : inpainting_guide.photographs.pictures.Picture, optional
        By default the photograph itself, which must be transparent where something is missing.
    means : {"white", "transparent"}, optional
        What says so in the mask. White is what is white once the mask is laid on black;
        transparent is whatever is not fully opaque. By default white in a mask without
        transparency; in another, transparent if nothing else can be meant.

    Returns
    -------
    missing : ndarray of bool, shape (height, width)
    note : str or None
        How a mask with transparency was understood.

    Raises
    ------
    ValueError
        If the sizes differ, nothing is missing or everything, or the mask can be understood in
        two ways.
    """
    if mask is None:
        if photograph.opacity is None or means == "white":
            raise ValueError(
                "no mask: give --mask, an image of the same size that is white where something is "
                "missing, or a photograph that is transparent there."
            )
        mask, means = photograph, "transparent"
    _check_sizes(photograph, mask)
    note = None
    if means is None and mask.opacity is not None:
        reason = _why_transparent(photograph, mask)
        note = f"{reason}, so what is transparent in it is missing (--missing transparent)."
        means = "transparent"
    found = _transparent(mask) if means == "transparent" else _white(mask)
    if found.all():
        raise ValueError(
            f"the mask is all {means or 'white'}: everything is missing. Leave known what is to "
            "be continued into the hole."
        )
    return found, note


def unseen(photograph, missing):
    """Count the known pixels that are fully transparent: a fill may continue what they hide.

    Parameters
    ----------
    photograph : inpainting_guide.photographs.pictures.Picture
    missing : ndarray of bool, shape (height, width)

    Returns
    -------
    int
    """
    if photograph.opacity is None:
        return 0
    return int(np.count_nonzero(~missing & (photograph.opacity == 0)))


def _transparent(mask):
    if mask.opacity is None:
        raise ValueError(
            "nothing in the mask is transparent, so nothing is missing: erase the hole, or paint "
            "it white and say --missing white."
        )
    return mask.opacity < 255


def _white(mask):
    levels = pictures.grey(mask.pixels)
    if mask.opacity is not None:
        levels = cv2.multiply(levels, mask.opacity, scale=1 / 255)
    if (brightest := levels.max()) < WHITE:
        raise ValueError(
            f"nothing in the mask is white, so nothing is missing: its brightest grey is "
            f"{brightest}, and white counts from {WHITE} of 255. Paint the hole white, or brighten "
            "the mask."
        )
    return levels >= WHITE


def _why_transparent(photograph, mask):
    """Tell why transparency, not white, must be what a mask means; refuse it if either can be.

    A layer with a few strokes is mostly transparent, a picture with an erased hole mostly opaque.
    """
    opaque = mask.opacity == 255
    if 2 * np.count_nonzero(opaque) >= opaque.size:
        if not ((mask.pixels != photograph.pixels).any(axis=2) & opaque).any():
            return "its opaque pixels are the photograph's"
        if not ((pictures.grey(mask.pixels) >= WHITE) & opaque).any():
            return "nothing opaque in it is white"
    raise ValueError(
        "the mask has transparent pixels, and it does not say what they mean: add --missing white "
        "if white is missing, or --missing transparent if they are."
    )


def _check_sizes(photograph, mask):
    if photograph.pixels.shape[:2] == mask.pixels.shape[:2]:
        return
    sizes = [pictures.size_in_words(x.pixels.shape) for x in (photograph, mask)]
    problem = (
        f"the mask is {sizes[1]} pixels and the photograph {sizes[0]}: "
        "they must have the same size."
    )
    if photograph.turned != mask.turned:
        turned = "photograph" if photograph.turned else "mask"
        problem += (
            f" The {turned}'s file says that it is to be shown turned by a quarter (EXIF "
            "orientation), the other's does not: save both from the same editor."
        )
    raise ValueError(problem)
