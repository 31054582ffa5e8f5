"""
What acts on a pixel of the fill
================================

Which of the known pixels does a network's answer come from? This page takes derivatives of the
trained direct network: where its output would react to a change, and what each pixel contributes as
it is. It trains nothing, and reads the network of :ref:`sphx_glr_gallery_direct_cnn.py`. The
chapter :ref:`chapter-direct-cnn` discusses the maps.
"""

# %%
# What could act, and what does
# -----------------------------
# The receptive field says what *can* act: 21 × 21 pixels for each pixel of the output. What does?
# Two numbers tell for each place of the input, both averaged over photographs in absolute value.
# The *sensitivity* is the gradient, the derivative of an output pixel's brightness: how strongly
# the output would react to a change at that place. The *contribution* is gradient times input: what
# the place adds to the output as it is, to first order.

import keras
import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import filling, measuring, networks, pages
from inpainting_guide.common import machine
from inpainting_guide.data import holes, protocol, tensors
from inpainting_guide.measuring import influence

# sphinx_gallery_thumbnail_number = 2

print("precision:", machine.use_precision())
filling.require("direct_cnn")
pages.show_code(influence.gradients, influence.sensitivity, influence.contribution)

# %%
# The maps
# --------
# All validation cars get the same hole, and two output pixels are asked, one at the centre of the
# hole and one at its upper rim. The network before its training is the control.

images = protocol.validation().images
middle = holes.square(*np.full((2, len(images)), 10))
seen = keras.ops.convert_to_numpy(tensors.network_input(images, middle))
pixels = {"centre of the hole": (15, 15), "rim of the hole": (10, 15)}
keras.utils.set_random_seed(0)  # as this network began
before, after = (
    [influence.gradients(asked, seen, *pixel) for pixel in pixels.values()]
    for asked in (networks.direct_cnn(), filling.load("direct_cnn"))
)
maps = {
    "gradient, untrained": [influence.sensitivity(gradient) for gradient in before],
    "gradient, trained": [influence.sensitivity(gradient) for gradient in after],
    "gradient × input": [influence.contribution(gradient, seen) for gradient in after],
}
influences = pages.influence_maps(maps, middle[0, ..., 0], pixels)
plt.show()

# %%
# The corners of the hole are orange, the output pixel has a cross. In the hole all four channels
# are 0. So a missing pixel contributes exactly nothing, though it may have a gradient, the answer
# to "what if something were known here?". (In the untrained network, whose biases are 0, the middle
# of the hole has not even a gradient: the ReLUs there are off.) What differs from car to car in the
# fill comes from known pixels, mostly from those next to the hole. (The colours are by the square
# root, so that weak values can be seen. Below each map stands which share of it lies on known
# pixels.)
#
# One of them by itself: what each known pixel contributes to the centre.

centre = dict([*pixels.items()][:1])
pages.influence_maps({"gradient × input": maps["gradient × input"][:1]}, middle[0, ..., 0], centre)
plt.show()

# %%
# In numbers
# ----------
# Where do the contributions to a pixel, gradient × input, come from? *Beside* the hole means in its
# rows, *above and below* in its columns (the rest lies diagonally from it); the two rings of pixels
# around it are counted on all sides.

known = middle[0, ..., 0] == 1
next_to_hole = known & (holes.square(8, 8, hole=16)[0, ..., 0] == 0)  # two rings of pixels
above_and_below = known & ~known.all(axis=0)
beside = known & ~known.all(axis=1)[:, None]


def share(values, where):
    """Return which share of a map lies on some of its pixels."""
    return measuring.Quantity(influence.share(values, where), "share")


shares = {}
for number, place in enumerate(("centre", "rim")):
    untrained, trained, contribution = (of_pixels[number] for of_pixels in maps.values())
    shares[place] = {
        "untrained": share(untrained, known),
        "sensitivity": share(trained, known),
        "gathered_untrained": share(untrained * known, next_to_hole),
        "gathered_trained": share(trained * known, next_to_hole),
        "nearest": share(contribution, next_to_hole),
        "beside": share(contribution, beside),
        "above_and_below": share(contribution, above_and_below),
    }
titles = {
    "nearest": "from the two rings around the hole",
    "beside": "from beside the hole",
    "above_and_below": "from above and below",
}
pages.show_table(shares, titles)

# %%
# The pixel at the upper rim takes most from above, where its known neighbours are. The centre is as
# far from what is known above and below as from what is known beside, and takes more from beside.
# The photographs suggest why: compare how strongly two values six pixels apart are correlated along
# a row and along a column.

grey = images.mean(axis=-1)
pairs = {"row": (grey[:, :, 6:], grey[:, :, :-6]), "column": (grey[:, 6:], grey[:, :-6])}
along = {}
for direction, values in pairs.items():
    correlation = np.corrcoef(*map(np.ravel, values))[0, 1]
    along[f"along_a_{direction}"] = measuring.Quantity(correlation)
    print(f"correlation along a {direction}: {along[f'along_a_{direction}']}")


# %%
# .. topic:: What to try next
#
#    Ask about a corner of the hole: put ``(10, 10)`` in place of the rim's ``(10, 15)``, and guess
#    before you look: how much comes from beside the hole now, and how much from above and below?
#    Then ask the U-Net (``filling.load("unet")``, once its page has run), whose receptive field
#    covers the whole photograph. Does it read more than the rim?

published = dict(along)
for place, row in shares.items():
    published |= {f"{key}_{place}": value for key, value in row.items()}
pages.publish("what_acts_on_a_pixel", influence=published)
pages.publish_pictures("what_acts_on_a_pixel", maps=influences)
