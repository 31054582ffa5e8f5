"""Train one network on several hosts: ``tf.distribute.MultiWorkerMirroredStrategy``.

The same command runs on every host. What differs is the environment variable ``TF_CONFIG``, which
says who takes part and which of them this process is (`launching.tf_config` writes it)::

    TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:4000", "10.0.0.2:4000"]},
                "task": {"type": "worker", "index": 0}}'
    python -m inpainting_guide.training.hosts FOLDER --steps 40

The folder holds the checkpoints, and must be the same for all, for instance on a network disk.
With ``--shards`` the images come from TFRecord files, and the network is as large as they are.
A host with several graphics cards gets a worker for each, shown to it by ``CUDA_VISIBLE_DEVICES``.
Without ``TF_CONFIG`` the command trains in one process. Keras's `fit` knows nothing of several
hosts (its issue 20585), so the loop is TensorFlow's documented one: each worker computes the
gradient of its slice of the batch, and the optimizer adds them up over all workers.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from inpainting_guide.common import arguments, console, files, machine
from inpainting_guide.data import holes, shards
from inpainting_guide.training import agreement, digests, parallel, patience
from inpainting_guide.training.optimizers import ConvolutionMuon

OPTIMIZERS = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam, "muon": ConvolutionMuon}
IMPLEMENTATION = tf.distribute.experimental.CommunicationImplementation.RING

LOST = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
)
"""How TensorFlow's operations fail when another worker does not answer."""


def main(line=None):
    """Run one worker, as the command line tells it.

    Parameters
    ----------
    line : sequence of str, optional
        By default those of the process.

    Returns
    -------
    int
        0, or 1 after an error, which has been told on standard error.
    """
    told = parse(line)
    try:
        report = work(told)
    except (ValueError, OSError, RuntimeError, tf.errors.OpError) as error:
        console.say(f"error: {explain(error)}", file=sys.stderr)
        return 1
    console.say(json.dumps(report))
    return 0


def parse(line=None):
    """Read the command line.

    Parameters
    ----------
    line : sequence of str, optional

    Returns
    -------
    argparse.Namespace
    """
    parser = argparse.ArgumentParser(prog="python -m inpainting_guide.training.hosts")
    parser.add_argument("folder", type=Path, help="where checkpoints lie, the same for all workers")
    parser.add_argument("--steps", type=int, default=40, help="steps in all (default 40)")
    parser.add_argument("--batch", type=int, default=32, help="images of a global batch")
    parser.add_argument("--seed", type=int, default=0, help="of weights, batches and holes")
    parser.add_argument(
        "--every", type=int, default=1, help="steps from one checkpoint to the next (default 1)"
    )
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="adam")
    parser.add_argument("--rate", type=float, default=1e-3, help="learning rate (default 0.001)")
    parser.add_argument("--precision", choices=machine.PRECISIONS, default="float32")
    parser.add_argument("--shards", type=Path, help="folder of TFRecord files to read instead")
    parser.add_argument("--hole", type=int, default=holes.HOLE, help="side of the holes, in pixels")
    parser.add_argument("--patience", type=float, default=45, help="seconds to wait for the others")
    parser.add_argument("--width", type=int, help="channels of a smaller or larger network")
    return parser.parse_args(line)


def work(told):
    """Train, from the last checkpoint on if there is one.

    Parameters
    ----------
    told : argparse.Namespace
        What `parse` returned.

    Returns
    -------
    dict
        ``losses`` by step, from the first step of this process on; ``first_step``; ``seconds`` a
        step, the median of all but the first; ``bytes`` of one gradient.

    Raises
    ------
    ValueError
        If a number is out of range, the batch cannot be divided, the checkpoint was made with other
        options or has more steps, the workers do not agree on what they do, or a loss is infinite.
    tensorflow.errors.OpError
        If one is lost on the way.
    """
    arguments.whole(steps=told.steps, batch=told.batch, every=told.every)
    arguments.whole(seed=told.seed, least=0, most=2**32 - 1)
    cluster = agreement.read_cluster()
    worker, workers = cluster.index, len(cluster.addresses)
    if told.batch % workers:
        raise ValueError(
            f"a batch of {told.batch} images for {workers} workers: expected a multiple of "
            f"{workers}, so that each has the same number."
        )
    keras.utils.set_random_seed(told.seed)
    machine.use_precision(told.precision)
    strategy = connect(cluster, told.patience)
    with strategy.scope():
        network = parallel.make_network(told.width, parallel.size(told))
        optimizer = OPTIMIZERS[told.optimizer](told.rate)
        optimizer.build(network.trainable_variables)
        done = tf.Variable(0, dtype=tf.int64, trainable=False, name="steps_done")
    parallel.check_synchronised(network)
    checkpoint = tf.train.Checkpoint(network=network, optimizer=optimizer, done=done)
    # TensorFlow wants every worker to save; nobody reads what the others write.
    folder = told.folder if worker == 0 else told.folder / f"worker-{worker}"
    manager = tf.train.CheckpointManager(checkpoint, str(folder), max_to_keep=2)
    _restore(checkpoint, told.folder)
    first_step = int(done.numpy())
    agreement.check(strategy, cluster, what_decides(told, network, first_step))
    with agreement.left_together(strategy, cluster):
        _check_going_on(told, first_step, worker)
    mine = parallel.slices(told, first_step, worker, workers)
    stream = iter(strategy.distribute_datasets_from_function(lambda context: mine))
    step = parallel.compile_step(strategy, network, optimizer)
    losses, seconds = [], []
    for number in range(first_step, told.steps):
        began = time.perf_counter()
        try:
            losses.append(float(step(next(stream))))
        except tf.errors.OpError:
            console.say(f"stopped after step {number}")
            raise
        seconds.append(time.perf_counter() - began)
        with agreement.left_together(strategy, cluster):  # all see the loss of the whole batch
            parallel.check_finite(number + 1, losses[-1])
        done.assign_add(1)
        if (number + 1) % told.every == 0 or number + 1 == told.steps:
            manager.save(checkpoint_number=number + 1)
            if worker == 0:
                console.say(f"step {number + 1}: loss {losses[-1]:.6f}, checkpoint written")
    if worker == 0:
        with files.replacing(told.folder / "weights.npz") as unfinished:
            np.savez(unfinished, *network.get_weights())
    agreement.leave_together(strategy, cluster)
    return {
        "first_step": first_step,
        "losses": losses,
        "seconds": float(np.median(seconds[1:])) if len(seconds) > 1 else 0.0,
        "bytes": 4 * network.count_params(),
    }


