"""The store of trained networks: trained once, read by every page that needs them.

The store is the folder named by the environment variable ``INPAINTING_GUIDE_STORE``, or
``~/.inpainting-guide``. Full and quick results lie in folders of their own, so that a network
of a quick run is never taken for a trained one:

    full/direct_cnn-seed0-1a2b3c4d5e6f.keras   the network, for ``keras.saving.load_model``
    full/direct_cnn-seed0-1a2b3c4d5e6f.json    its training curve, seconds, images, machine
    full/direct_cnn-seed0-1a2b3c4d5e6f.part/   the last epoch of a training under way

The last part of a name is a digest of all that decides the outcome: the architecture and its
first weights, what was compiled, the images, how many of them are seen in which batches, and the
code of the batches and of any class of our own (`inpainting_guide.training.fit`).
"""

import csv
import importlib
import json
import os
import zipfile
from pathlib import Path

import keras

from inpainting_guide import machine


def folder():
    """Return the store's folder for this mode, full or quick; create it if need be.

    Returns
    -------
    pathlib.Path
    """
    root = os.environ.get("INPAINTING_GUIDE_STORE") or "~/.inpainting-guide"
    path = Path(root).expanduser().resolve() / ("quick" if machine.quick() else "full")
    path.mkdir(parents=True, exist_ok=True)
    return path


SCRIPTS = {
    "direct_cnn": "03_direct_cnn.py",
    "autoencoder": "04_autoencoder.py",
    "unet": "05_unet.py",
    "patch_autoencoder": "07_patch_autoencoder.py",
    "cvae_as_printed": "08_cvae_as_printed.py",
    "cvae": "09_cvae.py",
    "gan_autoencoder_generator": "11_gan_autoencoder_generator.py",
    "gan_as_printed": "12_gan_as_printed.py",
    "gan": "13_gan.py",
    "global_and_local": "14_global_and_local.py",
}
"""Which script of the gallery trains a network."""


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
        If its file is damaged.
    """
    return read_network(newest(name, seed))


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
    found = sorted(
        folder().glob(f"{name}-seed{seed}-*.keras"), key=lambda path: path.stat().st_mtime
    )
    if not found:
        script = f"gallery/{SCRIPTS[name]}" if name in SCRIPTS else "the script that trains it"
        raise FileNotFoundError(
            f"{folder()} holds no network {name!r} with seed {seed}: run {script} first. Networks "
            f"of the gallery: {', '.join(SCRIPTS)}."
        )
    return found[-1]


def read_network(path):
    """Load one ``.keras`` file; no code is ever unpickled from it.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    keras.Model

    Raises
    ------
    ValueError
        If the file is damaged.
    """
    try:
        _register_own_classes()
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path} is damaged or is no Keras file ({error}). Delete it and run the gallery "
            "script that trains it again."
        ) from error


def _register_own_classes():
    """Import the modules whose classes a stored network may be of: importing registers them."""
    for name in ("cvae", "gan", "optimizers", "windows"):  # a compiled generator has an optimizer
        importlib.import_module(f"inpainting_guide.{name}")


def save_network(network, path, record):
    """Save a trained network and its record; neither is ever seen half written.

    The optimizer is left out: the file is half as large and loads without its class.

    Parameters
    ----------
    network : keras.Model
    path : pathlib.Path
        Ends in ``.keras``.
    record : dict
        Anything that JSON can hold.
    """
    write_json(path.with_suffix(".json"), record)
    unfinished = path.with_name(f"{os.getpid()}-unfinished-{path.name}")
    plain = type(network).from_config(network.get_config())
    plain.set_weights(network.get_weights())
    try:
        keras.saving.save_model(plain, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_record(path):
    """Read the record of a stored network: training curve, seconds, images, machine.

    Parameters
    ----------
    path : pathlib.Path
        Of the ``.keras`` file.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If the record is damaged or missing.
    """
    record = path.with_suffix(".json")
    try:
        return json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(
            f"{record} is damaged or missing ({error}). Delete it and {path.name} and run the "
            "gallery script that trains the network again."
        ) from error


def publish(page, results):
    """Keep the numbers that a page measured, for the chapters of the same site to quote.

    A build of the site names the folder in the environment variable
    ``INPAINTING_GUIDE_RESULTS``. Without it, when a script runs alone, nothing is kept.

    Parameters
    ----------
    page : str
        Name of the gallery script, without ``.py``.
    results : dict
        Anything that JSON can hold.
    """
    if results_folder := os.environ.get("INPAINTING_GUIDE_RESULTS"):
        path = Path(results_folder) / f"{page}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, results)


def publish_table(page, rows):
    """Keep a page's whole table as a CSV file, for readers to download.

    Like `publish`, it keeps nothing when a script runs alone.

    Parameters
    ----------
    page : str
        Name of the gallery script, without ``.py``.
    rows : list of dict
        A line each, all with the same columns.

    Raises
    ------
    ValueError
        If there are no rows, or one has other columns than the first.
    """
    if not rows or any(row.keys() != rows[0].keys() for row in rows):
        raise ValueError(
            f"a table of {len(rows)} rows: expected at least one, all with the same columns."
        )
    if results_folder := os.environ.get("INPAINTING_GUIDE_RESULTS"):
        path = Path(results_folder) / f"{page}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{os.getpid()}-unfinished-{path.name}")
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        unfinished.replace(path)


def write_json(path, content):
    """Write a JSON file under a temporary name and rename it.

    Parameters
    ----------
    path : pathlib.Path
    content : dict
    """
    unfinished = path.with_name(f"{os.getpid()}-unfinished-{path.name}")
    unfinished.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(path)
