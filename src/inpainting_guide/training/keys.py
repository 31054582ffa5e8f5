"""What a trained network is called in the store: a digest of all that decides its outcome."""

import hashlib
import inspect
import json
import re
import sys
import types
from pathlib import Path

import keras
import numpy as np

from inpainting_guide.common import machine
from inpainting_guide.data import batches, pools
from inpainting_guide.training import digests, store

PACKAGE = digests.PACKAGE.name
EMPTY = types.CellType()


def path(network, images, validation, recipe, pool=None):
    """Name the file of a trained network.

    Parameters
    ----------
    network : keras.Model
        Compiled, with its first weights.
    images : ndarray of float32
        The training images.
    validation : protocol.Task or None
    recipe : dict
        Seed, steps, batch size and whatever else `inpainting_guide.training.fitting.fit` is told.
    pool : ndarray of float32, optional
        Location maps from which the holes are taken, in place of squares.

    Returns
    -------
    pathlib.Path
        In the store, whether it exists or not: its name ends in a digest of all of these, of the
        code behind them, and of the libraries' versions.
    """
    arrays = [images]
    if validation is not None:
        arrays += [validation.images, validation.location_map]
    if pool is not None:
        arrays.append(pool)
    network_config = keras.saving.serialize_keras_object(network)
    compile_config = keras.saving.serialize_keras_object(network.get_compile_config())
    runs = [*_running(network), *_classes([network_config, compile_config])]
    own_code = _own_code(runs, pool)
    decides = [
        network_config["config"],
        _nameless(compile_config),
        [hashlib.sha256(np.ascontiguousarray(array)).hexdigest() for array in arrays],
        [hashlib.sha256(weights).hexdigest() for weights in network.get_weights()],
        own_code,
        [*recipe.values(), keras.config.dtype_policy().name, machine.versions()],
    ]
    key = hashlib.sha256(_numbered(decides).encode()).hexdigest()[:12]
    return store.folder() / f"{network.name}-seed{recipe['seed']}-{key}.keras"


def _numbered(config):
    """Write a configuration with every layer that nobody named called by where it stands.

    Keras numbers such layers as they are made, so that their names tell what was made before.
    """
    places = {name: number for number, name in enumerate(dict.fromkeys(_given_names(config)))}

    def written(found):
        return f'"layer {places[found[1]]}"' if found[1] in places else found[0]

    return re.sub(r'"(\w+)"', written, json.dumps(config))


def _given_names(config):
    """Find the names in a configuration that Keras made of those of their classes."""
    if isinstance(config, dict):
        # Keras's own two steps from Conv2DTranspose to conv2d_transpose.
        snake = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", config.get("class_name") or "")
        snake = re.sub(r"([a-z])([A-Z])", r"\1_\2", snake).lower()
        for part in (config, config.get("config")):
            name = part.get("name") if snake and isinstance(part, dict) else None
            if name and re.fullmatch(rf"{re.escape(snake)}(_\d+)?", name):
                yield name
        config = list(config.values())
    if isinstance(config, list | tuple):
        for part in config:
            yield from _given_names(part)


def _nameless(config):
    """Drop the names from a configuration: Keras numbers optimizers as they are made."""
    if isinstance(config, dict):
        return {key: _nameless(value) for key, value in config.items() if key != "name"}
    return config


def _running(network):
    """List what runs in a training, whatever Keras knows of it: functions, and else classes."""
    parts = [*network._flatten_layers(), *keras.tree.flatten(network.loss), network.optimizer]
    return [part if inspect.isfunction(part) else type(part) for part in parts]


def _classes(config):
    """Find the classes and functions, not Keras's own, that a serialized configuration names."""
    if isinstance(config, dict):
        found = keras.saving.get_registered_object(config.get("registered_name") or "")
        if found is None and (module := sys.modules.get(config.get("module") or "")):
            a_function = config.get("class_name") == "function"
            name = config.get("config" if a_function else "class_name")
            found = getattr(module, name, None) if isinstance(name, str) else None
        if found is not None:
            yield found
        config = list(config.values())
    if isinstance(config, list | tuple):
        for part in config:
            yield from _classes(part)


def _own_code(runs, pool):
    """Digest the code of the batches, of functions, and of classes and what they inherit from."""
    bases = {base for found in runs for base in getattr(found, "__mro__", (found,))}
    code = {function for base in bases for function in _functions(base)}
    # A class may go by another module than its functions: one that stands in for a Keras layer.
    modules = {part.__module__ for part in bases | code}
    files = [Path(sys.modules[name].__file__) for name in modules if name.startswith(PACKAGE)]
    foreign = ("builtins", "keras.", "tensorflow.", PACKAGE)
    functions = (f for f in code if not f.__module__.startswith(foreign))
    streams = [batches] if pool is None else [batches, pools]
    files += [Path(module.__file__) for module in streams]
    told, seen = [digests.behaviour(*files)], set()
    return told + sorted(text for function in functions for text in _with_names(function, seen))


def _with_names(function, seen):
    """Tell a function of a page, and what it takes from around it: constants, its own helpers."""
    if function in seen:
        return
    seen.add(function)
    yield _source(function)
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    around = {name: cell.cell_contents for name, cell in cells if cell != EMPTY}
    around |= {
        name: function.__globals__[name]
        for name in function.__code__.co_names
        if name in function.__globals__
    }
    for name, value in sorted(around.items()):
        if isinstance(value, bool | int | float | str | tuple):
            yield f"{name} = {value!r}"
        elif isinstance(value, np.ndarray):
            yield f"{name} = {hashlib.sha256(np.ascontiguousarray(value)).hexdigest()}"
        elif inspect.isfunction(value) and not _is_installed(value):
            yield from _with_names(value, seen)


def _is_installed(function):
    """Tell whether a function is of a library, whose version is told otherwise, or of this one."""
    file = function.__code__.co_filename
    return function.__module__.startswith(PACKAGE) or "site-packages" in file


def _functions(base):
    """Find the functions of a class, also static ones and those of properties; or the one given."""
    wrapped = "__func__", "fget", "fset", "func", "python_function"
    for part in (base, *vars(base).values()):
        inside = (getattr(part, name, None) for name in wrapped)
        yield from filter(inspect.isfunction, (part, *inside))


def _source(function):
    """Return the code of a function of a page: its text, or what was compiled of it."""
    code = function.__code__
    # For a string that was run, Python 3.13 returns that of ``python -c``, whatever it is.
    if code.co_filename == "<string>":
        return _compiled(code)
    try:
        return inspect.getsource(function)
    except OSError:  # typed into an interpreter
        return _compiled(code)


def _compiled(code):
    """Write what a function, and those inside it, were compiled to."""
    constants = [_compiled(each) if inspect.iscode(each) else each for each in code.co_consts]
    return f"{code.co_qualname} {code.co_code.hex()} {code.co_names} {constants}"
