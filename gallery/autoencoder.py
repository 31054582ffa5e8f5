"""
The autoencoder
===============

Does it help to see more of the car, through a bottleneck? This page builds the autoencoder of the
thesis (section 3.2, tables 3.2 and 3.3), trains it, and asks what its bottleneck really holds. It
compares with the direct network, so run :ref:`sphx_glr_gallery_direct_cnn.py` before. The chapter
:ref:`chapter-autoencoders` has the theory.
"""

# %%
# The network
# -----------
# Three strided convolutions bring the image down to 4 × 4 pixels of 256 channels, the *latent*, and
# three transposed convolutions bring it back.

import keras
import matplotlib.pyplot as plt
import numpy as np
import scipy.sparse.linalg

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, holes, protocol, tensors

# sphinx_gallery_thumbnail_number = 3

print("precision:", machine.use_precision())
filling.require("direct_cnn")
keras.utils.set_random_seed(0)
network = networks.autoencoder()
pages.show_code(networks.encoder, networks.autoencoder)

# %%
# Layer by layer, to compare with the thesis's tables. Each batch normalisation counts its running
# mean and variance too, which are not trained:

rows = {}
for layer in network.layers[1:]:
    _, height, width, channels = layer.output.shape
    shape = f"{height} × {width} × {channels}"
    rows[layer.name] = {"output": shape, "parameters": layer.count_params()}
pages.show_table(rows | {"in all": {"parameters": network.count_params()}})

# %%
# The thesis calls this hardly more than the direct network has, but it is 4.2 times as much. Since
# most of its layers work on small images, it needs fewer multiplications for an image all the same.
#
# The recipe
# ----------
# As for the direct network, but on fewer images, and AdamW moves the kernel that reads the image:
# squared error over the hole alone, Muon, a climb and a cosine, all of which
# :ref:`sphx_glr_gallery_direct_cnn.py` lists. Of the last four layers, again, only what the hole
# sees is computed: a transposed convolution reads half as many places as it writes, and one more.
# The layers before them are computed whole: through the latent, the hole sees most of the image.

IMAGES, BATCH_SIZE = 76_800, 64

at_the_hole = networks.AtTheHole(network)
at_the_hole.compile(
    optimizer=training.ConvolutionMuon(training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE)),
    loss=training.hole_loss(),
)
record = training.fit(
    at_the_hole,
    cars.load().train,
    budget=IMAGES,
    batch_size=BATCH_SIZE,
    epochs=10,
    validation=protocol.validation(),
)

# %%

curve = pages.training_curve({"autoencoder": record})
plt.show()

# %%
# The fills
# ---------

protocol.declare_final()
task = protocol.test()
methods = {
    "harmonic": filling.harmonic,
    "direct CNN": filling.by(filling.load("direct_cnn")),
    "autoencoder": filling.by(network),
}
fills = {name: fill(task.incomplete, task.location_map) for name, fill in methods.items()}
sheet = pages.fill_sheet(task, fills)
plt.show()

# %%
# One of the test cars, closer:

pages.before_and_after(task, fills["autoencoder"], 0, "autoencoder")
plt.show()

# %%
# The numbers
# -----------

scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)

# %%
# And what differs besides the network:

pages.show_budgets({"direct CNN": ["direct_cnn"], "autoencoder": ["autoencoder"]})
gain = measuring.compare(scores["autoencoder"], scores["direct CNN"])
print(f"against the direct CNN: {gain['gain_mean'].signed} dB ({gain['gain_mean'].interval}),")
print(f"better on {gain['wins']} of the cars")

# %%
# So at these budgets it does not help to see more of the car: the autoencoder is behind. It was
# trained on fewer images. And what passes through the bottleneck has to put its exact place into
# channels, which must be learnt; the skips of the next page spare it
# (:ref:`sphx_glr_gallery_unet.py`).
#
# What does the bottleneck hold?
# ------------------------------
# It has 4 · 4 · 256 = 4,096 values, more than the 3,072 of the image: it compresses nothing. But
# does the network use them all? We take the latents of all training cars, each with eight holes,
# find their principal directions, along which they vary most, and fill holes of the validation cars
# from latents that keep only the first few.

