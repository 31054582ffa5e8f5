"""The recipe of the autoencoder's and the U-Net's pages, for benchmarks that repeat it."""

from inpainting_guide import training
from inpainting_guide.data import cars, protocol

IMAGES = {"autoencoder": 76_800, "unet": 57_600}
"""Images that a network sees in its training, by its name, as its page says."""

BATCH_SIZE, EPOCHS, PEAK = 64, 10, 3e-3


def train(network, images, seed=0, over="hole"):
    """Train a network on the squared error, over the hole unless told otherwise.

    Parameters
    ----------
    network : keras.Model
        As it was built, with its first weights.
    images : int
        How many it sees.
    seed : int
        Of the batches. (The first weights' seed is set before the network is built.)
    over : {"hole", "image"}
        What the squared error is taken over.

    Returns
    -------
    dict
        The record of `inpainting_guide.training.fitting.fit`.
    """
    rate = training.warm_up_and_cosine(PEAK, images // BATCH_SIZE)
    network.compile(optimizer=training.ConvolutionMuon(rate), loss=training.hole_loss())
    return training.fit(
        network,
        cars.load().train,
        budget=images,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation=protocol.validation(),
        seed=seed,
        over=over,
    )
