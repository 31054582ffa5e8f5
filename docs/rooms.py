"""The rooms of the package, and which of them each may import: what their docstrings say."""

import ast
import re

from inpainting_guide.training.digests import PACKAGE

ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
EVERYTHING_BUT = "all rooms but "


def allowed(room):
    """Read in a room's docstring which other rooms it may import.

    Parameters
    ----------
    room : str
        One of `ROOMS`.

    Returns
    -------
    set of str

    Raises
    ------
    ValueError
        If it names what is no other room.
    """
    documented = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text("utf-8")))
    (sentence,) = re.findall(r"^It may import: (.+)\.$", documented, re.MULTILINE)
    if sentence == "nothing of this package":
        return set()
    names = set(re.split(", | and ", sentence.removeprefix(EVERYTHING_BUT)))
    if unknown := names - {*ROOMS} | names & {room}:
        raise ValueError(f"{room} may import {', '.join(unknown)}? Expected of {', '.join(ROOMS)}.")
    return set(ROOMS) - names - {room} if sentence.startswith(EVERYTHING_BUT) else names
