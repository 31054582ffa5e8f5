"""The plans for teachers: chapters come after what they need, and fit into their meetings."""

import re
from pathlib import Path

import pytest
from sections import scripts

ROOT = Path(__file__).parents[1]
TEACHING = (ROOT / "tutorial" / "teaching.md").read_text("utf-8")
LONGEST = 90
"""Minutes of reading for one meeting."""

ROW = re.compile(r"^\| (?P<number>\d+) \|(?P<chapters>.*?)\|(?P<scripts>.*?)\|(?P<homework>.*?)\|$")
CHAPTER = re.compile(r"\{ref\}`[^`]*?(chapter-[\w-]+)>?`")
SCRIPT = re.compile(r"<sphx_glr_gallery_(\w+)\.py>")
COST = re.compile(r"<sphx_glr_gallery_(\w+)\.py>` \| \{\{ pages\.(\w+) \}\} \|")
EXERCISE = re.compile(r"<(exercise-[\w-]+)>")
PAGES = {
    re.search(r"^\((chapter-[\w-]+)\)=$", text, re.MULTILINE)[1]: text
    for text in (page.read_text("utf-8") for page in ROOT.glob("tutorial/*.md"))
    if "Before you start" in text
}


def plans():
    """Read the plans: for each its meetings, in order, as matches of `ROW`."""
    sections = re.split(r"^### ", TEACHING, flags=re.MULTILINE)
    named = {section.split("\n")[0]: section for section in sections}
    return {
        name: [match for line in named[name].split("\n") if (match := ROW.match(line))]
        for name in ("Four meetings", "Eight meetings", "Twelve meetings")
    }


def needed(chapter):
    """Find the chapters that a chapter asks for; a sentence with "also" is about a part of it."""
    known = re.search(r"\*\*You should know\*\*:(.*?)\n- \*\*", PAGES[chapter], re.DOTALL)[1]
    sentences = re.split(r"\.\s", known)
    return {name for line in sentences if " also " not in line for name in CHAPTER.findall(line)}


def minutes(chapter):
    """Read how long the text of a chapter takes, without its exercises."""
    time = re.search(r"\*\*Time\*\*: about (\d+) minutes(, half .* exercises)?", PAGES[chapter])
    return int(time[1]) / (2 if time[2] else 1)


def every_plan(test):
    return pytest.mark.parametrize(("name", "meetings"), plans().items(), ids=plans())(test)


@every_plan
def test_a_plan_has_as_many_meetings_as_it_says(name, meetings):
    words = {"Four meetings": 4, "Eight meetings": 8, "Twelve meetings": 12}
    assert [int(meeting["number"]) for meeting in meetings] == list(range(1, words[name] + 1))


@every_plan
def test_every_chapter_comes_after_those_that_it_builds_on(name, meetings):
    seen = set()
    for chapter in CHAPTER.findall(" ".join(meeting["chapters"] for meeting in meetings)):
        assert needed(chapter) <= seen, f"{name}: {chapter} needs {needed(chapter) - seen} first"
        seen.add(chapter)


@every_plan
def test_no_meeting_asks_for_more_reading_than_there_is_time(name, meetings):
    for meeting in meetings:
        reading = {chapter: minutes(chapter) for chapter in CHAPTER.findall(meeting["chapters"])}
        assert 0 < sum(reading.values()) <= LONGEST, f"{name}, {meeting['number']}: {reading}"


@every_plan
def test_the_homework_is_an_exercise_of_the_meeting(name, meetings):
    for meeting in meetings:
        chapters = CHAPTER.findall(meeting["chapters"])
        for exercise in EXERCISE.findall(meeting["homework"]):
            of_these = [
                chapter for chapter in chapters if f":label: {exercise}\n" in PAGES[chapter]
            ]
            assert of_these, f"{name}, {meeting['number']}: {exercise} is of another chapter"


def test_the_longest_plan_has_every_chapter_and_every_script_but_that_which_hands_out_networks():
    meetings = plans()["Twelve meetings"]
    chapters = CHAPTER.findall(" ".join(meeting["chapters"] for meeting in meetings))
    assert sorted(chapters) == sorted(PAGES)
    ran = SCRIPT.findall(" ".join(meeting["scripts"] for meeting in meetings))
    assert sorted([*ran, "networks_to_take_along"]) == sorted(path.stem for path in scripts())


def test_the_costs_are_those_of_every_script_in_the_order_of_the_gallery():
    costs = COST.findall(TEACHING)
    assert costs == [(path.stem, path.stem) for path in scripts()]


def test_prerequisites_and_times_are_read_as_chapters_write_them():
    assert needed("chapter-convolution") == {"chapter-feedforward"}
    assert needed("chapter-diagnosis") == {"chapter-direct-cnn", "chapter-introduction"}
    assert "chapter-vae" in needed("chapter-gan")
    assert minutes("chapter-direct-cnn") == 60
    (first, *_) = plans()["Four meetings"]
    assert SCRIPT.findall(first["scripts"]) == ["cars_and_holes", "filling_without_learning"]
