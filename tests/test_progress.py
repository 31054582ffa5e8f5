import json

import keras
import progress
import pytest
import tensorflow as tf

from inpainting_guide.common import files, machine

PAGES = ["direct_cnn", "autoencoder", "unet"]
RECORD = {"step": 0.2, "pages": dict(zip(PAGES, (60.0, 120.0, 180.0), strict=True)), "rest": 60.0}


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "first_build.json"


@pytest.fixture
def begin(tmp_path, monkeypatch, kept):
    """Begin a build on a machine that is twice as slow as the recorded one."""
    monkeypatch.setattr(progress, "RECORD", tmp_path / "building.json")
    monkeypatch.setattr(progress, "step_in_a_process_of_its_own", lambda: 0.4)
    monkeypatch.setattr(progress, "_build", None)
    files.write_json(progress.RECORD, {"building": RECORD})
    return lambda pages: progress.begin(pages, kept)


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand."""

    class Clock:
        now = 0.0

    monkeypatch.setattr(progress.time, "perf_counter", lambda: Clock.now)
    return Clock


def run(page, seconds, clock):
    progress.tell({}, f"{page}.py", "before")
    clock.now += seconds
    progress.tell({}, f"{page}.py", "after")


def test_a_build_says_first_how_long_it_takes_and_then_what_is_left(begin, clock, capsys):
    begin(PAGES)
    first = capsys.readouterr().out.splitlines()[-1]
    assert first.startswith("Running 3 pages takes about 14 min on this machine")
    assert "takes 2 times what the record took" in first
    progress.tell({}, None, "before")  # the folder, before any script
    run(PAGES[0], 120, clock)
    run(PAGES[1], 240, clock)
    run(PAGES[2], 360, clock)
    assert capsys.readouterr().out.splitlines() == [
        "page 1 of 3, direct_cnn: 2 min 0 s; about 12 min left",
        "page 2 of 3, autoencoder: 4 min 0 s; about 8 min left",
        "page 3 of 3, unet: 6 min 0 s; about 2 min left",
    ]


def test_only_the_pages_that_run_count(begin, clock, capsys):
    begin([PAGES[0], PAGES[2]])
    run(PAGES[0], 120, clock)
    assert "page 1 of 2, direct_cnn: 2 min 0 s; about 8 min left" in capsys.readouterr().out


def test_what_the_pages_take_corrects_what_is_foretold():
    def left(seconds):
        build = progress.Build(PAGES, 0.2, RECORD)
        build.line(PAGES[0], seconds)
        return build.left()

    assert [left(seconds) for seconds in (0, 60, 240)] == [
        "about 4 min",
        "about 6 min",
        "about 11 min",
    ]


def test_a_page_that_the_record_does_not_know_counts_as_an_average_one():
    build = progress.Build(["30_new"], 0.2, RECORD)
    assert build.left() == "about 3 min"


def test_without_a_record_only_the_pages_are_counted(begin, clock, capsys):
    progress.RECORD.unlink()
    begin(PAGES[:1])
    run(PAGES[0], 61, clock)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:] == ["Running 1 page.", "page 1 of 1, direct_cnn: 1 min 1 s"]


def test_nothing_is_timed_in_quick_mode_or_if_no_page_runs(begin, monkeypatch, capsys):
    def never():
        pytest.fail("timed for nothing")

    monkeypatch.setattr(progress, "step_in_a_process_of_its_own", never)
    begin([])
    monkeypatch.setattr(machine, "quick", lambda: True)
    begin(PAGES)
    progress.tell({}, f"{PAGES[0]}.py", "after")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("trained", [False, True])
def test_a_build_is_kept_for_the_record_as_far_as_it_came_if_all_of_it_is_new(
    begin, clock, kept, store_folder, trained
):
    if trained:
        (store_folder / "full").mkdir(parents=True)
        (store_folder / "full" / "unet-seed0-1.keras").touch()
    pages = sorted(path.stem for path in (progress.ROOT / "gallery").glob("*.py"))
    begin(pages)
    for page in pages:
        run(page, 30, clock)
        assert kept.exists() is not trained
    clock.now += 12
    progress.end()
    assert kept.exists() is not trained
    if not trained:
        measured = json.loads(kept.read_text())
        assert measured == {"step": 0.4, "pages": dict.fromkeys(pages, 30.0), "rest": 12.0}


def test_a_build_of_some_pages_is_not_kept(begin, clock, kept):
    begin(PAGES[:1])
    run(PAGES[0], 61, clock)
    progress.end()
    assert not kept.exists()


def test_a_step_takes_time(monkeypatch):
    for name in ("BATCH_SIZE", "WARM_UP", "ROUNDS"):
        monkeypatch.setattr(progress, name, 1)
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")  # no graph is made for so few steps
    policy = keras.config.dtype_policy()
    try:
        assert 0 < progress.time_step() < 60
    finally:
        keras.config.set_dtype_policy(policy)
        tf.config.run_functions_eagerly(False)
