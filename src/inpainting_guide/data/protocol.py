"""The sets of images and holes on which every method is measured: squares, and strokes.

Whatever is chosen, a recipe, a weight, a threshold, is chosen on `validation`. The test cars
answer one question alone: how well does the chosen do on cars that took no part in the choice? So
`test` gives them out once `declare_final` has been called, and from then on
`inpainting_guide.training.fitting.fit` refuses.
"""

import functools
from dataclasses import dataclass

import numpy as np

from inpainting_guide.common import arguments, machine
from inpainting_guide.data import cars, holes, irregular

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

    @functools.cached_property
    def incomplete(self):
        """The photographs with their holes cut."""
        return holes.cut(self.images, self.location_map)

    def __getitem__(self, index):
        """Take a part of the task: ``task[:10]`` is the task of its first ten images."""
        return Task(self.images[index], self.location_map[index])


def declare_final():
    """Declare that nothing is left to choose: every recipe stands and every training is done.

    From here on this process may see the test cars, and `inpainting_guide.training.fitting.fit`
    refuses to train.
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


def test(kind="squares"):  # noqa: PT028 (no test of pytest)
    """Return the test task: the 1,000 test cars, a hole in each, seed 0.

    Parameters
    ----------
    kind : str
        Of the holes, as for `task`.

    Returns
    -------
    Task
        In quick mode its first images alone.

    Raises
    ------
    RuntimeError
        If `declare_final` was not called before: something may be left to choose.
    ValueError
        If there is no such kind.
    """
    if not _final:
        raise RuntimeError(
            "the test cars are measured once, when nothing is left to choose: call "
            "protocol.declare_final() after the last training and the last choice. Choose on "
            "protocol.validation()."
        )
    return task(cars.load().test, 0, kind)


def validation(kind="squares"):
    """Return the validation task: the 500 validation cars, a hole in each, seed 2.

    Parameters
    ----------
    kind : str
        Of the holes, as for `task`.

    Returns
    -------
    Task
        In quick mode its first images alone.

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    return task(cars.load().validation, 2, kind)


def task(images, seed, kind="squares"):
    """Cut a random hole into each of some images; in quick mode the first ones alone.

    Parameters
    ----------
    images : ndarray of float32, shape (n, 32, 32, 3), values in [0, 1]
    seed : int
        Of the holes.
    kind : str
        ``"squares"`` of 12 x 12 pixels, or one of `inpainting_guide.data.irregular.KINDS`. Image
        number i then has a hole of the class of area i mod 6, so that all six are equally often.

    Returns
    -------
    Task

    Raises
    ------
    ValueError
        If the images are not what `inpainting_guide.data.holes.check_images` asks for, or of
        another size, or there is no such kind.
    """
    holes.check_images(images)
    if images.shape[1:3] != (cars.SIZE, cars.SIZE):
        raise ValueError(
            f"the images are {images.shape[1]} x {images.shape[2]} pixels, expected {cars.SIZE} x "
            f"{cars.SIZE}: for others make a Task of images and of maps from `holes.random_square`."
        )
    arguments.one_of("kind of hole", kind, ["squares", *irregular.KINDS])
    if kind != "squares":
        if machine.quick():  # the first maps are drawn first: of squares, first the tops of all
            images = images[:QUICK_IMAGES]
        return Task(images, irregular.of_all_classes(kind, len(images), seed))
    holes_of_all = Task(images, holes.random_square(len(images), np.random.default_rng(seed)))
    return holes_of_all[:QUICK_IMAGES] if machine.quick() else holes_of_all
