"""Draw the chapters' figures: ``python docs/diagrams.py FOLDER``."""

import io
import sys
from pathlib import Path

import matplotlib
from drawings import (
    autoencoders,
    blur,
    classical_methods,
    convolution,
    cvae,
    direct_cnn,
    experiments,
    feedforward,
    gan,
    introduction,
    related_work,
    style,
    vae,
)

from inpainting_guide.common import files

FIGURES = (
    introduction.problem,
    classical_methods.membrane_and_plate,
    related_work.dilated_convolution,
    related_work.partial_convolution,
    feedforward.neuron_and_layer,
    feedforward.back_propagation,
    convolution.convolution,
    convolution.classification_and_inpainting,
    convolution.same_padding,
    direct_cnn.receptive_field,
    direct_cnn.corner_hole,
    direct_cnn.direct_cnn,
    autoencoders.autoencoder,
    autoencoders.transposed_taps,
    autoencoders.skip_connections,
    blur.blur_of_edges_and_lines,
    blur.blur_perception_distortion,
    blur.blur_sliced_distance,
    vae.evidence_bound,
    vae.reparameterisation,
    vae.water_level,
    cvae.printed_cvae,
    cvae.cvae_training_and_test,
    gan.generator_losses,
    gan.bilinear_game,
    gan.printed_game,
    gan.mended_game,
    experiments.network_shapes,
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
    with files.replacing(path) as unfinished:
        unfinished.write_bytes(content)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python docs/diagrams.py FOLDER")
    draw_all(sys.argv[1])
