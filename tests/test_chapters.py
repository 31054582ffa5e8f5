"""The chapters keep their word: their code runs, and what they name exists."""

import collections
import contextlib
import importlib
import io
import re
import textwrap
import traceback
from pathlib import Path

import chapters
import keras
import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("tutorial/*.md"), *ROOT.glob("docs/*.md")])
# Pages for looking things up: they ask nothing of the reader and set no exercises.
APPENDICES = [ROOT / "tutorial" / f"{n}.md" for n in ("errata", "glossary", "notation", "teaching")]
NO_CHAPTERS = [ROOT / "tutorial" / f"{n}.md" for n in ("index", "references")] + APPENDICES
CHAPTERS = [p for p in PAGES if p.parent.name == "tutorial" and p not in NO_CHAPTERS]

FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,}|:{3,})\s*(?P<language>\S*)")
BEGINNING = re.compile(
    r"(---\n.*?\n---\n\s*)?"  # front matter
    r"\(chapter-[\w-]+\)=\n+"
    r"# [^\n]+\n+"
    r":{3,}\{admonition\} Before you start\n"
    r".*?\*\*You should know\*\*.*?\*\*You will learn\*\*.*?\*\*Time\*\*.*?\*\*Thesis\*\*",
    re.DOTALL,
)
APPENDIX = re.compile(
    r"---\nmyst:\n  html_meta:\n    description: [^\n]+\n---\n\n"
    r"\((?:appendix-)?(?P<label>\w+)\)=\n# [^\n]+\n"
)
EXERCISE = re.compile(
    r"^:{3,}\{(?P<kind>exercise|solution)\}(?P<argument>.*)\n(?::label: (?P<label>\S+))?",
    re.MULTILINE,
)
LABEL = re.compile(r"^\s*:label:\s*(?P<label>\S+)", re.MULTILINE)
ROLE = re.compile(
    r"\{(?P<role>func|class|data|mod|attr|meth)\}"
    r"`(?:[^`<]*<)?~?(?P<target>inpainting_guide[\w.]*)>?`"
)


Fence = collections.namedtuple("Fence", "fence language line content follows")
Block = collections.namedtuple("Block", "owner line code output", defaults=[None])
NUMBER = re.compile(r"[−-]?\d[\d,]*\.?\d*(?:e[+-]?\d+)?")


def name(page):
    return str(page.relative_to(ROOT))


def every(pages):
    return pytest.mark.parametrize("page", pages, ids=name)


def python_blocks(text):
    """Find the blocks fenced as ``python``, each with the number of its first line of code.

    The owner of a block is the line where its solution begins, or else the line before the block.
    A block fenced as ``text`` that follows is what it prints. Directives are looked into; any other
    block's content is not.
    """
    blocks, opened, follows = [], [], False
    for number, line in enumerate(text.splitlines(), start=1):
        match = FENCE.match(line)
        fence, language = match.group("fence", "language") if match else ("", "")
        inside = opened[-1] if opened else None
        if inside and fence.startswith(inside.fence) and not language:
            if inside.language == "python":
                solutions = [around.line for around in opened if around.language == "{solution}"]
                code = textwrap.dedent("\n".join(inside.content))
                blocks.append(Block((*solutions, inside.line)[0], inside.line + 1, code))
            elif inside.language == "text" and inside.follows:
                printed = textwrap.dedent("\n".join(inside.content))
                blocks[-1] = blocks[-1]._replace(output=printed)
            opened.pop()
            follows = inside.language == "python"
        elif inside and not inside.language.startswith("{"):
            inside.content.append(line)
        elif fence:
            opened.append(Fence(fence, language, number, [], follows))
            follows = False
        elif line.strip():
            follows = False
    assert not opened, f"the fence in line {opened[-1].line} is not closed"
    return blocks


def run(page, text):
    """Run a page's blocks, each alone as a reader copies it; those of one solution together."""
    namespaces = collections.defaultdict(lambda: {"__name__": "__main__"})
    for owner, first, code, output in python_blocks(text):
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                # The empty lines give every line of code its number in the page.
                exec(compile("\n" * (first - 1) + code, page, "exec"), namespaces[owner])
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno for frame in frames if frame.filename == page]
            line = lines[-1] if lines else getattr(error, "lineno", first)
            problem = "".join(traceback.format_exception_only(error)).strip()
            raise AssertionError(f"{page}, line {line}: {problem}") from error
        assert_prints(printed.getvalue(), output, f"{page}, line {first}")


def assert_prints(printed, expected, where):
    """Compare what a block prints with what the page says; numbers may differ by a twentieth."""
    if expected is None:
        assert not printed, f"{where} prints, and no ```text block after it shows what: {printed}"
        return
    words, numbers = zip(*(taken_apart(text) for text in (printed, expected)), strict=True)
    assert words[0] == words[1], f"{where} prints {printed!r}, the page has {expected!r}"
    assert numbers[0] == pytest.approx(numbers[1], rel=0.05), f"{where} prints {printed!r}"


def taken_apart(text):
    """Split a text into its words, without the numbers and the layout, and its numbers."""
    numbers = [float(n.replace(",", "").replace("−", "-")) for n in NUMBER.findall(text)]
    return NUMBER.sub("#", text).split(), numbers


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """Keep what a block writes or sets away from other tests."""
    monkeypatch.chdir(tmp_path)
    policy = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(policy)


