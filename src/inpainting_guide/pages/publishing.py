"""What a page hands on to the site: numbers for the chapters to quote, tables to download."""

import csv
import dataclasses
import os
from pathlib import Path

import numpy as np

from inpainting_guide.common import files
from inpainting_guide.measuring.quantities import Quantity


def publish(page, **results):
    """Keep the numbers that a page measured, for the chapters of the same site to quote.

    A build of the site names the folder in the environment variable
    ``INPAINTING_GUIDE_RESULTS``. Without it, when a script runs alone, nothing is kept.

    Parameters
    ----------
    page : str
        Name of the gallery script, without ``.py``.
    **results : dict
        By the key under which chapters quote them: quantities, numbers, strings, by their names.
    """
    if path := _result_file(f"{page}.json"):
        files.write_json(path, plain(results))


def plain(results):
    """Turn quantities, wherever they stand, into what JSON can hold.

    Parameters
    ----------
    results : dict, list, or anything that JSON can hold

    Returns
    -------
    dict, list, or anything that JSON can hold
        A quantity as a dict of its attributes.
    """
    if isinstance(results, Quantity):
        return plain(dataclasses.asdict(results))
    if isinstance(results, dict):
        return {key: plain(value) for key, value in results.items()}
    if isinstance(results, list | tuple):
        return [plain(value) for value in results]
    return results.item() if isinstance(results, np.generic) else results


def publish_table(page, rows):
    """Keep a page's whole table as a CSV file, for readers to download.

    Like `publish`, it keeps nothing when a script runs alone.

    Parameters
    ----------
    page : str
        Name of the gallery script, without ``.py``.
    rows : dict of str to dict
        By the row's name, cells by the column's name, as for
        `inpainting_guide.pages.showing.show_table`. A quantity with an interval has two more
        columns, whose names end in ``_low`` and ``_high``.

    Raises
    ------
    ValueError
        If there are no rows.
    """
    lines = []
    for name, row in rows.items():
        line = {"name": name}
        for key, cell in row.items():
            if isinstance(cell, Quantity):
                line[key] = cell.value
                if cell.low is not None:
                    line |= {f"{key}_low": cell.low, f"{key}_high": cell.high}
            else:
                line[key] = cell
        lines.append(line)
    if not lines:
        raise ValueError("a table of no rows: expected at least one.")
    columns = list(dict.fromkeys(key for line in lines for key in line))
    if path := _result_file(f"{page}.csv"):
        with (
            files.replacing(path) as unfinished,
            unfinished.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(lines)


def _result_file(name):
    """Return where a build of the site wants a result; None when a script runs alone."""
    if folder_name := os.environ.get("INPAINTING_GUIDE_RESULTS"):
        path = Path(folder_name) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
    return None
