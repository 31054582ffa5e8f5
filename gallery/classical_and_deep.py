"""
Classical and deep together
===========================

Does a network do better if a classical method fills what is simple, a plain background or the
border of the hole? With this advice for students who have no large computer the thesis ends. This
page joins the membrane of :ref:`sphx_glr_gallery_filling_without_learning.py` and a small U-Net in
a window (:ref:`sphx_glr_gallery_how_far_minutes_go.py`): first inside the network, then, without
any further training, outside it. The chapter :ref:`chapter-classical-and-deep` works out what to
expect.
"""

# %%
# A membrane is a matrix
# ----------------------
# To solve Laplace's equation for every image of every batch would keep the training waiting. But
# the solution is linear: each missing pixel is a weighted mean of the 48 pixels around the hole,
# and the weights are the same for every photograph. So they are computed once, and a layer
# multiplies by them. Where a side of the hole is the edge of the photograph it has no rim, and the
# weights differ: there is one matrix for each of the 16 sets of such sides.

import keras
import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine, names
from inpainting_guide.data import cars, protocol
from inpainting_guide.measuring import metrics
from inpainting_guide.networks import hybrids

# sphinx_gallery_thumbnail_number = 1

print("precision:", machine.use_precision())
pages.show_code(hybrids.membrane_matrices, networks.Membrane.__init__, networks.Membrane.call)
tune = protocol.validation()
membrane = filling.harmonic(tune.incomplete, tune.location_map)
untrained = networks.hybrid_in_window(sees_fill=False, adds_to="membrane")
layer = filling.by(untrained)(tune.incomplete, tune.location_map)
print(f"layer and solver differ by at most {np.abs(layer - membrane).max():.0e}")

# %%
# Four networks
# -------------
# The membrane can be shown to the network, as three more channels; or the network can paint what is
# to be *added* to it; or both. A network that adds starts from zero, and so is as good as the
# membrane before its first step. The plain one paints colours through a sigmoid, as always.

pages.show_code(networks.hybrid_in_window)

# %%
# All four see the same 1,600 images: a third of the photographs or so, once each. That is hardly
# any training. Whether one leads is asked car by car, with three seeds. (A quick run has two.)

BATCH_SIZE = 16
KINDS = {
    "plain": (False, "nothing"),
    "sees the membrane": (True, "nothing"),
    "adds to the membrane": (False, "membrane"),
    "sees and adds": (True, "membrane"),
}
SEEDS = range(machine.few_times(3))


