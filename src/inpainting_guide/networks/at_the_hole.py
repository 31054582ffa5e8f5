"""A network that is computed where the hole sees it and nowhere else."""

import itertools

import keras
from keras import layers, ops

from inpainting_guide.common import arguments
from inpainting_guide.data import extents
from inpainting_guide.data.holes import HOLE
from inpainting_guide.networks import windows

_STRIDES = {layers.Conv2D: (1, 1), layers.Conv2DTranspose: (2, 2)}


@keras.saving.register_keras_serializable(package="inpainting_guide")
class AtTheHole(keras.Model):
    """A network whose last convolutions are computed where the hole sees them and nowhere else.

    Twelve outputs of a 5 x 5 convolution need 16 places of the layer before it, those need 20 of
    the one before that, and so on back to a window of the image. A transposed convolution that
    doubles the side needs half as many places, and one more. The weights are the network's own, so
    that to train the one is to train the other. The outputs in the hole, and the gradients of a
    loss over the hole, are the same up to rounding.

    Parameters
    ----------
    whole : keras.Model
        A chain of layers, for images of one size, that ends with convolutions of stride 1 or
        transposed ones of 3 x 3 and stride 2, all padded by zeros: `direct_cnn`'s, which has no
        others, or `autoencoder`'s. What comes before these is computed for the whole image.
    hole : int
        Side of the square that is computed, in pixels. It begins with the first missing row and
        column of each image, and must hold all that is missing; elsewhere the output is 0.
    **kwargs
        See `keras.Model`.

    Raises
    ------
    ValueError
        If the network is no such chain, or `hole` is no whole number from 1.
    """

    def __init__(self, whole, hole=HOLE, **kwargs):
        super().__init__(**({"name": whole.name, "dtype": "float32"} | kwargs))
        arguments.whole(hole=hole)
        _check_chain(whole)
        self.whole, self.hole = whole, hole
        self.build(whole.input_shape)

    def call(self, image_and_map, training=None):
        """Compute layer by layer; the last layers in windows, of which the last is the hole.

        Parameters
        ----------
        image_and_map : tensor of float32, shape (n, size, size, 4)
        training : bool, optional

        Returns
        -------
        tensor of float32, shape (n, size, size, 3), values in [0, 1]
        """
        before, last = parts(self.whole)
        asked = [(windows.first_missing(image_and_map[..., 3]), self.hole)]
        for layer in reversed(last):
            asked.append(read_by(layer, *asked[-1]))
        x = image_and_map
        for layer in before:
            x = layer(x, training=training)
        read, side = asked.pop()
        rows, columns = windows.matrices(read, side, x)
        x = windows.cut_by(x, rows, columns)
        for layer in last:
            corner, side = asked.pop()
            x = without_padding(layer, x)
            if isinstance(layer, layers.Conv2DTranspose):  # begins a place or two too early
                early = [wanted - 2 * begun for wanted, begun in zip(corner, read, strict=True)]
                x = windows.cut_by(x, *windows.matrices(early, side, x))
            x = layer.activation(x + ops.cast(layer.bias, x.dtype))
            rows, columns = windows.matrices(corner, side, layer.output)
            # Beyond the photograph the whole network sees zeros.
            x *= ops.cast(windows.inside(rows, columns), x.dtype)
            read = corner
        return windows.paste(image_and_map, x)

    def check_holes(self, location_map):
        """Refuse holes that are larger than the square that is computed.

        Parameters
        ----------
        location_map : ndarray of float32, shape (n, size, size, 1)

        Raises
        ------
        ValueError
            If what is missing in an image reaches further.
        """
        sides = extents.sides(location_map)
        if (sides > self.hole).any():
            raise ValueError(
                f"what is missing in image number {sides.argmax()} reaches over "
                f"{sides.max()} pixels, and {self.name} computes a square of {self.hole} at the "
                "hole: take the network itself, its `whole`."
            )

    @property
    def input_shape(self):
        """Shape of a network input, (None, size, size, 4)."""
        return self.whole.input_shape

    def get_config(self):
        """Return what ``from_config`` needs.

        Returns
        -------
        dict
        """
        whole = keras.saving.serialize_keras_object(self.whole)
        return {"name": self.name, "whole": whole, "hole": self.hole}

    @classmethod
    def from_config(cls, config):
        """Make the model from what `get_config` returned.

        Parameters
        ----------
        config : dict

        Returns
        -------
        AtTheHole
        """
        return cls(**keras.saving.deserialize_keras_object(config))


