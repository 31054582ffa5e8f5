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
from PIL import Image

from inpainting_guide import filling, measuring, pages
from inpainting_guide.common import files
from inpainting_guide.data import cars, holes, protocol, tensors
from inpainting_guide.filling import METHODS, export, methods
from inpainting_guide.training import store

filling.require()
pages.show_code(export.write_onnx, export.halve_weights)

# %%
# Of the conditional variational autoencoder only the prior network and the decoder are needed, with
# the noise as a second input. Of an adversarial network only the generator is.

folder = export.folder()
task = protocol.validation()[:2]  # as many as a sheet shows
condition = np.asarray(tensors.network_input(task.incomplete, task.location_map))
rng = np.random.default_rng(0)
catalogue, rows, compared = [], {}, {}
for method in (method for method in METHODS.values() if method.in_browser):
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
    entry = {"key": key, "title": method.name, "file": path.name, "bytes": size, "noise": noise}
    catalogue.append(entry)
    rows[method.name] = {
        "weights": network.count_params(),
        "MB": measuring.Quantity(size / 1e6, "MB"),
        "largest difference": f"{np.abs(np.subtract(*compared[method.name])).max():.1e}",
    }
pages.show_table(rows)

# %%
# The largest difference from Keras, of any pixel's channel, is far below 1/255, the step of an
# 8-bit image. Rounding the weights to 11 binary digits costs nothing that can be seen. To see
# anything, multiply the difference by 3,000:

filled_by = [holes.compose(task.incomplete, p, task.location_map) for p in compared["U-Net"]]
difference = np.clip(3000 * np.abs(np.subtract(*filled_by)), 0, 1)
sheet = {
    "with holes": task.incomplete,
    "Keras": filled_by[0],
    "ONNX file": filled_by[1],
    "3000 × difference": difference,
}
pages.contact_sheet(sheet)
plt.show()

# %%
# Cars for the browser
# --------------------
# The first hundred test cars, as one wall of tiles without any loss.

photographs = np.uint8(np.round(255 * cars.load().test[:100]))
wall = photographs.reshape(10, 10, cars.SIZE, cars.SIZE, 3).swapaxes(1, 2)
with files.replacing(folder / "cars.png") as unfinished:
    Image.fromarray(wall.reshape(10 * cars.SIZE, 10 * cars.SIZE, 3)).save(unfinished)
files.write_json(folder / "catalogue.json", {"networks": catalogue, "cars": "cars.png"})

# %%
# All files
# ---------
# Every network of the store is copied for Keras, under a plain name. The checksum tells whether a
# download is whole.

handed_out = [export.hand_out(name) for name in methods.SCRIPTS]
handed_out += [folder / entry["file"] for entry in catalogue]
checksums = {path.name: export.checksum(path) for path in handed_out}
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
# Three lines load one of them and fill holes:

network = store.read_network(folder / "unet.keras")
filled = filling.fill(network, task.incomplete, task.location_map)
error = measuring.squared_error(task.images, filled, task.location_map).mean()
print(f"{measuring.Quantity(measuring.psnr(error), 'dB')} dB")

# %%
# .. topic:: What to try next
#
#    Store the weights in 8 bits instead: onnxruntime's ``quantize_dynamic`` does it. What does it
#    cost in decibels, and what does it save?

take_along = {"scripts": methods.SCRIPTS, "megabytes": megabytes, "checksums": checksums}
pages.publish("networks_to_take_along", take_along=take_along)
