"""Rings of pixels inside and around a hole, as tensors: what losses give weights of their own."""

from keras import ops

from inpainting_guide.data.holes import HOLE


def grow(region, rings=1):
    """Grow a region by rings of pixels, diagonal neighbours included.

    Parameters
    ----------
    region : tensor of float32, shape (n, height, width), values 0 and 1
    rings : int
        At least 1.

    Returns
    -------
    tensor of float32, shape (n, height, width)
        1 where a pixel of the region is at most so many steps away. Beyond the image is nothing.
    """
    return ops.max_pool(region[..., None], 2 * rings + 1, strides=1, padding="same")[..., 0]


def depths(missing):
    """Count the steps from every missing pixel to the nearest known one, diagonal steps as one.

    Parameters
    ----------
    missing : tensor of float32, shape (n, height, width), values 0 and 1

    Returns
    -------
    tensor of float32, shape (n, height, width)
        1 at the rim of the hole, 2 one step further in, 12 at most; 0 where the image is known.
    """
    inside = depth = missing
    for _ in range(1, HOLE):
        inside = 1 - grow(1 - inside)  # without its outermost ring
        depth = depth + missing * inside
    return depth
