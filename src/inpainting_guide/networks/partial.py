"""Layers for holes of any shape, partial and gated convolutions, and U-Nets made of them."""

import keras
from keras import layers, ops

from inpainting_guide.common import arguments
from inpainting_guide.data.cars import SIZE
from inpainting_guide.networks import blocks

CONVOLUTIONS = "ordinary", "partial", "gated"
"""What `irregular_unet` can be made of."""


@keras.saving.register_keras_serializable(package="inpainting_guide")
class PartialConv2D(layers.Layer):
    r"""Convolve what is known alone, and make up for what is missing; "same" padding.

    Under every window the known values are weighted and added up, and the sum is multiplied by the
    size of the window over the number of known values in it. A place whose window saw nothing known
    is 0, and remains missing. Padding, beyond the image, is missing too.

    Called with ``[features, map]``, or with several such pairs, ``[features, map, features, map]``,
    whose features are joined: a decoder has its own and those of a skip connection, each with a map
    of its own. Features have the shape (n, height, width, channels). A map has the shape
    (n, height, width, 1), 1 where the features are known and 0 where they are missing, and is the
    same for all channels of its features.

    Parameters
    ----------
    filters : int
        Channels of the output.
    kernel_size : int
        Side of the windows, in pixels.
    strides : int
        Step of the windows, in pixels.
    use_bias : bool
        Whether a number for each filter is added where a window saw something known.
    **kwargs
        See `keras.layers.Layer`.

    Raises
    ------
    ValueError
        If a number is no whole one from 1.

    Notes
    -----
    G. Liu and others, *Image inpainting for irregular holes using partial convolutions*, 2018,
    equations (1) and (2).
    """

    def __init__(self, filters, kernel_size, strides=1, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        arguments.whole(filters=filters, kernel_size=kernel_size, strides=strides)
        self.filters, self.kernel_size = filters, kernel_size
        self.strides, self.use_bias = strides, use_bias

    def build(self, input_shapes):
        """Make the weights, as every Keras layer does.

        Parameters
        ----------
        input_shapes : list of tuple
        """
        channels = sum(shape[-1] for shape in input_shapes[::2])
        shape = (self.kernel_size, self.kernel_size, channels, self.filters)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer="glorot_uniform")
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def call(self, inputs):
        """Convolve, and tell what is known of the output.

        Parameters
        ----------
        inputs : list of tensor

        Returns
        -------
        features : tensor, shape (n, height / strides, width / strides, filters)
        known : tensor, shape (n, height / strides, width / strides, 1)
            1 where a window saw something known, else 0.
        """
        pairs = list(zip(inputs[::2], inputs[1::2], strict=True))
        x = ops.concatenate([features * known for features, known in pairs], axis=-1)
        summed = self.convolve(x, self.kernel)
        # How many known values each window sees. In bfloat16 one would count to 256 and no further.
        values = sum(x.shape[-1] * ops.cast(known, "float32") for x, known in pairs)
        seen = self.convolve(values, ops.ones((self.kernel_size, self.kernel_size, 1, 1)))
        size = self.kernel_size**2 * x.shape[-1]
        known = ops.cast(seen > 0, x.dtype)
        x = summed * ops.cast(size / ops.maximum(seen, 1), x.dtype)
        if self.use_bias:
            x = (x + ops.cast(self.bias, x.dtype)) * known
        return x, known

    def convolve(self, x, kernel):
        """Convolve with zeros beyond the border: there nothing is known.

        Parameters
        ----------
        x : tensor, shape (n, height, width, channels)
        kernel : tensor, shape (kernel_size, kernel_size, channels, filters)

        Returns
        -------
        tensor, shape (n, height / strides, width / strides, filters)
        """
        return ops.conv(x, kernel, strides=self.strides, padding="same")

    def get_config(self):
        """Return what ``from_config`` needs, as every Keras layer does.

        Returns
        -------
        dict
        """
        own = "filters", "kernel_size", "strides", "use_bias"
        return super().get_config() | {name: getattr(self, name) for name in own}


