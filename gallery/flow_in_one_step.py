"""
A flow in one step
==================

The flow of :ref:`sphx_glr_gallery_flow.py` asks its denoiser eight times for every fill. Could a
network be taught to give the same fill when it is asked once? And can *squared error* teach it, the
loss that made the blurred fills of this tutorial? On this page the flow is the teacher, so run its
page first. The chapter :ref:`chapter-flow` has the theory (:ref:`flow-in-one-step`).
"""

# %%
# One right answer
# ----------------
# A hole has many possible fills. A network that is trained on squared error cannot know which of
# them was there, so it answers with their mean, and that is a blur. But a flow is a rule. Tell it
# the hole *and the noise* that it starts from, and only one fill is left: the one where its path
# ends. A network that is told the noise as well has no reason to hedge.
#
# Here is one hole, which the flow fills four times, from the same noises in both rows. Asked once,
# it answers with the mean, whatever the noise, because nothing is decided yet. After eight steps
# every noise has led to another fill:

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops

from inpainting_guide import filling, measuring, networks, pages, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, holes, protocol, tensors
from inpainting_guide.measuring import calibration
from inpainting_guide.networks import windows

# sphinx_gallery_thumbnail_number = 4

print("precision:", machine.use_precision())
filling.require("flow")
teacher = filling.load("flow")
one = protocol.validation()[13:14]


def four_fills(network):
    """Fill the hole four times: all networks begin with the same noises."""
    return network.samples(one.incomplete, one.location_map, count=4)[:, 0]


rows = {}
for steps, asked in {1: "asked once", 8: "asked eight times"}.items():
    teacher.steps = steps
    rows[asked] = four_fills(teacher)
four_holes = np.repeat(one.location_map, len(rows[asked]), axis=0)
pages.contact_sheet(rows, location_map=four_holes)
plt.show()

# %%
# The student
# -----------
# It is the same network with the same weights, to begin with. Its loss is the squared error between
# its answer to the noise and the residual at which the teacher arrives from there. Of the
# photographs it sees what is known around the hole; what was in the hole it never sees.

keras.utils.set_random_seed(0)
network = networks.FlowInOneStep.taught_by(teacher)
pages.show_code(networks.FlowInOneStep.taught_by)
pages.show_code(networks.FlowInOneStep.error, networks.FlowInOneStep.target)

# %%
# The recipe
# ----------
# That of the flow, for far fewer images: the student knows how to fill, and has only to learn to
# decide at once. The batches are half as large, so that it descends more often. For each image the
# teacher takes its eight steps, in validation too, for which a hundred cars are enough here.

IMAGES, BATCH_SIZE = 6_400, 32

