"""Digests change with what they are of, and with nothing else."""

import re

import build
import pytest

from inpainting_guide.training import digests


def reached(script, source):
    """Name what of the package a script reaches."""
    script.write_text(source)
    paths = digests.imported(script) - {script}
    return {path.relative_to(digests.PACKAGE).as_posix() for path in paths}


@pytest.mark.parametrize(
    "line",
    [
        "from inpainting_guide.measuring import metrics",
        "from inpainting_guide.measuring.metrics import psnr",
        "def later():\n    from inpainting_guide.measuring import metrics",
    ],
)
def test_a_script_reaches_the_modules_it_imports_and_theirs(tmp_path, line):
    assert reached(tmp_path / "page.py", f"import numpy\n{line}\n") == {
        "common/arguments.py",
        "data/cars.py",
        "data/holes.py",
        "measuring/intervals.py",
        "measuring/metrics.py",
        "measuring/quantities.py",
    }


@pytest.mark.parametrize(
    "line", ["from inpainting_guide import networks", "from inpainting_guide.networks import unet"]
)
def test_a_room_stands_for_all_its_modules(tmp_path, line):
    found = reached(tmp_path / "page.py", f"{line}\n")
    of_networks = {f"networks/{path.name}" for path in digests.PACKAGE.glob("networks/*.py")}
    assert {path for path in found if path.startswith("networks/")} == of_networks
    assert "data/tensors.py" in found
    assert {path.split("/")[0] for path in found} == {"networks", "common", "data"}


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
    assert (digests.text(before) != digests.text(after)) == text_differs
    assert (digests.behaviour(before) != digests.behaviour(after)) == behaviour_differs


def test_a_digest_depends_on_no_order_of_files_and_on_no_place(tmp_path, monkeypatch):
    folders = [tmp_path / name for name in "abc"]
    for folder, source in zip(folders, ("X = 1\n", "X = 2\n", "X = 1\n"), strict=True):
        folder.mkdir()
        (folder / "cvae.py").write_text(source)
    first, second, moved = (folder / "cvae.py" for folder in folders)
    monkeypatch.setattr(digests, "imported", lambda *paths: paths)
    for digest in (digests.text, digests.behaviour):
        assert re.fullmatch("[0-9a-f]{64}", digest(first))
        assert digest(first, second) == digest(second, first)
        assert digest(first, second) == digest(second, moved)
        assert digest(first, second) != digest(first)


def test_the_text_is_that_of_the_files_alone_and_the_behaviour_that_of_all_they_import(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(digests, "PACKAGE", tmp_path / "inpainting_guide")
    script, module = tmp_path / "page.py", digests.PACKAGE / "room" / "module.py"
    module.parent.mkdir(parents=True)
    script.write_text("from inpainting_guide.room import module\n")
    module.write_text("X = 1\n")
    text, behaviour = digests.text(script), digests.behaviour(script)
    module.write_text("X = 2\n")
    assert digests.text(script) == text
    assert digests.behaviour(script) != behaviour


def test_pages_are_made_again_when_what_the_package_has_recorded_is_another(monkeypatch, tmp_path):
    monkeypatch.setattr(build.digests, "PACKAGE", tmp_path)
    (tmp_path / "code.py").write_text("ONE = 1", "utf-8")
    found = set()
    for record in ("{}", "[]", "{}"):
        (tmp_path / "record.json").write_text(record, "utf-8")
        found.add(build.package_digest())
    assert len(found) == 2
