"""
Networks to take along
======================

A trained network is a file for Keras. Here some of them become files that a web browser can run as
well: the page :ref:`try` does. The page :ref:`networks-to-download` hands out both kinds.
"""

# %%
# From Keras to ONNX
# ------------------
# ONNX is a common format for networks: a graph of operations and their weights, without Python.
# Keras writes it. Two things are changed on the way. A network that was trained in mixed precision
# is copied to float32, which every processor knows. And the weights of large layers are stored in
# float16, which halves the file.

import matplotlib.pyplot as plt
import numpy as np
from keras import ops
from PIL import Image

from inpainting_guide import filling, measuring, pages
from inpainting_guide.common import files
from inpainting_guide.data import cars, holes, protocol, tensors
from inpainting_guide.filling import METHODS, export, methods, weights
from inpainting_guide.training import store

# sphinx_gallery_thumbnail_number = 2

filling.require()
pages.show_code(export.write_onnx, weights.store_halves)

# %%
# Of the conditional variational autoencoder only the prior network and the decoder are needed, with
# the noise as a second input. Of an adversarial network only the generator is.

folder = export.folder()
task = protocol.validation()[:2]  # as many as a sheet shows
condition = np.asarray(tensors.network_input(task.incomplete, task.location_map))
rng = np.random.default_rng(0)
catalogue, rows, compared = [], {}, {}
at_once = [m for m in METHODS.values() if m.in_browser and m.family != "flow"]
for method in at_once:
    key = method.networks[-1]
    network = export.filler(filling.load(key))
    path = folder / f"{key}.onnx"
    export.write_onnx(network, path)
    inputs, noise = [condition], None
    if len(network.inputs) > 1:
        noise = list(network.inputs[1].shape[1:])
        inputs.append(rng.standard_normal((len(condition), *noise), dtype=np.float32))
    by_keras = np.asarray(network(inputs if noise else condition))
    compared[method.name] = by_keras, export.run(path, *inputs)
    size = path.stat().st_size
    entry = {"key": key, "title": method.name, "files": [path.name], "bytes": size}
    catalogue.append(entry | {"noise": noise})
    rows[method.name] = {
        "weights": network.count_params(),
        "MB": measuring.Quantity(size / 1e6, "MB"),
        "largest difference": f"{np.abs(np.subtract(*compared[method.name])).max():.1e}",
    }
pages.show_table(rows)

# %%
# The largest difference from Keras, of any pixel's channel, is far below 1/255, the step of an
# 8-bit image. Rounding the weights to 11 binary digits costs nothing that can be seen. To see
# anything, multiply the difference by 6,000. Enlarged, the two fills of one hole look the same:

filled_by = [holes.compose(task.incomplete, p, task.location_map) for p in compared["U-Net"]]
difference = np.clip(6000 * np.abs(np.subtract(*filled_by)), 0, 1)
pair = dict(zip(("Keras", "ONNX file"), filled_by, strict=True))
pages.fill_sheet(task, pair | {"6000 × difference": difference})
pages.close_ups(pair, task.location_map, 0)
plt.show()

# %%
# A flow in two files
# -------------------
# A flow (:ref:`sphx_glr_gallery_flow.py`) asks its denoiser again at every step. Its file holds no
# steps, only the denoiser; another one holds what is computed once for a hole, the window and the
# mean network's fill. The steps between are a line of arithmetic, which the page :ref:`try` does
# itself. The flow in one step (:ref:`sphx_glr_gallery_flow_in_one_step.py`) has a denoiser of its
# own, and shares the other file. Since the first page of this site fetches two of the three, they
# are to be small: every weight of a large kernel takes one byte, a whole number from −127 to 127,
# in units of its channel.

pages.show_code(weights.in_bytes, weights.store_bytes, export.condition)
flows = {m.networks[-1]: m for m in METHODS.values() if m.in_browser and m.family == "flow"}
trained = {key: filling.load(key) for key in flows}
rounded = {key: export.in_bytes(network) for key, network in trained.items()}
paths = {key: folder / f"{key}.onnx" for key in ("flow_condition", *flows)}
first, second = (network.mean_network.get_weights() for network in rounded.values())
if not all(map(np.array_equal, first, second)):
    raise ValueError("the flows stand on different mean networks: run flow_in_one_step.py again.")
part = export.condition(rounded["flow"])
export.write_onnx(part, paths["flow_condition"], weights.store_bytes)
for key, network in rounded.items():
    export.write_onnx(network.denoiser, paths[key], weights.store_bytes)

# %%
# The files compute what Keras does with the rounded weights. (One step is compared, by the slow
# program that defines what an ONNX file means.)

side = rounded["flow"].hole
state = rng.standard_normal((len(condition), side, side, 3), dtype=np.float32)
window, mean = export.run_by_definition(paths["flow_condition"], condition)
rows = {}
for key, network in rounded.items():
    angles = network.angles()
    given = window, mean, state, np.full((len(condition), 1), angles[-2], np.float32)
    (velocity,) = export.run_by_definition(paths[key], *given)
    by_keras = network.denoiser(list(map(ops.convert_to_tensor, given)))
    differences = mean - network.condition(condition)[1], network.scale * (velocity - by_keras)
    size = sum(paths[part].stat().st_size for part in ("flow_condition", key))
    rows[key] = {
        "weights": network.mean_network.count_params() + network.denoiser.count_params(),
        "MB": measuring.Quantity(size / 1e6, "MB"),
        "largest difference": f"{max(np.abs(difference).max() for difference in differences):.1e}",
    }
    entry = {"key": key, "title": flows[key].name, "bytes": size, "angles": angles}
    entry |= {"files": ["flow_condition.onnx", paths[key].name], "noise": list(state.shape[1:])}
    settings = {name: getattr(network, name) for name in ("window", "scale", "start")}
    catalogue.append(entry | settings)
