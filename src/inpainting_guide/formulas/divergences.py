"""The adversarial game on finitely many images, where every expectation is a sum.

With a handful of possible images in place of all of them, the best discriminator, the value
of the game and its divergences are computed exactly. No network uses this module: the tests hold
the formulas of the chapter on adversarial networks against it, SciPy and TensorFlow.
"""

import numpy as np
from scipy.special import expit, rel_entr, xlog1py, xlogy

TOLERANCE = 1e-6
"""How far the probabilities of a distribution may be from adding up to 1."""


def kullback_leibler(p, q):
    r"""Compute the Kullback-Leibler divergence of one distribution from another.

    Parameters
    ----------
    p, q : array-like of float, shape (k,)
        Probabilities of the same k outcomes: not negative, with the sum 1.

    Returns
    -------
    float
        :math:`\sum_i p_i \log(p_i / q_i)` in nats: 0 if the distributions are equal, infinite if
        `p` gives probability to an outcome that `q` rules out. Outcomes with ``p = 0`` count 0.

    Raises
    ------
    ValueError
        If one is not a distribution, or they have different lengths.
    """
    return _divergence(*_distributions(p=p, q=q))


def jensen_shannon(p, q):
    r"""Compute the Jensen-Shannon divergence of two distributions.

    Parameters
    ----------
    p, q : array-like of float, shape (k,)
        Probabilities of the same k outcomes: not negative, with the sum 1.

    Returns
    -------
    float
        The mean of both divergences from the mixture :math:`(p + q)/2`, in nats: between 0, for
        equal distributions, and log 2, for distributions that share no outcome. It does not
        change when `p` and `q` change places. SciPy's ``jensenshannon`` is its root.

    Raises
    ------
    ValueError
        If one is not a distribution, or they have different lengths.

    Notes
    -----
    Thesis, equation 2.8, which is twice this, without the constant -log 4 before it. J. Lin,
    *Divergence measures based on the Shannon entropy*, IEEE Transactions on Information Theory
    37(1), 1991.
    """
    p, q = _distributions(p=p, q=q)
    mixture = (p + q) / 2
    return (_divergence(p, mixture) + _divergence(q, mixture)) / 2


def optimal_discriminator(p_data, p_generator):
    """Compute the discriminator that maximises the value of the game.

    Parameters
    ----------
    p_data, p_generator : array-like of float, shape (k,)
        Probabilities of k images among the photographs and among the generated images.

    Returns
    -------
    ndarray of float64, shape (k,)
        The probability that an image is a photograph, if photographs and generated images are
        equally many: ``p_data / (p_data + p_generator)``. For an image that is neither, any
        number is as good as another; it is 1/2.

    Raises
    ------
    ValueError
        If one is not a distribution, or they have different lengths.

    Notes
    -----
    I. Goodfellow and others, *Generative adversarial nets*, 2014, proposition 1.
    """
    p_data, p_generator = _distributions(p_data=p_data, p_generator=p_generator)
    total = p_data + p_generator
    return np.divide(p_data, total, out=np.full(len(total), 0.5), where=total > 0)


def value(p_data, p_generator, discriminator):
    """Compute the value of the game: what the discriminator maximises.

    Parameters
    ----------
    p_data, p_generator : array-like of float, shape (k,)
        Probabilities of k images among the photographs and among the generated images.
    discriminator : array-like of float, shape (k,)
        For each image the probability, in [0, 1], that it is a photograph.

    Returns
    -------
    float
        The mean of log D over the photographs plus that of log(1 - D) over the generated images,
        in nats. At most 0; minus infinity for a discriminator that is certain and wrong.

    Raises
    ------
    ValueError
        If one of the first two is not a distribution, the third holds no probabilities, or their
        lengths differ.

    Notes
    -----
    Thesis, section 2.2.2, equation 2.5.
    """
    p_data, p_generator = _distributions(p_data=p_data, p_generator=p_generator)
    discriminator = np.asarray(discriminator, np.float64)
    if discriminator.shape != p_data.shape:
        raise ValueError(
            f"the discriminator has shape {discriminator.shape}, expected {p_data.shape}: one "
            "probability for each image."
        )
    if not np.all((discriminator >= 0) & (discriminator <= 1)):  # NaN is refused as well
        raise ValueError(
            f"the discriminator has values from {discriminator.min()} to {discriminator.max()}, "
            "expected probabilities in [0, 1]: apply the sigmoid to logits first."
        )
    # 0 log 0 is 0: what never happens costs nothing.
    terms = xlogy(p_data, discriminator) + xlog1py(p_generator, -discriminator)
    return float(np.sum(terms))


def saturating_loss(logits):
    """Compute the generator's loss of the zero-sum game, and its slope.

    Parameters
    ----------
    logits : array-like of float
        What the discriminator says of generated images, before its sigmoid.

    Returns
    -------
    loss : ndarray of float64
        ``log(1 - D)``, which is ``-log(1 + exp(logit))``.
    slope : ndarray of float64
        Its derivative with respect to the logit, ``-D``: close to 0 where the discriminator
        recognises the generated image.
    """
    logits = np.asarray(logits, np.float64)
    return -np.logaddexp(0, logits), -expit(logits)


def non_saturating_loss(logits):
    """Compute the generator's loss with which networks are trained, and its slope.

    Parameters
    ----------
    logits : array-like of float
        What the discriminator says of generated images, before its sigmoid.

    Returns
    -------
    loss : ndarray of float64
        ``-log D``, which is ``log(1 + exp(-logit))``: the binary cross-entropy with the label 1.
    slope : ndarray of float64
        Its derivative with respect to the logit, ``-(1 - D)``: close to -1 where the
        discriminator recognises the generated image.
    """
    logits = np.asarray(logits, np.float64)
    return np.logaddexp(0, -logits), -expit(-logits)


def _divergence(p, q):
    # The sum cannot be negative; its rounding errors can.
    return max(0.0, float(np.sum(rel_entr(p, q))))


def _distributions(**named):
    """Check two distributions and divide each by its sum, which is 1 up to rounding."""
    checked = {name: _distribution(name, values) for name, values in named.items()}
    (first, p), (second, q) = checked.items()
    if len(p) != len(q):
        raise ValueError(
            f"{first} has {len(p)} outcomes and {second} {len(q)}, expected probabilities of the "
            "same outcomes: write a 0 for one that does not occur."
        )
    return p, q


def _distribution(name, values):
    values = np.asarray(values, np.float64)
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(
            f"{name} has shape {values.shape}, expected (k,): one probability for each outcome."
        )
    if not np.all(values >= 0):  # NaN is refused as well
        raise ValueError(
            f"{name} has the value {values[~(values >= 0)][0]}, expected probabilities: none is "
            "negative or NaN."
        )
    if not abs(values.sum() - 1) <= TOLERANCE:
        raise ValueError(f"{name} adds up to {values.sum():.6g}, expected 1: divide it by its sum.")
    return values / values.sum()
