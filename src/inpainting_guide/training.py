"""Training that shows its progress, can be interrupted, and is never done twice.

`fit` is `keras.Model.fit` with three habits. After every epoch it keeps a checkpoint: the
weights, the optimizer and the history so far. Started again, it goes on from there, with the
batches that an uninterrupted run would have seen, to the same weights. And the finished
network goes into the store (`inpainting_guide.store`), where a second run finds it.

Keras's own ``BackupAndRestore`` restores the weights, the optimizer and the epoch number. It
would begin the data anew, draw other dropout masks, and forget the history, so that a resumed
run would differ from an uninterrupted one.
"""

import sys

import keras
import tensorflow as tf

from inpainting_guide import (
    batches,
    budgets,
    checkpoints,
    console,
    keys,
    machine,
    metrics,
    protocol,
    store,
)

QUICK_IMAGES = 64
"""Images for which a training is planned in quick mode."""


def budget(images):
    """Return the number of images a training may see: `images`, or a handful in quick mode.

    Budgets count images, not seconds, so that every machine does the same work.

    Parameters
    ----------
    images : int

    Returns
    -------
    int
    """
    return min(images, QUICK_IMAGES) if machine.quick() else images


def warm_up_and_cosine(peak, steps):
    """Make a learning rate that climbs for a twentieth of the steps, then falls to zero.

    Parameters
    ----------
    peak : float
        The highest learning rate.
    steps : int
        Steps of the whole training.

    Returns
    -------
    keras.optimizers.schedules.CosineDecay
    """
    climb = max(1, steps // 20)
    return keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - climb), warmup_target=peak, warmup_steps=climb
    )


def fit(
    network, images, *, steps, batch_size, epochs, validation=None, seed=0, fresh=True, over="hole"
):
    """Train a compiled network on random holes, or go on with it, or read it from the store.

    TensorFlow's deterministic operations are switched on, for the whole process: in float32 on
    one machine, with the same number of threads, the same seed gives the same weights, bit for
    bit, interrupted or not. (`inpainting_guide.machine.threads` counts them: by default the cores
    that the process may use.)

    Two processes that train the same network at once do not disturb each other: the second waits
    and takes what the first has trained.

    Parameters
    ----------
    network : keras.Model
        Built and compiled, with named layers (Keras numbers unnamed ones as they are made, and
        another name is another training). Its name is its name in the store; it is trained in
        place, from the weights that it has.
    images : ndarray of float32, shape (n, size, size, 3), values in [0, 1]
        Training images, in batches of `inpainting_guide.batches.training`.
    steps : int
        Batches of the whole training: a multiple of `epochs`.
    batch_size : int
        Images a batch.
    epochs : int
        How often to print a line and keep a checkpoint; in quick mode at most once a step.
    validation : protocol.Task, optional
        Images with fixed holes, on which the loss is measured after every epoch.
    seed : int
        Seed of the batches.
    fresh, over
        Whether an image gets a new hole every time, and what the loss is taken over: see
        `inpainting_guide.batches.training`. Validation is over the hole.

    Returns
    -------
    dict
        The record: ``history`` (a list per measured quantity, one value an epoch), ``seconds``
        of training, ``parameters`` of the network, ``images`` seen, ``optimizer`` and ``loss``
        in words, ``path`` of the stored network and the ``machine``.

    Raises
    ------
    ValueError
        If the network is not compiled, the epochs do not divide the steps, or a file of an
        earlier run is damaged.
    RuntimeError
        If the test cars were given out before (`inpainting_guide.protocol.declare_final`).
    FloatingPointError
        If a loss or a weight is no longer finite. Nothing is stored then.
    OSError
        If the store cannot be written.
    """
    if not network.compiled:
        raise ValueError(f"{network.name} is not compiled: call network.compile(...) before fit.")
    protocol.check_open(network.name)
    if machine.quick():
        epochs = min(epochs, steps)
        network.run_eagerly = True  # to compile a handful of steps takes longer than the steps
    if epochs < 1 or steps < 1 or steps % epochs:
        raise ValueError(
            f"{steps} steps in {epochs} epochs: every epoch needs the same number of them, at "
            "least one."
        )
    tf.config.experimental.enable_op_determinism()
    recipe = {
        "seed": seed,
        "steps": steps,
        "batch_size": batch_size,
        "epochs": epochs,
        "fresh": fresh,
        "over": over,
    }
    path = keys.path(network, images, validation, recipe)
    if not path.exists():
        with checkpoints.claim(path) as folder:
            if not path.exists():  # another process may have trained it while this one waited
                record = _train(network, images, validation, folder, **recipe)
                record |= budgets.recipe(network, over)
                record = store.save_network(network, path, record)
                store.note_use(path, network.name, seed)
                return record | {"path": str(path)}
    return _read(network, path, seed, steps * batch_size, epochs)


