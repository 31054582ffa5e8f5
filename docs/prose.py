"""The prose of the gallery's scripts outside the site: their references, in words or as links.

In a script stands ``:ref:`chapter-blur```, and Sphinx makes it a link with the chapter's title. A
notebook or a search engine's summary knows nothing of Sphinx.
"""

import functools
import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROLE = re.compile(r":(?:[a-z]+:)?(?P<role>[a-z]+):`(?P<content>[^`]+)`")
TITLED = re.compile(r"(?P<title>.*?)\s*<(?P<target>[^>]+)>")
LABEL = re.compile(r"^\((?P<label>[\w-]+)\)=\n+#+ (?P<title>.+)$", re.MULTILINE)
TOPIC = re.compile(r"^\.\. topic:: (?P<title>.+)\n\n(?P<body>(?:[ ]+.*\n|\n)+)", re.MULTILINE)
RAW = re.compile(r"^\.\. raw::.*\n(?:[ ]+.*\n|\n)+", re.MULTILINE)
OBJECTS = ("attr", "class", "data", "func", "meth", "mod")


@functools.cache
def titles():
    """Find the title and the page of every label: of chapters and of gallery pages.

    Returns
    -------
    dict of str to tuple of str
    """
    found = {}
    for folder, prefix in ((ROOT / "tutorial", "tutorial/"), (ROOT / "docs", "")):
        for path in sorted(folder.glob("*.md")):
            for match in LABEL.finditer(path.read_text(encoding="utf-8")):
                title = match["title"].replace("`", "")
                # Headings have anchors of their own; that of the label itself always exists.
                found[match["label"]] = title, f"{prefix}{path.stem}.html#{match['label']}"
    for path in sorted((ROOT / "gallery").glob("*.py")):
        title = path.read_text(encoding="utf-8").split("\n")[1].replace("`", "")
        found[f"sphx_glr_gallery_{path.name}"] = title, f"gallery/{path.stem}.html"
    return found


def for_notebook(text, page, address=""):
    """Rewrite a script's prose so that it reads well in a notebook.

    Parameters
    ----------
    text : str
        reStructuredText.
    page : str
        Name of the script, without ``.py``.
    address : str
        The site's; without it, titles stand for links.

    Returns
    -------
    str
        reStructuredText of the kind that sphinx-gallery can convert to Markdown.
    """
    text = TOPIC.sub(lambda m: f"**{m['title']}**\n\n{textwrap.dedent(m['body'])}", text + "\n")
    text = RAW.sub("", text)

    def rewrite(match):
        role, (title, place) = match["role"], _reference(match, page)
        if role == "math":
            return match[0]
        if address and place:
            return f"`{title} <{address}{place}>`_"
        if role in OBJECTS:
            return f"``{title}``"
        if role == "ref":
            return f"*{title}*"
        return f"{title} (on the site)" if role == "download" else title

    return ROLE.sub(rewrite, text)


def plain(text):
    """Rewrite a script's prose without any markup, on one line.

    Parameters
    ----------
    text : str
        reStructuredText.

    Returns
    -------
    str
    """
    text = ROLE.sub(lambda match: _reference(match, "")[0], text)
    text = re.sub(r"(`+)(.+?)\1", r"\2", text, flags=re.DOTALL)
    text = re.sub(r"(\*+)(\S|\S.*?\S)\1", r"\2", text, flags=re.DOTALL)
    return " ".join(text.split())


def description(script):
    """Return the first paragraph of a script, below its title.

    Parameters
    ----------
    script : pathlib.Path

    Returns
    -------
    str
        Plain text.
    """
    paragraphs = script.read_text(encoding="utf-8").split('"""')[1].strip().split("\n\n")
    return plain(paragraphs[1])


def _reference(match, page):
    """Find what a role says and where on the site it leads (empty if nowhere)."""
    content = " ".join(match["content"].split())
    named = match["role"] != "math" and TITLED.fullmatch(content)
    title, target = (named["title"], named["target"]) if named else (None, content.lstrip("~"))
    if match["role"] == "ref":
        known, place = titles().get(target, (target, ""))
        return title or known, place
    if match["role"] == "download":
        return title or Path(target).name, f"gallery/{page}.html"
    if match["role"] in OBJECTS and target.startswith("inpainting_guide."):
        module = ".".join(target.split(".")[:3])  # package, room, module
        return title or target, f"api/{module}.html#{target}"
    return title or target, ""