held_out = protocol.validation()[:100]
rate = training.warm_up_and_cosine(3e-3, IMAGES // BATCH_SIZE)
network.compile(optimizer=training.ConvolutionMuon(rate))
record = training.fit(
    network,
    cars.load().train,
    budget=IMAGES,
    batch_size=BATCH_SIZE,
    epochs=5,
    validation=held_out,
)

# %%

curve = pages.loss_terms(record, {"velocity_error": ("squared error of the residual", {})})
plt.show()

# %%
# A network that answered with the mean, whatever the noise, would stay near the mean square of the
# residuals at which the teacher arrives:

inputs = tensors.network_input(held_out.incomplete, held_out.location_map)
window, mean = network.condition(inputs)
noise = keras.random.normal(ops.shape(mean), stddev=network.spread, seed=0)
residual = network.target(inputs, held_out.images, window, mean, noise)
print(f"mean square of the teacher's residuals: {np.mean(np.square(residual)):.2f}")

# %%
# The same fills?
# ---------------
# The teacher in eight steps and the student in one, from the same noises:

rows = {"teacher, eight steps": four_fills(teacher), "student, one step": four_fills(network)}
sheet = pages.contact_sheet(rows, location_map=four_holes)
plt.show()

# %%
# Nearly. How close does the student come to its teacher's fills on 200 test cars, and how close is
# another fill of the teacher's?

protocol.declare_final()
task = protocol.test()
few = task[:200]
taught, another = teacher.samples(few.incomplete, few.location_map, count=2)
same_noise, _ = network.samples(few.incomplete, few.location_map, count=2)
by_teacher = protocol.Task(taught, few.location_map)
agreement = {
    name: measuring.score(found, by_teacher).summary()["psnr_of_mean"]
    for name, found in {"student": same_noise, "another noise": another}.items()
}
for name, decibels in agreement.items():
    print(f"{name}: a PSNR of {decibels} dB with the teacher's fill")

# %%
# As good?
# --------
# Sharpness and distances as on the page of the flow. (The distances compare fills with photographs,
# both × 1000; below those of the last row, differences mean nothing.) The seam divides the
# differences across the border of the hole by those of photographs.

question = task.incomplete, task.location_map
fills = {"mean network": filling.by(teacher.mean_network)(*question)}
for steps, name in {1: "teacher, one step", 8: "teacher, eight steps"}.items():
    teacher.steps = steps
    (fills[name],) = teacher.samples(*question, count=1)
(fills["student, one step"],) = network.samples(*question, count=1)
rows = measuring.right_and_real(fills, task)
for name, found in fills.items():
    rows[name]["seam"] = measuring.seam_ratio(task.images, found, task.location_map)
titles = {"psnr_of_mean": "PSNR of the mean squared error, dB", "sharpness": "sharpness"}
titles |= {"seam": "seam", "raw": "distance of pixels", "laplacian": "distance of detail"}
pages.show_table(rows, titles)

# %%
# And as varied? Nineteen fills for each of 200 holes, as on the flow's page: how often does the
# photograph's value lie among the middle half of the samples and among the middle nine tenths, and
# how large is their variance, as a share of the squared error of their mean?

several = network.samples(few.incomplete, few.location_map, count=19)
ranks = calibration.ranks(few.images, several, few.location_map)
covered = {percent: calibration.coverage(ranks, percent / 100) for percent in (50, 90)}
diversity = measuring.diversity(few.images, several, few.location_map)
for percent, share in covered.items():
    print(f"in the middle {percent} %: {share} (perfect samples: {percent} %)")
print(f"variance: {diversity} (perfect samples: {measuring.Quantity(19 / 20, 'share')})")

# %%
# From one fill to another
# ------------------------
# Because the noise decides the fill, one can ask for what lies between two fills, and here every
# stop costs a single call. With two independent noises :math:`a` and :math:`b`,
# :math:`a \cos θ + b \sin θ` is noise of the same kind: the variances of independent noises add,
# and the squares of the factors add up to 1. So every fill on the way from one to the other is as
# good a sample as the two ends:

ANGLES = np.linspace(0, np.pi / 2, 7)

inputs = tensors.network_input(one.incomplete, one.location_map)
window, mean = network.condition(inputs)
ends = [keras.random.normal(ops.shape(mean), stddev=network.start, seed=seed) for seed in (0, 1)]
between = [float(np.cos(angle)) * ends[0] + float(np.sin(angle)) * ends[1] for angle in ANGLES]
patches = [windows.paste(inputs, network.integrate(window, mean, noise)) for noise in between]
incomplete, location_map = (
    np.repeat(each, len(ANGLES), axis=0) for each in (one.incomplete, one.location_map)
)
walk = holes.compose(incomplete, np.concatenate(patches), location_map)
degrees = [f"{np.degrees(angle):.0f}°" for angle in ANGLES]
path = pages.contact_sheet({"": walk}, columns=degrees, location_map=location_map)
plt.show()

# %%
# On the :doc:`first page </index>` the student fills a hole while you drag it, and on the page
# :ref:`try` you can walk between its fills.
#
# .. topic:: What to try next
#
#    Give the student what the photographs had in the hole, in place of the teacher's fills: in a
#    copy of this script, derive a class from ``FlowInOneStep`` whose ``target`` returns
#    ``(self.patch(image, inputs) - mean) / self.scale``, and write
#    ``@keras.saving.register_keras_serializable()`` above it, so that it can be read again. Make
#    your student by this class's ``taught_by``. (It takes the page's place in the store, so run the
#    page again afterwards.) It is told the same noise. Why do its fills stay a blur?

published = rows["student, one step"] | training.cost(record)
published |= {f"covered_{percent}": share for percent, share in covered.items()}
published |= {"diversity": diversity, "agreement": agreement["student"]}
published |= {"disagreement": agreement["another noise"]}
pages.publish("flow_in_one_step", flow_in_one_step=published)
pages.publish_pictures("flow_in_one_step", fills=sheet, path=path, curve=curve)
