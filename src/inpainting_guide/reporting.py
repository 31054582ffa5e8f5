"""Estimates as prose, as columns of a file and as a table of text."""

import math

from inpainting_guide import arguments

PLACES = {"psnr_of_mean": 2, "mean_psnr": 2, "l1": 3, "ssim": 3, "raw": 1, "laplacian": 1}
"""Places behind the point in prose, for every measure that needs other than two."""


def quotable(estimates):
    """Format the measures of one method for prose.

    Parameters
    ----------
    estimates : dict of str to metrics.Estimate
        By the measure's name.

    Returns
    -------
    dict of str to str
        The values; each key also with ``_interval`` behind it, for instance "0.52 to 0.61".
    """
    quoted = {}
    for name, (value, low, high) in estimates.items():
        places = PLACES.get(name, 2)
        quoted[name] = f"{value:.{places}f}"
        quoted[f"{name}_interval"] = f"{low:.{places}f} to {high:.{places}f}"
    return quoted


def rounded(value, digits=2):
    """Write a positive number with as many places as it deserves.

    Parameters
    ----------
    value : float
    digits : int
        How many digits are not noise.

    Returns
    -------
    str
        For instance "0.0031", "4.2", "1,500".

    Raises
    ------
    ValueError
        If the number is not positive, or `digits` no whole number from 1.
    """
    arguments.whole(digits=digits)
    if not 0 < value < math.inf:
        raise ValueError(f"{value} cannot be rounded to {digits} digits: expected more than 0.")
    value = float(f"{value:.{digits - 1}e}")
    return f"{value:,.{max(0, digits - 1 - math.floor(math.log10(value)))}f}"


def per_cent(share):
    """Write a share in whole per cent.

    Parameters
    ----------
    share : float
        Between 0 and 1.

    Returns
    -------
    str
        For instance "57 %".

    Raises
    ------
    ValueError
        If it lies outside [0, 1].
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share of {share}: expected a number between 0 and 1.")
    return f"{100 * share:.0f} %"


def spread_out(estimates, names):
    """Give some measures of a method three columns each, with full precision: for a CSV file.

    Parameters
    ----------
    estimates : dict of str to metrics.Estimate
    names : sequence of str
        The measures; one that was not measured has empty columns.

    Returns
    -------
    dict of str to float or str
        For each measure its name, and its name with ``_low`` and ``_high`` behind it.
    """
    columns = {}
    for name in names:
        ends = estimates.get(name, ("", "", ""))
        columns |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
    return columns


def table(rows, form=".2f", titles=None):
    """Lay out a table as text.

    Parameters
    ----------
    rows : dict of str to dict of str to metrics.Estimate or str
        The cells by the row's name and the column's title; a row may lack some.
    form : str
        How the numbers of an estimate are written, as Python's ``format`` has it.
    titles : dict of str to str, optional
        The columns to show, in their order, each with another title. By default all, with
        their own.

    Returns
    -------
    str
        Columns as wide as they need be, aligned on the right. An estimate is written with its
        interval, for instance "0.56 (0.52 to 0.61)".

    Raises
    ------
    ValueError
        If there are no rows.
    """
    arguments.some("rows", rows)
    cells = {
        name: {title: cell if isinstance(cell, str) else _interval(cell, form)
               for title, cell in row.items()}
        for name, row in rows.items()
    }  # fmt: skip
    titles = titles or {title: title for row in cells.values() for title in row}
    widths = {
        key: max(len(text) for text in (title, *(row.get(key, "") for row in cells.values())))
        for key, title in titles.items()
    }
    first = max(map(len, cells))
    lines = [f"{'':{first}}" + "".join(f"  {titles[key]:>{w}}" for key, w in widths.items())]
    for name, row in cells.items():
        line = "".join(f"  {row.get(key, ''):>{width}}" for key, width in widths.items())
        lines.append(f"{name:{first}}{line}".rstrip())
    return "\n".join(lines)


def _interval(estimate, form):
    value, low, high = (format(number, form) for number in estimate)
    return f"{value} ({low} to {high})"
