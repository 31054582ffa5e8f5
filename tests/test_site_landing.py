"""The first page, in a real browser: a hole to drag, and four fills of it."""

import re
from urllib.parse import urlsplit

import numpy as np
import pytest
from built_site import PHONE, WIDE, opened, reopened
from PIL import Image
from try_page import shown, tile

FILLS = [f"fill {number}" for number in (1, 2, 3, 4)]
READY = "[data-part=status]:text('Four fills of this hole')"
DONE = "[data-part=tiles][aria-busy=false]"
BUDGET = 8e6
"""Bytes that the page may fetch to fill a hole: its programs, two networks and the pictures."""

pytestmark = pytest.mark.browser


def pixels(page):
    """Read the fills, and last the mean."""
    page.wait_for_selector(DONE)
    return np.stack([shown(page, tile(title)) for title in [*FILLS, "best mean"]])


@pytest.mark.parametrize("touched", ["a key", "the menu", "nothing"])
def test_menus_and_search_come_when_they_are_touched_or_a_moment_later(address, tab, touched):
    with reopened(tab, address, PHONE) as page:
        page.goto(f"{address}/index.html", wait_until="commit")
        if touched == "a key":
            page.keyboard.press("Shift")
        if touched == "the menu":  # before its program is there
            page.click("button.primary-toggle")
            page.wait_for_selector("dialog[open]")
            page.keyboard.press("Escape")
        page.wait_for_function("document.querySelector('script[data-src]') === null")
        page.wait_for_load_state("networkidle")
        page.click("button.primary-toggle")
        page.wait_for_selector("dialog[open]")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.wait_for_selector("#pst-search-dialog[open]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_page_has_its_colours_before_the_theme_has_started(address, new_page, scheme):
    page = new_page(color_scheme=scheme)
    page.route("**/pydata-sphinx-theme.js*", lambda route: route.abort())
    page.goto(f"{address}/index.html")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground)[:3])) < 200) == (scheme == "dark")
    assert page.locator(".navbar-brand img:visible").count() <= 1


def test_a_hole_that_stays_in_its_pixel_is_not_filled_again(address, tab):
    with reopened(tab, address) as page:
        page.goto(f"{address}/genindex.html")
        told = page.evaluate("""async () => {
            const { Hole } = await import("/_static/browser/hole.js");
            const [stage, frame] = [0, 1].map(() => document.createElement("div"));
            const told = [];
            const hole = new Hole(stage, frame, () => told.push(hole.square.top));
            for (const top of [10.2, 11, 11.4, 40, 50]) hole.move(top, 10);
            hole.resize(12);
            hole.resize(13);
            return told;
        }""")
        assert told == [11, 20, 19]


def test_a_visitor_drags_the_hole_before_the_flow_is_there_and_four_fills_come(site, address, tab):
    wall = np.float32(Image.open(site / "networks" / "cars.png")) / 255
    still = np.float32(Image.open(site / "networks" / "still.png")) / 255
    held, fetched = [], set()
    with reopened(tab, address, PHONE) as page:
        page.on("response", lambda response: fetched.add(urlsplit(response.url).path))
        page.route("**/flow_in_one_step.onnx", lambda route: held.append(route))
        page.goto(f"{address}/index.html")
        page.wait_for_selector("[data-part=status]:text(' MB have come')")
        page.wait_for_selector("[data-part=frame]:not([hidden])")
        np.testing.assert_array_equal(shown(page, tile("fill 2")), still[:, 64:96])
        page.click("[aria-label='test car 3']")
        car = wall[:32, 64:96]
        stage = page.locator("[data-part=stage]")
        stage.drag_to(stage, source_position={"x": 110, "y": 120}, target_position={"x": 1, "y": 1})
        stage.press("ArrowDown")
        stage.press("+")  # the size is fixed
        known = np.ones((32, 32), bool)
        known[1:13, 0:12] = False
        for picture in ("[data-part=stage] canvas", tile("fill 2")):
            differs = np.abs(shown(page, picture) - car).max(axis=-1) > 0
            assert not differs[known].any()
            assert differs[~known].mean() > 0.9
        assert page.is_disabled("[data-part=again]")
        held[0].continue_()
        page.unroute("**/flow_in_one_step.onnx")
        page.wait_for_selector(READY)
        files = [site / path[1:] for path in fetched if "/browser/" in path or "/networks/" in path]
        assert {".mjs", ".gz", ".onnx", ".png"} < {path.suffix for path in files}
        assert sum(path.stat().st_size for path in files) < BUDGET
        drawn = pixels(page)
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


def test_if_a_network_does_not_come_the_page_says_so_and_keeps_its_pictures(address, new_page):
    page = new_page()
    held = []
    page.route("**/*.wasm.gz", lambda route: held.append(route))
    page.route("**/flow_in_one_step.onnx", lambda route: route.abort())
    page.goto(f"{address}/index.html")
    page.wait_for_selector("[data-part=status]:text('did not come')")
    with page.expect_request_finished(lambda request: request.url.endswith(".wasm.gz")):
        held[0].continue_()
    page.wait_for_timeout(300)  # what comes now is not said over it
    assert "did not come" in page.inner_text("[data-part=status]")
    still = [shown(page, tile(title)) for title in [*FILLS, "best mean"]]
    assert len(np.unique(still, axis=0)) == 5
    assert page.is_disabled("[data-part=again]")


def test_where_no_page_made_its_pictures_there_is_no_landing(address, new_page):
    page = new_page()
    page.route("**/networks/*", lambda route: route.abort())
    page.goto(f"{address}/index.html")
    page.wait_for_selector(".landing", state="hidden")
