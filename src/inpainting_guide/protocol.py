"""The one set of images and holes on which every method is measured.

Whatever is chosen, a recipe, a weight, a threshold, is chosen on `validation`. The test cars
answer one question alone: how well does the chosen do on cars that took no part in the choice? So
`test` gives them out once `declare_final` has been called, and from then on
`inpainting_guide.training.fit` refuses.
"""

from dataclasses import dataclass

import numpy as np

from inpainting_guide import arguments, cars, holes, machine, metrics
from inpainting_guide.scores import Scores

QUICK_IMAGES = 24
"""Images of a task in quick mode."""

_final = False
"""Whether this process has declared that nothing is left to choose."""


@dataclass(frozen=True)
class Task:
    """Images with holes to fill.

    Attributes
    ----------
    images : ndarray of float32, shape (n, 32, 32, 3), values in [0, 1]
        The photographs.
    location_map : ndarray of float32, shape (n, 32, 32, 1)
        1 where the image is known, 0 in its hole.
    incomplete : ndarray of float32, shape (n, 32, 32, 3), values in [0, 1]
        The photographs with their holes cut.
    """

    images: np.ndarray
    location_map: np.ndarray

    @property
    def incomplete(self):
        """The photographs with their holes cut, as the attribute says."""
        return holes.cut(self.images, self.location_map)

    def __getitem__(self, index):
        """Take a part of the task: ``task[:10]`` is the task of its first ten images."""
        return Task(self.images[index], self.location_map[index])


def declare_final():
    """Declare that nothing is left to choose: every recipe stands and every training is done.

    From here on this process may see the test cars, and `inpainting_guide.training.fit` refuses
    to train.
    """
    global _final
    _final = True


def choose_again():
    """Take `declare_final` back: for another page in the same process, or for experiments.

    Who has seen the test cars and chooses all the same has no test cars any more: from then on
    their numbers are those of a second validation task.
    """
    global _final
    _final = False


def check_open(name):
    """Check that a network may still be trained: that the test cars were not given out.

    Parameters
    ----------
    name : str
        The network's.

    Raises
    ------
    RuntimeError
        If `declare_final` was called before.
    """
    if _final:
        raise RuntimeError(
            f"{name} is to be trained after protocol.declare_final(): what is trained once the "
            "test cars have been seen may have been chosen by them. Train first and choose on "
            "protocol.validation(); for an experiment call protocol.choose_again()."
        )


def test():
    """Return the test task: the 1,000 test cars, a 12 x 12 hole in each, seed 0.

    Returns
    -------
    Task
        In quick mode its first images alone.

    Raises
    ------
    RuntimeError
        If `declare_final` was not called before: something may be left to choose.
    """
    if not _final:
        raise RuntimeError(
            "the test cars are measured once, when nothing is left to choose: call "
            "protocol.declare_final() after the last training and the last choice. Choose on "
            "protocol.validation()."
        )
    return _few_if_quick(task(cars.load().test, seed=0))


def validation():
    """Return the validation task: the 500 validation cars, a 12 x 12 hole in each, seed 2.

    Returns
    -------
    Task
        In quick mode its first images alone.
    """
    return _few_if_quick(task(cars.load().validation, seed=2))


def _few_if_quick(task):
    return task[:QUICK_IMAGES] if machine.quick() else task


def task(images, seed):
    """Cut a random 12 x 12 hole into each of some images.

    Parameters
    ----------
    images : ndarray of float32, shape (n, 32, 32, 3), values in [0, 1]
    seed : int
        Of the holes.

    Returns
    -------
    Task

    Raises
    ------
    ValueError
        If the images are not what `inpainting_guide.holes.check_images` asks for, or of another
        size.
    """
    holes.check_images(images)
    if images.shape[1:3] != (cars.SIZE, cars.SIZE):
        raise ValueError(
            f"the images are {images.shape[1]} x {images.shape[2]} pixels, expected {cars.SIZE} x "
            f"{cars.SIZE}: for others make a Task of images and of maps from `holes.random_square`."
        )
    return Task(images, holes.random_square(len(images), np.random.default_rng(seed)))


def measure(fill, task):
    """Fill a task with one method and measure the fills.

    Parameters
    ----------
    fill : callable
        ``fill(incomplete, location_map)`` returns the filled images: a function of
        `inpainting_guide.classical`, or `inpainting_guide.filling.by` a network.
    task : Task
        For instance `test`'s.

    Returns
    -------
    Scores
    """
    return score(fill(task.incomplete, task.location_map), task)


def score(filled, task):
    """Measure the fills of a task.

    Parameters
    ----------
    filled : ndarray of float, shape (n, 32, 32, 3)
        What a method made of the task's incomplete images.
    task : Task
        For instance `test`'s.

    Returns
    -------
    Scores

    Raises
    ------
    ValueError
        If the fills are none (`inpainting_guide.holes.missing_values`).
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
    """Compare a method with another on the same images, in pairs, formatted for prose.

    Parameters
    ----------
    scores, baseline : Scores
        Of the same task.

    Returns
    -------
    dict of str to str
        ``gain`` in the PSNR of the mean squared error; ``gain_mean``, the mean over images of
        the gain in PSNR, and its ``gain_mean_interval``, all in decibels; ``wins``, the share
        of images on which the method has the smaller squared error.

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
    value, low, high = metrics.mean(scores.psnr - baseline.psnr)
    return {
        "gain": f"{of_mean - of_baseline:.2f}",
        "gain_mean": f"{value:.2f}",
        "gain_mean_interval": f"{low:.2f} to {high:.2f}",
        "wins": f"{100 * np.mean(scores.squared_error < baseline.squared_error):.0f} %",
    }


def table(scores):
    """Lay out the scores of several methods as text, the best last.

    Parameters
    ----------
    scores : dict of str to Scores
        By the method's name.

    Returns
    -------
    str
        A line per method with its means and 95 % intervals.

    Raises
    ------
    ValueError
        If there are no scores.
    """
    arguments.some("scores", scores)
    summaries = {name: score.summary() for name, score in scores.items()}
    ordered = sorted(summaries, key=lambda name: summaries[name]["psnr_of_mean"].value)
    width = max(map(len, ordered))
    lines = [
        f"{'':{width}}  PSNR of the mean          mean of PSNRs             L1      SSIM",
        f"{'':{width}}  squared error, dB         dB",
    ]
    for name in ordered:
        row = summaries[name]
        first, second = (
            f"{e.value:5.2f} ({e.low:5.2f} to {e.high:5.2f})"
            for e in (row["psnr_of_mean"], row["mean_psnr"])
        )
        lines.append(
            f"{name:{width}}  {first:24}  {second:24}  {row['l1'].value:.4f}  "
            f"{row['ssim'].value:.3f}"
        )
    return "\n".join(lines)
