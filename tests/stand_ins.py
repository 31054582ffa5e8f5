"""Stand-ins for all trained networks: each fills every hole with a grey of its own."""

import numpy as np

from inpainting_guide.filling import methods


class Constant:
    """Fills every hole with one grey, as a network would."""

    input_shape = (None, 32, 32, 4)

    def __init__(self, grey):
        self.grey = np.float32(grey)

    def __call__(self, inputs):
        return 0 * inputs[..., :3] + self.grey

    def samples(self, incomplete, location_map, count):
        greys = np.linspace(0, 1, count, dtype=np.float32)[:, None, None, None, None]
        return np.broadcast_to(greys, (count, *incomplete.shape))


def stand_ins():
    """Return one for each network of the store that fills holes."""
    names = dict.fromkeys(m.networks[-1] for m in methods.METHODS.values() if m.networks)
    return {name: Constant(number / 100) for number, name in enumerate(names)}
