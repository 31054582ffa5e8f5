"""Images and location maps as tensors: what networks are given, and what their losses are made of.

`inpainting_guide.data.holes` does the like for arrays, with checks. Here nothing is checked: these
functions stand in training steps.
"""

from keras import ops


def network_input(image, location_map):
    """Join the incomplete image and its location map: the four channels that a network sees.

    Thesis, section 3.1: the map is the fourth channel, so that the network knows where it has
    to work.

    Parameters
    ----------
    image : tensor of float32, shape (n, height, width, 3), values in [0, 1]
        Complete or incomplete: what is missing is set to 0.
    location_map : tensor of float32, shape (n, height, width, 1)

    Returns
    -------
    tensor of float32, shape (n, height, width, 4)
    """
    return ops.concatenate([image * location_map, location_map], axis=-1)


def mean_over(weight, squares):
    """Average squares over the pixels where a weight is 1; 0 if there are none.

    Parameters
    ----------
    weight : tensor of float32, shape (n, height, width)
        0 or 1.
    squares : tensor of float32, shape (n, height, width, 3)

    Returns
    -------
    tensor of float32
    """
    return ops.divide_no_nan(ops.sum(weight[..., None] * squares), 3 * ops.sum(weight))


def composite(image, filled, location_map):
    """Put a fill into the hole of a photograph: `inpainting_guide.data.holes.compose` for tensors.

    Parameters
    ----------
    image, filled : tensor of float32, shape (n, height, width, 3)
    location_map : tensor of float32, shape (n, height, width, 1)

    Returns
    -------
    tensor of float32, shape (n, height, width, 3)
    """
    return location_map * image + (1 - location_map) * filled
