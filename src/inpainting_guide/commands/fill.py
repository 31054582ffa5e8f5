"""``fill``: fill the holes of a photograph of your own; ``models``: list what can fill.

Known pixels of the photograph come back byte for byte. Which networks fill images of any size, and
how, is told in `inpainting_guide.photographs.painting`.
"""

from pathlib import Path

import numpy as np

from inpainting_guide.commands import outputs
from inpainting_guide.common import files
from inpainting_guide.common.console import note, say
from inpainting_guide.data import cars
from inpainting_guide.filling import classical
from inpainting_guide.photographs import masks, models, painting, pictures, regions

# TensorFlow takes seconds to start, and classical methods do without it: whatever imports Keras
# is imported where a network is wanted.

WIDE = 24
"""Width of a hole, in pixels, above which a fill comes with a warning: twice that of training."""

MOST_SAMPLES = 1000
"""Most fills of one hole that are written."""


def add(commands):
    """Add both commands to the parser.

    Parameters
    ----------
    commands : argparse._SubParsersAction
    """
    fill = commands.add_parser("fill", help="fill the holes of a photograph")
    fill.add_argument("photograph", type=Path, help="an image file of 8 bits a channel")
    text = "an image of the same size: white is missing, black is known; may be left out if the "
    text += "photograph is transparent where something is missing"
    fill.add_argument("--mask", type=Path, help=text)
    text = "what is missing in a mask that has transparency"
    fill.add_argument("--missing", choices=["white", "transparent"], help=text)
    fill.add_argument("--model", required=True, help="a name that 'models' lists or a .keras file")
    text = "a .png file (default: PHOTOGRAPH-filled.png beside the photograph)"
    fill.add_argument("--output", type=Path, help=text)
    fill.add_argument("--force", action="store_true", help="overwrite the output if it exists")
    text = f"this many fills, of a network that samples: 1 to {MOST_SAMPLES}"
    fill.add_argument("--samples", type=int, metavar="N", help=text)
    fill.add_argument("--seed", type=int, help="of the samples (default: 0)")
    text = "cut out the part around the hole, make the photograph smaller, or fill with "
    text += "mean-colour or telea."
    fill.set_defaults(run=_fill, if_memory_is_short=text)
    listing = commands.add_parser("models", help="list the networks and the classical methods")
    listing.set_defaults(run=_list_models)


def _list_models(_):
    for line in models.listing():
        say(line)


def _fill(options):
    try:
        paths, *filled = _filled(options)
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt("interrupted: nothing was written.") from error
    _write(paths, *filled, options.force)
    for path in paths:
        say(f"{path} written")


def _filled(options):
    """Return the files to write, their fills, the photograph and what is missing in it."""
    given = [path for path in (options.photograph, options.mask) if path]
    for path in given:
        pictures.check(path)
    paths = _paths(options)
    photograph, missing = _read(given, options.missing)
    fills = _fills(options, photograph.pixels, missing)
    if len(fills) < len(paths):
        note(f"a quick run: no more than {len(fills)} samples.")
        paths = paths[: len(fills)]
    return paths, fills, photograph, missing


def _read(paths, means):
    """Read a photograph and what is missing in it, from its mask if there is one."""
    photograph, *mask = read = [pictures.read(path) for path in paths]
    missing, understood = masks.missing(photograph, *mask, means=means)
    for path, picture in zip(paths, read, strict=True):
        for remark in picture.notes:
            note(f"{path} {remark}")
    if understood:
        note(f"{paths[-1]}: {understood}")
    if unseen := masks.unseen(photograph, missing):
        note(
            f"{paths[0]}: {unseen:,} known pixels are fully transparent, and a fill may continue "
            "the colours that they hide: mark them as missing too if it should not."
        )
    return photograph, missing


# -- Outputs ---------------------------------------------------------------------------------


