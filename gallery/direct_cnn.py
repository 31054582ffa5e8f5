"""
The direct convolutional network
================================

Can five plain convolutions do better than the best classical fill? This page builds the thesis's
first network (section 3.1, table 3.1), a convolutional neural network or *CNN*, trains it on the
real cars while you wait, and measures it on the same holes as the classical methods. It needs no
other network: training starts here. The chapter :ref:`chapter-direct-cnn` has the theory.
"""

# %%
# The network
# -----------
# Five convolutions at full resolution; the location map is the fourth input channel.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, holes, protocol, tensors
from inpainting_guide.networks import windows
from inpainting_guide.networks.at_the_hole import in_a_window, parts, read_by, without_padding
from inpainting_guide.training import fitting

# sphinx_gallery_thumbnail_number = 3

pages.show_code(networks.direct_cnn)

# %%
# Networks multiply numbers of 16 bits (bfloat16) where the processor can do so in hardware, and of
# 32 bits (float32) elsewhere. The seed decides the first weights.

print("precision:", machine.use_precision())
keras.utils.set_random_seed(0)
network = networks.direct_cnn()

# %%
# Layer by layer, to compare with the thesis's table 3.1:

rows = {}
for layer in network.layers[1:]:
    _, height, width, filters = layer.output.shape
    shape = f"{height} × {width} × {filters}"
    rows[layer.name] = {"output": shape, "parameters": layer.count_params()}
pages.show_table(rows | {"in all": {"parameters": network.count_params()}})

# %%
# The recipe
# ----------
# The loss is the squared error over the hole alone: a plain Keras loss, with the weight that every
# batch carries (1 in the hole). The learning rate climbs for a twentieth of the training and then
# falls to zero along a cosine. The budget counts images, so that every machine does the same work.

pages.show_code(training.hole_loss, training.warm_up_and_cosine)

# %%
# Two things make the training fast: ``AtTheHole`` computes of the network what the hole sees and
# nothing else, and the optimizer is Muon, in a version for convolutions
# (:class:`inpainting_guide.training.optimizers.ConvolutionMuon`). Neither is needed to understand
# what follows; both are explained at the end of the page. The optimizer and the peak of the
# learning rate were chosen on the validation cars, in shorter trainings (``benchmarks/recipe.py``).

IMAGES, BATCH_SIZE = 112_000, 64
rate = training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE)
muon = training.ConvolutionMuon(rate, least_channels=4)
at_the_hole = networks.AtTheHole(network)
at_the_hole.compile(optimizer=muon, loss=training.hole_loss())

# %%
# The training
# ------------
# ``training.fit`` is Keras's ``network.fit`` with three additions: an endless stream of cars with
# fresh holes; a checkpoint after every epoch, from which an interrupted training goes on; and a
# store, which keeps the trained network, so that a second run of this page reads it from there.
# What is stored is the whole network, which fills holes of any shape. The core of ``training.fit``
# (its parameters from ``seed`` to ``over`` are the recipe; an epoch is one of several equal parts
# of the training):

pages.show_code(fitting.train)

# %%

record = training.fit(
    at_the_hole,
    cars.load().train,
    budget=IMAGES,
    batch_size=BATCH_SIZE,
    epochs=10,
    validation=protocol.validation(),
)
print(f"{record['images']:,} images in {record['seconds']:.0f} s: {record['machine']['processor']}")
curve = pages.training_curve({"direct CNN": record})
plt.show()

# %%
# The training value is a mean over each epoch, while the network changes; the validation value is
# taken at the epoch's end, which is why it starts higher. In the end they come close: no sign that
# the network learnt its training cars by heart.
#
# The fills
# ---------
# Two test cars, drawn at random, and for comparison the harmonic fill, whose squared error was the
# smallest of the classical ones, so the hardest rival. Every choice above was made on the
# validation cars. From here on nothing is left to choose, so the test cars may be seen, and
# ``training.fit`` would now refuse to train.

protocol.declare_final()
task = protocol.test()
methods = filling.CLASSICAL | {"direct CNN": filling.by(network)}
fills = {name: fill(task.incomplete, task.location_map) for name, fill in methods.items()}

