"""The sliced Wasserstein distance between crops of fills and crops of photographs.

It looks at fills as a crowd: are their crops distributed like those of photographs?
"""

from typing import NamedTuple

import numpy as np
import scipy.ndimage
import scipy.stats

from inpainting_guide.common import arguments, machine
from inpainting_guide.data import extents, holes
from inpainting_guide.measuring import intervals
from inpainting_guide.measuring.quantities import Quantity

CROP = 16
"""Side of the crops around a hole, in pixels: a 12-pixel hole and a rim of two."""

DIRECTIONS = 512
"""Random directions of a sliced Wasserstein distance."""

PHOTOGRAPHS = "photographs"
"""The name under which `distances` returns the photographs' own distance, the floor."""

_LAPLACIAN = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.float32)[None, :, :, None]


class Distances(NamedTuple):
    """Sliced Wasserstein distances of fills to photographs, times 1000: one value per split.

    Attributes
    ----------
    raw : ndarray of float64, shape (splits,)
        Between the crops as they are: colours, light and dark.
    laplacian : ndarray of float64, shape (splits,)
        Between their Laplacians: edges, texture, noise and seams.
    """

    raw: np.ndarray
    laplacian: np.ndarray


def crops(images, location_map, size=CROP):
    """Cut a square around every hole, the hole in its middle unless the image's border is near.

    Parameters
    ----------
    images : ndarray, shape (n, height, width, channels)
        Anything laid out like images: photographs, composites, Laplacians, location maps.
    location_map : ndarray of float32, shape (n, height, width, 1)
        1 where the image is known, 0 in the hole.
    size : int
        Side of the crops, in pixels.

    Returns
    -------
    ndarray, shape (n, size, size, channels)
        A crop that would reach beyond the border is shifted inwards.

    Raises
    ------
    ValueError
        If there are no images, images and maps do not fit, a map has no hole, `size` is no whole
        number from 1, or a hole is larger than the crop or the crop larger than the image.
    """
    arguments.whole(size=size)
    arguments.some("images", images)
    if np.shape(images)[:-1] != np.shape(location_map)[:-1] or np.ndim(location_map) != 4:
        raise ValueError(
            f"images of shape {np.shape(images)} and location maps of shape "
            f"{np.shape(location_map)}: expected (n, height, width, channels) and "
            "(n, height, width, 1)."
        )
    (first, reach), lengths = extents.of_holes(location_map), np.array(np.shape(images)[1:3])
    if not reach.all() or reach.max() > size or size > lengths.min():
        raise ValueError(
            f"no crops of {size} pixels around these holes: every image needs a hole of 1 to "
            f"{size} pixels a side, and `size` may be at most {lengths.min()}."
        )
    tops, lefts = np.clip(first + (reach - size) // 2, 0, lengths - size).T
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
    return np.moveaxis(windows[np.arange(len(images)), tops, lefts], 1, -1)


def laplacian(images):
    """Filter every channel with the Laplacian: the four neighbours minus four times the pixel.

    Parameters
    ----------
    images : ndarray of float, shape (n, height, width, channels)

    Returns
    -------
    ndarray of float32, shape (n, height, width, channels)
        0 where the image is flat or a ramp. At the border the image is continued by mirroring.
    """
    return scipy.ndimage.correlate(np.asarray(images, np.float32), _LAPLACIAN, mode="reflect")


def sliced_wasserstein(first, second, directions=DIRECTIONS, seed=0):
    """Measure how far two sets of crops are apart as distributions.

    Every crop is projected on random unit directions. On a line, the cheapest way to carry one
    set of points to another of the same size is in order: the distance is the mean absolute
    difference of the sorted projections, averaged over the directions.

    Parameters
    ----------
    first, second : ndarray of float, shape (n, ...)
        Equally many crops of the same shape, each taken as one point.
    directions : int
        How many random directions.
    seed : int
        Seed of the directions.

    Returns
    -------
    float
        0 for the same crops in any order. Two samples of one distribution are not at 0.

    Raises
    ------
    ValueError
        If the sets are empty, differ in size or in the shape of the crops, or `directions` is no
        whole number from 1.

    Notes
    -----
    J. Rabin, G. Peyré, J. Delon and M. Bernot, *Wasserstein barycenter and its application to
    texture mixing*, SSVM 2011; here with absolute in place of squared differences.
    """
    arguments.whole(directions=directions)
    first, second = np.asarray(first, np.float32), np.asarray(second, np.float32)
    if first.shape != second.shape or first.size == 0:
        raise ValueError(
            f"sets of shapes {first.shape} and {second.shape}: expected equally many crops of the "
            "same shape, at least one."
        )
    projected = (_project(crops, directions, seed) for crops in (first, second))
    return _distance(*(np.sort(lines, axis=1) for lines in projected))


def distances(filled_by_method, task, splits=20, seed=0, directions=DIRECTIONS):
    """Measure for several methods how far their fills are from photographs, on the same splits.

    In every split, a random half of the images gives the fills and the other half the
    photographs, so that no fill meets the photograph it was cut from. The photographs of the
    first half take the place of the fills once: their distance is not 0, and is the floor.

    Parameters
    ----------
    filled_by_method : dict of str to ndarray of float, shape (n, height, width, 3)
        Fills of the whole task by the methods' names.
    task : protocol.Task
        At least four images with holes.
    splits : int
        How many random splits, at least two; the same for every method. Two in quick mode.
    seed : int
        Seed of the splits and of the directions.
    directions : int
        Random directions of the distance, the same for every split.

    Returns
    -------
    dict of str to Distances
        By the method's name; first comes `PHOTOGRAPHS`, the floor. The splits share the same n
        photographs, so their values are not independent: see `difference` for an interval.

    Raises
    ------
    ValueError
        If a method has the name of the floor, there are too few images, splits or directions, or
        fills or task break a convention.
    """
    arguments.whole(splits=splits, least=2)
    arguments.whole(directions=directions)
    splits = machine.few_times(splits)
    if PHOTOGRAPHS in filled_by_method or len(task.images) < 4:
        raise ValueError(
            f"methods {', '.join(filled_by_method)} on {len(task.images)} images: expected none "
            f"named {PHOTOGRAPHS!r}, and at least 4 images."
        )
    count, half = len(task.images), len(task.images) // 2
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(count) for _ in range(splits)]
    sets = {
        name: holes.compose(task.images, filled, task.location_map)
        for name, filled in ({PHOTOGRAPHS: task.images} | filled_by_method).items()
    }
    measured: dict[str, list] = {name: [] for name in sets}
    for prepare in (np.asarray, laplacian):
        others = None
        for name, composite in sets.items():
            # Projected once for all splits: a split only picks and sorts.
            lines = _project(crops(prepare(composite), task.location_map), directions, seed)
            if others is None:
                others = [np.sort(lines[:, order[half : 2 * half]], axis=1) for order in orders]
            values = [
                1000 * _distance(np.sort(lines[:, order[:half]], axis=1), other)
                for order, other in zip(orders, others, strict=True)
            ]
            measured[name].append(np.array(values))
    return {name: Distances(*kinds) for name, kinds in measured.items()}