def _train(network, images, validation, folder, *, seed, steps, batch_size, epochs, fresh, over):
    """Train, from the last checkpoint in a folder on if there is one; return the record."""
    steps_per_epoch = steps // epochs
    checkpoint = checkpoints.Checkpoint(folder)
    history, done = checkpoint.restore(network)
    if done:
        console.say(f"Going on after epoch {done} of {epochs}.")
    stream = batches.training(
        images, batch_size, seed, first_step=done * steps_per_epoch, fresh=fresh, over=over
    )
    if validation is not None:
        validation = batches.fixed(validation.images, validation.location_map)
    callbacks = [checkpoint]
    in_terminal = sys.stdout.isatty()
    if not in_terminal:  # there Keras's progress bar serves better
        callbacks.append(_Lines(epochs, steps_per_epoch * batch_size, history))
    try:
        network.fit(
            stream,
            initial_epoch=done,
            epochs=epochs,
            steps_per_epoch=steps_per_epoch,
            validation_data=validation,
            callbacks=callbacks,
            shuffle=False,
            verbose=1 if in_terminal else 0,
        )
    except KeyboardInterrupt:
        console.say("\nInterrupted. Run the same script again to go on from the last whole epoch.")
        raise
    return {
        "network": network.name,
        "history": history,
        "seconds": round(sum(history["seconds"]), 1),
        "parameters": network.count_params(),
        "images": steps * batch_size,
        "batch_size": batch_size,
        "seed": seed,
        "machine": machine.describe(),
    }


def quotable(record):
    """Format what a training cost, for prose.

    Parameters
    ----------
    record : dict
        What `fit` returned.

    Returns
    -------
    dict of str to str
        ``parameters``, ``images`` seen, ``seconds`` and ``precision``.
    """
    counts = {name: f"{record[name]:,}" for name in ("parameters", "images")}
    precision = record["machine"]["precision"]
    return counts | {"seconds": f"{record['seconds']:.0f}", "precision": precision}


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
    console.say(f"{network.name} was trained before: read from the store.")
    for epoch in range(epochs):
        console.say(_line(epoch, epochs, images // epochs, record["history"]))
    return record | {"path": str(path)}


class _Lines(keras.callbacks.Callback):
    """Print one line an epoch."""

    def __init__(self, epochs, images_per_epoch, history):
        super().__init__()
        self.epochs, self.images, self.history = epochs, images_per_epoch, history

    def on_epoch_end(self, epoch, logs=None):
        console.say(_line(epoch, self.epochs, self.images, self.history))


def _line(epoch, epochs, images_per_epoch, history):
    """Describe an epoch: images seen, seconds, PSNR of the squared error, other terms."""
    error = "squared_error" if "squared_error" in history else "loss"
    parts = [
        f"epoch {epoch + 1:2} of {epochs}",
        f"{(epoch + 1) * images_per_epoch:7,} images",
        f"{sum(history['seconds'][: epoch + 1]):5.0f} s",
        f"training {metrics.psnr(history[error][epoch]):5.2f} dB",
    ]
    if f"val_{error}" in history:
        parts.append(f"validation {metrics.psnr(history[f'val_{error}'][epoch]):5.2f} dB")
    for term, values in history.items():
        if not term.startswith("val_") and term not in ("loss", "squared_error", "seconds"):
            parts.append(f"{term.replace('_', ' ')} {values[epoch]:.3g}")
    return " · ".join(parts)
