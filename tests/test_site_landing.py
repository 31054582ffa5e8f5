"""The first page, in a real browser: a hole to drag, and four fills of it."""

import numpy as np
import pytest
from built_site import PHONE, WIDE, opened, reopened
from PIL import Image
from try_page import shown, tile

FILLS = [f"fill {number}" for number in (1, 2, 3, 4)]
READY = "[data-part=status]:text('Four fills of this hole')"
DONE = "[data-part=tiles][aria-busy=false]"

pytestmark = pytest.mark.browser


def pixels(page):
    """Read the fills, and last the mean."""
    page.wait_for_selector(DONE)
    return np.stack([shown(page, tile(title)) for title in [*FILLS, "best mean"]])


def test_a_visitor_drags_the_hole_and_four_fills_come(site, address, tab):
    wall = np.float32(Image.open(site / "networks" / "cars.png")) / 255
    with reopened(tab, address, PHONE) as page:
        page.goto(f"{address}/index.html")
        page.wait_for_selector(READY)
        page.click("[aria-label='test car 3']")
        car = wall[:32, 64:96]
        stage = page.locator("[data-part=stage]")
        stage.drag_to(stage, source_position={"x": 110, "y": 120}, target_position={"x": 1, "y": 1})
        stage.press("ArrowDown")
        stage.press("+")  # the size is fixed
        drawn = pixels(page)
        known = np.ones((32, 32), bool)
        known[1:13, 0:12] = False
        for picture in drawn:
            np.testing.assert_array_equal(picture[known], car[known])
            assert np.abs(picture - car)[~known].max() > 0.02
        assert len(np.unique(drawn, axis=0)) == 5
        photograph = shown(page, tile("photograph"))
        assert np.abs(photograph - car)[~known].max() > 0.02
        page.check("[data-part=truth]")
        np.testing.assert_array_equal(shown(page, tile("photograph")), car)
        assert "dB" in page.inner_text("figure:has(strong:text-is('best mean'))")
        page.click("[data-part=again]")
        others = pixels(page)
        np.testing.assert_array_equal(others[-1], drawn[-1])
        assert all(np.abs(one - two).max() > 0 for one, two in zip(others[:4], drawn, strict=False))


def test_without_javascript_there_is_a_still_picture_of_the_same(address, browser):
    with opened(browser, address, WIDE, java_script_enabled=False) as page:
        page.goto(f"{address}/index.html")
        for part in (*FILLS, "best mean", "photograph"):
            assert page.is_visible(f"figure:has(strong:text-is('{part}')) img")
        assert page.is_visible("[data-part=stage] img")
        assert "With JavaScript" in page.inner_text(".landing noscript")
        assert not page.is_visible("[data-part=again]")


def test_if_a_network_does_not_come_the_picture_stays_still(address, browser):
    context = browser.new_context()
    page = context.new_page()
    page.route("**/flow_denoiser.onnx", lambda route: route.abort())
    page.goto(f"{address}/index.html")
    page.wait_for_selector("[data-part=status]:text('stays still')")
    assert page.is_visible("figure:has(strong:text-is('photograph')) img")
    assert page.locator("[data-part=stage] img").evaluate("image => image.naturalWidth") == 7 * 32
    assert not page.is_visible("[data-part=again]")
    context.close()
