import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from built_site import ROOT
from drawings import style
from matplotlib.colors import to_rgb
from skimage.color import rgb2lab

from inpainting_guide.data import holes
from inpainting_guide.pages import figures

EYES = {
    "usual": np.eye(3),
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
}
"""What eyes see of red, green and blue light: Machado, Oliveira and Fernandes, 2009."""

DARK = "#14181e"
"""The background of the site's dark theme."""


def light(colour):
    """Convert a colour to amounts of red, green and blue light."""
    values = np.array(to_rgb(colour))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def seen(colour, eyes):
    """Convert a colour to what given eyes see, where equal distances look alike (CIELAB)."""
    values = np.clip(EYES[eyes] @ light(colour), 0, 1)
    bright = 1.055 * values ** (1 / 2.4) - 0.055
    return rgb2lab(np.where(values <= 0.0031308, 12.92 * values, bright))


def test_every_family_of_methods_has_a_colour_and_a_marker_of_its_own():
    for looks in zip(*figures.FAMILIES.values(), strict=True):
        assert len(set(looks)) == len(figures.FAMILIES)
    assert len(set(figures.MARKERS)) == len(figures.LINES)


def contrast(one, other):
    """Compare the luminance of two colours, as the guidelines for readable pages do."""
    dark, bright = sorted(light(colour) @ [0.2126, 0.7152, 0.0722] for colour in (one, other))
    return (bright + 0.05) / (dark + 0.05)


def inverted(colour):
    """Return what a browser makes of ``invert(1) hue-rotate(180deg)``: drawings in the dark."""
    turned = [[-0.574, 1.43, 0.144], [0.426, 0.43, 0.144], [0.426, 1.43, -0.856]]
    return np.clip(turned @ (1 - np.array(to_rgb(colour))), 0, 1)


COLOURS = {*figures.LINES, *(colour for colour, _ in figures.FAMILIES.values()), figures.NEUTRAL}


@pytest.mark.parametrize("colour", sorted(COLOURS))
def test_every_colour_stands_out_in_the_light_and_in_the_dark(colour):
    assert contrast(colour, "white") >= 3
    assert contrast(inverted(colour), DARK) >= 3


@pytest.mark.parametrize("colour", [style.INK, style.KNOWN, style.MISSING, style.BACKWARD])
def test_the_drawings_can_write_in_their_colours(colour):
    assert colour in figures.LINES
    for shown, behind in ((colour, "white"), (inverted(colour), DARK)):
        assert contrast(shown, behind) >= 4.5  # small letters


def test_the_browser_marks_holes_in_the_colour_of_the_figures():
    script = ROOT / "docs" / "_static" / "browser" / "chooser.js"
    assert f'const COLOUR = "{figures.HOLE}"' in script.read_text("utf-8")


@pytest.mark.parametrize("eyes", EYES)
def test_every_eye_can_tell_lines_and_families_apart(eyes):
    families = [colour for colour, _ in figures.FAMILIES.values()]
    for colours in (figures.LINES, families):
        for one, two in itertools.combinations(colours, 2):
            assert np.linalg.norm(seen(one, eyes) - seen(two, eyes)) > 30


@pytest.mark.parametrize("place", [(10, 8), (0, 0), (20, 20)])
def test_a_hole_is_marked_just_outside_it(place):
    axis = plt.figure().add_subplot()
    axis.imshow(np.zeros((32, 32, 3)))
    figures.mark_hole(axis, holes.square(*place)[0])
    points = np.concatenate([line.get_xydata() for line in axis.lines])
    top, left = place
    for ends, start in zip(np.stack([points.min(0), points.max(0)], 1), (left, top), strict=True):
        np.testing.assert_allclose(ends, [start - 0.5 - 0.384, start + 11.5 + 0.384])
    middle = np.array([left, top]) + 5.5
    assert (np.abs(points - middle).max(axis=1) > 6).all()  # no point of it inside
    assert {line.get_color() for line in axis.lines} == {figures.HOLE}
    assert (axis.get_xlim(), axis.get_ylim()) == ((-0.5, 31.5), (31.5, -0.5))


def test_a_figure_describes_itself_and_a_quick_run_is_marked(monkeypatch):
    figure = figures.finish(plt.figure(), "an empty sheet")
    assert figure.get_suptitle() == "an empty sheet"
    assert not figure._suptitle.get_visible()
    assert all("quick" not in text.get_text() for text in figure.texts)
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    figure = figures.finish(plt.figure(), "an empty sheet")
    assert "quick run" in [text.get_text() for text in figure.texts]
