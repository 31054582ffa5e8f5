"""How well a method filled a task, image by image and on average."""

from dataclasses import dataclass

import numpy as np

from inpainting_guide.common import arguments
from inpainting_guide.data import irregular
from inpainting_guide.measuring import metrics, plausibility, wasserstein
from inpainting_guide.measuring.quantities import Quantity


@dataclass(frozen=True)
class Scores:
    """How well one method filled a task: one value per image.

    Attributes
    ----------
    squared_error, l1 : ndarray of float64, shape (n,)
        Mean squared and mean absolute error over the hole.
    psnr : ndarray of float64, shape (n,)
        Decibels.
    ssim : ndarray of float64, shape (n,)
        Structural similarity over the hole.
    """

    squared_error: np.ndarray
    l1: np.ndarray
    psnr: np.ndarray
    ssim: np.ndarray

    def summary(self):
        """Average over the images.

        Returns
        -------
        dict of str to Quantity
            ``psnr_of_mean`` (of the mean squared error) and ``mean_psnr`` (mean of per-image
            PSNRs), in decibels; ``l1``; ``ssim``.
        """
        return {
            "psnr_of_mean": metrics.psnr_of_mean(self.squared_error),
            "mean_psnr": metrics.mean(self.psnr, "dB"),
            "l1": metrics.mean(self.l1),
            "ssim": metrics.mean(self.ssim),
        }


def measure(fill, task):
    """Fill a task with one method and measure the fills.

    Parameters
    ----------
    fill : callable
        ``fill(incomplete, location_map)`` returns the filled images: a function of
        `inpainting_guide.filling.classical`, or `inpainting_guide.filling.by_network.by` a network.
    task : Task
        For instance `inpainting_guide.data.protocol.test`'s.

    Returns
    -------
    Scores

    Raises
    ------
    ValueError
        As from `score`, or from the method itself.
    """
    return score(fill(task.incomplete, task.location_map), task)


def score(filled, task):
    """Measure the fills of a task.

    Parameters
    ----------
    filled : ndarray of float, shape (n, 32, 32, 3)
        What a method made of the task's incomplete images.
    task : Task
        For instance `inpainting_guide.data.protocol.test`'s.

    Returns
    -------
    Scores

    Raises
    ------
    ValueError
        If the fills are none (`inpainting_guide.data.holes.missing_values`).
    """
    truth = task.images, filled, task.location_map
    squared_error = metrics.squared_error(*truth)
    return Scores(
        squared_error,
        metrics.absolute_error(*truth),
        metrics.psnr(squared_error),
        metrics.ssim(*truth),
    )


def compare(scores, baseline):
    """Compare a method with another on the same images, in pairs.

    Parameters
    ----------
    scores, baseline : Scores
        Of the same task.

    Returns
    -------
    dict of str to Quantity
        ``gain`` in the PSNR of the mean squared error; ``gain_mean``, the mean over images of
        the gain in PSNR, with its interval, both in decibels; ``wins``, the share of images on
        which the method has the smaller squared error.

    Raises
    ------
    ValueError
        If the two are of different numbers of images.
    """
    counts = len(scores.psnr), len(baseline.psnr)
    if counts[0] != counts[1]:
        raise ValueError(
            f"scores of {counts[0]} images and of {counts[1]}: expected those of one task."
        )
    of_mean, of_baseline = (metrics.psnr(s.squared_error.mean()) for s in (scores, baseline))
    return {
        "gain": Quantity(float(of_mean - of_baseline), "dB"),
        "gain_mean": metrics.mean(scores.psnr - baseline.psnr, "dB"),
        "wins": Quantity(float(np.mean(scores.squared_error < baseline.squared_error)), "share"),
    }


def smallest_gain(filled, others, task):
    """Compare a method with several others, image by image, and find the one that comes nearest.

    Parameters
    ----------
    filled : ndarray of float, shape (n, height, width, 3)
        The method's fills.
    others : dict of str to ndarray of float, shape (n, height, width, 3)
        Fills of the same task by the other methods' names.
    task : Task

    Returns
    -------
    str
        The name of the other method over which the gain is the smallest.
    Quantity
        That gain: the mean over images of the gain in PSNR, with its interval, in decibels. The
        other method is chosen on the same images, so that the value leans downwards.

    Raises
    ------
    ValueError
        If there are no other methods, or the fills are none
        (`inpainting_guide.data.holes.missing_values`).
    """
    arguments.some("other methods", others)
    ours, *theirs = (
        metrics.psnr(metrics.squared_error(task.images, each, task.location_map))
        for each in (filled, *others.values())
    )
    gains = [metrics.mean(ours - each, "dB") for each in theirs]
    return min(zip(others, gains, strict=True), key=lambda gain: gain[1].value)


def by_share(filled, task):
    """Measure the fills of irregular holes for each class of area by itself.

    Parameters
    ----------
    filled : ndarray of float, shape (n, height, width, 3)
    task : Task
        With holes of a kind of `inpainting_guide.data.irregular.KINDS`, at least two of each class.

    Returns
    -------
    dict of str to Quantity
        PSNR of the mean squared error, by the keys of `inpainting_guide.data.irregular.TITLES`.

    Raises
    ------
    ValueError
        If a hole is of no class, a class has fewer than two holes, or the fills are none
        (`inpainting_guide.data.holes.missing_values`).
    """
    errors = metrics.squared_error(task.images, filled, task.location_map)
    classes = irregular.share_class(task.location_map)
    reached = {}
    for number, (key, title) in enumerate(irregular.TITLES.items()):
        of_class = errors[classes == number]
        arguments.some(f"holes of the class {title}", of_class, least=2)
        reached[key] = metrics.psnr_of_mean(of_class)
    return reached


def right_and_real(fills, task):
    """Measure how right fills are, and how far from photographs: places on the map of both.

    Parameters
    ----------
    fills : dict of str to ndarray of float, shape (n, height, width, 3)
        Fills of the whole task by the methods' names.
    task : Task

    Returns
    -------
    dict of str to dict of str to Quantity
        By the method's name what `Scores.summary` returns, ``sharpness``, and the means of both
        distances, ``raw`` and ``laplacian`` (`inpainting_guide.measuring.wasserstein.average`).
        Last, under `inpainting_guide.measuring.wasserstein.PHOTOGRAPHS`, the two distances between
        photographs.

    Raises
    ------
    ValueError
        As from `inpainting_guide.measuring.wasserstein.distances`.
    """
    distances = wasserstein.distances(fills, task)
    floor = distances.pop(wasserstein.PHOTOGRAPHS)
    rows = {}
    for name, filled in fills.items():
        rows[name] = row = score(filled, task).summary()
        row["sharpness"] = plausibility.sharpness_ratio(task.images, filled, task.location_map)
        for kind, values in distances[name]._asdict().items():
            row[kind] = wasserstein.average(values, getattr(floor, kind))
    floors = {kind: Quantity(float(values.mean())) for kind, values in floor._asdict().items()}
    return rows | {wasserstein.PHOTOGRAPHS: floors}
