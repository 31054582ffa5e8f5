"""What stands first on a page of the gallery: what it needs, what it took, where it can be run."""

import provenance
import publication
from notebooks import trained_by
from prose import ROOT, titles


def add_needs(app, name, template, context, doctree):
    """Tell a gallery page's template what a reader needs, what it took, and where it can be run."""
    folder, _, page = name.rpartition("/")
    script = ROOT / "gallery" / f"{page}.py"
    if folder != "gallery" or not script.exists():
        return
    context["needs"] = {
        titles()[f"sphx_glr_gallery_{other.name}"][0]: other.stem for other in trained_by(script)
    }
    if provenance.run_file(page).exists():
        context["took"] = provenance.duration(provenance.read_run(page)["seconds"])
    context["launchers"] = publication.launchers(page)


def setup(app):
    """Connect to Sphinx: the template is ``_templates/launch.html``."""
    app.connect("html-page-context", add_needs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
