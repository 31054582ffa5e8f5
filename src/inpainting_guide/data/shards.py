"""Images in sharded TFRecord files: for more of them than fit into memory.

A *shard* is one of several files that together hold all images. A global batch takes the same
number of images from every shard, in the shards' order, so that it is a pure function of
(seed, step), and is the same whether one process reads all shards or several read some each.
"""

import numpy as np
import tensorflow as tf

from inpainting_guide.common import arguments, files
from inpainting_guide.data import batches, holes

INDEX = "shards.json"
"""It is written last, and says what is in the other files."""

SHUFFLED = 2_048
"""Images of one shard that are kept in memory, still compressed, to be shuffled."""


def write(folder, images, shards):
    """Write images into shards, one after the other, without holding all of them in memory.

    Image number i goes to shard i mod `shards`. Nothing has its name before everything is written.

    Parameters
    ----------
    folder : pathlib.Path
        Of the files; it is made if need be.
    images : iterable of ndarray, shape (size, size, 3)
        uint8, or float32 with values in [0, 1], which are rounded to the 256 values of a byte.
    shards : int
        Number of files.

    Returns
    -------
    list of int
        Images in each shard.

    Raises
    ------
    ValueError
        If `shards` is no whole number from 1, there are fewer images than shards, or an image is
        not square, not as large as the first, or not of one of the two kinds.
    """
    arguments.whole(shards=shards)
    folder.mkdir(parents=True, exist_ok=True)
    counts, shape = [0] * shards, None
    paths = [folder / f"images-{number:05}-of-{shards:05}.tfrecord" for number in range(shards)]
    with files.replacing(*paths, folder / INDEX) as unfinished:
        *shards_to_be, index = unfinished
        writers = [tf.io.TFRecordWriter(str(path)) for path in shards_to_be]
        try:
            for number, image in enumerate(images):
                shape = np.shape(image) if shape is None else shape
                _check(number, image, shape)
                writers[number % shards].write(_record(image))
                counts[number % shards] += 1
        finally:
            for writer in writers:
                writer.close()
        arguments.some(f"images for {shards} shards", range(sum(counts)), least=shards)
        told = {"files": [path.name for path in paths], "counts": counts, "size": shape[0]}
        files.write_json(index, told)
    return counts


