"""
How far do minutes go?
======================

How good a fill can a few minutes of training buy, on two cores? This page cuts a window around the
hole for the U-Net, changes its recipe in three more ways, and trains it. It compares with other
networks, so run :ref:`sphx_glr_gallery_direct_cnn.py`, :ref:`sphx_glr_gallery_autoencoder.py` and
:ref:`sphx_glr_gallery_unet.py` first. The chapter :ref:`chapter-autoencoders` discusses the
window.
"""

# %%
# Only a window
# -------------
# A network that sees the whole photograph meets the hole at any of 441 places, and computes 1,024
# pixels, though only 144 are asked for. Cut out a window of 24 × 24 pixels with the hole in its
# middle: now the hole is always at the same place, and little more than half of the places are left
# to compute. Six pixels around the hole are less than a U-Net can see. But even from the rim of the
# hole, where it could look ten pixels away, the direct network takes most of what it uses from the
# two rings of pixels around it (:ref:`sphx_glr_gallery_what_acts_on_a_pixel.py`), so six may do.
#
# On its way up, a U-Net computes all pixels of its window, but the last layer paints the hole alone
# and sees one pixel around it. The convolution before it sees two, and so on down. So the features
# are cropped to what the hole depends on, and the convolutions of the two upper levels are not
# padded (``around`` in :func:`inpainting_guide.networks.blocks.expand`; on the lowest level the
# hole depends on everything). That is
# :ref:`the direct network at the hole <sphx_glr_gallery_direct_cnn.py>` once more: the same weights
# give the same fill. (Only while it is trained does batch normalisation see fewer places.)
#
# Near the edge of a photograph the window reaches beyond it. What lies there is 0 in every channel,
# and a fifth channel says so: 1 inside the photograph, 0 beyond. Cutting, like pasting, is a
# product with a matrix of zeros and ones for the rows and one for the columns.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.networks import windows
from inpainting_guide.training import budgets

# sphinx_gallery_thumbnail_number = 3

print("precision:", machine.use_precision())
filling.require("direct_cnn", "autoencoder", "unet")
pages.show_code(networks.unet_in_window, networks.expand)
pages.show_code(windows.CutWindow.call, windows.cut)

# %%
# How much is left to compute? Every weight of a kernel is a factor once at every place where it is
# used: of a convolution, that is where its outputs lie, and of a transposed one its inputs.


def multiplications(network):
    """Count the multiplications of all convolutions for one image."""
    count = 0
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            count += np.prod(layer.output.shape[1:3]) * np.prod(layer.kernel.shape)
        elif isinstance(layer, keras.layers.Conv2DTranspose):
            count += np.prod(layer.input.shape[1:3]) * np.prod(layer.kernel.shape)
    return int(count)


counts = {
    "whole photograph": multiplications(networks.unet()),
    "whole window": multiplications(networks.unet_in_window(paints="window")),
    "hole alone": multiplications(networks.unet_in_window()),
}
left = {
    name: measuring.Quantity(count / counts["whole photograph"], "share")
    for name, count in counts.items()
}
rows = {n: {"multiplications": counts[n], "share": left[n]} for n in counts}
pages.show_table(rows)

# %%
# What does the window bring?
# ---------------------------
# The U-Net of the same widths, trained by the same recipe on the same 19,200 images, once on whole
# photographs and once in the window. (The first of them is a network of
# :ref:`sphx_glr_gallery_unet.py`. Where that page has run, it is read from the store.) This is
# still part of choosing a network, so it is answered on the validation cars.


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
# Three more things differ from the U-Net's recipe:
#
# - **Smaller batches**: 16 images in place of 64, so four times as many steps.
# - **Less momentum**, 0.9 in place of 0.95: the step follows the newest gradients more closely.
#   What it gains is hardly more than the luck of a seed.
# - **Another shape**: three levels of 48, 96 and 128 channels in place of four of 32 to 256. The
#   lowest of the four, of 3 × 3 places, had more than half of all weights, which every step must
#   update, for a fifth of the multiplications.
#
# What each brings after equally many images was measured on the validation cars
# (``benchmarks/minutes.py --recipe``; the chapter has the numbers).

IMAGES, BATCH_SIZE = 100_000, 16

