"""Draw the figures of the chapters and of the API: ``python docs/diagrams.py FOLDER``."""

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
    flow,
    gan,
    gan_inpainting,
    introduction,
    loss_design,
    package,
    related_work,
    style,
    training,
    vae,
)

from inpainting_guide.common import files

FIGURES = (
    introduction.problem,
    introduction.worked_example,
    introduction.how_often_missing,
    introduction.two_means,
    classical_methods.membrane_and_plate,
    related_work.context_encoder,
    related_work.dilated_convolution,
    related_work.partial_convolution,
    related_work.gated_convolution,
    related_work.repaint_schedule,
    feedforward.neuron_and_layer,
    feedforward.activations_and_slopes,
    feedforward.numbers_on_the_wires,
    feedforward.back_propagation,
    training.descent_in_a_valley,
    training.learning_a_curve,
    training.overfitting,
    training.warm_up_and_cosine,
    convolution.convolution_by_hand,
    convolution.convolution,
    convolution.bars_and_steps,
    convolution.what_counts_in_the_field,
    convolution.classification_and_inpainting,
    convolution.same_padding,
    direct_cnn.receptive_field,
    direct_cnn.corner_hole,
    direct_cnn.at_the_hole,
    direct_cnn.direct_cnn,
    autoencoders.autoencoder,
    autoencoders.transposed_by_hand,
    autoencoders.transposed_taps,
    autoencoders.autoencoder_paths,
    autoencoders.skip_connections,
    autoencoders.skip_reach,
    blur.blur_of_edges_and_lines,
    blur.blur_perception_distortion,
    blur.blur_sliced_distance,
    blur.blur_total_variation,
    vae.two_directions,
    vae.three_encoders,
    vae.evidence_bound,
    vae.reparameterisation,
    vae.water_level,
    vae.rate_and_distortion,
    vae.filling_by_turns,
    cvae.two_peaks,
    cvae.when_two_answers_pay,
    cvae.printed_cvae,
    cvae.cvae_training_and_test,
    flow.flow_of_two_answers,
    gan.best_discriminator,
    gan.three_rulers,
    gan.generator_losses,
    gan.bilinear_game,
    gan.distances_apart,
    gan_inpainting.single_answer,
    gan_inpainting.mended_game,
    gan_inpainting.printed_game,
    gan_inpainting.weight_of_the_game,
    experiments.network_shapes,
    loss_design.what_losses_do,
    package.rooms,
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
    wanted = {f"{draw.__name__}.svg" for draw in FIGURES}
    for path in folder.glob("*.svg"):
        if path.name not in wanted:
            path.unlink()
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
