"""Links, cards and sitemap: there when the repository and the address are known, else absent."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import publication
import pytest

ROOT = Path(__file__).parents[1]
VARIABLES = (
    "GITHUB_REPOSITORY",
    "GITHUB_SHA",
    "INPAINTING_GUIDE_REPOSITORY",
    "INPAINTING_GUIDE_ADDRESS",
)


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_nothing_is_made_up_without_a_repository():
    assert publication.repository() == publication.address() == publication.package() == ""
    assert publication.launchers("direct_cnn") == {}


def test_github_actions_names_repository_address_and_commit(monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "Example/inpainting")
    assert publication.address() == "https://example.github.io/inpainting/"
    assert publication.package().endswith("github.com/Example/inpainting/archive/HEAD.zip")
    monkeypatch.setenv("GITHUB_SHA", "0123abc")
    assert publication.package().endswith("github.com/Example/inpainting/archive/0123abc.zip")
    links = publication.launchers("direct_cnn")
    assert links["Colab"].endswith("/github/Example/inpainting/blob/notebooks/direct_cnn.ipynb")
    assert links["Binder"].endswith("/gh/Example/inpainting/notebooks?labpath=direct_cnn.ipynb")


def test_our_own_variables_come_first(monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/fork")
    monkeypatch.setenv("GITHUB_SHA", "0123abc")
    monkeypatch.setenv("INPAINTING_GUIDE_REPOSITORY", "example/example.github.io")
    assert publication.address() == "https://example.github.io/"
    assert "0123abc" not in publication.package()  # a commit of the other repository
    monkeypatch.setenv("INPAINTING_GUIDE_ADDRESS", "https://inpainting.example.org")
    assert publication.address() == "https://inpainting.example.org/"


def test_what_is_no_repository_or_address_is_refused(monkeypatch):
    monkeypatch.setenv("INPAINTING_GUIDE_ADDRESS", "inpainting.example.org")
    with pytest.raises(ValueError, match=r"'inpainting\.example\.org'.*https://"):
        publication.address()
    monkeypatch.setenv("INPAINTING_GUIDE_REPOSITORY", "https://github.com/example/inpainting")
    with pytest.raises(ValueError, match="set it to owner/name"):
        publication.repository()


CONFIGURATION = """
import sys
sys.path.insert(0, {docs!r})
project = "inpainting-guide"
extensions = ["myst_parser", "needs", "provenance", "publication", "social"]
templates_path = [{docs!r} + "/_templates"]
html_theme = "pydata_sphinx_theme"
html_theme_options = {{"article_header_end": ["launch"], "article_footer_items": ["provenance"]}}
"""
CHAPTER = """---
myst:
  html_meta:
    description: "What *blurs*, and why."
---
# Chapter

```{toctree}
gallery/direct_cnn
```
"""
RUN = {
    "guide": "0.1.0",
    "processor": "2 cores",
    "python": "3.12",
    "tensorflow": "2.21",
    "keras": "3.15",
    "numpy": "2.5",
    "precision": "float32",
    "seeds": [0],
    "seconds": 65.4,
    "start_bytes": 2**30,
    "peak_bytes": 3 * 2**29,
}


def build_small_site(folder, **known):
    """Build a chapter and a gallery page with our extensions and the theme; return the folder."""
    source = folder / "source"
    (source / "gallery").mkdir(parents=True, exist_ok=True)
    (folder / "results" / "runs").mkdir(parents=True, exist_ok=True)
    for name, text in {
        "source/conf.py": CONFIGURATION.format(docs=(ROOT / "docs").as_posix()),
        "source/index.md": CHAPTER,
        "source/gallery/direct_cnn.md": "# Page\n\nText.\n",
        "source/gallery/direct_cnn.ipynb": "{}",
        "results/runs/direct_cnn.json": json.dumps(RUN),
    }.items():
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k not in VARIABLES} | known
    environment["INPAINTING_GUIDE_RESULTS"] = str(folder / "results")
    options = ["-q", "-W", "--keep-going", "-b", "html", str(source), str(folder / "html")]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options],
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


def listed_in(sitemap):
    return {element.text for element in ET.parse(sitemap).iter() if element.tag.endswith("loc")}


def test_a_published_site_has_buttons_cards_and_a_sitemap(tmp_path):
    site = build_small_site(tmp_path, GITHUB_REPOSITORY="example/inpainting")
    page = (site / "gallery" / "direct_cnn.html").read_text(encoding="utf-8")
    assert 'href="https://colab.research.google.com/github/example/inpainting/blob/' in page
    assert 'href="https://mybinder.org/v2/gh/example/inpainting/notebooks?' in page
    at = "https://example.github.io/inpainting/"
    assert f'"og:image" content="{at}_images/sphx_glr_direct_cnn_thumb.png"' in page
    assert '"og:description" content="Can five plain convolutions do better' in page
    assert "The chapter The direct convolutional network has the theory." in page
    chapter = (site / "index.html").read_text(encoding="utf-8")
    assert "colab" not in chapter
    assert f'"og:image" content="{at}_static/fills.png"' in chapter
    assert '"og:description" content="What *blurs*, and why."' in chapter
    expected = {f"{at}index.html", f"{at}gallery/direct_cnn.html"}
    assert listed_in(site / "sitemap.xml") == expected
    (tmp_path / "source" / "index.md").write_text(CHAPTER + "\nMore.\n", encoding="utf-8")
    build_small_site(tmp_path, GITHUB_REPOSITORY="example/inpainting")
    assert "More." in (site / "index.html").read_text(encoding="utf-8")
    assert listed_in(site / "sitemap.xml") == expected


def test_a_private_site_says_what_ran_and_names_no_place(tmp_path):
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "sitemap.xml").write_text("of an earlier build")
    site = build_small_site(tmp_path)
    page = (site / "gallery" / "direct_cnn.html").read_text(encoding="utf-8")
    assert "<span>1 min 5 s ·</span>" in page
    assert "<span>seed 0 ·</span>" in page
    assert "<span>memory of the whole build 1.0 to 1.5 GiB</span>" in page
    assert 'name="description" content="Can five plain convolutions' in page
    for absent in ("colab", "mybinder", "og:image", "canonical"):
        assert absent not in page
    assert not (site / "sitemap.xml").exists()
    assert "provenance" not in (site / "index.html").read_text(encoding="utf-8")
