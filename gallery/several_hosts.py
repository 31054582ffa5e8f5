"""
The same network on several machines
====================================

When one machine is not enough, several can train one network together. Do they end with the same
weights as one? What if one of them dies in the middle, or does something different from the others?
Here two processes on one machine play two hosts; on real hosts the command is the same. The chapter
:ref:`chapter-several-machines` has the theory, and what it costs.
"""

# %%
# Who holds what
# --------------
# Every worker has the whole network, and some of the images. In each step it computes the gradient
# of its slice of the batch; then all add up their gradients, and all take the same step. Since they
# began with the same weights, they go on with the same weights. In training neither images nor
# weights are sent, only gradients and the loss.

import json
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide import pages
from inpainting_guide.data import cars, shards
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.training import devices, launching, parallel

# sphinx_gallery_thumbnail_number = 1

holding = pages.who_holds_what()
plt.show()

# %%
# The loop
# --------
# Keras's ``fit`` does not work with several hosts, so the loop is TensorFlow's own. The strategy
# calls the inner function on every worker, and the optimizer adds up the gradients of all workers
# before it takes its step. That is why the loss is divided by their number.

pages.show_code(parallel.compile_step)

# %%
# Who takes part, and which of them a process is, stands in the environment variable ``TF_CONFIG``.
# For the second of two hosts:

print(launching.tf_config(["10.0.0.1:4000", "10.0.0.2:4000"], index=1))

# %%
# The images
# ----------
# The images of a large collection do not all fit into memory, and need not all lie on every host.
# They are written into several files, called shards. A global batch takes equally many images from
# every shard, so that it is the same whether one worker reads all shards or two read half of them
# each.

workplace = tempfile.TemporaryDirectory()  # deleted when the script has ended
folder = Path(workplace.name)
counts = shards.write(folder / "shards", cars.load().train, shards=4)
print("images in each shard:", *counts)

STEPS, BATCH_SIZE, EVERY = 20, 16, 5
JOB = ["--steps", STEPS, "--batch", BATCH_SIZE, "--every", EVERY, "--shards", folder / "shards"]

# %%
# One process, two hosts
# ----------------------
# The same training, by one process and by two, with different optimizers and precisions. How far
# are the weights apart in the end? (They cannot be compared everywhere: TensorFlow trains on
# several hosts under Linux and macOS only. And a quick run, in which every second counts, leaves
# them out.)

POSSIBLE = launching.possible()
DESCENT = ["--optimizer", "sgd", "--rate", 0.1]
CASES = {
    "gradient descent": DESCENT,
    "Adam": ["--optimizer", "adam", "--rate", 1e-3],
    "Muon": ["--optimizer", "muon", "--rate", 1e-3],
    "gradient descent, bfloat16": [*DESCENT, "--precision", "mixed_bfloat16"],
}


def weights(name):
    """Read the weights that a job has written at its end, as one long vector."""
    with np.load(folder / name / "weights.npz") as file:
        return np.concatenate([file[part].ravel() for part in file.files])


def apart(one, other):
    """Measure the largest difference of two vectors of weights, in millionths."""
    return Quantity(1e6 * np.abs(one - other).max())


QUOTED = ["apart_0", "apart_1", "apart_2", "apart_3", "apart_killed", "apart_killed_one"]
QUOTED += ["resumed_after", "devices_plain", "devices_own_step", "devices_not_divided"]
rows, published = {}, dict.fromkeys(QUOTED)  # what is skipped is quoted as a dash
published |= {"steps": Quantity(STEPS, "count"), "batch_size": Quantity(BATCH_SIZE, "count")}
if not POSSIBLE:
    print("Several hosts are skipped: this is Windows, or a quick run.")
for number, (name, options) in enumerate(CASES.items() if POSSIBLE else ()):
    said = {}
    for workers in (1, 2):
        job = [folder / f"{number}-{workers}", *JOB, *options]
        said[workers] = json.loads(launching.run(job, workers).splitlines()[-1])
    difference = apart(weights(f"{number}-1"), weights(f"{number}-2"))
    rows[name] = {
        "last loss, one process": Quantity(said[1]["losses"][-1]),
        "two hosts": Quantity(said[2]["losses"][-1]),
        "largest difference of weights, millionths": difference,
    }
    published[f"apart_{number}"] = difference
if rows:
    pages.show_table(rows)

