"""Training that shows its progress, can be interrupted, and is never done twice.

`fit` is `keras.Model.fit` with three habits. After every epoch it keeps a checkpoint: the
weights, the optimizer and the history so far. Started again, it goes on from there, with the
batches that an uninterrupted run would have seen, to the same weights. And the finished
network goes into the store (`inpainting_guide.training.store`), where a second run finds it.

Keras's own ``BackupAndRestore`` restores the weights, the optimizer and the epoch number. It
would begin the data anew, draw other dropout masks, and forget the history, so that a resumed
run would differ from an uninterrupted one.
"""

import os
import sys

import tensorflow as tf

from inpainting_guide.common import arguments, console, machine
from inpainting_guide.data import batches, holes, pools, protocol
from inpainting_guide.measuring import metrics
from inpainting_guide.training import budgets, checkpoints, graphs, keys, store


def fit(
    network,
    images,
    *,
    budget,
    batch_size,
    epochs,
    validation=None,
    seed=0,
    fresh=True,
    over="hole",
    pool=None,
):
    """Train a compiled network on random holes, or go on with it, or read it from the store.

    TensorFlow's deterministic operations are switched on, for the whole process: in float32 on one
    machine, with the same number of threads, the same seed gives the same weights, bit for bit,
    interrupted or not. (`inpainting_guide.common.machine.threads` counts them: by default the cores
    that the process may use.)

    Two processes that train the same network at once do not disturb each other: the second waits
    and takes what the first has trained.

    Parameters
    ----------
    network : keras.Model
        Built and compiled. Its name is its name in the store; it is trained in place, from the
        weights that it has. Of an `inpainting_guide.networks.at_the_hole.AtTheHole` the whole
        network is stored.
    images : ndarray of float32, shape (n, size, size, 3), values in [0, 1]
        Training images, in batches of `inpainting_guide.data.batches.training`.
    budget : int
        How many images it sees in all, in whole batches: counted in images, not in seconds, so that
        every machine does the same work. In quick mode a handful.
    batch_size : int
        Images a batch.
    epochs : int
        How often to validate and to keep a checkpoint: a divisor of the number of batches. (Keras
        calls this an epoch; it need not be one pass over the images.)
    validation : protocol.Task, optional
        Images with fixed holes, on which the loss is measured after every epoch.
    seed : int
        Seed of the batches.
    fresh, over
        Whether an image gets a new hole every time, and what the loss is taken over: see
        `inpainting_guide.data.batches.training`. Validation is over the hole.
    pool : ndarray of float32, shape (k, size, size, 1), optional
        Location maps from which the holes are taken (`inpainting_guide.data.pools`), in place of
        squares. The images and their order stay the same.

    Returns
    -------
    dict
        The record: the ``network``'s name, ``history`` (a list per measured quantity, one value an
        epoch), ``seconds`` of training, ``parameters`` of the network, ``images`` seen,
        ``batch_size``, ``seed``, ``optimizer`` and ``loss`` in words, ``path`` of the stored
        network, its file's ``sha256``, and the ``machine``; with a pool, how many maps it holds.

    Raises
    ------
    ValueError
        If the network is not compiled, or its optimizer was used, the images are not what
        `inpainting_guide.data.holes` asks for, a number is not whole, the epochs do not divide the
        batches, a network that is computed at the hole alone is to learn another loss or larger
        holes, the pool is not what `inpainting_guide.data.pools.check` asks for or its holes are to
        be frozen, or a file of an earlier run is damaged.
    RuntimeError
        If the test cars were given out before (`inpainting_guide.data.protocol.declare_final`).
    FloatingPointError
        If a loss or a weight is no longer finite. Nothing is stored then.
    OSError
        If the store cannot be written.
    """
    if not network.compiled:
        raise ValueError(f"{network.name} is not compiled: call network.compile(...) before fit.")
    if network.optimizer is not None and int(network.optimizer.iterations):
        raise ValueError(
            f"{network.name} has been trained with this optimizer, or its training was begun: "
            "build and compile it anew (in a notebook, run again the cell that builds it)."
        )
    whole = getattr(network, "whole", network)
    if whole is not network:
        _check_at_the_hole(network, over, validation, pool)
    if pool is not None:
        pools.check(pool, images)
        if not fresh:
            raise ValueError("fresh=False freezes squares: holes of a pool are always fresh.")
    protocol.check_open(network.name)
    machine.threads()  # are noted with every checkpoint: a bad setting is refused here
    batches.check(images, batch_size, over=over)
    arguments.whole(budget=budget, epochs=epochs)
    arguments.whole(seed=seed, least=-(2**63), most=2**63 - 1)
    # Of NumPy's whole numbers, JSON knows none.
    seed, budget, batch_size, epochs = map(int, (seed, budget, batch_size, epochs))
    steps = budget // batch_size
    if steps < 1 or steps % epochs:
        raise ValueError(
            f"{budget:,} images in batches of {batch_size} are {steps:,} batches, for {epochs} "
            "epochs: every epoch needs the same number of batches, at least one."
        )
    if machine.quick():
        steps = epochs = 1
        images = images[: max(machine.few(len(images)), batch_size)]
    tf.config.experimental.enable_op_determinism()
    recipe = {
        "seed": seed,
        "steps": steps,
        "batch_size": batch_size,
        "epochs": epochs,
        "fresh": fresh,
        "over": over,
    }
    told = budgets.recipe(network, over)
    path = keys.path(network, images, validation, recipe, pool)
    if not path.exists():
        with checkpoints.claim(path) as folder:
            if not path.exists():  # another process may have trained it while this one waited
                record = _train(network, images, validation, folder, recipe, pool)
                record |= told
                if pool is not None:
                    record["pool"] = len(pool)
                record = store.save_network(whole, path, record)
                store.note_use(path, network.name, seed)
                console.say(_summary(record))
                return record | {"path": str(path)}
    record = _read(network, path, seed, steps * batch_size, epochs)
    console.say(f"{_summary(record)} · trained before, read from the store")
    return record


