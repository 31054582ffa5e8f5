"""Every method of the tutorial, filling the same holes under one name each."""

from typing import NamedTuple

from inpainting_guide import classical, filling, metrics, plausibility, protocol, store, wasserstein

FAMILIES = ("classical", "squared error", "variational", "adversarial")
"""What a method goes by: no learning, squared error, a latent variable, a discriminator."""

SAMPLES = 16
"""Samples in the conditional VAE's mean of several."""


class Method(NamedTuple):
    """A method and what was trained for it.

    Attributes
    ----------
    name : str
        What tables and figures show.
    family : str
        One of `FAMILIES`.
    trained : tuple of str
        Names in the store of all that was trained for it, one after the other; the last one
        fills the holes. Empty for classical methods.
    """

    name: str
    family: str
    trained: tuple[str, ...] = ()


METHODS = {
    **{
        name.lower().replace(" ", "_").replace("–", "_"): Method(name, "classical")
        for name in classical.METHODS
    },
    "direct_cnn": Method("direct CNN", "squared error", ("direct_cnn",)),
    "autoencoder": Method("autoencoder", "squared error", ("autoencoder",)),
    "unet": Method("U-Net", "squared error", ("unet",)),
    "patch_autoencoder": Method("patch", "squared error", ("patch_autoencoder",)),
    "cvae_as_printed": Method("CVAE as printed", "variational", ("cvae_as_printed",)),
    "cvae": Method("CVAE prior mean", "variational", ("cvae",)),
    "cvae_sample": Method("CVAE one sample", "variational", ("cvae",)),
    "cvae_mean_of_16": Method("CVAE mean of 16", "variational", ("cvae",)),
    "gan_autoencoder_generator": Method(
        "GAN autoencoder", "adversarial", ("gan_autoencoder_generator",)
    ),
    "gan_as_printed": Method("GAN as printed", "adversarial", ("gan_as_printed",)),
    "gan": Method("GAN mended", "adversarial", ("unet", "gan")),
    "global_and_local": Method(
        "global and local",
        "adversarial",
        ("completion_network", "global_and_local_discriminators", "global_and_local"),
    ),
}
"""The methods by the key under which the page publishes their numbers."""


def load():
    """Load all networks that fill holes from the store.

    Returns
    -------
    dict of str to keras.Model
        By their names in the store.

    Raises
    ------
    FileNotFoundError
        If one was not trained: it is named with the script that trains it.
    """
    return {m.trained[-1]: store.load(m.trained[-1]) for m in METHODS.values() if m.trained}


def fill(networks, task, only=None):
    """Fill a task with every method.

    Parameters
    ----------
    networks : dict of str to keras.Model
        From `load`; needed are those of the methods that fill.
    task : protocol.Task
    only : collection of str, optional
        Names of the methods that are to fill; by default all.

    Returns
    -------
    dict of str to ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        By the methods' names, in the order of `METHODS`. The conditional VAE draws its samples
        with seed 0; its one sample is the first.

    Raises
    ------
    ValueError
        If there is no method of a name.
    """
    names = [method.name for method in METHODS.values()]
    if unknown := set(only or ()).difference(names):
        raise ValueError(f"no method {', '.join(unknown)}: choose from {', '.join(names)}.")
    fills, samples = {}, None
    for key, method in METHODS.items():
        if only is not None and method.name not in only:
            continue
        question = task.incomplete, task.location_map
        if not method.trained:
            fills[method.name] = classical.METHODS[method.name](*question)
        elif key in ("cvae_sample", "cvae_mean_of_16"):
            if samples is None:
                samples = networks["cvae"].samples(*question, count=SAMPLES)
            fills[method.name] = samples[0] if key == "cvae_sample" else samples.mean(axis=0)
        else:
            fills[method.name] = filling.fill(networks[method.trained[-1]], *question)
    return fills


def cost(method):
    """Look up in the store what a method cost to train.

    Parameters
    ----------
    method : Method

    Returns
    -------
    parameters : int
        Of the network that fills, with all that is trained along with it: a discriminator, a
        recognition network. 0 without training.
    seconds : float
        Of all its trainings, one after the other.

    Raises
    ------
    FileNotFoundError, ValueError
        If one of them is not in the store, or its record is damaged.
    """
    records = [store.read_record(store.newest(name)) for name in method.trained]
    seconds = sum((record["seconds"] for record in records), 0.0)
    return (records[-1]["parameters"] if records else 0), seconds


def measure(fills, task, scores):
    """Join for every method the measures that are averages over images.

    Parameters
    ----------
    fills : dict of str to ndarray of float, shape (n, height, width, 3)
        By the methods' names.
    task : protocol.Task
    scores : dict of str to protocol.Scores
        Of the same fills.

    Returns
    -------
    dict of str to dict of str to metrics.Estimate
        For every method those of `inpainting_guide.protocol.Scores.summary`, ``sharpness`` and
        ``seam``.
    """
    measured = {}
    for name, filled in fills.items():
        arguments = task.images, filled, task.location_map
        measured[name] = scores[name].summary() | {
            "sharpness": plausibility.sharpness_ratio(*arguments),
            "seam": plausibility.seam_ratio(*arguments),
        }
    return measured


def gains(fills, task, baseline="autoencoder"):
    """Subtract the PSNRs of one method from those of the others, hole by hole.

    Parameters
    ----------
    fills : dict of str to ndarray of float, shape (n, height, width, 3)
        By the methods' names.
    task : protocol.Task
    baseline : str
        Name of the method that the others are compared with.

    Returns
    -------
    gained : dict of str to metrics.Estimate
        Decibels, averaged over the images.
    wins : dict of str to float
        The share of images on which the method has the smaller squared error.

    Raises
    ------
    ValueError
        If there is no such baseline.
    """
    if baseline not in fills:
        raise ValueError(f"no method {baseline!r}: choose one of {', '.join(fills)}.")
    errors = {n: metrics.squared_error(task.images, f, task.location_map) for n, f in fills.items()}
    psnr = {name: metrics.psnr(error) for name, error in errors.items()}
    gained = {name: metrics.mean(values - psnr[baseline]) for name, values in psnr.items()}
    return gained, {name: float((e < errors[baseline]).mean()) for name, e in errors.items()}


def psnr(networks, images, location_map, names):
    """Fill holes of any kind with some methods, and measure them.

    Parameters
    ----------
    networks : dict of str to keras.Model
        From `load`.
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
    location_map : ndarray of float32, shape (n, height, width, 1)
    names : collection of str
        Names of the methods.

    Returns
    -------
    dict of str to float
        The PSNR of the mean squared error, in decibels, by the methods' names.
    """
    fills = fill(networks, protocol.Task(images, location_map), names)
    errors = {name: metrics.squared_error(images, fills[name], location_map) for name in names}
    return {name: float(metrics.psnr(error.mean())) for name, error in errors.items()}


def distance(values, floor):
    """Average a distance over its splits, with the interval of its difference from the floor.

    Parameters
    ----------
    values, floor : ndarray of float, shape (splits,)
        Of a method and of the photographs, from one call of
        `inpainting_guide.wasserstein.distances`.

    Returns
    -------
    metrics.Estimate
        The mean, and the ends of `inpainting_guide.wasserstein.difference`'s interval, moved up
        by the floor's mean. The floor has no interval.

    Raises
    ------
    ValueError
        If the shapes differ, or there are fewer than two splits.
    """
    above = wasserstein.difference(values, floor)
    return metrics.Estimate(*(float(floor.mean()) + end for end in above))
