"""Training batches with endless fresh holes: a pure function of (seed, step).

Batch number `step` of a run is the same on every machine and in every process, whatever
came before it. A run can therefore be repeated, and resumed in its middle without replaying
its beginning.
"""

import functools

import keras
import numpy as np
import tensorflow as tf

from inpainting_guide.common import arguments, machine
from inpainting_guide.data import holes, tensors

QUICK_BATCH = 4
"""The largest batch in quick mode: as many steps, each of few images."""


def training(images, batch_size, seed, first_step=0, hole=holes.HOLE, *, fresh=True, over="hole"):
    """Stream training batches: random cars, random flips, a fresh random hole for each.

    Every pass over the images takes each of them once, in a new order; a pass need not end
    with a batch.

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        Square training images.
    batch_size : int
        Images a batch; in quick mode at most `QUICK_BATCH`.
    seed : int
        Two streams with the same seed are the same.
    first_step : int
        Number of the first batch: where an interrupted run goes on.
    hole : int
        Side of the square holes, in pixels.
    fresh : bool
        Whether an image gets a new flip and a new hole every time. If not, both are drawn once
        for each image and kept: the author's public notebooks freeze the holes.
    over : {"hole", "image"}
        Where the weight is 1: what the loss is taken over.

    Returns
    -------
    tf.data.Dataset
        Endless triples (network input, image, weight), as `example` makes them.

    Raises
    ------
    ValueError
        If the images are not what `inpainting_guide.data.holes.check_images` asks for or not
        square, the hole does not fit, a batch is larger than one pass, `first_step` is negative, a
        number is not whole, or `over` is neither of the two.
    """
    check(images, batch_size, hole, over)
    count, size = images.shape[:2]
    arguments.whole(first_step=first_step, least=0)
    arguments.whole(seed=seed, least=-(2**63), most=2**63 - 1)
    if machine.quick():
        batch_size = min(batch_size, QUICK_BATCH)
    seed = tf.constant(seed, tf.int64)
    images = tf.constant(images)

    def shuffled(epoch):
        # Negative numbers, so that no shuffle shares its seed with a draw.
        return tf.random.experimental.stateless_shuffle(tf.range(count), [seed, -1 - epoch])

    def draw(step, chosen, stream, high):
        """Draw one integer below `high` for each image of the batch."""
        if fresh:
            amount, number = batch_size, step
        else:  # one for each image there is, the same in every step
            amount, number = count, tf.constant(0, tf.int64)
        drawn = tf.random.stateless_uniform(
            [amount], [seed, 3 * number + stream], maxval=high, dtype=tf.int32
        )
        return drawn if fresh else tf.gather(drawn, chosen)

    def batch(step):
        # This pass's order and the next one's: a batch may lie across the two.
        epoch, position = step * batch_size // count, step * batch_size % count
        order = tf.concat([shuffled(epoch), shuffled(epoch + 1)], axis=0)
        chosen = order[position : position + batch_size]
        image = tf.gather(images, chosen)
        numbers = functools.partial(draw, step, chosen)
        return flip_and_cut(image, numbers, size, hole, over)

    steps = tf.data.Dataset.range(first_step, np.iinfo(np.int64).max // batch_size)
    return untuned(steps.map(batch).prefetch(2))


def check(images, batch_size, hole=holes.HOLE, over="hole"):
    """Refuse what no batches can be made of.

    Parameters
    ----------
    images, batch_size, hole, over
        As for `training`.

    Raises
    ------
    ValueError
        If the images are not what `inpainting_guide.data.holes.check_images` asks for or not
        square, the hole does not fit, a batch is larger than one pass or no whole number, or `over`
        is neither of the two.
    """
    holes.check_images(images)
    count, size, width = images.shape[:3]
    if size != width:
        raise ValueError(f"the images are {size} x {width} pixels: training wants square ones.")
    holes.places(hole, size)  # checks that there are any
    arguments.whole(batch_size=batch_size, most=count)  # a batch is at most one pass
    arguments.one_of("loss over", over, ("hole", "image"))


def flip_and_cut(image, draw, size, hole=holes.HOLE, over="hole"):
    """Mirror some images of a batch, and cut a hole into each, as drawn numbers say.

    Parameters
    ----------
    image : tensor of float32, shape (n, size, size, 3), values in [0, 1]
    draw : callable
        ``draw(stream, high)`` returns a whole number from 0 to ``high - 1`` for each image. Stream
        0 says which ones are mirrored; 1 and 2 say in which row and column the holes begin.
    size, hole : int
        Sides of the images and of the holes, in pixels.
    over : {"hole", "image"}
        Where the weight is 1.

    Returns
    -------
    tuple of tensors of float32
        As of `example`.
    """
    positions, pixels = holes.places(hole, size), tf.range(size)
    image = tf.where(draw(0, 2)[:, None, None, None] == 1, image[:, :, ::-1], image)

    def inside(start):
        return (pixels >= start[:, None]) & (pixels < start[:, None] + hole)

    rows, columns = (inside(draw(axis, positions)) for axis in (1, 2))
    missing = rows[:, :, None] & columns[:, None, :]
    return example(image, tf.cast(~missing, tf.float32)[..., None], over)


def fixed(images, location_map, batch_size=100):
    """Batch given images with given holes, in order: for validation.

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
    location_map : ndarray of float32, shape (n, height, width, 1)
    batch_size : int
        Images a batch; the last may be smaller.

    Returns
    -------
    tf.data.Dataset
        Triples (network input, image, weight), as `example` makes them.

    Raises
    ------
    ValueError
        If the input breaks a convention (`inpainting_guide.data.holes.check`), or `batch_size` is
        no whole number from 1.
    """
    holes.check(images, location_map)
    arguments.whole(batch_size=batch_size)
    pairs = tf.data.Dataset.from_tensor_slices((images, location_map))
    return untuned(pairs.batch(batch_size).map(example).cache())


def untuned(stream):
    """Let nothing tune a stream: it has nothing that could be tuned.

    TensorFlow's tuning is a thread that sleeps between its rounds, longer and longer, up to a
    minute. Whoever lets go of a stream waits for it to wake: after every training, for nothing.

    Parameters
    ----------
    stream : tf.data.Dataset

    Returns
    -------
    tf.data.Dataset
        The same elements in the same order.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return stream.with_options(options)


def example(image, location_map, over="hole"):
    """Make what `keras.Model.fit` wants: input, target and a weight for every pixel.

    The weight is 1 in the hole and 0 elsewhere. With the Keras loss
    ``MeanSquaredError(reduction="mean_with_sample_weight")`` it restricts the loss to the
    hole, where the only unknown pixels are. Over the whole image every weight is 1.

    Parameters
    ----------
    image : tensor of float32, shape (n, height, width, 3), values in [0, 1]
    location_map : tensor of float32, shape (n, height, width, 1)
    over : {"hole", "image"}
        Where the weight is 1.

    Returns
    -------
    tuple of tensors of float32
        Network input, shape (n, height, width, 4); image, (n, height, width, 3); weight,
        (n, height, width).

    Raises
    ------
    ValueError
        If `over` is neither of the two.
    """
    arguments.one_of("loss over", over, ("hole", "image"))
    missing = 1 - location_map[..., 0]
    weight = missing if over == "hole" else keras.ops.ones_like(missing)
    return tensors.network_input(image, location_map), image, weight
