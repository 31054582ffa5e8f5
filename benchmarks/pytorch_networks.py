"""Three networks of the gallery in PyTorch, with the same layers, to compare the speed of a step.

PyTorch is an extra of the benchmarks, ``pip install -e ".[pytorch]"``: nothing else uses it.
"""

import itertools

import torch
from torch import nn

BATCH_SIZE = 64


def convolution(channels, filters, size, stride=1, bias=True):
    """Make a convolution with zero padding that keeps the side, or halves it."""
    return nn.Conv2d(channels, filters, size, stride, padding=(size - 1) // 2, bias=bias)


class DirectCNN(nn.Sequential):
    """`inpainting_guide.networks.direct.direct_cnn`."""

    def __init__(self):
        layers = []
        for channels in (4, 64, 64, 64):
            layers += [convolution(channels, 64, 5), nn.ReLU()]
        super().__init__(*layers, convolution(64, 3, 5), nn.Sigmoid())


class Autoencoder(nn.Sequential):
    """`inpainting_guide.networks.autoencoders.autoencoder`."""

    def __init__(self):
        layers, channels = [], 4
        for filters, stride in ((32, 1), (64, 2), (128, 2), (256, 2)):
            layers += [convolution(channels, filters, 3, stride), nn.ReLU()]
            layers += [nn.BatchNorm2d(filters)] if filters < 256 else []
            channels = filters
        for filters in (256, 128, 64):
            layers += [nn.ConvTranspose2d(channels, filters, 3, 2, 1, 1), nn.ReLU()]
            channels = filters
        super().__init__(*layers, convolution(64, 3, 3), nn.Sigmoid())


class UNet(nn.Module):
    """`inpainting_guide.networks.unets.unet`."""

    def __init__(self, widths=(32, 64, 128, 256)):
        super().__init__()
        self.halve, self.down, self.doublings, self.up = (nn.ModuleList() for _ in range(4))
        self.down.append(self.block(convolution(4, widths[0], 3, bias=False), widths[0]))
        for above, width in itertools.pairwise(widths):
            self.halve.append(self.block(convolution(above, width, 3, 2, bias=False), width))
            self.down.append(self.block(convolution(width, width, 3, bias=False), width))
            doubled = nn.ConvTranspose2d(width, above, 4, 2, 1, bias=False)
            self.doublings.insert(0, self.block(doubled, above))
            self.up.insert(0, self.block(convolution(2 * above, above, 3, bias=False), above))
        self.output = convolution(widths[0], 3, 3)

    @staticmethod
    def block(layer, width):
        """Add batch normalisation and ReLU to a layer."""
        return nn.Sequential(layer, nn.BatchNorm2d(width), nn.ReLU())

    def forward(self, x):
        """Fill images of shape (n, 4, 32, 32)."""
        x = self.down[0](x)
        kept = [x]
        for halve, down in zip(self.halve, self.down[1:], strict=True):
            x = down(halve(x))
            kept.append(x)
        for double, up, feature in zip(self.doublings, self.up, kept[-2::-1], strict=True):
            x = up(torch.cat([double(x), feature], dim=1))
        return torch.sigmoid(self.output(x))


NETWORKS = {"direct_cnn": DirectCNN, "autoencoder": Autoencoder, "unet": UNet}


def step(name, precision, last="step"):
    """Make a network, and a function that trains it for one step with Adam.

    Parameters
    ----------
    name : str
        One of `NETWORKS`.
    precision : str
        As Keras names it.
    last : {"forward", "backward", "step"}
        Where the function ends: after the network, after its gradients, after the optimizer.

    Returns
    -------
    network : torch.nn.Module
    train : callable
        Without arguments.
    """
    torch.manual_seed(0)
    network = NETWORKS[name]().to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    images, location_map = torch.rand(BATCH_SIZE, 3, 32, 32), torch.ones(BATCH_SIZE, 1, 32, 32)
    location_map[:, :, 10:22, 10:22] = 0
    given = torch.cat([images * location_map, location_map], dim=1)
    given = given.to(memory_format=torch.channels_last)
    half = "bfloat16" in precision

    def train():
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            filled = network(given)
        if last == "forward":
            return
        squares = (filled.float() - images).square() * (1 - location_map)
        (squares.sum() / (3 * (1 - location_map).sum())).backward()
        if last == "step":
            optimizer.step()

    return network, train
