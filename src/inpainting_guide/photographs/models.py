"""What can fill a photograph: classical methods, trained networks of the store, files."""

import json
import zipfile
from pathlib import Path

from inpainting_guide.common import console, names
from inpainting_guide.data import cars
from inpainting_guide.filling import methods
from inpainting_guide.photographs import pictures

# TensorFlow takes seconds to start, and classical methods do without it: whatever imports Keras
# is imported where a network is wanted.

LOCAL_LAYERS = {
    *("InputLayer", "Conv2D", "Conv2DTranspose", "UpSampling2D", "Rescaling"),
    *("BatchNormalization", "Dropout", "SpatialDropout2D", "GaussianNoise"),
    *("Activation", "LeakyReLU", "ReLU", "Add", "Concatenate", "Multiply"),
}
"""Layers, by the names of their Keras classes, that work on images of any size."""

LARGEST_CONFIG = 16_000_000
"""Most bytes of a network's description, unpacked: a thousand times that of the gallery's."""


def plain(name):
    """Write a name as it is compared: capitals, spaces, hyphens and underscores do not count.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return names.key(name).replace("_", "-")


def classical_methods():
    """Return the classical methods by their plain names.

    Returns
    -------
    dict of str to callable
    """
    return {plain(name): method for name, method in methods.CLASSICAL.items()}


def is_known(name):
    """Tell whether a method goes by a name: a classical one, or a network, trained or not.

    Parameters
    ----------
    name : str

    Returns
    -------
    bool
    """
    return plain(name) in {*classical_methods(), *map(plain, methods.SCRIPTS)}


def network(name):
    """Load a network that fills photographs.

    Parameters
    ----------
    name : str
        The path of a ``.keras`` file, or the name of a network in the store.

    Returns
    -------
    keras.Model

    Raises
    ------
    ValueError
        If there is none of that name, or its file holds no network of this guide.
    """
    path = Path(name) if Path(name).suffix.lower() == ".keras" else _find(name)
    loaded = read(path)
    check_kind(path, loaded)
    shape = getattr(loaded, "input_shape", None)
    if not (isinstance(shape, tuple) and len(shape) == 4 and shape[3] == 4):
        raise ValueError(f"{path} holds no network of this guide: it takes {shape}.")
    return loaded


def read(path):
    """Load a network from a file, and look before Keras does whether it can be one.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    keras.Model

    Raises
    ------
    ValueError
        If there is no such file, or it holds no network.
    """
    from inpainting_guide.training import store

    _check_file(path)
    console.import_quietly("keras")
    return store.read_network(path)


def check_kind(name, network):
    """Refuse a network that takes no floats, or has several outputs.

    Parameters
    ----------
    name : str or pathlib.Path
        What it is called in the message.
    network : keras.Model

    Raises
    ------
    ValueError
        With what was expected.
    """
    import keras

    def tensors(name):  # a class of somebody's own may call anything so
        parts = keras.tree.flatten(getattr(network, name, None))
        return [part for part in parts if isinstance(part, keras.KerasTensor)]

    for tensor in tensors("inputs"):
        if not keras.backend.is_float_dtype(tensor.dtype):
            raise ValueError(
                f"{name} takes {tensor.dtype}, and pixels are given as floats in [0, 1], which "
                "would be rounded away: let its input take float32."
            )
    if (count := len(tensors("outputs"))) > 1:
        raise ValueError(f"{name} has {count} outputs: expected one, the image with its fill.")


def only_size(serialized):
    """Tell the only size of images that a network fills.

    Parameters
    ----------
    serialized : dict
        What ``keras.saving.serialize_keras_object`` makes of a network, and what its ``.keras``
        file holds as ``config.json``. Of an adversarial game, the generator decides.

    Returns
    -------
    tuple of int or None
        Height and width in pixels; None if it fills any size, because all of its layers are local
        or because it paints one square, wherever it is.

    Raises
    ------
    ValueError
        If it takes images of any size, but has layers that are not known to be local.
    """
    config = serialized["config"]
    layers = config.get("generator", serialized)["config"].get("layers")
    if not layers:
        mean = config.get("mean_network")  # of a flow
        side = mean and mean["config"]["layers"][0]["config"]["batch_shape"][1]
        side = side or config.get("size", cars.SIZE)
        return side, side
    kinds = {layer["class_name"] for layer in layers}
    if kinds <= LOCAL_LAYERS or "PastePatch" in kinds:
        return None
    size = tuple(layers[0]["config"]["batch_shape"][1:3])
    if None in size:
        raise ValueError(
            "the network takes images of any size, but not all of its layers are known to work on "
            f"any: {', '.join(sorted(kinds - LOCAL_LAYERS))}. Build it for one, as in "
            "keras.Input((32, 32, 4))."
        )
    return size


def of_any_size():
    """Name what fills images of any size.

    Returns
    -------
    list of str
        Trained networks, if the store can be read, then classical methods.
    """
    try:
        able = [name for name, path in _stored().items() if _summary(path)[2] == "any"]
    except (OSError, ValueError, RuntimeError):
        able = []  # an error is being told already
    return able + [plain(m.name) for m in methods.METHODS.values() if m.classical and m.any_size]


def listing():
    """Describe all that can fill.

    Returns
    -------
    list of str
        The lines to print.
    """
    from inpainting_guide.training import store

    stored = {name: _summary(path) for name, path in _stored().items()}
    scripts = methods.SCRIPTS.items()
    absent = [f"{name} ({script})" for name, script in scripts if name not in stored]
    only = pictures.size_in_words((cars.SIZE, cars.SIZE))
    return [
        f"Networks trained here ({store.folder()}):",
        *(
            f"  {name:32} {parameters:>10} parameters  trained {day:10}  size {sizes}"
            for name, (parameters, day, sizes) in stored.items()
        ),
        f"Not trained yet, with their scripts in gallery/: {', '.join(absent) or 'none'}",
        "Classical methods, which need no training:",
        *(
            f"  {plain(method.name):32} size {'any' if method.any_size else only}"
            for method in methods.METHODS.values()
            if method.classical
        ),
    ]


def _stored():
    """Find the trained networks that ``--model`` can name: the newest file of each."""
    from inpainting_guide.training import store

    paths = store.folder().glob("*-seed0-*.keras")
    found = {path.name.rpartition("-seed0-")[0] for path in paths}
    return {name: store.newest(name) for name in sorted(found)}


def _find(name):
    stored = _stored()
    by_plain_name = {plain(found): path for found, path in stored.items()}
    scripts = {plain(known): script for known, script in methods.SCRIPTS.items()}
    if plain(name) not in by_plain_name:
        problem = f"there is no model {name}."
        if script := scripts.get(plain(name)):
            problem = f"{name} is not trained yet: run gallery/{script}"
            problem += ", or download its .keras file and name that instead."
        raise ValueError(
            f"{problem} Trained here: {', '.join(stored) or 'nothing'}. Classical methods: "
            f"{', '.join(classical_methods())}."
        )
    return by_plain_name[plain(name)]


def _check_file(path):
    if not path.is_file():
        raise ValueError(f"there is no file {path}: look for a slip in its name.")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_description(archive)
    except (zipfile.BadZipFile, NotImplementedError):
        raise ValueError(
            f"{path} is no Keras file, or a download of it was cut short: get it anew."
        ) from None  # a cause would be taken for one of Keras's


def _check_description(archive):
    for part in archive.infolist():
        if part.filename.endswith(".json") and part.file_size > LARGEST_CONFIG:
            raise ValueError(
                f"{archive.filename} is no network of this guide: its {part.filename} unpacks to "
                f"{part.file_size:,} bytes, and {LARGEST_CONFIG:,} are the most that is read."
            )


def _summary(path):
    """Describe a stored network without loading it: parameters, day of training, sizes."""
    from inpainting_guide.training import store

    try:
        with zipfile.ZipFile(path) as archive:
            _check_description(archive)
            sizes = _sizes(json.loads(archive.read("config.json")))
            day = json.loads(archive.read("metadata.json"))["date_saved"].split("@")[0]
        parameters = f"{store.read_record(path)['parameters']:,}"
        return parameters, day, sizes
    # Whatever is wrong with one file must not hide the others.
    except Exception:
        return "", "", "damaged"


def _sizes(serialized):
    try:
        size = only_size(serialized)
    except ValueError:  # it is whole, but nobody has tried
        return "unknown"
    return pictures.size_in_words(size) if size else "any"
