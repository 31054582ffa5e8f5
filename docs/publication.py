"""Where this site and its sources are published: told by the environment, or not at all.

GitHub Actions sets ``GITHUB_REPOSITORY`` and ``GITHUB_SHA``; elsewhere
``INPAINTING_GUIDE_REPOSITORY=owner/name`` names a repository on GitHub. The site's address is
``INPAINTING_GUIDE_ADDRESS``, or that of the repository's GitHub Pages. What is not known is left
out of the site: no button and no link leads nowhere.
"""

import os
import re

BRANCH = "notebooks"
"""The branch on which the workflow ``docs.yml`` keeps the notebooks of the published site."""


def repository():
    """Return the repository on GitHub.

    Returns
    -------
    str
        As in "owner/name"; empty if nothing names it.

    Raises
    ------
    ValueError
        If ``INPAINTING_GUIDE_REPOSITORY`` names none.
    """
    named = os.environ.get("INPAINTING_GUIDE_REPOSITORY") or os.environ.get("GITHUB_REPOSITORY", "")
    if named and not re.fullmatch(r"[\w.-]+/[\w.-]+", named):
        raise ValueError(f"INPAINTING_GUIDE_REPOSITORY is {named!r}: set it to owner/name.")
    return named


def address():
    """Return the site's address.

    Returns
    -------
    str
        With a slash at its end; empty if it is not known.

    Raises
    ------
    ValueError
        If ``INPAINTING_GUIDE_ADDRESS`` is none.
    """
    named = os.environ.get("INPAINTING_GUIDE_ADDRESS", "")
    if named and not re.match(r"https?://[\w.-]+", named):
        raise ValueError(
            f"INPAINTING_GUIDE_ADDRESS is {named!r}: set it to the site's address, with https://."
        )
    if not named and (on_github := repository()):
        owner, name = on_github.split("/")
        host = f"{owner.lower()}.github.io"
        named = f"https://{host}/" + ("" if name.lower() == host else name)
    return named and named.rstrip("/") + "/"


def package():
    """Return what pip installs the package from.

    Returns
    -------
    str
        The package at this very commit if it is known, else its newest one; empty without a
        repository.
    """
    if not (named := repository()):
        return ""
    commit = os.environ.get("GITHUB_SHA") if named == os.environ.get("GITHUB_REPOSITORY") else None
    return f"inpainting-guide @ https://github.com/{named}/archive/{commit or 'HEAD'}.zip"


def launchers(page):
    """Return where a page's notebook can be opened and run.

    Parameters
    ----------
    page : str
        Name of the gallery script, without ``.py``.

    Returns
    -------
    dict of str to str
        Addresses by the service's name; none without a repository.
    """
    if not (named := repository()):
        return {}
    return {
        "Colab": f"https://colab.research.google.com/github/{named}/blob/{BRANCH}/{page}.ipynb",
        "Binder": f"https://mybinder.org/v2/gh/{named}/{BRANCH}?labpath={page}.ipynb",
    }


def setup(app):
    """Load the extensions that need the site's address, if it is known."""
    if address():
        app.setup_extension("sphinx_sitemap")
        app.setup_extension("sphinxext.opengraph")
        app.connect("config-inited", tell_address, priority=0)


def tell_address(app, config):
    """Tell Sphinx and these extensions the site's address."""
    config.html_baseurl = config.ogp_site_url = address()
    config.sitemap_url_scheme = "{link}"
    config.ogp_image = "_static/fills.png"
    config.ogp_image_alt = "Two cars with a hole, filled by the harmonic method and by a network"
    # A page's own pictures tell more than its title drawn large.
    config.ogp_social_cards = {"enable": False}
    config.ogp_custom_meta_tags = ['<meta name="twitter:card" content="summary_large_image" />']
