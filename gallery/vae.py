"""
A variational autoencoder of whole cars
=======================================

Suppose that a network has learnt what cars look like, and nothing about holes. What can it do? This
page trains a plain variational autoencoder: it restores cars, roughly, invents blurred ones, walks
from one to another, and in the end fills holes, although nobody has taught it to. The chapter
:ref:`chapter-vae` has the theory.
"""

# %%
# The network
# -----------
# The *encoder* reads a photograph and returns the mean and the log variance of 32 latent values;
# the *decoder*, which is told nothing else, turns such values into a photograph.
# (``contract`` and ``double`` are pieces of a U-Net, listed on :ref:`sphx_glr_gallery_unet.py`.)

import keras
import matplotlib.pyplot as plt
import numpy as np
from scipy.special import logsumexp

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.networks import gaussians
from inpainting_guide.networks.variational import Variational

# sphinx_gallery_thumbnail_number = 3

print("precision:", machine.use_precision())
filling.require("autoencoder")
keras.utils.set_random_seed(0)
network = networks.VAE()
pages.show_code(networks.VAE.__init__, networks.VAE.decode)
parts = network.encoder, network.decoder, network
pages.show_table({part.name: {"parameters": part.count_params()} for part in parts})

# %%
# All variational autoencoders of this tutorial have one class in common. It keeps σ², the variance
# of a pixel around its decoded value, a source of noise, and running means of what is measured.

pages.show_code(Variational.__init__)

# %%
# From the mean and the log variance a sample is drawn: the mean, plus the standard deviation times
# noise. The noise comes from outside, so that the gradient can flow through both.

pages.show_code(gaussians.sample)

# %%
# The loss
# --------
# It has two parts, both in *nats* (one nat is 1.44 bits). The first is the negative log-likelihood
# of the photograph: its squared error, summed and divided by 2σ², and a constant that depends on σ²
# alone.

pages.show_code(gaussians.negative_log_likelihood)

# %%
# The second is the divergence of the latent from N(0, I), here for one latent value at a time.

pages.show_code(gaussians.divergence)

# %%
# Together they are the loss of a batch, the negative evidence bound: nats per photograph.

pages.show_code(networks.VAE.terms)

# %%
# The recipe
# ----------
# The step is written as Keras documents it: measure, differentiate, descend. And σ² is learnt: for
# a given decoder the best σ² is its mean squared error, so a running mean of that error follows
# the decoder as it improves.

pages.show_code(Variational.train_step, Variational.track)

# %%
# The loss is that of the whole photograph, so the holes in the batches do not matter.

IMAGES = 48_000
BATCH_SIZE = 64

rate = training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE)
network.compile(optimizer=training.ConvolutionMuon(rate))
record = training.fit(
    network,
    cars.load().train,
    budget=IMAGES,
    batch_size=BATCH_SIZE,
    epochs=10,
    validation=protocol.validation(),
)

# %%
# Each term of the loss, in its own unit:

pages.loss_terms(
    record,
    {
        "loss": ("loss, nats a photograph", {}),
        "divergence": ("divergence, nats a photograph", {}),
        "squared_error": ("squared error", {}),
    },
)
plt.show()
variance = measuring.Quantity(float(np.exp(network.log_variance)))
print(f"σ² has become {variance}, from {network.variance}")

# %%
# Does it know cars, or has it learnt its training cars by heart? The same loss on the validation
# cars tells. As long as both lines fall, what is learnt serves for new cars too: here they do,
# though the second hardly any more at the end. The distance between them, which grows in the second
# half, is what serves for the training cars alone.

history = record["history"]
seen = record["images"] / len(history["loss"]) * np.arange(1, len(history["loss"]) + 1) / 1000
losses = {"training": history["loss"], "validation": history["val_loss"]}
curve = pages.versus(losses, seen, ("images seen, thousands", "loss, nats"), "linear")
plt.show()

# %%
# Restored and invented
# ---------------------
# To restore a photograph, encode it and decode the mean of its latent. To invent one, decode a
# sample of the prior N(0, I), which is all that anybody knows of the latent without a photograph.