keras.utils.set_random_seed(0)
network = networks.unet_in_window(widths=(48, 96, 128))
for name, each in {"three levels": network, "four levels": networks.unet_in_window()}.items():
    print(f"{name}: {each.count_params():,} parameters, {multiplications(each):,} multiplications")
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
# The two U-Nets differ in time as well as in the window and the recipe, so their comparison in the
# last lines is no measure of the window.

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
# A minute is not the same on two machines. So time is counted in *units* here: one is what the
# training of :ref:`sphx_glr_gallery_unet.py` takes. The points are the networks above, by the clock
# of this build, and the methods that learn nothing, at 0. The line is the network of this page,
# trained for shorter times, for as long, and for longer: its PSNR was recorded on other days. A
# training takes time in proportion to its images, so each is placed where the clock of this build
# would have put it. (:ref:`sphx_glr_gallery_comparison.py` draws the line with all methods.)

points = {}
for name, fill in filling.CLASSICAL.items():
    filled = fill(task.incomplete, task.location_map)
    points[name] = measuring.Quantity(0), measuring.score(filled, task).summary()["psnr_of_mean"]
for name, key in zip(trained, keys, strict=True):
    time = measuring.Quantity(budgets.units([key]))
    points[name] = time, scores[name].summary()["psnr_of_mean"]
units, _ = points["U-Net in a window"]
minutes = pages.time_and_quality(
    {"U-Net in a window, trained for less and for more": pages.recorded_curve(IMAGES, units.value)},
    points,
    {method.name: method.family for method in filling.METHODS.values()},
    ("training, units of time", "PSNR of the mean squared error, dB"),
)
plt.show()

# %%
# The next table has what was recorded. Its units are those of the recording: of the processor's
# time, all threads together, and of the U-Net's training steps alone, so that they differ somewhat
# from those of this build. The last column is what each row gains on the test cars over the row
# above, for every doubling of the images (not where the two are close). The training value is a
# mean over the last fifth of the training, while the network still changes, so it can lie below
# that on the validation cars. (Not everything was kept for every row.)

decibels = {
    "training": "training, dB",
    "validation": "validation, dB",
    "test": "test, dB",
    "test_mean_psnr": "test, mean of PSNRs, dB",
}
rows, before = {}, None
for each in pages.recorded_trainings():
    row = {"images": each["images"], "seeds": each["seeds"]}
    for key in decibels.keys() & each.keys():
        row[key] = measuring.Quantity(each[key], "dB", *each.get(f"{key}_interval", (None, None)))
    if each["spread"]:
        row["spread"] = f"{each['spread']:.3f}"
    if before and each["images"] > 1.4 * before["images"]:
        doublings = np.log2(each["images"] / before["images"])
        row["doubling"] = measuring.Quantity((each["test"] - before["test"]) / doublings, "dB")
    rows[f"{each['units']:.2f} units"] = row
    before = each
titles = {"images": "images", "seeds": "seeds"} | decibels
titles |= {"spread": "standard deviation of the test PSNR over seeds, dB"}
pages.show_table(rows, titles | {"doubling": "a doubling brings, dB"})

# %%
# Where does the line become flat? On this axis, on which every doubling is equally long, it does
# not yet: the last doublings bring nearly as much as the first, but each of them costs as much time
# as all before it. What remains of the error? Little that the network would have learnt from more
# photographs: from the shortest training whose fit to its own photographs was kept to the longest,
# that fit rises only a little more than the PSNR on cars that it has never seen.

kept = [each for each in pages.recorded_trainings() if "training" in each]
for key in ("training", "validation", "test"):
    risen = measuring.Quantity(kept[-1][key] - kept[0][key], "dB")
    print(f"{key}: {risen.signed} dB from {kept[0]['images']:,} to {kept[-1]['images']:,} images")

# %%
# However long the training, the squared error will not vanish: what a hole hides is not in the rest
# of the photograph, and the best answer to a squared error is the mean of all cars that fit
# (:ref:`chapter-blur`).
#
# .. topic:: What to try next
#
#    Beat it: :ref:`the challenge <challenge>` has the rules, and a script to start from.

published = scores["U-Net in a window"].summary() | training.cost(record) | gain
published |= {"window_gain": brought["gain_mean"], "units": units}
published["multiplications"] = left["hole alone"]
pages.publish("how_far_minutes_go", unet_in_window=published)
pages.publish_pictures("how_far_minutes_go", minutes=minutes, curve=curve, fills=sheet)
