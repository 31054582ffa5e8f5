"""What can be scored: a network in a file or in the store, a classical method, or its fills."""

import contextlib
import runpy
import sys
from pathlib import Path

import cv2
import numpy as np

from inpainting_guide.common import console
from inpainting_guide.data import holes
from inpainting_guide.photographs import models

# TensorFlow and ONNX take seconds to start: they are imported where they are wanted.

KINDS = (".keras", ".onnx", ".npz")
"""How the names of files end that can be scored."""

AT_ONCE = 50
"""Images that a network is given at once."""

ROUNDING = 0.51 / 255
"""How far a known pixel may differ from the photograph's: what 8 bits round away."""


def check(entry):
    """Refuse what is neither a file that can be scored nor a name.

    Parameters
    ----------
    entry : str
        The path of a file that ends in one of `KINDS`, or a name that ``models`` lists.

    Raises
    ------
    ValueError
        If it is no file, or one that ends otherwise.
    """
    path = Path(entry)
    expected = f"expected a {', '.join(KINDS[:-1])} or {KINDS[-1]} file, or a name of a method"
    if not path.name:
        raise ValueError(f"there is nothing to score in {entry!r}: {expected}.")
    if path.suffix.lower() in KINDS:
        if not path.is_file():
            raise ValueError(f"there is no file {path}: look for a slip in its name.")
    elif path.suffix or (path.exists() and not models.is_known(entry)):
        raise ValueError(f"{path} cannot be scored: {expected}.")


def fills(entry, task, code=None):
    """Fill a task with what was handed in.

    Parameters
    ----------
    entry : str
        See `check`.
    task : protocol.Task
    code : path-like, optional
        A Python file that registers the classes of a ``.keras`` file
        (``keras.saving.register_keras_serializable``). It is run.

    Returns
    -------
    ndarray of float, shape (n, 32, 32, 3)

    Raises
    ------
    ValueError
        If there is no such entry, its file is damaged, it takes or gives other shapes, or its fills
        are none: NaN, far outside [0, 1], or with other known pixels than the photograph.
    """
    check(entry)
    if code is None:
        return _fills(entry, task)
    with beside(Path(code)):
        run(Path(code))
        return _fills(entry, task, code)


def _fills(entry, task, code=None):
    path = Path(entry)
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return _handed_in(path, task)
    if suffix == ".onnx":
        return _computed(entry, task, _by_onnx(path, task))
    if suffix == ".keras":
        return by_keras(entry, _own(path, code), task)
    if method := models.classical_methods().get(models.plain(entry)):
        return method(task.incomplete, task.location_map)
    return by_keras(entry, models.network(entry), task)


@contextlib.contextmanager
def beside(code):
    """Let somebody's Python file import its neighbours, when it is run and as long as it is used.

    Parameters
    ----------
    code : pathlib.Path

    Yields
    ------
    callable
        Without arguments. It forgets the neighbours that were imported: they begin anew.
    """
    folder, before = code.resolve().parent, {*sys.modules}

    def forget():
        for name in {*sys.modules} - before:
            place = folder.joinpath(*name.split("."))
            # Not all that lies somewhere below the folder: it may hold an environment of Python.
            file = getattr(sys.modules[name], "__file__", None)
            if file in (f"{place}.py", str(place / "__init__.py")):
                del sys.modules[name]

    sys.path.insert(0, str(folder))
    try:
        yield forget
    finally:
        forget()
        with contextlib.suppress(ValueError):
            sys.path.remove(str(folder))


def run(code):
    """Run somebody's Python file.

    Parameters
    ----------
    code : pathlib.Path

    Returns
    -------
    dict
        What the file defines, by name.

    Raises
    ------
    ValueError
        If it cannot be run.
    """
    try:
        return runpy.run_path(str(code), run_name="entry")
    except (MemoryError, console.Ended):
        raise
    except (Exception, SystemExit) as error:
        raise ValueError(f"{code} cannot be run: {type(error).__name__}: {error}") from error