task = protocol.validation()
mean, log_variance = network.encoder(task.images, training=False)
z = keras.random.normal((len(mean), network.values), seed=1)
restored, invented = (np.asarray(network.decode(values)) for values in (mean, z))
shown = slice(4, 8)
cars_sheet = pages.contact_sheet(
    {
        "photographs": task.images[shown],
        "restored": restored[shown],
        "invented": invented[shown],
    }
)
plt.show()

# %%
# Both are blurred, because the decoder returns the *mean* of the photographs that a latent may
# stand for: what the latent does not say is averaged over. The invented ones have one more
# difficulty: they start from latents where the encoder may never have put a photograph.
#
# How blurred are they? The measure of sharpness sums the differences between neighbouring pixels
# and divides by the same sum for photographs. The last row is a true sample of the model, which
# says that every pixel has noise of variance σ² around the decoder's image. So the model's own
# samples are rougher than photographs, but with noise, where photographs have edges.

everywhere = np.zeros_like(task.location_map)
noisy = np.random.default_rng(0).normal(invented, np.sqrt(variance.value))
kinds = {"restored": restored, "invented": invented, "invented, with noise": noisy.clip(0, 1)}
sharpness = {
    name: measuring.sharpness_ratio(task.images, images, everywhere)
    for name, images in kinds.items()
}
pages.show_table({name: {"sharpness": ratio} for name, ratio in sharpness.items()})
rows = {"invented": invented[shown], "invented, with noise": noisy[shown]}
noise_sheet = pages.contact_sheet(rows)
plt.show()

# %%
# What the latent says
# --------------------
# How far does the encoder move each latent value away from the prior? Below is the divergence of
# every value, averaged over the validation cars. A value that says nothing costs nothing and lies
# at zero: it is switched off. With so short a latent all values are wanted, and lie far above.

divergences = np.asarray(gaussians.divergence(mean, log_variance)).mean(axis=0)
alive = int((divergences > 0.05).sum())
bars = pages.sorted_bars(divergences, "divergence, nats", threshold=0.05)
plt.show()

# %%
# From one car to another
# -----------------------
# A straight walk from the latent of one car to that of another. Halfway between two pictures lies a
# double exposure; between two latents the shape itself changes, here too blurred to be called a
# car.

first, last = np.asarray(mean)[[4, 7]]
steps = np.linspace(0, 1, 5, dtype="float32")[:, None]
walk = np.asarray(network.decode((1 - steps) * first + steps * last))
blend = (1 - steps[..., None, None]) * restored[4] + steps[..., None, None] * restored[7]
walk_sheet = pages.contact_sheet({"latents": walk, "restored cars, blended": blend})
plt.show()

# %%
# The evidence and its bound
# --------------------------
# Training raises a lower bound of log p(x), the logarithm of the evidence. How large is the gap?
# Importance sampling estimates log p(x) from K samples of the encoder: by the logarithm of the mean
# of p(x | z) p(z) / q(z | x). For K = 1 the expectation of this estimate is the bound; for larger K
# it rises towards log p(x), from below: the gap is at least what it rises by. (The intervals are
# over cars, and the same cars for every K.)


def evidence(network, images, draws, seed=0):
    """Estimate log p(x) of photographs, in nats, from `draws` samples of the latent."""
    mean, log_variance = network.encoder(images, training=False)
    noise = keras.random.SeedGenerator(seed)
    logarithms = []
    for _ in range(machine.few_times(draws)):
        z = gaussians.sample(mean, log_variance, noise)
        errors = np.square(np.asarray(network.decode(z)) - images).sum(axis=(1, 2, 3))
        surprise = gaussians.negative_log_likelihood(errors, images[0].size, network.log_variance)
        squares = np.square(z) - np.square(z - mean) / np.exp(log_variance)
        prior_over_encoder = -0.5 * np.sum(squares - log_variance, axis=-1)
        logarithms.append(prior_over_encoder - np.asarray(surprise))
    return logsumexp(logarithms, axis=0) - np.log(len(logarithms))


