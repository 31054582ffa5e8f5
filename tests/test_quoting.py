"""What chapters quote: quantities in words, and the gallery's order and index."""

import json
import types

import numpy as np
import pytest
import quoting
import sections

from inpainting_guide.measuring.quantities import Quantity, Range, plain, revive


def test_what_is_published_is_quoted_with_the_digits_of_its_unit():
    published = {
        "psnr": Quantity(16.5512, "dB", 16.3149, 16.8),
        "wins": Quantity(0.776, "share"),
        "wins_range": Range(0.7612, np.float64(0.8), "share"),
        "skipped": None,
        "images": 44_800,
        "precision": "mixed_bfloat16",
        "seeds": {"first": [Quantity(-0.01234), 2]},
    }
    revived = revive(json.loads(json.dumps(plain(published))))
    assert revived == published
    assert quoting.in_words(revived) == {
        "psnr": "16.55",
        "psnr_signed": "+16.55",
        "psnr_interval": "16.31 to 16.80",
        "psnr_signed_interval": "+16.31 to +16.80",
        "wins": "78 %",
        "wins_signed": "+78 %",
        "wins_range": "76 % to 80 %",
        "skipped": "–",
        "images": "44,800",
        "precision": "mixed_bfloat16",
        "seeds": {"first": ["−0.0123", "2"]},
    }


@pytest.mark.parametrize(
    ("pages", "files", "message"),
    [
        (["a", "b"], ["a"], "b.py is listed but does not exist"),
        (["a"], ["a", "b"], "b.py is not listed"),
        *(
            ([name], [name], "expected a name of small letters")
            for name in ("A", "größe", "a b", "b&c", "3_a")
        ),
    ],
)
def test_scripts_and_their_order_must_agree(tmp_path, pages, files, message):
    write_sections(tmp_path, dict.fromkeys(pages, "Why?"))
    for name in files:
        (tmp_path / f"{name}.py").write_text("")
    with pytest.raises(SystemExit, match=message):
        sections.scripts(tmp_path)


def write_sections(folder, pages):
    lines = "".join(f'"{page}" = "{question}"\n' for page, question in pages.items())
    text = f'[[section]]\ntitle = "One"\nsentence = "All."\n[section.pages]\n{lines}'
    (folder / "sections.toml").write_text(text, encoding="utf-8")


def test_a_page_that_asks_nothing_is_refused(tmp_path):
    write_sections(tmp_path, {"a": "It says."})
    (tmp_path / "a.py").write_text("")
    with pytest.raises(SystemExit, match="'It says.' of a page: expected one question"):
        sections.scripts(tmp_path)


def test_the_index_shows_every_page_once_in_its_section(tmp_path):
    (tmp_path / "gallery").mkdir()
    sections.write_index(types.SimpleNamespace(srcdir=tmp_path))
    index = (tmp_path / "gallery" / "index.rst").read_text("utf-8")
    places = [index.index(f":link: {script.stem}\n") for script in sections.scripts()]
    assert places == sorted(places)
    assert index.count(":link-type: doc") == len(places)
    for section in sections.sections():
        assert section["sentence"] in index


def test_only_chapters_that_quote_what_has_changed_are_read_again(tmp_path):
    texts = {
        "tutorial/one": "It took {{ pages.unet }} and {{ seeds.all }}.",
        "tutorial/two": "Nothing but pages and {{ time.two }}.",
        "gallery/unet": "{{ pages.unet }}",
    }
    paths = {name: tmp_path / name.replace("/", "-") for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text, encoding="utf-8")
    env = types.SimpleNamespace(
        found_docs=set(texts), doc2path=paths.get, myst_config=types.SimpleNamespace()
    )

    def outdated(**quoted):
        env.myst_config.substitutions = quoted
        return quoting.outdated_chapters(None, env, set(), set(), set())

    assert outdated(pages={"unet": "1 min"}, time={"two": "2"}) == []
    assert outdated(pages={"unet": "2 min"}, time={"two": "2"}) == ["tutorial/one"]
    assert outdated(pages={"unet": "2 min"}, time={"two": "3"}) == ["tutorial/two"]
    assert outdated(pages={"unet": "2 min"}, time={"two": "3"}) == []
    assert outdated(pages={"unet": "2 min"}) == ["tutorial/two"]
