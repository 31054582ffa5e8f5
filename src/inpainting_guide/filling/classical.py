"""Filling without learning: what a reader would use instead of a network.

Every function takes incomplete images, shape (n, height, width, 3), and their location maps,
shape (n, height, width, 1), and returns the filled images; known pixels stay bit for bit.
A trained network's fill (`inpainting_guide.filling.by_network.by`) has the same signature.
"""

import cv2
import numpy as np

from inpainting_guide.data import cars, holes
from inpainting_guide.filling import membranes

RADIUS = 3
"""Neighbourhood of OpenCV's two methods, in pixels."""


def mean_colour(incomplete, location_map):
    """Fill with the mean colour of the image's known pixels.

    Parameters
    ----------
    incomplete : ndarray of float32, shape (n, height, width, 3), values in [0, 1]
    location_map : ndarray of float32, shape (n, height, width, 1)
        1 where the image is known, 0 where it is missing.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 3), values in [0, 1]

    Raises
    ------
    ValueError
        If the input breaks a convention (`inpainting_guide.data.holes.check`), or an image has no
        known pixel.
    """
    _check(incomplete, location_map)
    total = np.sum(incomplete * location_map, axis=(1, 2), keepdims=True, dtype=np.float64)
    mean = total / location_map.sum(axis=(1, 2), keepdims=True)
    return holes.compose(incomplete, np.broadcast_to(mean, incomplete.shape), location_map)


def harmonic(incomplete, location_map):
    """Solve Laplace's equation in the hole: the smoothest membrane over its rim.

    Every missing pixel becomes the mean of its neighbours (two, three or four: the edge of
    the image has fewer), so no value leaves the range of the known ones.

    Parameters
    ----------
    incomplete, location_map : ndarray
        As for `mean_colour`, and with the same errors.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 3), values in [0, 1]
    """
    return _image_by_image(_holes_only(membranes.membrane), incomplete, location_map)


def biharmonic(incomplete, location_map):
    """Solve the biharmonic equation in the hole: a bent thin plate.

    It continues slopes across the rim where `harmonic` continues values only. The plate may
    overshoot the range of the known values, and is clipped to it, as by scikit-image.

    Parameters
    ----------
    incomplete, location_map : ndarray
        As for `mean_colour`, and with the same errors.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 3), values in [0, 1]

    Notes
    -----
    S. B. Damelin and N. S. Hoang, *On surface completion and image inpainting by biharmonic
    functions: numerical aspects*, International Journal of Mathematics and Mathematical
    Sciences, 2018.
    """
    return _image_by_image(_holes_only(membranes.plate), incomplete, location_map)


def telea(incomplete, location_map):
    """March inwards from the rim with weighted means (OpenCV; Telea 2004).

    OpenCV works on 8-bit images: the fill is rounded to multiples of 1/255. Its gradient term is
    hardly felt and it rounds upwards, so that a flat image drifts by a few levels.

    Parameters
    ----------
    incomplete, location_map : ndarray
        As for `mean_colour`, and with the same errors.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 3), values in [0, 1]

    Notes
    -----
    A. Telea, *An image inpainting technique based on the fast marching method*, Journal of
    Graphics Tools 9(1), 2004.
    """
    return _opencv(incomplete, location_map, cv2.INPAINT_TELEA)


def navier_stokes(incomplete, location_map):
    """Carry the image's isophotes into the hole (OpenCV, after Bertalmio and others 2001).

    OpenCV solves no equation: each pixel becomes one mean of its known neighbours, weighted
    towards those on its isophote. Near the edge of the image it reads a neighbouring row. It
    works on 8-bit images: the fill is rounded to multiples of 1/255.

    Parameters
    ----------
    incomplete, location_map : ndarray
        As for `mean_colour`, and with the same errors.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 3), values in [0, 1]

    Notes
    -----
    M. Bertalmio, A. L. Bertozzi and G. Sapiro, *Navier-Stokes, fluid dynamics, and image and
    video inpainting*, CVPR 2001.
    """
    return _opencv(incomplete, location_map, cv2.INPAINT_NS)


