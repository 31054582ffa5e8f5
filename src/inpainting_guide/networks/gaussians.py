"""Diagonal Gaussians as variational autoencoders use them: sampling, divergence, likelihood.

A Gaussian is given by its mean and the logarithm of its variance, which a network can return
without a constraint: every real number is the logarithm of some variance. Everything is written
in ``keras.ops``, so that it can be differentiated, runs inside a compiled training step, and
takes NumPy arrays as well as tensors. All quantities of information are in nats, and nothing is
summed or averaged here: the caller sees, and decides, over what a loss is summed.
"""

import math

import keras
from keras import ops


def sample(mean, log_variance, seed=None):
    """Draw from a diagonal Gaussian so that the sample can be differentiated.

    The sample is ``mean + exp(log_variance / 2) * noise`` with standard normal noise: a smooth
    function of the parameters, through which gradients flow (reparameterisation [1]_). The half
    turns the variance into the standard deviation. Without it, a log variance of 2 would give
    samples of variance e⁴ where `divergence` counts e².

    Parameters
    ----------
    mean, log_variance : tensor or ndarray of float
        Of shapes that broadcast; every value of the result has noise of its own.
    seed : int, keras.random.SeedGenerator or None
        An int gives the same noise at every call. In training use a `SeedGenerator`, which moves
        on; None takes Keras's global one.

    Returns
    -------
    tensor of float
        Of the broadcast shape.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    References
    ----------
    .. [1] D. P. Kingma and M. Welling, *Auto-encoding variational Bayes*, 2014, section 2.4;
       thesis, sections 2.2.1.1 and 3.3.
    """
    _check_shapes(mean=mean, log_variance=log_variance)
    deviation = ops.exp(ops.multiply(log_variance, 0.5))
    # The sum has the shape and the type of the result, whichever of the two is broadcast.
    result = ops.add(mean, deviation)
    dtype = keras.backend.standardize_dtype(result.dtype)
    noise = keras.random.normal(ops.shape(result), dtype=dtype, seed=seed)
    return ops.add(mean, ops.multiply(deviation, noise))


def divergence(mean, log_variance, prior_mean=0.0, prior_log_variance=0.0):
    """Return the Kullback-Leibler divergence between Gaussians, dimension by dimension.

    This is KL(N(mean, variance) || N(prior_mean, prior_variance)): the expectation *under the
    first* of the logarithm of the first density over the second, in closed form [1]_. For
    diagonal Gaussians the divergence of the vectors is the sum over the dimensions.

    Parameters
    ----------
    mean, log_variance : tensor or ndarray of float
        The first Gaussian: in a variational autoencoder, the encoder's output.
    prior_mean, prior_log_variance : tensor, ndarray or float
        The second Gaussian; standard normal unless given. All four broadcast.

    Returns
    -------
    tensor of float
        Nats in each dimension, of the broadcast shape; zero where the two are equal, and
        otherwise positive.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    References
    ----------
    .. [1] D. P. Kingma and M. Welling, *Auto-encoding variational Bayes*, 2014, appendix B;
       thesis, section 2.2.1.1, where a bracket of the formula closes too early.
    """
    _check_shapes(
        mean=mean,
        log_variance=log_variance,
        prior_mean=prior_mean,
        prior_log_variance=prior_log_variance,
    )
    log_ratio = ops.subtract(log_variance, prior_log_variance)
    distance = ops.multiply(
        ops.square(ops.subtract(mean, prior_mean)), ops.exp(ops.negative(prior_log_variance))
    )
    # expm1(r) - r keeps its digits near r = 0, where exp(r) - 1 - r would lose them.
    excess = ops.subtract(ops.expm1(log_ratio), log_ratio)
    return ops.multiply(ops.add(excess, distance), 0.5)


def negative_log_likelihood(squared_error, dimensions, log_variance):
    """Return the negative log-likelihood of values with independent Gaussian noise.

    For D values with squared errors that sum to S, and one variance s² for all of them, it is
    S / (2 s²) + D/2 (log 2π + log s²).

    Parameters
    ----------
    squared_error : tensor, ndarray or float
        Squared error *summed* over the values that one likelihood covers: over all 3,072 of an
        image of 32 x 32 pixels in colour, or over the 432 of a hole of 12 x 12.
    dimensions : int, tensor or ndarray
        How many values the sum covers.
    log_variance : tensor, ndarray or float
        Logarithm of the variance of the noise. All three broadcast.

    Returns
    -------
    tensor of float
        Nats, of the broadcast shape. It can be negative: a density can exceed 1.

    Raises
    ------
    ValueError
        If `dimensions` is an int below 1, or the shapes do not broadcast.
    """
    if isinstance(dimensions, int) and dimensions < 1:
        raise ValueError(
            f"dimensions is {dimensions}, but a likelihood covers at least 1 value: pass the "
            "number of values whose squared errors were summed, such as 3072 for an image."
        )
    _check_shapes(squared_error=squared_error, dimensions=dimensions, log_variance=log_variance)
    misfit = ops.multiply(ops.multiply(squared_error, ops.exp(ops.negative(log_variance))), 0.5)
    log_scale = ops.multiply(ops.add(log_variance, math.log(2 * math.pi)), 0.5)
    return ops.add(misfit, ops.multiply(ops.cast(dimensions, log_scale.dtype), log_scale))


def _check_shapes(**named):
    """Raise a `ValueError` that names the arguments whose shapes do not broadcast."""
    shapes = {name: tuple(getattr(value, "shape", ())) for name, value in named.items()}
    longest = max(map(len, shapes.values()))
    padded = [(1,) * (longest - len(shape)) + shape for shape in shapes.values()]
    for sizes in zip(*padded, strict=True):
        # Inside a compiled step the batch size is None: unknown, and not to be judged.
        if len(set(sizes) - {1, None}) > 1:
            listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            raise ValueError(
                f"the shapes do not broadcast: {listed}. Each should be a number, or have a value "
                "for every dimension, such as arrays of shape (batch, latent size)."
            )
