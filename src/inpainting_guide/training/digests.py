"""Digests of code tell whether what a result was made with has changed since.

A page is stale when anything of the package has changed: to run it again without training takes
seconds. A stored network, which takes minutes, is stale only when what runs in its training has.
"""

import ast
import functools
import hashlib
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def text(*paths):
    """Digest Python files as they stand.

    Parameters
    ----------
    *paths : pathlib.Path

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits; it depends on the files' names and contents, not on where
        they lie or in which order they are given.
    """
    return _join(path.name + "\n" + path.read_text(encoding="utf-8") for path in paths)


def behaviour(*paths):
    """Digest what runs in Python files and in every module of this package that they import.

    Parameters
    ----------
    *paths : pathlib.Path

    Returns
    -------
    str
        As for `text`, without comments, docstrings and layout, which change no number.
    """
    return _join(
        path.name + "\n" + _runs(path.read_text(encoding="utf-8")) for path in imported(*paths)
    )


def _join(parts):
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


def imported(*paths):
    """Find the package's modules that Python files import, directly or through others.

    Parameters
    ----------
    *paths : pathlib.Path

    Returns
    -------
    set of pathlib.Path
        The files themselves and the modules of ``inpainting_guide`` that they reach.
    """
    found, queue = set(), [Path(path).resolve() for path in paths]
    while queue:
        path = queue.pop()
        if path not in found:
            found.add(path)
            for names in _imports(path.read_text(encoding="utf-8")):
                queue.extend(_files(*names))
    return found


@functools.cache
def _imports(source):
    """List what source code imports from the package, each as the parts of its name."""
    imports = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            package, *inner = node.module.split(".")
            if package == PACKAGE.name:
                imports += [(*inner, alias.name) for alias in node.names]
    return imports


def _files(*names):
    """Find the file of a module; a room hands on names of any of its modules: those of all."""
    path = PACKAGE.joinpath(*names)
    if path.with_suffix(".py").is_file():
        return [path.with_suffix(".py")]
    if path.is_dir():
        return path.glob("*.py")
    return _files(*names[:-1])  # the last one is a name in a module or a room


@functools.cache
def _runs(source):
    """Reduce source code to what runs: no comments, docstrings or layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            # A bare string is a docstring, of a function, a module or a constant.
            node.body = [
                line
                for line in body
                if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
            ]
    return ast.unparse(tree)  # its text, unlike ast.dump's, is the same for all Pythons