bottleneck = network.get_layer("conv4").output
encoder = keras.Model(network.inputs, bottleneck)
decoder = keras.Model(bottleneck, network.output)


def encode(task):
    """Return the latents of a task, a row for each image."""
    latents = filling.predict(encoder, tensors.network_input(task.incomplete, task.location_map))
    return latents.reshape(len(latents), -1).astype(np.float32)


def principal(latents):
    """Find the centre, the variances and the principal directions, the widest first."""
    centre = latents.mean(axis=0)
    centred = latents - centre
    if len(latents) < latents.shape[1]:  # fewer samples than directions: this is faster
        _, spread, directions = np.linalg.svd(centred, full_matrices=False)
        return centre, spread**2, directions
    variances, directions = np.linalg.eigh(centred.T @ centred)
    return centre, variances[::-1], directions.T[::-1]


def needed(variances):
    """Count the directions that hold 95 % of the variance."""
    return int(np.searchsorted(np.cumsum(variances) / np.sum(variances), 0.95)) + 1


pupils = [protocol.task(cars.load().train, seed) for seed in range(3, 11)]
latents = np.concatenate([encode(task) for task in pupils])
centre, variances, directions = principal(latents)
judged = protocol.validation()
own = encode(judged) - centre


def psnr_with(count):
    """Return the PSNR of fills from latents that keep the first `count` directions."""
    kept = centre + own @ directions[:count].T @ directions[:count]
    decoded = filling.predict(decoder, kept.reshape(-1, *bottleneck.shape[1:]))
    error = measuring.squared_error(judged.images, decoded, judged.location_map)
    return measuring.Quantity(float(measuring.psnr(error.mean())), "dB")


counts = (1, 4, 16, 64, 256, 1_024, 4_096)
pages.show_table({f"{count:,} of 4,096": {"PSNR, dB": psnr_with(count)} for count in counts})

# %%
# How many directions hold 95 % of the latents' variance? A sample has at most as many directions as
# images, and a small one looks narrower than what it was drawn from. So we count them twice, with
# eight holes for each car and with four. If half of the sample gives fewer directions, the count of
# the whole sample is too low as well:

