"""What chapters quote that no page computes alone: differences, and shares in per cent.

A difference is taken of the numbers themselves: that of two rounded ones can be off by 0.01.
"""

from inpainting_guide.measuring.quantities import written

CARS = 5_000
BATCH = 50
NOTEBOOKS = {
    "direct_cnn": (50 + 100) * CARS,
    "autoencoder": 100 * CARS,
    "patch_autoencoder": 100 * CARS,
    "cvae_as_printed": 300 * CARS,
    "gan_autoencoder_generator": 20_000 * BATCH,
    "gan_as_printed": 20_000 * BATCH,
}
"""Images that the thesis author's notebooks trained on: passes over the cars, or batches.

Read in the folder "Image Fill" of github.com/nji3/Deep_Learning_Study_Tutorial, as it was on 2
July 2019. Of the two games one run is kept there, that of the direct generator.
"""

GAINS = {
    "autoencoder_over_direct": ("autoencoder.psnr_of_mean", "direct_cnn.psnr_of_mean"),
    "unet_over_autoencoder": ("unet.psnr_of_mean", "autoencoder.psnr_of_mean"),
    "transposed_end": ("endings.hole_transposed", "endings.hole_convolution"),
    "transposed_end_border": ("endings.outermost_transposed", "endings.outermost_convolution"),
    "patch_over_autoencoder": ("patch_autoencoder.psnr_of_mean", "autoencoder.psnr_of_mean"),
    "cvae_printed_over_autoencoder": ("cvae_as_printed.psnr_of_mean", "autoencoder.psnr_of_mean"),
    "cvae_over_printed": ("cvae.psnr_of_mean", "cvae_as_printed.psnr_of_mean"),
    "direct_over_autoencoder_generator": (
        "gan_as_printed.psnr_of_mean",
        "gan_autoencoder_generator.psnr_of_mean",
    ),
    "gan_over_printed": ("gan.psnr_of_mean", "gan_as_printed.psnr_of_mean"),
    "discriminator_as_printed": (
        "gan_as_printed.psnr_of_mean",
        "gan_as_printed_alpha_0.psnr_of_mean",
    ),
}
"""What is compared: the first's decibels minus the second's, with their sign."""

GAPS = {
    "frozen_gap": (
        "patch_autoencoder_frozen.training_psnr",
        "patch_autoencoder_frozen.psnr_of_mean",
    ),
    "fresh_gap": ("patch_autoencoder.training_psnr", "patch_autoencoder.psnr_of_mean"),
}
"""The same, without a sign."""


def claims(quoted):
    """Compute the differences from the published numbers.

    Parameters
    ----------
    quoted : dict
        What the pages published.

    Returns
    -------
    dict of str to str
        Decibels, the classifier's shares, and for each network of the thesis the images of the
        notebook and how many times ours that is; without those whose pages have not run.
    """
    found = {}
    for name, (first, second) in GAINS.items():
        if (one := find(quoted, first)) and (other := find(quoted, second)):
            found[name] = f"{(one - other).signed} dB"
    for name, (first, second) in GAPS.items():
        if (one := find(quoted, first)) and (other := find(quoted, second)):
            found[name] = f"{one - other} dB"
    for name, images in NOTEBOOKS.items():
        found[f"notebook_{name}"] = f"{images:,}"
        if ours := find(quoted, f"{name}.images"):
            found[f"ratio_{name}"] = written(images / ours, "times")
    for name, method in quoted.get("comparison", {}).items():
        # A page that runs alone has not asked the classifier.
        found[f"told_{name}"] = str(method.get("strong", "–"))
    if reached := find(quoted, "patch_autoencoder_frozen.training_psnr"):
        found["frozen_training_psnr"] = f"{reached} dB"
    return found


def find(quoted, key):
    """Find a published number by its key, as in "gan.psnr_of_mean"; None if it is not there."""
    page, name = key.split(".")
    return quoted.get(page, {}).get(name)
