"""Sheets of images: batches in rows, fills with their holes marked and enlarged."""

import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide.common import arguments
from inpainting_guide.pages.figures import STYLE, WIDTH, finish, panel, show_image

COLUMNS = 4
"""Images across a sheet: each is 85 pixels wide on a phone, 170 on a page."""

CARS = COLUMNS // 2
"""Cars across a sheet of fills: each whole, and beside it its hole enlarged."""

MARGIN = 4
"""Pixels around a hole that its enlargement shows."""

GAP, LABEL = 0.06, 0.28
"""Between two images, and the height of what stands above one, in inches."""


def contact_sheet(rows, columns=None, location_map=None):
    """Show batches of images, a row each, so that one image's fills stand under one another.

    Parameters
    ----------
    rows : dict of str to ndarray of float, shape (n, height, width, 3), values in [0, 1]
        By the label of the row; or a list of pairs of both, if a label comes back. `COLUMNS`
        images fit the width of a page.
    columns : list of str, optional
        What to write under the columns.
    location_map : ndarray, shape (n, height, width, 1), optional
        Of the images in a row: corners mark where their holes are, or were.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no rows, no images, or not equally many of them, and maps, in each row.
    """
    arguments.some("rows", rows)
    labels, batches = zip(*(rows.items() if isinstance(rows, dict) else rows), strict=True)
    count = len(batches[0])
    if not count or any(len(images) != count for images in batches):
        raise ValueError(
            f"rows of {', '.join(str(len(images)) for images in batches)} images: expected equally "
            "many in each, at least one."
        )
    maps = [None] * count if location_map is None else location_map
    if len(maps) != count:
        raise ValueError(f"{len(maps)} location maps for rows of {count} images: one for each.")
    across = max(count, COLUMNS)  # a few images are not to be blown up to the width of a page
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(labels), across, figsize=(WIDTH, 1.25 * WIDTH / across * len(labels)), squeeze=False
        )
        for axis in grid[:, count:].flat:
            axis.set_axis_off()
        for axes, label, images in zip(grid[:, :count], labels, batches, strict=True):
            for axis, image, known in zip(axes, images, maps, strict=True):
                show_image(axis, image, known)
            # Above the row, not beside it: on a phone the images need the whole width.
            axes[0].set_title(label, loc="left", pad=3)
        for axis, text in zip(grid[-1], columns or [], strict=False):
            axis.set_xlabel(text)
        return finish(figure, f"{count} images a row; from top to bottom: {'; '.join(labels)}")


def fill_sheet(task, fills, chosen=None, columns=None):
    """Show what several methods made of the same holes, between the question and the answer.

    Each car stands there whole, and beside it the surroundings of its hole, enlarged. Corners mark
    where the hole is, or was.

    Parameters
    ----------
    task : protocol.Task
    fills : dict of str to ndarray of float, shape (n, height, width, 3)
        Fills of the whole task, by the method's name.
    chosen : sequence of int, optional
        Which images to show. By default `CARS` of them, drawn at random: the same in every figure
        of a task. Of more, the first `CARS` come with all their fills, then the next.
    columns : list of str, optional
        What to write above the chosen images.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If no images are chosen.
    """
    if chosen is None:
        count = len(task.images)
        chosen = np.random.default_rng(1).choice(count, min(CARS, count), replace=False)
    arguments.some("images", chosen)
    rows = [("incomplete", task.incomplete), *fills.items(), ("photograph", task.images)]
    blocks = [chosen[start : start + CARS] for start in range(0, len(chosen), CARS)]
    texts = iter(columns or [])
    side = (WIDTH - 3 * CARS * GAP) / COLUMNS
    block_height = len(rows) * (LABEL + side + GAP) + 3 * GAP
    with plt.rc_context(STYLE):
        figure = plt.figure(figsize=(WIDTH, len(blocks) * block_height - 2 * GAP), layout="none")
        for number, block in enumerate(blocks):
            for column, index in enumerate(block):
                left = GAP + column * (2 * side + 3 * GAP)
                text = next(texts, "")
                for row, (label, images) in enumerate(rows):
                    top = number * block_height + row * (LABEL + side + GAP) + LABEL
                    whole = panel(figure, left, top, side)
                    close = panel(figure, left + side + GAP, top, side)
                    show_image(whole, images[index], task.location_map[index])
                    show_image(close, images[index], task.location_map[index], MARGIN)
                    if not column:
                        whole.set_title(label, loc="left", pad=5)
                    if not row:
                        close.set_title(text, loc="right", pad=5)
        return finish(
            figure,
            f"{len(chosen)} images, each whole and its hole enlarged; from top to bottom: "
            f"{'; '.join(label for label, _ in rows)}",
        )


def before_and_after(task, filled, index, name):
    """Show one image with its hole, how it was filled, and the photograph: a page's thumbnail.

    Parameters
    ----------
    task : protocol.Task
    filled : ndarray of float, shape (n, height, width, 3)
        Fills of the whole task.
    index : int
        Which image to show.
    name : str
        Of the method.

    Returns
    -------
    matplotlib.figure.Figure
        The incomplete image; below it the photograph and to the right, large, the fill, both
        around the hole. In the shape of the gallery's thumbnails, legible at their size.
    """
    large, height = 2.8, 2.8 + LABEL + GAP  # inches
    small = (height - 2 * LABEL - 2 * GAP) / 2
    with plt.rc_context(STYLE):
        figure = plt.figure(figsize=(small + large + 5 * GAP, height), layout="none")
        for title, images, left, top, side in (
            ("incomplete", task.incomplete, GAP, LABEL, small),
            ("photograph", task.images, GAP, LABEL + small + GAP + LABEL, small),
            (name, filled, small + 4 * GAP, LABEL, large),
        ):
            axis = panel(figure, left, top, side)
            margin = None if title == "incomplete" else MARGIN
            show_image(axis, images[index], task.location_map[index], margin)
            axis.set_title(title, loc="left", pad=5)
        return finish(figure, f"An image with its hole; {name}, enlarged; the photograph, enlarged")
