"""Our own entry: a U-Net in a window around the hole, as the page on minutes trains it."""

from inpainting_guide import networks, training

IMAGES, BATCH_SIZE = 100_000, 16


def train(photographs, seed):
    """Train the network of the page *How far do minutes go?* with a given seed."""
    network = networks.unet_in_window(widths=(48, 96, 128))
    rate = training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE)
    network.compile(
        optimizer=training.ConvolutionMuon(rate, momentum=0.9), loss=training.hole_loss()
    )
    training.fit(network, photographs, budget=IMAGES, batch_size=BATCH_SIZE, epochs=1, seed=seed)
    return network
