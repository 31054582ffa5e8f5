"""The store of trained networks: trained once, read by every page that needs them.

The store is the folder named by the environment variable ``INPAINTING_GUIDE_STORE``, or
``~/.inpainting-guide``. Full and quick results lie in folders of their own, so that a network
of a quick run is never taken for a trained one:

    full/direct_cnn-seed0-1a2b3c4d5e6f.keras   the network, for ``keras.saving.load_model``
    full/direct_cnn-seed0-1a2b3c4d5e6f.json    its training curve, seconds, images, machine
    full/direct_cnn-seed0-1a2b3c4d5e6f.part/   a training under way: its last epoch
    full/direct_cnn-seed0-1a2b3c4d5e6f.lock    held by the process that trains
    full/direct_cnn-seed0.json                 which of several such networks was used last

The last part of a name is a digest of all that decides the outcome: the architecture and its
first weights, what was compiled, the images, how many of them are seen in which batches, the code
of the batches and of any class of our own, and the versions of TensorFlow, Keras and NumPy
(`inpainting_guide.training.fitting.fit`).

Reading needs no right to write: a store can be shared.
"""

import contextlib
import importlib
import json
import os
import pkgutil
import zipfile
from pathlib import Path

from inpainting_guide.common import files, machine

# Keras takes seconds to start: it is imported where a network is read or written.

ANOTHER_FOLDER = "Name another folder in the environment variable INPAINTING_GUIDE_STORE."

_used_here: dict = {}
"""The networks that this process used last, by folder, name and seed."""


def folder():
    """Return the store's folder for this mode, full or quick, whether it exists or not.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError
        If the system knows no home folder and no other is named.
    """
    root = os.environ.get("INPAINTING_GUIDE_STORE") or "~/.inpainting-guide"
    try:
        path = Path(root).expanduser().resolve()
    except RuntimeError as error:
        raise ValueError(f"no place for the store {root}: {error} {ANOTHER_FOLDER}") from error
    return path / ("quick" if machine.quick() else "full")


def load(name, seed=0):
    """Load a trained network: of that name and seed, the one trained or asked for last.

    Parameters
    ----------
    name : str
        The network's name, for instance ``"direct_cnn"``.
    seed : int
        The seed of its training.

    Returns
    -------
    keras.Model
        Not compiled. `read_record` of its file (`newest`) tells how it was trained.

    Raises
    ------
    FileNotFoundError
        If no such network was trained.
    ValueError
        If its file is damaged, or is that of another network.
    """
    path = newest(name, seed)
    read_record(path)  # which checks the file
    network = read_network(path)
    if network.name != name:
        raise ValueError(
            f"{path} holds the network {network.name!r}, expected {name!r}: another file was given "
            "its name. Delete it and run the script that trains it again."
        )
    return network


def newest(name, seed=0):
    """Find the file of a trained network: of that name and seed, the one used last.

    Parameters
    ----------
    name : str
    seed : int

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileNotFoundError
        If no such network was trained.
    """
    found = sorted(folder().glob(f"{name}-seed{seed}-*.keras"))
    if not found:
        raise FileNotFoundError(f"{folder()} holds no network {name!r} with seed {seed}.")
    used = _used_here.get((folder(), name, seed))
    if used is None:
        with contextlib.suppress(ValueError, KeyError):
            used = folder() / str(files.read_json(pointer(name, seed))["network"])
    # Without a pointer the file's time is all there is to go by.
    return used if used in found else max(found, key=lambda path: path.stat().st_mtime_ns)


def note_use(path, name, seed):
    """Remember that a network is the one of its name and seed that was used last.

    Parameters
    ----------
    path : pathlib.Path
    name : str
    seed : int
    """
    _used_here[path.parent, name, seed] = path
    with contextlib.suppress(ValueError, KeyError):
        if files.read_json(pointer(name, seed))["network"] == path.name:
            return
    with contextlib.suppress(OSError):  # a store that may only be read
        files.write_json(pointer(name, seed), {"network": path.name})


def pointer(name, seed):
    """Return the path of the note which network of a name and seed was used last.

    Parameters
    ----------
    name : str
    seed : int

    Returns
    -------
    pathlib.Path
        Whether it exists or not.
    """
    return folder() / f"{name}-seed{seed}.json"


def read_network(path):
    """Load one ``.keras`` file; no code is ever unpickled from it.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    keras.Model

    Raises
    ------
    ValueError
        If there is no such file, it is damaged, or it is none of this guide's networks.
    """
    import keras

    path = Path(path)
    if not path.is_file():
        raise ValueError(f"there is no file {path}.")
    if path.suffix != ".keras":
        raise ValueError(
            f"{path}: Keras reads files whose names end in .keras, in small letters: rename it."
        )
    _register_own_classes()
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except MemoryError:
        raise
    # A file that somebody tampered with can make Keras fail in any way: each means the same.
    except Exception as error:
        remedy = "get it anew, or train it again"
        if (version := _saved_by(path)) not in (None, keras.__version__):
            remedy += f"; or try Keras {version}, which has saved it, for {keras.__version__}"
        raise ValueError(
            f"{path} is damaged or is no Keras file of this guide ({error}): {remedy}."
        ) from error


def _saved_by(path):
    """Tell the version of Keras that has written a file, if the file says so."""
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read("metadata.json")).get("keras_version")
    except MemoryError:
        raise
    except Exception:  # of a file that may be damaged anywhere
        return None


def _register_own_classes():
    """Import the modules whose classes a stored network may be of: importing registers them."""
    networks = importlib.import_module("inpainting_guide.networks")
    for module in pkgutil.iter_modules(networks.__path__, f"{networks.__name__}."):
        importlib.import_module(module.name)
    importlib.import_module("inpainting_guide.training.optimizers")  # of a compiled generator


def save_network(network, path, record):
    """Save a trained network and its record; neither is ever seen half written.

    The optimizer is left out: the file is half as large and loads without its class.

    Parameters
    ----------
    network : keras.Model
    path : path-like
        Ends in ``.keras``; its folder is created if need be.
    record : dict
        Anything that JSON can hold.

    Returns
    -------
    dict
        The record, to which the file's checksum was added.

    Raises
    ------
    ValueError
        If the record holds a number that is not finite.
    """
    import keras

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = type(network).from_config(network.get_config())
    plain.set_weights(network.get_weights())
    with files.replacing(path) as unfinished:
        keras.saving.save_model(plain, unfinished)
        record = record | {"sha256": files.checksum(unfinished)}
        files.write_json(path.with_suffix(".json"), record)
    return record


def read_record(path):
    """Read the record of a stored network: training curve, seconds, images, machine.

    Parameters
    ----------
    path : path-like
        Of the ``.keras`` file.

    Returns
    -------
    dict

    Raises
    ------
    FileNotFoundError
        If there is a record, and no network.
    ValueError
        If the record is damaged or missing, or is not that of the file as it is now.
    """
    path = Path(path)
    remedy = f"Delete it and {path.name} and run the gallery script that trains the network again."
    try:
        record = files.read_json(path.with_suffix(".json"))
    except ValueError as error:
        raise ValueError(f"{error} {remedy}") from error
    expected, found = record.get("sha256"), files.checksum(path)
    if expected not in (None, found):
        raise ValueError(
            f"{path} is damaged or another file: its SHA-256 is {found}, expected {expected} from "
            f"{path.with_suffix('.json').name}. {remedy}"
        )
    return record
