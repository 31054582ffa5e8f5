"""What search engines and messengers learn of a page: that it is there, description, picture.

A chapter has its description in its front matter; a gallery page's is its first paragraph.
"""

import html
from pathlib import Path

from docutils import nodes
from prose import ROOT, description


def add_description(app, name, template, context, doctree):
    """Describe a page, before sphinxext-opengraph looks for what to tell of it."""
    if doctree is None:
        return
    tags = {}
    script = ROOT / f"{name}.py"
    if name.startswith("gallery/") and script.exists():
        text = description(script)
        tags["og:image"] = f"_images/sphx_glr_{script.stem}_thumb.png"
        tags["og:image:alt"] = context["title"]
        context["metatags"] += f'<meta name="description" content="{html.escape(text)}" />\n'
    else:
        written = (tag for tag in doctree.findall(nodes.meta) if tag.get("name") == "description")
        text = next((tag["content"] for tag in written), None)
    if text:
        tags["og:description"] = html.escape(text)
    context["meta"] = dict(context["meta"] or {}) | tags  # a copy: the other is the environment's


def list_every_page(app, exception):
    """Give sphinx-sitemap all pages: of itself it lists only those that this build wrote anew."""
    if (links := getattr(app, "sitemap_links", None)) is None:
        Path(app.outdir, "sitemap.xml").unlink(missing_ok=True)  # of an earlier build
        return
    while not links.empty():
        links.get()
    for name in sorted(app.env.all_docs):
        links.put((f"{name}.html", None))


def setup(app):
    """Connect to Sphinx: before the two extensions (priority below the default of 500)."""
    app.connect("html-page-context", add_description, priority=400)
    app.connect("build-finished", list_every_page, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
