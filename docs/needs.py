"""What stands first on a page of the gallery: what it needs, what it took, where it can be run."""

from pathlib import Path

import provenance
import publication
from notebooks import networks
from prose import ROOT, titles
from sections import scripts

from inpainting_guide.filling import methods


def add_needs(app, name, template, context, doctree):
    """Tell a gallery page's template what a reader needs, what it took, and where it can be run."""
    folder, _, page = name.rpartition("/")
    script = ROOT / "gallery" / f"{page}.py"
    if folder != "gallery" or not script.exists():
        return
    trained_by = {Path(methods.SCRIPTS[network]).stem for network in networks(script)} - {page}
    order = [path.stem for path in scripts()]
    context["needs"] = {
        titles()[f"sphx_glr_gallery_{other}.py"][0]: other
        for other in sorted(trained_by, key=order.index)
    }
    if provenance.run_file(page).exists():
        context["took"] = provenance.duration(provenance.read_run(page)["seconds"])
    context["launchers"] = publication.launchers(page)


def setup(app):
    """Connect to Sphinx: the template is ``_templates/launch.html``."""
    app.connect("html-page-context", add_needs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
