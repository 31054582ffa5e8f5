"""The command line: fill the holes of a photograph of your own.

    python -m inpainting_guide fill photo.png --mask mask.png --model unet
    python -m inpainting_guide models

Known pixels of the photograph come back byte for byte. Which networks fill images of any size, and
how, is told in `inpainting_guide.any_size`.
"""

import argparse
import json
import os
import re
import sys
import zipfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from inpainting_guide import cars, classical

# TensorFlow takes seconds to start, and classical methods do without it: whatever imports Keras
# is imported where a network is wanted.

WIDE = 24
"""Width of a hole, in pixels, above which a fill comes with a warning: twice that of training."""


def main(arguments=None):
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, optional
        What follows the program's name; by default that of this process.

    Returns
    -------
    int
        Exit status: 0, or 2 if something was wrong, which one line on standard error tells.

    Raises
    ------
    SystemExit
        If the arguments are not those of the command, or ask for help.
    """
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (OSError, ValueError) as error:
        print(f"inpainting_guide: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m inpainting_guide", description="Fill holes in photographs."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    fill = commands.add_parser("fill", help="fill the holes of a photograph")
    fill.add_argument("photograph", type=Path, help="an image file of 8 bits a channel")
    text = "an image of the same size: white is missing, black is known"
    fill.add_argument("--mask", type=Path, required=True, help=text)
    fill.add_argument("--model", required=True, help="a name that 'models' lists or a .keras file")
    text = "a .png file (default: PHOTOGRAPH-filled.png beside the photograph)"
    fill.add_argument("--output", type=Path, help=text)
    fill.add_argument("--force", action="store_true", help="overwrite the output if it exists")
    text = "this many fills, of a network that samples"
    fill.add_argument("--samples", type=int, metavar="N", help=text)
    fill.add_argument("--seed", type=int, default=0, help="of the samples (default: 0)")
    fill.set_defaults(run=_fill)
    models = commands.add_parser("models", help="list the networks and the classical methods")
    models.set_defaults(run=_list_models)
    return parser


def _fill(options):
    outputs = _outputs(options)
    pixels, profile = _read(options.photograph, "RGB")
    missing = _read(options.mask, "L")[0] >= 128
    _check_mask(missing, pixels)
    photograph = np.float32(pixels / 255)[None]
    location_map = np.float32(~missing)[None, ..., None]
    if method := _classical_methods().get(_plain(options.model)):
        if options.samples is not None:
            raise ValueError(f"{options.model} has one fill, no samples: leave out --samples.")
        if method is classical.nearest_car:
            _check_size(options.model, (cars.SIZE, cars.SIZE), missing)
        filled = method(photograph, location_map)
    else:
        network = _network(options.model)
        filled = _fill_by_network(network, photograph, location_map, options)
    for path, image in zip(outputs, filled, strict=True):
        eight_bit = np.uint8(np.rint(image * 255))
        _write(path, np.where(missing[..., None], eight_bit, pixels), profile)
        print(f"{path} written")


def _outputs(options):
    """Name the files to write; refuse any that must not be written."""
    photograph, output = options.photograph, options.output
    if output is None:
        output = photograph.with_name(f"{photograph.stem}-filled.png")
    if output.suffix.lower() != ".png":
        raise ValueError(f"the output {output} must end in .png, which keeps every byte.")
    if not output.parent.is_dir():
        raise ValueError(f"there is no folder {output.parent} for the output.")
    outputs = [output]
    if options.samples is not None:
        if options.samples < 1:
            raise ValueError(f"--samples is {options.samples}: expected at least 1.")
        outputs = [output.with_stem(f"{output.stem}-{n + 1}") for n in range(options.samples)]
    for path in outputs:
        if path.exists() and not options.force:
            raise ValueError(f"{path} exists: name another --output, or add --force.")
    return outputs


def _read(path, mode):
    """Read an image file as it is shown, upright; return its pixels and its colour profile."""
    try:
        with Image.open(path) as image:
            stored_mode = image.mode
            profile = image.info.get("icc_profile") if stored_mode.startswith("RGB") else None
            pixels = np.asarray(ImageOps.exif_transpose(image).convert(mode))
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"{path} cannot be read as an image: {reason}.") from error
    if stored_mode.startswith(("I", "F")):
        raise ValueError(f"{path} has more than 8 bits a channel: save it with 8.")
    return pixels, profile


def _check_mask(missing, pixels):
    if missing.shape != pixels.shape[:2]:
        raise ValueError(
            f"the mask is {_text(missing.shape)} pixels and the photograph "
            f"{_text(pixels.shape)}: they must have the same size."
        )
    if not missing.any():
        raise ValueError("nothing in the mask is white, so nothing is missing: paint the hole.")
    if missing.all():
        raise ValueError("the mask is all white: everything is missing.")


def _text(shape):
    """Write a shape, rows first, as image editors do: width first."""
    return f"{shape[1]} × {shape[0]}"


def _write(path, pixels, profile):
    unfinished = path.with_name(f"{os.getpid()}-unfinished-{path.name}")
    try:
        Image.fromarray(pixels).save(unfinished, format="PNG", icc_profile=profile)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


# -- Models ----------------------------------------------------------------------------------


def _plain(name):
    return re.sub(r"[\s_–]", "-", name.lower())


def _classical_methods():
    return {_plain(name): method for name, method in classical.METHODS.items()}


def _stored():
    """Find the trained networks that ``--model`` can name: the newest file of each."""
    from inpainting_guide import store

    names = {path.name.split("-")[0] for path in store.folder().glob("*-seed0-*.keras")}
    found = {}
    for name in sorted(names):
        try:
            found[name] = store.newest(name)
        except FileNotFoundError:
            continue  # the rest of a write that was cut off
    return found


def _network(name):
    """Load a network: a ``.keras`` file, or the stored one of that name."""
    from inpainting_guide import store

    path = Path(name)
    if path.suffix == ".keras":
        if not path.is_file():
            raise ValueError(f"there is no file {path}.")
    else:
        stored = _stored()
        by_plain_name = {_plain(found): path for found, path in stored.items()}
        scripts = {_plain(known): script for known, script in store.SCRIPTS.items()}
        if _plain(name) not in by_plain_name:
            problem = f"there is no model {name}."
            if script := scripts.get(_plain(name)):
                problem = f"{name} is not trained yet: run gallery/{script}"
                problem += ", or download its .keras file and give that as --model."
            raise ValueError(
                f"{problem} Trained here: {', '.join(stored) or 'nothing'}. Classical methods: "
                f"{', '.join(_classical_methods())}."
            )
        path = by_plain_name[_plain(name)]
    network = store.read_network(path)
    shape = getattr(network, "input_shape", None)
    if not (isinstance(shape, tuple) and len(shape) == 4 and shape[3] == 4):
        raise ValueError(f"{path} holds no network of this guide: it takes {shape}.")
    return network


def _summary(path):
    """Describe a stored network without loading it: parameters, day of training, sizes."""
    from inpainting_guide import any_size, store

    try:
        with zipfile.ZipFile(path) as archive:
            size = any_size.only_size(json.loads(archive.read("config.json")))
            day = json.loads(archive.read("metadata.json"))["date_saved"].split("@")[0]
        parameters = f"{store.read_record(path)['parameters']:,}"
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return "", "", "damaged"
    return parameters, day, _text(size) if size else "any"


def _list_models(_):
    from inpainting_guide import store

    stored = {name: _summary(path) for name, path in _stored().items()}
    print(f"Networks trained here ({store.folder()}):")
    for name, (parameters, day, sizes) in stored.items():
        print(f"  {name:32} {parameters:>10} parameters  trained {day:10}  size {sizes}")
    absent = [f"{name} ({script})" for name, script in store.SCRIPTS.items() if name not in stored]
    print(f"Not trained yet, with their scripts in gallery/: {', '.join(absent) or 'none'}")
    print("Classical methods, which need no training:")
    for name in _classical_methods():
        size = _text((cars.SIZE, cars.SIZE)) if name == "nearest-car" else "any"
        print(f"  {name:32} size {size}")


def _check_size(name, wanted, missing):
    if missing.shape != wanted:
        able = [name for name, path in _stored().items() if _summary(path)[2] == "any"]
        able += [method for method in _classical_methods() if method != "nearest-car"]
        raise ValueError(
            f"{name} fills images of {_text(wanted)} pixels only, and this one is "
            f"{_text(missing.shape)}. Of any size: {', '.join(able)}."
        )


# -- Networks --------------------------------------------------------------------------------


def _fill_by_network(network, photograph, location_map, options):
    """Fill a batch of one image; return a batch of as many fills as were asked for."""
    import keras

    from inpainting_guide import any_size, filling, holes

    missing = location_map[0, ..., 0] == 0
    samples = getattr(network, "samples", None)
    if options.samples is not None and samples is None:
        raise ValueError(f"{options.model} has one fill, no samples: leave out --samples.")
    if size := any_size.only_size(keras.saving.serialize_keras_object(network)):
        _check_size(options.model, size, missing)
        if most := any_size.largest_hole(network):
            _check_hole(options.model, most, missing)
    if (width := _widest(missing)) > WIDE:
        print(
            f"note: a hole is about {width} pixels wide; expect a poor fill of a network that "
            f"learnt holes of {holes.HOLE}.",
            file=sys.stderr,
        )
    if options.samples is not None:
        return samples(photograph, location_map, options.samples, options.seed)[:, 0]
    if missing.shape == network.input_shape[1:3]:
        return filling.fill(network, photograph, location_map)
    return any_size.fill(network, photograph, location_map)


def _check_hole(name, most, missing):
    reach = [int(np.ptp(np.flatnonzero(missing.any(axis=1 - axis)))) + 1 for axis in (0, 1)]
    if any(side > longest for side, longest in zip(reach, most, strict=True)):
        raise ValueError(
            f"{name} fills one hole of at most {_text(most)} pixels, and what is missing reaches "
            f"over {_text(reach)}."
        )


def _widest(missing):
    """Measure the widest hole: twice the way from its middle to the nearest known pixel.

    Beyond the edge of the image nothing is known, so that a hole there counts as wider.
    """
    return 2 * int(cv2.distanceTransform(np.uint8(missing), cv2.DIST_C, 3).max())