@pytest.mark.usefixtures("own_folder")
@every([page for page in PAGES if python_blocks(page.read_text("utf-8"))])
def test_the_code_of_a_page_runs(page):
    run(name(page), page.read_text("utf-8"))


@every(CHAPTERS)
def test_a_chapter_says_what_it_asks_and_what_it_gives(page):
    assert BEGINNING.match(page.read_text("utf-8")), (
        "expected front matter, a label, the title, and then the admonition 'Before you start'"
    )


@every(APPENDICES)
def test_an_appendix_has_a_description_a_label_and_a_title_but_no_exercises(page):
    text = page.read_text("utf-8")
    beginning = APPENDIX.match(text)
    assert beginning, "expected front matter with a description, a label, and the title"
    assert beginning["label"] == page.stem
    assert "Before you start" not in text
    assert EXERCISE.findall(text) == []


@every(CHAPTERS)
def test_a_chapter_has_exercises_each_followed_by_its_solution(page):
    found = list(EXERCISE.finditer(page.read_text("utf-8")))
    exercises, solutions = found[::2], found[1::2]
    assert {match["kind"] for match in exercises} == {"exercise"}
    assert {match["kind"] for match in solutions} == {"solution"}
    assert [e["label"] for e in exercises] == [s["argument"].strip() for s in solutions]
    assert len(exercises) >= 3


def test_labels_of_equations_and_exercises_are_unique():
    labels = [m["label"] for page in PAGES for m in LABEL.finditer(page.read_text("utf-8"))]
    assert {label.split("-")[0] for label in labels} <= {"eq", "exercise"}
    assert [label for label, count in collections.Counter(labels).items() if count > 1] == []


def test_pages_name_much_of_the_package():  # so that the next test has something to look at
    assert sum(len(ROLE.findall(page.read_text("utf-8"))) for page in PAGES) > 100


@every(PAGES)
def test_what_a_page_names_of_the_package_exists(page):
    text = page.read_text("utf-8")
    for match in ROLE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        try:
            named = resolve(match["target"])
        except (ImportError, AttributeError) as error:
            pytest.fail(f"{name(page)}, line {line}: {error}")
        if match["role"] in ("func", "meth"):
            assert callable(named), f"{name(page)}, line {line}: no function {match['target']}"


def resolve(target):
    """Import what a dotted name stands for: a module, or something inside one."""
    package, *inner = target.split(".")
    found = importlib.import_module(package)
    for depth, part in enumerate(inner, start=1):
        try:
            found = importlib.import_module(".".join([package, *inner[:depth]]))
        except ModuleNotFoundError:
            found = getattr(found, part)
    return found


PAGE = """# A page

```python
a = 1
print(f"a is {a:.2f}")
```

```text
a is 1.00
```

::::{solution} x
- in a list

  ```python
  a = 2

  assert a == 2
  ```

```python
assert a == 2
```
::::

````text
```python
not code
```
````
"""


def test_python_blocks_are_found_inside_directives_and_lists_only():
    assert python_blocks(PAGE) == [
        (3, 4, 'a = 1\nprint(f"a is {a:.2f}")', "a is 1.00"),
        (12, 16, "a = 2\n\nassert a == 2", None),
        (12, 22, "assert a == 2", None),
    ]


def test_blocks_of_one_solution_share_a_namespace():
    run("page.md", PAGE)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("assert a == 3", r"page\.md, line 18: AssertionError"),
        ("def f():\n      b\n  f()", r"page\.md, line 19: NameError: name 'b' is not defined"),
        ("a =", r"page\.md, line 18: .*SyntaxError"),
    ],
)
def test_a_failing_block_is_named_with_its_line(wrong, message):
    with pytest.raises(AssertionError, match=re.compile(message, re.DOTALL)):
        run("page.md", PAGE.replace("  assert a == 2", f"  {wrong}"))


@pytest.mark.parametrize("shown", ["a is 1.20", "b is 1.00", "a is"])
def test_an_output_that_is_not_what_the_block_prints_is_refused(shown):
    with pytest.raises(AssertionError, match=r"page\.md, line 4"):
        run("page.md", PAGE.replace("a is 1.00", shown))


def test_a_block_that_prints_needs_its_output_on_the_page():
    with pytest.raises(AssertionError, match="no ```text block after it"):
        run("page.md", "```python\nprint(1)\n```\n")


def test_a_solution_that_leans_on_a_block_before_it_is_refused():
    leaning = PAGE.replace("  a = 2\n", "  a += 1\n")
    with pytest.raises(AssertionError, match=r"page\.md, line 16: NameError: name 'a'"):
        run("page.md", leaning)


def test_what_the_readme_links_to_exists():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert links
    for link in links:
        assert (ROOT / link).exists(), link


def test_a_module_leads_to_the_first_chapters_that_name_it(tmp_path, monkeypatch):
    (tmp_path / "index.md").write_text("# Tutorial\n\n```{toctree}\nlater\nearly\nnotes\n```\n")
    labels = {"early": "chapter-early", "later": "chapter-later", "notes": "appendix-notes"}
    for each, label in labels.items():
        named = "{func}`~inpainting_guide.data.holes.compose`"
        (tmp_path / f"{each}.md").write_text(f"({label})=\n# Title\n\n{named}, {named}\n")
    expected = ["chapter-later", "chapter-early"]
    assert chapters.by_module(tmp_path) == {"inpainting_guide.data.holes": expected}
    monkeypatch.setattr(chapters, "MOST", 1)
    assert chapters.by_module(tmp_path) == {"inpainting_guide.data.holes": expected[:1]}
