"""
What the last layer leaves behind: grid and edge
================================================

Two failures of decoders: a checkerboard over everything, and an edge of the image that stays dark.
Both are made here with a single layer of ten numbers, few enough to read. Then two autoencoders,
one ending in such a layer and one in a convolution, show how much is left of either failure. This
page needs no other network. The chapter :ref:`chapter-autoencoders` explains both by counting.
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

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol, tensors
from inpainting_guide.formulas import by_hand

# sphinx_gallery_thumbnail_number = 2


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


machine.use_precision("float32")  # ten numbers, to be read
photographs = grey(cars.load().validation)
pupils = grey(cars.load().train[: machine.few(1_000)])
outputs, kernels = {}, {}
for ending in (transposed, enlarged, edge_repeated):
    keras.utils.set_random_seed(6)
    inputs = keras.Input((16, 16, 1))
    network = keras.Model(inputs, ending(inputs))
    network.compile(keras.optimizers.Adam(2e-2), "mse")
    for when, passes in (("early", 1), ("late", 19)):
        network.fit(pupils[:, 1::2, 1::2], pupils, batch_size=50, epochs=passes, verbose=0)
        name = f"{ending.__name__.replace('_', ' ')}, {when}"
        outputs[name] = np.array(network(photographs[:, 1::2, 1::2]))
        kernels[name] = network.get_weights()[0][..., 0, 0]
outputs["photograph"] = photographs

bright = photographs[:, 0].mean(axis=(1, 2)).argsort()[-pages.COLUMNS :]
rows = ["transposed, early", "enlarged, early", "transposed, late", "edge repeated, late"]
early_and_late = pages.contact_sheet(
    {name: np.repeat(outputs[name][bright], 3, axis=3) for name in [*rows, "photograph"]}
)
plt.show()

# %%
# **How it looks.** Four cars with a bright upper edge. Early, the transposed convolution lays a
# grid over everything. Late, a trace of it can be seen where a picture is white, and the first row
# and column are dark.
#
# **How you recognise it.** Sort the pixels into four kinds, by even or odd row and column. A
# checkerboard makes them differ in brightness; the table has the standard deviation of the four.
# An edge that fails shows in the mean error of the first row and column, *with its sign*. (As long
# as the sums that are explained below do not agree, a repeated edge comes out wrong as well.)


def mean_error(images, wanted):
    """Return the mean error of each pixel, in grey levels."""
    return 255 * (images - wanted).mean(axis=(0, 3))


def failures(images, wanted):
    """Measure grid and edge: between the four kinds of pixels, and in first row and column."""
    inner = images[:, 4:-4, 4:-4].mean(axis=3)
    kinds = [inner[:, row::2, column::2].mean(axis=(1, 2)) for row in (0, 1) for column in (0, 1)]
    error = mean_error(images, wanted)
    edge = (error[0] + error[:, 0]).mean() / 2
    return {"grid": 255 * float(np.std(kinds, axis=0).mean()), "edge": float(edge)}


GREY_LEVELS = {"grid": "grid, grey levels", "edge": "edge, grey levels"}
late = {name: mean_error(outputs[name], photographs) for name in rows[2:]}
measured = {name: failures(images, photographs) for name, images in outputs.items()}
pages.show_table(measured, GREY_LEVELS)
pages.heat_maps(late, "mean error, grey levels")
plt.show()

# %%
# Why? The layer is small enough to read (its tenth number, the bias, is left out). Early, there is
# no order in it yet; late, it has found out how to put pixels between pixels:

for name in ("transposed, early", "transposed, late"):
    print(name, kernels[name].round(2), sep="\n")

# %%
# Call the number in the middle a, those at the sides b, and those in the corners c. Where the
# picture is flat, its brightness is multiplied by a alone for a given pixel; for a pixel between
# two given ones by the sum of two opposite sides, 2b if they are equal; and for a pixel between
# four by the sum of the corners, 4c. Unless these sums agree, the four kinds come out differently:
# a checkerboard. In the end all of them are near 1, and a pixel between two others is a weighted
# mean of both. In the first row and column one of the two does not exist, and its share of the
# brightness is missing.
#
# **What mends it.** The checkerboard: enlarge first, then convolve, so that all four kinds of
# pixels are made with the same nine weights; or train until the kernel's sums agree. Neither
# training nor enlarging first mends the edge, because beyond it the layer has nothing to look at.
# Repeat the edge before the layer, and the failure is all but gone.
#
# With layers before it
# ---------------------
# The thesis saw decoders fail at the boundary of the image if they were made of transposed
# convolutions only, and put a convolution at the end (section 3.2). A transposed convolution of
# 3 × 3 gives its output pixels two *taps* or one along each axis, in turn: so many input pixels
# reach them. Only the first pixel has one in place of two:

print("taps along an axis:", *by_hand.taps(16, 3, 2))

# %%
# Two autoencoders that differ in how they end, trained alike. Their loss is over the *whole* image,
# as in the thesis, since the question is what happens to pixels that are known: a network that is
# never asked for them cannot fail there. (With ``over="image"`` every pixel has the weight 1, and
# the hole loss becomes that of the image. :ref:`sphx_glr_gallery_autoencoder.py` lists the network,
# :ref:`sphx_glr_gallery_direct_cnn.py` the pieces of the recipe.) The one that ends in a
# convolution has that layer more, and each is trained once: small differences prove nothing.

IMAGES, BATCH_SIZE = 19_200, 64


def train(ending):
    """Train the autoencoder that ends so."""
    keras.utils.set_random_seed(0)
    network = networks.autoencoder(last=ending, name=f"autoencoder_ending_{ending}")
    network.compile(
        optimizer=training.ConvolutionMuon(training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE)),
        loss=training.hole_loss(),
    )
    training.fit(
        network,
        cars.load().train,
        budget=IMAGES,
        batch_size=BATCH_SIZE,
        epochs=5,
        over="image",
    )
    return network


print("precision:", machine.use_precision())
task = protocol.validation()
inputs = tensors.network_input(task.incomplete, task.location_map)
endings = ("convolution", "transposed")
returned = {ending: filling.predict(train(ending), inputs) for ending in endings}

# %%
# Nothing is pasted here: this is the raw output, known pixels and all.

rows = {f"{ending} at the end": images for ending, images in returned.items()}
rows["photograph"] = task.images
chosen = np.random.default_rng(1).choice(len(task.images), pages.COLUMNS, replace=False)
trained = pages.contact_sheet(
    {name: images[chosen] for name, images in rows.items()}, location_map=task.location_map[chosen]
)
plt.show()

# %%
# Grid and edge by the same measures as above; photographs, too, are not the same in all four kinds
# of pixels:

measured = {name: failures(images, task.images) for name, images in rows.items()}
pages.show_table(measured, GREY_LEVELS)

# %%
# And the error of each pixel, over the validation cars and the channels. Photographs are not
# equally hard everywhere, so it is the difference of the two endings that counts.

errors = {e: np.square(images - task.images).mean(axis=(0, 3)) for e, images in returned.items()}
depth = np.minimum(np.arange(32), np.arange(32)[::-1])
rings = np.minimum.outer(depth, depth)
first, last = (np.minimum.outer(index, index) == 0 for index in (np.arange(32), 31 - np.arange(32)))
sides = {
    "outermost pixels": rings == 0,
    "first row and column": first,
    "last row and column": last,
    "further than 3 pixels in": rings > 3,
}
reached = {}
for where, pixels in sides.items():
    psnr = {ending: float(measuring.psnr(error[pixels].mean())) for ending, error in errors.items()}
    reached[where] = {ending: measuring.Quantity(psnr[ending], "dB") for ending in endings}
pages.show_table(reached, {ending: f"{ending} at the end, dB" for ending in endings})
pages.heat_maps(
    {f"{ending} at the end": np.sqrt(error) for ending, error in errors.items()},
    "root mean squared error",
)
plt.show()

# %%
# Neither failure is left: the layers before the last one have learnt to make up for its taps. The
# grid is no stronger than in photographs, and the outermost pixels come out about as well with
# either ending. In the error, the transposed ending is a little behind the convolution in the first
# row and column, and ahead in the last. The missing tap could explain the former, but one training
# of each cannot prove it.
#
# .. topic:: What to try next
#
#    Give ``transposed`` a kernel of 4 × 4, whose taps are even inside. Which of the two failures
#    goes, and when?

published = {}
for ending, images in returned.items():
    in_hole = measuring.squared_error(task.images, images, task.location_map).mean()
    published[f"hole_{ending}"] = measuring.Quantity(float(measuring.psnr(in_hole)), "dB")
    published |= {f"{where.split()[0]}_{ending}": at[ending] for where, at in reached.items()}
pages.publish("decoder_endings", endings=published)
pages.publish_pictures(
    "decoder_endings",
    grid=pages.close_ups(
        {name: outputs[f"{name}, early"][:, 8:24, 8:24] for name in ("transposed", "enlarged")}
    ),
    edge=pages.close_ups(
        {name: outputs[f"{name}, late"][:, :12, :12] for name in ("transposed", "edge repeated")}
    ),
    early_and_late=early_and_late,
    trained=trained,
)
