"""On the page that compares all methods, readers choose methods and cars."""

import json

import numpy as np
import pytest
from built_site import PHONE, reopened
from PIL import Image
from try_page import shown, tile

from inpainting_guide.filling.methods import METHODS
from inpainting_guide.pages.sheets import MARGIN

PAGE = "gallery/comparison.html"
READY = ".chooser [aria-pressed=true]"
FIGURE = ".chooser + img"
"""What stands there without JavaScript."""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def wall(site):
    """What the page draws, by the method's name: in [0, 1], shape (cars, 32, 32, 3)."""
    rows = np.asarray(Image.open(site / "comparison.png"))
    rows = rows.reshape(len(rows) // 32, 32, -1, 32, 4).swapaxes(1, 2)
    names = ["photograph", "incomplete", *(method.name for method in METHODS.values())]
    return {
        name: np.where(row[..., 3:] == 255, row, rows[0])[..., :3] / np.float32(255)
        for name, row in zip(names, rows, strict=True)
    }


def told(page):
    """Read what the page tells its program."""
    return json.loads(page.text_content(".chooser [type='application/json']"))


def check(page, wall, name, car):
    """See that a method's figure shows its fill of a car: whole, and the hole enlarged."""
    whole, close = (shown(page, f"{tile(name)} >> nth={number}") for number in (0, 1))
    np.testing.assert_array_equal(whole, wall[name][car])
    side = 12 + 2 * MARGIN
    top, _, left, _ = told(page)["holes"][car]
    top, left = (min(max(start - MARGIN, 0), 32 - side) for start in (top, left))
    np.testing.assert_array_equal(close, whole[top : top + side, left : left + side])


def test_the_reader_chooses_methods_and_cars(address, tab, wall):
    with reopened(tab, address) as page:
        page.goto(f"{address}/{PAGE}")
        page.wait_for_selector(READY)
        assert not page.is_visible(FIGURE)
        names = page.locator(".chooser figure:visible strong").all_inner_texts()
        assert (names[0], len(names), names[-1]) == ("incomplete", 9, "photograph")
        for name in names:
            check(page, wall, name, 0)
        assert not page.is_visible(tile("Telea"))

        page.check("label:text-is('Telea') input")
        page.uncheck("label:text-is('U-Net') input")
        assert page.is_visible(f"{tile('Telea')} >> nth=0")
        assert not page.is_visible(f"{tile('U-Net')} >> nth=0")
        page.click("[aria-label='test car 24']")
        check(page, wall, "Telea", 23)
        page.click("text='Next car'")  # the first one again
        page.focus("[aria-label='test car 2']")
        page.keyboard.press("Enter")
        assert page.inner_text(".chooser [role=status]") == "test car 2 of 24"
        for name in ("incomplete", "Telea", "photograph"):
            check(page, wall, name, 1)
        (telea,) = (method for method in told(page)["methods"] if method["name"] == "Telea")
        note = page.inner_text("figure:has(strong:text-is('Telea')) span")
        assert note == f"{telea['psnr'][1]} dB"


def test_it_needs_no_server(site, new_page):
    page = new_page(viewport={"width": PHONE, "height": 900})
    page.goto((site / PAGE).as_uri())
    page.wait_for_selector(READY)
    picture = page.locator(f"{tile('U-Net')} >> nth=0")
    before = picture.screenshot()
    page.click("text='Next car'")
    assert page.inner_text(".chooser [role=status]") == "test car 2 of 24"
    assert picture.screenshot() != before


@pytest.mark.parametrize("fault", ["no JavaScript", "no wall"])
def test_where_it_cannot_run_the_figure_stands_there(address, new_page, fault):
    page = new_page(java_script_enabled=fault != "no JavaScript")
    page.route("**/comparison.png", lambda route: route.abort())
    page.goto(f"{address}/{PAGE}", wait_until="load")
    page.wait_for_selector(FIGURE)
    assert not page.is_visible(".chooser")
