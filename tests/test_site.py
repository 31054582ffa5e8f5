"""The built site, as a reader meets it: every page in a real browser.

The site is built once, in quick mode, with every warning an error.
"""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WIDE, PHONE = 1280, 390
SETTINGS = [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")]


def build(folder):
    settings = {
        "INPAINTING_GUIDE_BUILD": str(folder),
        "INPAINTING_GUIDE_STORE": str(folder / "store"),
        "INPAINTING_GUIDE_QUICK": "1",
        # As on a machine that knows of no repository: tests/test_publication.py has the other.
        "GITHUB_REPOSITORY": "",
        "INPAINTING_GUIDE_REPOSITORY": "",
        "INPAINTING_GUIDE_ADDRESS": "",
    }
    return subprocess.run(
        [sys.executable, ROOT / "docs" / "build.py"],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def site():
    # Not in the temporary folder: on Windows that may lie on another drive than the sources,
    # and sphinx-gallery needs a relative path between the two.
    folder = ROOT / "build" / "test-site"
    shutil.rmtree(folder, ignore_errors=True)
    done = build(folder)
    assert done.returncode == 0, done.stdout[-5000:]
    return folder / "quick" / "html"


@pytest.fixture(scope="module")
def address(site):
    """Serve the site on a free port of this machine."""
    handler = functools.partial(QuietHandler, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    found = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    with playwright.sync_playwright() as started:
        path = found or started.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("NO BROWSER: install Chromium to test the site as its readers see it")
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = started.chromium.launch(executable_path=path, args=quiet)
        yield browser
        browser.close()


def test_the_site_has_every_chapter_script_and_module(site):
    chapters = [path.stem for path in (ROOT / "tutorial").glob("*.md")]
    scripts = [path.stem for path in (ROOT / "gallery").glob("*.py")]
    modules = [p.stem for p in (ROOT / "src" / "inpainting_guide").glob("[!_]*.py")]
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
        assert 'class="launch"' not in page, script.stem
    assert not (site / "sitemap.xml").exists()
    assert not (site.parent / "notebooks").exists()
    assert len(list(site.parent.glob("results/runs/*.json"))) == len(
        list((ROOT / "gallery").glob("*.py"))
    )


def test_an_unchanged_site_runs_no_script_again(site):
    runs = {path: path.stat().st_mtime_ns for path in site.parent.glob("source/gallery/*.md5")}
    assert len(runs) == len(list((ROOT / "gallery").glob("*.py")))
    again = build(site.parents[1])
    assert again.returncode == 0, again.stdout[-5000:]
    assert {path: path.stat().st_mtime_ns for path in runs} == runs
    assert "0 added, 0 changed, 0 removed" in again.stdout

    # What a change in the package does: the page's digest is no longer the recorded one.
    stale, *others = sorted(runs)
    stale.with_suffix("").with_suffix(".digest").write_text("of other code")
    once_more = build(site.parents[1])
    assert once_more.returncode == 0, once_more.stdout[-5000:]
    assert stale.stat().st_mtime_ns != runs[stale]
    assert {path: path.stat().st_mtime_ns for path in others} == {p: runs[p] for p in others}


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), SETTINGS)
def test_every_page_in_a_browser(site, address, browser, width, theme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    outside, errors = [], []

    def check_request(route):
        if not route.request.url.startswith((address, "data:", "blob:")):
            outside.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    context.route("**/*", check_request)
    page = context.new_page()
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("response", lambda r: errors.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    problems = {}
    pages = [p for p in sorted(site.rglob("*.html")) if p.relative_to(site).parts[0][0] != "_"]
    assert len(pages) > 15
    for path in pages:
        name = path.relative_to(site).as_posix()
        page.goto(f"{address}/{name}", wait_until="load")
        page.wait_for_function(
            "!document.querySelector('.math') || document.querySelector('mjx-container')"
        )
        found = page.evaluate(
            """() => ({
                theme: document.documentElement.dataset.theme,
                overflow: document.documentElement.scrollWidth - window.innerWidth,
                broken: [...document.images]
                    .filter(i => i.complete && !i.naturalWidth).map(i => i.src),
                // Thumbnails stand beside the title that they would only repeat.
                silent: [...document.querySelectorAll('.bd-article img')]
                    .filter(i => !i.alt && !i.closest('.sphx-glr-thumbcontainer'))
                    .map(i => i.src),
                formulas: [...document.querySelectorAll('mjx-merror')].map(e => e.textContent),
            })"""
        )
        expected = {"theme": theme, "broken": [], "silent": [], "formulas": []}
        overflow = found.pop("overflow")
        if found != expected or overflow > 1:
            problems[name] = found | {"overflow": overflow}
    context.close()
    assert not problems
    assert not outside
    assert not errors
