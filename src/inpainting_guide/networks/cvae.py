"""Conditional variational autoencoders: the thesis's as printed, and the mended one."""

import keras
from keras import layers, ops

from inpainting_guide.common import arguments
from inpainting_guide.data import tensors
from inpainting_guide.data.cars import SIZE
from inpainting_guide.networks import blocks, gaussians, variational
from inpainting_guide.networks.autoencoders import encoder


@keras.saving.register_keras_serializable(package="inpainting_guide")
class PrintedCVAE(variational.Variational):
    """The thesis's conditional variational autoencoder, as its tables 3.4 to 3.6 print it.

    The encoder sees the incomplete image and never the answer, so that this is a denoising
    variational autoencoder. The latent's 1,024 values and the flattened location map are joined
    and reshaped to 2 x 2 x 512: the latent fills the upper two cells, the map the lower two. It has
    4,056,867 parameters.

    Parameters
    ----------
    variance : float
        σ² of the likelihood. The author's public notebooks amount to 0.01.
    **kwargs
        See `keras.Model`.

    Notes
    -----
    Thesis, section 3.3.
    """

    size = SIZE

    def __init__(self, variance=0.01, **kwargs):
        super().__init__(variance, **({"name": "cvae_as_printed"} | kwargs))
        inputs = keras.Input((SIZE, SIZE, 4), name="image_and_map")
        x = layers.Flatten(name="flatten")(encoder(inputs, strides=(2, 2, 2, 2)))
        heads = [
            layers.Dense(1024, dtype="float32", name=name)(x) for name in ("mean", "log_variance")
        ]
        self.encoder = keras.Model(inputs, heads, name="encoder")
        z = keras.Input((1024,), name="latent")
        location_map = keras.Input((SIZE, SIZE, 1), name="location_map")
        flat_map = layers.Flatten(name="flatten_map")(location_map)
        x = layers.Concatenate(name="join")([z, flat_map])
        x = layers.Reshape((2, 2, 512), name="reshape")(x)
        up = {"strides": 2, "padding": "same", "activation": "relu"}
        x = layers.Conv2DTranspose(256, 3, **up, name="transposed1")(x)
        x = layers.Conv2DTranspose(128, 3, **up, name="transposed2")(x)
        x = layers.Conv2DTranspose(64, 3, **up, name="transposed3")(x)
        x = layers.Conv2DTranspose(32, 3, **up, name="transposed4")(x)
        image = layers.Conv2D(
            3, 3, padding="same", activation="sigmoid", dtype="float32", name="conv5"
        )(x)
        self.decoder = keras.Model([z, location_map], image, name="decoder")
        self.build(self.input_shape)

    def latent(self, inputs, training):
        """Return mean, log variance, both of shape (n, 1024), and the location map."""
        return *self.encoder(inputs, training=training), inputs[..., 3:]

    def decode(self, z, features, training):
        """Decode a latent of shape (n, 1024), with the location map."""
        return self.decoder([z, *features], training=training)

    def terms(self, inputs, image, weight, noise, training):
        """Measure a batch: the squared error of the whole image, and the divergence from N(0, I).

        Beside the loss, ``squared_error`` is that over the hole, to be compared.
        """
        mean, log_variance, *features = self.latent(inputs, training)
        z = gaussians.sample(mean, log_variance, noise)
        squares = ops.square(self.decode(z, features, training) - image)
        divergence = ops.sum(gaussians.divergence(mean, log_variance), axis=-1)
        whole = ops.sum(squares, axis=(1, 2, 3))
        surprise = gaussians.negative_log_likelihood(whole, 3 * SIZE * SIZE, self.log_variance)
        return {
            "loss": ops.mean(surprise + divergence),
            "squared_error": tensors.mean_over(weight, squares),
            "divergence": ops.mean(divergence),
        }

    def get_config(self):
        """Return what ``from_config`` needs."""
        return {"name": self.name, "variance": self.variance}


