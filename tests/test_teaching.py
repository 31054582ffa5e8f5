"""The plans for teachers: chapters come after what they need, and fit into their meetings."""

import re
from pathlib import Path

import pytest
import reading_time
from notebooks import trained_by
from sections import scripts

from inpainting_guide.filling import methods

ROOT = Path(__file__).parents[1]
TEACHING = (ROOT / "tutorial" / "teaching.md").read_text("utf-8")
LONGEST = 120
"""Minutes of reading for one meeting."""

PLANS = {"Four meetings": 4, "Eight meetings": 8, "Fifteen meetings": 15}
ROW = re.compile(
    r"^\| (?P<number>\d+) \|(?P<chapters>.*?)\|(?P<minutes>.*?)\|(?P<scripts>.*?)"
    r"\|(?P<homework>.*?)\|$"
)
CHAPTER = re.compile(r"\{ref\}`[^`]*?(chapter-[\w-]+)>?`")
SCRIPT = re.compile(r"<sphx_glr_gallery_(\w+)\.py>")
COST = re.compile(
    r"^\| \{ref\}`(?P<name>.*?) <sphx_glr_gallery_(?P<page>\w+)\.py>` "
    r"\| (?P<needs>.*?) \| \{\{ pages\.(?P<quoted>\w+) \}\} \|$",
    re.MULTILINE,
)
EXERCISE = re.compile(r"<(exercise-[\w-]+)>")
CHAPTERS = {
    re.search(r"^\((chapter-[\w-]+)\)=$", page.read_text("utf-8"), re.MULTILINE)[1]: page
    for page in ROOT.glob("tutorial/*.md")
    if "Before you start" in page.read_text("utf-8")
}
TEXTS = {chapter: page.read_text("utf-8") for chapter, page in CHAPTERS.items()}


def plans():
    """Read the plans: for each its meetings, in order, as matches of `ROW`."""
    sections = re.split(r"^### ", TEACHING, flags=re.MULTILINE)
    named = {section.split("\n")[0]: section for section in sections}
    return {
        name: [match for line in named[name].split("\n") if (match := ROW.match(line))]
        for name in PLANS
    }


def needed(chapter):
    """Find the chapters that a chapter asks for; a sentence with "also" is about a part of it."""
    known = re.search(r"\*\*You should know\*\*:(.*?)\n- \*\*", TEXTS[chapter], re.DOTALL)[1]
    sentences = re.split(r"\.\s", known)
    return {name for line in sentences if " also " not in line for name in CHAPTER.findall(line)}


def reading(chapter):
    """Measure how long the text of a chapter takes, without its exercises."""
    return reading_time.minutes(reading_time.count(TEXTS[chapter]))["reading"]


def every_plan(test):
    return pytest.mark.parametrize(("name", "meetings"), plans().items(), ids=plans())(test)


@every_plan
def test_a_plan_has_as_many_meetings_as_it_says(name, meetings):
    assert [int(meeting["number"]) for meeting in meetings] == list(range(1, PLANS[name] + 1))


@every_plan
def test_every_chapter_comes_after_those_that_it_builds_on(name, meetings):
    seen = set()
    for chapter in CHAPTER.findall(" ".join(meeting["chapters"] for meeting in meetings)):
        assert needed(chapter) <= seen, f"{name}: {chapter} needs {needed(chapter) - seen} first"
        seen.add(chapter)


def test_every_chapter_of_the_tutorial_comes_after_those_that_it_builds_on():
    index = (ROOT / "tutorial" / "index.md").read_text("utf-8")
    (listed,) = re.findall(r":caption: Chapters\n\n(.*?)```", index, re.DOTALL)
    label = {page.stem: chapter for chapter, page in CHAPTERS.items()}
    order = [label[name] for name in listed.split()]
    assert sorted(order) == sorted(CHAPTERS)
    assert list(dict.fromkeys(CHAPTER.findall(index[index.index("| Chapter |") :]))) == order
    for place, chapter in enumerate(order):
        assert needed(chapter) <= set(order[:place]), chapter


@every_plan
def test_no_meeting_asks_for_more_reading_than_there_is_time(name, meetings):
    for meeting in meetings:
        chapters = CHAPTER.findall(meeting["chapters"])
        asked = {chapter: reading(chapter) for chapter in chapters}
        assert 0 < sum(asked.values()) <= LONGEST, f"{name}, {meeting['number']}: {asked}"
        told = [f"{{{{ reading.{CHAPTERS[chapter].stem} }}}}" for chapter in chapters]
        assert meeting["minutes"].strip() == " + ".join(told)


@every_plan
def test_the_homework_is_an_exercise_of_the_meeting(name, meetings):
    for meeting in meetings:
        chapters = CHAPTER.findall(meeting["chapters"])
        for exercise in EXERCISE.findall(meeting["homework"]):
            of_these = [c for c in chapters if f":label: {exercise}\n" in TEXTS[c]]
            assert of_these, f"{name}, {meeting['number']}: {exercise} is of another chapter"


def test_the_longest_plan_has_every_chapter_and_every_script_but_that_which_hands_out_networks():
    meetings = plans()["Fifteen meetings"]
    chapters = CHAPTER.findall(" ".join(meeting["chapters"] for meeting in meetings))
    assert sorted(chapters) == sorted(CHAPTERS)
    ran = SCRIPT.findall(" ".join(meeting["scripts"] for meeting in meetings))
    assert sorted([*ran, "networks_to_take_along"]) == sorted(path.stem for path in scripts())


def test_every_chapter_has_a_derivation_for_the_board():
    board = TEACHING[TEACHING.index("## At the board") :]
    assert set(CHAPTER.findall(board.split("\n\n")[2])) == set(CHAPTERS)


def test_the_costs_are_those_of_every_script_in_the_order_of_the_gallery():
    costs = list(COST.finditer(TEACHING))
    pages = [path.stem for path in scripts()]
    assert [cost["page"] for cost in costs] == [cost["quoted"] for cost in costs] == pages


def test_the_costs_name_the_scripts_that_have_to_run_first():
    costs = list(COST.finditer(TEACHING))
    names = {cost["page"]: cost["name"] for cost in costs}
    fillers = {Path(script).stem for script in methods.SCRIPTS.values()}
    for cost in costs:
        asked = trained_by(ROOT / "gallery" / f"{cost['page']}.py")
        first = {path.stem for path in asked}
        if first == fillers:
            assert cost["needs"] == "all networks"
        else:
            told = set() if cost["needs"] == "–" else set(cost["needs"].split(", "))
            assert told == {names[page] for page in first}, cost["page"]


def test_prerequisites_and_scripts_are_read_as_pages_write_them():
    assert needed("chapter-convolution") == {"chapter-feedforward"}
    assert needed("chapter-diagnosis") == {"chapter-direct-cnn", "chapter-introduction"}
    assert "chapter-vae" in needed("chapter-gan")
    (first, *_) = plans()["Four meetings"]
    assert SCRIPT.findall(first["scripts"]) == ["cars_and_holes", "filling_without_learning"]
