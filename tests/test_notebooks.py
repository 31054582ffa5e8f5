"""What the notebooks say; `python run.py notebooks` runs them."""

import ast
import re
import types

import notebooks
import prose
import pytest
import sections

from inpainting_guide.filling import methods

SCRIPTS = sections.scripts()
ADDRESS = "https://example.org/guide/"


def cells(notebook, kind):
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == kind]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("address", ["", ADDRESS])
def test_no_markup_of_sphinx_is_left_in_a_notebook(script, address):
    notebook = notebooks.make(script, address=address)
    text = "\n".join(cells(notebook, "markdown"))
    assert text.startswith("# ") or text.startswith("\n# ")
    assert not re.search(r":[a-z]+:`|^\.\. |<http|`_", text, re.MULTILINE), text
    assert not re.search(r"\bchapter-[a-z]+\b(?!\))|sphx_glr_", re.sub(r"\(http.*?\)", "", text))
    assert "sphinx_gallery" not in "\n".join(cells(notebook, "code"))


def test_references_become_titles_or_links():
    text = "See :ref:`chapter-blur`, :ref:`this page <sphx_glr_gallery_unet.py>` and\n"
    text += ":func:`inpainting_guide.training.fitting.fit` at :math:`x < 1`."
    assert prose.for_notebook(text, "03").split("\n")[:2] == [
        "See *Why squared error blurs*, *this page* and",
        "``inpainting_guide.training.fitting.fit`` at :math:`x < 1`.",
    ]
    linked = prose.for_notebook(text, "03", ADDRESS)
    assert f"`Why squared error blurs <{ADDRESS}tutorial/blur.html#chapter-blur>`_" in linked
    assert f"`this page <{ADDRESS}gallery/unet.html>`_" in linked
    assert (
        f"{ADDRESS}api/inpainting_guide.training.fitting.html#inpainting_guide.training.fitting.fit>"
        in linked
    )


def test_every_reference_of_the_scripts_is_known():
    known = [
        prose._reference(match, script.stem)[1]
        for script in SCRIPTS
        for match in prose.ROLE.finditer(script.read_text(encoding="utf-8"))
        if match["role"] == "ref"
    ]
    assert len(known) > 50
    assert all(known), known


def test_topics_and_raw_blocks_suit_a_notebook():
    text = "Before.\n\n.. topic:: Try this\n\n   Cut *more*:\n\n   * holes\n\nAfter.\n"
    assert prose.for_notebook(text, "03").strip() == (
        "Before.\n\n**Try this**\n\nCut *more*:\n\n* holes\n\nAfter."
    )
    assert "script" not in prose.for_notebook(".. raw:: html\n\n   <script></script>\n\nA.", "03")


def test_a_description_is_plain_text():
    assert prose.plain("The *mean* of\n``x * y * z``, :math:`a`: :ref:`chapter-blur`.") == (
        "The mean of x * y * z, a: Why squared error blurs."
    )
    for script in SCRIPTS:
        assert len(prose.description(script)) > 50
        assert not re.search(r"[`<]|:ref|\n", prose.description(script))


def test_the_first_cell_installs_the_package_or_says_how():
    package = "inpainting-guide @ https://github.com/example/inpainting/archive/HEAD.zip"
    first = cells(notebooks.make(SCRIPTS[0], package), "code")[0]
    assert f'%pip install --quiet "{package}"' in first
    first = cells(notebooks.make(SCRIPTS[0]), "code")[0]
    # Without a repository, nothing runs but the choice of where figures go.
    assert [line for line in first.split("\n") if line[0] != "#"] == ["%matplotlib inline"]


def test_a_notebook_names_those_that_train_what_it_reads():
    named = {script.stem: notebooks.before(script) for script in SCRIPTS}
    assert named["cars_and_holes"] == named["direct_cnn"] == ""
    assert "Run first, in this order: ``direct_cnn``, ``autoencoder``." in named["unet"]
    assert "``global_and_local``" in named["comparison"]


def test_the_branch_holds_what_binder_needs(tmp_path):
    gallery, folder = tmp_path / "gallery", tmp_path / "notebooks"
    gallery.mkdir()
    (gallery / "direct_cnn.ipynb").write_text("{}")
    notebooks.write_branch(gallery, folder, "inpainting-guide @ https://example.org/a.zip")
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*")) == [
        "README.md",
        "binder/requirements.txt",
        "binder/runtime.txt",
        "direct_cnn.ipynb",
    ]
    notebooks.write_branch(gallery, folder, "")
    assert not folder.exists()


def test_what_a_build_that_was_killed_left_half_done_is_made_anew(tmp_path, monkeypatch):
    gallery = tmp_path / "gallery"
    gallery.mkdir()
    script = gallery / "page.py"
    script.write_text('"""\nA page\n======\n"""\n')
    monkeypatch.setattr(notebooks, "scripts", lambda: [script])
    made = []
    monkeypatch.setattr(notebooks.downloads, "generate_zipfiles", lambda *_: made.append(1))
    config = types.SimpleNamespace(sphinx_gallery_conf={})
    app = types.SimpleNamespace(srcdir=tmp_path, outdir=tmp_path / "html", config=config)
    notebooks.write_all(app)
    assert len(made) == 1
    (gallery / "gallery_jupyter.zip").touch()
    notebooks.write_all(app)
    assert len(made) == 1
    (gallery / "page.zip").unlink()
    notebooks.write_all(app)
    assert (gallery / "page.zip").exists()
    assert len(made) == 2


def beginning(script):
    """Return the names of the networks that a script requires before it does anything."""
    statements = ast.parse(script.read_text(encoding="utf-8")).body[1:]  # without its prose
    for statement in statements:
        text = ast.unparse(statement)
        if isinstance(statement, ast.Import | ast.ImportFrom) or "use_precision()" in text:
            continue
        if not text.startswith("filling.require("):
            return []
        return [argument.value for argument in statement.value.args] or [*methods.SCRIPTS]
    return []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_what_a_script_loads_is_required_before_it_trains_anything(script):
    assert sorted(set(notebooks.networks(script))) == sorted(set(beginning(script)))


def test_some_scripts_load_what_others_trained():
    assert sum(bool(notebooks.networks(script)) for script in SCRIPTS) >= 10
