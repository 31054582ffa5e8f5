"""How well a method filled a task, image by image and on average."""

from dataclasses import dataclass

import numpy as np

from inpainting_guide import metrics


@dataclass(frozen=True)
class Scores:
    """How well one method filled a task: one value per image.

    Attributes
    ----------
    squared_error, l1 : ndarray of float64, shape (n,)
        Mean squared and mean absolute error over the hole.
    psnr : ndarray of float64, shape (n,)
        Decibels.
    ssim : ndarray of float64, shape (n,)
        Structural similarity over the hole.
    """

    squared_error: np.ndarray
    l1: np.ndarray
    psnr: np.ndarray
    ssim: np.ndarray

    def summary(self):
        """Average over the images.

        Returns
        -------
        dict of str to metrics.Estimate
            ``psnr_of_mean`` (of the mean squared error) and ``mean_psnr`` (mean of per-image
            PSNRs), in decibels; ``l1``; ``ssim``.
        """
        return {
            "psnr_of_mean": metrics.psnr_of_mean(self.squared_error),
            "mean_psnr": metrics.mean(self.psnr),
            "l1": metrics.mean(self.l1),
            "ssim": metrics.mean(self.ssim),
        }

    def quotable(self):
        """Format the averages for prose: what chapters quote.

        Returns
        -------
        dict of str to str or float
            The keys of `summary` with the means, decibels to two places; each key also with
            ``_interval`` behind it, for instance "16.0 to 16.4", and with ``_unrounded``, the
            number of which differences are taken.
        """
        quoted = {}
        for name, estimate in self.summary().items():
            places = 2 if "psnr" in name else 3
            quoted[name] = f"{estimate.value:.{places}f}"
            quoted[f"{name}_interval"] = f"{estimate.low:.{places}f} to {estimate.high:.{places}f}"
            quoted[f"{name}_unrounded"] = estimate.value
        return quoted
