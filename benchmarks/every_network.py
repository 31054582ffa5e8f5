"""Every network of the gallery, compiled as its page compiles it, for the clock."""

import keras
import tensorflow as tf

from inpainting_guide import networks, training
from inpainting_guide.common import machine
from inpainting_guide.data import batches, cars

BATCH_SIZE = 64

PLAIN = {
    "direct_cnn": networks.direct_cnn,
    "direct_cnn_at_the_hole": lambda: networks.AtTheHole(networks.direct_cnn()),
    "autoencoder": networks.autoencoder,
    "unet": networks.unet,
    "unet_in_window": networks.unet_in_window,
    "patch_autoencoder": networks.patch_autoencoder,
    "completion_network": networks.completion_network,
}
"""Networks with a plain loss, which Muon and Adam can both train. The U-Nets have equal widths."""


def step(name, precision, optimizer=None):
    """Make a network, and a function that trains it for one step.

    Parameters
    ----------
    name : str
        One of `PLAIN` or `GAMES`.
    precision : str
    optimizer : keras.optimizers.Optimizer, optional
        In place of that of its page: for networks of `PLAIN`.

    Returns
    -------
    network : keras.Model
    train : callable
        Without arguments.
    """
    machine.use_precision(precision)
    tf.config.experimental.enable_op_determinism()  # as `training.fit` does
    if name in PLAIN:
        network = PLAIN[name]()
        network.compile(optimizer=optimizer or muon(name), loss=training.hole_loss())
    else:
        network = GAMES[name]()
    batch = next(iter(batches.training(cars.load().train, BATCH_SIZE, seed=0)))
    return network, lambda: network.train_on_batch(*batch)


def muon(name=""):
    """Make the optimizer of the pages; large dense layers are left to Adam there."""
    left_out = {"patch_autoencoder": ["dense"], "cvae_as_printed": ["mean", "log_variance"]}
    return training.ConvolutionMuon(1e-3, exclude_layers=left_out.get(name))


def variational(name, network):
    """Compile a variational autoencoder."""
    network.compile(optimizer=muon(name))
    return network


def game(network, beta_1=0.5):
    """Compile an adversarial game."""
    network.compile(
        optimizer=keras.optimizers.Adam(2e-4, beta_1=beta_1),
        discriminator_optimizer=keras.optimizers.Adam(2e-4, beta_1=beta_1),
    )
    return network


def printed_game(generator):
    """Make one of the thesis's two games."""
    return game(networks.PrintedGAN(generator, networks.printed_discriminator()))


def mended_game(generator, **settings):
    """Make a game with two discriminators and a gradient penalty."""
    both = networks.global_and_local()
    return game(networks.InpaintingGAN(generator, both, penalty=0.1, **settings), beta_1=0.0)


GAMES = {
    "vae": lambda: variational("vae", networks.VAE()),
    "cvae_as_printed": lambda: variational("cvae_as_printed", networks.PrintedCVAE(variance=0.01)),
    "cvae": lambda: variational("cvae", networks.ConditionalVAE(variance=0.01)),
    "gan_autoencoder_generator": lambda: printed_game(networks.autoencoder_generator()),
    "gan_as_printed": lambda: printed_game(networks.direct_generator()),
    "gan": lambda: mended_game(networks.unet(), adversarial_weight=0.05),
    "global_and_local": lambda: mended_game(
        networks.completion_network(), adversarial_weight=0.02, paired=False
    ),
}
"""Networks with a training step of their own, compiled."""
