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

from inpainting_guide import batches, cars, code, comparison, export, figures, files, filling, holes
from inpainting_guide import machine, metrics, protocol, publishing, reporting, store

store.require(*store.SCRIPTS)
print(code.listing(export.write_onnx), code.listing(export.halve_weights), sep="\n\n")

# %%
# Of the conditional variational autoencoder only the prior network and the decoder are needed, with
# the noise as a second input. Of an adversarial network only the generator is.

METHODS = ("direct_cnn", "autoencoder", "unet", "gan", "cvae_sample")
folder = export.folder()
task = protocol.validation()[: 1 if machine.quick() else 10]
condition = np.asarray(batches.network_input(task.incomplete, task.location_map))
rng = np.random.default_rng(0)
catalogue, rows, compared = [], {}, {}
for method in METHODS:
    title, _, (*_, key) = comparison.METHODS[method]
    network = export.filler(store.load(key))
    path = folder / f"{key}.onnx"
    export.write_onnx(network, path)
    noise = list(network.inputs[1].shape[1:]) if len(network.inputs) > 1 else None
    size = path.stat().st_size
    catalogue.append({"key": key, "title": title, "file": path.name, "bytes": size, "noise": noise})
    inputs = [condition]
    if noise:
        inputs.append(rng.standard_normal((len(condition), *noise), dtype=np.float32))
    by_keras = np.asarray(network(inputs if noise else condition))
    compared[title] = by_keras, export.run(path, *inputs)
    rows[title] = {
        "weights": f"{network.count_params():,}",
        "size": f"{size / 1e6:.1f} MB",
        "largest difference": f"{np.abs(np.subtract(*compared[title])).max():.1e}",
    }
print(reporting.table(rows))

# %%
# The largest difference from Keras, of any pixel's channel, is far below 1/255, the step
# of an 8-bit image. Rounding the weights to 11 binary digits costs nothing that can be seen, unless
# it is multiplied by some thousands:

filled_by = [holes.compose(task.incomplete, p, task.location_map) for p in compared["U-Net"]]
rows = {"with holes": task.incomplete, "Keras": filled_by[0], "ONNX file": filled_by[1]}
rows["3000 × difference"] = np.clip(3000 * np.abs(np.subtract(*filled_by)), 0, 1)
figures.contact_sheet({name: images[: figures.COLUMNS] for name, images in rows.items()})
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

handed_out = [export.hand_out(name) for name in store.SCRIPTS]
handed_out += [folder / entry["file"] for entry in catalogue]
checksums = {path.name: export.checksum(path) for path in handed_out}
megabytes = {path.name: f"{path.stat().st_size / 1e6:.1f}" for path in handed_out}
for name, size in megabytes.items():
    print(f"{checksums[name][:16]}… {size:>6} MB  {name}")
sums = "".join(f"{checksum}  {name}\n" for name, checksum in checksums.items())
with files.replacing(folder / "SHA256SUMS") as unfinished:
    unfinished.write_text(sums, encoding="utf-8", newline="\n")

# %%
# Three lines load one of them and fill holes:

network = store.read_network(folder / "unet.keras")
filled = filling.fill(network, task.incomplete, task.location_map)
print(
    f"{metrics.psnr(metrics.squared_error(task.images, filled, task.location_map).mean()):.2f} dB"
)

# %%
# .. topic:: What to try next
#
#    Store the weights in 8 bits instead: onnxruntime's ``quantize_dynamic`` does it. What does it
#    cost in decibels, and what does it save?

publishing.publish(
    "23_networks_to_take_along",
    {"take_along": {"scripts": store.SCRIPTS, "megabytes": megabytes, "checksums": checksums}},
)
