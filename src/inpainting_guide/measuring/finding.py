"""How well a hole was found by who was not told where it is."""

import numpy as np


def intersection_over_union(location_map, found):
    """Compare the hole that was found with the hole that is there.

    Parameters
    ----------
    location_map, found : ndarray of float32, shape (n, height, width, 1)
        1 where the image is known, 0 in the hole; of each image one of the two has a hole.

    Returns
    -------
    ndarray of float64, shape (n,)
        Of the pixels that are missing in one of the two maps, the share that is missing in both:
        1 if the hole was found exactly, 0 if not a pixel of it was.

    Raises
    ------
    ValueError
        If the shapes differ, or in both maps of an image nothing is missing.
    """
    if np.shape(location_map) != np.shape(found):
        raise ValueError(
            f"maps of shape {np.shape(location_map)} and {np.shape(found)}: expected one for each."
        )
    missing, claimed = location_map == 0, found == 0
    either = (missing | claimed).sum(axis=(1, 2, 3))
    if not either.all():
        raise ValueError(f"in both maps number {either.argmin()} nothing is missing.")
    return (missing & claimed).sum(axis=(1, 2, 3)) / either
