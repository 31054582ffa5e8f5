"""
When fills look wrong
=====================

False colours, a seam, blur: how do you tell one failure from another? Each is made here on purpose,
measured, and mended, in seconds. Two more, a grid and a dark edge, have
:ref:`a page of their own <sphx_glr_gallery_17_grid_and_edge.py>`. The chapter :ref:`chapter-blur`
has the theory of the last.
"""

# %%
# False colours
# -------------
# Two mistakes with the data; the method is blameless (here the harmonic fill). *First*, a network
# works with values from −1 to 1, and its fill is pasted without scaling it back. *Second*, the fill
# was made from a photograph read with OpenCV, which returns blue, green and red in this order, and
# pasted into a photograph whose channels are in the usual one.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import batches, cars, classical, figures, holes, machine, metrics, networks
from inpainting_guide import optimizers, plausibility, protocol, publishing, training

# sphinx_gallery_thumbnail_number = 1

print("precision:", machine.use_precision())
keras.utils.set_random_seed(0)
task = protocol.validation()
right = classical.harmonic(task.incomplete, task.location_map)
# Clipped, as a picture's file would clip it: `compose` refuses what lies in [-1, 1].
unscaled = np.clip(2 * right - 1, 0, 1)
fills = {
    "not scaled back": holes.compose(task.incomplete, unscaled, task.location_map),
    "red and blue swapped": holes.compose(task.incomplete, right[..., ::-1], task.location_map),
    "mended": right,
}
figures.fill_sheet(task, fills)
plt.show()

# %%
# **How it looks.** Without scaling, every hole is too dark. Swapped channels show only where there
# is colour: red turns blue, and grey stays grey.
#
# **How you recognise it.** By the mean error *with its sign*, channel by channel. The same sign in
# all three means wrong units. Swapped channels almost hide in the mean over many cars, since most
# cars are nearly grey, and red and blue ones cancel. They show in the mean error of *single* cars,
# taken without its sign: the last column, to be compared with that of the mended fill.

missing = 1 - task.location_map
print(f"{'grey levels':20}    red  green   blue   a single car")
signed, single = {}, {}
for name, fill in fills.items():
    errors = 255 * ((fill - task.images) * missing).sum(axis=(1, 2)) / missing.sum(axis=(1, 2))
    signed[name], single[name] = errors.mean(axis=0), np.abs(errors).mean()
    print(f"{name:20}", "".join(f"{value:+7.1f}" for value in signed[name]), end="")
    print(f"{single[name]:15.1f}")

# %%
# **What mends it.** Two functions, used in training and afterwards: one prepares images, the other
# takes fills back. And a check of the range (:func:`inpainting_guide.holes.check` is ours).
# The order of the channels no check can see: look at one car whose colour you know.
#
# A seam
# ------
# Real texture, pasted: the hole comes from the training car whose known pixels are nearest.

train, count = cars.load().train, len(task.images)
flat, known = train.reshape(len(train), -1), task.incomplete.reshape(count, -1)
weight = np.broadcast_to(task.location_map, task.images.shape).reshape(count, -1)
donors = train[(weight @ np.square(flat).T - 2 * known @ flat.T).argmin(axis=1)]

# The mend. At the rim the pasted car is too bright or too dark by some amount. The harmonic fill
# (of values between 0 and 1) carries that amount into the hole, where it is added.
rim = 0.5 + (task.incomplete - donors) / 2 * task.location_map
amount = 2 * classical.harmonic(rim, task.location_map) - 1
fills = {
    "pasted": holes.compose(task.incomplete, donors, task.location_map),
    "blended": holes.compose(task.incomplete, donors + amount, task.location_map),
}
figures.fill_sheet(task, fills)
plt.show()

# %%
# **How it looks.** The hole is sharp, and so is its border: one sees a square.
#
# **How you recognise it.** By the seam ratio: differences of neighbours across the border, divided
# by those of the photographs. Above 1 the border shows. The sharpness ratio, taken inside the hole,
# does not notice.

seams = {n: plausibility.seam_ratio(task.images, f, task.location_map) for n, f in fills.items()}
sharp = plausibility.sharpness_ratios(task, fills)
print(metrics.table(seams, "seam (photographs: 1)"))
print(metrics.table(sharp, "sharpness (photographs: 1)"))

