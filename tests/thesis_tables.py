"""The networks of the package, and what every row of the thesis's tables 3.1 to 3.8 prints."""

import functools
from typing import NamedTuple

import keras

from inpainting_guide import networks
from inpainting_guide.data import tensors
from inpainting_guide.networks import cvae, discriminators, generators

BUILDERS = {
    "direct CNN": networks.direct_cnn,
    "autoencoder": networks.autoencoder,
    "autoencoder, transposed end": functools.partial(networks.autoencoder, last="transposed"),
    "U-Net": networks.unet,
    "patch autoencoder": networks.patch_autoencoder,
    "VAE": networks.VAE,
    "printed CVAE": cvae.PrintedCVAE,
    "CVAE": cvae.ConditionalVAE,
    "autoencoder generator": generators.autoencoder_generator,
    "direct generator": generators.direct_generator,
    "completion network": generators.completion_network,
    "discriminator": discriminators.printed_discriminator,
    "discriminator with map": functools.partial(discriminators.printed_discriminator, see_map=True),
    "global and local": discriminators.global_and_local,
}
JUDGES = [name for name in BUILDERS if name.startswith(("discriminator", "global"))]
FILLERS = [name for name in BUILDERS if name not in JUDGES]


@functools.cache
def build(name):
    """Build a network once, or take the encoder or decoder of one."""
    if name.startswith("printed CVAE, "):
        return getattr(build("printed CVAE"), name.removeprefix("printed CVAE, "))
    return BUILDERS[name]()


def call(name, network, images, location_map):
    """Call a network as it wants to be called; a random one must not be close to constant."""
    arguments = tensors.network_input(images, location_map)
    if name in JUDGES:
        arguments = [images, location_map]
    return keras.ops.convert_to_numpy(network(arguments))


# --- Every row of tables 3.1 to 3.8 -------------------------------------------------------------


class Row(NamedTuple):
    """One printed row and what follows from it; `normalised` counts its batch normalisation."""

    table: str
    printed: str
    network: str
    layer: str
    kernel: int | None
    stride: int | None
    padding: str | None
    shape: tuple
    parameters: int
    activation: str | None = "relu"
    normalised: int | None = None


def convolutions(table, network, kernel, *rows):
    """Write the rows of a table whose layers have one size of filter."""
    return [Row(table, *row[:1], network, row[1], kernel, *row[2:]) for row in rows]


