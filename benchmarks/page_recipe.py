"""The recipe of the pages of the networks with one loss, for benchmarks that repeat it."""

from inpainting_guide import training
from inpainting_guide.data import cars, protocol

IMAGES = {"direct_cnn": 112_000, "autoencoder": 76_800, "unet": 57_600, "cvae": 32_000}
"""Images that a network sees in its training, by its name, as its page says."""

BATCH_SIZE, EPOCHS, PEAK = 64, 10, 3e-3

LEAST_CHANNELS = {"direct_cnn": 4}
"""Of the kernels that Muon moves, by the network's name, where its page does not leave it at 8."""


def train(
    network,
    images,
    seed=0,
    loss=...,
    photographs=None,
    batch_size=BATCH_SIZE,
    **settings,
):
    """Train a network with Muon, a climb and a cosine, on the squared error unless told otherwise.

    Parameters
    ----------
    network : keras.Model
        As it was built, with its first weights.
    images : int
        How many it sees.
    seed : int
        Of the batches. (The first weights' seed is set before the network is built.)
    loss : keras.losses.Loss or None, optional
        By default the squared error; None for a network that has a loss of its own.
    photographs : ndarray of float32, shape (n, 32, 32, 3), optional
        To train on. By default all training cars.
    batch_size : int
    **settings
        Others of `inpainting_guide.training.fitting.fit` than those of the pages.

    Returns
    -------
    dict
        The record of `inpainting_guide.training.fitting.fit`.
    """
    rate = training.warm_up_and_cosine(PEAK, images // batch_size)
    loss = training.hole_loss() if loss is ... else loss
    optimizer = training.ConvolutionMuon(rate, LEAST_CHANNELS.get(network.name, 8))
    network.compile(optimizer=optimizer, loss=loss)
    of_pages = {"epochs": EPOCHS, "validation": protocol.validation(), "over": "hole"}
    return training.fit(
        network,
        cars.load().train if photographs is None else photographs,
        budget=images,
        batch_size=batch_size,
        seed=seed,
        **of_pages | settings,
    )
