"""
Filling without learning
========================

How far do you get without a network? Six classical methods fill the same 1,000 holes, and are
measured the same way as everything that follows. The chapter :ref:`chapter-classical-methods`
derives them. This page trains nothing and needs no network.
"""

# %%
# The task
# --------
# The test protocol is one function: 1,000 test cars, one hole each, always the same ones.

import time

import matplotlib.pyplot as plt

from inpainting_guide import filling, measuring, pages
from inpainting_guide.data import protocol

# sphinx_gallery_thumbnail_number = 2

# These methods learn nothing, and nothing about them is chosen here: the test cars may be seen.
protocol.declare_final()
task = protocol.test()
print(f"{len(task.images):,} images to fill")

# %%
# The methods
# -----------
# Each is a function of the incomplete images and their location maps. The simplest one:

pages.show_code(filling.mean_colour)

# %%
# All six, and how long each takes:

fills, times = {}, {}
for name, method in filling.CLASSICAL.items():
    began = time.perf_counter()
    fills[name] = method(task.incomplete, task.location_map)
    milliseconds = 1000 * (time.perf_counter() - began) / len(task.images)
    times[name] = {"milliseconds a fill": measuring.Quantity(milliseconds, "ms")}
pages.show_table(times)

# %%
# Two test cars, drawn at random: not the best, not the worst.

pages.fill_sheet(task, fills)
plt.show()

# %%
# One of the test cars, closer:

pages.before_and_after(task, fills["harmonic"], 12, "harmonic")
plt.show()

# %%
# All that a smooth fill can do is to carry colours across. Where the hole covers sky or road that
# is the answer; where it covers a wheel there is a fog. *Nearest car* pastes real texture instead.
# It looks sharp, and it is in the wrong place.
#
# The numbers
# -----------
# All of them are averages over the hole. The *PSNR of the mean squared error* averages the errors
# of all images first, and is ruled by the hard ones; the *mean of PSNRs* gives every image one
# vote. With each go 95 % bootstrap intervals over the images. SSIM compares windows of 7 × 7
# pixels; those at the rim also see known pixels, so it alone rewards a good seam.

scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)
pages.psnr_comparison(scores)
plt.show()

# %%
# The two best are close. They filled the same holes, so it is their *difference* on each image
# that should be averaged: its interval is far narrower than those of the two means.

harmonic, biharmonic = scores["harmonic"], scores["biharmonic"]
differences = {
    "PSNR, dB": measuring.mean(harmonic.psnr - biharmonic.psnr, "dB"),
    "squared error": measuring.mean(harmonic.squared_error - biharmonic.squared_error),
}
pages.show_table({"harmonic minus biharmonic": differences})

# %%
# By the mean of PSNRs they cannot be told apart: the interval holds zero. By the squared error the
# harmonic fill wins. The biharmonic one continues slopes: often a little better, sometimes far too
# bold, and a squared error is ruled by the far too bold.
#
# Where in the hole do they fail?

profiles = {
    name: measuring.squared_error_by_depth(task.images, fills[name], task.location_map)
    for name in ("mean colour", "biharmonic", "harmonic")
}
pages.hole_profile(profiles)
plt.show()

# %%
# At the rim a smooth fill is good: neighbouring pixels are alike. Towards the middle it comes ever
# closer to the mean colour, which knows nothing of where it is.
#
# .. topic:: What to try next
#
#    A network that has seen 4,500 cars should know that under a window there is a door:
#    :ref:`sphx_glr_gallery_direct_cnn.py`. Or measure smaller holes:
#    ``protocol.Task(task.images, holes.random_square(1000, rng, hole=8))``. Which one gains most?

keys = {name: name.lower().replace(" ", "_").replace("–", "_") for name in scores}
quotable = {keys[name]: score.summary() for name, score in scores.items()}
pages.publish("filling_without_learning", classical=quotable)
