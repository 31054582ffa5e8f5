"""The direct convolutional network of the thesis: no encoder, no decoder, full resolution."""

import keras
from keras import layers, ops

from inpainting_guide.common import arguments
from inpainting_guide.data import extents
from inpainting_guide.data.cars import SIZE
from inpainting_guide.data.holes import HOLE
from inpainting_guide.networks.windows import cut, paste


def direct_cnn(size=SIZE):
    """Build the direct convolutional network: five layers at full resolution.

    No layer changes the height or the width, so the network accepts images of any size when
    `size` is None. One output pixel sees 21 x 21 input pixels.

    Parameters
    ----------
    size : int or None
        Side of the images, in pixels.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3),
        values in [0, 1]. It has 318,659 parameters.

    Raises
    ------
    ValueError
        If `size` is no whole number from 1.

    Notes
    -----
    Thesis, section 3.1, table 3.1, with the location map as the fourth input channel.
    """
    arguments.side(size)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv1")(inputs)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv2")(x)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv3")(x)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", name="conv4")(x)
    outputs = layers.Conv2D(
        3, 5, padding="same", activation="sigmoid", dtype="float32", name="conv5"
    )(x)
    return keras.Model(inputs, outputs, name="direct_cnn")


@keras.saving.register_keras_serializable(package="inpainting_guide")
class AtTheHole(keras.Model):
    """The direct convolutional network, computed where the hole sees it and nowhere else.

    An output of 12 x 12 pixels needs 16 x 16 places of the layer before, those need 20 x 20 of the
    one before that, and so on back to a window of 32 x 32 pixels of the image. The weights are the
    network's own, so that to train the one is to train the other. Its outputs in the hole, and the
    gradients of a loss over the hole, are the same up to rounding, for 40 % of the multiplications.

    Parameters
    ----------
    whole : keras.Model
        A chain of convolutions at full resolution, padded by zeros, for images of one size:
        `direct_cnn`'s.
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

    def call(self, image_and_map):
        """Compute the hole's pixels layer by layer, from a window that shrinks to them.

        Parameters
        ----------
        image_and_map : tensor of float32, shape (n, size, size, 4)

        Returns
        -------
        tensor of float32, shape (n, size, size, 3), values in [0, 1]
        """
        convolutions = [x for x in self.whole.layers if isinstance(x, layers.Conv2D)]
        reach = sum(layer.kernel_size[0] // 2 for layer in convolutions)
        x, inside = cut(image_and_map, self.hole + 2 * reach, before=reach)
        for layer in convolutions:
            x, kernel, bias = (
                ops.cast(part, layer.compute_dtype) for part in (x, layer.kernel, layer.bias)
            )
            x = layer.activation(ops.conv(x, kernel, padding="valid") + bias)
            rim = layer.kernel_size[0] // 2
            inside = inside[:, rim : inside.shape[1] - rim, rim : inside.shape[2] - rim]
            x *= ops.cast(inside, x.dtype)  # beyond the photograph the whole network sees zeros
        return paste(image_and_map, x)

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
    x = network.inputs[0]
    for layer in network.layers:
        if isinstance(layer, layers.InputLayer):
            continue
        _check_layer(network.name, layer)
        if layer.input is not x:
            raise ValueError(f"{network.name} is no chain: {layer.name} reads an earlier layer.")
        x = layer.output


def _check_layer(name, layer):
    wrong = f"{name} cannot be computed at the hole alone: its layer {layer.name} is"
    if type(layer) is not layers.Conv2D:  # of another class nobody knows what its `call` does
        raise ValueError(f"{wrong} a {type(layer).__name__}; expected convolutions alone.")
    height, width = layer.kernel_size
    usual = layer.strides == layer.dilation_rate == (1, 1) and layer.groups == 1
    if not (
        usual and height == width and height % 2 and layer.padding == "same" and layer.use_bias
    ):
        raise ValueError(
            f"{wrong} no convolution of stride 1 with a bias, zero padding and a square odd kernel."
        )
