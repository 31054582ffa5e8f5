"""Adversarial networks that fill holes: the thesis's game as printed, and the mended one."""

import keras
import tensorflow as tf
from keras import ops

from inpainting_guide.common import arguments
from inpainting_guide.data.tensors import composite, mean_over
from inpainting_guide.networks.adversarial import AdversarialGame


@keras.saving.register_keras_serializable(package="inpainting_guide")
class PrintedGAN(AdversarialGame):
    """The thesis's game, with the loss of its section 3.4.

    The generator's loss is alpha times the cross-entropy of the discriminator's verdict with
    the label *photograph*, plus (1 - alpha) times a squared error in [-1, 1]. As printed, that
    error is taken over the **known** pixels, so that only the discriminator looks at the hole.
    It sees the generator's whole image, and no location map. (As printed, the
    mean most naturally runs over all pixels; here it runs over the known ones.)

    Parameters
    ----------
    generator, discriminator : keras.Model
        See `inpainting_guide.networks.adversarial.AdversarialGame`.
    alpha : float
        Between 0 and 1. The thesis names no value, the author's public notebooks 0.4.
    supervised : {"known", "hole"}
        Where the squared error is taken: as printed, or where something is missing.
    **kwargs
        See `keras.Model`.

    Raises
    ------
    ValueError
        If alpha lies outside [0, 1], or `supervised` is neither of the two.
    """

    measured = ("squared_error", "known_squared_error", "generator_loss", "discriminator_loss")

    def __init__(self, generator, discriminator, alpha=0.4, supervised="known", **kwargs):
        super().__init__(generator, discriminator, **kwargs)
        if not 0 <= alpha <= 1:
            raise ValueError(f"alpha is {alpha}: expected a share between 0 and 1.")
        arguments.one_of("pixels to supervise", supervised, ("known", "hole"))
        self.alpha, self.supervised = alpha, supervised

    @property
    def loss_in_words(self):
        """What the generator descends on, in a few words: for tables."""
        return (
            f"{1 - self.alpha:g} × squared error, {self.supervised} + {self.alpha:g} × adversarial"
        )

    def discriminator_terms(self, inputs, image, filled, training):
        """Measure the discriminator's loss: log 4 if it cannot tell.

        Parameters
        ----------
        inputs, image, filled : tensor
            Network inputs, photographs, and what the generator made of the inputs.
        training : bool
            For dropout.

        Returns
        -------
        dict of str to tensor
            ``loss``, and the same as ``measured``, in nats.
        """
        location_map = inputs[..., 3:]
        photograph = self.discriminator([image, location_map], training=training)
        fill = self.discriminator([filled, location_map], training=training)
        loss = ops.mean(ops.softplus(-photograph) + ops.softplus(fill))
        return {"loss": loss, "measured": loss}

    def generator_terms(self, inputs, image, filled, weight, training):
        """Measure the generator's loss and its parts.

        Parameters
        ----------
        inputs, image, filled, weight : tensor
            As above, and the weight of each pixel: 1 in the hole.
        training : bool
            For dropout in the discriminator.

        Returns
        -------
        dict of str to tensor
            ``loss``; ``generator_loss``, the cross-entropy in nats: log 2 if the discriminator
            cannot tell; the squared errors over the hole and over the known pixels in [0, 1].
        """
        location_map = inputs[..., 3:]
        logit = self.discriminator([filled, location_map], training=training)
        verdict = ops.mean(ops.softplus(-logit))
        squares = ops.square(filled - image)
        hole, known = mean_over(weight, squares), mean_over(location_map[..., 0], squares)
        # Twice the range: four times the squared error.
        reconstruction = 4 * (known if self.supervised == "known" else hole)
        return {
            "loss": self.alpha * verdict + (1 - self.alpha) * reconstruction,
            "generator_loss": verdict,
            "squared_error": hole,
            "known_squared_error": known,
        }

    def get_config(self):
        """Return what ``from_config`` needs: the networks and the loss's settings.

        Returns
        -------
        dict
        """
        return super().get_config() | {"alpha": self.alpha, "supervised": self.supervised}


