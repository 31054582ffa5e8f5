"""What the recipes of the gallery are made of, besides an optimizer."""

import keras


def warm_up_and_cosine(peak, steps):
    """Make a learning rate that climbs for a twentieth of the steps, then falls to zero.

    Parameters
    ----------
    peak : float
        The highest learning rate.
    steps : int
        Steps of the whole training.

    Returns
    -------
    keras.optimizers.schedules.CosineDecay
    """
    climb = max(1, steps // 20)
    return keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - climb), warmup_target=peak, warmup_steps=climb
    )


def hole_loss():
    """Make the squared error over the hole, as a plain Keras loss.

    Every batch carries a weight for each pixel, 1 in the hole and 0 elsewhere
    (`inpainting_guide.data.batches.example`), and the mean is taken with these weights. Where
    `inpainting_guide.training.fitting.fit` is told ``over="image"``, every weight is 1.

    Returns
    -------
    keras.losses.MeanSquaredError
    """
    return keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")