def parts(network):
    """Part a chain of layers into the last ones, computed at the hole, and those before them.

    Parameters
    ----------
    network : keras.Model

    Returns
    -------
    before, last : list of keras.layers.Layer
    """
    chain = [layer for layer in network.layers if not isinstance(layer, layers.InputLayer)]
    last = [*itertools.takewhile(in_a_window, reversed(chain))]
    return chain[: len(chain) - len(last)], chain[len(chain) - len(last) :]


def in_a_window(layer):
    """Tell whether a layer is a convolution that can be computed in a window.

    Parameters
    ----------
    layer : keras.layers.Layer

    Returns
    -------
    bool
    """
    if type(layer) not in _STRIDES:  # of another class nobody knows what its `call` does
        return False
    height, width = layer.kernel_size
    return (
        layer.strides == _STRIDES[type(layer)]
        and layer.dilation_rate == (1, 1)
        and getattr(layer, "output_padding", None) is None
        and getattr(layer, "groups", 1) == 1
        and height == width
        and (height == 3 or (height % 2 and type(layer) is layers.Conv2D))
        and layer.padding == "same"
        and layer.use_bias
    )


def read_by(layer, corner, side):
    """Tell what a layer reads to compute a square of its output.

    Parameters
    ----------
    layer : keras.layers.Conv2D or keras.layers.Conv2DTranspose
    corner : pair of int, or of tensors of int32, shape (n,)
        The square's first row and column.
    side : int
        How many rows and columns it has.

    Returns
    -------
    corner : list of two of the same
        The first row and column of the square that is read. It lies beyond the layer's input where
        padding would.
    side : int
        Of this square.
    """
    if isinstance(layer, layers.Conv2DTranspose):
        return [(start - 1) // 2 for start in corner], (side + 1) // 2 + 1
    rim = layer.kernel_size[0] // 2
    return [start - rim for start in corner], side + 2 * rim


def without_padding(layer, x):
    """Apply the kernel of a convolution, or of a transposed one, to what `read_by` tells.

    Parameters
    ----------
    layer : keras.layers.Conv2D or keras.layers.Conv2DTranspose
    x : tensor, shape (n, side, side, channels)

    Returns
    -------
    tensor, shape (n, new side, new side, filters)
        The square; of a transposed convolution with one or two more places before it, and one to
        three behind it.
    """
    x, kernel = (ops.cast(part, layer.compute_dtype) for part in (x, layer.kernel))
    if isinstance(layer, layers.Conv2DTranspose):
        return ops.conv_transpose(x, kernel, layer.strides, padding="valid")
    return ops.conv(x, kernel, padding="valid")


def _check_chain(network):
    if None in network.input_shape[1:3]:
        raise ValueError(f"{network.name} takes images of any size: build it for one size.")
    outputs = getattr(network, "outputs", [])  # none of a model with a `call` of its own
    if outputs and not type(network).__module__.startswith("keras."):
        raise ValueError(
            f"{network.name} is a {type(network).__name__}, which may do more than its layers: "
            "expected a keras.Model of inputs and outputs, or a keras.Sequential."
        )
    if len(outputs) != 1:
        raise ValueError(f"{network.name} has {len(outputs)} outputs in its graph: expected one.")
    last = network.layers[-1]
    if not isinstance(network, keras.Sequential):  # a chain by definition
        x = network.inputs[0]
        for layer in network.layers:
            if isinstance(layer, layers.InputLayer):
                continue
            if layer.input is not x:
                raise ValueError(
                    f"{network.name} is no chain: {layer.name} reads an earlier layer."
                )
            x = layer.output
        if x is not network.outputs[0]:
            raise ValueError(
                f"{network.name} does more after its last layer, {last.name}: put it into a layer, "
                "keras.layers.Activation for instance."
            )
    if not parts(network)[1]:
        raise ValueError(
            f"{network.name} cannot be computed at the hole alone: its last layer, {last.name}, "
            f"is a {type(last).__name__}; expected a Conv2D of stride 1, or a Conv2DTranspose of "
            "3 × 3 and stride 2, with a square odd kernel, a bias and zero padding."
        )
