"""The ring all-reduce, on NumPy arrays: how workers add up their gradients."""

import math

import numpy as np

from inpainting_guide.common import arguments


def ring(arrays):
    """Add up the arrays of several workers that stand in a ring, each talking to its right alone.

    Every array is cut into as many pieces as there are workers. In the first n - 1 rounds each
    worker sends one piece to its right, which adds it to its own: after them every worker has one
    piece that is complete. In n - 1 more rounds the complete pieces go around.

    Parameters
    ----------
    arrays : sequence of ndarray of float, shape (size,)
        One of each worker, all of one size.

    Returns
    -------
    sums : list of ndarray of float, shape (size,)
        What each worker has in the end: the sum, up to rounding, bit for bit the same for all.
    sent : list of int
        Numbers that each worker has sent.

    Raises
    ------
    ValueError
        If there are no arrays, or they differ in size.
    """
    arguments.some("arrays", arrays)
    shapes = {np.shape(array) for array in arrays}
    if len(shapes) > 1 or len(min(shapes)) != 1:
        raise ValueError(
            f"arrays of shapes {sorted(shapes)}: expected one shape, (size,), for all."
        )
    workers = len(arrays)
    pieces = [np.array_split(np.array(array, float), workers) for array in arrays]
    sent = [0] * workers

    def send(number, combine):
        # All at once: what is sent is what was there before the round.
        letters = [pieces[worker][number(worker)].copy() for worker in range(workers)]
        for worker, letter in enumerate(letters):
            right = (worker + 1) % workers
            combine(pieces[right], number(worker), letter)
            sent[worker] += letter.size

    def add(held, piece, letter):
        held[piece] += letter

    def replace(held, piece, letter):
        held[piece] = letter

    for turn in range(workers - 1):
        send(lambda worker, turn=turn: (worker - turn) % workers, add)
    for turn in range(workers - 1):
        send(lambda worker, turn=turn: (worker + 1 - turn) % workers, replace)
    return [np.concatenate(held) for held in pieces], sent


def bytes_sent(size, workers):
    """Count the bytes that each worker sends, and receives, for one sum: 2 (n - 1) / n times.

    Parameters
    ----------
    size : float
        Bytes of one gradient.
    workers : int

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `workers` is no whole number from 1.
    """
    arguments.whole(workers=workers)
    return 2 * (workers - 1) / workers * size


def step_seconds(images, workers, throughput, size, link, latency=0.0):
    """Foretell how long a step takes: computing, then sending, one after the other.

    Parameters
    ----------
    images : float
        Of the global batch.
    workers : int
    throughput : float
        Images that one worker computes in a second.
    size : float
        Bytes of one gradient.
    link : float
        Bytes that a worker can send in a second.
    latency : float
        Seconds that a message needs, however short it is; there are 2 (n - 1) after each other.

    Returns
    -------
    computing, sending : float
        Seconds. What can be sent while other gradients are still computed is not subtracted.

    Raises
    ------
    ValueError
        If there is no worker, the latency is negative, or another number is not positive.
    """
    arguments.positive(images=images, throughput=throughput, size=size, link=link)
    _check_latency(latency)
    sending = bytes_sent(size, workers) / link + 2 * (workers - 1) * latency
    return images / workers / throughput, sending


def most_workers(images, throughput, size, link, latency=0.0):
    """Tell beyond how many workers sending takes longer than computing.

    Parameters
    ----------
    images, throughput, size, link, latency : float
        As for `step_seconds`; the global batch stays the same.

    Returns
    -------
    float
        The n where both are equal: ``1 + images * link / (2 * size * throughput)``, if messages
        need no time of their own.

    Raises
    ------
    ValueError
        If the latency is negative, or another number is not positive.
    """
    arguments.positive(images=images, throughput=throughput, size=size, link=link)
    _check_latency(latency)
    seconds = images / throughput
    per_worker = 2 * size / link + 2 * latency
    # Both sides times n: 2 * latency * m**2 + per_worker * m = seconds, for m = n - 1. (Written so
    # that it holds without latency, too.)
    return 1 + 2 * seconds / (per_worker + math.sqrt(per_worker**2 + 8 * latency * seconds))


def _check_latency(latency):
    if not latency >= 0:  # NaN is refused as well
        raise ValueError(f"latency is {latency!r}: expected seconds, 0 or more.")
