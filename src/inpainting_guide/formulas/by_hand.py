"""The chapters' formulas in plain NumPy, written to be read beside them.

Nothing here is fast and no network uses it: the tests hold every function against Keras,
TensorFlow's automatic gradients, or the real networks. Sizes are whole numbers from 1.
"""

import numpy as np

from inpainting_guide.common import arguments


def convolve(image, kernel, bias, stride=1):
    """Slide a bank of filters over an image: what Keras's ``Conv2D(padding="valid")`` computes.

    Parameters
    ----------
    image : ndarray of float, shape (height, width, channels)
    kernel : ndarray of float, shape (rows, columns, channels, filters)
        It is not flipped: this is a cross-correlation.
    bias : ndarray of float, shape (filters,)
    stride : int
        Pixels between neighbouring positions of the kernel.

    Returns
    -------
    ndarray of float, shape (out_height, out_width, filters)

    Raises
    ------
    ValueError
        If the kernel has other channels than the image or is larger than it.
    """
    for pixels, side in zip(image.shape[:2], kernel.shape[:2], strict=True):
        output_size(pixels, side, stride)  # for its checks
    if kernel.shape[2] != image.shape[2]:
        raise ValueError(f"the kernel has {kernel.shape[2]} channels, the image {image.shape[2]}.")
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape[:2], axis=(0, 1))
    return np.einsum("ijcmn,mncf->ijf", windows[::stride, ::stride], kernel) + bias


def output_size(size, kernel, stride=1, padding=0):
    """Count the positions of a kernel along one axis.

    Parameters
    ----------
    size, kernel, stride : int
        Pixels of the input, of the kernel, and between positions.
    padding : int
        Zeros added in all, both ends together.

    Returns
    -------
    int
        ``floor((size - kernel + padding) / stride) + 1``.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded input, or a number is not whole or too small.
    """
    arguments.whole(size=size, kernel=kernel, stride=stride)
    arguments.whole(padding=padding, least=0)
    if kernel > size + padding:
        raise ValueError(f"a kernel of {kernel} does not fit into {size} + {padding} pixels.")
    return (size - kernel + padding) // stride + 1


def same_padding(size, kernel, stride=1):
    """Find the zeros that ``padding="same"`` adds before and after, along one axis.

    Parameters
    ----------
    size, kernel, stride : int
        Pixels of the input, of the kernel, and between positions.

    Returns
    -------
    before, after : int
        Together just enough for ``ceil(size / stride)`` outputs; an odd zero goes after.

    Raises
    ------
    ValueError
        If a number is no whole one from 1.
    """
    arguments.whole(size=size, kernel=kernel, stride=stride)
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def receptive_field(kernels, strides, dilations=None):
    """Measure how many input pixels, along one axis, one output of stacked convolutions sees.

    Parameters
    ----------
    kernels, strides : sequence of int
        One of each per layer, from the input on.
    dilations : sequence of int, optional
        One per layer: how far apart the values lie that neighbouring weights read. By default
        1 everywhere, neighbours.

    Returns
    -------
    int
        1 for no layer; each layer adds ``dilation * (kernel - 1)`` steps of the strides before
        it. If the field has gaps, they count.

    Raises
    ------
    ValueError
        If a number is no whole one from 1, or there is not one of each per layer.
    """
    dilations = [1] * len(kernels) if dilations is None else dilations
    arguments.whole(kernels=kernels, strides=strides, dilations=dilations)
    counts = len(kernels), len(strides), len(dilations)
    if len(set(counts)) > 1:
        raise ValueError(
            f"kernels, strides and dilations are {counts[0]}, {counts[1]} and {counts[2]} in "
            "number: expected one of each per layer."
        )
    field, step = 1, 1
    for kernel, stride, dilation in zip(kernels, strides, dilations, strict=True):
        field += dilation * (kernel - 1) * step
        step *= stride
    return field


