"""Losses for filling holes, beside the squared error over the hole: what else a fill can be asked.

Every loss here is a Keras loss that wants the weights of `inpainting_guide.data.batches.example`,
1 in the hole and 0 elsewhere: they tell it where the hole is. It returns one number for a batch.
"""

import keras
from keras import ops

from inpainting_guide.common import arguments
from inpainting_guide.data import rings

register = keras.saving.register_keras_serializable(package="inpainting_guide")


class HoleLoss(keras.losses.Loss):
    """A loss that knows where the hole is. A subclass says in `measure` what it asks for.

    Parameters
    ----------
    name : str, optional
        For tables.
    **kwargs
        See `keras.losses.Loss`.
    """

    def __init__(self, name=None, **kwargs):
        super().__init__(**({"name": name or type(self).__name__, "reduction": "none"} | kwargs))

    def __call__(self, y_true, y_pred, sample_weight=None):
        """Measure a batch of fills.

        Parameters
        ----------
        y_true, y_pred : tensor, shape (n, height, width, 3), values in [0, 1]
            Photographs and fills.
        sample_weight : tensor, shape (n, height, width)
            1 in the hole, 0 elsewhere.

        Returns
        -------
        tensor of float32, shape ()

        Raises
        ------
        ValueError
            If there are no weights.
        """
        if sample_weight is None:
            raise ValueError(
                f"{self.name} wants the weights of every pixel, 1 in the hole and 0 elsewhere: "
                "batches of inpainting_guide.data.batches have them."
            )
        image, filled, missing = (
            ops.cast(ops.convert_to_tensor(x), "float32") for x in (y_true, y_pred, sample_weight)
        )
        return self.measure(image, filled, missing)

    def measure(self, image, filled, missing):
        """Measure a batch of fills; a subclass says how.

        Parameters
        ----------
        image, filled : tensor of float32, shape (n, height, width, 3), values in [0, 1]
        missing : tensor of float32, shape (n, height, width)
            1 in the hole, 0 elsewhere.

        Returns
        -------
        tensor of float32, shape ()
        """
        raise NotImplementedError(f"{type(self).__name__} does not say what it measures.")


@register
class PixelLoss(HoleLoss):
    """The mean of a power of the errors, pixel by pixel, with weights that depend on the place.

    Parameters
    ----------
    power : int
        2 for the squared error, 1 for the absolute error.
    rim : tuple (width, weight)
        So many rings of missing pixels, from the border of the hole inwards, have this weight.
    overlap : tuple (width, weight)
        So many rings of *known* pixels around the hole have this weight; those beyond have none.
    discount : float
        Each step inwards, from one ring of missing pixels to the next, multiplies the weight by
        this: below 1 the middle counts less. From the twelfth ring on the weight stays the same.
    **kwargs
        See `keras.losses.Loss`.

    Raises
    ------
    ValueError
        If a width is no whole number from 0, a weight is negative, the power is neither 1 nor 2, or
        the discount is not positive.

    Notes
    -----
    The overlap is that of D. Pathak and others, *Context encoders* (2016), and of the thesis's
    chapter 4; the discount is that of J. Yu and others, *Generative image inpainting with
    contextual attention* (2018).
    """

    def __init__(self, power=2, rim=(0, 1), overlap=(0, 1), discount=1.0, **kwargs):
        super().__init__(**kwargs)
        arguments.whole(power=power, most=2)
        arguments.whole(rim=rim[0], overlap=overlap[0], least=0)
        if not (rim[1] >= 0 and overlap[1] >= 0 and discount > 0):  # NaN is refused as well
            raise ValueError(
                f"weights {rim[1]} and {overlap[1]}, discount {discount}: expected none below 0, "
                "and a positive discount."
            )
        self.power, self.discount = power, discount
        self.rim, self.overlap = tuple(rim), tuple(overlap)

    def measure(self, image, filled, missing):
        """Average over the pixels with their weights: see `HoleLoss.measure`."""
        weights = self.weights(missing)
        errors = ops.mean(ops.abs(filled - image) ** self.power, axis=-1)
        return ops.divide_no_nan(ops.sum(weights * errors), ops.sum(weights))

    def weights(self, missing):
        """Tell how much every pixel counts.

        Parameters
        ----------
        missing : tensor of float32, shape (n, height, width)
            1 in the hole, 0 elsewhere.

        Returns
        -------
        tensor of float32, shape (n, height, width)
        """
        weights = missing
        if self.discount != 1:
            weights *= self.discount ** (rings.depths(missing) - 1)
        if self.rim[0]:
            deep = 1 - rings.grow(1 - missing, self.rim[0])
            weights *= deep + (missing - deep) * self.rim[1]
        if self.overlap[0]:
            weights += self.overlap[1] * (rings.grow(missing, self.overlap[0]) - missing)
        return weights

    def get_config(self):
        """Return what ``from_config`` needs.

        Returns
        -------
        dict
        """
        weights = {"rim": list(self.rim), "overlap": list(self.overlap), "discount": self.discount}
        return {"name": self.name, "power": self.power} | weights