def difference(values, baseline):
    """Subtract the distances of two methods split by split, with a 95 % interval.

    All splits share the same photographs: more splits give a steadier mean, but tell nothing
    new about cars. The usual standard error, which shrinks with the number of splits, would
    therefore be too small. In its place stands the standard deviation over the splits, which for
    a paired difference of two averages over images is exactly the standard error (the
    delete-half jackknife). For distances it is too large, as an image that joins the fills
    leaves the photographs at the same time. The interval errs on the safe side: it is where a
    single split of such images would mostly fall.

    Parameters
    ----------
    values, baseline : ndarray of float, shape (splits,)
        The same kind of distance of two methods, from one call of `distances`.

    Returns
    -------
    Quantity
        Negative where the first method is nearer to the photographs.

    Raises
    ------
    ValueError
        If the shapes differ, or there are fewer than two splits.

    Notes
    -----
    J. Shao and C. F. J. Wu, *A general theory for jackknife variance estimation*, The Annals
    of Statistics 17(3), 1989.
    """
    values, baseline = np.asarray(values, float), np.asarray(baseline, float)
    if values.shape != baseline.shape or values.ndim != 1 or len(values) < 2:
        raise ValueError(
            f"distances of shapes {values.shape} and {baseline.shape}: expected (splits,) for "
            "both, at least two splits, of one call of `distances`."
        )
    paired = values - baseline
    reach = scipy.stats.t.ppf((1 + intervals.CONFIDENCE) / 2, len(paired) - 1) * paired.std(ddof=1)
    middle = float(paired.mean())
    return Quantity(middle, "", middle - float(reach), middle + float(reach))


def average(values, floor):
    """Average a distance over its splits, with the interval of its difference from the floor.

    Parameters
    ----------
    values, floor : ndarray of float, shape (splits,)
        Of a method and of the photographs, from one call of `distances`.

    Returns
    -------
    Quantity
        The mean, and the ends of the interval of `difference`, moved up by the floor's mean. The
        floor has no interval.

    Raises
    ------
    ValueError
        If the shapes differ, or there are fewer than two splits.
    """
    above, lowest = difference(values, floor), float(np.mean(floor))
    return Quantity(lowest + above.value, "", lowest + above.low, lowest + above.high)


def _project(points, directions, seed):
    """Project points on random unit directions: float32, shape (directions, n)."""
    points = np.asarray(points, np.float32).reshape(len(points), -1)
    vectors = np.random.default_rng(seed).normal(size=(directions, points.shape[1]))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32) @ points.T


def _distance(first, second):
    """Average the absolute differences of sorted projections."""
    return float(np.abs(first - second).mean(dtype=np.float64))
