"""Every method of the tutorial, filling the same holes under one name each, and what it costs."""

from typing import NamedTuple

import numpy as np

from inpainting_guide import arguments, classical, machine, reporting, store, timing

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


SAMPLING = {"cvae_sample": 1, "cvae_mean_of_16": SAMPLES}
"""The methods that sample a latent, and how many samples a fill of theirs is the mean of.

In quick mode two samples have to do for more.
"""


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


def filler(key, networks):
    """Make a fill function of a method.

    Parameters
    ----------
    key : str
        Of `METHODS`.
    networks : dict of str to keras.Model
        From `load`; needed is the one that fills.

    Returns
    -------
    callable
        ``(incomplete, location_map) -> filled``. One that samples draws with seed 0, and draws
        no more samples than it needs.

    Raises
    ------
    ValueError
        If there is no method of that key, or the network that fills is not among the networks.
    """
    arguments.one_of("method", key, METHODS)
    method = METHODS[key]
    if not method.trained:
        return classical.METHODS[method.name]
    arguments.one_of("network", method.trained[-1], networks)
    network = networks[method.trained[-1]]
    if key not in SAMPLING:
        from inpainting_guide import filling  # which takes seconds to import

        return filling.by(network)
    return lambda *question: network.samples(*question, count=_count(key)).mean(axis=0)


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
    for name in only or ():
        arguments.one_of("method", name, names)
    fills, samples = {}, None
    for key, method in METHODS.items():
        if only is not None and method.name not in only:
            continue
        question = task.incomplete, task.location_map
        if key in SAMPLING:  # drawn once for both
            if samples is None:
                samples = networks["cvae"].samples(*question, count=_count("cvae_mean_of_16"))
            fills[method.name] = samples[: SAMPLING[key]].mean(axis=0)
        else:
            fills[method.name] = filler(key, networks)(*question)
    return fills


def _count(key):
    return min(2, SAMPLING[key]) if machine.quick() else SAMPLING[key]


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


def costs(networks, task, rounds, unit="harmonic", sizes=(1, 100)):
    """Measure what every method costs: to train, and for a fill in small and large batches.

    Parameters
    ----------
    networks : dict of str to keras.Model
        From `load`.
    task : protocol.Task
        For instance `inpainting_guide.protocol.test`'s.
    rounds : int
        How often each method fills each batch. All methods take turns.
    unit : str
        Name of the method whose time the others' are divided by.
    sizes : sequence of int
        Images a batch.

    Returns
    -------
    dict of str to dict of str to float
        By the methods' names: ``parameters`` and ``training_seconds`` (`cost`); and for every size,
        for instance 100, ``milliseconds_100`` a fill and its ``ratio_100`` to the unit's. Both
        are medians over the rounds, the second one of ratios within a round.

    Raises
    ------
    ValueError
        If there is no such unit, a network is missing, or a number is no whole one from 1.
    FileNotFoundError
        If a network is not in the store.
    """
    arguments.one_of("unit", unit, [method.name for method in METHODS.values()])
    arguments.whole(rounds=rounds, sizes=sizes)
    titles = "parameters", "training_seconds"
    found = {m.name: dict(zip(titles, cost(m), strict=True)) for m in METHODS.values()}
    methods = {method.name: filler(key, networks) for key, method in METHODS.items()}
    for size in sizes:
        times = timing.milliseconds(methods, task, size, rounds)
        for name, taken in times.items():
            found[name][f"milliseconds_{size}"] = float(np.median(taken))
            found[name][f"ratio_{size}"] = float(np.median(taken / times[unit]))
    return found


def quotable_costs(costs):
    """Format `costs` for a table and for prose.

    Parameters
    ----------
    costs : dict of str to dict of str to float

    Returns
    -------
    dict of str to dict of str to str
        The same; times of fills to two digits, since more of them are noise.
    """
    return {
        name: {
            key: reporting.rounded(value) if key.startswith(("milli", "ratio")) else f"{value:,.0f}"
            for key, value in row.items()
        }
        for name, row in costs.items()
    }
