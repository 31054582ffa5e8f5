"""Which chapters explain a module of the package: those that name it, told in the API."""

import re

from prose import LABEL, ROOT

TUTORIAL = ROOT / "tutorial"
MODULE = re.compile(r"inpainting_guide\.\w+\.\w+")
MOST = 4
"""Chapters to send a reader to: what more of them name is used everywhere."""


def by_module(folder=TUTORIAL):
    """Find the chapters that name each module.

    Parameters
    ----------
    folder : pathlib.Path
        Of the chapters, with an ``index.md`` that lists them, a line each.

    Returns
    -------
    dict of str to list of str
        By the module's full name the chapters' labels, in the order of the tutorial, at most
        `MOST`. Appendices do not count.
    """
    found = {}
    for name in re.findall(r"^\w+$", (folder / "index.md").read_text("utf-8"), re.MULTILINE):
        text = (folder / f"{name}.md").read_text("utf-8")
        label = LABEL.search(text)
        if label and label["label"].startswith("chapter-"):
            for module in sorted(set(MODULE.findall(text))):
                found.setdefault(module, []).append(label["label"])
    return {module: labels[:MOST] for module, labels in found.items()}


def note_what_is_read(app, env, names):
    """Remember whether a chapter is read anew."""
    app.reads_chapters = any(name.startswith("tutorial/") for name in names)


def write_what_refers(app, env):
    """List the pages to write where a chapter was read: they show its titles and numbers.

    Sphinx writes only what it has read, and numbers equations and figures while it writes.
    """
    names = env.found_docs if app.reads_chapters else ()
    return [name for name in names if not name.startswith("api/")]
