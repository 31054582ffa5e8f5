"""Showing code and tables: as a page of the site, in a notebook, or as text in a terminal."""

import ast
import html
import inspect
import numbers
import os
import sys
import textwrap

from inpainting_guide.common import arguments, console
from inpainting_guide.measuring.quantities import Quantity, written

LONG = 6
"""Rows from which on a table can be sorted."""

pending: list[str] = []
"""What a page has shown since its last block, as reStructuredText, until the site takes it."""


def show_code(*functions):
    """Show the code of functions, without their docstrings, which the API reference has.

    Parameters
    ----------
    *functions : callable
        Functions or methods of plain Python.
    """
    source = "\n\n\n".join(map(listing, functions))
    block = textwrap.indent(source, "    ")
    _show(source, f".. code-block:: python\n\n{block}\n", markdown=f"```python\n{source}\n```")


def listing(function):
    """Return a function's source without its docstring.

    Parameters
    ----------
    function : callable
        A function or a method of plain Python, or one that `tf.function` compiles.

    Returns
    -------
    str
        Its lines as they stand in the file, from the margin on.
    """
    source = inspect.getsource(inspect.unwrap(function))
    lines = textwrap.dedent(source).rstrip().splitlines()
    first = ast.parse("\n".join(lines)).body[0].body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        del lines[first.lineno - 1 : first.end_lineno]
    return "\n".join(lines)


def show_table(rows, titles=None):
    """Show a table: on the site and in a notebook as HTML, in a terminal as text.

    Parameters
    ----------
    rows : dict of str to dict
        By the row's name, the cells by their column's key: a
        `inpainting_guide.measuring.quantities.Quantity`, a whole number, a float, or a string. A
        row may lack some.
    titles : dict of str to str, optional
        The columns to show, in their order, each with its title. By default all, with their keys.

    Raises
    ------
    ValueError
        If there are no rows.
    """
    arguments.some("rows", rows)
    titles = titles or {key: key for row in rows.values() for key in row}
    table = as_html(rows, titles)
    raw = f".. raw:: html\n\n{textwrap.indent(table, '    ')}\n"
    _show(as_text(rows, titles), raw, html=table)


def as_text(rows, titles):
    """Lay out a table as text.

    Parameters
    ----------
    rows, titles
        As for `show_table`.

    Returns
    -------
    str
        Columns as wide as they need be, aligned on the right.
    """
    cells = [["", *titles.values()]]
    cells += [[name, *(_cell(row.get(key, "")) for key in titles)] for name, row in rows.items()]
    first, *widths = (max(map(len, column)) for column in zip(*cells, strict=True))
    return "\n".join(
        (f"{name:{first}}" + "".join(f"  {c:>{w}}" for c, w in zip(row, widths, strict=True)))
        .rstrip()
        for name, *row in cells
    )  # fmt: skip


def as_html(rows, titles):
    """Lay out a table as HTML.

    Parameters
    ----------
    rows, titles
        As for `show_table`.

    Returns
    -------
    str
        A ``<table>``; intervals stand in ``<small>``, and ``data-sort`` has the plain number, by
        which a click on a column's title sorts a long table.
    """
    heads = "".join(f'<th scope="col">{html.escape(title)}</th>' for title in titles.values())
    # Sorted, an empty cell comes last: it is no 0.
    kind = "results sortable n-last" if len(rows) >= LONG else "results"
    lines = [f'<table class="{kind}">', f"<thead><tr><td></td>{heads}</tr></thead>", "<tbody>"]
    for name, row in rows.items():
        cells = "".join(_html_cell(row.get(key, "")) for key in titles)
        lines.append(f'<tr><th scope="row">{html.escape(name)}</th>{cells}</tr>')
    return "\n".join([*lines, "</tbody>", "</table>"])


def _cell(value):
    if isinstance(value, Quantity):
        return f"{value} ({value.interval})" if value.interval else str(value)
    return _plain(value)


def _html_cell(value):
    number = value.value if isinstance(value, Quantity) else value
    attribute = "" if isinstance(number, str) else f' data-sort="{number:.6g}"'
    text = html.escape(str(value) if isinstance(value, Quantity) else _plain(value))
    if isinstance(value, Quantity) and value.interval:
        text += f" <small>{html.escape(value.interval)}</small>"
    return f"<td{attribute}>{text}</td>"


def _plain(value):
    if isinstance(value, str):
        return value
    return written(value, "count" if isinstance(value, numbers.Integral) else "")


def _show(text, restructured, **formats):
    """Show something where this process shows things."""
    if os.environ.get("INPAINTING_GUIDE_RESULTS"):
        pending.append(restructured)
    elif "ipykernel" in sys.modules:
        from IPython.display import display

        kinds = {f"text/{kind}": content for kind, content in formats.items()}
        display(kinds | {"text/plain": text}, raw=True)
    else:
        console.say(text)
