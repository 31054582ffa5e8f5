"""How long a chapter takes: counted from what stands in it, told in its box by ``{{ time.X }}``.

A chapter is parsed as Markdown. Its exercises are counted, not read; its solutions, and the boxes
that are closed at first because a first reader may skip them, are neither.
"""

import collections
import re
from pathlib import Path

from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

CHAPTERS = Path(__file__).parents[1] / "tutorial"

# Adults read easy prose at about 240 words a minute, and a text that has to be understood more
# slowly. A formula is worth two minutes because it is followed with a pencil, and so is a program,
# which is read beside its output; a picture or a table is looked at. A core exercise can be done
# with what the chapter has just said; the others ask for an idea, or for a program of one's own.
WORDS_A_MINUTE = 200
MINUTES = {"displays": 2, "programs": 2, "pictures": 0.5, "core": 10, "others": 15}
ROUNDED_TO = 5

NUMBERS = {2: "two", 3: "three", 4: "four"}

EXTENSIONS = ("colon_fence", "deflist", "dollarmath", "substitution")
PARSER = create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS), RendererHTML)
OPTION = re.compile(r"^:(?P<name>[\w-]+):(?P<value>.*)\n?", re.MULTILINE)
DIRECTIVE = re.compile(r"\{(?P<name>[\w:-]+)\}")


def count(text):
    """Count what a reader has to do with a chapter.

    Parameters
    ----------
    text : str
        MyST Markdown.

    Returns
    -------
    collections.Counter
        ``words`` of prose, in captions, tables and lists too; ``displays``, that is, formulas on
        lines of their own; ``programs``; ``pictures`` and tables; ``core`` and ``others``, the
        exercises. A link, a name in code, or a number from a page of the gallery is one word.
    """
    found = collections.Counter()
    for token in PARSER.parse(text):
        if token.type == "inline":
            found["words"] += sum(map(words, token.children))
            found["pictures"] += sum(piece.type == "image" for piece in token.children)
        elif token.type.startswith("math_block"):
            found["displays"] += 1
        elif token.type == "table_open":
            found["pictures"] += 1
        elif token.type in ("fence", "colon_fence"):
            found += count_block(token.info.strip(), token.content)
    return found


def count_block(kind, content):
    """Count what stands in a fenced block: a directive, a program, or what a program prints."""
    named = DIRECTIVE.match(kind)
    name = named["name"] if named else kind
    options = {option["name"]: option["value"] for option in OPTION.finditer(content)}
    classes = options.get("class", "").split()
    if name == "exercise":
        core = "core" in classes
        return collections.Counter(["core" if core else "others"])
    if name == "math":
        return collections.Counter(["displays"])
    if name in ("python", "code-block"):
        return collections.Counter(["programs"])
    if not named or "dropdown" in classes or name in ("solution", "raw", "toctree"):
        return collections.Counter()
    inside = count(OPTION.sub("", content))
    if name in ("figure", "image"):
        inside["pictures"] += 1
    return inside


def words(token):
    """Count the words of a piece of a line."""
    if token.type == "text":
        return len(re.findall(r"\w[\w'’.,-]*", token.content))
    return int(token.type in ("code_inline", "myst_role", "substitution_inline"))


def minutes(found):
    """Turn counts into minutes.

    Parameters
    ----------
    found : collections.Counter
        As `count` returns it.

    Returns
    -------
    dict of str to int
        ``reading``, ``core`` exercises and ``others``, each rounded to `ROUNDED_TO`.
    """
    spent = {what: each * found[what] for what, each in MINUTES.items()}
    reading = found["words"] / WORDS_A_MINUTE
    reading += spent["displays"] + spent["programs"] + spent["pictures"]
    parts = {"reading": reading, "core": spent["core"], "others": spent["others"]}
    return {part: ROUNDED_TO * round(value / ROUNDED_TO) for part, value in parts.items()}


def in_words(found):
    """Say how long a chapter takes, for its box.

    Parameters
    ----------
    found : collections.Counter
        As `count` returns it.

    Returns
    -------
    str
    """
    told = minutes(found)
    said = f"about {told['reading']} minutes to read"
    if core := found["core"]:
        said += f", {told['core']} for the {NUMBERS.get(core, core)} core exercises"
    if found["others"]:
        said += f", {told['others']} for the {'others' if core else 'exercises'}"
    return said


def times(folder=CHAPTERS):
    """Measure every chapter.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    dict of str to dict of str to str
        ``time``, what each chapter's box says, and ``reading``, the minutes to read alone; both by
        the name of the chapter's file without ``.md``.
    """
    found = {path.stem: count(path.read_text(encoding="utf-8")) for path in folder.glob("*.md")}
    return {
        "time": {name: in_words(counts) for name, counts in found.items()},
        "reading": {name: str(minutes(counts)["reading"]) for name, counts in found.items()},
    }