pages.show_table(rows)

# %%
# What do 8 bits cost? The same holes, filled with the trained weights and with the rounded ones;
# the samples begin with the same noise. (A mean network that was trained in mixed precision
# computes in bfloat16 before and in float32 after, so this change is in the difference, too.) For
# files half as large we pay at most this:

LIMIT = measuring.Quantity(0.02, "dB")


def sample(flow):
    """Make the function that draws one sample of every hole."""
    return lambda *question: flow.samples(*question, count=1)[0]


measured = protocol.validation()[:200]
costs = {}
for name, (key, fill) in {
    "mean network": ("flow", lambda flow: filling.by(flow.mean_network)),
    "one sample": ("flow", sample),
    "in one step": ("flow_in_one_step", sample),
}.items():
    before, after = (
        measuring.score(fill(flow)(measured.incomplete, measured.location_map), measured)
        for flow in (trained[key], rounded[key])
    )
    cost = costs[name] = measuring.compare(before, after)["gain_mean"]
    verdict = "no more" if cost.value <= LIMIT.value else "MORE"
    print(f"{name}: 8 bits cost {cost} dB ({cost.interval}), {verdict} than {LIMIT} dB")

# %%
# Cars for the browser
# --------------------
# The first hundred test cars, as the tiles of one picture, which is stored without any loss.

photographs = np.uint8(np.round(255 * cars.load().test[:100]))
wall = photographs.reshape(10, 10, cars.SIZE, cars.SIZE, 3).swapaxes(1, 2)
with files.replacing(folder / "cars.png") as unfinished:
    Image.fromarray(wall.reshape(10 * cars.SIZE, 10 * cars.SIZE, 3)).save(unfinished)

# %%
# One of them with a hole, four fills by the flow in one step, that of the mean network, and the
# photograph are what a visitor sees before the networks have arrived, or without them.

CAR, TOP, LEFT = 6, 10, 8

photograph = photographs[CAR : CAR + 1] / np.float32(255)
location_map = holes.square([TOP], [LEFT])
incomplete = holes.cut(photograph, location_map)
chequers = np.where(np.indices(location_map.shape[1:3]).sum(axis=0) % 2, 0.62, 0.72)
still = [
    np.where(location_map == 1, incomplete, chequers[None, ..., None]),
    *rounded["flow_in_one_step"].samples(incomplete, location_map, count=4),
    filling.fill(rounded["flow"].mean_network, incomplete, location_map),
    photograph,
]
with files.replacing(folder / "still.png") as unfinished:
    Image.fromarray(np.uint8(np.round(255 * np.concatenate(still, axis=2)[0]))).save(unfinished)
asked = {"car": CAR, "top": TOP, "left": LEFT}
found = {"networks": catalogue, "cars": "cars.png", "still": asked}
files.write_json(folder / "catalogue.json", found)

# %%
# All files
# ---------
# Every network of the comparison is copied for Keras, under a plain name. The checksum tells
# whether a download is whole.

handed_out = [export.hand_out(name) for name in methods.SCRIPTS]
for_browsers = {entry["key"]: entry["files"] for entry in catalogue}
handed_out += [folder / name for names in for_browsers.values() for name in names]
checksums = {path.name: files.checksum(path) for path in handed_out}
megabytes = {p.name: measuring.Quantity(p.stat().st_size / 1e6, "MB") for p in handed_out}
rows = {
    name: {"MB": megabytes[name], "SHA-256": f"{checksum[:16]}…"}
    for name, checksum in checksums.items()
}
pages.show_table(rows)
sums = "".join(f"{checksum}  {name}\n" for name, checksum in checksums.items())
with files.replacing(folder / "SHA256SUMS") as unfinished:
    unfinished.write_text(sums, encoding="utf-8", newline="\n")

# %%
# Two lines load one of them and fill holes; two more measure the fills (of two holes, which say
# little: the comparison has a thousand):

network = store.read_network(folder / "unet.keras")
filled = filling.fill(network, task.incomplete, task.location_map)
error = measuring.squared_error(task.images, filled, task.location_map).mean()
print(f"{measuring.Quantity(measuring.psnr(error), 'dB')} dB")

# %%
# .. topic:: What to try next
#
#    Round the weights to fewer bits (the file still takes a byte for each): set ``weights.LARGEST``
#    to 31, then to 7, and round the flow again. When do its fills begin to suffer, the mean's or
#    the samples' first?

take_along = {"scripts": methods.SCRIPTS, "megabytes": megabytes, "checksums": checksums}
take_along |= {"for_browsers": for_browsers}
eight_bits = {name.replace(" ", "_"): cost for name, cost in costs.items()}
pages.publish("networks_to_take_along", take_along=take_along, eight_bits=eight_bits)
