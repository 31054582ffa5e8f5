"""See to it that the workers of a job do the same.

Left to itself, TensorFlow trains two workers with different seeds, or with different code, without
a word. So they compare digests of all that matters before they begin, gathered by the strategy
itself.
"""

import contextlib
import dataclasses
import hashlib
import json
import os

import numpy as np
import tensorflow as tf

from inpainting_guide.common import files

EXAMPLE = (
    '{"cluster": {"worker": ["10.0.0.1:4000", "10.0.0.2:4000"]}, '
    '"task": {"type": "worker", "index": 0}}'
)


@dataclasses.dataclass(frozen=True)
class Cluster:
    """Who takes part.

    Attributes
    ----------
    addresses : list of str
        ``host:port`` of every worker.
    index : int
        Which of them this process is.
    """

    addresses: list
    index: int


def read_cluster():
    """Read ``TF_CONFIG``.

    Returns
    -------
    Cluster
        Of one worker if the variable is not set.

    Raises
    ------
    ValueError
        If it is set to something else than what the documentation of TensorFlow asks for.
    """
    text = os.environ.get("TF_CONFIG")
    if not text:
        return Cluster([""], 0)
    try:
        told = json.loads(text)
        addresses, task = told["cluster"]["worker"], told["task"]
        index = task["index"]
        if task["type"] != "worker" or set(told["cluster"]) != {"worker"}:
            raise ValueError("all tasks must be of the type worker")
        if not isinstance(index, int) or not 0 <= index < len(addresses):
            raise ValueError(f"there is no worker {index!r} among {len(addresses)}")
        for address in addresses:
            host, _, port = address.rpartition(":")
            if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                raise ValueError(f"{address!r} is no host:port")
        if len(set(addresses)) < len(addresses):
            raise ValueError("two workers have the same address")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"TF_CONFIG is {text!r} ({error}): expected something like {EXAMPLE}"
        ) from error
    return Cluster(addresses, index)


def digest(content):
    """Digest bytes.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.
    """
    return hashlib.sha256(content).hexdigest()


def check(strategy, cluster, facts):
    """Refuse to begin if the workers do not agree.

    Parameters
    ----------
    strategy : tf.distribute.Strategy
    cluster : Cluster
    facts : dict of str to str
        What must be the same everywhere, ``code`` among it.

    Raises
    ------
    ValueError
        If something differs. Every worker gets this error.
    """
    if len(cluster.addresses) == 1:
        return
    # What is gathered must have the same shape everywhere, and another code may know other facts.
    # So two digests come first: of the facts' names, and of all that they say.
    names, values = "\n".join(facts), "\n".join(facts.values())
    gathered = _gather(strategy, [_row(names), _row(values)])
    if (gathered == gathered[0]).all():
        return
    differing = ["code"]
    if (gathered[:, 0] == gathered[0, 0]).all():
        gathered = _gather(strategy, [_row(value) for value in facts.values()])
        differs = (gathered != gathered[0]).any(axis=(0, 2))
        differing = [name for name, other in zip(facts, differs, strict=True) if other]
    here = "; ".join(f"{name} is {facts[name]} here" for name in differing)
    odd = np.nonzero((gathered != gathered[0]).any(axis=(1, 2)))[0]
    leave_together(strategy, cluster)
    raise ValueError(
        f"worker {cluster.index}: {here}, but not on all workers (different from worker 0: "
        f"{', '.join(map(str, odd))}). Start all with the same code, options and folder."
    )


def keep_to(path, options, first_step, worker):
    """Refuse to go on from a checkpoint with other options than it was made with.

    Parameters
    ----------
    path : pathlib.Path
        A file beside the checkpoints. The chief, worker 0, writes it when a job begins.
    options : dict
        By their names on the command line, as JSON has it.
    first_step : int
        The step to go on from, 0 if there is no checkpoint.
    worker : int

    Raises
    ------
    ValueError
        If an option differs from what the file has.
    """
    if first_step and path.exists():
        before = files.read_json(path)
        for name, value in options.items():
            if before.get(name) != value:
                raise ValueError(
                    f"the checkpoint in {path.parent} was made with --{name} {before.get(name)}, "
                    f"and this job has {value}: start with the options that it was made with, or "
                    "name another folder."
                )
    elif worker == 0:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_json(path, options)


def _row(text):
    return list(bytes.fromhex(digest(text.encode())))


def leave_together(strategy, cluster):
    """Wait until all workers have done all their steps, before one of them ends.

    Whoever ends while a neighbour still fetches the last sums from it takes them away. Once all
    have come here nothing that was added up or gathered is missing, and it does not matter who is
    gone.

    Parameters
    ----------
    strategy : tf.distribute.Strategy
    cluster : Cluster
    """
    if len(cluster.addresses) > 1:
        with contextlib.suppress(tf.errors.OpError):
            _gather(strategy, [cluster.index])


@contextlib.contextmanager
def left_together(strategy, cluster):
    """Wait for all workers before an error ends this one: another may still compare.

    Parameters
    ----------
    strategy : tf.distribute.Strategy
    cluster : Cluster
    """
    try:
        yield
    except ValueError:
        leave_together(strategy, cluster)
        raise


def _gather(strategy, numbers):
    """Gather whole numbers of all workers: an array with one row for each of them."""
    mine = strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant([numbers], tf.int32)
    )
    return strategy.gather(mine, axis=0).numpy()
