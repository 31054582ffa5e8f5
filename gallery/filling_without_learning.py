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
import numpy as np

from inpainting_guide import filling, measuring, pages
from inpainting_guide.common import names
from inpainting_guide.data import cars, holes, protocol
from inpainting_guide.pages import figures

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
# The others, in a few words each: *nearest car* copies the hole from the training car whose known
# pixels match best; *Telea* works inwards from the rim, with weighted means; *Navier–Stokes*
# continues lines of equal brightness; *harmonic* makes every pixel the mean of its neighbours, like
# a membrane over the rim; *biharmonic* bends like a thin plate, and continues slopes as well. The
# chapter :ref:`chapter-classical-methods` has them all. How long does each take?

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
# All that a smooth fill can do is carry colours across. Where the hole covers sky or road, that is
# the answer; where it covers an edge, as here, or a wheel, as below, a fog is left. *Nearest car*
# pastes real texture instead, which looks sharp but belongs to another car. All six in one hole,
# with their PSNR:

CAR = 16
scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
shown = {"incomplete": task.incomplete} | fills | {"photograph": task.images}
(top, bottom), (left, right) = figures.extent(task.location_map[CAR])
with plt.rc_context(figures.STYLE):
    six, axes = plt.subplots(2, 4, figsize=(figures.WIDTH, 3.9))
    for axis, (name, images) in zip(axes.flat, shown.items(), strict=True):
        axis.imshow(images[CAR])
        axis.set(xlim=(left - 4.5, right + 3.5), ylim=(bottom + 3.5, top - 4.5))
        axis.set(xticks=[], yticks=[])
        axis.set_title(name, loc="left", pad=5)
        if name in fills:
            axis.set_xlabel(f"{scores[name].psnr[CAR]:.1f} dB", loc="left")
        figures.mark_hole(axis, task.location_map[CAR])
    figures.finish(six, f"One hole, enlarged; in two rows: {', '.join(shown)}")
plt.show()

# %%
# The nearest car's colours need not match those at the rim. But *there* its error is known, so a
# membrane, the harmonic fill, can spread it inwards and take it away, while the shapes stay. (The
# corners mark the hole, and in the nearest car the part that is copied.)


def nearest_of(y, m):
    """Find the training car whose known pixels are nearest."""
    train = cars.load().train
    return train[(np.square(train - y) * m).sum(axis=(1, 2, 3)).argmin()]


part = task[[CAR, 0]]
known = part.location_map
nearest = np.stack([nearest_of(y, m) for y, m in zip(part.incomplete, known, strict=True)])
# A membrane wants values from 0 to 1.
halved = holes.cut((part.incomplete - nearest) / 2 + 0.5, known)
mended = holes.compose(part.incomplete, nearest + 2 * filling.harmonic(halved, known) - 1, known)
pasted = holes.compose(part.incomplete, nearest, known)
whole = zip(nearest, pasted, mended, part.images, strict=True)
rows = dict(zip(("a test car", "another"), map(np.stack, whole), strict=True))
copies = pages.contact_sheet(rows, ["nearest car", "pasted", "seam mended", "photograph"])
for axis, location_map in zip(copies.axes, np.repeat(known, 4, axis=0), strict=True):
    figures.mark_hole(axis, location_map)
plt.show()

# %%
# The numbers
# -----------
# All of them are averages over the hole. The *PSNR of the mean squared error* averages the errors
# of all images first, and is ruled by the hard ones; the *mean of PSNRs* gives every image one
# vote. *L1* is the mean absolute error, and *SSIM* the structural similarity, 1 for equal images.
# It compares windows of 7 × 7 pixels; those at the rim also see known pixels, so it alone rewards a
# good seam. Each number has a 95 % interval, found by drawing the images again and again
# (:ref:`chapter-introduction` explains all of them).

pages.show_scores(scores)
pages.psnr_comparison(scores)
plt.show()

# %%
# The two best are close. They filled the same holes, so it is their *difference* on each image
# that should be averaged: its interval is narrower than those of the two means.


def difference(first, second):
    """Average the differences of two methods' scores, hole by hole."""
    a, b = scores[first], scores[second]
    return {
        "psnr": measuring.mean(a.psnr - b.psnr, "dB"),
        "squared_error": measuring.mean(a.squared_error - b.squared_error),
        "l1": measuring.mean(a.l1 - b.l1),
        "ssim": measuring.mean(a.ssim - b.ssim),
    }


PAIRS = {
    "plate": ("harmonic", "biharmonic"),
    "telea": ("harmonic", "Telea"),
    "opencv": ("Navier–Stokes", "Telea"),
    "copying": ("nearest car", "mean colour"),
}
differences = {key: difference(*pair) for key, pair in PAIRS.items()}
titles = {"psnr": "PSNR, dB", "squared_error": "squared error", "l1": "L1", "ssim": "SSIM"}
pages.show_table({" minus ".join(PAIRS[key]): row for key, row in differences.items()}, titles)

# %%
# By the mean of PSNRs the best two cannot be told apart: the interval holds zero. By the squared
# error the harmonic fill wins, by L1 and SSIM the biharmonic one. That one continues slopes, which
# is right more often than not and sometimes far too bold, and a squared error is ruled by the bold
# fills. How often is a pixel nearer to the truth?

missing = task.location_map[..., 0] == 0
membrane, plate = (
    np.square(fills[name] - task.images).mean(axis=-1)[missing]
    for name in ("harmonic", "biharmonic")
)
nearer = measuring.Quantity(np.mean(plate < membrane), "share")
print(f"the biharmonic fill is nearer than the harmonic one on {nearer} of the missing pixels")

# %%
# Where in the hole do they fail?

profiles = {
    name: measuring.squared_error_by_depth(task.images, fills[name], task.location_map)
    for name in ("mean colour", "biharmonic", "harmonic")
}
profile = pages.hole_profile(profiles)
plt.show()

# %%
# At the rim a smooth fill is good, because neighbouring pixels are alike. Towards the middle it
# loses most of its lead over the mean colour, whose error is nearly the same everywhere.
#
# .. topic:: What to try next
#
#    A network that has seen 4,500 cars should know that under a window there is a door:
#    :ref:`sphx_glr_gallery_direct_cnn.py`. Or measure smaller holes:
#    ``protocol.Task(task.images, holes.random_square(1000, np.random.default_rng(0), hole=8))``.
#    Which method gains most?

quotable = {names.key(name): score.summary() for name, score in scores.items()}
pages.publish(
    "filling_without_learning",
    classical=quotable,
    classical_differences=differences | {"plate_nearer": nearer},
)
pages.publish_pictures("filling_without_learning", six=six, copies=copies, profile=profile)