compared = {name: fills[name] for name in ("harmonic", "direct CNN")}
pages.fill_sheet(task, compared)
plt.show()

# %%
# One of the test cars, closer:

pages.before_and_after(task, fills["direct CNN"], 4, "direct CNN")
plt.show()

# %%
# The network was asked for the hole alone. What does it draw on the pixels that it is given, before
# they are pasted over it? Something like the car, in colours that are off, because nobody asks for
# them:

SHOWN = [16, 0, 4, 10]
few = task[SHOWN]
output = filling.predict(network, tensors.network_input(few.incomplete, few.location_map))
rows = {"incomplete": few.incomplete, "output": output, "pasted": fills["direct CNN"][SHOWN]}
rows["photograph"] = few.images
outputs = pages.contact_sheet(rows, location_map=few.location_map)
plt.show()

# %%
# The numbers
# -----------

scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)
pages.psnr_comparison(scores)
plt.show()

# %%
# Paired on the same holes, the network against the harmonic fill:

ours = scores["direct CNN"]
gain = measuring.compare(ours, scores["harmonic"])
print(f"PSNR {gain['gain_mean'].signed} dB on average ({gain['gain_mean'].interval}),")
print(f"and higher on {gain['wins']} of the cars")

# %%
# What it gets wrong
# ------------------
# The two worst holes, by squared error, and the two best, each with the PSNR of the network's fill.
# In the worst, the network guessed what is common and the photograph has something else; the best
# cover what a smooth fill continues as well.

ends = np.argsort(ours.psnr)[[0, 1, -2, -1]]
pages.fill_sheet(task, compared, ends, [f"{psnr:.1f} dB" for psnr in ours.psnr[ends]])
plt.show()

# %%
# Why is the middle of the hole blurred? One output pixel sees 21 × 21 input pixels. In the middle
# of a hole a third of them are missing, and no known one is nearer than six pixels. Many different
# cars agree with what is known. On average over them the squared error is smallest at their *mean*,
# and the mean of many sharp pictures is a blurred one. It needs no network to see that: take the
# training cars whose known pixels are nearest, and paste their mean.

train = cars.load().train
known = zip(few.incomplete, few.location_map, strict=True)
distances = [(np.square(train - y) * m).sum(axis=(1, 2, 3)) for y, m in known]
nearest = np.argsort(distances, axis=1)
rows = {}
for count in (1, 8, 64):
    means = np.stack([train[order[:count]].mean(axis=0) for order in nearest])
    name = "nearest car" if count == 1 else f"mean of the nearest {count}"
    rows[name] = holes.compose(few.incomplete, means, few.location_map)
rows["photograph"] = few.images
averages = pages.contact_sheet(rows, location_map=few.location_map)
plt.show()

# %%
# So the network is not broken: it gives what the loss asked for. (The nearest car fits the last
# hole so well because that car has near twins among the training cars: :ref:`chapter-introduction`
# counts such pairs.) The farther from the rim, the more answers are possible. Which known pixels
# the answer comes from is measured on the page :ref:`sphx_glr_gallery_what_acts_on_a_pixel.py`.

profiles = {
    name: measuring.squared_error_by_depth(task.images, fills[name], task.location_map)
    for name in compared
}
profile = pages.hole_profile(profiles)
plt.show()

# %%
# The same on a map: the mean squared error at each of the 144 places in the hole.

hole = task.location_map[..., 0] == 0
maps = {}
for name in compared:
    squares = np.square(fills[name] - task.images).mean(axis=-1)
    maps[name] = squares[hole].reshape(-1, holes.HOLE, holes.HOLE).mean(axis=0)
error_map = pages.heat_maps(maps, "mean squared error")
plt.show()

# %%
# Only what the hole sees
# -----------------------
# The rest of this page is about speed. The network paints 1,024 pixels, and is asked about the 144
# of the hole. Which numbers do these need? Read the layers backwards: 12 × 12 outputs need 16 × 16
# places of the fourth layer, these need 20 × 20 of the third, and so on, to a window of 32 × 32
# pixels around the hole. Nothing else has to be computed. The window may reach beyond the
# photograph: what lies there is set to zero before every layer, because that is what the padding of
# the whole network puts there. The weights are those of the network itself, so whoever trains the
# one trains the other. (A square is cut out by multiplying rows and columns with matrices of zeros
# and ones. Where the code handles transposed convolutions, it does so for :ref:`the next network
# <sphx_glr_gallery_autoencoder.py>`.)