@keras.saving.register_keras_serializable(package="inpainting_guide")
class ConditionalVAE(variational.Variational):
    """A conditional variational autoencoder of section 2.2.1.2: what its formulas ask for.

    A recognition network sees the photograph and gives q(z | x, c). A prior network sees the
    condition c, the incomplete image and its map, and gives p(z | c), from which a fill is
    sampled. The decoder is the upper half of a U-Net: known pixels and map reach it through the
    prior network's features at every resolution, and z has only to say what they leave open.

    Parameters
    ----------
    variance, learn_variance : float, bool
        σ² of the likelihood, over the hole: see `Variational`.
    latent_channels : int
        Latent values in each cell of the latent grid.
    latent_level : int
        Level of the U-Net at which the latent joins, 1 for full resolution; it has the grid of
        that level.
    widths : sequence of int
        Channels of the levels.
    size : int
        Side of the images, in pixels.
    learnt_prior : bool
        False for p(z | c) = N(0, I) whatever c is: the last layers of the prior network return
        zeros and are not trained. All other weights start as they do with a learnt prior.
    **kwargs
        See `keras.Model`.

    Raises
    ------
    ValueError
        If the variance is not positive, there is no such level, a number is not whole and at least
        1, or `size` is not divisible by two once for every level below the first.

    Notes
    -----
    K. Sohn, H. Lee and X. Yan, *Learning structured output representation using deep
    conditional generative models*, 2015.
    """

    def __init__(
        self,
        variance=0.01,
        learn_variance=False,
        latent_channels=8,
        latent_level=4,
        widths=(32, 64, 128, 256),
        size=SIZE,
        learnt_prior=True,
        **kwargs,
    ):
        super().__init__(variance, learn_variance, **({"name": "cvae"} | kwargs))
        arguments.whole(size=size, latent_channels=latent_channels)
        blocks.check(size, widths)
        arguments.whole(latent_level=latent_level, most=len(widths))
        self.latent_channels, self.latent_level = latent_channels, latent_level
        self.widths, self.size, self.learnt_prior = tuple(widths), size, learnt_prior
        condition = keras.Input((size, size, 4), name="image_and_map")
        known = blocks.contract(condition, widths, "known")
        self.prior = keras.Model(condition, [*self.heads(known, "prior"), *known], name="prior")
        if not learnt_prior:
            for head in map(self.prior.get_layer, ("prior_mean", "prior_log_variance")):
                head.set_weights([0 * weight for weight in head.get_weights()])
                head.trainable = False
        photograph = keras.Input((size, size, 3), name="photograph")
        x = layers.Concatenate(name="condition_and_photograph")([condition, photograph])
        # Half the width is enough: it only has to see what the condition leaves open.
        seen = blocks.contract(x, [width // 2 for width in widths], "seen")
        heads = self.heads(seen, "recognition")
        self.recognition = keras.Model([condition, photograph], heads, name="recognition")
        features = [keras.Input(level.shape[1:]) for level in known]
        z = keras.Input(heads[0].shape[1:], name="latent")
        x = blocks.expand(features, z)
        image = layers.Conv2D(
            3, 3, padding="same", activation="sigmoid", dtype="float32", name="output"
        )(x)
        self.decoder = keras.Model([z, *features], image, name="decoder")
        self.build(self.input_shape)

    def heads(self, features, name):
        """Return the mean and the log variance of every latent value, from the features of a level.

        Parameters
        ----------
        features : list of keras.KerasTensor
            Of all levels, as `inpainting_guide.networks.blocks.contract` returns them.
        name : str
            First part of the layers' names.

        Returns
        -------
        list of keras.KerasTensor
            Two, of shape (None, side, side, latent_channels).
        """
        x = features[self.latent_level - 1]
        x = layers.Conv2D(128, 3, padding="same", activation="relu", name=f"{name}_head")(x)
        # Both Gaussians start with variance 1: no term of the loss explodes.
        starts = {f"{name}_mean": "glorot_uniform", f"{name}_log_variance": "zeros"}
        return [
            layers.Conv2D(
                self.latent_channels, 1, dtype="float32", kernel_initializer=start, name=head
            )(x)
            for head, start in starts.items()
        ]

    def latent(self, inputs, training):
        """Return the prior's mean and log variance, and the features of the known pixels."""
        return self.prior(inputs, training=training)

    def decode(self, z, features, training):
        """Decode a latent of shape (n, side, side, latent_channels), with those features."""
        return self.decoder([z, *features], training=training)

    def divergences(self, inputs, image):
        """Measure what the recognition network tells beyond the prior, value by value.

        Parameters
        ----------
        inputs : tensor of float32, shape (n, size, size, 4)
        image : tensor of float32, shape (n, size, size, 3)

        Returns
        -------
        ndarray of float32, shape (side, side, latent_channels)
            Mean KL(q(z | x, c) || p(z | c)) of each latent value over the images, in nats.
        """
        inputs, image = ops.convert_to_tensor(inputs), ops.convert_to_tensor(image)
        recognised = self.recognition([inputs, image], training=False)
        prior = self.prior(inputs, training=False)[:2]
        return ops.convert_to_numpy(ops.mean(gaussians.divergence(*recognised, *prior), axis=0))

    def terms(self, inputs, image, weight, noise, training):
        """Measure a batch: the squared error over the hole, and the divergence from the prior."""
        prior_mean, prior_log_variance, *features = self.latent(inputs, training)
        mean, log_variance = self.recognition([inputs, image], training=training)
        z = gaussians.sample(mean, log_variance, noise)
        squares = ops.square(self.decode(z, features, training) - image)
        divergence = gaussians.divergence(mean, log_variance, prior_mean, prior_log_variance)
        divergence = ops.sum(divergence, axis=(1, 2, 3))
        summed = ops.sum(squares * weight[..., None], axis=(1, 2, 3))
        values = 3 * ops.sum(weight, axis=(1, 2))
        surprise = gaussians.negative_log_likelihood(summed, values, self.log_variance)
        return {
            "loss": ops.mean(surprise + divergence),
            "squared_error": tensors.mean_over(weight, squares),
            "divergence": ops.mean(divergence),
        }

    def get_config(self):
        """Return what ``from_config`` needs."""
        names = ("name", "variance", "learn_variance", "latent_channels", "latent_level", "widths")
        return {name: getattr(self, name) for name in (*names, "size", "learnt_prior")}
