"""The site, built in quick mode, served on this machine and opened in a real browser."""

import contextlib
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).parents[1]
# Not in the temporary folder: on Windows that may lie on another drive than the sources,
# and sphinx-gallery needs a relative path between the two.
FOLDER = ROOT / "build" / "test-site"
STORE = FOLDER / "store"
SITE = FOLDER / "quick" / "html"
WIDE, PHONE = 1280, 390
NETWORKS_ARE_HERE = "document.querySelector('[data-part=game]:not([hidden])')"
"""On the page on which networks run: true when all of them have been fetched."""

FILL = """async ([entry, image, map, noise]) => {
    const { networkOf } = await import("/_static/browser/flow.js");
    globalThis.asked ??= {}; // a network that is asked again need not be fetched again
    const network = await (asked[entry.key] ??= networkOf(entry)).load();
    const noises = noise ? [new Float32Array(noise)] : undefined;
    const [filled] = await network.fill(new Float32Array(image), new Float32Array(map), noises);
    return [...filled];
}"""


def of_this_run(run):
    """Build the site once a run of the tests, whichever process asks first; the others wait.

    Returns
    -------
    dict
        What happened when it was built again, see `build_again`.

    Raises
    ------
    AssertionError
        If a build failed, in this process or in another.
    """
    told = ROOT / "build" / "test-site.json"
    told.parent.mkdir(exist_ok=True)
    with FileLock(f"{told}.lock"):
        known = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
        if known.get("run") != run:
            shutil.rmtree(FOLDER, ignore_errors=True)
            known = {"run": run, "fault": "the build was interrupted"}
            told.write_text(json.dumps(known), encoding="utf-8")
            try:
                build()
                known = {"run": run, "fault": None, "again": build_again()}
            except AssertionError as failure:
                known["fault"] = str(failure)
            told.write_text(json.dumps(known), encoding="utf-8")
    assert not known["fault"], known["fault"]
    return known["again"]


def build_again():
    """Build the site again after a change in what one page is made of.

    Here, before any test looks at the site: another process must not read while this one writes.

    Returns
    -------
    dict
        ``stale``, the page that had to run; ``ran``, those that did; ``said``, by the build.
    """

    def runs():
        return {path.name: path.stat().st_mtime_ns for path in gallery.glob("*.md5")}

    gallery = FOLDER / "quick" / "source" / "gallery"
    before = runs()
    stale = "what_acts_on_a_pixel.py.md5"  # a page that trains nothing
    # What a change in the package does: the page's digest is no longer the recorded one.
    gallery.joinpath(stale).with_suffix("").with_suffix(".digest").write_text("of other code")
    said = build()
    return {
        "stale": stale,
        "ran": [name for name, when in runs().items() if when != before.get(name)],
        "said": said,
    }


def build():
    """Build the site, or build it again; return what it said."""
    settings = {
        "INPAINTING_GUIDE_BUILD": str(FOLDER),
        "INPAINTING_GUIDE_STORE": str(STORE),
        "INPAINTING_GUIDE_QUICK": "1",
        # As on a machine that knows of no repository: tests/test_publication.py has the other.
        "GITHUB_REPOSITORY": "",
        "INPAINTING_GUIDE_REPOSITORY": "",
        "INPAINTING_GUIDE_ADDRESS": "",
    }
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "build.py"],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    faults = [line for line in done.stdout.splitlines() if "WARNING" in line or "Error" in line]
    assert done.returncode == 0, "\n".join([*faults, done.stdout[-5000:]])
    return done.stdout


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    # Windows may take them for plain text, which a browser does not run.
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | dict.fromkeys(
        (".js", ".mjs"), "text/javascript"
    )

    def __init__(self, *arguments, instead, **settings):
        self.instead = instead
        super().__init__(*arguments, **settings)

    def translate_path(self, path):
        return self.instead.get(path) or super().translate_path(path)

    def end_headers(self):
        if self.path.startswith("/_static/"):  # a browser keeps what most pages ask for
            self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def served(folder, instead=None):
    """Serve a folder, some paths from other files, on a free port here; give the address."""
    handler = functools.partial(QuietHandler, directory=folder, instead=instead or {})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@contextlib.contextmanager
def chromium():
    """Start headless Chromium, or Chrome where it is installed.

    Raises
    ------
    LookupError
        If there is neither of them.
    """
    from playwright.sync_api import Error, sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    found = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    ways = [{"executable_path": found}] if found else [{}, {"channel": "chrome"}]
    with sync_playwright() as started:
        for way in ways:
            with contextlib.suppress(Error):
                browser = started.chromium.launch(args=quiet, **way)
                break
        else:
            raise LookupError("NO BROWSER: install Chromium to see the site as its readers do")
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def opened(browser, address, width=WIDE, theme="light", **settings):
    """Open a page in a browser that knows nothing yet, and watch it."""
    viewport = {"width": width, "height": 900}
    context = browser.new_context(viewport=viewport, color_scheme=theme, **settings)
    try:
        with watched(context.new_page(), address) as page:
            yield page
    finally:
        context.close()


@contextlib.contextmanager
def reopened(page, address, width=WIDE, theme="light"):
    """Watch a page that was used before: what the browser has fetched and compiled, it keeps.

    What the page keeps of its reader is forgotten.
    """
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    kept = {"origin": address, "storageTypes": "local_storage"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
    with watched(page, address):
        yield page


@contextlib.contextmanager
def watched(page, address):
    """Watch a page, which must ask nothing of other machines and find no fault with itself."""
    outside, errors = [], []

    def check_request(request):
        if not request.url.startswith((address, "data:", "blob:")):
            outside.append(request.url)

    listeners = {
        "request": check_request,  # a route would switch the browser's cache off
        "console": lambda m: errors.append(m.text) if m.type == "error" else None,
        "pageerror": lambda error: errors.append(str(error)),
        "response": lambda r: errors.append(f"{r.status} {r.url}") if r.status >= 400 else None,
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    try:
        yield page
    except Exception as failure:
        failure.add_note(f"the browser's own errors: {errors}")
        raise
    finally:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
    assert not outside
    assert not errors
