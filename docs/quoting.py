"""What chapters show of the gallery: numbers as ``{{ page.number }}``, and small pictures.

A page publishes quantities; here each becomes text, with the digits that its unit deserves. With a
plus sign, if it is positive, it is called ``number_signed``; its interval, if it has one,
``number_interval`` or, with signs, ``number_signed_interval``. What a page had to skip, and
published as None, is a dash. Its pictures are images like any other, ``/pictures/PAGE.NAME.png``;
one that no page publishes is an image that cannot be read.
"""

import dataclasses
import filecmp
import os
import re
import shutil
from pathlib import Path

import entries
import provenance
import reading_time
from claims import claims
from downloads import downloads

from inpainting_guide.common import files
from inpainting_guide.measuring.quantities import Quantity, revive, written
from inpainting_guide.pages import minutes

ROOT = Path(__file__).parents[1]
DECIBELS = "training", "validation", "test", "validation_mean_psnr", "test_mean_psnr"
"""What is known of a training that `minutes.recorded_trainings` lists."""


def results():
    """Read all that pages and benchmarks published.

    Returns
    -------
    dict
        By the key under which it is quoted; quantities are `Quantity` again.

    Raises
    ------
    ValueError
        If two publish the same key.
    """
    folder = Path(os.environ["INPAINTING_GUIDE_RESULTS"])
    found = {}
    for path in [*(ROOT / "benchmarks" / "results").glob("*.json"), *folder.glob("*.json")]:
        new = files.read_json(path)
        if twice := found.keys() & new.keys():
            raise ValueError(f"{path.name} publishes {', '.join(sorted(twice))} once more.")
        found |= revive(new)
    return found


def in_words(content):
    """Turn numbers into text, at any depth.

    Parameters
    ----------
    content : dict, list, Quantity, number, str or None

    Returns
    -------
    dict, list or str
    """
    if isinstance(content, dict):
        words = {}
        for key, value in content.items():
            if isinstance(value, Quantity):
                words[f"{key}_signed"] = value.signed
                if value.interval:
                    words[f"{key}_interval"] = value.interval
                    words[f"{key}_signed_interval"] = value.signed_interval
        return words | {key: in_words(value) for key, value in content.items()}
    if isinstance(content, list):
        return [in_words(value) for value in content]
    if isinstance(content, int | float) and not isinstance(content, bool):
        return written(content, "count" if isinstance(content, int) else "")
    return "–" if content is None else str(content)


def quote(app):
    """Hand the numbers to the chapters."""
    measured = results()
    quoted = in_words(measured | {"claims": claims(measured)})
    quoted["downloads"] = downloads(measured)
    quoted["challenge"] = entries.challenge()
    quoted["minutes"] = {
        f"images_{row['images']}": {
            "images": written(row["images"], "count"),
            "units": f"{row['units']:.2f}",
            **{key: written(row[key], "dB") for key in DECIBELS if key in row},
        }
        for row in minutes.recorded_trainings()
    }
    quoted |= reading_time.times()
    ran = Path(os.environ["INPAINTING_GUIDE_RESULTS"]).glob("runs/*.json")
    quoted["pages"] = {path.stem: f"{provenance.minutes(path.stem)} min" for path in ran}
    # Not app.config: a configuration that changes while Sphinx runs makes every page outdated.
    app.env.myst_config = dataclasses.replace(app.env.myst_config, substitutions=quoted)


def stage_pictures(app):
    """Copy the pages' small pictures to where the chapters name them; leave alone what is there."""
    staged = Path(app.srcdir, "pictures")
    staged.mkdir(exist_ok=True)
    published = {
        path.name: path for path in Path(os.environ["INPAINTING_GUIDE_RESULTS"]).glob("*.*.png")
    }
    for path in staged.iterdir():
        if path.name not in published:
            path.unlink()
    for name, path in published.items():
        copy = staged / name
        if not copy.exists() or not filecmp.cmp(path, copy, shallow=False):
            shutil.copyfile(path, copy)


def outdated_chapters(app, env, added, changed, removed):
    """Read those chapters again that quote a page or a benchmark whose numbers have changed."""
    now = env.myst_config.substitutions
    before = getattr(env, "quoted_results", now)
    env.quoted_results = now
    stale = {key for key in before | now if before.get(key) != now.get(key)}
    chapters = (name for name in env.found_docs if not name.startswith(("gallery/", "api/")))
    return [name for name in chapters if stale & quoted_in(env.doc2path(name))]


def quoted_in(path):
    """Find the words between double braces: the keys that a chapter may quote are among them."""
    text = Path(path).read_text(encoding="utf-8")
    return set(re.findall(r"\w+", " ".join(re.findall(r"\{\{(.*?)\}\}", text))))


def setup(app):
    """Connect to Sphinx: after the gallery has run (priority above the default of 500)."""
    app.connect("builder-inited", quote, priority=900)
    app.connect("builder-inited", stage_pictures, priority=900)
    app.connect("env-get-outdated", outdated_chapters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
