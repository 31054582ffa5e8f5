"""The variational autoencoder of whole photographs: no condition, no hole."""

import keras
from keras import layers, ops

from inpainting_guide.common import arguments, machine
from inpainting_guide.data import tensors
from inpainting_guide.data.cars import SIZE
from inpainting_guide.networks import blocks, gaussians, variational


@keras.saving.register_keras_serializable(package="inpainting_guide")
class VAE(variational.Variational):
    """A variational autoencoder: a Gaussian encoder, a decoder, and N(0, I) between the two.

    It learns what cars look like and knows nothing of holes. Called with an incomplete image and
    its map, as every network here is, it fills the hole all the same, by turns: it encodes the
    image with its present fill, decodes, and takes the fill from there.

    Parameters
    ----------
    variance, learn_variance : float, bool
        σ² of the likelihood, over the whole image: see `Variational`.
    latent : int
        Latent values.
    widths : sequence of int
        Channels of the levels, from full resolution down; each level halves the side.
    size : int
        Side of the images, in pixels.
    turns : int
        How often a hole is encoded and decoded to fill it.
    **kwargs
        See `keras.Model`.

    Raises
    ------
    ValueError
        If the variance is not positive, a number is not whole and at least 1, or `size` is not
        divisible by two once for every level below the first.

    Notes
    -----
    D. P. Kingma and M. Welling, *Auto-encoding variational Bayes*, 2014; thesis, section 2.2.1.1.
    The filling is that of D. J. Rezende, S. Mohamed and D. Wierstra, *Stochastic backpropagation
    and approximate inference in deep generative models*, 2014.
    """

    def __init__(
        self,
        variance=0.02,
        learn_variance=True,
        latent=32,
        widths=(32, 64, 128, 256),
        size=SIZE,
        turns=5,
        **kwargs,
    ):
        super().__init__(variance, learn_variance, autocast=False, **({"name": "vae"} | kwargs))
        arguments.whole(size=size, latent=latent, turns=turns)
        blocks.check(size, widths)
        self.values, self.widths, self.size, self.turns = latent, tuple(widths), size, turns
        photograph = keras.Input((size, size, 3), name="photograph")
        deepest = blocks.contract(photograph, widths, "seen")[-1]
        x = layers.Flatten(name="flatten")(deepest)
        # The latent starts with variance 1: no term of the loss explodes.
        mean = layers.Dense(latent, dtype="float32", name="mean")(x)
        log_variance = layers.Dense(
            latent, kernel_initializer="zeros", dtype="float32", name="log_variance"
        )(x)
        self.encoder = keras.Model(photograph, [mean, log_variance], name="encoder")
        z = keras.Input((latent,), name="latent")
        x = layers.Dense(deepest.shape[1] ** 2 * widths[-1], activation="relu", name="dense")(z)
        x = layers.Reshape(deepest.shape[1:], name="reshape")(x)
        for level in range(len(widths) - 1, 0, -1):
            x = blocks.double(x, widths[level - 1], f"up{level}_double")
        image = layers.Conv2D(
            3, 3, padding="same", activation="sigmoid", dtype="float32", name="output"
        )(x)
        self.decoder = keras.Model(z, image, name="decoder")
        self.build(self.input_shape)

    def decode(self, z, features=(), training=False):
        """Decode a latent of shape (n, latent); there are no features."""
        return self.decoder(z, training=training)

    def terms(self, inputs, image, weight, noise, training):
        """Measure a batch: the squared error of the whole image, the divergence from N(0, I)."""
        mean, log_variance = self.encoder(image, training=training)
        z = gaussians.sample(mean, log_variance, noise)
        squares = ops.square(self.decode(z, training=training) - image)
        divergence = ops.sum(gaussians.divergence(mean, log_variance), axis=-1)
        surprise = gaussians.negative_log_likelihood(
            ops.sum(squares, axis=(1, 2, 3)), 3 * self.size**2, self.log_variance
        )
        return {
            "loss": ops.mean(surprise + divergence),
            "squared_error": ops.mean(squares),
            "divergence": ops.mean(divergence),
        }

    def call(self, inputs, training=False):
        """Fill holes by turns, each from the mean of the latent; see `alternate`."""
        return self.alternate(inputs, training=training)

    def draw(self, inputs, count, noise):
        """Fill every hole several times by turns, each from a sample of the latent."""
        for _ in range(count):
            yield self.alternate(inputs, noise)

    def alternate(self, inputs, noise=None, training=False):
        """Fill holes by turns: encode the image with its present fill, decode, take the new fill.

        The first fill is the mean colour of the known pixels.

        Parameters
        ----------
        inputs : tensor of float32, shape (n, size, size, 4)
            Incomplete images with their location maps.
        noise : keras.random.SeedGenerator, optional
            Where the samples of the latent come from; without it, each turn takes the mean.
        training : bool
            For batch normalisation.

        Returns
        -------
        tensor of float32, shape (n, size, size, 3), values in [0, 1]
        """
        known, location_map = inputs[..., :3], inputs[..., 3:]
        count = ops.maximum(ops.sum(location_map, axis=(1, 2), keepdims=True), 1)
        fill = ops.sum(known, axis=(1, 2), keepdims=True) / count
        for _ in range(machine.few_times(self.turns)):
            image = tensors.composite(known, fill, location_map)
            z, log_variance = self.encoder(image, training=training)
            if noise is not None:
                z = gaussians.sample(z, log_variance, noise)
            fill = self.decode(z, training=training)
        return fill

    def get_config(self):
        """Return what ``from_config`` needs."""
        names = ("name", "variance", "learn_variance", "widths", "size", "turns")
        return {name: getattr(self, name) for name in names} | {"latent": self.values}
