"""The page on which networks run: samples, own pictures, the game, and when things fail."""

import gzip
import hashlib
import re
from urllib.parse import urlsplit

import numpy as np
import pytest
from built_site import PHONE, ROOT, WIDE, opened, reopened
from PIL import Image
from try_page import settle, shown, start, tile

from inpainting_guide.filling import METHODS

RUNTIME = ROOT / "docs" / "_static" / "browser" / "onnxruntime"
BUDGET = 32e6
"""Bytes that the page may fetch in all, networks, runtime and cars together."""

ANSWER_IN_ANOTHER_TAB = """() => {
    const kept = JSON.parse(localStorage.getItem("inpainting-guide-answers"));
    kept["U-Net"] = { asked: (kept["U-Net"]?.asked ?? 0) + 2, right: kept["U-Net"]?.right ?? 0 };
    localStorage.setItem("inpainting-guide-answers", JSON.stringify(kept));
}"""

READ_WHEN_RELEASED = """() => {
    const read = createImageBitmap;
    globalThis.createImageBitmap = async (...given) => {
        await new Promise((resolve) => { globalThis.release = resolve; });
        return read(...given);
    };
}"""

pytestmark = pytest.mark.browser


def test_samples_differ_and_the_slider_walks_from_one_to_the_other(few_networks, tab):
    rows = [
        ("sample A", "between A and B", "sample B"),
        ("fill A", "between the two", "fill B"),
    ]

    def samples(page):
        settle(page)
        return [[shown(page, tile(name)) for name in row] for row in rows]

    with reopened(tab, few_networks) as page:
        start(page, few_networks)
        drawn = [[], []]
        # The networks of a quick build hardly vary their fills: one pair may look alike.
        for _ in range(4):
            page.click("[data-part=again]")
            for position, neighbour in (("0", 0), ("1", 2)):
                page.locator("[data-part=between]").fill(position)
                walks = samples(page)
                for fills in walks:
                    np.testing.assert_array_equal(fills[1], fills[neighbour])
            for ends, fills in zip(drawn, walks, strict=True):
                ends += fills[0], fills[2]
        for ends in drawn:
            assert len(np.unique(np.round(255 * np.array(ends)), axis=0)) > 2


def see_samples(page):
    """Scroll to the samples of the flow, which are drawn when they are seen; wait for the last."""
    page.locator("[data-part=samples]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-part=samples] figure.made:nth-child(4)")
    page.wait_for_selector("[data-part=samples][aria-busy=false]")


def test_the_slider_walks_through_the_steps_of_the_flow(few_networks, tab):
    def shows(step):
        page.locator("[data-part=steps]").fill(str(step))
        assert page.inner_text("[data-part=steps-said]") == f"{step} of 8"
        return shown(page, tile("sample 1"))

    with reopened(tab, few_networks) as page:
        start(page, few_networks)
        see_samples(page)
        noise, fill, mean = shows(0), shows(8), shown(page, tile("mean network"))
        hole = slice(10, 22), slice(10, 22)
        assert (noise - mean)[hole].std() > 0.08  # noise of 0.16, as far as it is not clipped
        assert len(np.unique([shows(step) for step in range(9)], axis=0)) == 9
        known = np.ones((32, 32), bool)
        known[hole] = False
        np.testing.assert_array_equal(noise[known], mean[known])
        page.check("[data-part=predictions]")
        np.testing.assert_array_equal(shows(8), fill)
        assert np.abs(shows(0) - noise).max() > 0.1


def test_a_picture_of_the_readers_own(few_networks, tab, tmp_path):
    picture = np.zeros((80, 200, 3), np.uint8)
    picture[:, 60:140] = (200, 100, 50)  # the square in the middle
    Image.fromarray(picture).save(tmp_path / "own.png")
    (tmp_path / "notes.png").write_text("no picture")
    with reopened(tab, few_networks) as page:
        start(page, few_networks)
        page.check("[data-part=truth]")
        page.set_input_files("[data-part=own]", tmp_path / "own.png")
        settle(page)
        expected = np.full((32, 32, 3), np.array([200, 100, 50]) / 255)
        np.testing.assert_allclose(shown(page, tile("photograph")), expected, atol=2 / 255)
        page.set_input_files("[data-part=own]", tmp_path / "notes.png")
        page.wait_for_selector("[data-part=status]:not(:empty)")
        assert "notes.png is no picture" in page.inner_text("[data-part=status]")
        page.evaluate(READ_WHEN_RELEASED)
        page.set_input_files("[data-part=own]", tmp_path / "own.png")
        page.click("[aria-label='test car 2']")  # which is the later choice
        page.evaluate("release()")
        settle(page)
        assert page.get_attribute("[aria-label='test car 2']", "aria-pressed") == "true"


def test_what_is_saved_is_marked_as_made(address, tab, tmp_path):
    asked = []
    with reopened(tab, address) as page:
        page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        start(page, address)
        assert asked.count("/networks/flow_condition.onnx") == 1  # which both flows need
        see_samples(page)
        with page.expect_download() as download:
            page.click("[data-part=save]")
        download.value.save_as(tmp_path / "saved.png")
        saved = np.asarray(Image.open(tmp_path / "saved.png").convert("L"))
        assert (saved[-30:] < 128).sum() > 200  # the line of text below the pictures
        at_once = [m for m in METHODS.values() if m.in_browser and m.family != "flow"]
        # And the harmonic fill, four samples, their mean network, and twice two and one between.
        assert page.locator("figure.made").count() == len(at_once) + 12
        page.check("input[value=paint]")  # nothing is painted yet: nothing was filled
        settle(page)
        assert page.locator("figure.made").count() == 0
        assert "square of 12 × 12 pixels, and no other" in page.inner_text("[data-part=samples]")


