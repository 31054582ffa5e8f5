"""What a page hands on to the site: numbers for the chapters to quote, tables to download."""

import csv
import os
from pathlib import Path

from inpainting_guide import files


def publish(page, results):
    """Keep the numbers that a page measured, for the chapters of the same site to quote.

    A build of the site names the folder in the environment variable
    ``INPAINTING_GUIDE_RESULTS``. Without it, when a script runs alone, nothing is kept.

    Parameters
    ----------
    page : str
        Name of the gallery script, without ``.py``.
    results : dict
        Anything that JSON can hold.
    """
    if path := _result_file(f"{page}.json"):
        files.write_json(path, results)


def publish_table(page, rows):
    """Keep a page's whole table as a CSV file, for readers to download.

    Like `publish`, it keeps nothing when a script runs alone.

    Parameters
    ----------
    page : str
        Name of the gallery script, without ``.py``.
    rows : list of dict
        A line each, all with the same columns.

    Raises
    ------
    ValueError
        If there are no rows, or one has other columns than the first.
    """
    if not rows or any(row.keys() != rows[0].keys() for row in rows):
        raise ValueError(
            f"a table of {len(rows)} rows: expected at least one, all with the same columns."
        )
    if path := _result_file(f"{page}.csv"):
        with (
            files.replacing(path) as unfinished,
            unfinished.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)


def _result_file(name):
    """Return where a build of the site wants a result; None when a script runs alone."""
    if folder_name := os.environ.get("INPAINTING_GUIDE_RESULTS"):
        path = Path(folder_name) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
    return None
