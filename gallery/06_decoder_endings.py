"""
Two ways to end a decoder
=========================

The thesis saw decoders of transposed convolutions alone fail at the boundary of the image, and put
a convolution at the end (section 3.2). Is that so? Two autoencoders that differ in how
they end, trained alike. The chapter :ref:`chapter-autoencoders` counts the taps.
"""

# %%
# Two networks
# ------------
# Here the loss is over the *whole* image, as in the thesis, since the question is what happens to
# pixels that are known: a network that is never asked for them cannot fail there.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import batches, by_hand, cars, figures, machine, metrics, networks, optimizers
from inpainting_guide import protocol, publishing, training

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
IMAGES = training.budget(19_200)
BATCH_SIZE = 64
STEPS = IMAGES // BATCH_SIZE
EPOCHS = 2 if machine.quick() else 5

task = protocol.validation()
inputs = batches.network_input(task.incomplete, task.location_map)
outputs = {}
records = {}
for ending in ("convolution", "transposed"):
    keras.utils.set_random_seed(0)
    network = networks.autoencoder(last=ending, name=f"autoencoder_ending_{ending}")
    print(f"{network.name}: {network.count_params():,} parameters")
    network.compile(
        optimizer=optimizers.ConvolutionMuon(training.warm_up_and_cosine(3e-3, STEPS)),
        loss=keras.losses.MeanSquaredError(reduction="mean_with_sample_weight"),
    )
    records[ending] = training.fit(
        network, cars.load().train, steps=STEPS, batch_size=BATCH_SIZE, epochs=EPOCHS, over="image"
    )
    outputs[ending] = network.predict(inputs, verbose=0)

# %%
# What the networks return
# ------------------------
# Nothing is pasted here: this is the raw output, known pixels and all.

chosen = np.random.default_rng(1).choice(len(task.images), 6, replace=False)
rows = {f"{name} at the end": images for name, images in outputs.items()}
rows["photograph"] = task.images
figures.contact_sheet({name: images[chosen] for name, images in rows.items()})
plt.show()

# %%
# Where is the error?
# -------------------
# The squared error of each pixel, averaged over the validation cars and the channels.

errors = {
    name: np.square(images - task.images).mean(axis=(0, 3)) for name, images in outputs.items()
}
figures.heat_maps(
    {f"{name} at the end": np.sqrt(error) for name, error in errors.items()},
    "root mean squared error",
)
plt.show()

# %%
# In numbers: the outermost pixels against those further in. Photographs themselves are not equally
# hard everywhere, so it is the difference of the two endings that counts.

index = np.arange(task.images.shape[1])
depth = np.minimum(index, index[::-1])
rings = np.minimum.outer(depth, depth)
sides = {
    "outermost pixels": rings == 0,
    "first row and column": (rings == 0) & ((index[:, None] == 0) | (index[None] == 0)),
    "last row and column": (rings == 0)
    & ((index[:, None] == index[-1]) | (index[None] == index[-1])),
    "further than 3 pixels in": rings > 3,
}
at = {
    where: {name: metrics.psnr(error[pixels].mean()) for name, error in errors.items()}
    for where, pixels in sides.items()
}
print(f"{'':26}convolution  transposed  difference")
for where, values in at.items():
    first, second = values.values()
    print(f"{where:26}{first:8.2f} dB {second:8.2f} dB {second - first:+8.2f} dB")

# %%
# The checkerboard
# ----------------
# A 3 × 3 transposed convolution of stride 2 gives its output pixels one or two taps along each
# axis, in turn. The last layer has nothing behind it to even that out:

print("taps along an axis:", *by_hand.taps(16, 3, 2))


def by_parity(error):
    """Return the PSNR of the four kinds of pixels: row and column even or odd."""
    inner = error[4:-4, 4:-4]
    kinds = (inner[row::2, column::2] for row in (0, 1) for column in (0, 1))
    return [float(metrics.psnr(kind.mean())) for kind in kinds]


spread = {}
for name, error in errors.items():
    kinds = by_parity(error)
    spread[name] = max(kinds) - min(kinds)
    print(f"{name:12}", " ".join(f"{kind:6.2f}" for kind in kinds), "dB by row and column parity")

# %%
# The boundary as a whole does not fail here: the outermost pixels come out about as well with
# either ending. What can be seen is what the taps predict. The first row and column, which get a
# single tap each, are where the transposed ending has its trouble, and its error depends on the
# parity of row and column, which that of the convolution does not.
#
# .. topic:: What to try next
#
#    End in a transposed convolution of 4 × 4 instead, whose pixels have two taps, but for the first
#    and the last. Does the checkerboard go?

reached = {f"{where.split()[0]}_{n}": psnr for where in at for n, psnr in at[where].items()}
for name, images in outputs.items():
    in_hole = metrics.squared_error(task.images, images, task.location_map).mean()
    reached[f"hole_{name}"] = metrics.psnr(in_hole)
publishing.publish(
    "06_decoder_endings",
    {
        "endings": {f"{key}_unrounded": value for key, value in reached.items()}
        | {key: f"{value:.2f}" for key, value in reached.items()}
        | {f"checkerboard_{name}": f"{value:.2f}" for name, value in spread.items()}
        | {f"seconds_{name}": f"{record['seconds']:.0f}" for name, record in records.items()}
    },
)