def test_the_game_counts_and_the_browser_remembers(few_networks, tab):
    with reopened(tab, few_networks, PHONE) as page:
        start(page, few_networks)
        right = 0
        for _ in range(3):
            page.click("[aria-label='The left picture']")
            page.wait_for_selector("[data-part=next]:not([hidden])")
            found = page.locator("[aria-label='The left picture'].photograph").count() == 1
            outlined = page.locator("[aria-label='The left picture'] .frame:not([hidden])").count()
            assert outlined == (not found)
            verdict = page.inner_text("[data-part=verdict]")
            assert verdict.startswith("Right: the other one" if found else "No: this one")
            right += found
            page.click("[data-part=next]")
            page.wait_for_selector("[aria-label='The left picture']:not([disabled])")
        tally = f"You found {right} of 3 photographs."
        assert page.inner_text("[data-part=tally]") == tally
        column = page.locator("table.told td:nth-child(3)").all_inner_texts()
        counts = [re.fullmatch(r"(\d) of (\d)", text) for text in column if text != "–"]
        assert sum(int(count[1]) for count in counts) == right
        assert sum(int(count[2]) for count in counts) == 3
        page.evaluate(ANSWER_IN_ANOTHER_TAB)
        page.click("[aria-label='The left picture']")
        page.wait_for_selector("[data-part=next]:not([hidden])")
        tally = page.inner_text("[data-part=tally]")
        assert tally.endswith(" of 6 photographs.")
        start(page, few_networks)
        assert page.inner_text("[data-part=tally]") == tally
        page.click("[data-part=forget]")
        start(page, few_networks)
        assert page.inner_text("[data-part=tally]") == ""


def test_without_javascript_there_is_a_still_picture(address, browser):
    with opened(browser, address, WIDE, java_script_enabled=False) as page:
        page.goto(f"{address}/try.html")
        assert page.is_visible("figure.still img")
        assert "needs JavaScript" in page.inner_text(".try noscript")
        assert not page.is_visible("[data-part=stage]")


@pytest.mark.parametrize("name", ["try", "index"])
def test_a_page_opened_as_a_file_says_how_to_serve_it(site, address, new_page, tab, name):
    with reopened(tab, address) as page:
        page.goto(f"{address}/{name}.html")
        assert not page.is_visible(".from-file")
    page = new_page()
    page.goto((site / f"{name}.html").as_uri())
    assert page.is_visible(".from-file")
    assert "python -m http.server" in page.inner_text(".from-file")
    assert not page.inner_text("[data-part=status]")


def test_if_the_page_cannot_start_its_picture_stays(address, new_page):
    page = new_page()
    page.route("**/catalogue.json", lambda route: route.abort())
    page.goto(f"{address}/try.html")
    page.wait_for_selector("[data-part=status]:text('could not be started')")
    assert page.is_visible("figure.still img")
    assert not page.is_visible("[data-part=stage]")


def test_a_network_that_does_not_come_leaves_the_others(address, new_page):
    page = new_page()
    page.route("**/autoencoder.onnx", lambda route: route.abort())
    start(page, address)
    assert "could not be started" in page.inner_text("figure:has(strong:text-is('autoencoder'))")
    assert "ms" in page.inner_text("figure:has(strong:text-is('U-Net'))")
    assert page.inner_text("[data-part=status]")


@pytest.mark.parametrize("name", ["try", "index"])
@pytest.mark.parametrize("fault", ["lost", "outdated"])
def test_if_the_program_does_not_come_as_a_whole_the_page_says_so(address, new_page, name, fault):
    page = new_page()
    act = {
        "lost": lambda route: route.abort(),
        "outdated": lambda route: route.fulfill(body="", content_type="text/javascript"),
    }
    page.route(
        "**/browser/desk.js*", act[fault]
    )  # of an earlier version it lacks what is asked for
    page.goto(f"{address}/{name}.html")
    page.wait_for_selector("[data-part=status]:text('could not start the program')")
    assert page.locator("img[src*='still']:visible, figure.still img:visible").count()


@pytest.mark.parametrize("name", ["try", "index"])
def test_without_webassembly_nobody_is_told_to_load_the_page_again(address, new_page, name):
    page = new_page()
    page.add_init_script("delete globalThis.WebAssembly")
    page.goto(f"{address}/{name}.html")
    said = page.wait_for_selector("[data-part=status]:text('WebAssembly is switched off')")
    assert "again" not in said.inner_text()


def test_the_page_keeps_to_its_budget(site):
    weighty = [*(site / "networks").glob("*.onnx"), site / "networks" / "cars.png"]
    weighty += (site / "_static" / "browser").rglob("*.*")
    assert sum(path.stat().st_size for path in weighty) < BUDGET


def test_the_runtime_is_what_its_note_names():
    note = (RUNTIME / "README.md").read_text(encoding="utf-8")
    version = re.search(r"# onnxruntime-web (\S+)", note)[1]
    bundle = (RUNTIME / "ort.wasm.bundle.min.mjs").read_bytes()
    packed = (RUNTIME / "ort-wasm-simd-threaded.wasm.gz").read_bytes()
    assert f"ONNX Runtime Web v{version}".encode() in bundle
    for content in (bundle, packed, gzip.decompress(packed)):
        assert hashlib.sha256(content).hexdigest() in note