# %%
# **What mends it.** Blending (Poisson blending, as it is called): the differences of pasted pixels
# are kept, their level is set by the rim. Most of the jump goes. Edges that do not meet remain, and
# so does a wheel in the wrong place.
#
# Blur
# ----
# The smallest case: a few cars, a hole in each, and *two* right answers, the photograph and the
# photograph with the hole's content mirrored. A U-Net learns them by heart, in two ways at once.
# Half of the time nothing tells it which answer is wanted. In the other half the colour of the hole
# does: dark grey for the first, white for the second.

few = protocol.task(train[: 6 if machine.quick() else 24], seed=3)
left = (few.location_map[..., 0] == 0).any(axis=1).argmax(axis=1)
columns = np.clip(2 * left[:, None] + holes.HOLE - 1 - np.arange(cars.SIZE), 0, cars.SIZE - 1)
mirrored = np.take_along_axis(few.images, columns[:, None, :, None], axis=2)
second = holes.compose(few.incomplete, mirrored, few.location_map)
answers, maps = np.concatenate([few.images, second] * 2), np.concatenate([few.location_map] * 4)
colours = np.repeat(np.float32([0, 0, 0.3, 1]), len(few.images))[:, None, None, None]
inputs, _, weights = map(np.array, batches.example(answers, maps))
inputs[..., :3] += colours * (1 - maps)

epochs = 1 if machine.quick() else 120
network = networks.unet(widths=(16,) if machine.quick() else (16, 32, 64), name="two_answers")
network.compile(
    optimizers.ConvolutionMuon(training.warm_up_and_cosine(3e-3, 2 * epochs)),
    keras.losses.MeanSquaredError(reduction="mean_with_sample_weight"),
)
network.fit(inputs, answers, len(answers) // 2, epochs, 0, sample_weight=weights)
kinds = np.split(holes.compose(answers * maps, np.array(network(inputs)), maps), 4)
names = "first answer", "second answer", "not told", "told: the first", "told: the second"
rows = dict(zip(names, [few.images, second, *kinds[1:]], strict=True))
figures.contact_sheet({name: images[: figures.COLUMNS] for name, images in rows.items()})
plt.show()

# %%
# **How it looks.** Not told which answer is wanted, the network lays the two over one another, half
# transparent. Behind a real hole there are not two answers but very many: a fog.
#
# **How you recognise it.** By a sharpness ratio below 1, and by an error that longer training does
# not lower. Here one can also see what the fill is: the mean of the answers.

blur = {}
for name in names[2:4]:
    goals = few.images, (few.images + second) / 2
    errors = [metrics.squared_error(goal, rows[name], few.location_map).mean() for goal in goals]
    sharpness = plausibility.sharpness_ratio(few.images, rows[name], few.location_map).value
    blur[name] = [*(255 * np.sqrt(errors)), sharpness]
    print(f"{name:15} {blur[name][0]:4.1f} grey levels from the photograph,", end=" ")
    print(f"{blur[name][1]:4.1f} from the mean of both; sharpness {sharpness:.2f}")

# %%
# **What mends it.** Not another layer and not longer training, but something that decides: told
# which, the same network is sharp. A coin may choose the colour. That is the idea of the
# conditional variational autoencoder (:ref:`chapter-cvae`); a discriminator forces a choice too
# (:ref:`chapter-gan`).
#
# .. topic:: What to try next
#
#    Swap red and blue in the *input* of a trained network, and swap its fill back. How much worse
#    than in the right order is it, and why so little?

measured = {
    "dark": f"{signed['not scaled back'].mean():+.0f}",
    "single_swapped": f"{single['red and blue swapped']:.0f}",
    "single_mended": f"{single['mended']:.0f}",
}
measured |= {f"seam_{name}": f"{ratio.value:.2f}" for name, ratio in seams.items()}
measured |= {f"sharpness_{name}": f"{ratio.value:.2f}" for name, ratio in sharp.items()}
for how, name in zip(("untold", "told"), names[2:4], strict=True):
    for what, value in zip(("answer", "mean", "sharpness"), blur[name], strict=True):
        measured[f"{how}_{what}"] = f"{value:.2f}" if what == "sharpness" else f"{value:.0f}"
publishing.publish("16_when_fills_look_wrong", {"wrong_fills": measured})
