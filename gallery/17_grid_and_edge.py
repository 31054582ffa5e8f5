"""
A grid and a dark edge
======================

Two failures of decoders: a checkerboard over everything, and an edge of the image that stays dark.
Both are made here with a single layer of ten numbers, so small that one can read them. The chapter
:ref:`chapter-autoencoders` counts the taps.
"""

# %%
# The last layer alone
# --------------------
# A decoder may end in a layer that doubles the size of an image. Here it is all there is: it gets
# every second pixel of every second row of a grey photograph, and learns to return the photograph.
# Three such layers:

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

from inpainting_guide import cars, figures, machine, publishing, training

# sphinx_gallery_thumbnail_number = 1


def transposed(x):
    return layers.Conv2DTranspose(1, 3, strides=2, padding="same", name="double")(x)


def enlarged(x):
    """Make four pixels of each, then convolve."""
    return layers.Conv2D(1, 3, padding="same", name="convolve")(layers.UpSampling2D()(x))


def edge_repeated(x):
    """Repeat the first row and column before the layer, and cut off what comes of them."""
    repeated = keras.ops.pad(x, ((0, 0), (1, 0), (1, 0), (0, 0)), mode="symmetric")
    return layers.Cropping2D(((2, 0), (2, 0)))(transposed(repeated))


# %%
# Each is looked at twice: early, after one pass over a thousand cars, and late, after twenty.


def grey(images):
    return images.mean(axis=3, keepdims=True)


photographs = grey(cars.load().validation[: 40 if machine.quick() else None])
pupils = grey(cars.load().train[: training.budget(1_000)])
outputs, kernels = {}, {}
for ending in (transposed, enlarged, edge_repeated):
    keras.utils.set_random_seed(6)
    inputs = keras.Input((16, 16, 1))
    network = keras.Model(inputs, ending(inputs))
    network.compile(keras.optimizers.Adam(2e-2), "mse")
    for when, passes in (("early", 1), ("late", 19)):
        epochs = 1 if machine.quick() else passes
        network.fit(pupils[:, 1::2, 1::2], pupils, 50, epochs, 0)
        name = f"{ending.__name__.replace('_', ' ')}, {when}"
        outputs[name] = np.array(network(photographs[:, 1::2, 1::2]))
        kernels[name] = network.get_weights()[0][..., 0, 0]
outputs["photograph"] = photographs

bright = photographs[:, 0].mean(axis=(1, 2)).argsort()[-figures.COLUMNS :]
rows = (
    "transposed, early",
    "enlarged, early",
    "transposed, late",
    "edge repeated, late",
    "photograph",
)
figures.contact_sheet({name: np.repeat(outputs[name][bright], 3, axis=3) for name in rows})
plt.show()

# %%
# **How it looks.** Six cars with a bright upper edge. Early, the transposed convolution lays a grid
# over everything. Late, the grid is gone, and a dark line is left in the first row and column.
#
# **How you recognise it.** Sort the pixels by row and column, even or odd: the four kinds of a
# checkerboard differ in brightness. An edge that fails shows in a map of the mean error, *with its
# sign*:

errors = {name: 255 * (outputs[name] - photographs).mean(axis=(0, 3)) for name in outputs}
figures.heat_maps({name: errors[name] for name in rows[2:4]}, "mean error, grey levels")
plt.show()

# %%

grid, edge = {}, {}
print(f"{'grey levels':22}checkerboard    edge")
for name, images in outputs.items():
    inner = images[:, 4:-4, 4:-4]
    four = [inner[:, row::2, column::2].mean(axis=(1, 2)) for row in (0, 1) for column in (0, 1)]
    grid[name] = 255 * np.std(four, axis=0).mean()
    edge[name] = (errors[name][0] + errors[name][:, 0]).mean() / 2
    print(f"{name:22}{grid[name]:12.1f}{edge[name]:+8.1f}")

# %%
# Why? The layer is small enough to be read. Early, its numbers are still near the random ones that
# it began with; late, it has found out how to put pixels between pixels:

for name in ("transposed, early", "transposed, late"):
    print(name, *(" ".join(f"{w:6.2f}" for w in row) for row in kernels[name]), sep="\n")

# %%
# Where the picture is flat, a given pixel is multiplied by one number, the middle; a pixel between
# two given ones by the sum of two, opposite sides; a pixel between four by the sum of four, the
# corners. Unless these sums agree, the four kinds come out differently: a checkerboard. At last all
# of them are near 1, and a pixel between two others is a mean of both. In the first row and column
# one of the two does not exist, and its share of the brightness is missing.
#
# **What mends it.** The checkerboard: enlarge first, then convolve, so that all pixels are made of
# as many numbers; or train until the kernel fits. The edge no training mends, nor does enlarging
# first: the layer has nothing there to look at. Repeat the edge before the layer and it is gone.
#
# In a whole autoencoder the layers before can make up for much of it: the
# :ref:`page on decoder endings <sphx_glr_gallery_06_decoder_endings.py>` measures how much is left.
#
# .. topic:: What to try next
#
#    Give ``transposed`` a kernel of 4 × 4, whose taps are even inside. Which of the two failures
#    goes, and when?

measured = {}
for name in kernels:
    key = name.replace(", ", "_").replace(" ", "_")
    measured |= {f"grid_{key}": f"{grid[name]:.1f}", f"edge_{key}": f"{edge[name]:+.1f}"}
publishing.publish("17_grid_and_edge", {"grid_and_edge": measured})
