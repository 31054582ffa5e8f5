"""
The direct convolutional network
================================

Can five plain convolutions do better than the best classical fill? This page builds the first
network of the thesis (section 3.1, table 3.1), trains it on the real cars while you wait, and
measures it on the same holes as the classical methods. The chapter :ref:`chapter-direct-cnn` has
the theory.
"""

# %%
# The network
# -----------
# Five convolutions at full resolution; the location map is the fourth input channel. Mixed
# bfloat16 is used where the processor has it in hardware, float32 elsewhere.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import batches, blocks, cars, classical, code, curves, figures, filling, holes
from inpainting_guide import influence, machine, metrics, networks, optimizers, protocol, publishing
from inpainting_guide import reporting, training

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
keras.utils.set_random_seed(0)
network = networks.direct_cnn()
print(code.listing(networks.direct_cnn))
print(code.listing(blocks.full_resolution))

# %%
# Layer by layer, to be held against the thesis's table 3.1:

for layer in network.layers[1:]:
    _, height, width, filters = layer.output.shape
    print(f"{layer.name}  {height} × {width} × {filters:2}  {layer.count_params():7,} parameters")
print(f"in all {network.count_params():,} parameters")

# %%
# The recipe
# ----------
# The loss is the squared error over the hole alone: a plain Keras loss, with the weight that every
# batch carries (1 in the hole). The learning rate climbs for a twentieth of the training and then
# falls to zero along a cosine. Optimizer and peak were chosen on the validation cars
# (``benchmarks/recipe.py``). The budget counts images, so that every machine does the same work.

IMAGES = training.budget(44_800)
BATCH_SIZE = 64
STEPS = IMAGES // BATCH_SIZE
EPOCHS = 2 if machine.quick() else 10

network.compile(
    optimizer=optimizers.ConvolutionMuon(training.warm_up_and_cosine(3e-3, STEPS)),
    loss=keras.losses.MeanSquaredError(reduction="mean_with_sample_weight"),
)
record = training.fit(
    network,
    cars.load().train,
    steps=STEPS,
    batch_size=BATCH_SIZE,
    epochs=EPOCHS,
    validation=protocol.validation(),
)
print(f"{record['images']:,} images in {record['seconds']:.0f} s: {record['machine']['processor']}")

# %%

curves.training_curve({network.name: record})
plt.show()

# %%
# The training value is a mean over each epoch, while the network changes; the validation value is
# taken at the epoch's end, which is why it starts higher. In the end they meet: no sign that the
# network learnt its training cars by heart.
#
# The fills
# ---------
# Six test cars, drawn at random, with the best classical method for comparison. Every choice above
# was made on the validation cars. From here on nothing is left to choose, so the test cars may be
# seen, and :func:`inpainting_guide.training.fit` would now refuse to train.

protocol.declare_final()
task = protocol.test()
methods = classical.METHODS | {"direct CNN": filling.by(network)}
fills = {name: fill(task.incomplete, task.location_map) for name, fill in methods.items()}

compared = {name: fills[name] for name in ("harmonic", "direct CNN")}

figures.fill_sheet(task, compared)
plt.show()

# %%
# The numbers
# -----------

scores = {name: protocol.score(filled, task) for name, filled in fills.items()}
print(protocol.table(scores))
curves.psnr_comparison(scores)
plt.show()

# %%
# Paired on the same holes, the network against the best classical method:

ours = scores["direct CNN"]
gain = protocol.compare(ours, scores["harmonic"])
print(f"PSNR {gain['gain_mean']} dB higher on average ({gain['gain_mean_interval']}),")
print(f"and higher on {gain['wins']} of the cars")

# %%
# What it gets wrong
# ------------------
# The three worst holes, by squared error, and the three best. The worst cover what nothing outside
# them tells; the best cover what any method would have continued.

ends = np.argsort(ours.psnr)[[0, 1, 2, -3, -2, -1]]
figures.fill_sheet(task, compared, ends, [f"{psnr:.1f} dB" for psnr in ours.psnr[ends]])
plt.show()

# %%
# Why the middle of the hole is blurred: one output pixel sees 21 × 21 input pixels. In the middle
# of a hole a third of them are missing, and no known one is nearer than six pixels. Many different
# cars agree with what is known. The squared error is smallest at the *mean* of all of them, and the
# mean of many sharp pictures is a blurred one. So the network is not broken: it answers what the
# loss asked for. The farther from the rim, the more answers are possible.

