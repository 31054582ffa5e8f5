"""What every network with several fills for one hole does alike: drawing them."""

import keras
import numpy as np
from keras import ops

from inpainting_guide.common import arguments, machine
from inpainting_guide.data import extents, holes, tensors

QUICK_SAMPLES = 4
"""Most fills of one hole in quick mode."""


class Sampler(keras.Model):
    """A network that has several fills for one hole: a subclass says in `draw` how to draw them.

    Parameters
    ----------
    **kwargs
        See `keras.Model`.
    """

    hole: int | None = None
    """Side of the square that it paints, in pixels; None of one that makes whole images."""

    def samples(self, incomplete, location_map, count, seed=0, batch_size=100):
        """Draw several fills of every hole.

        Parameters
        ----------
        incomplete : ndarray of float32, shape (n, size, size, 3), values in [0, 1]
        location_map : ndarray of float32, shape (n, size, size, 1)
        count : int
            Fills of each hole; in quick mode at most `QUICK_SAMPLES`.
        seed : int
            The same seed gives the same fills, if the batches are as large.
        batch_size : int
            Images that the network sees at once.

        Returns
        -------
        ndarray of float32, shape (count, n, size, size, 3), values in [0, 1]

        Raises
        ------
        ValueError
            If the input breaks a convention (`inpainting_guide.data.holes.check`), `count` or
            `batch_size` is no whole number from 1, or more is missing than the square that the
            network paints, if it has a `hole`.
        """
        holes.check(incomplete, location_map)
        arguments.whole(count=count, batch_size=batch_size)
        sides = extents.sides(location_map)
        if self.hole and (sides > self.hole).any():
            raise ValueError(
                f"what is missing in image number {sides.argmax()} reaches over {sides.max()} "
                f"pixels, and {self.name} samples one square of {self.hole} × {self.hole}: ask for "
                "one fill, without samples, which is made square by square."
            )
        count = min(count, QUICK_SAMPLES) if machine.quick() else count
        noise = keras.random.SeedGenerator(seed)
        drawn = np.empty((count, *incomplete.shape), np.float32)
        for start in range(0, len(incomplete), batch_size):
            part = slice(start, start + batch_size)
            inputs = tensors.network_input(incomplete[part], location_map[part])
            for number, image in enumerate(self.draw(inputs, count, noise)):
                image = ops.convert_to_numpy(image)
                drawn[number, part] = holes.compose(incomplete[part], image, location_map[part])
        return drawn

    def draw(self, inputs, count, noise):
        """Draw several images for every input, one after the other: a subclass does.

        Parameters
        ----------
        inputs : tensor of float32, shape (n, size, size, 4)
        count : int
        noise : keras.random.SeedGenerator

        Yields
        ------
        tensor of float32, shape (n, size, size, 3), values in [0, 1]
        """
        raise NotImplementedError
