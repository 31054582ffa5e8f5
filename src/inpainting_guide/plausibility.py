"""Measures of whether a fill could be a photograph, whatever the photograph really shows.

`inpainting_guide.metrics` compares a fill with the one photograph that its hole was cut from.
Here fills are looked at as a crowd: are they as sharp as photographs, are their crops distributed
alike (`inpainting_guide.wasserstein`), can a classifier tell them? Each is blind to something.
"""

import keras
import numpy as np
import scipy.stats
import tensorflow as tf

from inpainting_guide import arguments, discriminators, holes, machine, metrics, training
from inpainting_guide.filling import predict
from inpainting_guide.wasserstein import crops

BATCH = 64
"""Images a training step of the classifier: half of them fills, half photographs."""

VIEWS = ("image", "crop")
"""What a classifier may see: the whole composite, or the crop around its hole."""


def sharpness(images, filled, location_map):
    """Sum the absolute differences of neighbouring pixels inside the hole.

    Pairs are horizontal and vertical, all three channels; a pair counts if both of its pixels
    are missing, so the seam is left out.

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        The photographs.
    filled : ndarray of float, shape (n, height, width, 3)
        The fills; clipped to [0, 1].
    location_map : ndarray of float32, shape (n, height, width, 1)
        1 where the image is known, 0 in the hole.

    Returns
    -------
    of_fills, of_photographs : ndarray of float64, shape (n,)
        A sum per image: 0 for a constant fill.

    Raises
    ------
    ValueError
        As from `inpainting_guide.holes.compose`.
    """
    return _total_differences(images, filled, location_map, np.logical_and)


def seam(images, filled, location_map):
    """Sum the absolute differences of neighbouring pixels across the border of the hole.

    A pair counts if just one of its pixels is missing: what `sharpness` leaves out.

    Parameters
    ----------
    images, filled, location_map : ndarray
        As for `sharpness`, and with the same errors.

    Returns
    -------
    of_fills, of_photographs : ndarray of float64, shape (n,)
    """
    return _total_differences(images, filled, location_map, np.logical_xor)


def _total_differences(images, filled, location_map, counts):
    """Sum over the pairs of neighbours that `counts`, given whether each of the two is missing."""
    composite = holes.compose(images, filled, location_map)
    missing, totals = location_map == 0, np.zeros((2, len(images)))
    for axis in (1, 2):
        counted = counts(np.delete(missing, 0, axis), np.delete(missing, -1, axis))
        for total, pictures in zip(totals, (composite, images), strict=True):
            differences = np.diff(pictures.astype(np.float64), axis=axis)
            total += (np.abs(differences) * counted).sum(axis=(1, 2, 3))
    return totals[0], totals[1]


def sharpness_ratio(images, filled, location_map):
    """Divide the fills' sharpness by the photographs', over all images together.

    The ratio of two sums, not the mean of per-image ratios: a nearly flat photograph would have
    a ratio of any size. Noise counts as sharpness, wherever it is: 1 does not mean right.

    Parameters
    ----------
    images, filled, location_map : ndarray
        As for `sharpness`, and with the same errors.

    Returns
    -------
    metrics.Estimate
        0 for constant fills, 1 for the photographs; the interval is a 95 % bootstrap over images.

    Raises
    ------
    ValueError
        Also if there are fewer than two images, or all photographs are flat inside their holes.
    """
    return _ratio(*sharpness(images, filled, location_map), "inside")


def seam_ratio(images, filled, location_map):
    """Divide the fills' differences across the border of the hole by the photographs'.

    Like `sharpness_ratio`, of two sums over all images. Above 1 the border shows. Below 1 the fill
    follows its known neighbours more closely than a photograph does, as every smooth fill will.

    Parameters
    ----------
    images, filled, location_map : ndarray
        As for `sharpness`, and with the same errors.

    Returns
    -------
    metrics.Estimate

    Raises
    ------
    ValueError
        Also if there are fewer than two images, or no photograph changes across the border.
    """
    return _ratio(*seam(images, filled, location_map), "across the border of")