@keras.saving.register_keras_serializable(package="inpainting_guide")
class InpaintingGAN(AdversarialGame):
    """The mended game: the reconstruction is asked for where pixels are missing.

    The discriminator sees *composites*, which differ from the photograph in the hole alone, and
    the location map. A penalty on its gradient, at photographs and at composites, keeps it
    smooth.

    Parameters
    ----------
    generator, discriminator : keras.Model
        See `inpainting_guide.networks.adversarial.AdversarialGame`.
    adversarial_weight : float
        Of the adversarial term, beside the mean squared error over the hole in [0, 1].
    penalty : float
        Weight of the mean squared norm of the gradient; 0 for none.
    paired : bool
        Whether each fill is judged against the photograph that it was cut from, by the
        difference of the two logits (a relativistic pairing), or alone.
    **kwargs
        See `keras.Model`.

    Raises
    ------
    ValueError
        If a weight is negative.

    Notes
    -----
    L. Mescheder, A. Geiger and S. Nowozin, *Which training methods for GANs do actually
    converge?*, 2018 (the penalty); A. Jolicoeur-Martineau, *The relativistic discriminator*,
    2018; D. Pathak and others, *Context encoders*, 2016 (the sum of the two losses).
    """

    measured = ("squared_error", "generator_loss", "discriminator_loss", "gradient_norm")

    def __init__(
        self, generator, discriminator, adversarial_weight, penalty, paired=True, **kwargs
    ):
        super().__init__(generator, discriminator, **kwargs)
        if not (adversarial_weight >= 0 and penalty >= 0):  # NaN is refused as well
            raise ValueError(
                f"adversarial weight {adversarial_weight}, penalty {penalty}: expected no "
                "negative weight."
            )
        self.adversarial_weight, self.penalty, self.paired = adversarial_weight, penalty, paired

    @property
    def loss_in_words(self):
        """What the generator descends on, in a few words: for tables."""
        return f"squared error, hole + {self.adversarial_weight:g} × adversarial"

    def discriminator_terms(self, inputs, image, filled, training):
        """Measure the discriminator's loss: if it cannot tell, log 2 in pairs and log 4 alone.

        Parameters
        ----------
        inputs, image, filled : tensor
            Network inputs, photographs, and what the generator made of the inputs.
        training : bool

        Returns
        -------
        dict of str to tensor
            ``loss``; ``measured``, the loss without the penalty, in nats; ``gradient_norm``,
            the root of the mean squared norm.
        """
        location_map = inputs[..., 3:]
        both = ops.concatenate([image, composite(image, filled, location_map)])
        maps = ops.concatenate([location_map, location_map])
        with tf.GradientTape() as tape:
            tape.watch(both)
            logits = self.discriminator([both, maps], training=training)
            # No logit depends on another image: the sum's gradient is that of each.
            total = ops.sum(logits)
        squared_norm = ops.mean(ops.sum(ops.square(tape.gradient(total, both)), axis=(1, 2, 3)))
        photograph, fill = ops.split(logits, 2)
        if self.paired:
            measured = ops.mean(ops.softplus(fill - photograph))
        else:
            measured = ops.mean(ops.softplus(-photograph) + ops.softplus(fill))
        loss = measured
        if self.penalty:  # without it, nobody asks for the gradient of a gradient
            loss += self.penalty * squared_norm
        return {
            "loss": loss,
            "measured": measured,
            "gradient_norm": ops.sqrt(squared_norm),
        }

    def generator_terms(self, inputs, image, filled, weight, training):
        """Measure the generator's loss and its parts.

        Parameters
        ----------
        inputs, image, filled, weight : tensor
            As above, and the weight of each pixel: 1 in the hole.
        training : bool
            For dropout in the discriminator.

        Returns
        -------
        dict of str to tensor
            ``loss``; ``generator_loss``, the adversarial term in nats: log 2 if the
            discriminator cannot tell; ``squared_error`` over the hole.
        """
        location_map = inputs[..., 3:]
        pasted = composite(image, filled, location_map)
        fill = self.discriminator([pasted, location_map], training=training)
        rival = 0.0
        if self.paired:
            rival = self.discriminator([image, location_map], training=training)
        verdict = ops.mean(ops.softplus(rival - fill))
        squared_error = mean_over(weight, ops.square(filled - image))
        return {
            "loss": squared_error + self.adversarial_weight * verdict,
            "generator_loss": verdict,
            "squared_error": squared_error,
        }

    def get_config(self):
        """Return what ``from_config`` needs: the networks and the loss's settings.

        Returns
        -------
        dict
        """
        names = ("adversarial_weight", "penalty", "paired")
        return super().get_config() | {name: getattr(self, name) for name in names}
