"""Checks of arguments, made before any work: a wrong one is named, with what was expected."""

import math

import numpy as np


def whole(*, least=1, most=math.inf, **named):
    """Refuse anything but whole numbers of a range.

    Parameters
    ----------
    least, most : int
        Ends of the range, both included; by default every number from 1.
    **named : int or array_like of int
        What was passed, by the argument's name.

    Raises
    ------
    ValueError
        If a number lies outside the range, or is of another type: 3.0 and True are no int.
    """
    wanted = f"from {least} to {most}" if most < math.inf else f"of at least {least}"
    for name, value in named.items():
        values = np.atleast_1d(np.asarray(value))
        whole_ones = values.dtype.kind in "iu"
        wrong = values[(values < least) | (values > most)] if whole_ones else values.ravel()
        if wrong.size:
            wrong = wrong.tolist()[0]
            raise ValueError(f"{name} is {wrong!r}: expected a whole number (int) {wanted}.")


def positive(**named):
    """Refuse anything but numbers above 0.

    Parameters
    ----------
    **named : float
        What was passed, by the argument's name.

    Raises
    ------
    ValueError
        If a number is 0, negative or not a number.
    """
    for name, value in named.items():
        if not value > 0:
            raise ValueError(f"{name} is {value}: expected more than 0.")


def side(size, multiple=1):
    """Refuse a side of images that a network cannot halve as often as it must.

    Parameters
    ----------
    size : int or None
        Side of the images, in pixels; None for any.
    multiple : int
        What the side must be a multiple of.

    Raises
    ------
    ValueError
        If `size` is no whole number from 1, or no multiple of `multiple`.
    """
    if size is not None:
        whole(size=size)
        if size % multiple:
            raise ValueError(
                f"images of {size} pixels: this network needs a multiple of {multiple}."
            )


def some(name, collection, least=1):
    """Refuse a collection of too few parts.

    Parameters
    ----------
    name : str
        Of what the collection should have, in the plural.
    collection : sized
    least : int
        How many it must have.

    Raises
    ------
    ValueError
        If it has fewer.
    """
    if len(collection) < least:
        raise ValueError(f"{len(collection)} {name}: expected at least {least}.")


def one_of(name, value, choices):
    """Refuse what is not to be chosen.

    Parameters
    ----------
    name : str
        Of what is chosen.
    value : str
    choices : collection of str

    Raises
    ------
    ValueError
        If the value is none of the choices.
    """
    if value not in choices:
        raise ValueError(f"no {name} {value!r}: choose one of {', '.join(choices)}.")


def random_generator(rng):
    """Refuse anything but a source of randomness.

    Parameters
    ----------
    rng : numpy.random.Generator

    Raises
    ------
    ValueError
        If it is something else, such as a seed.
    """
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            f"rng is {rng!r}: expected a random generator, such as np.random.default_rng(0)."
        )
