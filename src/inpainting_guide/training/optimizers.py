"""Muon for convolutional networks."""

import math
import re

import keras
from keras import ops

from inpainting_guide.common import arguments


@keras.saving.register_keras_serializable(package="inpainting_guide")
class ConvolutionMuon(keras.optimizers.Muon):
    """Keras's Muon optimizer, applied to convolution kernels as well as to matrices.

    Muon replaces the momentum of a weight matrix by the nearest matrix whose singular values
    are all about 1, so that a step moves the weights as much in rarely used directions as in
    common ones [1]_. Keras does this for matrices and leaves kernels to AdamW. But a kernel of
    ``Conv2D``, of shape (rows, columns, channels, filters), *is* a matrix: it maps the
    ``rows * columns * channels`` numbers under its window to ``filters`` numbers. Here it is
    reshaped to that matrix for the step.

    Biases, kernels that read the image or write it (fewer than `least_channels` channels or
    filters), and everything else that Keras excludes are left to AdamW.

    Parameters
    ----------
    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule
    least_channels : int
        Kernels with fewer input channels or fewer filters are left to AdamW.
    ns_steps : int
        Of the Newton-Schulz iteration, at least one. Keras takes five. With three, singular values
        far below the largest stay smaller, and a step takes less time. What that costs on the
        validation cars is measured by ``benchmarks/minutes.py --recipe``.
    **kwargs
        See `keras.optimizers.Muon`. Weight decay is off unless asked for.

    Raises
    ------
    ValueError
        If `least_channels` is no whole number from 0, or `ns_steps` none from 1.

    References
    ----------
    .. [1] K. Jordan and others, *Muon: an optimizer for hidden layers in neural networks*,
       2024; J. Liu and others, *Muon is scalable for LLM training*, 2025 (the step's scale).
    """

    def __init__(self, learning_rate=1e-3, least_channels=8, ns_steps=3, **kwargs):
        arguments.whole(least_channels=least_channels, least=0)
        arguments.whole(ns_steps=ns_steps)
        off = {"weight_decay": None, "adam_weight_decay": None}
        super().__init__(learning_rate, ns_steps=ns_steps, **(off | kwargs))
        self.least_channels = least_channels

    def _should_use_adamw(self, variable):
        if len(variable.shape) != 4:
            return super()._should_use_adamw(variable)
        excluded = any(re.search(pattern, variable.path) for pattern in self.exclude_layers)
        return excluded or min(variable.shape[2:]) < self.least_channels

    def zeropower_via_newtonschulz5(self, x, steps, scale=1.0):
        """Bring the singular values of a matrix near 1, as Keras does, with less work.

        Each iteration multiplies the matrix by a polynomial in its Gram matrix, its product with
        its own transpose. That has the smaller side of the matrix, and all such polynomials
        commute. So they are multiplied with each other here, and their product with the matrix
        once, at the end: fewer multiplications where one side is at least twice the other, as of
        most kernels. Every other factor is put on the small product, too.

        Parameters
        ----------
        x : tensor of float32, shape (rows, columns)
        steps : int
            Of the Newton-Schulz iteration.
        scale : float or tensor
            What the result is multiplied by.

        Returns
        -------
        tensor of float32, shape (rows, columns)
        """
        tall = x.shape[0] > x.shape[1]
        # Stays float32: an error that makes an eigenvalue negative grows with every iteration.
        gram = ops.transpose(x) @ x if tall else x @ ops.transpose(x)
        length = ops.sqrt(ops.trace(gram)) + keras.config.epsilon()  # no singular value is larger
        gram /= length**2
        identity, product = ops.eye(gram.shape[0]), None
        for step in range(steps):
            polynomial = self.muon_a * identity + self.muon_b * gram + self.muon_c * gram @ gram
            product = polynomial if product is None else polynomial @ product
            if step == steps - 1:
                break
            if step % 3 < 2:
                gram = polynomial @ gram @ polynomial
            else:  # begins anew, before the errors of small eigenvalues have grown
                x = (x @ product if tall else product @ x) / length
                length, product = 1.0, None
                gram = ops.transpose(x) @ x if tall else x @ ops.transpose(x)
        product *= scale / length
        return x @ product if tall else product @ x

    def _muon_update_step(self, gradient, variable, lr, m):
        self.assign(m, self.momentum * m + gradient)
        momentum = self.momentum * m + gradient if self.nesterov else m
        matrix = ops.reshape(momentum, (-1, variable.shape[-1]))
        size = 1.0 if self.rms_rate is None else self.rms_rate * math.sqrt(max(matrix.shape))
        update = self.zeropower_via_newtonschulz5(matrix, self.ns_steps, lr * size)
        self.assign_sub(variable, ops.reshape(update, variable.shape))

    def get_config(self):
        """Return what ``from_config`` needs, as every Keras optimizer does.

        Returns
        -------
        dict
        """
        return super().get_config() | {"least_channels": self.least_channels}