# %%
# With gradient descent in float32 they agree to the last digits: sums are added up in another
# order, and nothing else differs. Adam and Muon magnify tiny differences. Adam divides the gradient
# of each weight by its own size, so that a gradient which is hardly more than rounding makes as
# long a step as any other, and its sign is left to chance; Muon does the same with the directions
# of a whole matrix. Such steps matter little to the loss. In bfloat16 each worker rounds what it
# multiplies, and what comes out, to eight binary digits, and a gradient that was rounded slice by
# slice is not that of the whole batch rounded once.
#
# A worker is killed
# ------------------
# In a job with gradient descent, one worker is killed: it gets the signal that no process can
# refuse. The other one notices within seconds and stops.

if POSSIBLE:
    job = [folder / "killed", *JOB, *DESCENT, "--steps", 100_000]
    chief, other = launching.start([job, job])
    for line in chief.stdout:
        if line.startswith(f"step {EVERY}:"):
            break
    other.kill()
    (status, said), _ = launching.wait([chief, other], seconds=120)
    print(said.splitlines()[-1])

# %%
# What is left is the last checkpoint. The job is started again, to the step where the others ended,
# and goes on from there. (If the kill came late, all jobs go on for as many steps as are needed to
# compare.) How far is it in the end from the two hosts that no one killed, and from one process?

if POSSIBLE:
    reached = max(int(path.stem.rsplit("-", 1)[1]) for path in (folder / "killed").glob("*.index"))
    to_compare = max(STEPS, reached + 2)
    for name, workers in {"0-1": 1, "0-2": 2, "killed": 2}.items():
        job = [folder / name, *JOB, *DESCENT, "--steps", to_compare]
        report = launching.run(job, workers)
    first_step = json.loads(report.splitlines()[-1])["first_step"]
    published["resumed_after"] = Quantity(first_step, "count")
    published["apart_killed"] = apart(weights("killed"), weights("0-2"))
    published["apart_killed_one"] = apart(weights("killed"), weights("0-1"))
    print(f"went on after step {first_step}; largest differences of weights, in millionths:")
    print(f"from two hosts that were not killed {published['apart_killed']}")
    print(f"from one process {published['apart_killed_one']}")

# %%
# One of them does something else
# -------------------------------
# Two workers with different seeds would go on without complaint, and train a network on holes that
# nobody asked for. So before the first step all workers compare what matters, and refuse.

if POSSIBLE:
    job = [folder / "odd", *JOB]
    for _, said in launching.wait(launching.start([job, [*job, "--seed", 1]]), seconds=120):
        print(said.splitlines()[-1], "\n")

# %%
# Several devices of one machine
# ------------------------------
# With several graphics cards in *one* machine life is easier: ``MirroredStrategy`` works with
# ``compile`` and ``fit``. Here the processor is divided into two devices. A network with a training
# step of its own has to mind two things, and both are easily forgotten.

pages.show_code(devices.OwnStep.train_step)
result = folder / "devices.npz"
job = ["--steps", STEPS // 2, "--batch", BATCH_SIZE, "--optimizer", "sgd", "--rate", 0.1]
launching.run_devices(result, job)
rows = {}
with np.load(result) as found:
    for kind in [name for name in devices.KINDS if f"{name}, 2" in found]:
        shown = [Quantity(found[f"losses of {kind}, {count}"][0]) for count in (1, 2)]
        rows[kind] = {
            "first loss shown, one device": shown[0],
            "two devices": shown[1],
            "largest difference of weights, millionths": apart(
                found[f"{kind}, 1"], found[f"{kind}, 2"]
            ),
        }
        difference = rows[kind]["largest difference of weights, millionths"]
        published[f"devices_{kind.replace(' ', '_')}"] = difference
pages.show_table(rows)

# %%
# "Plain" is Keras's own training step, "own step" the one above, and the last two are that one with
# a mistake. "Not divided": every device computes the mean over its own slice, and the optimizer
# adds up two of them, so that each step is twice as long. Adam and Muon, whose steps hardly depend
# on the size of the gradient, hide the mistake; here it is plain gradient descent. "Shown divided":
# the weights are right, but the loss that is shown is half of the true one. With eight devices it
# is an eighth, and looks like progress.
#
# .. topic:: What to try next
#
#    Start three workers instead of two, with 24 images a batch and six shards. What has to be
#    changed, and what does a job say if you forget it?

pages.publish("several_hosts", several_hosts=published)
pages.publish_pictures("several_hosts", who_holds_what=holding)