def training(folder, batch_size, seed, first_step=0, hole=holes.HOLE, *, worker=0, workers=1):
    """Stream one worker's slices of the global batches: its shards' images, with fresh holes.

    Every pass over a shard takes each of its images once, in a new order, but no image moves
    further than a block of `SHUFFLED` images: write them in no particular order. A stream that
    begins in the middle reads past what it skips, at most one pass.

    Parameters
    ----------
    folder : pathlib.Path
        Where `write` has written.
    batch_size : int
        Images of a global batch, all workers together: a multiple of the number of shards.
    seed : int
        The same for all workers.
    first_step : int
        Number of the first batch.
    hole : int
        Side of the square holes, in pixels.
    worker, workers : int
        Which one this is, from 0, and how many there are: a divisor of the number of shards.

    Returns
    -------
    tf.data.Dataset
        Endless triples (network input, image, weight), as `inpainting_guide.data.batches.example`
        makes them, of ``batch_size / workers`` images.

    Raises
    ------
    ValueError
        If the index is damaged or missing, the hole does not fit, or the numbers do not divide one
        another.
    FileNotFoundError
        If one of this worker's shards is missing.
    """
    index = read_index(folder)
    names, counts, size = index["files"], index["counts"], index["size"]
    arguments.whole(first_step=first_step, least=0)
    arguments.whole(workers=workers)
    arguments.whole(worker=worker, least=0, most=workers - 1)
    arguments.whole(batch_size=batch_size)
    arguments.whole(seed=seed, least=-(2**63), most=2**63 - 1)
    if len(names) % workers or batch_size % len(names):
        raise ValueError(
            f"{len(names)} shards, {workers} workers and batches of {batch_size}: the workers must "
            "divide the shards, and the shards the batch."
        )
    holes.places(hole, size)  # checks that there are any
    share = len(names) // workers
    mine = range(worker * share, (worker + 1) * share)
    if missing := [names[number] for number in mine if not (folder / names[number]).is_file()]:
        raise FileNotFoundError(
            f"{folder} lacks {', '.join(missing)}, which worker {worker} reads: copy it there, or "
            "write the shards again."
        )
    each = batch_size // len(names)
    seed = tf.constant(seed, tf.int64)
    paths = [str(folder / names[number]) for number in mine]

    def shard(number, path, count):
        position = tf.constant(first_step * each, tf.int64)
        first_pass, skipped = position // count, position % count

        def one_pass(turn):
            def shuffled(block):
                return tf.random.experimental.stateless_shuffle(
                    block, [seed, -1 - (turn * len(names) + number)]
                )

            blocks = tf.data.TFRecordDataset(path).batch(SHUFFLED).map(shuffled)
            return blocks.unbatch().skip(tf.where(turn == first_pass, skipped, 0))

        turns = tf.data.Dataset.range(2**40).map(lambda turn: turn + first_pass)
        return turns.flat_map(one_pass)

    def batch(step, records):
        decoded = tf.map_fn(_image(size), records, fn_output_signature=tf.uint8)
        image = tf.cast(decoded, tf.float32) / 255
        rows = slice(worker * share * each, (worker + 1) * share * each)

        def draw(stream, high):  # for the whole batch, of which the worker takes its rows
            drawn = tf.random.stateless_uniform(
                [batch_size], [seed, 3 * step + stream], maxval=high, dtype=tf.int32
            )
            return drawn[rows]

        return batches.flip_and_cut(image, draw, size, hole)

    numbered = tf.data.Dataset.from_tensor_slices(
        (tf.range(mine.start, mine.stop, dtype=tf.int64), paths, [counts[n] for n in mine])
    )
    records = numbered.interleave(
        lambda number, path, count: shard(number, path, tf.cast(count, tf.int64)),
        cycle_length=share, block_length=each,
    ).batch(share * each, drop_remainder=True)  # fmt: skip
    steps = tf.data.Dataset.range(first_step, np.iinfo(np.int64).max // 3)
    return batches.untuned(tf.data.Dataset.zip(steps, records).map(batch).prefetch(2))


def read_index(folder):
    """Read what `write` has said of its shards.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    dict
        ``files``, their names; ``counts`` of images in each; ``size``, their side in pixels.

    Raises
    ------
    ValueError
        If there is no such index, or it is damaged.
    """
    index = files.read_json(folder / INDEX)
    try:
        names, counts, size = index["files"], index["counts"], index["size"]
        arguments.some("files", names)
        arguments.whole(counts=counts, size=size)
        if len(names) != len(counts):
            raise ValueError(f"{len(names)} files and {len(counts)} counts")
        if not (isinstance(size, int) and all(isinstance(name, str) for name in names)):
            raise ValueError(f"its files are {names!r}, of size {size!r}")
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{folder / INDEX} is damaged ({error}): write the shards again."
        ) from error
    return index


def _check(number, image, shape):
    dtype = getattr(image, "dtype", type(image).__name__)
    square = len(shape) == 3 and 0 < shape[0] == shape[1] and shape[2] == 3
    if not square or np.shape(image) != shape or dtype not in (np.uint8, np.float32):
        raise ValueError(
            f"image number {number} is {dtype} of shape {np.shape(image)}: expected uint8 or "
            "float32 of shape (size, size, 3), all of one size."
        )
    if dtype == np.float32 and not (image.min() >= 0 and image.max() <= 1):
        raise ValueError(
            f"image number {number} has values from {image.min():g} to {image.max():g}: expected "
            "[0, 1]. Divide by 255 what goes from 0 to 255."
        )


def _record(image):
    """Serialize an image as ``tf.train.Example``, its pixels without loss as PNG."""
    pixels = image if image.dtype == np.uint8 else np.uint8(np.round(image * 255))
    encoded = tf.train.BytesList(value=[tf.io.encode_png(pixels).numpy()])
    features = tf.train.Features(feature={"image": tf.train.Feature(bytes_list=encoded)})
    return tf.train.Example(features=features).SerializeToString()


def _image(size):
    """Make a function that decodes what `_record` has serialized."""

    def decode(record):
        wanted = {"image": tf.io.FixedLenFeature([], tf.string)}
        pixels = tf.io.decode_png(tf.io.parse_single_example(record, wanted)["image"], channels=3)
        return tf.ensure_shape(pixels, (size, size, 3))

    return decode
