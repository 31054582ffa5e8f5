"""How far what was measured on some images may be from what others would have given."""

import numpy as np
import scipy.stats

from inpainting_guide.measuring.quantities import Quantity

CONFIDENCE = 0.95
"""Level of the intervals."""

RESAMPLES = 2_000
"""Bootstrap resamples behind an interval."""


def bootstrap(samples, statistic, unit=""):
    """Compute a statistic of images, with its 95 % bootstrap interval over them.

    Parameters
    ----------
    samples : sequence of ndarray of float, shape (n,)
        In each a value for every image. Of several samples the same images are drawn.
    statistic : callable
        ``statistic(*samples, axis=-1)`` returns a number.
    unit : str
        Its unit: one of `inpainting_guide.measuring.quantities.UNITS`.

    Returns
    -------
    Quantity
    """
    low, high = scipy.stats.bootstrap(
        samples,
        statistic,
        paired=len(samples) > 1,
        confidence_level=CONFIDENCE,
        n_resamples=RESAMPLES,
        batch=max(200, 400_000 // len(samples[0])),  # 400,000 numbers at once
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return Quantity(statistic(*samples), unit, low, high)
