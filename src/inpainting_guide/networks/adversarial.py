"""What every adversarial game here does alike: two networks, two optimizers, and the step."""

import keras
import tensorflow as tf
from keras import ops


class AdversarialGame(keras.Model):
    """A game of a generator, which fills holes, and a discriminator, which judges the fills.

    It has a ``train_step`` of its own, in which each network takes one step in turn, and is
    trained by `inpainting_guide.training.fitting.fit` like any network. Called, it returns the
    generator's image. A subclass gives the two losses, `discriminator_terms` and `generator_terms`.

    Parameters
    ----------
    generator : keras.Model
        Maps a network input, shape (n, size, size, 4), to an image with values in [0, 1].
    discriminator : keras.Model
        Maps ``[image, location_map]`` to a logit, shape (n, 1).
    **kwargs
        See `keras.Model`.
    """

    measured: tuple[str, ...] = ()

    def __init__(self, generator, discriminator, **kwargs):
        super().__init__(**kwargs)
        self.generator, self.discriminator = generator, discriminator
        self.means = {name: keras.metrics.Mean(name=name) for name in self.measured}
        self.build(generator.input_shape)

    def compile(self, optimizer, discriminator_optimizer, **kwargs):
        """Give each network its optimizer.

        Parameters
        ----------
        optimizer : keras.optimizers.Optimizer or str
            Of the generator.
        discriminator_optimizer : keras.optimizers.Optimizer or str
        **kwargs
            See `keras.Model.compile`. (The losses are the game's own: ``loss`` and ``metrics``
            would not be used.)
        """
        super().compile(optimizer=optimizer, **kwargs)
        self.discriminator_optimizer = keras.optimizers.get(discriminator_optimizer)
        # Each knows the variables of its own network only.
        self.optimizer.build(self.generator.trainable_variables)
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)

    def get_compile_config(self):
        """Return both optimizers, serialized, so that Keras can save and compile the game.

        Returns
        -------
        dict or None
            None if the game is not compiled.
        """
        if not self.compiled:
            return None
        optimizers = self.optimizer, self.discriminator_optimizer
        names = "optimizer", "discriminator_optimizer"
        parts = zip(names, optimizers, strict=True)
        return {name: keras.saving.serialize_keras_object(part) for name, part in parts}

    def compile_from_config(self, config):
        """Compile the game with the optimizers that `get_compile_config` returned.

        Parameters
        ----------
        config : dict
        """
        self.compile(**keras.saving.deserialize_keras_object(config))

    @property
    def metrics(self):
        """The running means that ``fit`` resets: what Keras asks of such a model."""
        return list(self.means.values())

    @property
    def input_shape(self):
        """Shape of a network input, (None, size, size, 4)."""
        return self.generator.input_shape

    def call(self, inputs, training=False):
        """Fill: the generator's image.

        Parameters
        ----------
        inputs : tensor of float32, shape (n, size, size, 4)
        training : bool

        Returns
        -------
        tensor of float32, shape (n, size, size, 3), values in [0, 1]
        """
        return self.generator(inputs, training=training)

    def train_step(self, data):
        """Let the discriminator descend once on its loss, then the generator on its own.

        Parameters
        ----------
        data : tuple of tensors
            As `inpainting_guide.data.batches.example` makes it.

        Returns
        -------
        dict of str to tensor
            Running means of the terms.
        """
        inputs, image, weight = data
        with tf.GradientTape() as generator_tape:
            filled = self.generator(inputs, training=True)
            with generator_tape.stop_recording():  # the discriminator's step
                with tf.GradientTape() as discriminator_tape:
                    judged = self.discriminator_terms(inputs, image, filled, training=True)
                    loss = self.discriminator_optimizer.scale_loss(judged["loss"])
                variables = self.discriminator.trainable_variables
                gradients = discriminator_tape.gradient(loss, variables)
                self.discriminator_optimizer.apply(gradients, variables)
            terms = self.generator_terms(inputs, image, filled, weight, training=True)
            loss = self.optimizer.scale_loss(terms["loss"])
        variables = self.generator.trainable_variables
        gradients = generator_tape.gradient(loss, variables)
        self.optimizer.apply(gradients, variables)
        return self.track(judged, terms, inputs)

    def test_step(self, data):
        """Measure both losses on one batch.

        Parameters
        ----------
        data : tuple of tensors

        Returns
        -------
        dict of str to tensor
        """
        inputs, image, weight = data
        filled = self.generator(inputs, training=False)
        judged = self.discriminator_terms(inputs, image, filled, training=False)
        terms = self.generator_terms(inputs, image, filled, weight, training=False)
        return self.track(judged, terms, inputs)

    def track(self, judged, terms, inputs):
        """Add the terms of a batch to their running means, each image with the same weight.

        Parameters
        ----------
        judged, terms : dict of str to tensor
            What `discriminator_terms` and `generator_terms` returned.
        inputs : tensor of float32
            The batch that they were measured on.

        Returns
        -------
        dict of str to tensor
            The means of all batches since ``fit`` reset them.
        """
        values = judged | terms | {"discriminator_loss": judged["measured"]}
        for name, mean in self.means.items():
            mean.update_state(values[name], ops.shape(inputs)[0])
        return {name: mean.result() for name, mean in self.means.items()}

    def get_config(self):
        """Return what ``from_config`` needs: both networks.

        Returns
        -------
        dict
        """
        networks = {"generator": self.generator, "discriminator": self.discriminator}
        parts = {n: keras.saving.serialize_keras_object(part) for n, part in networks.items()}
        return {"name": self.name} | parts

    @classmethod
    def from_config(cls, config):
        """Make the game from what `get_config` returned.

        Parameters
        ----------
        config : dict

        Returns
        -------
        AdversarialGame
        """
        return cls(**keras.saving.deserialize_keras_object(config))