half = latents[: len(latents) // 2]
of_all, of_half = needed(variances), needed(principal(half)[1])
for samples, count in ((len(latents), of_all), (len(half), of_half)):
    print(f"{samples:,} samples: {count:,} directions hold 95 % of the latents' variance")

# %%
# Half as many samples have somewhat fewer, so the count is a little low. The fills need yet fewer:
# a sixteenth of all directions does nearly as well as all of them. (The loss does not ask for the
# known pixels, so the encoder may drop them.) What is wide is the layer; the *code* is narrower.
#
# What it gets wrong
# ------------------
# The two worst holes and the two best, each with the PSNR of the autoencoder's fill. To see more
# does not help with the worst: both networks guess the same, and the photograph has something else.

ours = scores["autoencoder"]
ends = np.argsort(ours.psnr)[[0, 1, -2, -1]]
pages.fill_sheet(task, fills, ends, [f"{psnr:.1f} dB" for psnr in ours.psnr[ends]])
plt.show()

# %%
# What would a linear one do?
# ---------------------------
# With the hole always at the same place, here the middle, the best *linear* autoencoder needs no
# training: the chapter derives it. Here are two, with equally many numbers in the latent. One is
# made to copy complete cars, which is principal component analysis; the other is made to fill.
# (``ridge``, a small multiple of the identity, was chosen on these validation cars: without it, the
# matrix fits its own cars too closely, as at the end of :ref:`sphx_glr_gallery_cars_and_holes.py`.)

central = protocol.Task(judged.images, holes.square(*np.full((2, len(judged.images)), 10)))
known = np.broadcast_to(central.location_map[0] == 1, judged.images[0].shape).ravel()
train = cars.load().train.reshape(-1, known.size)
mean_car = train.mean(axis=0)
train = train - mean_car
covariance = train.T @ train / len(train)
components = scipy.sparse.linalg.eigsh(covariance, k=64)[1][:, ::-1]

ridge = 0.01 * np.eye(known.sum(), dtype=np.float32)
best_fill = np.linalg.solve(covariance[known][:, known] + ridge, covariance[known][:, ~known])
answers = train[:, known] @ best_fill
of_answers = np.linalg.eigh(answers.T @ answers)[1][:, ::-1]

damaged = (central.images.reshape(-1, known.size) - mean_car) * known


def linear(count, *, copies):
    """Fill the central holes through a latent of `count` numbers."""
    filled = np.tile(mean_car, (len(damaged), 1))
    if copies:
        filled += damaged @ components[:, :count] @ components[:, :count].T
    else:
        kept = of_answers[:, :count]
        filled[:, ~known] += damaged[:, known] @ best_fill @ kept @ kept.T
    filled = filled.reshape(central.images.shape)
    return holes.compose(central.incomplete, filled, central.location_map)


def psnr(filled):
    """Return the PSNR of the mean squared error over the central holes."""
    error = measuring.squared_error(central.images, filled, central.location_map)
    return measuring.Quantity(float(measuring.psnr(error.mean())), "dB")


latent_sizes = (1, 4, 16, 64)
linear_psnr = {
    f"latent of {count}": {
        "copies": psnr(linear(count, copies=True)),
        "fills": psnr(linear(count, copies=False)),
    }
    for count in latent_sizes
}
same_holes = filling.by(network)(central.incomplete, central.location_map)
reference = {"mean car": psnr(linear(0, copies=True)), "this page's network": psnr(same_holes)}
titles = {"copies": "made to copy, dB", "fills": "made to fill, dB"}
pages.show_table(
    linear_psnr | {name: dict.fromkeys(titles, value) for name, value in reference.items()}, titles
)

# %%
# A better copier copies the empty hole more faithfully, too: with 64 numbers the first one fills
# worse than with 16. The one that is made to fill needs few numbers: from 16 to 64 it hardly gains.
# And it comes close to the network, which has to cope with all 441 places of the hole, while this
# matrix knows one.

of_linear = pages.fill_sheet(
    central,
    {
        "linear, made to copy": linear(64, copies=True),
        "linear, made to fill": linear(64, copies=False),
        "autoencoder": same_holes,
    },
)
plt.show()

# %%
# The mean car, and the first principal components of complete cars, in which middle grey is 0:

first = components[:, :7].T / np.abs(components[:, :7].T).max(axis=1, keepdims=True)
first = np.concatenate([mean_car[None], 0.5 + first / 2]).reshape(8, *central.images.shape[1:])
of_components = pages.contact_sheet(
    {"the mean car, components 1 to 3": first[:4], "components 4 to 7": first[4:]}
)
plt.show()

# %%
# .. topic:: What to try next
#
#    Set ``ridge`` to 0. How much is left of the lead of *made to fill* over the mean car? Then let
#    the decoder see what the encoder saw: :ref:`sphx_glr_gallery_unet.py`.

of_latents = {
    "latent_directions": of_all,
    "latent_samples": len(latents),
    "latent_directions_of_half": of_half,
}
quoted = {"linear_mean_car": reference["mean car"], "central": reference["this page's network"]}
for count, row in zip(latent_sizes, linear_psnr.values(), strict=True):
    quoted |= {f"linear_{kind}_{count}": value for kind, value in row.items()}
published = ours.summary() | training.cost(record) | gain | of_latents | quoted
pages.publish("autoencoder", autoencoder=published)
pages.publish_pictures(
    "autoencoder", curve=curve, fills=sheet, linear=of_linear, components=of_components
)
