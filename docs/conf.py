"""Sphinx configuration. `docs/build.py` stages the sources and runs Sphinx with this file."""

import importlib.metadata
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

import between_pages  # noqa: E402
import chapters  # noqa: E402
import publication  # noqa: E402
from sphinx.ext import viewcode  # noqa: E402
from sphinx.ext.autosummary import process_generate_options  # noqa: E402

from inpainting_guide.common import machine  # noqa: E402

# -- Project ---------------------------------------------------------------------------------

project = "inpainting-guide"
author = "the inpainting-guide maintainers"
copyright = f"2026, {author}. CIFAR-10 photographs: Krizhevsky, 2009"
release = importlib.metadata.version("inpainting-guide")

# -- General ---------------------------------------------------------------------------------

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
    "sphinx-mathjax-offline",
    "numpydoc",
    "myst_parser",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_exercise",
    "sphinx_togglebutton",
    "sphinxcontrib.bibtex",
    "sphinx_gallery.gen_gallery",
    "needs",
    "notebooks",
    "provenance",
    "publication",
    "quoting",
    "sections",
    "social",
]
templates_path = [str(ROOT / "docs" / "_templates")]  # autosummary looks beside the sources
default_role = "autolink"
nitpicky = True
numfig = True
myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "substitution",
]
bibtex_bibfiles = [str(ROOT / "tutorial" / "references.bib")]
linkcheck_timeout = 30
linkcheck_retries = 2

mathjax3_config = {
    "tex": {
        "macros": {
            "E": r"\mathbb{E}",
            "R": r"\mathbb{R}",
            "T": r"{\mathsf{T}}",
            "argmin": r"\mathop{\mathrm{arg\,min}}",
            "argmax": r"\mathop{\mathrm{arg\,max}}",
            "norm": [r"\left\lVert #1 \right\rVert", 1],
            "abs": [r"\left\lvert #1 \right\rvert", 1],
        }
    },
    "options": {"enableMenu": False},
}

# -- API reference ---------------------------------------------------------------------------

autosummary_context = {"explained": chapters.by_module()}
autodoc_default_options = {"member-order": "bysource"}
autodoc_typehints = "none"
numpydoc_show_class_members = False
# The pages they point to are online; the inventories are small files of our own, so that the
# build needs no network (`docs/build.py` packs them).
intersphinx_mapping = {"keras": ("https://keras.io/", "inventories/keras.inv")}

# -- Gallery ---------------------------------------------------------------------------------

chosen = os.environ.get("INPAINTING_GUIDE_PAGES", "").replace(",", "|")
sphinx_gallery_conf = {
    "examples_dirs": str(ROOT / "gallery"),
    "gallery_dirs": "gallery",
    "filename_pattern": rf"[\\/]({chosen})\.py$" if chosen else r"\.py$",
    "within_subsection_order": "sections.place",
    "abort_on_example_error": True,
    "backreferences_dir": "api/backreferences",
    "doc_module": ("inpainting_guide",),
    "inspect_global_variables": False,
    "capture_repr": (),
    "image_scrapers": ("between_pages.take_shown",),
    "image_srcset": ["2x"],
    "remove_config_comments": True,
    "reset_modules": (
        "matplotlib",
        "between_pages.release_memory",
        "provenance.record_run",
        "progress.tell",
    ),
    "reset_modules_order": "both",
    "min_reported_time": float("inf"),  # the line at the foot of the page says it
    "show_signature": False,
    "write_computation_times": False,  # its page loads scripts from outside
}

# -- HTML ------------------------------------------------------------------------------------

html_theme = "pydata_sphinx_theme"
html_title = "inpainting-guide"
html_static_path = ["_static"]
html_extra_path = [str(Path(os.environ["INPAINTING_GUIDE_RESULTS"]) / "site")]
html_css_files = ["guide.css"]
html_js_files = [
    ("sortable/sortable.min.js", {"defer": ""}),
    ("sortable/sortable.a11y.min.js", {"defer": ""}),
]
html_favicon = "_static/logo.svg"
html_copy_source = False
repository = publication.repository()
# What stands at the top of the site beside the tutorial, the gallery and the API.
ALONE = ("command", "score", "challenge", "networks", "troubleshooting", "changelog")
html_theme_options = {
    "logo": {"image_light": "_static/logo.svg", "image_dark": "_static/logo.svg", "text": project},
    # Code is wide: the scripts' pages do without the list of their sections.
    "secondary_sidebar_items": {
        "tutorial/*": ["page-toc"],
        "api/*": ["page-toc"],
        **{name: ["page-toc"] for name in ALONE},
    },
    "show_toc_level": 2,
    "article_header_end": ["launch"],
    "article_footer_items": ["provenance"],
    "footer_start": ["copyright", "guide-version"],
    **({"github_url": f"https://github.com/{repository}"} if repository else {}),
    **(
        {"announcement": "A quick build: nothing was trained, its numbers mean nothing."}
        if machine.quick()
        else {}
    ),
}
# Pages at the top of the site have no sections to navigate.
html_sidebars = {name: [] for name in ("index", "try", *ALONE)}


def setup(app):
    for event in ("env-before-read-docs", "env-updated"):  # before chapters are read, and written
        app.connect(event, between_pages.set_aside)
    app.connect("env-before-read-docs", chapters.note_what_is_read)
    app.connect("env-updated", chapters.write_what_refers)
    if os.environ.get("INPAINTING_GUIDE_API_IS_CURRENT"):
        # Leave the API's pages alone: to make them, TensorFlow is loaded.
        for event in ("builder-inited", "html-collect-pages"):
            for listener in app.events.listeners[event]:
                if listener.handler in (process_generate_options, viewcode.collect_pages):
                    app.disconnect(listener.id)
