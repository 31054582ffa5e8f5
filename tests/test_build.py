"""What the build of the site does before and after Sphinx, without Sphinx."""

import json
import os
import re
import sys
from pathlib import Path

import build
import filelock
import pytest
import quoting
import sections
from notebooks import trained_by

ROOT = Path(__file__).parents[1]
PAGES = "first", "second"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Stand in for the sources: two scripts, which `run_gallery` runs."""
    (tmp_path / "gallery").mkdir()
    for page in PAGES:
        (tmp_path / "gallery" / f"{page}.py").write_text("print(1)\n")
    folder = tmp_path / "build" / "full"
    pages = "".join(f'{page} = "Why?"\n' for page in PAGES)
    (tmp_path / "gallery" / "sections.toml").write_text(
        f'[[section]]\ntitle = ""\nsentence = ""\n[section.pages]\n{pages}'
    )
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "scripts", lambda: sections.scripts(tmp_path / "gallery"))
    monkeypatch.setattr(build, "BUILD", folder)
    monkeypatch.setattr(build, "SOURCE", folder / "source")
    monkeypatch.setattr(build, "RESULTS", folder / "results")
    monkeypatch.setattr(build, "API", folder / "api.digest")
    for unneeded in ("stage", "draw_diagrams"):
        monkeypatch.setattr(build, unneeded, lambda: None)
    monkeypatch.setattr(build, "page_digest", lambda script, package: "digest")
    monkeypatch.setattr(build.progress, "begin", lambda pages, kept: None)
    monkeypatch.setattr(build.console, "import_quietly", lambda name: None)
    for name in ("RESULTS", "PAGES", "API_IS_CURRENT"):
        monkeypatch.setenv(f"INPAINTING_GUIDE_{name}", "")  # restored, whatever the build sets
    monkeypatch.setattr(sys, "argv", ["build.py"])
    return folder


def gallery(folder, ran, unmade=""):
    """Make what stands in for Sphinx: it runs each script whose mark is missing."""

    def run(_):
        made = folder / "source" / "gallery"
        (made / "images" / "thumb").mkdir(parents=True, exist_ok=True)
        (folder / "results" / "runs").mkdir(exist_ok=True)
        for page in PAGES:
            if (made / f"{page}.py.md5").exists():
                continue
            ran.append(page)
            (folder / "results" / "site").mkdir(exist_ok=True)
            files = [
                made / f"{page}.rst",
                made / "images" / f"sphx_glr_{page}_001.png",
                folder / "results" / f"{page}.json",
                folder / "results" / f"{page}.fog.png",
                folder / "results" / "site" / f"{page}.png",
                folder / "results" / "runs" / f"{page}.json",
                made / f"{page}.py.md5",
            ]
            for file in files:
                if file.relative_to(folder).as_posix() != unmade:
                    file.write_text(json.dumps({"of": page}))
        return 0

    return run


def test_a_page_runs_again_only_if_something_that_it_made_is_not_as_it_was(place, monkeypatch):
    ran = []
    monkeypatch.setattr(build, "build_main", gallery(place, ran))
    build.main()
    build.main()
    assert ran == [*PAGES]
    made = [
        *(path for path in place.rglob("*second*") if path.suffix not in (".digest", ".py")),
        place / "source" / "gallery" / "second.digest",
    ]
    assert len(made) == 8
    for path in made:
        for content in (b"", b"{}", b"\xff", None):
            ran.clear()
            path.write_bytes(content) if content is not None else path.unlink()
            build.main()
            assert ran == ["second"], (path, content)


def test_what_ran_before_a_build_failed_does_not_run_again(place, monkeypatch):
    ran = []
    read = place / "doctrees-html" / "environment.pickle"
    unfinished = gallery(place, ran, unmade="results/runs/second.json")

    def fail(run):
        read.parent.mkdir(parents=True, exist_ok=True)
        read.write_text("what Sphinx has warned of")
        monkeypatch.setattr(build, "build_main", lambda options: run(options) or 2)
        with pytest.raises(SystemExit):
            build.main()
        assert not read.with_name("done").exists()  # so that all is read again

    fail(unfinished)
    monkeypatch.setattr(build, "build_main", gallery(place, ran))
    build.main()
    assert ran == ["first", "second", "second"]
    monkeypatch.setattr(build, "page_digest", lambda script, package: "another")
    mark = place / "source" / "gallery" / "second.py.md5"
    fail(lambda _: mark.write_text("ran, but is not recorded yet"))
    monkeypatch.setattr(build, "build_main", gallery(place, ran))
    build.main()
    assert ran[3:] == [*PAGES]


def test_a_check_of_links_leaves_the_api_and_what_was_read_to_the_site(place, monkeypatch):
    doctrees, run = [], gallery(place, [])

    def build_main(options):
        doctrees.append(options[options.index("-d") + 1])
        return run(options)

    monkeypatch.setattr(build, "build_main", build_main)
    monkeypatch.setattr(sys, "argv", ["build.py", "--check-links"])
    build.main()
    assert not build.API.exists()
    monkeypatch.setattr(sys, "argv", ["build.py"])
    build.main()
    assert build.API.exists()
    assert len(set(doctrees)) == 2


def test_the_api_is_made_again_when_other_chapters_name_its_modules(monkeypatch):
    before = build.api_digest("package")
    assert build.api_digest("package") == before != build.api_digest("another")
    monkeypatch.setattr(build.chapters, "by_module", lambda: {"inpainting_guide.data.cars": []})
    assert build.api_digest("package") != before


def test_a_page_depends_on_all_scripts_that_its_networks_went_through(monkeypatch):
    monkeypatch.setattr(build.digests, "text", lambda *paths: " ".join(p.stem for p in paths))
    scripts = {script.stem: script for script in sections.scripts()}
    assert "unet" not in {path.stem for path in trained_by(scripts["global_and_local"])}
    digest = build.page_digest(scripts["global_and_local"], "package").split()
    assert {"global_and_local", "gan", "unet", "package"} <= set(digest)


def test_a_damaged_diagram_is_drawn_again(tmp_path, monkeypatch):
    drawn = []

    def draw_all(folder):
        drawn.append(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "one.svg").write_text("<svg>")

    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(build, "SOURCE", tmp_path / "source")
    monkeypatch.setattr(build, "draw_all", draw_all)
    build.draw_diagrams()
    build.draw_diagrams()
    assert len(drawn) == 1
    (tmp_path / "source" / "diagrams" / "one.svg").write_text("")
    build.draw_diagrams()
    build.draw_diagrams()
    assert len(drawn) == 2
    monkeypatch.setitem(build.recorded.RECORDS, "losses", tmp_path / "losses.json")
    build.draw_diagrams()
    (tmp_path / "losses.json").write_text("{}")
    build.draw_diagrams()
    assert len(drawn) == 4


def test_figures_read_the_records_that_are_named_and_no_others():
    code = [path.read_text("utf-8") for path in (ROOT / "docs" / "drawings").glob("*.py")]
    assert set(re.findall(r'recorded\.read\("(\w+)"\)', "".join(code))) == {*build.recorded.RECORDS}


@pytest.mark.parametrize("page", ["gallery/second.py", "second.py"])
def test_one_page_can_be_built_alone(place, monkeypatch, page):
    ran = []
    monkeypatch.setattr(build, "build_main", gallery(place, ran))
    monkeypatch.setattr(sys, "argv", ["build.py", page])
    build.main()
    assert [path.name for path in place.rglob("gallery/*.digest")] == ["second.digest"]


def test_the_pages_of_the_thesis_can_be_built_alone(place, monkeypatch):
    monkeypatch.setattr(build, "build_main", gallery(place, []))
    monkeypatch.setattr(build, "thesis", lambda: ["first"])
    monkeypatch.setattr(sys, "argv", ["build.py", "--thesis"])
    build.main()
    assert [path.name for path in place.rglob("gallery/*.digest")] == ["first.digest"]


def test_the_pages_of_the_thesis_read_no_network_that_another_page_trains():
    scripts = {script.stem: script for script in sections.scripts()}
    for page in sections.thesis():
        needed = {path.stem for path in trained_by(scripts[page])}
        assert needed <= set(sections.thesis()), page


@pytest.mark.parametrize("page", ["gallery/third.py", "README.md", "gallery"])
def test_what_is_no_script_of_the_gallery_is_refused(place, monkeypatch, page):
    monkeypatch.setattr(sys, "argv", ["build.py", page])
    with pytest.raises(SystemExit, match=f"no script {page}: name one, as in gallery/"):
        build.main()


@pytest.mark.parametrize("status", [0, None, 1, "enough"])
def test_a_script_that_ends_python_ends_no_build_well(place, monkeypatch, capsys, status):
    def stopped(_):
        sys.exit(status)

    monkeypatch.setattr(build, "build_main", stopped)
    with pytest.raises(SystemExit, match="called sys.exit.*which ends the build: let it run on"):
        build.main()
    assert "first.rst (the first of 8)" in capsys.readouterr().out
    assert not list(place.rglob("*.digest"))


@pytest.mark.parametrize("lost", ["source/gallery/second.rst", "results/runs/second.json"])
def test_a_build_that_leaves_something_out_fails_whatever_its_status(
    place, monkeypatch, capsys, lost
):
    monkeypatch.setattr(build, "build_main", gallery(place, [], unmade=lost))
    with pytest.raises(SystemExit) as stop:
        build.main()
    assert stop.value.code == 1
    assert str(place / lost) in capsys.readouterr().out


def test_two_builds_do_not_write_to_one_folder_at_once(place, monkeypatch):
    ran = []
    monkeypatch.setattr(build, "build_main", gallery(place, ran))
    place.mkdir(parents=True)
    with (
        filelock.FileLock(place / "lock"),
        pytest.raises(SystemExit, match="Another build is writing to .*INPAINTING_GUIDE_BUILD"),
    ):
        build.main()
    assert not ran
    build.main()
    assert ran == [*PAGES]


def test_a_folder_that_is_none_is_named_with_the_remedy(place, monkeypatch):
    place.parent.write_text("a file")
    with pytest.raises(SystemExit, match="is no folder to build in .*INPAINTING_GUIDE_BUILD"):
        build.main()


@pytest.mark.parametrize(
    ("named", "expected"),
    [("here", "home/here"), ("", "build"), ("~/there", "home/there"), ("../up", "up")],
)
def test_the_folder_of_a_build_is_the_same_from_everywhere(tmp_path, monkeypatch, named, expected):
    (tmp_path / "home").mkdir()
    monkeypatch.setattr(build, "ROOT", tmp_path)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("INPAINTING_GUIDE_BUILD", named)
    monkeypatch.chdir(tmp_path / "home")
    found = build.folder()
    monkeypatch.chdir(tmp_path)
    assert found == tmp_path.resolve() / expected / "full"
    assert found.is_absolute()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "page.json is damaged"),
        ("[1]", "page.json is damaged: it holds no JSON object"),
        ('{"speed": 1}', "page.json publishes speed once more"),
    ],
)
def test_numbers_that_cannot_be_quoted_are_named_by_their_file(
    tmp_path, monkeypatch, content, message
):
    monkeypatch.setenv("INPAINTING_GUIDE_RESULTS", str(tmp_path))
    (tmp_path / "page.json").write_text(content)
    with pytest.raises(ValueError, match=message):
        quoting.results()


def test_what_a_library_prints_while_it_is_loaded_is_not_in_the_log(tmp_path, monkeypatch, capfd):
    (tmp_path / "noisy.py").write_text("import os; os.write(2, b'a line of C++')")
    (tmp_path / "broken.py").write_text("import os; os.write(2, b'a line of C++'); 1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    build.console.import_quietly("noisy")
    with pytest.raises(ZeroDivisionError):
        build.console.import_quietly("broken")
    os.write(2, b"ours")
    assert capfd.readouterr().err == "ours"