def train(
    network, images, validation, folder, *, seed, steps, batch_size, epochs, fresh, over, pool=None
):
    """Train, from the last checkpoint in a folder on if there is one: the core of `fit`.

    Parameters
    ----------
    network : keras.Model
        Compiled.
    images, validation, seed, batch_size, epochs, fresh, over, pool
        As for `fit`.
    folder : pathlib.Path
        Of the checkpoints.
    steps : int
        Batches in all.

    Returns
    -------
    dict of str to list of float
        The history, from the first epoch on.
    """
    checkpoint = checkpoints.Checkpoint(folder)
    history, done = checkpoint.restore(network)
    if done:
        console.say(f"Going on after epoch {done} of {epochs}.")
    steps_per_epoch = steps // epochs
    first = done * steps_per_epoch
    stream = batches.training(images, batch_size, seed, first, fresh=fresh, over=over)
    if pool is not None:
        stream = pools.with_holes_of(pool, stream, seed, first, over)
    if validation is not None:
        validation = batches.fixed(validation.images, validation.location_map)
    with graphs.released():
        network.fit(
            stream,
            initial_epoch=done,
            epochs=epochs,
            steps_per_epoch=steps_per_epoch,
            validation_data=validation,
            callbacks=[checkpoint],
            shuffle=False,
            verbose=_verbosity(),
        )
    return history


def _verbosity():
    """Choose how Keras shows progress: as a bar, as lines, or not while the site is built."""
    if os.environ.get("INPAINTING_GUIDE_RESULTS"):
        return 0  # a curve stands on the page
    return 1 if sys.stdout.isatty() or "ipykernel" in sys.modules else 2


def _train(network, images, validation, folder, recipe, pool):
    """Train, and return the record."""
    try:
        history = train(network, images, validation, folder, pool=pool, **recipe)
    except KeyboardInterrupt:
        remedy = "Run the same script again (of a notebook, from the cell that builds the network) "
        remedy += "to go on from the last whole epoch."
        console.say(f"\nInterrupted. {remedy if any(folder.glob('epoch-*')) else ''}".rstrip())
        raise
    return {
        "network": network.name,
        "history": history,
        "seconds": round(sum(history["seconds"]), 1),
        "parameters": network.count_params(),
        "images": recipe["steps"] * recipe["batch_size"],
        "batch_size": recipe["batch_size"],
        "seed": recipe["seed"],
        "machine": machine.describe(),
    }


def _check_at_the_hole(network, over, validation, pool):
    if over != "hole":
        raise ValueError(f"{network.name} is computed at the hole alone: over={over!r} needs all.")
    if validation is not None:
        network.check_holes(validation.location_map)
    if pool is not None:
        network.check_holes(pool)
    elif network.hole < holes.HOLE:
        raise ValueError(
            f"{network.name} computes a square of {network.hole} at the hole, and is trained on "
            f"holes of {holes.HOLE}: build it with hole={holes.HOLE}, or give a pool of small ones."
        )


def _read(network, path, seed, images, epochs):
    """Take a network that was trained before from the store, and tell of its training."""
    checkpoints.forget(path)  # left if the process that trained it was killed at its very end
    record = store.read_record(path)
    try:
        checkpoints.check_history(record.get("history"), epochs)
        if (record["network"], record["images"]) != (network.name, images):
            raise ValueError(f"it tells of {record['images']} images for {record['network']}")
        network.set_weights(store.read_network(path).get_weights())
    except (ValueError, KeyError) as error:
        raise ValueError(
            f"{path.with_suffix('.json')} is damaged or not of this training: {error}. Delete it "
            f"and {path.name} and run the script again."
        ) from error
    store.note_use(path, network.name, seed)
    network.optimizer.iterations.assign(images // record["batch_size"])  # they are behind it
    return record | {"path": str(path)}


def _summary(record):
    """Say in one line how a training went: a curve shows the rest."""
    history, squared = record["history"], True
    try:
        error = budgets.squared_error(record)
    except ValueError:  # other losses are told as they are
        error, squared = "velocity_error" if "velocity_error" in history else "loss", False
    parts = [f"{record['network']}: {record['images']:,} images in {record['seconds']:.0f} s"]
    for key, kind in ((error, "training"), (f"val_{error}", "validation")):
        if key in history:
            last = history[key][-1]
            parts.append(kind + (f" {metrics.psnr(last):.2f} dB" if squared else f" {last:.3g}"))
    return " · ".join(parts)
