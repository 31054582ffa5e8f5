"""What the page that compares all methods measures: averages, differences in pairs, other holes."""

import numpy as np

from inpainting_guide import (
    arguments,
    comparison,
    holes,
    metrics,
    plausibility,
    protocol,
    publishing,
    reporting,
    wasserstein,
)


def measure(fills, task, scores):
    """Join for every method the measures that are averages over images.

    Parameters
    ----------
    fills : dict of str to ndarray of float, shape (n, height, width, 3)
        By the methods' names.
    task : protocol.Task
    scores : dict of str to Scores
        Of the same fills.

    Returns
    -------
    dict of str to dict of str to metrics.Estimate
        For every method those of `inpainting_guide.scores.Scores.summary`, ``sharpness`` and
        ``seam``.
    """
    measured = {}
    for name, filled in fills.items():
        arguments = task.images, filled, task.location_map
        measured[name] = scores[name].summary() | {
            "sharpness": plausibility.sharpness_ratio(*arguments),
            "seam": plausibility.seam_ratio(*arguments),
        }
    return measured


def recognised(networks, fills, task, only=None):
    """Ask for every method how often a classifier can tell its fills from photographs.

    The classifiers learn on the validation cars, which no network was trained on.

    Parameters
    ----------
    networks : dict of str to keras.Model
        From `inpainting_guide.comparison.load`.
    fills : dict of str to ndarray of float, shape (n, height, width, 3)
        Of the task, by the methods' names.
    task : protocol.Task
    only : collection of str, optional
        Names of the methods to ask for; by default all.

    Returns
    -------
    dict of str to dict of str to metrics.Estimate
        For each of them the balanced accuracies ``weak`` and ``strong``, early and late in
        `inpainting_guide.plausibility.classifier_accuracies`.
    """
    cars = protocol.validation()
    half = cars[: len(cars.images) // 2]
    accuracies = {}
    for name, filled in comparison.fill(networks, half, only).items():
        asked = plausibility.classifier_accuracies(fills[name], task, filled, cars)
        accuracies[name] = dict(zip(("weak", "strong"), asked, strict=True))
    return accuracies


def gains(fills, task, baseline="autoencoder"):
    """Subtract the PSNRs of one method from those of the others, hole by hole.

    Parameters
    ----------
    fills : dict of str to ndarray of float, shape (n, height, width, 3)
        By the methods' names.
    task : protocol.Task
    baseline : str
        Name of the method that the others are compared with.

    Returns
    -------
    gained : dict of str to metrics.Estimate
        Decibels, averaged over the images.
    wins : dict of str to float
        The share of images on which the method has the smaller squared error.

    Raises
    ------
    ValueError
        If there is no such baseline.
    """
    arguments.one_of("method", baseline, fills)
    errors = {n: metrics.squared_error(task.images, f, task.location_map) for n, f in fills.items()}
    psnr = {name: metrics.psnr(error) for name, error in errors.items()}
    gained = {name: metrics.mean(values - psnr[baseline]) for name, values in psnr.items()}
    return gained, {name: float((e < errors[baseline]).mean()) for name, e in errors.items()}


def psnr(networks, images, location_map, names):
    """Fill holes of any kind with some methods, and measure them.

    Parameters
    ----------
    networks : dict of str to keras.Model
        From `inpainting_guide.comparison.load`.
    images : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
    location_map : ndarray of float32, shape (n, height, width, 1)
    names : collection of str
        Names of the methods.

    Returns
    -------
    dict of str to float
        The PSNR of the mean squared error, in decibels, by the methods' names.
    """
    fills = comparison.fill(networks, protocol.Task(images, location_map), names)
    errors = {name: metrics.squared_error(images, fills[name], location_map) for name in names}
    return {name: float(metrics.psnr(error.mean())) for name, error in errors.items()}


def psnr_by_side(networks, images, sides, names):
    """Cut square holes of several sizes at random, and measure some methods on them.

    Parameters
    ----------
    networks, images, names
        As for `psnr`.
    sides : sequence of int
        Of the holes, in pixels.

    Returns
    -------
    dict of str to list of float
        By the methods' names, a PSNR in decibels for each side.

    Raises
    ------
    ValueError
        If a hole does not fit into the images.
    """
    size, reached = images.shape[1], []
    arguments.whole(sides=sides, most=size)
    for side in sides:
        rng = np.random.default_rng(0)
        location_map = holes.random_square(len(images), rng, side, size)
        reached.append(psnr(networks, images, location_map, names))
    return {name: [of_side[name] for of_side in reached] for name in names}


def psnr_by_place(networks, images, starts, name):
    """Cut the same hole in all images, at one place after the other, and measure a method.

    Parameters
    ----------
    networks, images
        As for `psnr`.
    starts : sequence of int
        First rows and first columns of the holes.
    name : str
        Of the method.

    Returns
    -------
    ndarray of float, shape (starts, starts)
        PSNR in decibels, by row and column.

    Raises
    ------
    ValueError
        If a hole would reach beyond the images.
    """
    arguments.whole(starts=starts, least=0, most=holes.places() - 1)
    grid, count = np.empty((len(starts), len(starts))), len(images)
    for row, column in np.ndindex(grid.shape):
        location_map = holes.square([starts[row]] * count, [starts[column]] * count)
        grid[row, column] = psnr(networks, images, location_map, (name,))[name]
    return grid


def distance(values, floor):
    """Average a distance over its splits, with the interval of its difference from the floor.

    Parameters
    ----------
    values, floor : ndarray of float, shape (splits,)
        Of a method and of the photographs, from one call of
        `inpainting_guide.wasserstein.distances`.

    Returns
    -------
    metrics.Estimate
        The mean, and the ends of `inpainting_guide.wasserstein.difference`'s interval, moved up
        by the floor's mean. The floor has no interval.

    Raises
    ------
    ValueError
        If the shapes differ, or there are fewer than two splits.
    """
    above = wasserstein.difference(values, floor)
    return metrics.Estimate(*(float(floor.mean()) + end for end in above))


def diversities(networks, task, count=4):
    """Measure how much the methods that sample vary their fills of one hole.

    Parameters
    ----------
    networks : dict of str to keras.Model
        From `inpainting_guide.comparison.load`.
    task : protocol.Task
    count : int
        Samples of each hole. For samples of what is really possible the share would be
        count / (count + 1). At least two.

    Returns
    -------
    dict of str to float
        See `inpainting_guide.plausibility.diversity`; by the names of the methods of one sample.

    Raises
    ------
    ValueError
        If `count` is no whole number from 2.
    """
    arguments.whole(count=count, least=2)
    shares = {}
    for key, name in (("cvae_as_printed", "CVAE as printed"), ("cvae", "CVAE one sample")):
        samples = networks[key].samples(task.incomplete, task.location_map, count=count)
        shares[name] = plausibility.diversity(task.images, samples, task.location_map)
    return shares


def publish(page, measured, shares, costs):
    """Hand on all results: a CSV file of full precision for readers, and numbers for chapters.

    Parameters
    ----------
    page : str
        Name of the gallery script, without ``.py``. Chapters quote ``comparison.KEY.measure``.
    measured : dict of str to dict of str to metrics.Estimate
        By the methods' names. The file has the measures of the autoencoder.
    shares : dict of str to dict of str to float
        By what is shared, ``wins`` (from `gains`) and ``diversity``, and the methods' names; some
        methods may be left out.
    costs : dict of str to dict of str to float
        From `inpainting_guide.comparison.costs`.
    """
    lines, results = [], {}
    quoted_costs = comparison.quotable_costs(costs)
    for key, (name, family, _) in comparison.METHODS.items():
        columns = reporting.spread_out(measured[name], tuple(measured["autoencoder"]))
        lines.append({"method": name, "family": family} | columns)
        lines[-1] |= {what: by_name.get(name, "") for what, by_name in shares.items()}
        lines[-1] |= costs[name]
        results[key] = reporting.quotable(measured[name]) | quoted_costs[name]
        results[key] |= {
            what: reporting.per_cent(by_name[name])
            for what, by_name in shares.items()
            if name in by_name
        }
    publishing.publish_table(page, lines)
    publishing.publish(page, {"comparison": results})
