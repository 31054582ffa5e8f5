"""
A flow that has several clean answers
=====================================

Can a network that is trained on nothing but squared error draw sharp fills, and several of them? A
network that is asked once for the mean of all possible fills answers with a blur. On this page it
is asked eight times. It starts from pure noise, and each time goes a little towards the mean that
it predicts there; different noise ends at different fills. Such a rule that carries noise to fills
is called a *flow*. Ours builds on the network of :ref:`sphx_glr_gallery_how_far_minutes_go.py`, so
run that page first. The chapter :ref:`chapter-flow` has the theory.
"""

# %%
# The network
# -----------
# The flow carries noise to *residuals*: the photograph in the hole minus the fill of the *mean
# network*. That is the U-Net in a window, which was trained on the squared error, and so answers
# with the mean. Another U-Net, the *denoiser*, predicts the velocity: in which direction the noise
# must go on from where it is, and how fast. It is given
#
# - the window around the hole with the mean network's fill in it, all of it divided by the typical
#   size of a residual;
# - the *state*, which is what the noise has become on its way: noise at the beginning, a residual
#   at the end, and 0 outside the hole;
# - how far it has come, as an angle from 0 for noise to a quarter turn for residuals. Two dense
#   layers make 64 numbers of it, and two more at every level, on the way down as on the way up,
#   turn these into a factor for each channel and something to add to it, after the normalisation.
#
# (``contract`` and ``expand``, the halves of a U-Net, are listed on the page
# :ref:`sphx_glr_gallery_unet.py`, the window on that of the mean network.)

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol, tensors
from inpainting_guide.measuring import calibration
from inpainting_guide.networks import blocks, sampling, unets

# sphinx_gallery_thumbnail_number = 4

print("precision:", machine.use_precision())
filling.require("unet_in_window")
keras.utils.set_random_seed(0)
network = networks.Flow(filling.load("unet_in_window"))
pages.show_code(networks.Flow.__init__, unets.denoiser, blocks.convolve)
pages.show_code(networks.Flow.condition, networks.Flow.patch)
parts = network.mean_network, network.denoiser
pages.show_table({part.name: {"parameters": part.count_params()} for part in parts})

# %%
# The loss
# --------
# In training, noise and residual are mixed, cosine times the one plus sine times the other, at a
# random angle: that is the state. As the angle grows, the state of this pair moves with the
# velocity cosine times residual minus sine times noise. The denoiser does not know the pair, and is
# asked for the velocity all the same: the squared error makes it answer with the mean velocity of
# all pairs that could be in this state. Angles from the middle are drawn more often than those near
# the ends. The outermost pixels of the hole count three times, because at the border of the hole
# every error is seen, as a seam. For a perfect network that would change nothing, since every pixel
# has a mean of its own; whether it helps this small one, the chapter has tried.

pages.show_code(networks.Flow.error, networks.Flow.train_step)

# %%
# The recipe
# ----------
# Muon, a short climb and a cosine, as for the networks that answer with a fill at once. (Its mean
# network is the ``unet_in_window``.)

IMAGES, BATCH_SIZE = 115_200, 64

rate = training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE)
network.compile(optimizer=training.ConvolutionMuon(rate))
record = training.fit(
    network,
    cars.load().train,
    budget=IMAGES,
    batch_size=BATCH_SIZE,
    epochs=10,
    validation=protocol.validation(),
)

# %%

curve = pages.loss_terms(record, {"velocity_error": ("squared error of the velocity", {})})
plt.show()

# %%
# Even a perfect denoiser would not bring this loss to 0: where several pairs lead to the same state
# it can only answer with their mean, and the rest of the error stays.
#
# The sampler
# -----------
# Start with noise, ask for the velocity, and follow it for one step; ask again from there. From the
# second step on, the change of the velocity since the step before counts too. State and velocity
# together tell the residual that the denoiser expects: sine times the one plus cosine times the
# other. The last step lands on it. (A sample starts with slightly less noise than there is in
# training, ``temperature`` times as much. The chapter tells why: :ref:`flow-temperature`.)

pages.show_code(networks.Flow.angles, networks.Flow.path, networks.Flow.velocity)
pages.show_code(networks.Flow.integrate)

# %%
# And this is what a reader calls for one fill, or for several fills of many holes:

pages.show_code(networks.Flow.draw, networks.Flow.call, sampling.Sampler.samples)

# %%
# What does the flow look like on its way? The figure shows every second step for one hole of
# 12 × 12 pixels, from left to right, with its angle. Above stands the state, multiplied by the
# scale and added to the mean fill; below, the mean fill plus the residual that the denoiser expects
# there: first a blur, the mean, then more and more of one decision. The last one is the fill.

protocol.declare_final()
task = protocol.test()
one = task[4:5]
window, mean = network.condition(tensors.network_input(one.incomplete, one.location_map))
noise = keras.random.normal(ops.shape(mean), stddev=network.start, seed=0)
pairs = list(network.path(window, mean, noise))[::2]
states, predictions = (
    np.concatenate([ops.clip(mean + network.scale * x, 0, 1) for x in kind])
    for kind in zip(*pairs, strict=True)
)
degrees = [f"{np.degrees(a):.0f}°" for a in network.angles(machine.few_times(network.steps))[::2]]
path = pages.contact_sheet({"the state": states, "predicted there": predictions}, columns=degrees)
plt.show()

# %%
# Several fills of one hole
# -------------------------
# Let the flow draw 19 fills for each of 200 holes. Here are the first four of two holes, each from
# other noise. Look for details that differ between the samples where the mean network is blurred,
# and for places where all agree, because the surroundings leave no choice.