pages.show_code(networks.AtTheHole.call, parts, in_a_window, read_by, without_padding)
pages.show_code(windows.first_missing, windows.matrices, windows.cut_by, windows.inside)
pages.show_code(windows.paste)

# %%
# How much is left to do? A convolution multiplies every weight of its kernel once at every place
# where it is computed.

side, rows = holes.HOLE, {}
for layer in reversed(network.layers[1:]):
    weights = layer.kernel.shape.num_elements()
    computed = {"whole image": 32**2 * weights, "at the hole": side**2 * weights}
    rows[layer.name] = {"places at the hole": f"{side} × {side}"} | computed
    side += layer.kernel_size[0] - 1
whole, less = (sum(row[way] for row in rows.values()) for way in ("whole image", "at the hole"))
pages.show_table(rows | {"all multiplications": {"whole image": whole, "at the hole": less}})
left = measuring.Quantity(less / whole, "share")
print(f"{left} of the multiplications are left")

# %%
# And the answer? It is the same, up to rounding. (So ``filling.by``, which turned the network into
# a method above, takes this way too, wherever the hole is no larger.) In 100 validation holes:

held_out = protocol.validation()[:100]
asked = tensors.network_input(held_out.incomplete, held_out.location_map)
two = [filling.predict(model, asked) for model in (network, at_the_hole)]
print(f"largest difference: {np.abs(np.subtract(*two) * (1 - held_out.location_map)).max():.1g}")

# %%
# Muon
# ----
# Muon keeps a running sum of the gradients, as momentum does. But it treats a kernel as the matrix
# that it is, from all numbers under a window to all filters, and steps along the nearest matrix
# whose singular values are all about 1: as far in directions that gradients seldom take as in
# those that they always take. A polynomial that pulls every singular value towards 1, applied three
# times, comes near it with a few products of matrices; no singular value is ever computed. (Keras's
# own Muon applies it five times, which takes longer and brought no more where we measured it,
# :ref:`in the chapter on autoencoders <autoencoders-window>`.) AdamW, here without its decay of
# weights, moves the rest: the biases, and the kernel that writes the image. By default it moves the
# kernel that reads the image, too, because that has four channels only. Here it is one kernel of
# five, and ``benchmarks/recipe.py`` found it in better hands with Muon: ``least_channels=4``.

pages.show_code(
    training.ConvolutionMuon._should_use_adamw,
    training.ConvolutionMuon._muon_update_step,
    training.ConvolutionMuon.zeropower_via_newtonschulz5,
)

# %%
# .. topic:: What to try next
#
#    Let the network fill a photograph of your own, ``python -m inpainting_guide fill photo.png
#    --mask mask.png --model direct_cnn`` (:ref:`command`). How wide may a scratch be? Or train with
#    the loss over the whole image, as the thesis did: in a copy of this script compile ``network``
#    in place of ``at_the_hole``, and pass it to ``training.fit`` with ``over="image"``. How much of
#    the gain is left? (Then run this page again, since others load what was trained last.)

rim, centre = measuring.psnr(profiles["direct CNN"][[0, -1]])
whole_image = np.square(fills["direct CNN"] - task.images).mean()
decibels = {
    "psnr_rim": rim,
    "psnr_centre": centre,
    "whole_image": measuring.psnr(whole_image),
    "whole_image_mean": ours.psnr.mean() + 10 * np.log10(1024 / 144),
}
published = ours.summary() | gain | training.cost(record) | {"left": left}
published |= {name: measuring.Quantity(float(value), "dB") for name, value in decibels.items()}
pages.publish("direct_cnn", direct_cnn=published)
pages.publish_pictures(
    "direct_cnn",
    fills=pages.fill_sheet(task, compared, SHOWN[:2]),
    outputs=outputs,
    curve=curve,
    ends=pages.fill_sheet(task, compared, ends[[0, -1]], ["the worst", "the best"]),
    averages=averages,
    profile=profile,
    error_map=error_map,
)
