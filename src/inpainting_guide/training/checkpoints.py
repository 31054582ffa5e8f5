"""Checkpoints that hold all that the next step of a training depends on."""

import contextlib
import io
import json
import shutil
import time
import zipfile

import filelock
import keras
import numpy as np

from inpainting_guide.common import console, files, machine
from inpainting_guide.training import store


@contextlib.contextmanager
def claim(path):
    """Hold a training for this process alone; wait, and say so, while another one is at it.

    Parameters
    ----------
    path : pathlib.Path
        Of the ``.keras`` file to be. It may be there afterwards: the other process made it.

    Yields
    ------
    pathlib.Path
        The folder of the training's checkpoints. It is deleted once the network is there.

    Raises
    ------
    OSError
        If the store cannot be written.
    """
    part = path.with_suffix(".part")
    # Not in that folder, which the process that holds the lock deletes.
    lock = filelock.FileLock(path.with_suffix(".lock"))
    try:
        part.mkdir(parents=True, exist_ok=True)
        files.sweep(path.parent)
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            console.say(f"Another process trains {path.stem}: waiting until it ends.")
            lock.acquire()
    except OSError as error:
        raise OSError(
            f"the store {path.parent} cannot be written ({error.strerror}). {store.ANOTHER_FOLDER}"
        ) from error
    try:
        yield part
    finally:
        lock.release()
        if path.exists():
            forget(path)


def forget(path):
    """Delete the checkpoints of a training that is over, if there are any and this is allowed.

    Parameters
    ----------
    path : pathlib.Path
        Of the ``.keras`` file.
    """
    shutil.rmtree(path.with_suffix(".part"), ignore_errors=True)
    with contextlib.suppress(OSError):
        path.with_suffix(".lock").unlink(missing_ok=True)


class Checkpoint(keras.callbacks.Callback):
    """Keep the last whole epoch, in one file, if all its numbers are finite.

    Parameters
    ----------
    folder : pathlib.Path
        Where the checkpoints lie: ``epoch-0007.npz`` with the history, the number of threads and
        the state of the network.
    """

    def __init__(self, folder):
        super().__init__()
        self.folder = folder
        self.history = {}

    def restore(self, network):
        """Put a network into the state of the last whole epoch, if there is one.

        Parameters
        ----------
        network : keras.Model
            Compiled.

        Returns
        -------
        history : dict of str to list of float
            Filled further as the training goes on.
        epochs : int
            Whole epochs so far.

        Raises
        ------
        ValueError
            If the checkpoint is damaged.
        """
        # This builds the optimizers. Keras would while it compiles the first step: twice as long.
        variables = state(network)
        whole = sorted(self.folder.glob("epoch-*.npz"))
        if not whole:
            return self.history, 0
        epochs = int(whole[-1].stem.removeprefix("epoch-"))
        try:
            with np.load(io.BytesIO(whole[-1].read_bytes()), allow_pickle=False) as file:
                told = json.loads(str(file["told"]))
                values = [file[str(number)] for number in range(len(variables))]
            threads = told["threads"]
            check_history(told["history"], epochs)
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ValueError(
                f"the checkpoint {whole[-1]} is damaged ({error}): delete the folder "
                f"{self.folder} and train again from the start."
            ) from error
        if threads != machine.threads():
            console.say(
                f"note: epochs 1 to {epochs} were trained with {threads} threads, and this "
                f"process has {machine.threads()}. The weights will differ in their last digits "
                "from those of a training that was not interrupted."
            )
        self.history.update(told["history"])
        return self.history, epochs

    def on_epoch_begin(self, epoch, logs=None):
        """Note the time."""
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        """Add to the history and write the checkpoint.

        Raises
        ------
        FloatingPointError
            If a loss or a weight is not finite. All checkpoints of the training are deleted then.
        """
        for name, value in logs.items():
            self._check_finite(f"{name} is {value}", value, epoch)
        values = [variable.numpy() for variable in state(self.model)]
        for value in values:
            self._check_finite("some of its weights are not finite", value, epoch)
        measured = {**logs, "seconds": time.perf_counter() - self.began}
        for name, value in measured.items():
            self.history.setdefault(name, []).append(float(value))
        if machine.quick():  # who goes on after the one step of a training?
            return
        told = json.dumps({"threads": machine.threads(), "history": self.history})
        numbered = {str(number): value for number, value in enumerate(values)}
        with files.replacing(self.folder / f"epoch-{epoch + 1:04}.npz") as unfinished:
            np.savez(unfinished, told=told, **numbered)
        (self.folder / f"epoch-{epoch:04}.npz").unlink(missing_ok=True)

    def _check_finite(self, problem, value, epoch):
        if not np.isfinite(value).all():
            self.remove()
            raise FloatingPointError(
                f"the training of {self.model.name} has diverged: after epoch {epoch + 1} "
                f"{problem}. Nothing is stored. Train it with a lower learning rate, a tenth for a "
                "start, or in float32 (INPAINTING_GUIDE_PRECISION=float32)."
            )

    def remove(self):
        """Delete the checkpoints."""
        for path in self.folder.glob("epoch-*.npz"):
            path.unlink()


def check_history(history, epochs):
    """Refuse anything but a training's history.

    Parameters
    ----------
    history : dict of str to list of float
        For each measured quantity, ``"seconds"`` among them, a value an epoch.
    epochs : int

    Raises
    ------
    ValueError
        If it is something else.
    """
    lists = history.values() if isinstance(history, dict) and "seconds" in history else [None]
    if not all(
        isinstance(values, list)
        and len(values) == epochs
        and all(isinstance(value, float) and np.isfinite(value) for value in values)
        for values in lists
    ):
        raise ValueError(
            f"its history is {str(history)[:60]}: expected lists of {epochs} numbers, "
            "'seconds' among them"
        )


def state(network):
    """List every variable that the next step depends on.

    ``network.weights`` would leave out the states of random layers such as dropout, which are
    in ``network.variables``, together with the metrics, which start every epoch anew.

    Parameters
    ----------
    network : keras.Model
        Compiled; all optimizers that are its attributes count.

    Returns
    -------
    list of keras.Variable
    """
    optimizers = [
        part for part in vars(network).values() if isinstance(part, keras.optimizers.Optimizer)
    ]
    for optimizer in optimizers:
        if not optimizer.built:  # a model of two optimizers builds them when it is compiled
            optimizer.build(network.trainable_variables)
    metric = {id(variable) for metric in network.metrics for variable in metric.variables}
    own = [variable for variable in network.variables if id(variable) not in metric]
    return own + [variable for optimizer in optimizers for variable in optimizer.variables]
