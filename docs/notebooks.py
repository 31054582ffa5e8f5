"""The notebooks of the gallery, for a reader who has nothing but one of them.

sphinx-gallery makes them too, but only when a script runs, with Sphinx's roles left in the text.
Here they are made from the scripts at each build, and written where they differ.
"""

import ast
import functools
import json
import shutil
from pathlib import Path

import publication
from prose import for_notebook
from sections import scripts
from sphinx_gallery import downloads, notebook, py_source_parser, utils
from sphinx_gallery.gen_gallery import DEFAULT_GALLERY_CONF

from inpainting_guide.common import files
from inpainting_guide.filling import methods

FROM_A_REPOSITORY = """\
# Install the guide's package, once. If Colab asks to restart the session: do, then go on below.
%pip install --quiet "{package}"
# On Colab, take the "#" from three lines to keep trained networks for the other notebooks:
# from google.colab import drive
# drive.mount("/content/drive")
# %env INPAINTING_GUIDE_STORE=/content/drive/MyDrive/inpainting-guide
"""

FROM_A_CLONE = """\
# This notebook needs the package inpainting-guide. In the folder of your clone of the guide, with
# the Python that this notebook runs in (python -m pip, or %pip in a cell):
#     python -m pip install -c constraints.txt -e ".[notebooks]"
"""

FIRST_CELL = """\
# To try every cell in seconds, with results that mean nothing:
# %env INPAINTING_GUIDE_QUICK=1
%matplotlib inline
"""

README = """\
# Notebooks

Made from the scripts in `gallery/` with every build of the site, and overwritten by the next:
please send changes to the scripts.
"""


def make(script, package="", address=""):
    """Make the notebook of a script.

    Parameters
    ----------
    script : pathlib.Path
    package : str
        What its first cell installs; without it, the cell says how to.
    address : str
        The site's, which its references lead to.

    Returns
    -------
    dict
        As in an ``.ipynb`` file, without outputs.
    """
    _, blocks = py_source_parser.split_code_and_text_blocks(script)
    prepared = []
    for label, content, number in blocks:
        if label == "text":
            content = for_notebook(content, script.stem, address)
            if not prepared:
                content += before(script)
        else:
            content = py_source_parser.remove_ignore_blocks(content)
            content = py_source_parser.remove_config_comments(content)
        if content.strip():
            prepared.append(py_source_parser.Block(label, content, number))
    first = FROM_A_REPOSITORY.format(package=package) if package else FROM_A_CLONE
    configuration = DEFAULT_GALLERY_CONF | {
        "first_notebook_cell": first + FIRST_CELL,
        "pypandoc": False,
    }
    return notebook.jupyter_notebook(prepared, configuration, script.parent)


def before(script):
    """Name the notebooks that train what a script reads from the store.

    Parameters
    ----------
    script : pathlib.Path

    Returns
    -------
    str
        A paragraph of reStructuredText; empty if the script stands alone.
    """
    others = [path.stem for path in trained_by(script)]
    if not others:
        return ""
    listed = ", ".join(f"``{name}``" for name in others)
    return (
        "\n\nThis notebook reads networks that others train, from a folder on the same machine. "
        f"Run first{', in this order' if len(others) > 1 else ''}: {listed}.\n"
    )


def trained_by(script):
    """Find the other scripts whose networks a script loads from the store.

    Parameters
    ----------
    script : pathlib.Path

    Returns
    -------
    list of pathlib.Path
        In the order in which they run.
    """
    found = {methods.SCRIPTS[name] for name in networks(script)} - {script.name}
    return [path for path in scripts() if path.name in found]


@functools.cache
def networks(script):
    """Find the names of the networks that a script loads from the store.

    Parameters
    ----------
    script : pathlib.Path

    Returns
    -------
    tuple of str
    """
    found = []
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called == "filling.load" and isinstance(node.args[0], ast.Constant):
            found.append(node.args[0].value)
        elif called in ("export.hand_out", "comparison.load_all"):
            found += methods.SCRIPTS
    return tuple(found)


def write_all(app):
    """Write the notebooks to the site's sources, and beside the site those for the branch."""
    package, address = publication.package(), publication.address()
    gallery = Path(app.srcdir, "gallery")
    changed = False
    for script in scripts():
        text = json.dumps(make(script, package, address), indent=1, ensure_ascii=False) + "\n"
        path = gallery / f"{script.stem}.ipynb"
        zipped = path.with_suffix(".zip")
        # The archive comes last, so that a build that was killed in between makes it anew.
        if zipped.exists() and path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        changed = True
        for old in (zipped, gallery / "gallery_jupyter.zip"):
            old.unlink(missing_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        with files.replacing(zipped) as unfinished:
            utils.zip_files([gallery / script.name, path], unfinished, gallery)
    if changed or not (gallery / "gallery_jupyter.zip").exists():
        downloads.generate_zipfiles(gallery, app.srcdir, app.config.sphinx_gallery_conf)
    write_branch(gallery, Path(app.outdir).parent / publication.BRANCH, package)


def write_branch(gallery, folder, package):
    """Write the folder that the workflow pushes as a branch; none without a repository."""
    shutil.rmtree(folder, ignore_errors=True)
    if not package:
        return
    (folder / "binder").mkdir(parents=True)
    for path in sorted(gallery.glob("*.ipynb")):
        shutil.copyfile(path, folder / path.name)
    (folder / "README.md").write_text(README, encoding="utf-8")
    (folder / "binder" / "requirements.txt").write_text(f"{package}\n", encoding="utf-8")
    (folder / "binder" / "runtime.txt").write_text("python-3.12\n", encoding="utf-8")


def setup(app):
    """Connect to Sphinx: after the gallery has run (priority above the default of 500)."""
    app.connect("builder-inited", write_all, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
