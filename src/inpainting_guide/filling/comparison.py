"""Every method of the tutorial, filling the same holes, and what it costs."""

import numpy as np

from inpainting_guide.common import arguments, timing
from inpainting_guide.filling import methods
from inpainting_guide.filling.methods import METHODS, filler
from inpainting_guide.training import budgets

SIZES = 1, 100
"""Images a batch when fills are timed."""

UNIT = "harmonic"
"""Name of the method whose time the others' are divided by."""


def load_all():
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
    return {name: methods.load(name) for name in methods.SCRIPTS}


def fill(networks, task, only=None):
    """Fill a task with every method.

    Parameters
    ----------
    networks : dict of str to keras.Model
        From `load_all`; needed are those of the methods that fill.
    task : protocol.Task
    only : collection of str, optional
        Names of the methods that are to fill; by default all.

    Returns
    -------
    dict of str to ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        By the methods' names, in the order of `inpainting_guide.filling.methods.METHODS`.

    Raises
    ------
    ValueError
        If there is no method of a name.
    """
    names = [method.name for method in METHODS.values()]
    for name in only or ():
        arguments.one_of("method", name, names)
    return {
        method.name: filler(key, networks)(task.incomplete, task.location_map)
        for key, method in METHODS.items()
        if only is None or method.name in only
    }


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
    records = budgets.records(method.networks)
    seconds = sum((record["seconds"] for record in records), 0.0)
    return (records[-1]["parameters"] if records else 0), seconds


def costs(networks, task, rounds):
    """Measure what every method costs: to train, and for a fill in small and large batches.

    Parameters
    ----------
    networks : dict of str to keras.Model
        From `load_all`.
    task : protocol.Task
        For instance `inpainting_guide.data.protocol.test`'s.
    rounds : int
        How often each method fills each batch. All methods take turns.

    Returns
    -------
    dict of str to dict of str to float
        By the methods' names: ``parameters`` and ``training_seconds`` (`cost`); and for each of
        `SIZES`, for instance 100, ``milliseconds_100`` a fill and its ``ratio_100`` to that of
        `UNIT`. Both are medians over the rounds, the second one of ratios within a round.

    Raises
    ------
    ValueError
        If a network is missing, or `rounds` is no whole number from 1.
    FileNotFoundError
        If a network is not in the store.
    """
    arguments.whole(rounds=rounds)
    titles = "parameters", "training_seconds"
    found = {m.name: dict(zip(titles, cost(m), strict=True)) for m in METHODS.values()}
    fills = {method.name: filler(key, networks) for key, method in METHODS.items()}
    for size in SIZES:
        times = timing.milliseconds(fills, task, size, rounds)
        for name, taken in times.items():
            found[name][f"milliseconds_{size}"] = float(np.median(taken))
            found[name][f"ratio_{size}"] = float(np.median(taken / times[UNIT]))
    return found
