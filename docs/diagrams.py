"""Draw the chapters' figures: ``python docs/diagrams.py FOLDER``."""

import io
import os
import sys
from pathlib import Path

import matplotlib
from drawings import (
    classical_methods,
    convolution,
    direct_cnn,
    feedforward,
    introduction,
    related_work,
    style,
)

FIGURES = (
    introduction.problem,
    classical_methods.membrane_and_plate,
    related_work.partial_convolution,
    feedforward.neuron_and_layer,
    feedforward.back_propagation,
    convolution.convolution,
    convolution.classification_and_inpainting,
    convolution.same_padding,
    direct_cnn.receptive_field,
    direct_cnn.corner_hole,
    direct_cnn.direct_cnn,
)


def draw_all(folder):
    """Draw every figure into a folder, as SVG files named for their functions.

    A file whose content would stay the same is left alone, with its date.

    Parameters
    ----------
    folder : path-like
        Created if it does not exist.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for draw in FIGURES:
        _replace(folder / f"{draw.__name__}.svg", svg(draw))


def svg(draw):
    """Draw one figure as an SVG document: the same bytes every time.

    Parameters
    ----------
    draw : callable
        One of `FIGURES`: takes nothing and returns a Matplotlib figure.

    Returns
    -------
    bytes
    """
    document = io.BytesIO()
    with matplotlib.rc_context(style.SETTINGS):
        draw().savefig(document, format="svg", metadata={"Date": None, "Creator": None})
    return document.getvalue()


def _replace(path, content):
    """Write a file under a temporary name and rename it, unless it holds the content already."""
    if path.exists() and path.read_bytes() == content:
        return
    unfinished = path.with_name(f"{os.getpid()}-unfinished-{path.name}")
    unfinished.write_bytes(content)
    unfinished.replace(path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python docs/diagrams.py FOLDER")
    draw_all(sys.argv[1])