def _paths(options):
    """Name the files to write; refuse any that must not be written."""
    photograph, output = options.photograph, options.output
    if output is None:
        output = photograph.with_name(f"{photograph.stem}-filled.png")
    if options.seed is not None and options.samples is None:
        raise ValueError(
            f"--seed is {options.seed}, but only samples have one: add --samples, or leave it out."
        )
    paths = [output]
    if options.samples is not None:
        if not 1 <= options.samples <= MOST_SAMPLES:
            raise ValueError(f"--samples is {options.samples}: expected 1 to {MOST_SAMPLES:,}.")
        paths = [output.with_stem(f"{output.stem}-{n + 1}") for n in range(options.samples)]
    for path in paths:
        outputs.check(path, options.force)
    return paths


def _write(paths, fills, photograph, missing, force):
    """Write all the fills or none; while files are overwritten, one after the other, some."""
    opacity = photograph.opacity
    if opacity is not None:
        opacity = np.where(missing, np.uint8(255), opacity)  # what is filled can be seen
        opacity = None if opacity.min() == 255 else opacity
    try:
        with files.replacing(*paths, overwrite=force) as unfinished:
            names = unfinished if len(paths) > 1 else [unfinished]
            for path, pixels in zip(names, fills, strict=True):
                pictures.write(path, pixels, opacity, photograph.profile)
    except FileExistsError as error:  # it appeared during the fill
        raise outputs.exists(error.filename) from error
    except OSError as error:
        path = error.filename2 or paths[0]  # where it was to be renamed to
        raise outputs.unwritable(path, error, nothing=not force or len(paths) == 1) from error


# -- Fills -----------------------------------------------------------------------------------


def _fills(options, pixels, missing):
    """Fill a photograph as often as was asked for."""
    one_only = f"{options.model} has one fill, no samples: leave out --samples."
    if method := models.classical_methods().get(models.plain(options.model)):
        if options.samples is not None:
            raise ValueError(one_only)
        if method is classical.nearest_car:
            _check_size(options.model, (cars.SIZE, cars.SIZE), missing)
        return [painting.by_method(method, pixels, missing)]
    network = models.network(options.model)
    samples = getattr(network, "samples", None)
    if options.samples is not None and samples is None:
        raise ValueError(one_only)
    _check_holes(options.model, network, missing)

    import tensorflow as tf

    from inpainting_guide.filling import by_network

    try:
        if options.samples is not None:
            task = painting.in_float32(pixels, missing)
            filled = samples(*task, options.samples, options.seed or 0)[:, 0]
        elif missing.shape == network.input_shape[1:3]:
            filled = by_network.fill(network, *painting.in_float32(pixels, missing))
        else:
            return [painting.by_network(network, pixels, missing)]
    except tf.errors.ResourceExhaustedError as error:
        raise MemoryError(str(error)) from error
    except tf.errors.OpError as error:
        first, *_ = str(error).splitlines() or [""]
        raise ValueError(
            f"TensorFlow cannot compute {options.model} ({type(error).__name__}: {first}). If this "
            "machine has a graphics card, set CUDA_VISIBLE_DEVICES to -1, and try again."
        ) from error
    return [painting.by_batch(image, pixels, missing) for image in filled]


def _check_size(name, wanted, missing):
    if missing.shape != wanted:
        raise ValueError(
            f"{name} fills images of {pictures.size_in_words(wanted)} pixels only, and this one "
            f"is {pictures.size_in_words(missing.shape)}. Of any size: "
            f"{', '.join(models.of_any_size())}."
        )


def _check_holes(name, network, missing):
    """Refuse what the network cannot fill; note what it will fill badly."""
    import keras

    from inpainting_guide.data import holes

    if size := models.only_size(keras.saving.serialize_keras_object(network)):
        _check_size(name, size, missing)
    if (width := regions.widest(missing)) > WIDE:
        note(
            f"a hole is about {width} pixels wide; expect a poor fill of networks that learnt "
            f"squares of {holes.HOLE}, or strokes in photographs of {cars.SIZE}."
        )
