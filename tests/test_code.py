import pytest

from inpainting_guide import blocks, code, cvae, networks


def test_a_script_reaches_the_modules_it_imports_and_theirs(tmp_path):
    script = tmp_path / "page.py"
    script.write_text("import numpy\nfrom inpainting_guide import metrics\n")
    names = {path.name for path in code.imported(script)}
    assert names == {"page.py", "metrics.py", "holes.py", "cars.py", "arguments.py"}


@pytest.mark.parametrize(
    ("changed", "text_differs", "behaviour_differs"),
    [
        ("X = 1\n\n\ndef f():\n    '''Say.'''\n    return X\n", False, False),
        ("X = 1  # why\n\ndef f():\n    '''Say more.'''\n    return X\n", True, False),
        ("X = 2\n\n\ndef f():\n    '''Say.'''\n    return X\n", True, True),
    ],
)
def test_a_digest_tells_changes_of_text_from_changes_of_behaviour(
    tmp_path, changed, text_differs, behaviour_differs
):
    before, after = tmp_path / "a" / "page.py", tmp_path / "b" / "page.py"
    for path, source in (
        (before, "X = 1\n\n\ndef f():\n    '''Say.'''\n    return X\n"),
        (after, changed),
    ):
        path.parent.mkdir()
        path.write_text(source)
    assert (code.digest(before) != code.digest(after)) == text_differs
    assert (
        code.digest(before, behaviour_only=True) != code.digest(after, behaviour_only=True)
    ) == behaviour_differs


def test_a_digest_depends_on_no_order_of_files_and_on_no_place(tmp_path, monkeypatch):
    folders = [tmp_path / name for name in "abc"]
    for folder, source in zip(folders, ("X = 1\n", "X = 2\n", "X = 1\n"), strict=True):
        folder.mkdir()
        (folder / "cvae.py").write_text(source)
    first, second, moved = (folder / "cvae.py" for folder in folders)
    monkeypatch.setattr(code, "imported", lambda *paths: paths)
    assert code.digest(first, second) == code.digest(second, first)
    assert code.digest(first, second) == code.digest(second, moved)
    assert code.digest(first, second) != code.digest(first)


def test_a_listing_is_the_source_without_its_docstring():
    listed = code.listing(networks.direct_cnn)
    assert listed.startswith("def direct_cnn(size=SIZE):\n    inputs = blocks.image_and_map(")
    assert listed.endswith('return keras.Model(inputs, outputs, name="direct_cnn")')
    assert "Parameters" not in listed
    assert "# The normalisation subtracts" in code.listing(blocks.convolve)


def test_a_method_is_listed_without_its_indentation():
    assert code.listing(cvae.ConditionalVAE.decode).startswith("def decode(self")
