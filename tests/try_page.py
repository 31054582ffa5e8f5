"""How the tests open the page on which networks run, wait for it and read its pictures."""

import base64
import io

import numpy as np
from built_site import NETWORKS_ARE_HERE
from PIL import Image


def start(page, address):
    page.goto(f"{address}/try.html")
    page.wait_for_function(NETWORKS_ARE_HERE)
    settle(page)


def settle(page):
    """Wait until every network has answered the last question."""
    page.wait_for_selector("article[aria-busy=false]")


def rest(page):
    """Wait until the page no longer scrolls."""
    page.evaluate(
        """() => new Promise((resolve) => {
            let [last, still] = [scrollY, 0];
            const look = () => {
                still = scrollY === last ? still + 1 : 0;
                last = scrollY;
                still < 15 ? requestAnimationFrame(look) : resolve();
            };
            look();
        })"""
    )


def shown(page, selector):
    """Read the pixels of a canvas, in [0, 1]."""
    data = page.locator(selector).evaluate("canvas => canvas.toDataURL('image/png')")
    picture = Image.open(io.BytesIO(base64.b64decode(data.split(",")[1]))).convert("RGB")
    return np.float32(np.asarray(picture)) / 255


def tile(title):
    return f"figure:has(strong:text-is('{title}')) canvas"
