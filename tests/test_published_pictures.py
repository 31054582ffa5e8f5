"""Small pictures: from the page that publishes them to the chapter that shows them."""

import ast
import io
import re
import types
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import quoting
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from inpainting_guide.pages import publishing

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"/pictures/(\w+)\.(\w+)\.png")
PUBLISHED = {
    (call.args[0].value, keyword.arg)
    for script in ROOT.glob("gallery/*.py")
    for call in ast.walk(ast.parse(script.read_text("utf-8")))
    if isinstance(call, ast.Call) and ast.unparse(call.func) == "pages.publish_pictures"
    for keyword in call.keywords
}
SHOWN = {
    (*names, chapter.name)
    for chapter in [*ROOT.glob("tutorial/*.md"), *ROOT.glob("docs/*.md")]
    for names in NAMED.findall(chapter.read_text("utf-8"))
}


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Where a build of the site wants the results."""
    monkeypatch.setenv("INPAINTING_GUIDE_RESULTS", str(tmp_path / "results"))
    return tmp_path / "results"


def small():
    return plt.figure(figsize=(2, 1))


def read(source, folder):
    """Let Sphinx read a source folder, as it does for the site; return its warnings."""
    told = io.StringIO()
    with docutils_namespace():
        Sphinx(
            source, None, folder / "html", folder / "doctrees", "html", status=None, warning=told,
            confoverrides={"extensions": ["myst_parser"]},
        ).build()  # fmt: skip
    return told.getvalue().strip().splitlines()


def test_pictures_are_published_at_twice_their_size_and_closed(results):
    publishing.publish_pictures("page", fog=small(), seam=small())
    assert not plt.get_fignums()
    assert sorted(path.name for path in results.iterdir()) == ["page.fog.png", "page.seam.png"]
    with Image.open(results / "page.fog.png") as picture:
        assert picture.size == (2 * publishing.PICTURE_DPI, publishing.PICTURE_DPI)


def test_pictures_of_an_earlier_run_are_removed_those_of_other_pages_stay(results):
    publishing.publish_pictures("page", old=small())
    publishing.publish_pictures("page_2", other=small())
    publishing.publish_pictures("page", new=small())
    assert {path.name for path in results.iterdir()} == {"page.new.png", "page_2.other.png"}


def test_nothing_is_kept_and_nothing_is_shown_when_a_script_runs_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INPAINTING_GUIDE_RESULTS", raising=False)
    publishing.publish_pictures("page", fog=small())
    assert not list(tmp_path.iterdir())
    assert not plt.get_fignums()


def test_the_site_gets_just_the_pictures_that_are_published(results, tmp_path):
    app = types.SimpleNamespace(srcdir=tmp_path / "source")
    app.srcdir.mkdir()
    publishing.publish_pictures("page", fog=small(), seam=small())
    quoting.stage_pictures(app)
    staged = app.srcdir / "pictures"
    assert {path.name for path in staged.iterdir()} == {"page.fog.png", "page.seam.png"}
    before = (staged / "page.fog.png").stat().st_mtime_ns
    publishing.publish_pictures("page", fog=small())
    quoting.stage_pictures(app)
    assert [path.name for path in staged.iterdir()] == ["page.fog.png"]
    assert (staged / "page.fog.png").stat().st_mtime_ns == before  # the same picture


def test_a_picture_that_no_page_publishes_is_told_by_its_page_and_name(results, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    publishing.publish_pictures("page", fog=small())
    app_of = types.SimpleNamespace(srcdir=source)
    quoting.stage_pictures(app_of)
    (source / "index.md").write_text(
        "# A\n\n![a](/pictures/page.fog.png)\n![b](/pictures/page.b.png)"
    )
    (warning,) = read(source, tmp_path)
    assert "index.md:3: WARNING: image file not readable: pictures/page.b.png" in warning
    # Once it is published, the chapter is read again.
    publishing.publish_pictures("page", fog=small(), b=small())
    quoting.stage_pictures(app_of)
    assert not read(source, tmp_path)
    assert (tmp_path / "html" / "_images" / "page.b.png").exists()


def test_chapters_show_what_pages_publish():
    assert len(SHOWN) >= 13
    assert {shown for shown in SHOWN if shown[:2] not in PUBLISHED} == set()
