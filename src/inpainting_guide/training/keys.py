"""What a trained network is called in the store: a digest of all that decides its outcome."""

import dis
import functools
import hashlib
import inspect
import json
import re
import sys
import sysconfig
from pathlib import Path

import keras
import numpy as np

from inpainting_guide.common import machine
from inpainting_guide.data import batches, pools
from inpainting_guide.training import digests, store

PACKAGE = digests.PACKAGE.name


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
    return [digests.behaviour(*files), *sorted(map(_with_names, functions))]


def _with_names(function, seen=()):
    """Tell a function of a page, and what it takes from around it: constants, its own helpers."""
    code, seen = function.__code__, (*seen, function)
    cells = zip(code.co_freevars, function.__closure__ or (), strict=True)
    taken = {f"{name} around": _in(cell) for name, cell in cells}
    outside = function.__globals__
    taken |= {name: outside[name] for name in _global_names(code) if name in outside}
    taken |= {"by default": [function.__defaults__, function.__kwdefaults__]}
    told = (f"{name}: {_told(value, seen)}" for name, value in sorted(taken.items()))
    return "\n".join([_source(function), *told])


def _in(cell):
    """Return what a cell holds, or None if it is empty still."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _global_names(code):
    """Find the global names that a function reads, and the functions inside it."""
    for line in dis.get_instructions(code):
        if line.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield line.argval
    for constant in code.co_consts:
        if inspect.iscode(constant):
            yield from _global_names(constant)


def _told(value, seen):
    """Tell a value in words that are the same in every run; of most objects, the class alone."""
    value = getattr(value, "python_function", value)  # of a `tf.function`
    if isinstance(value, functools.partial):
        value = [value.func, value.args, value.keywords]
    if isinstance(value, np.ndarray | np.generic) and value.dtype != object:
        return f"{value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return repr(value)
    if isinstance(value, dict):
        value = [*value.items()]
    if isinstance(value, list | tuple):
        return str([_told(part, seen) for part in value])
    if inspect.isfunction(value) and value not in seen:
        file = Path(value.__code__.co_filename)
        if value.__module__.startswith(f"{PACKAGE}."):
            return digests.behaviour(file)
        if "-packages" not in str(file) and Path(sysconfig.get_path("stdlib")) not in file.parents:
            return _with_names(value, seen)
    return type(value).__qualname__


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
