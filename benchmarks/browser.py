"""Open the pages of the built site on which networks run in a browser; time and check them.

    python benchmarks/browser.py [SITE] [--rounds 5] [--record]

Each round opens a page in a fresh headless Chromium, from a file server on this machine. Of *Try
the networks*: how long until the first network has filled the hole, how long each network takes for
a fill when it is warm, how far its fills are from those of Keras, what was fetched. Of the first
page, in a wide window and in one as narrow as a phone's: how long until the hole can be dragged and
until the flow's first fill, counted from the opening, until the first of others and until all four
of them, counted from a click that asks for them, and what was fetched. The site is
``build/full/html`` unless another is named.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from recording import record

from inpainting_guide.data import holes, protocol, tensors
from inpainting_guide.filling import export
from inpainting_guide.measuring import Quantity
from inpainting_guide.training import store

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from built_site import FILL, NETWORKS_ARE_HERE, PHONE, WIDE, chromium, opened, served  # noqa: E402

FILLS = 30
COMPARED = 10
CAN_BE_DRAGGED = "performance.getEntriesByName('can-be-dragged')[0].startTime"
FIRST_FILL = "performance.getEntriesByName('first-fill')[0].startTime"
FOUR_FILLS = "document.querySelector('[data-part=status]').textContent.startsWith('Four')"
ASK_AGAIN = """async () => {
    const { find } = await import("/_static/browser/desk.js");
    const began = performance.now();
    const since = () => performance.now() - began;
    return new Promise((resolve) => {
        let first;
        new MutationObserver(() => {
            first ??= since();
            if (find("status").textContent.startsWith("Four")) resolve([first, since()]);
        }).observe(find("status"), { childList: true });
        find("again").click();
    });
}"""
TIME_FILLS = """async ([entry, fills]) => {
    const { normalNoise } = await import("/_static/browser/networks.js");
    const { networkOf } = await import("/_static/browser/flow.js");
    const { SIZE } = await import("/_static/browser/pictures.js");
    const { squareMap } = await import("/_static/browser/hole.js");
    const network = await networkOf(entry).load();
    const image = new Float32Array(SIZE * SIZE * 3).fill(0.5);
    const map = squareMap({ top: 10, left: 10, side: 12 });
    const times = [];
    for (let i = 0; i < fills; i++) {
        await network.fill(image, map, [entry.noise ? normalNoise(entry) : null]);
        times.push(network.milliseconds);
    }
    return times;
}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    site = ROOT / "build" / "full" / "html"
    parser.add_argument("site", nargs="?", type=Path, default=site, help="the built site")
    parser.add_argument("--rounds", type=int, default=5, help="how often the page is opened")
    parser.add_argument("--record", action="store_true", help="write results/browser.json")
    arguments = parser.parse_args()
    site = arguments.site
    if arguments.rounds < 1:
        parser.error(f"--rounds {arguments.rounds}: expected at least 1")
    if not (site / "try.html").exists():
        parser.error(f"{site} holds no built site: run python run.py docs first")
    entries = json.loads((site / "networks" / "catalogue.json").read_text("utf-8"))["networks"]
    first, fetched, times = [], set(), {entry["key"]: [] for entry in entries}
    landing = {WIDE: [], PHONE: []}
    with served(site) as address:
        for number in range(arguments.rounds):
            for width, opened_at_width in landing.items():
                with chromium() as browser:
                    opened_at_width.append(first_page(browser, address, width))
            with chromium() as browser, opened(browser, address) as page:
                page.on("response", lambda response: fetched.add(urlsplit(response.url).path))
                page.goto(f"{address}/try.html")
                page.wait_for_function(NETWORKS_ARE_HERE, timeout=120_000)
                first.append(page.evaluate(FIRST_FILL))
                for entry in entries:
                    times[entry["key"]] += page.evaluate(TIME_FILLS, [entry, FILLS])
                if number == 0:
                    difference = max(largest_difference(page, site, entry) for entry in entries)

    def weight(paths):
        return sum((site / path.removeprefix("/")).stat().st_size for path in paths) / 1e6

    others = {path for path in fetched if not path.endswith(".onnx")}
    smallest = min(entry["bytes"] for entry in entries) / 1e6
    results = {
        "first_fill": median(first),
        "first_fill_slowest": Quantity(max(first), "ms"),
        "weight": Quantity(weight(fetched), "MB"),
        "first_weight": Quantity(weight(others) + smallest, "MB"),
        "milliseconds": {key: median(all_) for key, all_ in times.items()},
        "largest_difference": Quantity(difference),
    }
    for name, width in {"landing": WIDE, "landing_on_phone": PHONE}.items():
        dragging, opening, asking, paths = zip(*landing[width], strict=True)
        results[name] = {
            "can_be_dragged": median(dragging),
            "first_fill": median(opening),
            "weight": Quantity(weight(set().union(*paths)), "MB"),
            "first_again": median(first for first, _ in asking),
            "four_again": median(four for _, four in asking),
        }
    print(results)
    if arguments.record:
        record("browser", results)


def first_page(browser, address, width):
    """Open the first page, wait for its fills, and ask for others.

    Returns
    -------
    dragging : float
        Milliseconds until the hole could be dragged.
    opening : float
        Milliseconds until the first fill.
    asking : list of float
        Milliseconds from a click until the first of the others, and until all four.
    paths : set of str
        All that was fetched.
    """
    paths = set()
    with opened(browser, address, width) as page:
        page.on("response", lambda response: paths.add(urlsplit(response.url).path))
        page.goto(f"{address}/index.html")
        page.wait_for_function(FOUR_FILLS, timeout=120_000)
        times = [page.evaluate(time) for time in (CAN_BE_DRAGGED, FIRST_FILL, ASK_AGAIN)]
        return *times, paths


def median(milliseconds):
    """Take the median of some times."""
    return Quantity(statistics.median(milliseconds), "ms")


def largest_difference(page, site, entry):
    """Compare what the browser and what Keras make of some validation cars with random holes."""
    network = export.filler(store.read_network(site / "networks" / f"{entry['key']}.keras"))
    task, rng, differences = protocol.validation()[:COMPARED], np.random.default_rng(0), []
    for image, location_map in zip(task.images, task.location_map, strict=True):
        inputs = [np.asarray(tensors.network_input(image[None], location_map[None]))]
        given = [image.ravel().tolist(), location_map.ravel().tolist()]
        if entry["noise"]:
            inputs.append(rng.standard_normal((1, *entry["noise"]), dtype=np.float32))
            given.append(inputs[1].ravel().tolist())
        predicted = np.asarray(network(inputs if entry["noise"] else inputs[0]))
        expected = holes.compose(image[None], predicted, location_map[None])
        filled = np.reshape(page.evaluate(FILL, [entry, *given]), expected.shape)
        differences.append(np.abs(filled - expected).max())
    return max(differences)


if __name__ == "__main__":
    main()
