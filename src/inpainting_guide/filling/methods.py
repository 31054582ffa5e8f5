"""Every method of the tutorial, declared once: comparison, command, downloads and site read it.

To add a network: write its function (in the room ``networks``), the script that trains it (in
``gallery``), and its entry in `METHODS`.
"""

from collections.abc import Callable
from typing import NamedTuple

from inpainting_guide.common import arguments
from inpainting_guide.filling import classical
from inpainting_guide.training import store


class Method(NamedTuple):
    """A method and what was trained for it.

    Attributes
    ----------
    name : str
        What tables and figures show.
    family : str
        What it goes by: one of `inpainting_guide.pages.figures.FAMILIES`.
    classical : callable, optional
        ``(incomplete, location_map) -> filled``, of a method that is not trained.
    networks : tuple of str
        Names in the store of all that was trained for it, one after the other, each from the
        weights of the one before; the last one fills the holes.
    script : str
        Of the gallery, which trains the last of them.
    samples : int
        How many samples of the latent a fill is the mean of; 0 for a network without sampling.
    any_size : bool
        Whether it fills images of any size: as it is, built again for their size, or square by
        square. (Of a file that anybody trained its layers tell:
        `inpainting_guide.photographs.models.only_size`.)
    in_browser : bool
        Whether the site runs it in the reader's browser.
    """

    name: str
    family: str
    classical: Callable | None = None
    networks: tuple[str, ...] = ()
    script: str = ""
    samples: int = 0
    any_size: bool = True
    in_browser: bool = False


METHODS = {
    "mean_colour": Method("mean colour", "classical", classical.mean_colour),
    "nearest_car": Method("nearest car", "classical", classical.nearest_car, any_size=False),
    "telea": Method("Telea", "classical", classical.telea),
    "navier_stokes": Method("Navier–Stokes", "classical", classical.navier_stokes),
    "biharmonic": Method("biharmonic", "classical", classical.biharmonic),
    "harmonic": Method("harmonic", "classical", classical.harmonic),
    "direct_cnn": Method(
        "direct CNN",
        "squared error",
        networks=("direct_cnn",),
        script="direct_cnn.py",
        in_browser=True,
    ),
    "autoencoder": Method(
        "autoencoder",
        "squared error",
        networks=("autoencoder",),
        script="autoencoder.py",
        in_browser=True,
    ),
    "unet": Method("U-Net", "squared error", networks=("unet",), script="unet.py", in_browser=True),
    "unet_in_window": Method(
        "U-Net in a window",
        "squared error",
        networks=("unet_in_window",),
        script="how_far_minutes_go.py",
    ),
    "unet_on_strokes": Method(
        "U-Net on strokes",
        "squared error",
        networks=("unet_on_strokes",),
        script="irregular_holes.py",
        in_browser=True,
    ),
    "patch_autoencoder": Method(
        "patch autoencoder",
        "squared error",
        networks=("patch_autoencoder",),
        script="patch_autoencoder.py",
    ),
    "vae": Method(
        "VAE by turns", "variational", networks=("vae",), script="vae.py", any_size=False
    ),
    "cvae_as_printed": Method(
        "CVAE as printed",
        "variational",
        networks=("cvae_as_printed",),
        script="cvae_as_printed.py",
        any_size=False,
    ),
    "cvae": Method(
        "CVAE prior mean", "variational", networks=("cvae",), script="cvae.py", any_size=False
    ),
    "cvae_sample": Method(
        "CVAE one sample",
        "variational",
        networks=("cvae",),
        script="cvae.py",
        samples=1,
        any_size=False,
        in_browser=True,
    ),
    "cvae_mean_of_16": Method(
        "CVAE mean of 16",
        "variational",
        networks=("cvae",),
        script="cvae.py",
        samples=16,
        any_size=False,
    ),
    "gan_autoencoder_generator": Method(
        "GAN autoencoder",
        "adversarial",
        networks=("gan_autoencoder_generator",),
        script="gan_autoencoder_generator.py",
    ),
    "gan_as_printed": Method(
        "GAN as printed",
        "adversarial",
        networks=("gan_as_printed",),
        script="gan_as_printed.py",
    ),
    "gan": Method("GAN", "adversarial", networks=("unet", "gan"), script="gan.py", in_browser=True),
    "global_and_local": Method(
        "global and local",
        "adversarial",
        networks=("completion_network", "global_and_local_discriminators", "global_and_local"),
        script="global_and_local.py",
    ),
    "flow_sample": Method(
        "flow one sample",
        "flow",
        networks=("unet_in_window", "flow"),
        script="flow.py",
        samples=1,
        any_size=False,
        in_browser=True,
    ),
    "flow_in_one_step": Method(
        "flow in one step",
        "flow",
        networks=("unet_in_window", "flow", "flow_in_one_step"),
        script="flow_in_one_step.py",
        samples=1,
        any_size=False,
        in_browser=True,
    ),
}
"""The methods by the key under which the pages publish their numbers."""

CLASSICAL = {m.name: m.classical for m in METHODS.values() if m.classical}
"""The classical methods by the name that tables and figures show."""

SCRIPTS = {m.networks[-1]: m.script for m in METHODS.values() if m.networks}
"""Which script of the gallery trains a network, by its name in the store."""


def filler(key, networks):
    """Make the fill function of a method.

    Parameters
    ----------
    key : str
        Of `METHODS`.
    networks : dict of str to keras.Model
        By their names in the store; needed is the one that fills.

    Returns
    -------
    callable
        ``(incomplete, location_map) -> filled``. One that samples draws with seed 0.

    Raises
    ------
    ValueError
        If there is no method of that key, or the network that fills is not among the networks.
    """
    arguments.one_of("method", key, METHODS)
    method = METHODS[key]
    if method.classical:
        return method.classical
    arguments.one_of("network", method.networks[-1], networks)
    network = networks[method.networks[-1]]
    if method.samples:
        return lambda *question: network.samples(*question, count=method.samples).mean(axis=0)
    from inpainting_guide.filling import by_network  # which takes seconds to import

    return by_network.by(network)


def require(*names):
    """Check that networks are there: at the top of a script, before it spends minutes.

    Parameters
    ----------
    *names : str
        Of networks in the store; without any, all that fill holes.

    Raises
    ------
    FileNotFoundError
        If one was not trained: it is named with the script that trains it.
    """
    for name in names or SCRIPTS:
        _find(name)


def load(name, seed=0):
    """Load a trained network from the store, as `inpainting_guide.training.store.load` does.

    Parameters
    ----------
    name : str
    seed : int
        Of its training.

    Returns
    -------
    keras.Model

    Raises
    ------
    FileNotFoundError
        If no such network was trained: it is named with the script that trains it.
    ValueError
        If its file is damaged.
    """
    _find(name, seed)
    return store.load(name, seed)


def _find(name, seed=0):
    """Find a network's file; where there is none, tell which script makes it."""
    try:
        return store.newest(name, seed)
    except FileNotFoundError as error:
        known = ", ".join(SCRIPTS)
        script = f"gallery/{SCRIPTS[name]}" if name in SCRIPTS else "the script that trains it"
        raise FileNotFoundError(
            f"{error} Run {script} first. Networks of the gallery: {known}."
        ) from None
