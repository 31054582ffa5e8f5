"""What every variational autoencoder here does alike: training, filling, sampling."""

import math

import keras
import tensorflow as tf
from keras import ops

from inpainting_guide.common import arguments
from inpainting_guide.data import batches, holes
from inpainting_guide.networks import gaussians, sampling


class Variational(sampling.Sampler):
    """A variational autoencoder: the steps of training and validation, and sampling.

    It has a ``train_step`` of its own and is trained by `inpainting_guide.training.fitting.fit`
    like any network. Called, it decodes the mean of the latent, so that it fills holes as every
    network does; ``samples`` draws several fills of one hole. A subclass says in `latent` how z is
    distributed, in `decode` what image it gives, and in `terms` what the loss is made of.

    Parameters
    ----------
    variance : float
        σ² of the Gaussian likelihood, of a pixel's channel around the decoded value.
    learn_variance : bool
        True if σ² only starts there and follows what is best for the decoder as it is: the mean of
        ``squared_error``, a running one, as batch normalisation keeps it.
    **kwargs
        See `keras.Model`.

    Raises
    ------
    ValueError
        If the variance is not positive.
    """

    def __init__(self, variance, learn_variance=False, **kwargs):
        super().__init__(**kwargs)
        arguments.positive(variance=variance)
        self.variance, self.learn_variance = variance, learn_variance
        self.log_variance = math.log(variance)
        if learn_variance:
            start = keras.initializers.Constant(self.log_variance)
            self.log_variance = self.add_weight(
                shape=(), initializer=start, trainable=False, dtype="float32", name="log_variance"
            )
        self.noise = keras.random.SeedGenerator(0)
        self.means = {
            name: keras.metrics.Mean(name=name) for name in ("loss", "squared_error", "divergence")
        }

    @property
    def metrics(self):
        """The running means that ``fit`` resets: what Keras asks of such a model."""
        return list(self.means.values())

    @property
    def loss_in_words(self):
        """What the network descends on, in a few words: for tables."""
        chosen = "learnt" if self.learn_variance else f"= {self.variance:g}"
        return f"evidence bound, σ² {chosen}"

    @property
    def input_shape(self):
        """Shape of a network input, (None, size, size, 4)."""
        return (None, self.size, self.size, 4)

    def call(self, inputs, training=False):
        """Decode the mean of the latent that is known at test time.

        Parameters
        ----------
        inputs : tensor of float32, shape (n, size, size, 4)
            Incomplete images with their location maps.
        training : bool
            For batch normalisation.

        Returns
        -------
        tensor of float32, shape (n, size, size, 3), values in [0, 1]
        """
        mean, _, *features = self.latent(inputs, training)
        return self.decode(mean, features, training)

    def latent(self, inputs, training):
        """Say how the latent is distributed at test time: a subclass does.

        Parameters
        ----------
        inputs : tensor of float32, shape (n, size, size, 4)
        training : bool
            For batch normalisation.

        Returns
        -------
        list of tensors of float32
            The latent's mean, its log variance, and whatever `decode` needs beside the latent.
        """
        raise NotImplementedError

    def decode(self, z, features, training):
        """Decode a latent: a subclass does.

        Parameters
        ----------
        z : tensor of float32
        features : list of tensors
            What `latent` returned after mean and log variance.
        training : bool
            For batch normalisation.

        Returns
        -------
        tensor of float32, shape (n, size, size, 3), values in [0, 1]
        """
        raise NotImplementedError

    def terms(self, inputs, image, weight, noise, training):
        """Measure a batch: a subclass does.

        Parameters
        ----------
        inputs, image, weight : tensor
            As `inpainting_guide.data.batches.example` makes them.
        noise : int or keras.random.SeedGenerator
            Where the sample of the latent comes from.
        training : bool
            For batch normalisation.

        Returns
        -------
        dict of str to tensor
            ``loss`` and ``divergence``, in nats per image, and ``squared_error``.
        """
        raise NotImplementedError

    def train_step(self, data):
        """Descend once, along the gradient of the loss of one batch.

        Parameters
        ----------
        data : tuple of tensors
            As `inpainting_guide.data.batches.example` makes it.

        Returns
        -------
        dict of str to tensor
            Running means of the loss and its terms.
        """
        with tf.GradientTape() as tape:
            terms = self.terms(*data, self.noise, training=True)
            loss = self.optimizer.scale_loss(terms["loss"])
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        if self.learn_variance:
            variance = 0.95 * ops.exp(self.log_variance) + 0.05 * terms["squared_error"]
            self.log_variance.assign(ops.log(variance))
        return self.track(terms, data)

    def test_step(self, data):
        """Measure the loss and its terms on one batch, always with the same noise.

        Parameters
        ----------
        data : tuple of tensors

        Returns
        -------
        dict of str to tensor
        """
        return self.track(self.terms(*data, 0, training=False), data)

    def track(self, terms, data):
        """Add the terms of a batch to their running means, each image with the same weight.

        Parameters
        ----------
        terms : dict of str to tensor
        data : tuple of tensors
            The batch.

        Returns
        -------
        dict of str to tensor
            The means of all batches since ``fit`` reset them.
        """
        for name, metric in self.means.items():
            metric.update_state(terms[name], ops.shape(data[0])[0])
        return {name: metric.result() for name, metric in self.means.items()}

    def measure(self, images, location_map, draws=4, seed=0, batch_size=100):
        """Average the evidence lower bound and its parts over photographs and draws of the latent.

        Parameters
        ----------
        images : ndarray of float32, shape (n, size, size, 3), values in [0, 1]
            The photographs: the latent is drawn as in training.
        location_map : ndarray of float32, shape (n, size, size, 1)
            Their holes, of one size.
        draws : int
            Of the latent, for each photograph.
        seed : int
            The same seed gives the same draws.
        batch_size : int
            Images decoded at once.

        Returns
        -------
        dict of str to float
            ``bound``, the evidence lower bound, and ``divergence``, both in nats an image;
            ``squared_error``, of a value that the decoder paints. Of models of the same values, the
            bounds can be compared, whatever the variances are.

        Raises
        ------
        ValueError
            If the input breaks a convention (`inpainting_guide.data.holes.check`), or `draws` or
            `batch_size` is no whole number from 1.
        """
        holes.check(images, location_map)
        arguments.whole(draws=draws, batch_size=batch_size)
        noise, sums = keras.random.SeedGenerator(seed), dict.fromkeys(self.means, 0.0)
        for start in range(0, len(images), batch_size):
            part = slice(start, start + batch_size)
            example = batches.example(images[part], location_map[part])
            data = [ops.convert_to_tensor(tensor) for tensor in example]
            for _ in range(draws):
                for name, value in self.terms(*data, noise, training=False).items():
                    sums[name] += len(images[part]) * float(value)
        means = {name: total / (draws * len(images)) for name, total in sums.items()}
        return {"bound": -means.pop("loss")} | means

    def draw(self, inputs, count, noise):
        """Draw several images, each from a sample of the latent: see ``Sampler.draw``."""
        mean, log_variance, *features = self.latent(inputs, training=False)
        for _ in range(count):
            z = gaussians.sample(mean, log_variance, noise)
            yield self.decoded(z, features)

    @tf.function(reduce_retracing=True)  # faster than layer by layer
    def decoded(self, z, features):
        """Decode a sample of the latent, as `decode` does."""
        return self.decode(z, features, training=False)
