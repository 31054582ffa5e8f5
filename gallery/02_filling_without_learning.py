"""
Filling without learning
========================

How far do you get without a network? Six classical methods fill the same 1,000 holes, and are
measured the same way as everything that follows. The chapter :ref:`chapter-classical-methods`
derives them.
"""

# sphinx_gallery_thumbnail_number = 1

# %%
# The task
# --------
# The test protocol is one function: 1,000 test cars, one hole each, always the same ones.

import time

import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import classical, figures, machine, metrics, protocol, store

task = protocol.test()
if machine.quick():
    task = task[:40]
print(f"{len(task.images):,} images to fill")

# %%
# The methods
# -----------
# Each is a function of the incomplete images and their location maps.

fills, seconds = {}, {}
for name, method in classical.METHODS.items():
    began = time.perf_counter()
    fills[name] = method(task.incomplete, task.location_map)
    seconds[name] = time.perf_counter() - began
    print(f"{name:14} {1000 * seconds[name] / len(task.images):6.2f} ms a fill")

# %%
# Ten test cars, drawn at random: not the best, not the worst.

shown = np.random.default_rng(1).choice(len(task.images), 10, replace=False)
rows = {"incomplete": task.incomplete} | fills | {"photograph": task.images}
figures.contact_sheet({name: images[shown] for name, images in rows.items()})
plt.show()

# %%
# All that a smooth fill can do is to carry colours across. Where the hole covers sky or road that
# is the answer; where it covers a wheel there is a fog. *Nearest car* copies real texture instead.
# It looks sharp, and it is in the wrong place.
#
# The numbers
# -----------
# All of them are taken over the hole alone. The *PSNR of the mean error* averages the squared
# errors of all images first, and is ruled by the hard ones; the *mean of PSNRs* gives every image
# one vote. In brackets are 95 % bootstrap intervals over the images.

scores = {name: protocol.measure(method, task) for name, method in classical.METHODS.items()}
print(protocol.table(scores))

# %%

figures.psnr_comparison(scores)
plt.show()

# %%
# The two best are close. They filled the same holes, so it is their *difference* on each image
# that should be averaged: its interval is far narrower than those of the two means.

difference = metrics.mean(scores["harmonic"].psnr - scores["biharmonic"].psnr)
print(
    f"harmonic minus biharmonic, mean of PSNRs: {difference.value:+.2f} dB "
    f"({difference.low:+.2f} to {difference.high:+.2f})"
)
error = metrics.mean(scores["harmonic"].squared_error - scores["biharmonic"].squared_error)
print(f"the same for the squared error: {error.value:+.4f} ({error.low:+.4f} to {error.high:+.4f})")

# %%
# By the mean of PSNRs they are equal; by the squared error the harmonic fill wins. The biharmonic
# one continues slopes: often a little better, sometimes far too bold. Where in the hole do they
# fail?

profiles = {
    name: metrics.squared_error_by_depth(task.images, fills[name], task.location_map)
    for name in ("mean colour", "biharmonic", "harmonic")
}
figures.hole_profile(profiles)
plt.show()

# %%
# At the rim a smooth fill is good: neighbouring pixels are alike. Six pixels in, it is hardly
# better than the mean colour.
#
# .. topic:: What to try next
#
#    A network that has seen 4,500 cars should know that under a window there is a door:
#    :ref:`sphx_glr_gallery_03_direct_cnn.py`. Or change the size of the hole in
#    :mod:`inpainting_guide.protocol` and see which method suffers most.

KEYS = {name: name.lower().replace(" ", "_").replace("–", "_") for name in scores}
store.publish(
    "02_filling_without_learning",
    {"classical": {KEYS[name]: score.quotable() for name, score in scores.items()}},
)