def by_keras(entry, network, task):
    """Fill a task with a Keras network that somebody made.

    Parameters
    ----------
    entry : str or pathlib.Path
        What it is called if something is wrong.
    network : keras.Model
    task : protocol.Task

    Returns
    -------
    ndarray of float, shape (n, 32, 32, 3)

    Raises
    ------
    ValueError
        If it takes or gives other things, or its fills are none: NaN, or far outside [0, 1].
    """
    models.check_kind(entry, network)

    def compute(given):
        # In mixed precision a network may answer in bfloat16.
        return np.float32(network.predict(given, batch_size=AT_ONCE, verbose=0))

    return _computed(entry, task, compute)


def _handed_in(path, task):
    """Read fills that somebody made of the task's incomplete images, in their order."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except MemoryError:
        raise
    # A damaged archive fails in the ways of several libraries: each means the same.
    except Exception as error:
        raise ValueError(
            f"{path} is no file of np.savez, or was cut short ({error}): write it anew."
        ) from error
    if len(arrays) != 1 and "fills" not in arrays:
        raise ValueError(
            f"{path} holds {', '.join(arrays) or 'nothing'}: expected one array, `fills`."
        )
    filled = arrays.get("fills", next(iter(arrays.values())))
    _check_fills(path, task, filled)
    known = np.broadcast_to(task.location_map == 1, filled.shape)
    # NaN is refused as well.
    changed = ~(np.abs(filled - task.images) <= ROUNDING) & known
    if changed.any():
        first = int(changed.any(axis=(1, 2, 3)).argmax())
        raise ValueError(
            f"{path} changes {changed.any(axis=-1).sum():,} known pixels, first in image {first}: "
            "only holes are to be filled. Paste the fills with holes.compose, and look whether the "
            "images are in the task's order."
        )
    return filled


def _computed(entry, task, compute):
    """Give a network the task; its fills, with the photograph's own known pixels."""
    given = np.concatenate([task.incomplete, task.location_map], axis=-1)
    try:
        filled = compute(given)
    except MemoryError:
        raise
    # Whatever goes wrong in somebody's own network: it is told, with the network's name.
    except Exception as error:
        raise ValueError(
            f"{entry} cannot fill images and maps of shape {given.shape}: {type(error).__name__}: "
            f"{error}"
        ) from error
    _check_fills(entry, task, filled)
    return holes.compose(task.images, filled, task.location_map)


def _check_fills(entry, task, filled):
    try:
        holes.missing_values(task.images, filled, task.location_map)
    except ValueError as error:
        raise ValueError(f"{entry}: {error}") from error


def _own(path, code):
    """Load somebody's own network."""
    try:
        return models.read(path)
    except ValueError as error:
        if error.__cause__ is None:
            raise
        mend = f"see that {code} registers all of them"
        if code is None:
            mend = "name the Python file that registers them with --code"
        raise ValueError(
            f"{path} cannot be loaded ({error.__cause__}): save it anew. If it has classes of your "
            f"own, {mend}."
        ) from error


def _by_onnx(path, task):
    """Make a function of an ONNX file, computed by OpenCV."""
    import onnx

    from inpainting_guide.filling import export

    try:
        model = onnx.load(path)
        onnx.checker.check_model(model)
    # What is no protocol buffer fails in ways of its own library.
    except Exception as error:
        raise ValueError(f"{path} is damaged or is no ONNX file: {error}") from error
    shapes = export.input_shapes(model)
    size = task.images.shape[1:3]
    first, *others = shapes.values() or [[]]
    fits = all(side in (0, wanted) for side, wanted in zip(first[1:], (*size, 4), strict=False))
    if len(first) != 4 or not fits or len(others) > 1:
        raise ValueError(
            f"{path} takes {shapes}: expected one input of shape (n, {size[0]}, {size[1]}, 4), the "
            "incomplete image and its location map, and at most a second one for noise."
        )

    def compute(given):
        rng = np.random.default_rng(0)
        noise = [rng.standard_normal((len(given), *n[1:]), np.float32) for n in others]
        at_once = first[0] or AT_ONCE
        try:
            parts = [
                export.run(path, *(array[at : at + at_once] for array in (given, *noise)))
                for at in range(0, len(given), at_once)
            ]
        except cv2.error as error:
            raise ValueError(f"OpenCV cannot compute it: {error}") from error
        return np.concatenate(parts)

    return compute