few = task.images[:100]
estimates = {k: measuring.mean(evidence(network, few, k)) for k in (1, 10, 100)}
pages.show_table({f"K = {k}": {"nats a photograph": nats} for k, nats in estimates.items()})

# %%
# Holes
# -----
# The network knows something of cars, but was never asked for the missing part of one. It can be
# asked by turns: put any fill into the hole, encode the whole, decode it, and take the fill from
# there; the known pixels stay. Rezende and others (2014) proposed this. If the encoder were exact,
# and each turn sampled the latent and then the pixels, the fills would in the end be samples of
# what is possible given the known pixels: the chapter has a proof. With the mean of the latent
# instead of a sample, every hole gets one answer (``call``); ``samples`` asks for several.

pages.show_code(networks.VAE.alternate, networks.VAE.call, networks.VAE.draw, Variational.samples)
turns, quality = (1, 2, 5, 10, 20, 50), []
part = task[:100]
for count in turns:
    network.turns = count
    inputs = np.concatenate([part.incomplete, part.location_map], axis=-1)
    quality.append(measuring.score(np.asarray(network(inputs)), part))
by_turns = pages.versus(
    {"VAE by turns": [score.summary()["psnr_of_mean"].value for score in quality]},
    turns,
    ("turns", "PSNR, dB"),
)
plt.show()
network.turns = 5

# %%
# The first turns help, probably because each fill fits the known pixels better than the one before.
# Then the fills wander off: the encoder was never shown an image with a wrong square in it, and
# what it says of one need not lead towards a car. From now on the network takes five turns. How do
# its fills compare with those of a network that was trained to fill? On the test cars:

protocol.declare_final()
task = protocol.test()
samples = network.samples(task.incomplete, task.location_map, count=4)
fills = {
    "harmonic": filling.harmonic(task.incomplete, task.location_map),
    "autoencoder": filling.by(filling.load("autoencoder"))(task.incomplete, task.location_map),
    "VAE by turns, means": filling.by(network)(task.incomplete, task.location_map),
    "VAE by turns, one sample": samples[0],
}
fills_sheet = pages.fill_sheet(task, fills)
plt.show()
scores = {name: measuring.score(filled, task) for name, filled in fills.items()}
pages.show_scores(scores)
pages.show_budgets({"autoencoder": ["autoencoder"], "VAE": ["vae"]})

# %%
# Neither reaches even the harmonic fill. One reason (the chapter has three more): a fill passes
# through the same few numbers that have to describe the whole car, so it need not fit its rim. Here
# a *condition* helps: :ref:`sphx_glr_gallery_cvae.py` gives the incomplete photograph to the
# decoder.
#
# .. topic:: What to try next
#
#    Train it with ``latent=128, name="vae_128"``. Do the bound and the restored cars gain? Are all
#    values still wanted? And what becomes of the invented cars, and of the fills?

found = {
    "variance": variance,
    "alive": alive,
    "latent": network.values,
    "divergence": measuring.Quantity(float(divergences.sum())),
    "bound": estimates[1],
    "evidence": estimates[100],
    "gap": measuring.Quantity(estimates[100].value - estimates[1].value),
    "restored_sharpness": sharpness["restored"],
    "invented_sharpness": sharpness["invented"],
    "sample_psnr": scores["VAE by turns, one sample"].summary()["psnr_of_mean"],
    "diversity": measuring.diversity(task.images, samples, task.location_map),
    "first_turn": quality[0].summary()["psnr_of_mean"],
    "last_turn": quality[-1].summary()["psnr_of_mean"],
    "kept_turns": quality[turns.index(network.turns)].summary()["psnr_of_mean"],
}
summary = scores["VAE by turns, means"].summary()
pages.publish("vae", vae=summary | training.cost(record) | found)
pages.publish_pictures(
    "vae", cars=cars_sheet, walk=walk_sheet, noise=noise_sheet, fills=fills_sheet,
    curve=curve, divergences=bars, turns=by_turns,
)  # fmt: skip
