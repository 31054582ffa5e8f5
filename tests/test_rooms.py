"""A room imports what its ``__init__`` says, nothing in a circle, and no file is long."""

import ast
import graphlib
import importlib
from pathlib import Path

import pytest
from rooms import ROOMS, allowed

from inpainting_guide.training.digests import PACKAGE

LONGEST = 300
"""Lines of a Python file: what a reader takes in at once."""

MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


def imports(source):
    """Find the modules and rooms of the package that source code imports, wherever it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                assert alias.name.split(".")[0] != PACKAGE.name, "write from ... import ..."
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write the whole name of what is imported"
            package, *names = node.module.split(".")
            if package == PACKAGE.name:
                for alias in node.names:
                    inner = ".".join([*names, alias.name])
                    yield inner if inner in MODULES else ".".join(names)


IMPORTS = {name: set(imports(path.read_text("utf-8"))) for name, path in MODULES.items()}


def room_of(module):
    return module.split(".")[0]


def circles(graph):
    """Return the circle that there is, if there is one."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


def test_there_is_something_to_look_at():
    assert len(ROOMS) == 10
    assert "common.arguments" in IMPORTS["data.holes"]
    assert "filling.by_network" in IMPORTS["filling.methods"]  # inside a function
    assert list(imports("def f():\n    from inpainting_guide import networks")) == ["networks"]
    assert list(imports("from inpainting_guide.data.cars import SIZE")) == ["data.cars"]
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}})


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_says(room):
    modules = {name: found for name, found in IMPORTS.items() if room_of(name) == room}
    assert len(modules) > 1
    others = {
        name: {*map(room_of, found)} - {room} - allowed(room) for name, found in modules.items()
    }
    assert {name: found for name, found in others.items() if found} == {}


def test_outside_the_rooms_there_is_only_the_command():
    outside = {name for name in MODULES if room_of(name) not in ROOMS}
    assert outside == {"__init__", "__main__"}
    assert IMPORTS["__init__"] == set()
    assert IMPORTS["__main__"] == {"commands.command", "common.console"}


def test_what_rooms_may_import_has_no_circle():
    assert circles({room: allowed(room) for room in ROOMS}) == []


def test_no_module_imports_in_a_circle():
    graph = {name: set(found) for name, found in IMPORTS.items()}
    for room in ROOMS:  # whose names may come from any of its modules
        graph[room] |= {name for name in MODULES if name.startswith(f"{room}.")}
    assert circles(graph) == []


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_room_hands_on_is_there_and_is_all_its_own(room):
    module = importlib.import_module(f"{PACKAGE.name}.{room}")
    for name in getattr(module, "__all__", ()):
        value = getattr(module, name)
        origin = getattr(value, "__module__", None) or ""
        if origin.startswith(f"{PACKAGE.name}."):
            assert origin.split(".")[1] == room


def test_no_file_is_longer_than_a_reader_takes_in_at_once():
    root = Path(__file__).parents[1]
    folders = (root / name for name in ("benchmarks", "docs", "gallery", "src", "tests"))
    written = [path for folder in folders for path in folder.rglob("*.py")]
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in written}
    assert root / "src" / PACKAGE.name / "networks" / "flow.py" in lines
    assert {path.name: count for path, count in lines.items() if count > LONGEST} == {}
