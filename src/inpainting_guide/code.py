"""The code behind a result: its listing, and digests of modules and all that they import.

A stored network, or a page of the gallery, is stale when the code behind it has changed.
"""

import ast
import functools
import hashlib
import inspect
import textwrap
from pathlib import Path

PACKAGE = Path(__file__).parent


def listing(function):
    """Return a function's source without its docstring: what a page shows of the package.

    Parameters
    ----------
    function : callable
        A function or a method of plain Python.

    Returns
    -------
    str
        Its lines as they stand in the file; the docstring is in the API reference.
    """
    lines = textwrap.dedent(inspect.getsource(function)).rstrip().splitlines()
    first = ast.parse("\n".join(lines)).body[0].body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        del lines[first.lineno - 1 : first.end_lineno]
    return "\n".join(lines)


def digest(*paths, behaviour_only=False):
    """Digest Python files together with every module of this package that they import.

    Parameters
    ----------
    *paths : pathlib.Path
        Python files, inside the package or not.
    behaviour_only : bool
        Leave out comments, docstrings and layout, which change no number.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits; it does not depend on where the files lie.
    """
    parts = []
    for path in imported(*paths):
        source = path.read_text(encoding="utf-8")
        source = _behaviour(source) if behaviour_only else source
        parts.append(f"{path.name}\n{source}")
    # In the order of names, and of contents where two files of other folders share a name.
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
            queue.extend(_modules(path.read_text(encoding="utf-8")))
    return found


@functools.cache
def _modules(source):
    """Find the files of the package's modules that source code imports."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            package, *inner = name.split(".")
            path = PACKAGE.joinpath(*inner).with_suffix(".py")
            if package == PACKAGE.name and inner and path.exists():
                found.append(path)
    return found


def _behaviour(source):
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