FIVE_BY_FIVE = (1, "same", (32, 32, 64))
DIRECT = convolutions(
    "3.1", "direct CNN", 5,
    ("CONV1 + RELU1", "conv1", *FIVE_BY_FIVE, 6_464),
    ("CONV2 + RELU2", "conv2", *FIVE_BY_FIVE, 102_464),
    ("CONV3 + RELU3", "conv3", *FIVE_BY_FIVE, 102_464),
    ("CONV4 + RELU4", "conv4", *FIVE_BY_FIVE, 102_464),
    ("CONV5 + Sigmoid", "conv5", 1, "same", (32, 32, 3), 4_803, "sigmoid"),
)  # fmt: skip
ENCODER = convolutions(
    "3.2", "autoencoder", 3,
    ("CONV1 + RELU1 + BatchNorm1", "conv1", 1, "same", (32, 32, 32), 1_184, "relu", 128),
    ("CONV2 + RELU2 + BatchNorm2", "conv2", 2, "same", (16, 16, 64), 18_496, "relu", 256),
    ("CONV3 + RELU3 + BatchNorm3", "conv3", 2, "same", (8, 8, 128), 73_856, "relu", 512),
    ("CONV4 + RELU4", "conv4", 2, "same", (4, 4, 256), 295_168),
)  # fmt: skip
DECODER = convolutions(
    "3.3", "autoencoder", 3,
    ("Transposed CONV1 + RELU5", "transposed1", 2, "same", (8, 8, 256), 590_080),
    ("Transposed CONV2 + RELU6", "transposed2", 2, "same", (16, 16, 128), 295_040),
    ("Transposed CONV3 + RELU7", "transposed3", 2, "same", (32, 32, 64), 73_792),
    ("CONV5 + Sigmoid", "conv5", 1, "same", (32, 32, 3), 1_731, "sigmoid"),
)  # fmt: skip
CVAE_ENCODER = convolutions(
    "3.4", "printed CVAE, encoder", 3,
    ("CONV1 + RELU1 + BatchNorm1", "conv1", 2, "same", (16, 16, 32), 1_184, "relu", 128),
    ("CONV2 + RELU2 + BatchNorm2", "conv2", 2, "same", (8, 8, 64), 18_496, "relu", 256),
    ("CONV3 + RELU3 + BatchNorm3", "conv3", 2, "same", (4, 4, 128), 73_856, "relu", 512),
    ("CONV4 + RELU4", "conv4", 2, "same", (2, 2, 256), 295_168),
)  # fmt: skip
NO_FILTER = (None, None, None)
LATENT = [
    Row("3.5", "Flatten layer1", "printed CVAE, encoder", "flatten",
        *NO_FILTER, (1024,), 0, None),
    Row("3.5", "Fully connected layer1", "printed CVAE, encoder", "mean",
        *NO_FILTER, (1024,), 1_049_600, "linear"),
    Row("3.5", "Fully connected layer2", "printed CVAE, encoder", "log_variance",
        *NO_FILTER, (1024,), 1_049_600, "linear"),
    Row("3.5", "Lambda layer1", "printed CVAE, decoder", "latent",
        *NO_FILTER, (1024,), 0, None),
    Row("3.5", "Flatten layer2 + Concatenate layer", "printed CVAE, decoder", "join",
        *NO_FILTER, (2048,), 0, None),
    Row("3.5", "Reshape layer", "printed CVAE, decoder", "reshape",
        *NO_FILTER, (2, 2, 512), 0, None),
]  # fmt: skip
CVAE_DECODER = convolutions(
    "3.6", "printed CVAE, decoder", 3,
    ("Transposed CONV1 + RELU5", "transposed1", 2, "same", (4, 4, 256), 1_179_904),
    ("Transposed CONV2 + RELU6", "transposed2", 2, "same", (8, 8, 128), 295_040),
    ("Transposed CONV3 + RELU7", "transposed3", 2, "same", (16, 16, 64), 73_792),
    ("Transposed CONV4 + RELU8", "transposed4", 2, "same", (32, 32, 32), 18_464),
    ("CONV5 + Sigmoid", "conv5", 1, "same", (32, 32, 3), 867, "sigmoid"),
)  # fmt: skip
GENERATOR = convolutions(
    "3.7", "direct generator", 5,
    ("CONV1 + RELU1", "conv1", *FIVE_BY_FIVE, 6_464),
    ("CONV2 + RELU2", "conv2", *FIVE_BY_FIVE, 102_464),
    ("CONV3 + RELU3", "conv3", *FIVE_BY_FIVE, 102_464),
    ("CONV4 + RELU4", "conv4", *FIVE_BY_FIVE, 102_464),
    ("CONV5 + RELU5", "conv5", *FIVE_BY_FIVE, 102_464),
    ("CONV6 + RELU6", "conv6", *FIVE_BY_FIVE, 102_464),
    ("CONV7 + Tanh", "conv7", 1, "same", (32, 32, 3), 4_803, "tanh"),
)  # fmt: skip
DISCRIMINATOR = [
    *convolutions(
        "3.8", "discriminator", 3,
        # The table writes "Zero", and 30 = 32 - 3 + 1: no padding.
        ("CONV8 + RELU7", "conv8", 1, "valid", (30, 30, 64), 1_792),
        ("CONV9 + RELU8", "conv9", 2, "same", (15, 15, 64), 36_928),
        ("CONV10 + RELU9", "conv10", 2, "same", (8, 8, 64), 36_928),
        ("CONV11 + RELU10", "conv11", 2, "same", (4, 4, 64), 36_928),
        ("CONV12 + RELU11", "conv12", 2, "same", (2, 2, 64), 36_928),
    ),
    Row("3.8", "Flatten + Dropout", "discriminator", "dropout", *NO_FILTER, (256,), 0, None),
    # Our loss takes the logit and does the sigmoid itself.
    Row("3.8", "Dense + Sigmoid", "discriminator", "logit", *NO_FILTER, (1,), 257, "linear"),
]  # fmt: skip
ROWS = [
    *DIRECT, *ENCODER, *DECODER, *CVAE_ENCODER, *LATENT, *CVAE_DECODER, *GENERATOR, *DISCRIMINATOR,
]  # fmt: skip
TOTALS = {
    "3.1": 318_659,
    "3.2": 389_600,
    "3.3": 960_643,
    "3.4": 389_600,
    "3.5": 2_099_200,
    "3.6": 1_568_067,
    "3.7": 523_587,
    "3.8": 149_761,
}
