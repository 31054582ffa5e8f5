"""A page hides nothing: all that its networks are made of is listed there, or on one before."""

import ast
import inspect
import textwrap
from functools import cache, reduce

import keras
import pytest
import sections

from inpainting_guide import networks
from inpainting_guide.networks import blocks

WATCHED = "inpainting_guide.networks.", "inpainting_guide.training.optimizers"
KERAS_ASKS_FOR = {
    *("get_config", "from_config", "get_compile_config", "compile_from_config"),
    *("compute_output_shape", "test_step"),
}
"""What says nothing of a network: how Keras stores it, and validation, which is as training."""

ASKED_LATER = {"measure", "samples", "divergences"}
"""What a trained network is asked for: listed where a page first asks, not where it is built."""


def watched(thing):
    """Tell whether something is a function or class whose code a page must list."""
    own = getattr(thing, "__module__", None) or ""
    return (inspect.isfunction(thing) or inspect.isclass(thing)) and own.startswith(WATCHED)


def names(tree):
    """List the dotted names in a piece of code, the longest of each: ``["blocks", "double"]``."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    chains = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)]
    dotted = [ast.unparse(node).split(".") for node in chains if id(node) not in inner]
    return [chain for chain in dotted if all(part.isidentifier() for part in chain)]


def resolve(chain, namespace):
    """Find what a dotted name stands for, without what decorates it; None if nothing is there."""
    found = namespace.get(chain[0])
    return inspect.unwrap(reduce(lambda thing, part: getattr(thing, part, None), chain[1:], found))


@cache
def code(function):
    """Parse a function of the package."""
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def is_check(name):
    """Tell whether a function only checks what it is given, or only checks call it."""
    return name.lstrip("_").startswith("check")


@cache
def called(function):
    """List what a function names: of the watched code, Keras's layers, and weights of its own."""
    chains = names(code(function))
    found = [resolve(chain, function.__globals__) for chain in chains]
    weights = [chain for chain in chains if chain == ["self", "add_weight"]]
    layers = [x for x in found if inspect.isclass(x) and issubclass(x, keras.layers.Layer)]
    own = [x for x in found if watched(x) and not is_check(x.__name__)]
    return own, layers + weights


def is_noise(method):
    """Tell of ``__init__`` and ``build`` whether they store settings, and make nothing."""
    return method.__name__ in ("__init__", "build") and not any(called(method))


def methods(network, asked):
    """List a class's methods that a reader must see, inherited ones by the class that has them."""
    for name in dir(network):
        method = inspect.getattr_static(network, name)
        if not watched(method) or name in KERAS_ASKS_FOR or is_check(name):
            continue
        abstract = isinstance(code(method).body[0].body[-1], ast.Raise)  # a subclass writes it
        if not abstract and (name not in ASKED_LATER or name in asked) and not is_noise(method):
            yield method


def made_of(thing, asked, seen):
    """Collect all functions and methods that a function or class is made of."""
    if thing in seen or is_check(thing.__name__):
        return
    if inspect.isclass(thing):
        for method in methods(thing, asked):
            made_of(method, asked, seen)
        return
    seen.add(thing)
    for other in called(thing)[0]:
        made_of(other, asked, seen)


def read(script):
    """Return what a script lists, what of the watched code it uses, and which methods it calls."""
    tree, namespace = ast.parse(script.read_text("utf-8")), {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module.startswith("inpainting_guide"):
            exec(ast.unparse(node), namespace)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    shows = [node for node in calls if ast.unparse(node.func) == "pages.show_code"]
    listed = {resolve(names(each)[0], namespace) for node in shows for each in node.args}
    for node in shows:
        node.args.clear()  # to list is not to use
    used = {x for chain in names(tree) if watched(x := resolve(chain, namespace))}
    asked = {node.func.attr for node in calls if isinstance(node.func, ast.Attribute)}
    return listed, used, asked


@pytest.fixture(scope="module")
def pages():
    """What each page uses and asks, and what it and those before it list."""
    found, so_far = {}, set()
    for script in sections.scripts():
        listed, used, asked = read(script)
        so_far = so_far | listed
        found[script.stem] = so_far, used, asked
    return found


@pytest.mark.parametrize("page", [script.stem for script in sections.scripts()])
def test_what_a_network_is_made_of_is_listed(pages, page):
    listed, used, asked = pages[page]
    for thing in used:
        seen = set()
        made_of(thing, asked, seen)
        hidden = sorted(f"{part.__module__}.{part.__qualname__}" for part in seen - listed)
        assert not hidden, f"{page} uses {thing.__qualname__} and hides {hidden}"


def test_what_is_hidden_would_be_found(pages):
    listed, used, asked = pages["unet"]
    made_of(networks.unet, asked, seen := set())
    assert networks.unet in used
    assert {blocks.contract, blocks.expand, blocks.convolve} <= seen <= listed
