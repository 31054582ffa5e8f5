"""Every network of the registry, compiled for the clock."""

import keras

from inpainting_guide import networks, training
from inpainting_guide.common import machine
from inpainting_guide.data import batches, cars
from inpainting_guide.networks.adversarial import AdversarialGame
from inpainting_guide.networks.variational import Variational

BATCH_SIZE = 64

WIDTHS = (48, 96, 128)
"""Of the U-Net in a window, as its page trains it."""

NETWORKS = {
    "direct_cnn": networks.direct_cnn,
    "direct_cnn_at_the_hole": lambda: networks.AtTheHole(networks.direct_cnn()),
    "autoencoder": networks.autoencoder,
    "autoencoder_at_the_hole": lambda: networks.AtTheHole(networks.autoencoder()),
    "unet": networks.unet,
    "unet_in_window": lambda: networks.unet_in_window(WIDTHS),
    "unet_in_window_of_equal_widths": networks.unet_in_window,
    "unet_on_strokes": networks.irregular_unet,
    "patch_autoencoder": networks.patch_autoencoder,
    "completion_network": networks.completion_network,
    "vae": networks.VAE,
    "cvae_as_printed": lambda: networks.PrintedCVAE(variance=0.01),
    "cvae": lambda: networks.ConditionalVAE(variance=0.01),
    "gan_autoencoder_generator": lambda: printed_game(networks.autoencoder_generator()),
    "gan_as_printed": lambda: printed_game(networks.direct_generator()),
    "gan": lambda: mended_game(networks.unet(), adversarial_weight=0.05),
    "global_and_local": lambda: mended_game(
        networks.completion_network(), adversarial_weight=0.02, paired=False
    ),
    "flow": lambda: networks.Flow(networks.unet_in_window(WIDTHS)),
    "flow_in_one_step": lambda: networks.FlowInOneStep.taught_by(
        networks.Flow(networks.unet_in_window(WIDTHS))
    ),
}
"""All networks that fill holes (`inpainting_guide.filling.methods.SCRIPTS`), by their names there.

Besides, what they are compared with: direct CNN and autoencoder at the hole alone, the U-Net in a
window with the widths of the U-Net, and the completion network, from which a game starts.
"""

GAMES = ("gan_autoencoder_generator", "gan_as_printed", "gan", "global_and_local")
"""Those that Adam trains on their pages; the others have Muon there."""


def printed_game(generator):
    """Make one of the thesis's two games."""
    return networks.PrintedGAN(generator, networks.printed_discriminator())


def mended_game(generator, **settings):
    """Make a game with two discriminators and a gradient penalty."""
    return networks.InpaintingGAN(generator, networks.global_and_local(), penalty=0.1, **settings)


def step(name, precision, optimizer=None):
    """Make a network, and a function that trains it for one step.

    Parameters
    ----------
    name : str
        One of `NETWORKS`.
    precision : str
    optimizer : keras.optimizers.Optimizer, optional
        In place of that of its page; of a game, its generator's.

    Returns
    -------
    network : keras.Model
    train : callable
        Without arguments.
    """
    machine.use_precision(precision)
    network = NETWORKS[name]()
    optimizer = optimizer or (keras.optimizers.Adam(2e-4) if name in GAMES else muon(name))
    if isinstance(network, AdversarialGame):
        network.compile(optimizer, discriminator_optimizer=keras.optimizers.Adam(2e-4))
    elif isinstance(network, Variational | networks.Flow):  # with a loss of their own
        network.compile(optimizer)
    else:
        network.compile(optimizer, loss=training.hole_loss())
    batch = next(iter(batches.training(cars.load().train, BATCH_SIZE, seed=0)))
    return network, lambda: network.train_on_batch(*batch)


def muon(name):
    """Make the optimizer of the pages; large dense layers are left to Adam there."""
    left_out = {"patch_autoencoder": ["dense"], "cvae_as_printed": ["mean", "log_variance"]}
    return training.ConvolutionMuon(1e-3, exclude_layers=left_out.get(name))
