"""What a chapter takes: counts, minutes, and that every chapter says its own."""

import collections
import re
from pathlib import Path

import pytest
import reading_time

CHAPTERS = {
    path.stem: path.read_text("utf-8")
    for path in (Path(__file__).parents[1] / "tutorial").glob("*.md")
    if "Before you start" in path.read_text("utf-8")
}
PAGE = """---
myst:
  html_meta:
    description: not a word of the page
---

(chapter-x)=
# Two words

:::{admonition} Before you start
:class: note
- **Time**: {{ time.x }}
:::

Six words: $a + b$ in {ref}`chapter-y`, `code` and 16.55.

$$ a = b $$ (eq-a)

```{math}
:label: eq-b
c = d
```

```python
print("a program")
```

```text
a program
```

| two | words |
|---|---|
| {{ page.number }} | ![no words](b.png) three |

::::{admonition} A box
:class: dropdown note
Closed, and so not counted.

$$ g $$
::::

::::{admonition} A box
:class: note
:::{figure} a.png
:alt: no words
A caption.
:::

Term
: Its meaning.

$$
e
$$
::::

::::{exercise} A title
:label: exercise-x-one
:class: core
Not read $$ f $$
::::
::::{solution} exercise-x-one
:class: dropdown
```python
solution = 1
```
::::
::::{exercise} Another
:label: exercise-x-two
Not read.
::::
"""


def test_everything_is_counted_where_it_stands():
    found = reading_time.count(PAGE)
    counted = {"displays": 3, "programs": 1, "pictures": 3, "core": 1, "others": 1}
    # Title 2, box 2, paragraph 7, table 4, caption 2, term 3.
    assert found == counted | {"words": 20}


def test_counts_become_minutes_and_words():
    found = collections.Counter(words=9_000, displays=10, programs=2, pictures=3, core=3, others=5)
    assert reading_time.minutes(found) == {"reading": 70, "core": 30, "others": 75}
    expected = "about 70 minutes to read, 30 for the three core exercises, 75 for the others"
    assert reading_time.in_words(found) == expected
    assert reading_time.in_words(reading_time.count("One word")) == "about 0 minutes to read"


@pytest.mark.parametrize(("name", "text"), CHAPTERS.items(), ids=CHAPTERS)
def test_the_box_of_a_chapter_says_its_own_time(name, text):
    assert re.search(r"- \*\*Time\*\*: (.*)", text)[1] == f"{{{{ time.{name} }}}}"


def test_every_chapter_has_a_time_and_three_core_exercises():
    measured = reading_time.times()
    for name in CHAPTERS:
        assert ", 30 for the three core exercises" in measured["time"][name], name
        assert int(measured["reading"][name]) > 10
