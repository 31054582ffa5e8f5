"""Networks that are not told where the hole is, and see something else there."""

import keras
from keras import layers, ops

from inpainting_guide.common import arguments
from inpainting_guide.data import damage
from inpainting_guide.data.cars import SIZE
from inpainting_guide.networks import blocks


@keras.saving.register_keras_serializable(package="inpainting_guide")
class Blind(keras.Model):
    """A network that sees damaged images without their maps.

    In training it gets the same photographs and holes as every other network, but something is put
    into each hole before the network sees it: in every batch the first kind of damage into the
    first image, the second into the second, and so on, by turns. It learns what the photograph was,
    or where the hole is.

    Called with damaged images, shape (n, size, size, 3).

    Parameters
    ----------
    network : keras.Model
        Maps damaged images to images, shape (n, size, size, 3), or, if it is to find the hole, to
        the location map, shape (n, size, size, 1).
    contents : sequence of str
        What stands in the holes: keys of `inpainting_guide.data.damage.CONTENTS`, by default all.
    finds : bool
        Whether it learns the location map, over the whole image. If not, it learns the
        photograph, over what `inpainting_guide.training.fitting.fit` is told.
    **kwargs
        See `keras.Model`.

    Raises
    ------
    ValueError
        If there are no contents, or one is none of the keys.
    """

    def __init__(self, network, contents=tuple(damage.CONTENTS), finds=False, **kwargs):
        super().__init__(**({"name": network.name, "dtype": "float32"} | kwargs))
        arguments.some("contents", contents)
        for content in contents:
            arguments.one_of("content", content, damage.CONTENTS)
        self.network, self.contents, self.finds = network, tuple(contents), finds
        self.noise = keras.random.SeedGenerator(0)
        self.build(network.input_shape)

    def call(self, damaged, training=False):
        """Ask the network.

        Parameters
        ----------
        damaged : tensor of float32, shape (n, size, size, 3), values in [0, 1]
        training : bool

        Returns
        -------
        tensor of float32, shape (n, size, size, 3) or (n, size, size, 1), values in [0, 1]
        """
        return self.network(damaged, training=training)

    def lesson(self, batch, seed):
        """Damage the images of a batch, by turns, and say what is to be learnt.

        Parameters
        ----------
        batch : tuple of tensors
            As of `inpainting_guide.data.batches.example`.
        seed : int or keras.random.SeedGenerator
            Of the noise.

        Returns
        -------
        tuple of tensors
            Damaged images, target and weight: in another order, kind by kind.
        """
        image_and_map, image, weight = batch
        kinds = len(self.contents)
        others = damage.another(image) if {"photograph", "blended"} & {*self.contents} else image
        parts = []
        for number, content in enumerate(self.contents):
            known, photograph, other, weights = (
                x[number::kinds] for x in (image_and_map[..., 3:], image, others, weight)
            )
            damaged = damage.damage(photograph, known, content, seed, other)
            if self.finds:
                parts.append((damaged, known, ops.ones_like(weights)))
            else:
                parts.append((damaged, photograph, weights))
        return tuple(ops.concatenate(each) for each in zip(*parts, strict=True))

    def train_step(self, batch):
        """Learn from one batch."""
        return super().train_step(self.lesson(batch, self.noise))

    def test_step(self, batch):
        """Measure one batch, always with the same noise."""
        return super().test_step(self.lesson(batch, 0))

    @property
    def input_shape(self):
        """Shape of damaged images, (None, size, size, 3)."""
        return self.network.input_shape

    def get_config(self):
        """Return what ``from_config`` needs.

        Returns
        -------
        dict
        """
        network = keras.saving.serialize_keras_object(self.network)
        settings = {"contents": list(self.contents), "finds": self.finds}
        return {"name": self.name, "network": network} | settings

    @classmethod
    def from_config(cls, config):
        """Make the model from what `get_config` returned.

        Parameters
        ----------
        config : dict

        Returns
        -------
        Blind
        """
        return cls(**keras.saving.deserialize_keras_object(config))


def small_unet(channels=4, outputs=3, size=SIZE, widths=(16, 32, 64, 128), name="small_unet"):
    """Build a U-Net of a quarter of the weights: to fill with the map, without it, or to find it.

    Parameters
    ----------
    channels : int
        Of the input: 4 with the map, 3 without.
    outputs : int
        Channels of the output: 3 of an image, 1 of a map.
    size : int or None
        Side of the images, in pixels: a multiple of 8 for four levels. None for any such size.
    widths : sequence of int
        Channels of the levels, from full resolution down; each level halves the side.
    name : str
        Of the network, in the store too.

    Returns
    -------
    keras.Model
        Values in [0, 1], shape (n, size, size, outputs).

    Raises
    ------
    ValueError
        If `size` is not divisible by two once for every level below the first, or a number is not
        whole or below 1.
    """
    arguments.whole(channels=channels, outputs=outputs)
    blocks.check(size, widths)
    inputs = keras.Input((size, size, channels), name="image")
    x = blocks.expand(blocks.contract(inputs, widths))
    x = layers.Conv2D(
        outputs, 3, padding="same", activation="sigmoid", dtype="float32", name="output"
    )(x)
    return keras.Model(inputs, x, name=name)
