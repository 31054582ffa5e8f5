"""Training batches whose holes come from a pool of location maps: for holes of any shape.

Drawing a stroke takes longer than a training step can wait. So many maps are drawn once, before the
training; in each batch every image gets one of them, at random, turned or mirrored at random.
"""

import numpy as np
import tensorflow as tf

from inpainting_guide.data import batches, holes

SYMMETRIES = 8
"""Ways to turn and mirror a square."""


def check(pool, images):
    """Refuse anything but location maps that fit images and have holes.

    Parameters
    ----------
    pool : ndarray of float32, shape (k, size, size, 1)
    images : ndarray of float32, shape (n, size, size, 3), values in [0, 1]

    Raises
    ------
    ValueError
        If the maps are not what `inpainting_guide.data.holes.check` asks for, or one has no hole.
    """
    holes.check(np.broadcast_to(images[:1], (len(pool), *images.shape[1:])), pool)
    if (holeless := pool.min(axis=(1, 2, 3)) == 1).any():
        raise ValueError(f"location map number {holeless.argmax()} of the pool has no hole.")


def with_holes_of(pool, stream, seed, first_step=0, over="hole"):
    """Give the images of a stream other holes, from a pool.

    The images, their order and their flips stay as they are: two trainings with the same seed, on
    squares and on strokes, see the same photographs in the same batches.

    Parameters
    ----------
    pool : ndarray of float32, shape (k, size, size, 1)
        Location maps, as `check` asks for.
    stream : tf.data.Dataset
        From `inpainting_guide.data.batches.training`, with the same three that follow.
    seed : int
        Two streams with the same seed are the same.
    first_step : int
        Number of the stream's first batch.
    over : {"hole", "image"}
        Where the weight is 1.

    Returns
    -------
    tf.data.Dataset
        Endless triples (network input, image, weight), as `inpainting_guide.data.batches.example`
        makes them: like the stream's, a pure function of (seed, step).
    """
    maps = tf.constant(pool)
    seed = tf.constant(seed, tf.int64)

    def other_holes(step, batch):
        _, image, _ = batch

        def draw(number, high):
            # The numbers with which the stream has placed the squares that are replaced here.
            return tf.random.stateless_uniform(
                tf.shape(image)[:1], [seed, 3 * step + number], maxval=high, dtype=tf.int32
            )

        chosen = tf.gather(maps, draw(1, len(pool)))
        turned = turn(chosen, draw(2, SYMMETRIES))
        return batches.example(image, turned, over)

    steps = tf.data.Dataset.range(first_step, np.iinfo(np.int64).max // 3)
    return batches.untuned(tf.data.Dataset.zip(steps, stream).map(other_holes).prefetch(2))


def turn(maps, symmetry):
    """Turn and mirror each map in one of eight ways.

    Parameters
    ----------
    maps : tensor, shape (n, size, size, 1)
    symmetry : tensor of int, shape (n,)
        From 0 to 7: bit 0 mirrors left and right, bit 1 up and down, bit 2 swaps rows and columns.

    Returns
    -------
    tensor, shape (n, size, size, 1)
    """
    for bit, changed in enumerate(
        (lambda x: x[:, :, ::-1], lambda x: x[:, ::-1], lambda x: tf.transpose(x, (0, 2, 1, 3)))
    ):
        chosen = symmetry[:, None, None, None] // 2**bit % 2 == 1
        maps = tf.where(chosen, changed(maps), maps)
    return maps