def known_pixels_seen(location_map, field):
    """Count the known pixels in the square receptive field around every pixel.

    Parameters
    ----------
    location_map : ndarray, shape (height, width)
        1 where the image is known, 0 where it is missing.
    field : int
        Side of the receptive field, an odd number of pixels.

    Returns
    -------
    ndarray of int, shape (height, width)
        What lies beyond the image's edge is not known.

    Raises
    ------
    ValueError
        If the field has an even side, so that it has no centre.
    """
    arguments.whole(field=field)
    if field % 2 == 0:
        raise ValueError(f"a receptive field of {field} pixels has no centre: give an odd side.")
    padded = np.pad(np.asarray(location_map, int), field // 2)
    return np.lib.stride_tricks.sliding_window_view(padded, (field, field)).sum(axis=(2, 3))


def convolution_matrix(kernel, size, stride=1):
    """Write a convolution of one channel with ``padding="same"`` as a matrix C.

    Parameters
    ----------
    kernel : array_like of float, shape (rows,) or (rows, columns)
    size : int or pair of int
        Pixels of the input along each axis; one number stands for both.
    stride : int
        Pixels between neighbouring positions of the kernel.

    Returns
    -------
    ndarray of float, shape (outputs, inputs)
        ``C @ image.ravel()`` is the convolution, ``C.T @ u`` the transposed one.

    Raises
    ------
    ValueError
        If the kernel has neither one axis nor two.
    """
    kernel = np.asarray(kernel, float)
    if kernel.ndim not in (1, 2):
        raise ValueError(f"a kernel with {kernel.ndim} axes: give one or two, without channels.")
    sizes = np.broadcast_to(size, kernel.ndim)
    before = [same_padding(n, f, stride)[0] for n, f in zip(sizes, kernel.shape, strict=True)]
    outputs = -(-sizes // stride)
    matrix = np.zeros((*outputs, *sizes))
    places = np.stack([axis.ravel() for axis in np.indices(outputs)], axis=-1)
    for tap in np.ndindex(kernel.shape):
        pixels = places * stride + tap - before
        inside = ((pixels >= 0) & (pixels < sizes)).all(axis=-1)  # elsewhere are padding's zeros
        matrix[(*places[inside].T, *pixels[inside].T)] = kernel[tap]
    return matrix.reshape(np.prod(outputs), np.prod(sizes))


def transposed_convolve(image, kernel, bias, stride=1):
    """Enlarge an image: what Keras's ``Conv2DTranspose(padding="same")`` computes.

    Parameters
    ----------
    image : ndarray of float, shape (height, width, channels)
    kernel : ndarray of float, shape (rows, columns, filters, channels)
        Filters before channels, as Keras stores it.
    bias : ndarray of float, shape (filters,)
    stride : int
        Output pixels an input pixel.

    Returns
    -------
    ndarray of float, shape (stride * height, stride * width, filters)

    Raises
    ------
    ValueError
        If the kernel has other channels than the image.
    """
    if kernel.shape[3] != image.shape[2]:
        raise ValueError(f"the kernel has {kernel.shape[3]} channels, the image {image.shape[2]}.")
    (height, width, _), (rows, columns, filters, _) = image.shape, kernel.shape
    sheet = np.zeros((stride * height + rows, stride * width + columns, filters))
    for i, j in np.ndindex(height, width):
        stamp = kernel @ image[i, j]
        sheet[i * stride : i * stride + rows, j * stride : j * stride + columns] += stamp
    top = same_padding(stride * height, rows, stride)[0]
    left = same_padding(stride * width, columns, stride)[0]
    return sheet[top : top + stride * height, left : left + stride * width] + bias


def taps(size, kernel_size, stride):
    """Count how many inputs of a transposed convolution reach each output, along one axis.

    Parameters
    ----------
    size, kernel_size, stride : int
        Pixels of the input (the smaller map), of the kernel, and output pixels an input pixel.

    Returns
    -------
    ndarray of int, shape (stride * size,)
        In two dimensions the numbers of the two axes are multiplied.
    """
    return convolution_matrix(np.ones(kernel_size), stride * size, stride).sum(axis=0).astype(int)


def batch_normalise(values, scale, offset, statistics=None, epsilon=1e-3):
    """Normalise each channel: what Keras's ``BatchNormalization`` computes.

    Parameters
    ----------
    values : ndarray of float, shape (..., channels)
        A batch of feature maps or of vectors.
    scale, offset : ndarray of float, shape (channels,)
        The learnt gamma and beta.
    statistics : pair of ndarray of float, shape (channels,), optional
        Mean and variance to use, as after training. By default those of `values`.
    epsilon : float
        Added to the variance.

    Returns
    -------
    normalised : ndarray of float, shape (..., channels)
    statistics : pair of ndarray of float, shape (channels,)
        The mean and the variance that were used.
    """
    if statistics is None:
        axes = tuple(range(np.ndim(values) - 1))
        statistics = np.mean(values, axis=axes), np.var(values, axis=axes)
    mean, variance = statistics
    return scale * (values - mean) / np.sqrt(variance + epsilon) + offset, statistics
