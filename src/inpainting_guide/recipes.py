"""The recipe of the autoencoder and of the U-Net, for their pages and for benchmarks alike."""

import keras

from inpainting_guide import cars, optimizers, protocol, training

IMAGES = {"autoencoder": 76_800, "unet": 57_600}
"""Images that a network sees in its training, by its name: about equal times on two cores."""

BATCH_SIZE = 64


def train(network, images, epochs=10, seed=0, over="hole"):
    """Train a network on the squared error, over the hole unless told otherwise.

    Parameters
    ----------
    network : keras.Model
        As it was built, with its first weights.
    images : int
        How many it sees; in quick mode a handful.
    epochs : int
        How often to print a line and keep a checkpoint.
    seed : int
        Of the batches. (The first weights' seed is set before the network is built.)
    over : {"hole", "image"}
        What the squared error is taken over.

    Returns
    -------
    dict
        The record of `inpainting_guide.training.fit`.

    Raises
    ------
    ValueError
        If the epochs do not divide the steps.
    """
    steps = training.budget(images) // BATCH_SIZE
    network.compile(
        optimizer=optimizers.ConvolutionMuon(training.warm_up_and_cosine(3e-3, steps)),
        loss=keras.losses.MeanSquaredError(reduction="mean_with_sample_weight"),
    )
    return training.fit(
        network,
        cars.load().train,
        steps=steps,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        validation=protocol.validation(),
        seed=seed,
        over=over,
    )