@keras.saving.register_keras_serializable(package="inpainting_guide")
class GatedConv2D(layers.Layer):
    """Convolve twice: one result, between 0 and 1, decides how much of the other passes.

    The activation of the paper stands between the two: ``activation(features) * gate``. If it is
    ReLU, it may as well follow: a gate is positive, so ``relu(features * gate)`` is the same.

    Parameters
    ----------
    filters : int
        Channels of the output.
    kernel_size : int
        Side of the windows, in pixels.
    strides : int
        Step of the windows, in pixels.
    activation : str, optional
        Of the features, as `keras.layers.Conv2D` takes it.
    use_bias : bool
        Whether a number for each filter is added to the features. (The gate always has one.)
    **kwargs
        See `keras.layers.Layer`.

    Raises
    ------
    ValueError
        If a number is no whole one from 1.

    Notes
    -----
    J. Yu and others, *Free-form image inpainting with gated convolution*, 2019.
    """

    def __init__(self, filters, kernel_size, strides=1, activation=None, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        arguments.whole(filters=filters, kernel_size=kernel_size, strides=strides)
        self.settings = {
            "filters": filters,
            "kernel_size": kernel_size,
            "strides": strides,
            "activation": activation,
            "use_bias": use_bias,
        }
        shared = self.settings | {"padding": "same", "dtype": self.dtype_policy}
        self.features = layers.Conv2D(name="features", **shared)
        gating = shared | {"activation": "sigmoid", "use_bias": True}
        self.gate = layers.Conv2D(name="gate", **gating)

    def build(self, input_shape):
        """Make the weights, as every Keras layer does.

        Parameters
        ----------
        input_shape : tuple
        """
        self.features.build(input_shape)
        self.gate.build(input_shape)

    def call(self, x):
        """Convolve, and let pass what the gate lets pass.

        Parameters
        ----------
        x : tensor, shape (n, height, width, channels)

        Returns
        -------
        tensor, shape (n, height / strides, width / strides, filters)
        """
        return self.features(x) * self.gate(x)

    def get_config(self):
        """Return what ``from_config`` needs, as every Keras layer does.

        Returns
        -------
        dict
        """
        return super().get_config() | self.settings


def irregular_unet(
    convolution="ordinary", sees_map=True, size=SIZE, widths=(32, 64, 128, 256), name=None
):
    """Build a U-Net of ordinary, partial or gated convolutions.

    They differ in nothing else: every level has a convolution, batch normalisation and ReLU before
    it goes down or up, and one after. To go up, pixels are doubled, as in both papers, and no layer
    is a transposed convolution.

    Parameters
    ----------
    convolution : {"ordinary", "partial", "gated"}
        Of all layers but the last, which makes the image of features that are known everywhere.
    sees_map : bool
        Whether the first convolution reads the location map as a fourth channel. Partial
        convolutions know of it either way.
    size : int or None
        Side of the images, in pixels: a multiple of 8 for four levels. None for any such size.
    widths : sequence of int
        Channels of the levels, from full resolution down; each level halves the side.
    name : str, optional
        Of the network, in the store too. By default it tells the convolution, and whether it does
        without the map.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3),
        values in [0, 1].

    Raises
    ------
    ValueError
        If there is no such convolution, `size` is not divisible by two once for every level below
        the first, or the widths are not whole numbers from 1.
    """
    arguments.one_of("convolution", convolution, CONVOLUTIONS)
    blocks.check(size, widths)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x, known = inputs if sees_map else inputs[..., :3], inputs[..., 3:]
    levels = []
    for level, width in enumerate(widths, start=1):
        if level > 1:
            x, known = convolve([x, known], width, f"down{level}_halve", convolution, strides=2)
        x, known = convolve([x, known], width, f"down{level}", convolution)
        levels.append([x, known])
    for level in range(len(widths) - 1, 0, -1):
        double = layers.UpSampling2D(name=f"up{level}_double")
        joined = [double(x), double(known), *levels[level - 1]]
        x, known = convolve(joined, widths[level - 1], f"up{level}", convolution)
    outputs = layers.Conv2D(
        3, 3, padding="same", activation="sigmoid", dtype="float32", name="output"
    )(x)
    name = name or f"{convolution}_unet{'' if sees_map else '_without_map'}"
    return keras.Model(inputs, outputs, name=name)


def convolve(inputs, width, name, convolution, strides=1):
    """Apply a convolution of some kind, batch normalisation and ReLU, in this order.

    Parameters
    ----------
    inputs : list of keras.KerasTensor
        Features and their map, or several such pairs. Only partial convolutions read the maps.
    width : int
        Channels.
    name : str
        Of the convolution.
    convolution : {"ordinary", "partial", "gated"}
    strides : int

    Returns
    -------
    features, known : keras.KerasTensor
    """
    settings = {"strides": strides, "use_bias": False, "name": name}
    if convolution == "partial":
        x, known = PartialConv2D(width, 3, **settings)(inputs)
    else:
        features, known = inputs[::2], inputs[1]
        x = features[0]
        if len(features) > 1:
            x = layers.Concatenate(name=f"{name}_join")(features)
        if convolution == "gated":
            x = GatedConv2D(width, 3, **settings)(x)
        else:
            x = layers.Conv2D(width, 3, padding="same", **settings)(x)
    x = blocks.BatchNormalization(momentum=blocks.STATISTICS_MOMENTUM, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x), known
