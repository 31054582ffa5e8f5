"""Checkpoints that hold all that the next step of a training depends on."""

import json
import shutil
import time
import zipfile

import keras
import numpy as np

from inpainting_guide import store


class Checkpoint(keras.callbacks.Callback):
    """Keep the last whole epoch: one folder, written under another name and renamed.

    Parameters
    ----------
    folder : pathlib.Path
        Where the checkpoints lie: ``epoch-0007/state.npz`` and ``history.json``.
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
        whole = sorted(self.folder.glob("epoch-*"))
        if whole:
            try:
                self.history.update(json.loads((whole[-1] / "history.json").read_text("utf-8")))
                with (whole[-1] / "state.npz").open("rb") as file:
                    values = np.load(file, allow_pickle=False)
                    for number, variable in enumerate(state(network)):
                        variable.assign(values[str(number)])
            except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
                raise ValueError(
                    f"the checkpoint {whole[-1]} is damaged ({error}): delete the folder "
                    f"{self.folder} and train again from the start."
                ) from error
        return self.history, len(self.history.get("seconds", []))

    def on_epoch_begin(self, epoch, logs=None):
        """Note the time."""
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        """Add to the history and write the checkpoint."""
        measured = {**logs, "seconds": time.perf_counter() - self.began}
        for name, value in measured.items():
            self.history.setdefault(name, []).append(float(value))
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        values = {str(n): v.numpy() for n, v in enumerate(state(self.model))}
        np.savez(unfinished / "state.npz", **values)
        store.write_json(unfinished / "history.json", self.history)
        unfinished.rename(self.folder / f"epoch-{epoch + 1:04}")
        shutil.rmtree(self.folder / f"epoch-{epoch:04}", ignore_errors=True)

    def remove(self):
        """Delete the checkpoints: the training is over."""
        shutil.rmtree(self.folder)


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