def _ratio(of_fills, of_photographs, place):
    """Divide the sums of two samples, with a bootstrap interval over their images."""
    if len(of_fills) < 2 or not of_photographs.any():
        raise ValueError(
            f"the differences of {len(of_fills)} photographs add up to {of_photographs.sum():g}: "
            f"expected at least two, not all of them flat {place} their holes."
        )

    def ratio(fills, photographs, axis=-1):
        # A resample may hold flat photographs only.
        return fills.sum(axis) / np.maximum(photographs.sum(axis), np.finfo(float).tiny)

    low, high = scipy.stats.bootstrap(
        (of_fills, of_photographs),
        ratio,
        paired=True,
        confidence_level=metrics.CONFIDENCE,
        n_resamples=metrics.RESAMPLES,
        batch=200,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return metrics.Estimate(float(ratio(of_fills, of_photographs)), float(low), float(high))


def sharpness_ratios(task, fills):
    """Measure the `sharpness_ratio` of several methods.

    Parameters
    ----------
    task : protocol.Task
    fills : dict of str to ndarray of float, shape (n, size, size, 3)
        Fills of the whole task, by the method's name.

    Returns
    -------
    dict of str to metrics.Estimate
    """
    return {n: sharpness_ratio(task.images, fill, task.location_map) for n, fill in fills.items()}


def diversity(images, fills, location_map):
    """Divide the variance of several fills of a hole by the squared error of their mean.

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
        The photographs.
    fills : ndarray of float, shape (count, n, height, width, 3)
        At least two fills of each hole.
    location_map : ndarray of float32, shape (n, height, width, 1)

    Returns
    -------
    float
        Over all holes together: 0 if the fills are alike, count / (count + 1) for samples of
        what is really possible.

    Raises
    ------
    ValueError
        If there are fewer than two fills, one is none (`inpainting_guide.holes.missing_values`),
        or their mean is the photograph.
    """
    arguments.some("fills of each hole", fills, least=2)
    for fill in fills:
        holes.compose(images, fill, location_map)  # for its checks
    fills = np.asarray(fills)
    if not (error := metrics.squared_error(images, fills.mean(axis=0), location_map).mean()):
        raise ValueError("the mean of the fills is the photograph: there is no error to divide by.")
    missing = np.broadcast_to(location_map == 0, images.shape)
    return float(fills.var(axis=0, ddof=1)[missing].mean() / error)


def classifier_accuracy(
    filled, task, training_filled, training_task, *, images=16_000, view="image", seed=0
):
    """Train a small network to tell fills from photographs, and count how often it is right.

    It learns on the fills of one half of some training cars and on the photographs of the other
    half, then judges the task's fills and its photographs. Both kinds come with a hole: the
    network sees the composite and, as a fourth channel, the location map.

    Parameters
    ----------
    filled : ndarray of float, shape (n, size, size, 3)
        Fills of the task, to be judged.
    task : protocol.Task
        For instance `inpainting_guide.protocol.test`'s.
    training_filled : ndarray of float, shape (k // 2, size, size, 3)
        Fills by the same method of the first half of the training task. A method that was
        trained on those cars itself fills them better than new ones: held-out cars are fairer.
    training_task : protocol.Task
        k cars with holes, none of them among the task's.
    images : int
        How many images the classifier sees in training, rounded down to whole batches of
        `BATCH` (a handful in quick mode). Few make a weak classifier, which can still rank
        methods that a strong one tells all alike.
    view : str
        One of `VIEWS`.
    seed : int
        Seed of the classifier's weights and batches.

    Returns
    -------
    metrics.Estimate
        Balanced accuracy, the mean of the shares of fills and of photographs that are
        recognised, with a 95 % bootstrap interval over the task's images: 0.5 where fills and
        photographs look alike to this classifier. It leaves out the chance in its training.

    Raises
    ------
    ValueError
        If there is no such view, `images` is no whole number from `BATCH`, or the training fills
        are not those of half the training task; or as from `inpainting_guide.holes.compose`.

    Notes
    -----
    D. Lopez-Paz and M. Oquab, *Revisiting classifier two-sample tests*, ICLR 2017.
    """
    (accuracy,) = classifier_accuracies(
        filled, task, training_filled, training_task, images=(images,), view=view, seed=seed
    )
    return accuracy


def classifier_accuracies(
    filled, task, training_filled, training_task, *, images=(4_000, 16_000), view="image", seed=0
):
    """Ask one classifier several times while it learns: weak at first, strong in the end.

    Parameters
    ----------
    filled, task, training_filled, training_task, view, seed
        As for `classifier_accuracy`, and with the same errors.
    images : sequence of int
        After how many images to ask, in ascending order; another one is an error too.

    Returns
    -------
    list of metrics.Estimate
    """
    arguments.one_of("view", view, VIEWS)
    arguments.whole(images=images, least=BATCH)
    if not images or list(images) != sorted(images):
        raise ValueError(f"images are {images}: expected at least one number, in ascending order.")
    if not 1 <= (half := len(training_task.images) // 2) == len(training_filled):
        raise ValueError(f"{len(training_filled)} training fills: expected the first half, {half}.")

    def seen(pictures, part):
        composite = holes.compose(part.images, pictures, part.location_map)
        joined = np.concatenate([composite, part.location_map], axis=-1)
        return crops(joined, part.location_map) if view == "crop" else joined

    others = training_task[half : 2 * half]
    fills, photographs = seen(training_filled, training_task[:half]), seen(others.images, others)
    judged = [seen(pictures, task) for pictures in (filled, task.images)]
    network = discriminators.classifier(fills.shape[1], seed)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(1e-3), loss, run_eagerly=machine.quick())
    rng, labels = np.random.default_rng(seed), np.repeat(np.float32([1, 0]), BATCH // 2)
    tf.config.experimental.enable_op_determinism()
    accuracies, steps = [], [training.budget(number) // BATCH for number in images]
    for begin, end in zip([0, *steps[:-1]], steps, strict=True):
        for _ in range(begin, end):
            drawn = [kind[rng.integers(0, half, BATCH // 2)] for kind in (fills, photographs)]
            batch = np.concatenate(drawn)
            flip = rng.random(BATCH) < 0.5
            batch[flip] = batch[flip, :, ::-1]
            network.train_on_batch(batch, labels)
        of_fills, of_photographs = (predict(network, pictures)[:, 0] > 0 for pictures in judged)
        accuracies.append(metrics.mean((of_fills + (1.0 - of_photographs)) / 2))
    return accuracies
