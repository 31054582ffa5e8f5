"""The pages of the gallery in their order, by section: what ``gallery/sections.toml`` says.

The index of the gallery is written from it, with a picture and a question for every page.
"""

import re
import shutil
import sys
import tomllib
from pathlib import Path

from prose import ROOT, titles

GALLERY = ROOT / "gallery"


def sections(folder=GALLERY):
    """Read the sections of the gallery.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    list of dict
        ``title``, ``sentence`` and ``pages``: by the names of scripts without ``.py``, the
        question that each answers.
    """
    return tomllib.loads((folder / "sections.toml").read_text(encoding="utf-8"))["section"]


def thesis():
    """Name the pages that a reader builds who wants what the thesis did, and no more.

    Returns
    -------
    list of str
        Names of scripts without ``.py``.
    """
    return tomllib.loads((GALLERY / "sections.toml").read_text(encoding="utf-8"))["thesis"]


def scripts(folder=GALLERY):
    """List the scripts of the gallery in the order in which they run.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    list of pathlib.Path
        The process ends if a script is listed and does not exist, or exists and is not listed.
    """
    named = [page for section in sections(folder) for page in section["pages"]]
    found = {path.stem for path in folder.glob("*.py")}
    if lost := set(named) ^ found:
        one = sorted(lost)[0]
        problem = "is listed but does not exist" if one in named else "is not listed"
        sys.exit(
            f"gallery/{one}.py {problem}: gallery/sections.toml and the scripts must agree. List "
            "it, or mend its name."
        )
    asked = [question for section in sections(folder) for question in section["pages"].values()]
    if vague := [text for text in asked if not text.endswith("?") or "\n" in text]:
        sys.exit(f"gallery/sections.toml says {vague[0]!r} of a page: expected one question.")
    if wrong := [name for name in named if not re.fullmatch("[a-z][a-z0-9_]*", name)]:
        # It becomes part of addresses, labels and the names of results.
        sys.exit(
            f"gallery/{wrong[0]}.py: expected a name of small letters, digits and _. Rename it."
        )
    return [folder / f"{page}.py" for page in named]


def place(filename):
    """Tell sphinx-gallery the place of a script in the order.

    Parameters
    ----------
    filename : str or pathlib.Path

    Returns
    -------
    int
    """
    return [script.name for script in scripts()].index(Path(filename).name)


def write_index(app):
    """Write the gallery's index, in place of sphinx-gallery's, which is one flat list."""
    header = (GALLERY / "GALLERY_HEADER.rst").read_text(encoding="utf-8")
    lines = [":orphan:", "", header]
    for section in sections():
        lines += [section["title"], "-" * len(section["title"]), "", section["sentence"], ""]
        lines += [".. grid:: 1 2 3 3", "   :gutter: 3", ""]
        for page, question in section["pages"].items():
            title, _ = titles()[f"sphx_glr_gallery_{page}.py"]
            lines += [
                f"   .. grid-item-card:: {title}",
                f"      :link: {page}",
                "      :link-type: doc",
                f"      :img-top: images/thumb/sphx_glr_{page}_thumb.png",
                f"      :img-alt: {question}",
                "",
                f"      {question}",
                "",
            ]
        lines += [".. toctree::", "   :hidden:", f"   :caption: {section['title']}", ""]
        lines += [f"   {page}" for page in section["pages"]] + [""]
    text, kept = "\n".join(lines), Path(app.srcdir, "gallery", "index.txt")
    if not kept.exists() or kept.read_text(encoding="utf-8") != text:
        kept.write_text(text, encoding="utf-8")
    # With the time of its last change: Sphinx reads again what is newer than its last build.
    shutil.copy2(kept, kept.with_suffix(".rst"))


def setup(app):
    """Connect to Sphinx: after the gallery has run (priority above the default of 500)."""
    app.connect("builder-inited", write_index, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
