"""The built site, as a reader meets it: every page in a real browser."""

import hashlib
import re

import pytest
from built_site import PHONE, ROOT, WIDE, opened, served

from inpainting_guide.filling import methods


def test_the_site_has_every_chapter_script_and_module(site):
    chapters = [path.stem for path in (ROOT / "tutorial").glob("*.md")]
    scripts = [path.stem for path in (ROOT / "gallery").glob("*.py")]
    package = ROOT / "src" / "inpainting_guide"
    modules = [f"{path.parent.name}.{path.stem}" for path in package.glob("*/[!_]*.py")]
    assert len(modules) > 30
    assert chapters
    assert scripts
    for page in (
        *(f"tutorial/{name}" for name in chapters),
        *(f"gallery/{name}" for name in scripts),
        *(f"api/inpainting_guide.{name}" for name in modules),
    ):
        assert (site / f"{page}.html").exists(), page
    for script in scripts:
        for suffix in (".py", ".ipynb"):
            assert list(site.glob(f"_downloads/*/{script}{suffix}")), script + suffix


def test_every_script_says_what_it_ran_on(site):
    for script in (ROOT / "gallery").glob("*.py"):
        page = (site / "gallery" / f"{script.stem}.html").read_text(encoding="utf-8")
        assert '<p class="provenance">' in page, script.stem
        assert '<meta name="description"' in page, script.stem
        assert '<p class="launch">' in page, script.stem
        assert "colab" not in page, script.stem
        for rows in re.findall('alt="[^"]*from top to bottom: ([^"]*)"', page):
            assert not re.search(r"(.{20,}); \1$", rows), (script.stem, rows)  # told twice
    assert not (site / "sitemap.xml").exists()
    assert not (site.parent / "notebooks").exists()
    assert len(list(site.parent.glob("results/runs/*.json"))) == len(
        list((ROOT / "gallery").glob("*.py"))
    )


def test_every_network_is_a_download_with_its_checksum(site):
    page = (site / "networks.html").read_text(encoding="utf-8")
    sums = (site / "networks" / "SHA256SUMS").read_text(encoding="utf-8").split()
    files = dict(zip(sums[1::2], sums[::2], strict=True))
    assert {f"{name}.keras" for name in methods.SCRIPTS} < files.keys()
    assert {path.name for path in (site / "networks").glob("*.onnx")} < files.keys()
    for name, checksum in files.items():
        file = site / "networks" / name
        assert hashlib.sha256(file.read_bytes()).hexdigest() == checksum
        size = f"{file.stat().st_size / 1e6:.1f} MB"
        assert f'<a href="networks/{name}" download>{size}</a>' in page
        assert f"{checksum}  {name}" in page


def test_a_site_that_is_built_again_runs_only_what_has_changed(built_again):
    assert built_again["ran"] == [built_again["stale"]]
    counts = re.search(r"(\d+) added, (\d+) changed, 0 removed", built_again["said"])
    assert counts[1] == "0"
    assert 1 <= int(counts[2]) <= 3  # the page, and chapters that quote how long it trained


FAULTS = """async ([width, theme]) => {
    const root = document.documentElement;
    const unset = () => [...document.querySelectorAll('.math')]
        .filter(m => !m.querySelector('mjx-container')).map(m => m.textContent);
    const ready = () => innerWidth === width && root.dataset.theme === theme && !unset().length;
    for (let frame = 0; frame < 1000 && !ready(); frame++) {
        await new Promise(requestAnimationFrame);
    }
    return {
        shown: [innerWidth, root.dataset.theme],
        overflow: Math.max(0, root.scrollWidth - innerWidth - 1),
        broken: [...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src),
        // Thumbnails stand beside the title that they would only repeat.
        silent: [...document.querySelectorAll('.bd-article img')]
            .filter(i => !i.alt && !i.closest('.sphx-glr-thumbcontainer')).map(i => i.src),
        unset: unset(),
        formulas: [...document.querySelectorAll('mjx-merror')].map(e => e.textContent),
    };
}"""
"""What may be wrong with a page as it is shown, once it has taken on the width and the theme."""


BARE = """() => {
    const place = element => element.getBoundingClientRect();
    const {top: start, bottom: end} = place(document.querySelector('.bd-article'));
    const shown = [...document.querySelectorAll('.bd-article :is(img, table, pre)')]
        .filter(element => element.checkVisibility({visibilityProperty: true})).map(place);
    let [reached, longest] = [start, 0];
    for (const {top, bottom} of [...shown, {top: end, bottom: end}]) {
        longest = Math.max(longest, top - reached);
        reached = Math.max(reached, bottom);
    }
    return longest;
}"""
"""The longest stretch of a page, in pixels, without a picture, a table or a program."""

LONGEST_BARE = 3_000
# Pages for looking things up.
MAY_BE_BARE = "errata", "glossary", "notation", "references", "teaching"


@pytest.mark.browser
@pytest.mark.parametrize("part", [0, 1], ids=["first half", "second half"])
def test_every_page_wide_in_light_and_narrow_in_the_dark(site, browser, part, tmp_path):
    pages = [p for p in sorted(site.rglob("*.html")) if p.relative_to(site).parts[0][0] != "_"]
    assert len(pages) > 30
    pages = pages[part::2]
    problems = {}
    settings = [(PHONE, "dark"), (WIDE, "light")]
    # Each page waits for the index of the search, by far the largest file, and needs it not at all.
    (no_index := tmp_path / "searchindex.js").touch()
    with (
        served(site, {"/searchindex.js": str(no_index)}) as address,
        opened(browser, address, *settings[0]) as page,
    ):
        for path in pages:
            name = path.relative_to(site).as_posix()
            page.goto(f"{address}/{name}", wait_until="load")
            if page.query_selector("script[data-src]"):  # the first page's, which come later
                page.keyboard.press("Shift")
                page.wait_for_load_state("networkidle")
            # The pages of the API are alike: each is looked at in one setting, in turn.
            for width, theme in settings[: 1 if name.startswith("api/") else 2]:
                if width != page.viewport_size["width"]:
                    page.set_viewport_size({"width": width, "height": 900})
                    page.emulate_media(color_scheme=theme)
                sound = {"shown": [width, theme], "overflow": 0}
                sound |= {"broken": [], "silent": [], "unset": [], "formulas": []}
                if (found := page.evaluate(FAULTS, [width, theme])) != sound:
                    problems[name, width, theme] = found
                chapter = name.startswith("tutorial/") and path.stem not in MAY_BE_BARE
                if chapter and width == WIDE and (bare := page.evaluate(BARE)) > LONGEST_BARE:
                    problems[name, "without a picture, a table or a program"] = bare
            settings.reverse()  # the next page begins as this one ends
    assert not problems