few = task[:200]
several = network.samples(few.incomplete, few.location_map, count=19)
mean_fill = filling.by(network.mean_network)(task.incomplete, task.location_map)
fills = {"mean network": mean_fill[:200]}
fills |= {f"sample {number}": sample for number, sample in enumerate(several[:4], start=1)}
sheet = pages.fill_sheet(few, fills)
plt.show()

# %%
# The first of the two with its hole, and three samples:

car = np.random.default_rng(1).choice(len(few.images), 2, replace=False)[0]
answers = np.stack([few.incomplete[car], *several[:3, car]])
hole = np.repeat(few.location_map[car][None], len(answers), axis=0)
pages.contact_sheet({"one hole, three answers": answers}, location_map=hole)
plt.show()

# %%
# How many steps?
# ---------------
# Eight were chosen on the validation cars (:ref:`chapter-flow`); here is what other numbers do. One
# step asks once, at pure noise, and gets hardly more than the mean. With more steps, up to eight,
# the fills become sharper and lose decibels. That is no fault: the mean is the fill with the
# smallest error, and a perfect sample has twice its squared error, which is 3.01 dB less. A
# sharpness of 1 is that of photographs. The two distances (× 1000) compare crops of fills with
# crops of photographs, by their pixels and by their fine detail. Smaller is better, down to what
# the last row has, photographs against other photographs; below that, differences mean nothing.

STEPS = {1: "1 step"} | {steps: f"{steps} steps" for steps in (2, 4, 8, 16)}

fills = {"mean network": mean_fill}
for steps, name in STEPS.items():
    network.steps = steps
    fills[name] = network.samples(task.incomplete, task.location_map, count=1)[0]
network.steps = 8
rows = measuring.right_and_real(fills, task)
titles = {"psnr_of_mean": "PSNR of the mean squared error, dB", "sharpness": "sharpness"}
titles |= {"raw": "distance of pixels", "laplacian": "distance of detail"}
pages.show_table(rows, titles)
below = rows["mean network"]["psnr_of_mean"] - rows["8 steps"]["psnr_of_mean"]
print(f"a sample of 8 steps lies {below} dB below the mean network")

# %%
# Neither too sure nor too wild?
# ------------------------------
# Put the values that the 19 fills of a hole have at one pixel in order. They leave 20 places for
# the photograph's value: below all of them, between two neighbours, or above all. If the photograph
# is one more draw of the same kind, all places are equally probable, a twentieth each: the level
# line. More at both ends says that the samples vary too little, more in the middle that they vary
# too much, more at one end that they are too dark or too light.

ranks = calibration.ranks(few.images, several, few.location_map)
places = np.arange(len(ranks))
level = np.full(len(ranks), 1 / len(ranks))
rank_lines = pages.versus(
    {"photographs": ranks, "perfect samples": level},
    places,
    ("samples below the photograph's value", "share of the values"),
    scale="linear",
)
rank_lines.axes[0].set_ylim(0, 1.2 * ranks.max())  # so that small differences look small
plt.show()

# %%
# Nearly level, a little higher on the right, where the photograph is lighter than most samples.
#
# How often does the photograph's value lie among the middle half of the samples, how often among
# the middle nine tenths? And how large is the variance of the samples, as a share of the squared
# error of their mean?

covered = {percent: calibration.coverage(ranks, percent / 100) for percent in (50, 90)}
diversity = measuring.diversity(few.images, several, few.location_map)
for percent, share in covered.items():
    print(f"in the middle {percent} %: {share} (perfect samples: {percent} %)")
print(f"variance: {diversity} (perfect samples: {measuring.Quantity(19 / 20, 'share')})")

# %%
# (The share is rough here, because a few hard holes of the 200 dominate the squared error. The
# chapter has it over all test cars, for three trainings.)
#
# The mean of all samples is a fill as well. If the samples are as they should be, the mean of 4
# lies 2.0 dB above one sample and the mean of 19 lies 2.8 dB above it, 0.2 dB below the true mean.
# Samples that vary too little gain less.

of_few = {
    "mean network": mean_fill[:200],
    "one sample": several[0],
    "mean of 4 samples": several[:4].mean(axis=0),
    "mean of 19 samples": several.mean(axis=0),
}
few_scores = {name: measuring.score(filled, few) for name, filled in of_few.items()}
pages.show_scores(few_scores)

# %%
# What did it cost? The mean network's training counts too.

pages.show_budgets({"mean network": ["unet_in_window"], "flow": ["unet_in_window", "flow"]})

# %%
# .. topic:: What to try next
#
#    Start with more noise: set ``network.temperature = 1.1`` and draw again. What happens to the
#    decibels, to the sharpness and to the ranks?

published = rows["8 steps"] | training.cost(record)
published |= {f"covered_{percent}": share for percent, share in covered.items()} | {
    "below_the_mean": below,
    "diversity": diversity,
    "mean_of_19": few_scores["mean of 19 samples"].summary()["psnr_of_mean"],
    "one_of_19": few_scores["one sample"].summary()["psnr_of_mean"],
    "mean_network_of_few": few_scores["mean network"].summary()["psnr_of_mean"],
}
pages.publish(
    "flow",
    flow=published,
    flow_mean=rows["mean network"],
    flow_steps={f"steps_{steps}": rows[name] for steps, name in STEPS.items()},
    flow_photographs=rows["photographs"],
)
pages.publish_pictures("flow", fills=sheet, path=path, ranks=rank_lines, curve=curve)
