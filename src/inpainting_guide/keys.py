"""What a trained network is called in the store: a digest of all that decides its outcome."""

import hashlib
import json
import sys
from pathlib import Path

import keras
import numpy as np

from inpainting_guide import batches, code, machine, store


def path(network, images, validation, recipe):
    """Name the file of a trained network.

    Parameters
    ----------
    network : keras.Model
        Compiled, with its first weights.
    images : ndarray of float32
        The training images.
    validation : protocol.Task or None
    recipe : dict
        Seed, steps, batch size and whatever else `inpainting_guide.training.fit` is told.

    Returns
    -------
    pathlib.Path
        In the store, whether it exists or not: its name ends in a digest of all of these, of the
        code behind them, and of the libraries' versions.
    """
    held_out = [] if validation is None else [validation.images, validation.location_map]
    network_config = keras.saving.serialize_keras_object(network)
    compile_config = keras.saving.serialize_keras_object(network.get_compile_config())
    own_code = [*_own_code(network_config), *_own_code(compile_config)]
    decides = [
        network_config["config"],
        _nameless(compile_config),
        [hashlib.sha256(np.ascontiguousarray(array)).hexdigest() for array in (images, *held_out)],
        [hashlib.sha256(weights).hexdigest() for weights in network.get_weights()],
        code.digest(Path(batches.__file__), *own_code, behaviour_only=True),
        [*recipe.values(), keras.config.dtype_policy().name, machine.versions()],
    ]
    key = hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:12]
    return store.folder() / f"{network.name}-seed{recipe['seed']}-{key}.keras"


def _nameless(config):
    """Drop the names from a configuration: Keras numbers optimizers as they are made."""
    if isinstance(config, dict):
        return {key: _nameless(value) for key, value in config.items() if key != "name"}
    return config


def _own_code(config):
    """Find the files of this package whose classes a serialized configuration names."""
    if isinstance(config, dict):
        name = config.get("module") or ""
        if name.startswith(f"{code.PACKAGE.name}."):
            yield Path(sys.modules[name].__file__)
        config = list(config.values())
    if isinstance(config, list | tuple):
        for part in config:
            yield from _own_code(part)
