"""
How far do minutes go?
======================

What is the best fill that a few minutes of training can buy, on two cores? This page shows the
U-Net a window around the hole in place of the whole photograph, adjusts three more things, and
trains the result. It compares with other networks, so run
:ref:`sphx_glr_gallery_direct_cnn.py`, :ref:`sphx_glr_gallery_autoencoder.py` and
:ref:`sphx_glr_gallery_unet.py` before. The chapter :ref:`chapter-autoencoders` discusses the
window.
"""

# %%
# Only a window
# -------------
# A network that sees the whole photograph must find the hole, wherever it is, and computes 1,024
# pixels to be asked about 144. Cut out a window of 24 × 24 pixels with the hole in its middle: now
# the hole is always at the same place, and little more than half of the places are left to
# compute. Six pixels around the hole are less than a U-Net can see. But the direct network takes
# most of what it uses from the two layers of pixels nearest to the hole
# (:ref:`sphx_glr_gallery_what_acts_on_a_pixel.py`), so six may do.
#
# Near the edge of a photograph the window reaches beyond it. What lies there is 0 in every channel,
# and a fifth channel says so: 1 inside the photograph, 0 beyond. To cut, as to paste, is a product
# with a matrix of zeros and ones for the rows and one for the columns.

import keras
import matplotlib.pyplot as plt

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.networks import windows
from inpainting_guide.training import budgets

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
filling.require("direct_cnn", "autoencoder", "unet")
pages.show_code(networks.unet_in_window, windows.CutWindow.call, windows.cut)

# %%
# What does the window bring?
# ---------------------------
# One thing changes: the U-Net of the same widths, trained by the same recipe on the same 19,200
# images, once on whole photographs and once in the window. (The first of them is a network of
# :ref:`sphx_glr_gallery_unet.py`. Where that page has run, it is read from the store.) The recipe
# was chosen on the validation cars, so they answer this too.


def train(network, images, batch_size, **settings):
    """Compile a network with Muon, and train it on so many images."""
    rate = training.warm_up_and_cosine(3e-3, images // batch_size)
    network.compile(optimizer=training.ConvolutionMuon(rate, **settings), loss=training.hole_loss())
    return training.fit(
        network,
        cars.load().train,
        budget=images,
        batch_size=batch_size,
        epochs=5,
        validation=protocol.validation(),
    )


builds = {
    "whole photograph": lambda: networks.unet(name="unet_short"),
    "window": lambda: networks.unet_in_window(name="unet_in_window_short"),
}
tune, pair_scores = protocol.validation(), {}
for name, build in builds.items():
    keras.utils.set_random_seed(0)
    short = build()
    train(short, images=19_200, batch_size=64)
    filled = filling.by(short)(tune.incomplete, tune.location_map)
    pair_scores[name] = measuring.score(filled, tune)

brought = measuring.compare(pair_scores["window"], pair_scores["whole photograph"])
pages.show_scores(pair_scores)
print(f"the window: {brought['gain_mean'].signed} dB ({brought['gain_mean'].interval})")

# %%
# The recipe for minutes
# ----------------------
# Three more things were tried, one at a time, on the validation cars (``benchmarks/minutes.py``;
# the chapter has the numbers). **Smaller batches**: with 16 images in a batch instead of 64 the
# same images make four times as many steps. **Less momentum**, 0.9 instead of 0.95: the step
# follows the newest gradients more closely. **Fewer channels far down**: three levels of 48, 96 and
# 192 channels in place of four of 32 to 256. Where a map has 3 × 3 places, a layer of 256 channels
# has hundreds of thousands of weights that every step must update, for few multiplications.

IMAGES, BATCH_SIZE = 78_400, 16

keras.utils.set_random_seed(0)
network = networks.unet_in_window(widths=(48, 96, 192))
print(f"{network.count_params():,} parameters")
record = train(network, IMAGES, BATCH_SIZE, momentum=0.9)

# %%

curve = pages.training_curve({"U-Net in a window": record})
plt.show()

# %%
# The fills
# ---------
# Nothing is left to choose.

protocol.declare_final()
task = protocol.test()
trained = {
    "direct CNN": filling.load("direct_cnn"),
    "autoencoder": filling.load("autoencoder"),
    "U-Net": filling.load("unet"),
    "U-Net in a window": network,
}
fills = {
    name: filling.by(each)(task.incomplete, task.location_map) for name, each in trained.items()
}
sheet = pages.fill_sheet(task, {name: fills[name] for name in ("U-Net", "U-Net in a window")})
plt.show()

# %%
# The numbers
# -----------

scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)
keys = "direct_cnn", "autoencoder", "unet", "unet_in_window"
pages.show_budgets({name: [key] for name, key in zip(trained, keys, strict=True)})
gain = measuring.compare(scores["U-Net in a window"], scores["U-Net"])
print(f"against the U-Net: {gain['gain_mean'].signed} dB ({gain['gain_mean'].interval}),")
print(f"better on {gain['wins']} of the cars")

# %%
# Minutes against quality
# -----------------------
# A minute is not the same on two machines. So time is counted in *units* here: one unit is what
# the U-Net of its own page takes for its 57,600 whole photographs. The points are the networks
# above, as they were trained in this build. The line is the network of this page, trained for
# shorter and longer times with three seeds each, as it was recorded on another day. (The unit of
# the line is that of training steps alone; the unit of the points includes the U-Net's validations,
# as their own times do.)

unit = budgets.records(["unet"])[0]["seconds"]
points = {}
for name, key in zip(trained, keys, strict=True):
    seconds = budgets.records([key])[0]["seconds"]
    points[name] = seconds / unit, scores[name].summary()["psnr_of_mean"].value
recorded = pages.recorded_trainings()
line = [(each["units"], each["test"]) for each in recorded]
families = dict.fromkeys(points, "squared error")
minutes = pages.time_and_quality(
    {"in a window, recorded": line},
    points,
    families,
    ("training, units", "PSNR, dB"),
)
plt.show()

# %%

decibels = {
    "training": "training, dB",
    "validation": "validation, dB",
    "test": "test, dB",
    "spread": "standard deviation over seeds, dB",
}
rows = {
    f"{each['units']:.2g} units": {"images": each["images"], "seeds": each["seeds"]}
    | {key: measuring.Quantity(each[key], "dB") for key in decibels if each.get(key)}
    for each in recorded
}
pages.show_table(rows, {"images": "images", "seeds": "seeds"} | decibels)

# %%
# However long the training, the squared error will not vanish: what a hole hides is not in the
# photograph, and the best answer to a squared error is the mean of all cars that fit
# (:ref:`chapter-blur`).
#
# .. topic:: What to try next
#
#    Beat it: :ref:`the challenge <challenge>` has the rules, and a script to start from.

published = scores["U-Net in a window"].summary() | training.cost(record) | gain
published |= {
    "window_gain": brought["gain_mean"],
    "units": measuring.Quantity(points["U-Net in a window"][0]),
}
pages.publish("how_far_minutes_go", unet_in_window=published)
pages.publish_pictures("how_far_minutes_go", minutes=minutes, curve=curve, fills=sheet)