@register
class GradientLoss(HoleLoss):
    """The mean error of the differences of neighbours, across the border of the hole too.

    The known pixels are the photograph's own, so that across the border the difference is wrong by
    as much as the fill is.

    Parameters
    ----------
    power : int
        2 for squared errors of the differences, 1 for absolute ones.
    **kwargs
        See `keras.losses.Loss`.

    Raises
    ------
    ValueError
        If the power is neither 1 nor 2.
    """

    def __init__(self, power=1, **kwargs):
        super().__init__(**kwargs)
        arguments.whole(power=power, most=2)
        self.power = power

    def measure(self, image, filled, missing):
        """Average over pairs with a missing pixel: see `HoleLoss.measure`."""
        errors, total, pairs = (filled - image) * missing[..., None], 0, 0
        for _ in range(2):  # along the rows, then along the columns
            steps = errors[:, 1:] - errors[:, :-1]
            total += ops.sum(ops.abs(steps) ** self.power)
            pairs += ops.sum(ops.maximum(missing[:, 1:], missing[:, :-1]))
            errors, missing = ops.swapaxes(errors, 1, 2), ops.swapaxes(missing, 1, 2)
        return ops.divide_no_nan(total, 3 * pairs)

    def get_config(self):
        """Return what ``from_config`` needs.

        Returns
        -------
        dict
        """
        return {"name": self.name, "power": self.power}


@register
class WeightedSum(HoleLoss):
    """A sum of losses, each times its weight.

    Parameters
    ----------
    losses : sequence of HoleLoss
    weights : sequence of float
        One for each.
    **kwargs
        See `keras.losses.Loss`.

    Raises
    ------
    ValueError
        If there is not one weight for every loss, or no loss.
    """

    def __init__(self, losses, weights, **kwargs):
        super().__init__(**kwargs)
        arguments.some("losses", losses)
        if len(losses) != len(weights):
            raise ValueError(f"{len(losses)} losses and {len(weights)} weights: expected one each.")
        self.losses, self.loss_weights = list(losses), [float(weight) for weight in weights]

    def measure(self, image, filled, missing):
        """Add up: see `HoleLoss.measure`."""
        pairs = zip(self.losses, self.loss_weights, strict=True)
        return sum(weight * loss.measure(image, filled, missing) for loss, weight in pairs)

    def get_config(self):
        """Return what ``from_config`` needs.

        Returns
        -------
        dict
        """
        losses = [keras.saving.serialize_keras_object(loss) for loss in self.losses]
        return {"name": self.name, "losses": losses, "weights": self.loss_weights}

    @classmethod
    def from_config(cls, config):
        """Make the loss from what `get_config` returned.

        Parameters
        ----------
        config : dict

        Returns
        -------
        WeightedSum
        """
        return cls(**keras.saving.deserialize_keras_object(config))
