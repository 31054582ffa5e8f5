"""What can be scored: a network in a file or in the store, a classical method, or its fills."""

import runpy
import zipfile
from pathlib import Path

import cv2
import numpy as np

from inpainting_guide.data import holes
from inpainting_guide.photographs import models

# TensorFlow and ONNX take seconds to start: they are imported where they are wanted.

AT_ONCE = 50
"""Images that an ONNX file is given at once."""

ROUNDING = 0.51 / 255
"""How far a known pixel may differ from the photograph's: what 8 bits round away."""


def fills(entry, task, code=None):
    """Fill a task with what was handed in.

    Parameters
    ----------
    entry : str
        The path of a ``.keras``, ``.onnx`` or ``.npz`` file, or a name that ``models`` lists.
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
        are none: NaN, outside [0, 1], or with other known pixels than the photograph.
    """
    if code is not None:
        _run(code)
    suffix = Path(entry).suffix
    if suffix == ".npz":
        return _handed_in(Path(entry), task)
    if suffix == ".onnx":
        return _by_onnx(Path(entry), task)
    if method := models.classical_methods().get(models.plain(entry)):
        return method(task.incomplete, task.location_map)
    network = models.network(entry)

    from inpainting_guide.filling import by_network

    return _checked(by_network.fill(network, task.incomplete, task.location_map), entry, task)


def _run(code):
    """Run a Python file for the classes that it registers."""
    try:
        runpy.run_path(str(code), run_name="entry")
    except Exception as error:
        raise ValueError(f"{code} cannot be run: {type(error).__name__}: {error}") from error


def _handed_in(path, task):
    """Read fills that somebody made of the task's incomplete images, in their order."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise ValueError(f"there is no file {path}: look for a slip in its name.") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path} is no file of np.savez, or was cut short ({error}): write it anew."
        ) from error
    if len(arrays) != 1 and "fills" not in arrays:
        raise ValueError(
            f"{path} holds {', '.join(arrays) or 'nothing'}: expected one array, `fills`."
        )
    filled = arrays.get("fills", next(iter(arrays.values())))
    _checked(filled, path, task)
    known = np.broadcast_to(task.location_map == 1, filled.shape)
    changed = (np.abs(filled - task.images) > ROUNDING) & known
    if changed.any():
        first = int(changed.any(axis=(1, 2, 3)).argmax())
        raise ValueError(
            f"{path} changes {changed.any(axis=-1).sum():,} known pixels, first in image {first}: "
            "only holes are to be filled. Paste the fills with holes.compose, and look whether the "
            "images are in the task's order."
        )
    return filled


def _checked(filled, entry, task):
    """Refuse what is no fill of a task."""
    try:
        holes.missing_values(task.images, filled, task.location_map)
    except ValueError as error:
        raise ValueError(f"{entry}: {error}") from error
    return filled


def _by_onnx(path, task):
    """Fill with an ONNX file, computed by OpenCV."""
    import onnx

    from inpainting_guide.filling import export

    if not path.is_file():
        raise ValueError(f"there is no file {path}: look for a slip in its name.")
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
    given = np.concatenate([task.incomplete, task.location_map], axis=-1)
    rng = np.random.default_rng(0)
    inputs = [given, *(rng.standard_normal((len(given), *n[1:]), np.float32) for n in others)]
    starts = range(0, len(given), AT_ONCE)
    try:
        parts = [
            export.run(path, *(a[first : first + AT_ONCE] for a in inputs)) for first in starts
        ]
    except cv2.error as error:
        raise ValueError(f"OpenCV cannot compute {path}: {error}") from error
    filled = _checked(np.concatenate(parts), path, task)
    return holes.compose(task.images, filled, task.location_map)
