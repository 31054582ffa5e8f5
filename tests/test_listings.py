"""A page hides nothing: all that its networks are made of is listed there, or on one before."""

import ast
from pathlib import Path

import pytest
import sections

NETWORKS = Path(__file__).parents[1] / "src" / "inpainting_guide" / "networks"
KERAS_ASKS_FOR = {
    *("get_config", "from_config", "get_compile_config", "compile_from_config"),
    *("metrics", "input_shape", "loss_in_words", "build", "compute_output_shape", "test_step"),
}
"""What says nothing of a network: how Keras stores and names it, and validation as training."""

MEASURES = {"measure", "samples", "divergences"}
"""What a trained network is asked for: listed where it is first used, not everywhere."""


def functions():
    """Find the functions of the room, and for each those that it calls by their names."""
    found = {}
    for path in NETWORKS.glob("[!_]*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                found[node.name] = {node.name: node}
            elif isinstance(node, ast.ClassDef):
                methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
                found[node.name] = {f"{node.name}.{m.name}": m for m in methods}
                for base in node.bases:
                    found[node.name] |= {f"base {ast.unparse(base).split('.')[-1]}": base}
    return found


FUNCTIONS = functions()


def made_of(name, seen=None):
    """List all functions and methods that a function or class of the room is made of."""
    seen = set() if seen is None else seen
    for qualified, node in FUNCTIONS.get(name, {}).items():
        if qualified.startswith("base "):
            made_of(qualified[5:], seen)
            continue
        plain = qualified.split(".")[-1]
        checks = plain.lstrip("_").startswith("check")
        if qualified in seen or plain in KERAS_ASKS_FOR | MEASURES or checks:
            continue
        if plain == "__init__" and "layers." not in ast.unparse(node):
            continue  # it keeps settings
        if isinstance(node.body[-1], ast.Raise):
            continue  # a subclass writes it
        seen.add(qualified)
        for call in ast.walk(node):
            if isinstance(call, ast.Name | ast.Attribute):
                called = getattr(call, "id", None) or call.attr
                if called in FUNCTIONS and called != name:
                    made_of(called, seen)
    return seen


def reads(script):
    """Return what a script lists and which functions of the room it uses."""
    tree = ast.parse(script.read_text("utf-8"))
    listed, used = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pages.show_code":
            for argument in node.args:
                parts = ast.unparse(argument).split(".")
                of_class = len(parts) > 1 and parts[-2][:1].isupper()
                listed.add(".".join(parts[-2:]) if of_class else parts[-1])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("networks."):
            used.add(node.func.attr)
    return listed, used


LISTED: dict[str, set] = {}
so_far: set[str] = set()
for one in sections.scripts():
    so_far = so_far | reads(one)[0]
    LISTED[one.stem] = so_far


@pytest.mark.parametrize("script", sections.scripts(), ids=lambda path: path.stem)
def test_what_a_network_is_made_of_is_listed(script):
    _, used = reads(script)
    listed = LISTED[script.stem]
    for name in used:
        # A method may be listed as that of the class that inherits it.
        names = listed | {part.split(".")[-1] for part in listed if "__init__" not in part}
        hidden = {
            part
            for part in made_of(name)
            if not {part, part.split(".")[0]} & listed
            and not ("." in part and part.split(".")[-1] in names)
        }
        assert not hidden, f"{script.stem} uses {name} and hides {sorted(hidden)}"
