"""The pieces that U-Nets are made of: a convolution, a doubling, and the two halves.

Wherever they stand, batch normalisation comes before the ReLU. ``BatchNormalization`` is Keras's
layer, computed faster while it is trained.
"""

import tensorflow as tf
from keras import layers

from inpainting_guide.common import arguments

STATISTICS_MOMENTUM = 0.9
"""Of the running mean and variance that batch normalisation keeps for test time.

Keras's 0.99 still gives their first values, 0 and 1, a weight of 13 % after 200 steps: more than
the variance of many activations. Our trainings are that short.
"""


class BatchNormalization(layers.BatchNormalization):
    """Keras's layer for images, which TensorFlow computes in one operation while it is trained.

    Keras puts the same together from a dozen operations, each of which goes through all features.
    In a file it is Keras's own layer: who reads a network needs nothing of this package.
    """

    __module__ = "keras.layers"  # with the name of the class, what the file says

    def call(self, inputs, training=None, mask=None):
        """Normalise a batch, in training by its own statistics, and keep running means of these.

        Parameters
        ----------
        inputs : tensor, shape (n, height, width, channels)
        training : bool, optional
            Without it, and in a frozen, synchronised or otherwise unusual layer, Keras does it all.
        mask : tensor, optional
            Left to Keras as well.

        Returns
        -------
        tensor, shape (n, height, width, channels)
        """
        usual = self.trainable and self.center and self.scale and self.compute_dtype != "float64"
        usual = usual and not (self.synchronized or getattr(self, "renorm", False))
        images = len(inputs.shape) == 4 and self.axis in (-1, 3) and mask is None
        if not (training and usual and images):
            return super().call(inputs, training=training, mask=mask)
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, self.gamma.value, self.beta.value, epsilon=self.epsilon, is_training=True
        )
        values = tf.cast(tf.reduce_prod(tf.shape(inputs)[:-1]), variance.dtype)
        variance *= (values - 1) / values  # it was divided by one less than Keras divides by
        for moving, of_batch in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + of_batch * (1 - self.momentum))
        return outputs


def check(size, widths):
    """Check that images can be halved once for every level of a U-Net below the first.

    Parameters
    ----------
    size : int or None
        Side of the images, in pixels; None for any.
    widths : sequence of int
        Channels of the levels.

    Raises
    ------
    ValueError
        If `size` is not divisible by two so often, or the widths are not whole numbers from 1.
    """
    arguments.some("widths", widths)
    arguments.whole(widths=widths)
    arguments.side(size, multiple=2 ** (len(widths) - 1))


def convolve(x, width, name, kernel_size=3, told=None, padding="same", **kwargs):
    """Apply a convolution, batch normalisation and ReLU, in this order.

    Parameters
    ----------
    x : keras.KerasTensor
    width : int
        Channels.
    name : str
        Of the convolution.
    kernel_size : int
    told : keras.KerasTensor, optional
        A vector for each image: two dense layers make of it a factor for every channel, and what is
        added to it, between normalisation and ReLU.
    padding : {"same", "valid"}
    **kwargs
        Strides or dilation: see `keras.layers.Conv2D`.

    Returns
    -------
    keras.KerasTensor
    """
    # The normalisation subtracts whatever a bias would have added.
    x = layers.Conv2D(width, kernel_size, padding=padding, use_bias=False, name=name, **kwargs)(x)
    x = BatchNormalization(momentum=STATISTICS_MOMENTUM, name=f"{name}_norm")(x)
    if told is not None:
        gain = layers.Dense(width, bias_initializer="ones", name=f"{name}_gain")(told)
        shift = layers.Dense(width, name=f"{name}_shift")(told)
        x = layers.Multiply(name=f"{name}_multiply")([x, layers.Reshape((1, 1, width))(gain)])
        x = layers.Add(name=f"{name}_add")([x, layers.Reshape((1, 1, width))(shift)])
    return layers.ReLU(name=f"{name}_relu")(x)


def double(x, width, name):
    """Double the side by a 4 x 4 transposed convolution, batch normalisation and ReLU.

    Parameters
    ----------
    x : keras.KerasTensor
    width : int
        Channels.
    name : str
        Of the transposed convolution.

    Returns
    -------
    keras.KerasTensor
    """
    x = layers.Conv2DTranspose(width, 4, strides=2, padding="same", use_bias=False, name=name)(x)
    x = BatchNormalization(momentum=STATISTICS_MOMENTUM, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def contract(x, widths, name="down", told=None):
    """Apply the contracting half of a U-Net.

    Parameters
    ----------
    x : keras.KerasTensor
    widths : sequence of int
        Channels of the levels, from full resolution down; each level halves the side.
    name : str
        First part of the layers' names.
    told : keras.KerasTensor, optional
        Told to one convolution of every level: see `convolve`.

    Returns
    -------
    list of keras.KerasTensor
        The features of every level, from full resolution down.
    """
    features = []
    for level, width in enumerate(widths, start=1):
        if level > 1:
            x = convolve(x, width, f"{name}{level}_halve", strides=2)
        x = convolve(x, width, f"{name}{level}", told=told)
        features.append(x)
    return features


def crop(x, around, name):
    """Cut pixels off every side.

    Parameters
    ----------
    x : keras.KerasTensor
    around : int
        How many on each side; with 0 everything is left as it is.
    name : str
        Of the layer.

    Returns
    -------
    keras.KerasTensor
    """
    return layers.Cropping2D(around, name=name)(x) if around else x


def expand(features, latent=None, name="up", skips=True, told=None, around=0):
    """Apply the expanding half of a U-Net, which meets every level's features on its way.

    Parameters
    ----------
    features : list of keras.KerasTensor
        What `contract` returned.
    latent : keras.KerasTensor, optional
        Joined to the features with the same height and width.
    name : str
        First part of the layers' names.
    skips : bool
        Whether it meets more than the deepest features.
    told : keras.KerasTensor, optional
        Told to one convolution of every level: see `convolve`.
    around : int
        So many pixels on each side are not asked for. No level computes what only they would
        depend on: features are cropped, and convolutions are not padded.

    Returns
    -------
    keras.KerasTensor
        At full resolution, without the pixels around.
    """
    unasked = [around]  # on each side, of what every level is to give
    for _ in features[1:]:
        # The convolution above needs one pixel more, and its doubling one more of this level.
        unasked.append(max((unasked[-1] - 2) // 2, 0))
    x = None
    for level in range(len(features), 0, -1):
        width, side = features[level - 1].shape[-1], features[level - 1].shape[1]
        convolved = level < len(features) or latent is not None
        unseen = max(unasked[level - 1] - convolved, 0)
        joined = [crop(features[level - 1], unseen, f"{name}{level}_crop")]
        if x is not None:
            doubled = double(x, width, f"{name}{level}_double")
            doubled = crop(doubled, unseen - 2 * unasked[level], f"{name}{level}_double_crop")
            joined = [doubled, *joined] if skips else [doubled]
        if latent is not None and latent.shape[1] == side:
            here = crop(latent, unseen, f"{name}{level}_latent_crop")
            joined.append(layers.Conv2D(64, 1, name=f"{name}{level}_latent")(here))
        x = joined[0]
        if len(joined) > 1:
            x = layers.Concatenate(name=f"{name}{level}_join")(joined)
        if convolved:
            padding = "valid" if unasked[level - 1] else "same"
            x = convolve(x, width, f"{name}{level}", told=told, padding=padding)
    return x
