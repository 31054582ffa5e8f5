"""What a page hands on to the site: numbers to quote, tables to download, fills to choose from."""

import csv
import json
import os
import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from inpainting_guide.common import arguments, files, machine
from inpainting_guide.measuring import metrics
from inpainting_guide.measuring.quantities import Quantity, plain, written
from inpainting_guide.pages import showing
from inpainting_guide.pages.figures import QUICK_DPI, extent
from inpainting_guide.pages.sheets import MARGIN

CARS = 24
"""Cars that the readers of the site can choose from."""

CHOOSER = """\
.. raw:: html

    <link rel="stylesheet" href="../_static/browser/browser.css">
    <div class="try chooser" hidden>
    <script type="application/json">
{choices}
    </script>
    <script src="../_static/browser/chooser.js"></script>
    </div>
"""
"""What stands on a page of the gallery: data alone, and the program that shows them."""

PICTURE_DPI = 208
"""Resolution of pictures for chapters: twice what they are shown in."""


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
    arguments.some("rows", rows)
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
    columns = list(dict.fromkeys(key for line in lines for key in line))
    if path := _result_file(f"{page}.csv"):
        with (
            files.replacing(path) as unfinished,
            unfinished.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(lines)


def publish_fills(page, task, fills, families, chosen):
    """Let the readers of the site choose methods and cars, and see the fills side by side.

    The choice stands above the figures of the same block. A browser that runs programs shows it in
    place of the first of them, which remains for all others. Like `publish`, it keeps nothing when
    a script runs alone.

    Parameters
    ----------
    page : str
        Name of the gallery script, without ``.py``.
    task : protocol.Task
        Readers choose from its first `CARS` images.
    fills : dict of str to ndarray of float, shape (n, size, size, 3)
        Fills of the whole task, by the method's name.
    families : dict of str to str
        What kind of method each is.
    chosen : collection of str
        Names of the methods that are shown at first.

    Raises
    ------
    ValueError
        If there are no fills, a method has no family, one that is chosen has no fills, or fills
        are not such as `inpainting_guide.measuring.metrics.squared_error` asks for.
    """
    arguments.some("methods", fills)
    for name in chosen:
        arguments.one_of("method", name, fills)
    task, methods = task[:CARS], []
    layers = {"photograph": task.images, "incomplete": task.incomplete}
    for name, filled in fills.items():
        arguments.one_of("method with a family", name, families)
        layers[name] = filled[:CARS]
        error = metrics.squared_error(task.images, layers[name], task.location_map)
        decibels = [written(value, "dB") for value in metrics.psnr(error)]
        method = {"name": name, "family": families[name], "chosen": name in chosen}
        methods.append(method | {"psnr": decibels})
    if not (path := _result_file(f"site/{page}.png")):
        return
    # One row for each layer, one column for each car. Known pixels stand in the photographs
    # alone, and are transparent elsewhere: a file of a quarter of the size.
    rows = []
    for name, images in layers.items():
        opaque = (task.location_map == 0) | (name == "photograph")
        row = np.concatenate([np.clip(images, 0, 1), np.ones_like(task.location_map)], axis=-1)
        # What a fill says of known pixels may be anything, NaN too.
        rows.append(np.hstack(np.uint8(np.round(np.where(opaque, 255 * row, 0)))))
    with files.replacing(path) as unfinished:
        Image.fromarray(np.vstack(rows)).save(unfinished, optimize=True)
    holes = [sum(extent(location_map), ()) for location_map in task.location_map]
    size = task.images.shape[1]
    choices = {"wall": f"../{path.name}", "size": size, "margin": MARGIN, "holes": holes}
    text = json.dumps(choices | {"methods": methods}, ensure_ascii=False).replace("<", r"\u003c")
    showing.pending.append(CHOOSER.format(choices=textwrap.indent(text, "    ")))


def publish_pictures(page, **pictures):
    """Keep pictures of a page, for the chapters of the same site to show.

    A chapter names one as ``/pictures/PAGE.NAME.png``. The figures are closed: one that the same
    block of the script has drawn does not appear on the page itself. Like `publish`, it keeps
    nothing when a script runs alone.

    Parameters
    ----------
    page : str
        Name of the gallery script, without ``.py``.
    **pictures : matplotlib.figure.Figure
        All pictures of the page, by their names: those of an earlier run are removed.
    """
    for figure in pictures.values():
        plt.close(figure)
    if not (results := _result_file(f"{page}.json")):
        return
    paths = {results.with_name(f"{page}.{name}.png"): figure for name, figure in pictures.items()}
    for path, figure in paths.items():
        with files.replacing(path) as unfinished:
            figure.savefig(unfinished, dpi=QUICK_DPI if machine.quick() else PICTURE_DPI)
    for path in set(results.parent.glob(f"{page}.*.png")) - paths.keys():
        path.unlink()


def _result_file(name):
    """Return where a build of the site wants a result; None when a script runs alone."""
    if folder_name := os.environ.get("INPAINTING_GUIDE_RESULTS"):
        path = Path(folder_name) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
    return None
