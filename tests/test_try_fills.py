"""The page on which networks run: the hole under a reader's hand, and Keras's own fills."""

import json

import numpy as np
import pytest
from built_site import FILL, PHONE, WIDE, opened, reopened
from PIL import Image
from try_page import rest, settle, shown, start, tile

from inpainting_guide.data import holes, tensors
from inpainting_guide.filling import classical, export
from inpainting_guide.measuring import metrics
from inpainting_guide.training import store

EIGHT_BITS = 0.5 / 255
"""What rounding to the screen's 8 bits can change."""
LIGHT = "changelog.html"
"""A page that computes nothing itself; the site's programs can be asked from any."""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def catalogue(site):
    return json.loads((site / "networks" / "catalogue.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def fillers(site, catalogue):
    """The networks of the page, as Keras has them."""
    return {
        entry["key"]: export.filler(store.read_network(site / "networks" / f"{entry['key']}.keras"))
        for entry in catalogue["networks"]
    }


@pytest.fixture(scope="module")
def tiles(site):
    wall = np.asarray(Image.open(site / "networks" / "cars.png"))
    rows = wall.reshape(len(wall) // 32, 32, -1, 32, 3).swapaxes(1, 2)
    return np.float32(rows.reshape(-1, 32, 32, 3) / 255)


def keras_fill(network, image, location_map, *noise):
    given = [np.asarray(tensors.network_input(image[None], location_map[None])), *noise]
    predicted = np.asarray(network(given if noise else given[0]))
    return holes.compose(image[None], predicted, location_map[None])[0]


def missing(page, image):
    """Find the hole that the stage shows: what is not the image is the chequered grey."""
    differs = np.abs(shown(page, "[data-part=picture]") - image).max(axis=-1) > 0.02
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1] - rows[0] + 1), int(np.ptp(columns) + 1)


def square(top, left, side=holes.HOLE):
    return holes.square([top], [left], side)[0]


def drag(page, start_pixel, end_pixel):
    """Press on one pixel (row, column) of the image and release on another."""
    box = page.locator("[data-part=stage]").bounding_box()
    for place, act in ((start_pixel, page.mouse.down), (end_pixel, page.mouse.up)):
        row, column = place
        x, y = box["x"] + box["width"] * column / 32, box["y"] + box["height"] * row / 32
        page.mouse.move(x, y, steps=4)
        act()
    settle(page)


def test_every_network_fills_as_keras_does(site, address, tab, catalogue, fillers, tiles, rng):
    painted = np.ones((32, 32, 1), np.float32)
    painted[3:6, 2:30] = painted[20:32, 0:4] = 0
    questions = [(tiles[3], square(0, 20)), (tiles[17], square(9, 7)), (tiles[40], painted)]
    with reopened(tab, address) as page:
        page.goto(f"{address}/{LIGHT}")
        for entry in catalogue["networks"]:
            # The flow says that it cannot fill what is painted.
            for image, location_map in questions[: 2 if "angles" in entry else None]:
                noise = []
                if entry["noise"]:
                    noise = [rng.standard_normal((1, *entry["noise"]), dtype=np.float32)]
                given = [array.ravel().tolist() for array in (image, location_map, *noise)]
                filled = page.evaluate(FILL, [entry, *given])
                expected = keras_fill(fillers[entry["key"]], image, location_map, *noise)
                difference = np.abs(np.reshape(filled, expected.shape) - expected).max()
                assert difference < 1e-3, entry["key"]


def test_the_harmonic_fill_solves_the_same_equation(address, tab, tiles):
    painted = np.ones((32, 32, 1), np.float32)
    painted[0:9, 4:31] = painted[20:32, 12:15] = 0
    maps = [square(0, 0), square(20, 20), square(10, 12), square(6, 6, 20), painted]
    with reopened(tab, address) as page:
        page.goto(f"{address}/{LIGHT}")
        for image, location_map in zip(tiles, maps, strict=False):
            filled = page.evaluate(
                """async ([image, map]) => {
                    const { harmonic } = await import("/_static/browser/pictures.js");
                    return [...harmonic(new Float32Array(image), new Float32Array(map))];
                }""",
                [image.ravel().tolist(), location_map.ravel().tolist()],
            )
            incomplete = image * location_map
            expected = classical.harmonic(incomplete[None], location_map[None])[0]
            assert np.abs(np.reshape(filled, expected.shape) - expected).max() < 1e-3


def test_the_psnr_is_that_of_python_for_an_exact_fill_too(address, tab, tiles):
    image, location_map = tiles[0], square(10, 10)
    off = holes.compose((image * location_map)[None], tiles[1][None], location_map[None])[0]
    with reopened(tab, address) as page:
        page.goto(f"{address}/{LIGHT}")
        for filled in (image, off):
            said = page.evaluate(
                """async (given) => {
                    const { psnr } = await import("/_static/browser/pictures.js");
                    return psnr(...given);
                }""",
                [part.ravel().tolist() for part in (image, filled, location_map)],
            )
            error = metrics.squared_error(image[None], filled[None], location_map[None])
            assert said == pytest.approx(metrics.psnr(error)[0], abs=1e-4)


@pytest.mark.parametrize(("width", "theme"), [(WIDE, "light"), (PHONE, "dark")])
def test_the_reader_drags_the_hole(few_networks, tab, fillers, tiles, width, theme):
    with reopened(tab, few_networks, width, theme) as page:
        start(page, few_networks)
        assert missing(page, tiles[0]) == (10, 10, 12, 12)
        drag(page, (16, 16), (9, 21))
        assert missing(page, tiles[0]) == (3, 15, 12, 12)
        for title, key in (("direct CNN", "direct_cnn"), ("U-Net", "unet")):
            expected = keras_fill(fillers[key], tiles[0], square(3, 15))
            difference = np.abs(shown(page, tile(title)) - expected).max()
            assert difference < 1e-3 + EIGHT_BITS, title
        drag(page, (15, 27), (12, 24))  # the handle, at the lower right corner
        assert missing(page, tiles[0]) == (3, 15, 9, 9)
        drag(page, (12, 24), (45, 45))  # beyond the image: the upper left corner stays
        assert missing(page, tiles[0]) == (3, 15, 17, 17)
        drag(page, (31, 1), (40, -9))
        assert missing(page, tiles[0]) == (15, 0, 17, 17)


def test_keys_move_and_resize_the_hole(few_networks, tab, tiles):
    with reopened(tab, few_networks) as page:
        start(page, few_networks)
        page.focus("[data-part=stage]")
        for key in ("ArrowUp", "ArrowUp", "ArrowLeft", "+", "+", "-"):
            page.keyboard.press(key)
        assert missing(page, tiles[0]) == (8, 9, 13, 13)
        told = page.text_content("[data-part=stage] + [role=status]")
        assert told == "hole of 13 × 13 pixels from row 9, column 10"
        for key in ("Control+ArrowUp", "Control+-", "Alt+ArrowDown"):  # the browser's own
            page.keyboard.press(key)
        assert missing(page, tiles[0]) == (8, 9, 13, 13)
        page.locator("[data-part=size]").fill("4")
        assert missing(page, tiles[0]) == (8, 9, 4, 4)
        page.check("input[value=paint]")
        page.focus("[data-part=stage]")
        page.keyboard.press("Space")
        page.keyboard.press("Shift+ArrowDown")
        assert missing(page, tiles[0]) == (15, 15, 4, 3)
        page.click("[data-part=clear]")
        np.testing.assert_array_equal(shown(page, "[data-part=picture]"), tiles[0])


def test_the_reader_paints_a_hole(few_networks, tab, fillers, tiles):
    with reopened(tab, few_networks, PHONE) as page:
        start(page, few_networks)
        page.check("input[value=paint]")
        drag(page, (4.5, 5.5), (4.5, 25.5))
        assert missing(page, tiles[0]) == (3, 4, 3, 23)
        painted = np.ones((32, 32, 1), np.float32)
        painted[3:6, 4:27] = 0
        expected = keras_fill(fillers["unet"], tiles[0], painted)
        assert np.abs(shown(page, tile("U-Net")) - expected).max() < 1e-3 + EIGHT_BITS


def test_a_finger_taps_drags_and_scrolls(few_networks, browser, tiles):
    with opened(browser, few_networks, PHONE, has_touch=True, is_mobile=True) as page:
        start(page, few_networks)
        touch = page.context.new_cdp_session(page)
        stage = page.locator("[data-part=stage]")

        def show_stage():
            rest(page)  # a quick swipe leaves the page in motion, who knows how far
            page.evaluate("scrollTo({ top: 100, behavior: 'instant' })")

        def send(kind, place=None):
            box = stage.bounding_box()
            points = []
            if place:
                row, column = place
                x, y = box["x"] + box["width"] * column / 32, box["y"] + box["height"] * row / 32
                points = [{"x": x, "y": y}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        def swipe(first, last):
            send("touchStart", first)
            for share in (0.25, 0.5, 0.75, 1):
                send("touchMove", [a + share * (b - a) for a, b in zip(first, last, strict=True)])
            send("touchEnd")
            settle(page)

        show_stage()
        send("touchStart", (8, 7))
        send("touchEnd")
        settle(page)
        assert missing(page, tiles[0]) == (2, 1, 12, 12)
        swipe((8, 7), (12, 17))  # on the hole
        assert missing(page, tiles[0]) == (6, 11, 12, 12)
        before = page.evaluate("scrollY")
        swipe((30, 2), (22, 2))  # beside it: the page scrolls, the hole stays
        page.wait_for_function(f"scrollY > {before} + 20")
        assert missing(page, tiles[0]) == (6, 11, 12, 12)
        show_stage()
        page.check("input[value=paint]")
        swipe((4.5, 5.5), (4.5, 15.5))
        assert missing(page, tiles[0]) == (3, 4, 3, 13)


def test_the_truth_and_its_distance_on_demand(few_networks, tab, tiles):
    with reopened(tab, few_networks) as page:
        start(page, few_networks)
        assert "dB" not in page.inner_text("[data-part=tiles]")
        assert page.locator("figure:has(strong:text-is('with its hole'))").count() == 1
        page.check("[data-part=truth]")
        settle(page)
        np.testing.assert_array_equal(shown(page, tile("photograph")), tiles[0])
        location_map = square(10, 10)
        filled = classical.harmonic((tiles[0] * location_map)[None], location_map[None])[0]
        error = np.square(filled - tiles[0])[location_map[..., 0] == 0].mean()
        said = page.inner_text("figure:has(strong:text-is('harmonic')) figcaption span")
        assert said == f"{-10 * np.log10(error):.1f} dB"
