"""Losses that look at neighbourhoods: structural similarity, and the features of a network."""

import keras
from keras import ops

from inpainting_guide.data import tensors
from inpainting_guide.measuring.metrics import SSIM_WINDOW
from inpainting_guide.training import store
from inpainting_guide.training.losses import HoleLoss, register

SSIM_CONSTANTS = 0.01**2, 0.03**2
"""The two constants of the structural similarity, for values in [0, 1]."""


@register
class SSIMLoss(HoleLoss):
    """One minus the structural similarity, `inpainting_guide.measuring.metrics.ssim` for tensors.

    A window at the rim of the hole sees known pixels too, which are the photograph's own.

    Notes
    -----
    Z. Wang and others, *Image quality assessment: from error visibility to structural similarity*
    (2004); as a loss H. Zhao and others, *Loss functions for image restoration with neural
    networks* (2017).
    """

    def measure(self, image, filled, missing):
        """Average over the pixels of the hole: see ``HoleLoss.measure``."""
        composite = tensors.composite(image, filled, 1 - missing[..., None])
        side, (c1, c2) = SSIM_WINDOW, SSIM_CONSTANTS
        beyond = [[0, 0], [side // 2] * 2, [side // 2] * 2, [0, 0]]

        def mean(x):
            return ops.average_pool(ops.pad(x, beyond, "symmetric"), side, strides=1)

        unbiased = side**2 / (side**2 - 1)
        mean_x, mean_y = mean(image), mean(composite)
        variances = mean(image**2) - mean_x**2 + mean(composite**2) - mean_y**2
        covariance = mean(image * composite) - mean_x * mean_y
        similarity = (2 * mean_x * mean_y + c1) * (2 * unbiased * covariance + c2)
        similarity /= (mean_x**2 + mean_y**2 + c1) * (unbiased * variances + c2)
        return 1 - tensors.mean_over(missing, similarity)

    def get_config(self):
        """Return what ``from_config`` needs.

        Returns
        -------
        dict
        """
        return {"name": self.name}


@register
class FeatureLoss(HoleLoss):
    """The squared error of the features that a trained network sees: a perceptual loss.

    The network is one of the store, and stays as it is. It sees the photograph, and the photograph
    with its hole filled; both with a location map of ones.

    Parameters
    ----------
    network : str
        File name of a network in the store, for instance
        ``inpainting_guide.training.store.newest("unet").name``.
    layers : sequence of str
        Names of the layers whose outputs are compared.
    **kwargs
        See `keras.losses.Loss`.

    Raises
    ------
    ValueError
        If the store does not hold that network, or it has no such layer.

    Notes
    -----
    J. Johnson, A. Alahi and L. Fei-Fei, *Perceptual losses for real-time style transfer and
    super-resolution* (2016), with a network that was trained to classify.
    """

    def __init__(self, network, layers=("down1_relu", "down2_relu"), **kwargs):
        super().__init__(**kwargs)
        self.network, self.layers = network, list(layers)
        trained = store.read_network(store.folder() / network)
        outputs = [trained.get_layer(name).output for name in self.layers]
        self.features = keras.Model(trained.input, outputs)
        self.features.trainable = False

    def measure(self, image, filled, missing):
        """Average over the layers, relative to photographs: see ``HoleLoss.measure``."""
        known = ops.ones_like(missing)[..., None]
        composite = tensors.composite(image, filled, 1 - missing[..., None])
        wanted, found = (
            keras.tree.flatten(self.features(tensors.network_input(seen, known)))
            for seen in (image, composite)
        )
        pairs = [[ops.cast(x, "float32") for x in pair] for pair in zip(wanted, found, strict=True)]
        return sum(ops.mean((x - y) ** 2) / ops.mean(x**2) for x, y in pairs) / len(wanted)

    def get_config(self):
        """Return what ``from_config`` needs.

        Returns
        -------
        dict
        """
        return {"name": self.name, "network": self.network, "layers": self.layers}
