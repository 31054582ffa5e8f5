"""Classical and deep together: a U-Net in a window that is given the harmonic fill.

The harmonic fill of a square hole is linear in the pixels around it, so a layer with a fixed matrix
computes it, for a whole batch at once and without a solver.
"""

import functools

import keras
import numpy as np
from keras import layers, ops

from inpainting_guide.common import arguments
from inpainting_guide.data.cars import SIZE
from inpainting_guide.data.holes import HOLE
from inpainting_guide.networks import blocks, windows

BASES = ("nothing", "grey", "membrane")
"""What a network may add its answer to: to nothing, through a sigmoid; to 0.5; to the membrane."""


@keras.saving.register_keras_serializable(package="inpainting_guide")
class Membrane(layers.Layer):
    """Fill the hole in the middle of each window with a membrane over its rim.

    Called with windows of `inpainting_guide.networks.windows.CutWindow`, shape (n, side, side, 5).
    Of a square hole it computes what `inpainting_guide.filling.classical.harmonic` does, at the
    image's edge too. Where the hole is no square, the square around it is filled from what is known
    of its rim.

    Parameters
    ----------
    hole : int
        Side of the square in the middle of the window, in pixels.
    **kwargs
        See `keras.layers.Layer`.

    Raises
    ------
    ValueError
        If `hole` is no whole number from 1.
    """

    def __init__(self, hole=HOLE, **kwargs):
        super().__init__(**({"dtype": "float32"} | kwargs))
        self.hole = hole
        self.matrices = np.float32(membrane_matrices(hole))

    def call(self, window):
        """Multiply the rim of each hole by the matrix that fits its place in the image.

        Parameters
        ----------
        window : tensor of float32, shape (n, side, side, 5)

        Returns
        -------
        tensor of float32, shape (n, hole, hole, 3)
        """
        before = (window.shape[1] - self.hole) // 2 - 1
        after = before + self.hole + 1
        inner = slice(before + 1, after)
        above, below = window[:, before, inner], window[:, after, inner]
        left, right = window[:, inner, before], window[:, inner, after]
        sides = ops.stack([above, below, left, right], axis=1)  # n, 4, hole, 5
        beyond = ops.all(sides[..., 4] == 0, axis=-1)  # whole sides outside the image
        case = ops.sum(ops.cast(beyond, "int32") * np.int32([8, 4, 2, 1]), axis=-1)
        matrix = ops.take(ops.convert_to_tensor(self.matrices), case, axis=0)
        rim = ops.reshape(sides, (-1, 4 * self.hole, 5))
        known = rim[..., 3:4]
        # Every row of a matrix sums to 1, so that the weight is 1 unless some of a rim is missing.
        total, weight = matrix @ (rim[..., :3] * known), matrix @ known
        return ops.reshape(total / ops.maximum(weight, 1e-6), (-1, self.hole, self.hole, 3))

    def get_config(self):
        """Return what ``from_config`` needs, as every Keras layer does.

        Returns
        -------
        dict
        """
        return super().get_config() | {"hole": self.hole}


@functools.cache
def membrane_matrices(hole=HOLE):
    """Solve the equations of a membrane over a square hole, once for every rim that it may have.

    Every missing pixel is the mean of its neighbours inside the image, four, three or two: chapter
    *Classical methods*. A side of the hole that is the edge of the image has no rim.

    Parameters
    ----------
    hole : int
        Side of the hole, in pixels.

    Returns
    -------
    ndarray of float64, shape (16, hole * hole, 4 * hole), not to be written to
        Row by row the weights of the pixels just above, below, left and right of the hole, each
        from the left or from above. A number from 0 to 15 says which sides have none: 8 stands for
        above, 4 for below, 2 for left, 1 for right. With none at all every weight is 0.

    Raises
    ------
    ValueError
        If `hole` is no whole number from 1.
    """
    arguments.whole(hole=hole)
    eye, ends = np.eye(hole), np.zeros((2, hole, hole))
    ends[0, 0, 0] = ends[1, -1, -1] = 1  # the first pixel of a line, and the last one
    beside = np.eye(hole, k=1) + np.eye(hole, k=-1)
    found = np.zeros((16, hole**2, 4 * hole))
    for case in range(15):
        has = [not case & bit for bit in (8, 4, 2, 1)]
        down, across = (
            np.diag(beside.sum(axis=0)) - beside + first * ends[0] + last * ends[1]
            for first, last in (has[:2], has[2:])
        )
        rims = [np.kron(ends[end][:, [-end]], eye) for end in (0, 1)]
        rims += [np.kron(eye, ends[end][:, [-end]]) for end in (0, 1)]
        touches = np.concatenate([rim * there for rim, there in zip(rims, has, strict=True)], 1)
        found[case] = np.linalg.solve(np.kron(down, eye) + np.kron(eye, across), touches)
    found.flags.writeable = False  # every layer is given the same
    return found


def hybrid_in_window(
    sees_fill=True,
    adds_to="membrane",
    widths=(32, 64, 128),
    window=24,
    hole=HOLE,
    size=SIZE,
    name="hybrid_in_window",
):
    """Build the U-Net in a window with a membrane beside it, or below it.

    With ``sees_fill=False`` and ``adds_to="nothing"`` it is
    `inpainting_guide.networks.unets.unet_in_window` itself.

    Parameters
    ----------
    sees_fill : bool
        Whether the harmonic fill of the hole is three more channels of its input.
    adds_to : str
        One of `BASES`. To grey or to a membrane it adds what it has learnt, at first zero.
    widths : sequence of int
        Channels of the levels, from full resolution down; each level halves the side.
    window, hole, size : int
        Sides of the window, the hole and the images, in pixels.
    name : str
        Of the network, in the store too.

    Returns
    -------
    keras.Model
        Maps a network input, shape (n, size, size, 4), to an image, shape (n, size, size, 3), 0
        outside the square. Sums are not clipped to [0, 1]: composing does that.

    Raises
    ------
    ValueError
        As for `inpainting_guide.networks.unets.unet_in_window`, or if there is no such base.

    Notes
    -----
    Thesis, chapter 4: "combine the traditional method and the deep learning method".
    """
    arguments.one_of("base", adds_to, BASES)
    arguments.whole(size=size)
    arguments.whole(hole=hole, most=size)
    windows.check(window, hole, widths)
    around = (window - hole) // 2
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = seen = windows.CutWindow(window, hole, name="window")(inputs)
    if sees_fill or adds_to == "membrane":
        membrane = Membrane(hole, name="membrane")(seen)
    if sees_fill:
        inside = layers.ZeroPadding2D(around, dtype="float32", name="pad")(membrane)
        x = layers.Concatenate(dtype="float32", name="join")([seen, inside])
    features = blocks.contract(x, widths)
    x = blocks.expand(features, around=around - 1)  # one pixel more than is painted
    plain = adds_to == "nothing"
    patch = layers.Conv2D(
        3,
        3,
        activation="sigmoid" if plain else None,
        kernel_initializer="glorot_uniform" if plain else "zeros",
        bias_initializer=keras.initializers.Constant(0.5 if adds_to == "grey" else 0),
        dtype="float32",
        name="output",
    )(x)
    if adds_to == "membrane":
        patch = layers.Add(dtype="float32", name="sum")([membrane, patch])
    image = windows.PastePatch(name="paste")([inputs, patch])
    return keras.Model(inputs, image, name=name)
