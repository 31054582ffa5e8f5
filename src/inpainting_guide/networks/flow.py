"""A conditional flow: from noise, in a few steps, to one of the fills that a hole could have."""

import itertools
import math

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from inpainting_guide.common import arguments, machine
from inpainting_guide.data.holes import HOLE
from inpainting_guide.networks import sampling, unets, windows


@keras.saving.register_keras_serializable(package="inpainting_guide")
class Flow(sampling.Sampler):
    """A flow that carries noise to the residuals of photographs, conditioned on what is known.

    The residual is what a photograph has in the hole beyond the fill m of a network trained on the
    squared error: r = (x - m) / scale. At an angle a between 0 and a quarter turn the flow is at
    cos(a) e + sin(a) r, with normal noise e. A U-Net, the denoiser, sees that, the window around
    the hole, m and a, and predicts the velocity, cos(a) r - sin(a) e. Following it in a few steps
    leads from noise to a residual.

    Parameters
    ----------
    mean_network : keras.Model
        From a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3). It is
        copied, and no longer trained.
    widths : sequence of int
        Channels of the levels, from full resolution down; each level halves the side.
    window, hole : int
        Sides of the window around the hole and of the hole, in pixels.
    steps : int
        From noise to a fill: may be changed, but not once Keras's own ``predict`` was called.
    scale : float
        Unit of the residuals: by default about their standard deviation, of a good mean network.
    spread, temperature : float
        Standard deviation of the noise in training, in units of the scale; and a share of that with
        which a sample starts: may be changed like `steps`. Below 1, samples vary less.
    rim : float
        Weight of the hole's outermost pixels in the loss; all others have 1.
    **kwargs
        See `keras.Model`.

    Raises
    ------
    ValueError
        If the window is not divisible by two once for every level below the first or does not fit
        around the hole, a number is not whole or below 1, or one of the last four not positive.

    Notes
    -----
    X. Liu, C. Gong and Q. Liu, *Flow straight and fast*, 2023; Y. Lipman and others, *Flow matching
    for generative modeling*, 2023; T. Salimans and J. Ho, *Progressive distillation for fast
    sampling of diffusion models*, 2022 (the quarter circle).
    """

    def __init__(
        self,
        mean_network,
        widths=(48, 96, 192),
        window=24,
        hole=HOLE,
        steps=8,
        scale=0.16,
        spread=1.0,
        temperature=0.98,
        rim=3.0,
        **kwargs,
    ):
        super().__init__(**({"name": "flow"} | kwargs))
        arguments.whole(steps=steps)
        windows.check(window, hole, widths)
        arguments.positive(scale=scale, spread=spread, temperature=temperature, rim=rim)
        self.widths, self.window, self.hole, self.steps = tuple(widths), window, hole, steps
        self.scale, self.spread, self.temperature, self.rim = scale, spread, temperature, rim
        self.mean_network = keras.models.clone_model(mean_network)
        self.mean_network.set_weights(mean_network.get_weights())
        self.mean_network.trainable = False
        self.denoiser = unets.denoiser(self.widths, window, hole, scale)
        self.noise = keras.random.SeedGenerator(0)
        self.tracker = keras.metrics.Mean(name="velocity_error")
        self.build(self.input_shape)

    @property
    def metrics(self):
        """The running mean that ``fit`` resets: what Keras asks of such a model."""
        return [self.tracker]

    @property
    def loss_in_words(self):
        """What the network descends on, in a few words: for tables."""
        return "squared error of the velocity"

    @property
    def input_shape(self):
        """Shape of a network input, (None, size, size, 4)."""
        return (None, *self.mean_network.input_shape[1:])

    @property
    def start(self):
        """Standard deviation of the noise that a sample starts with, in units of the scale."""
        return self.spread * self.temperature

    def patch(self, images, inputs):
        """Cut the hole's square out of images.

        Parameters
        ----------
        images : tensor of float32, shape (n, size, size, 3)
        inputs : tensor of float32, shape (n, size, size, 4)
            Its fourth channel tells where the holes are.

        Returns
        -------
        tensor of float32, shape (n, hole, hole, 3)
        """
        placed = ops.concatenate([images, inputs[..., 3:]], axis=-1)
        return windows.cut(placed, self.hole, before=0)[0][..., :3]

    def condition(self, inputs):
        """Tell what the flow is conditioned on.

        Parameters
        ----------
        inputs : tensor of float32, shape (n, size, size, 4)

        Returns
        -------
        window : tensor of float32, shape (n, window, window, 5)
            As `inpainting_guide.networks.windows.CutWindow` cuts it.
        mean : tensor of float32, shape (n, hole, hole, 3)
            The mean network's fill.
        """
        window, inside = windows.cut(inputs, self.window, before=(self.window - self.hole) // 2)
        mean = self.patch(self.mean_network(inputs, training=False), inputs)
        return ops.concatenate([window, inside], axis=-1), mean

    def error(self, inputs, image, noises, training):
        """Measure the squared error of the velocity at random angles, more strictly at the rim.

        Parameters
        ----------
        inputs : tensor of float32, shape (n, size, size, 4)
        image : tensor of float32, shape (n, size, size, 3)
            The photographs.
        noises : pair of int or keras.random.SeedGenerator
            Where the noise and the angles come from.
        training : bool
            For batch normalisation.

        Returns
        -------
        tensor of float32, shape ()
        """
        window, mean = self.condition(inputs)
        residual = (self.patch(image, inputs) - mean) / self.scale
        noise = keras.random.normal(ops.shape(residual), stddev=self.spread, seed=noises[0])
        # The tangent, of residual to noise, is log-normal: a little more noise than residual.
        logarithm = keras.random.normal((ops.shape(inputs)[0], 1), -0.2, seed=noises[1])
        angle = ops.arctan(ops.exp(logarithm))
        cosine, sine = ops.cos(angle)[..., None, None], ops.sin(angle)[..., None, None]
        state = cosine * noise + sine * residual
        velocity = cosine * residual - sine * noise
        predicted = self.denoiser([window, mean, state, angle], training=training)
        weights = np.full((self.hole, self.hole, 1), self.rim, np.float32)
        weights[1:-1, 1:-1] = 1
        return ops.mean(weights / weights.mean() * ops.square(predicted - velocity))

    def train_step(self, data):
        """Descend once, along the gradient of the loss of one batch.

        Parameters
        ----------
        data : tuple of tensors
            As `inpainting_guide.data.batches.example` makes it.

        Returns
        -------
        dict of str to tensor
            The running mean of the loss.
        """
        inputs, image, _ = data
        with tf.GradientTape() as tape:
            loss = self.error(inputs, image, (self.noise, self.noise), training=True)
            scaled = self.optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        self.tracker.update_state(loss, ops.shape(inputs)[0])
        return {"velocity_error": self.tracker.result()}

    def test_step(self, data):
        """Measure the loss on one batch, always with the same noise and angles.

        What it is given and returns is as for `train_step`.
        """
        inputs, image, _ = data
        loss = self.error(inputs, image, (0, 1), training=False)
        self.tracker.update_state(loss, ops.shape(inputs)[0])
        return {"velocity_error": self.tracker.result()}

    def angles(self, steps=None):
        """List the angles where steps begin and end, each longer than the one before.

        Parameters
        ----------
        steps : int, optional
            By default as many as the network takes.

        Returns
        -------
        list of float
            In radians, from 0 to a quarter turn: one more than there are steps.
        """
        steps = steps or self.steps
        return [math.pi / 2 * (step / steps) ** 1.25 for step in range(steps + 1)]

    @tf.function(reduce_retracing=True)  # in half of the time that it takes layer by layer
    def velocity(self, window, mean, state, angle):
        """Ask the denoiser for the velocity, at an angle for each image, of shape (n, 1)."""
        return self.denoiser([window, mean, state, angle], training=False)

    def path(self, window, mean, noise):
        """Follow the velocity from noise to a residual: by Adams and Bashforth, of second order.

        Parameters
        ----------
        window, mean : tensor of float32
            From `condition`.
        noise : tensor of float32, shape (n, hole, hole, 3)

        Yields
        ------
        state, residual : tensor of float32, shape (n, hole, hole, 3)
            Before each step, the state and the residual that is predicted there. The last
            prediction comes twice: it is where the path ends.
        """
        state, before, step, acceleration = noise, None, 0.0, 0.0
        for angle, following in itertools.pairwise(self.angles(machine.few_times(self.steps))):
            told = ops.zeros_like(state[:, 0, 0, :1]) + angle
            velocity = self.velocity(window, mean, state, told)
            residual = math.sin(angle) * state + math.cos(angle) * velocity
            yield state, residual
            if before is not None:  # the first step is Euler's
                acceleration = (velocity - before) / step
            before, step = velocity, following - angle
            state += step * velocity + step**2 / 2 * acceleration
        yield residual, residual

    def integrate(self, window, mean, noise):
        """Go from noise to a fill.

        Parameters
        ----------
        window, mean, noise : tensor of float32
            As for `path`.

        Returns
        -------
        tensor of float32, shape (n, hole, hole, 3), values in [0, 1]
        """
        *_, (residual, _) = self.path(window, mean, noise)
        return ops.clip(mean + self.scale * residual, 0, 1)

    def call(self, inputs, training=False):
        """Draw one fill of every hole, with noise that moves on from call to call.

        Parameters
        ----------
        inputs : tensor of float32, shape (n, size, size, 4)
            Incomplete images with their location maps.
        training : bool
            Changes nothing.

        Returns
        -------
        tensor of float32, shape (n, size, size, 3), values in [0, 1]
            The fill, and 0 outside its square.
        """
        return next(self.draw(inputs, 1, self.noise))

    def draw(self, inputs, count, noise):
        """Draw several fills for every input, each from noise of its own: see ``Sampler.draw``."""
        window, mean = self.condition(inputs)
        for _ in range(count):
            start = keras.random.normal(ops.shape(mean), stddev=self.start, seed=noise)
            yield windows.paste(inputs, self.integrate(window, mean, start))

    def get_config(self):
        """Return what ``from_config`` needs."""
        names = "name", "widths", "window", "hole", "steps", "scale", "spread", "temperature", "rim"
        config = {name: getattr(self, name) for name in names}
        return config | {"mean_network": keras.saving.serialize_keras_object(self.mean_network)}

    @classmethod
    def from_config(cls, config):
        """Build the network that `get_config` describes."""
        return cls(**keras.saving.deserialize_keras_object(config))