profiles = {
    name: metrics.squared_error_by_depth(task.images, fills[name], task.location_map)
    for name in ("harmonic", "direct CNN")
}
curves.hole_profile(profiles)
plt.show()

# %%
# What acts on an output pixel
# ----------------------------
# The receptive field says what *can* act. What does? Here all validation cars have the same hole
# (its frame is orange), and the derivative of one output pixel (the cross) with respect to every
# number of the input is averaged over them, in absolute value: the *gradient*, how much a change at
# a place would act. The last column multiplies it by the input before the average: what the pixel
# contributes as it is.

images = protocol.validation().images
middle = holes.square(*np.full((2, len(images)), 10))
seen = keras.ops.convert_to_numpy(batches.network_input(images, middle))
pixels = {"centre of the hole": (15, 15), "rim of the hole": (10, 15)}
keras.utils.set_random_seed(0)  # as this network began
before, after = (
    [influence.gradients(asked, seen, *pixel) for pixel in pixels.values()]
    for asked in (networks.direct_cnn(), network)
)
maps = {
    "gradient, untrained": [influence.sensitivity(gradient) for gradient in before],
    "gradient, trained": [influence.sensitivity(gradient) for gradient in after],
    "gradient × input": [influence.contribution(gradient, seen) for gradient in after],
}
figures.influence_maps(maps, middle[0, ..., 0], pixels)
plt.show()

# %%
# In the hole all four channels are 0. A missing pixel may therefore have a gradient, the answer to
# "what if something were known here?", but it contributes exactly nothing. (In the untrained
# network, whose biases are 0, the middle of the hole has not even a gradient: the ReLUs there are
# off.) What differs from car to car in the fill comes from known pixels, mostly from those next to
# the hole.

known = middle[0, ..., 0] == 1
next_to_hole = known & (holes.square(8, 8, hole=16)[0, ..., 0] == 0)  # two layers of pixels
above_and_below = known & ~known.all(axis=0)
beside = known & ~known.all(axis=1)[:, None]
shares = {}
for number, place in enumerate(("centre", "rim")):
    untrained, sensitivity, contribution = (of_pixels[number] for of_pixels in maps.values())
    shares[f"untrained_{place}"] = reporting.per_cent(influence.share(untrained, known))
    shares[f"sensitivity_{place}"] = reporting.per_cent(influence.share(sensitivity, known))
    for when, of in (("untrained", untrained), ("trained", sensitivity)):
        gathered = reporting.per_cent(influence.share(of * known, next_to_hole))
        shares[f"gathered_{when}_{place}"] = gathered
    near = reporting.per_cent(influence.share(contribution, next_to_hole))
    shares[f"nearest_{place}"] = near
    print(f"{place:6}: {near} of what acts comes from the two layers of pixels around the hole")
    for where, part in {"beside": beside, "above_and_below": above_and_below}.items():
        shares[f"{where}_{place}"] = reporting.per_cent(influence.share(contribution, part))

# %%
# Beside the hole lies more than above and below it. That is in the photographs: how much two values
# have to do with one another that are six pixels apart,

grey = images.mean(axis=-1)
pairs = {"row": (grey[:, :, 6:], grey[:, :, :-6]), "column": (grey[:, 6:], grey[:, :-6])}
for along, values in pairs.items():
    correlation = np.corrcoef(*map(np.ravel, values))[0, 1]
    shares[f"along_a_{along}"] = f"{correlation:.2f}"
    print(f"correlation along a {along:6} {correlation:.2f}")

# %%
# .. topic:: What to try next
#
#    Train with the loss over the whole image, as the thesis did: pass ``over="image"`` to
#    :func:`inpainting_guide.training.fit`. How much of the gain is left?

rim, centre = metrics.psnr(profiles["direct CNN"][[0, -1]])
whole_image = np.square(fills["direct CNN"] - task.images).mean()
measured = training.quotable(record) | {
    "psnr_rim": f"{rim:.1f}",
    "psnr_centre": f"{centre:.1f}",
    "whole_image": f"{metrics.psnr(whole_image):.2f}",
    "whole_image_mean": f"{ours.psnr.mean() + 10 * np.log10(1024 / 144):.2f}",
}
publishing.publish("03_direct_cnn", {"direct_cnn": ours.quotable() | gain | measured | shares})
