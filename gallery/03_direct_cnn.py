"""
The direct convolutional network
================================

Can five plain convolutions do better than the best classical fill? This page builds the first
network of the thesis (section 3.1, table 3.1), trains it on the real cars while you wait, and
measures it on the same holes as the classical methods. The chapter :ref:`chapter-direct-cnn` has
the theory.
"""

# sphinx_gallery_thumbnail_number = 2

# %%
# The network
# -----------
# Five convolutions at full resolution; the location map is the fourth input channel. Mixed
# bfloat16 is used where the processor has it in hardware, float32 elsewhere.

import inspect

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import (
    cars,
    classical,
    figures,
    filling,
    machine,
    metrics,
    networks,
    optimizers,
    protocol,
    store,
    training,
)

SEED = 0
print("precision:", machine.use_precision())
keras.utils.set_random_seed(SEED)
network = networks.direct_cnn()
print(inspect.getsource(networks.direct_cnn))

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
# (``benchmarks/recipe.py``): *Muon* learns more from each image than Adam does. The budget counts
# images, so that every machine does the same work.

IMAGES = training.budget(45_000)
BATCH_SIZE = 64
EPOCHS = 10 if not machine.quick() else 2
STEPS = IMAGES // BATCH_SIZE
PEAK_LEARNING_RATE = 3e-3

network.compile(
    optimizer=optimizers.ConvolutionMuon(training.warm_up_and_cosine(PEAK_LEARNING_RATE, STEPS)),
    loss=keras.losses.MeanSquaredError(reduction="mean_with_sample_weight"),
)
record = training.fit(
    network,
    cars.load().train,
    steps=STEPS,
    batch_size=BATCH_SIZE,
    epochs=EPOCHS,
    validation=protocol.validation(),
    seed=SEED,
)
print(f"{record['images']:,} images in {record['seconds']:.0f} s on {record['machine']['machine']}")

# %%

figures.training_curve(record)
plt.show()

# %%
# The curve of the training batches and that of the validation cars stay together: with fresh
# holes in every batch a network of this size has nothing to learn by heart.
#
# The fills
# ---------
# Ten test cars, drawn at random, with the best classical method for comparison.

task = protocol.test()
if machine.quick():
    task = task[:40]
fills = {
    "harmonic": classical.harmonic(task.incomplete, task.location_map),
    "direct CNN": filling.fill(network, task.incomplete, task.location_map),
}
rows = {"incomplete": task.incomplete} | fills | {"photograph": task.images}


def show(chosen, columns=None):
    figures.contact_sheet({name: images[chosen] for name, images in rows.items()}, columns)
    plt.show()


show(np.random.default_rng(1).choice(len(task.images), 10, replace=False))

# %%
# The numbers
# -----------

scores = {name: protocol.measure(method, task) for name, method in classical.METHODS.items()}
scores["direct CNN"] = protocol.measure(filling.by(network), task)
print(protocol.table(scores))

# %%

figures.psnr_comparison(scores)
plt.show()

# %%
# Paired on the same holes, the network against the best classical method:

gain = metrics.mean(scores["direct CNN"].psnr - scores["harmonic"].psnr)
wins = np.mean(scores["direct CNN"].squared_error < scores["harmonic"].squared_error)
print(f"gain in PSNR, mean over cars: {gain.value:.2f} dB ({gain.low:.2f} to {gain.high:.2f})")
print(f"better than the harmonic fill on {wins:.0%} of the cars")

# %%
# The best and the worst
# ----------------------
# By squared error over the hole. The best holes cover plain sky or road, where any method would
# do; the worst cover what nothing outside them could tell.

order = np.argsort(scores["direct CNN"].psnr)[::-1]
show(order[:10], [f"{psnr:.1f} dB" for psnr in scores["direct CNN"].psnr[order[:10]]])

# %%

show(order[-10:], [f"{psnr:.1f} dB" for psnr in scores["direct CNN"].psnr[order[-10:]]])

# %%
# Why the middle is blurred
# -------------------------
# One output pixel sees 21 × 21 input pixels. In the middle of the hole most of those are missing,
# and many different cars agree with the rest. The squared error is smallest at the *mean* of all of
# them, and the mean of many sharp pictures is a blurred one. So the network is not broken: it says
# what the loss asked for. The farther from the rim, the more answers are possible:

profiles = {
    name: metrics.squared_error_by_depth(task.images, filled, task.location_map)
    for name, filled in fills.items()
}
figures.hole_profile(profiles)
plt.show()

# %%
# .. topic:: What to try next
#
#    Train with the loss over the whole image, as the thesis did: drop the weight from
#    :func:`inpainting_guide.batches.example`. How much of the gain is left? Or let the network see
#    farther: a sixth convolution adds four pixels to its view.

summaries = {name: score.summary() for name, score in scores.items()}
psnr_gain = (
    summaries["direct CNN"]["psnr_of_mean"].value - summaries["harmonic"]["psnr_of_mean"].value
)
composite_error = np.square(fills["direct CNN"] - task.images).mean(axis=(1, 2, 3))
store.publish(
    "03_direct_cnn",
    {
        "direct_cnn": scores["direct CNN"].quotable()
        | {
            "images": f"{record['images']:,}",
            "seconds": f"{record['seconds']:.0f}",
            "precision": record["machine"]["precision"],
            "gain": f"{psnr_gain:.2f}",
            "gain_mean": f"{gain.value:.2f}",
            "gain_mean_interval": f"{gain.low:.2f} to {gain.high:.2f}",
            "psnr_rim": f"{metrics.psnr(profiles['direct CNN'][0]):.1f}",
            "psnr_centre": f"{metrics.psnr(profiles['direct CNN'][-1]):.1f}",
            "whole_image": f"{metrics.psnr(composite_error.mean()):.2f}",
            "wins": f"{wins:.0%}".replace("%", " %"),
        }
    },
)