def _check_going_on(told, first_step, worker):
    """Refuse fewer steps than a checkpoint has, and other options than it was made with."""
    if first_step > told.steps:
        raise ValueError(
            f"--steps is {told.steps}, and the checkpoint in {told.folder} has {first_step} "
            "steps: ask for at least as many in all, or name another folder."
        )
    names = "batch", "seed", "optimizer", "rate", "precision", "hole", "width"
    kept = {name: getattr(told, name) for name in names}
    kept["shards"] = shards.read_index(told.shards) if told.shards else None
    agreement.keep_to(told.folder / "options.json", kept, first_step, worker)


def _restore(checkpoint, folder):
    """Go back to the last checkpoint, if there is one."""
    if latest := tf.train.latest_checkpoint(str(folder)):
        try:
            checkpoint.restore(latest).assert_existing_objects_matched()
        except (AssertionError, ValueError) as error:
            raise ValueError(
                f"the checkpoint {latest} is of another network or optimizer. Start with the "
                "options that it was made with, or name another folder."
            ) from error


def connect(cluster, seconds):
    """Make the strategy, which meets the other workers.

    Parameters
    ----------
    cluster : agreement.Cluster
    seconds : float
        How long to wait for them; then the process is ended, with a clear error.

    Returns
    -------
    tf.distribute.Strategy
        Of several workers; the default one, which distributes nothing, if there is one worker.

    Raises
    ------
    ValueError
        If this worker sees several graphics cards.
    """
    if len(cluster.addresses) == 1:
        return tf.distribute.get_strategy()
    if (cards := len(tf.config.list_physical_devices("GPU"))) > 1:
        raise ValueError(
            f"worker {cluster.index} sees {cards} graphics cards: expected one at most, since each "
            "of them would compute a slice as large as the whole worker's. Start a worker for "
            "every card, with an address of its own in TF_CONFIG, and show it that card alone: "
            "CUDA_VISIBLE_DEVICES=0 for the first, 1 for the second."
        )
    options = tf.distribute.experimental.CommunicationOptions(implementation=IMPLEMENTATION)
    with patience.limited(cluster.addresses, cluster.index, seconds):
        return tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)


def what_decides(told, network, first_step):
    """Say all that must be the same on all workers.

    Parameters
    ----------
    told : argparse.Namespace
    network : keras.Model
    first_step : int

    Returns
    -------
    dict of str to str
        By what a reader would call it.
    """
    places = ("folder", "shards")  # each host may see them under names of its own
    options = {name: value for name, value in vars(told).items() if name not in places}
    weights = b"".join(value.tobytes() for value in network.get_weights())
    return {
        "code": digests.behaviour(Path(__file__)),
        "versions of the libraries": str(machine.versions()),
        **{f"--{name}": str(value) for name, value in options.items()},
        "shards": str(shards.read_index(told.shards)) if told.shards else "none",
        "step to begin with": str(first_step),
        "weights to begin with": agreement.digest(weights),
    }


def explain(error):
    """Put an error into words that help.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    str
    """
    if isinstance(error, tf.errors.UnknownError) and "gRPC server" in str(error):
        return (
            "another process already listens at this worker's address: two were started with the "
            "same index, or one of an earlier job still runs. Give every worker of TF_CONFIG an "
            "index of its own."
        )
    if isinstance(error, tf.errors.OpError):
        first, *_ = str(error).split("\n")
        told = f"{type(error).__name__}: {first[:200]}"
        if isinstance(error, LOST) and len(agreement.read_cluster().addresses) > 1:
            return (
                f"a worker is lost ({told}). Start all workers again: they go on from the last "
                "checkpoint."
            )
        return f"TensorFlow has failed here ({told}): look at this host's memory and folders."
    return str(error)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # TensorFlow would wait for a worker that is lost, however long that takes.
    os._exit(status)
