"""What chapters quote that no page computes alone: differences, and shares in per cent.

A page publishes ``psnr_of_mean`` as prose, "16.55", and ``psnr_of_mean_unrounded`` as a number. A
difference is taken of the numbers: that of two rounded ones can be off by 0.01.
"""

from inpainting_guide import reporting

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
"""The same, to one place and without a plus sign."""


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
    for comparisons, form in ((GAINS, "{:+.2f} dB"), (GAPS, "{:.1f} dB")):
        for name, pair in comparisons.items():
            if all(_published(quoted, key) for key in pair):
                first, second = (_number(quoted, key) for key in pair)
                # A minus sign, not a hyphen.
                found[name] = form.format(first - second).replace("-", "−")
    for name, images in NOTEBOOKS.items():
        found[f"notebook_{name}"] = f"{images:,}"
        if "images" in quoted.get(name, {}):
            ours = int(quoted[name]["images"].replace(",", ""))
            found[f"ratio_{name}"] = reporting.rounded(images / ours)
    for name, method in quoted.get("comparison", {}).items():
        # A quick build asks the classifier about some methods only.
        strong = method.get("strong")
        found[f"told_{name}"] = reporting.per_cent(float(strong)) if strong else "–"
    if "patch_autoencoder_frozen" in quoted:
        psnr = _number(quoted, "patch_autoencoder_frozen.training_psnr")
        found["frozen_training_psnr"] = f"{psnr:.2f} dB"
    return found


def _published(quoted, key):
    page, name = key.split(".")
    return f"{name}_unrounded" in quoted.get(page, {})


def _number(quoted, key):
    page, name = key.split(".")
    return quoted[page][f"{name}_unrounded"]
