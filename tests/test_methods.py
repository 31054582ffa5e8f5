"""The registry of methods: what is declared there once is known everywhere."""

import re
from pathlib import Path

import numpy as np
import pytest
from own_photographs import keep, refused, tiny
from stand_ins import Constant, stand_ins

from inpainting_guide.commands import command, score
from inpainting_guide.data import protocol
from inpainting_guide.filling import classical, comparison, methods
from inpainting_guide.networks import generators
from inpainting_guide.pages import figures
from inpainting_guide.photographs import models

GALLERY = Path(__file__).parents[1] / "gallery"


@pytest.fixture
def task(photographs):
    return protocol.task(photographs[:3], seed=0)


# --- What is declared ---------------------------------------------------------------------------


def test_every_entry_is_of_a_family_and_either_classical_or_trained():
    declared = methods.METHODS.values()
    assert len({method.name for method in declared}) == len(declared)
    assert {method.family for method in declared} == set(figures.FAMILIES) - {score.YOURS}
    for method in declared:
        assert (method.family == "classical") == (method.classical is not None)
        assert bool(method.networks) == bool(method.script) == (method.classical is None)


def test_the_classical_methods_are_the_functions_of_their_keys():
    for key, method in methods.METHODS.items():
        if method.classical:
            assert method.classical is getattr(classical, key)
            assert methods.CLASSICAL[method.name] is method.classical
        else:
            assert method.name not in methods.CLASSICAL


@pytest.mark.parametrize("key", methods.METHODS)
def test_every_entry_fills(key, task):
    filled = methods.filler(key, stand_ins())(task.incomplete, task.location_map)
    assert (filled.shape, filled.dtype) == (task.images.shape, np.float32)
    method = methods.METHODS[key]
    if method.classical:
        np.testing.assert_array_equal(filled, method.classical(task.incomplete, task.location_map))
    elif not method.samples:  # a stand-in's samples are whole images
        hole = np.broadcast_to(task.location_map == 0, filled.shape)
        assert {*filled[hole]} == {stand_ins()[method.networks[-1]].grey}
        np.testing.assert_array_equal(filled[~hole], task.images[~hole])


def test_every_trained_method_is_of_a_script_that_names_its_networks():
    for method in methods.METHODS.values():
        if method.networks:
            source = (GALLERY / method.script).read_text("utf-8")
            assert f'"{method.networks[-1]}"' in source, method.script
            assert "training.fit(" in source, method.script
            assert methods.SCRIPTS[method.networks[-1]] == method.script


def test_what_a_method_starts_from_is_trained_somewhere_in_the_gallery():
    scripts = "".join(path.read_text("utf-8") for path in GALLERY.glob("*.py"))
    started_from = {name for m in methods.METHODS.values() for name in m.networks[:-1]}
    # One has its name from the function that builds it.
    assert generators.completion_network(widths=(4, 4, 4)).name == "completion_network"
    for name in started_from - {"completion_network"}:
        assert f'"{name}"' in scripts, name
    assert "completion_network(" in scripts


def test_the_page_to_try_lists_all_that_it_runs():
    text = (GALLERY.parent / "docs" / "try.md").read_text("utf-8")
    told = re.findall(r"^\| ([^|]+) \| {{ claims\.told_(\w+) }} \|", text, re.MULTILINE)
    runs = {m.name: key for key, m in methods.METHODS.items() if m.in_browser}
    assert dict(told) == runs | {"harmonic": "harmonic"}


# --- One more network ---------------------------------------------------------------------------


@pytest.fixture
def one_more(monkeypatch):
    """Declare a network for the length of a test, as its entry in the registry would."""
    method = methods.Method(
        "a new network", "squared error", networks=("novel",), script="novel.py", in_browser=True
    )
    monkeypatch.setitem(methods.METHODS, "novel", method)
    monkeypatch.setitem(methods.SCRIPTS, "novel", "novel.py")  # which the module derives
    return method


def test_one_more_network_is_compared_with_the_others(one_more, task):
    networks = stand_ins()
    networks["novel"] = Constant(0.25)
    fills = comparison.fill(networks, task)
    assert list(fills) == [method.name for method in methods.METHODS.values()]
    hole = np.broadcast_to(task.location_map == 0, task.images.shape)
    np.testing.assert_array_equal(fills["a new network"][hole], np.float32(0.25))


def test_one_more_network_is_listed_by_the_command(one_more, capsys):
    assert command.main(["models"]) == 0
    (absent,) = [line for line in capsys.readouterr().out.splitlines() if "Not trained" in line]
    assert "novel (novel.py)" in absent
    keep(tiny("novel"))
    assert command.main(["models"]) == 0
    listed = capsys.readouterr().out
    assert "novel (novel.py)" not in listed
    assert "\n  novel " in listed
    assert "novel" in models.of_any_size()


def test_one_more_network_is_named_with_its_script_where_it_is_missing(one_more, folder, capsys):
    for missing in (lambda: methods.load("novel"), lambda: methods.require("novel")):
        with pytest.raises(FileNotFoundError, match=r"'novel' with seed 0\. Run gallery/novel\.py"):
            missing()
    with pytest.raises(FileNotFoundError, match="Networks of the gallery: direct_cnn, .*, novel"):
        methods.load("another")
    with pytest.raises(ValueError, match="no network 'novel'"):
        methods.filler("novel", {})
    assert "novel is not trained yet: run gallery/novel.py" in refused(capsys, model="novel")
    keep(tiny("novel"))
    assert methods.load("novel").name == "novel"
    methods.require("novel")