def nearest_car(incomplete, location_map, collection=None):
    """Paste the hole from the image of a collection whose known pixels are nearest.

    Parameters
    ----------
    incomplete, location_map : ndarray
        As for `mean_colour`, and with the same errors.
    collection : ndarray of float32, shape (m, height, width, 3), values in [0, 1], optional
        Where to look; by default the training cars.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 3), values in [0, 1]

    Raises
    ------
    ValueError
        Also if the collection is empty, invalid or of another size.
    """
    _check(incomplete, location_map)
    collection = cars.load().train if collection is None else collection
    if (shape := np.shape(collection)[1:]) != incomplete.shape[1:]:
        raise ValueError(
            f"the collection's images have shape {shape}, expected that of the "
            f"incomplete ones, {incomplete.shape[1:]}."
        )
    holes.check_images(collection)
    # |(x - c) m|^2 = |x m|^2 - 2 (x m)·c + m·c^2, and |x m|^2 is the same for every c.
    flat = collection.reshape(len(collection), -1)
    weight = np.broadcast_to(location_map, incomplete.shape).reshape(len(incomplete), -1)
    known = incomplete.reshape(len(incomplete), -1) * weight
    distance = weight @ np.square(flat).T - 2 * (known @ flat.T)
    return holes.compose(incomplete, collection[distance.argmin(axis=1)], location_map)


def blend(incomplete, filled, location_map):
    """Keep the gradients of a fill, and take its level from the rim of the hole.

    Poisson blending of any method's fill. Nothing is known of what the method would have put on the
    known side of the rim, so no step at all is asked for there. A fill of one colour becomes the
    fill of `harmonic`.

    Parameters
    ----------
    incomplete, location_map : ndarray
        As for `mean_colour`, and with the same errors.
    filled : ndarray of float, shape (n, height, width, 3)
        What a method made of them; only the holes are read.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 3), values in [0, 1]

    Notes
    -----
    P. Pérez, M. Gangnet and A. Blake, *Poisson image editing*, ACM Transactions on Graphics 22(3),
    2003.
    """
    _check(incomplete, location_map)
    composite = holes.compose(incomplete, filled, location_map)
    blended = composite.copy()
    for into, image, known in zip(blended, composite, location_map[..., 0], strict=True):
        if (missing := known == 0).any():
            into[missing] += membranes.correction(image, image[missing], missing)
    # The correction is as large as the steps across the rim: up to 1, in either direction.
    return holes.compose(incomplete, np.clip(blended, 0, 1), location_map)


def _opencv(incomplete, location_map, method):
    def solve(image, missing):
        eight_bit = np.uint8(np.rint(image * 255))
        return cv2.inpaint(eight_bit, np.uint8(missing), RADIUS, method) / 255

    return _image_by_image(solve, incomplete, location_map)


def _holes_only(values_of):
    """Make a solver of a function that returns the values of the missing pixels alone."""

    def solve(image, missing):
        filled = image.copy()
        filled[missing] = values_of(image, missing)
        return filled

    return solve


def _image_by_image(solve, incomplete, location_map):
    """Fill a batch with ``solve(image, missing)``, which sees one image and a boolean mask.

    An image that misses nothing is returned as it is.
    """
    _check(incomplete, location_map)
    missing = location_map[..., 0] == 0
    predictions = [
        solve(image, mask) if mask.any() else image
        for image, mask in zip(incomplete, missing, strict=True)
    ]
    return holes.compose(incomplete, np.stack(predictions), location_map)


def _check(incomplete, location_map):
    holes.check(incomplete, location_map)
    if (unknown := location_map.max(axis=(1, 2, 3)) == 0).any():
        raise ValueError(
            f"image number {unknown.argmax()} has no known pixel: there is nothing to fill from."
        )