def train(kind, images, seed=0, photographs=4500):
    """Train one of the networks, and fill the validation cars."""
    keras.utils.set_random_seed(seed)
    network = networks.hybrid_in_window(*KINDS[kind])
    rate = training.warm_up_and_cosine(3e-3, images // BATCH_SIZE)
    network.compile(optimizer=training.ConvolutionMuon(rate), loss=training.hole_loss())
    record = training.fit(
        network,
        cars.load().train[:photographs],
        budget=images,
        batch_size=BATCH_SIZE,
        epochs=1,
        seed=seed,
    )
    return network, record, filling.by(network)(tune.incomplete, tune.location_map)


def score(filled):
    return measuring.score(filled, tune)


def psnr(filled):
    return score(filled).summary()["psnr_of_mean"]


def lead(fills, others):
    """Compare two networks car by car, in the mean over their seeds."""
    pairs = zip(fills, others, strict=True)
    differences = [score(ours).psnr - score(theirs).psnr for ours, theirs in pairs]
    return measuring.mean(np.mean(differences, axis=0), "dB")


early = {kind: [train(kind, 1600, seed) for seed in SEEDS] for kind in KINDS}
early_fills = {kind: [filled for _, _, filled in runs] for kind, runs in early.items()}
table = {"membrane alone": {"psnr_of_mean": psnr(membrane)}}
for kind, fills in early_fills.items():
    errors = np.mean([score(filled).squared_error for filled in fills], axis=0)
    table[kind] = {"psnr_of_mean": metrics.psnr_of_mean(errors)}
    if kind != "plain":
        table[kind]["lead"] = lead(fills, early_fills["plain"])
        pairs = zip(fills, early_fills["plain"], strict=True)
        of_seeds = [lead([ours], [theirs]) for ours, theirs in pairs]
        table[kind]["lowest"] = min(of_seeds, key=lambda one: one.value)
TITLES = {"psnr_of_mean": "PSNR, dB", "lead": "lead, dB", "lowest": "lead of the worst seed, dB"}
pages.show_table(table, TITLES)

# %%
# Where the lead is
# -----------------
# It is there at every distance, but most beside the rim, where a membrane is at its best:

shown = {
    "membrane alone": membrane,
    "plain": early_fills["plain"][0],
    "sees and adds": early_fills["sees and adds"][0],
}
by_depth = {
    name: measuring.squared_error_by_depth(tune.images, filled, tune.location_map)
    for name, filled in shown.items()
}
pages.hole_profile(by_depth)
plt.show()

# %%
# How long it lasts
# -----------------
# Four times as many images; and as many of 50 photographs alone, each seen 128 times with fresh
# holes. (One seed each: a difference below 0.2 dB means little here. The benchmark
# ``benchmarks/classical_and_deep.py`` has five budgets and three seeds.)

both = "plain", "sees and adds"
settings = {
    "1,600 images": {kind: early_fills[kind][0] for kind in both},
    "6,400 images": {kind: train(kind, 6400)[2] for kind in both},
    "6,400 images of 50 photographs": {kind: train(kind, 6400, photographs=50)[2] for kind in both},
}
lasting = {
    name: {"plain": psnr(fills["plain"]), "sees_and_adds": psnr(fills["sees and adds"])}
    | {"lead": lead([fills["sees and adds"]], [fills["plain"]])}
    for name, fills in settings.items()
}
titles = {"plain": "plain, dB", "sees_and_adds": "sees and adds, dB", "lead": "lead, dB"}
pages.show_table(lasting, titles)

# %%
# The lead is a head start: most of it is gone. It hardly matters how many photographs there are.
#
# Border and core
# ---------------
# Now to the thesis's own words: reconstruct "the boundaries of the missing areas first". The
# membrane takes the outer rings of the hole, the plain network the core. (The network is not shown
# these rings, which hold nothing that is not in the known pixels.) No ring at all is the network
# alone. With six, only holes at the edge of a photograph have a core left.

depth = np.stack(
    [ndimage.distance_transform_cdt(known == 0) for known in tune.location_map[..., 0]]
)[..., None]
plain = {
    f"after {budget}": settings[budget]["plain"] for budget in ("1,600 images", "6,400 images")
}
rings = {
    name: [psnr(np.where(depth <= count, membrane, filled)) for count in range(7)]
    for name, filled in plain.items()
}
lines = {name: [each.value for each in of_rings] for name, of_rings in rings.items()}
pages.versus(lines, range(7), ("rings that the membrane fills", "PSNR, dB"), "linear")
plt.show()

# %%
# One ring or two help the network that has hardly been trained; the other does better alone.
#
# A switch can only choose between two fills. A mixture can be better than both, where their errors
# differ. Each distance from the rim gets a weight of its own, found by least squares on one half of
# the validation cars and measured on the other.

HALF = len(tune.images) // 2


def weights(filled):
    """Find the membrane's weight at each depth, from the first half of the cars."""
    found = np.zeros(depth.max() + 1, np.float32)
    for at in range(1, len(found)):
        here = depth[:HALF, ..., 0] == at
        of_membrane, of_network = ((f - tune.images)[:HALF][here] for f in (membrane, filled))
        found[at] = np.sum(of_network * (of_network - of_membrane))
        found[at] /= np.sum((of_membrane - of_network) ** 2) + 1e-6
    return found


mixtures = {}
for name, filled in plain.items():
    of_membrane = weights(filled)
    mixed = np.clip(filled + of_membrane[depth] * (membrane - filled), 0, 1)
    ours, alone = (measuring.score(each[HALF:], tune[HALF:]) for each in (mixed, filled))
    mixtures[name] = {f"weight_{at}": measuring.Quantity(of_membrane[at]) for at in (1, 3, 6)}
    mixtures[name]["gain"] = measuring.compare(ours, alone)["gain_mean"]
titles = {f"weight_{at}": f"membrane's weight at {at}" for at in (1, 3, 6)}
pages.show_table(mixtures, {"gain": "gain, dB"} | titles)

# %%
# The young network errs in other ways than the membrane. Later nothing is left to gain.
#
# Simple background
# -----------------
# Or let the membrane have the simple *holes*, those with the most even rim, from none to all:

known = tune.location_map[..., 0] == 1
rims = [each & ndimage.binary_dilation(~each) for each in known]
spread = [image[rim].std(axis=0).mean() for image, rim in zip(tune.images, rims, strict=True)]
background = {}
for share in (0, 0.1, 0.25, 0.5, 1):
    simple = (spread <= np.quantile(spread, share)) & (share > 0)
    mixed = np.where(simple[:, None, None, None], membrane, plain["after 1,600 images"])
    background[f"{share:.0%}"] = score(mixed).summary()
titles = {"psnr_of_mean": "PSNR of the mean squared error, dB", "mean_psnr": "mean of PSNRs, dB"}
pages.show_table(background, titles)

# %%
# By the mean of PSNRs that helps, by the mean error hardly: simple holes have small errors.
#
# Blending
# --------
# Last, keep of a fill nothing but the differences of its neighbouring pixels, and let the rim say
# how bright all of it is (Poisson blending). Nothing is trained for it. The *step* is that across
# the border, divided by that of the photographs: 1 is right.

pages.show_code(filling.blend)
to_blend = {
    "nearest car": filling.nearest_car(tune.incomplete, tune.location_map),
    "membrane alone": membrane,
}
for budget in ("1,600 images", "6,400 images"):
    to_blend |= {f"{kind}, {budget}": settings[budget][kind] for kind in both}
pasting = {}
for name, filled in to_blend.items():
    blended = filling.blend(tune.incomplete, filled, tune.location_map)
    pasting[name] = {"before": psnr(filled), "after": psnr(blended)}
    pasting[name]["gain"] = lead([blended], [filled])
    for step, each in (("step", filled), ("step_after", blended)):
        pasting[name][step] = measuring.seam_ratio(tune.images, each, tune.location_map)
titles = {"before": "PSNR, dB", "after": "blended, dB", "gain": "gain, dB"}
pages.show_table(pasting, titles | {"step": "step", "step_after": "step, blended"})

# %%
# A copy gains most, and the plain network with little training much. A network that knows its rim
# gains nothing or loses, for photographs do have steps.
#
# The fills
# ---------
# Nothing is left to choose. The networks are those of 1,600 images and the first seed.

protocol.declare_final()
task = protocol.test()
question = task.incomplete, task.location_map
fills = {"membrane": filling.harmonic(*question)}
fills |= {kind: filling.by(runs[0][0])(*question) for kind, runs in early.items()}
fills["plain, blended"] = filling.blend(task.incomplete, fills["plain"], task.location_map)
order = "membrane", "plain", "plain, blended", "sees and adds"
sheet = pages.fill_sheet(task, {name: fills[name] for name in order})
plt.show()

# %%

scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)
gain = measuring.compare(scores["sees and adds"], scores["plain"])["gain_mean"]
print(f"sees and adds, against plain: {gain.signed} dB ({gain.interval})")

# %%
# .. topic:: What to try next
#
#    Let the network see another classical fill: the biharmonic one is linear too, but where it is
#    clipped. Or blend inside the network, so that it is trained with what blending does to it.

published = {names.key(kind): row for kind, row in table.items()}
for kind, runs in early.items():
    published[names.key(kind)] |= training.cost(runs[0][1])
published |= {
    "lasting": {f"of_{names.key(name)}": row for name, row in lasting.items()},
    "rings": {
        names.key(name): {f"of_{n}": one for n, one in enumerate(each)}
        for name, each in rings.items()
    },
    "mixtures": {names.key(name): row for name, row in mixtures.items()},
    "background": {f"share_{name.strip('%')}": row for name, row in background.items()},
    "blending": {names.key(name): row for name, row in pasting.items()},
    "test": {names.key(name): score.summary() for name, score in scores.items()},
}
pages.publish("classical_and_deep", classical_and_deep=published)
pages.publish_pictures("classical_and_deep", fills=sheet)
