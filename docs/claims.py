"""What chapters quote that no page computes alone: differences, shares in per cent, verdicts.

A difference is taken of the numbers themselves: that of two rounded ones can be off by 0.01.
"""

from drawings.loss_design import LOSSES

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

WORSE = {
    "psnr_of_mean": lambda decibels: -decibels,
    "mean_psnr": lambda decibels: -decibels,
    "l1": lambda error: error,
    "ssim": lambda similarity: -similarity,
    "seam": lambda ratio: abs(ratio - 1),
    "sharpness": lambda ratio: abs(ratio - 1),
    "raw": lambda distance: distance,
    "laplacian": lambda distance: distance,
}
"""How far from the best a loss is, by what `benchmarks/loss_design.py` measures."""


def claims(quoted):
    """Compute the differences from the published numbers.

    Parameters
    ----------
    quoted : dict
        What the pages published.

    Returns
    -------
    dict of str to str
        Decibels, the classifier's shares, for each network of the thesis the images of the
        notebook and how many times ours that is, and the best loss for each goal; without those
        whose pages have not run.
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
    if losses := quoted.get("losses"):
        found |= {f"best_loss_{measure}": best_loss(losses, measure) for measure in WORSE}
    return found


def best_loss(losses, measure):
    """Name the best loss for a goal, if there is one: its seeds must not reach the others'.

    Parameters
    ----------
    losses : dict
        What ``benchmarks/loss_design.py`` has recorded.
    measure : str
        One of `WORSE`.

    Returns
    -------
    str
        The loss whose mean is the best, with the range of its seeds; or "none", with the losses
        whose ranges overlap with that one, or how many they are if they are more than five.
    """

    def described(name):
        return f"{LOSSES[name]} ({losses[name][f'{measure}_range']})"

    reached = {name: losses[name][measure].value for name in LOSSES if name in losses}
    ranges = {name: losses[name][f"{measure}_range"] for name in reached}
    first = min(reached, key=lambda name: WORSE[measure](reached[name]))
    best = max(_how_bad(ranges[first], measure))
    level = [name for name, r in ranges.items() if min(_how_bad(r, measure)) <= best]
    if len(level) == 1:
        return described(first)
    if len(level) > 5:
        return f"none: {len(level)} are level; the best mean has {described(first)}"
    return f"none: level are {', '.join(map(described, level))}"


def _how_bad(reached, measure):
    """Return how bad the ends of a range are, and what lies between them if it has the ideal."""
    ends = [WORSE[measure](end) for end in (reached.least, reached.most)]
    ideal = measure in ("seam", "sharpness") and reached.least <= 1 <= reached.most
    return [*ends, 0.0] if ideal else ends


def find(quoted, key):
    """Find a published number by its key, as in "gan.psnr_of_mean"; None if it is not there."""
    page, name = key.split(".")
    return quoted.get(page, {}).get(name)
