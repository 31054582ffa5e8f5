"""Trained networks to take along: as files for Keras and, for web browsers too, for ONNX."""

import hashlib
import os
import shutil
import warnings
from pathlib import Path

import cv2
import keras
import numpy as np
import onnx
from keras import ops

from inpainting_guide.common import files
from inpainting_guide.filling import methods
from inpainting_guide.networks import cvae
from inpainting_guide.training import store

SMALL = 10_000
"""Arrays of fewer weights than this stay float32 in an ONNX file.

They are the first and last kernels, biases and scales: a hundredth of a file, but most of the
error of rounding, since nothing behind them averages it out.
"""


def folder():
    """Return the folder of the networks that the site hands out; create it if need be.

    Returns
    -------
    pathlib.Path
        Of the site that is being built, or, when a script runs alone, in the store's folder.
    """
    results = os.environ.get("INPAINTING_GUIDE_RESULTS")
    path = (Path(results) / "site" if results else store.folder()) / "networks"
    path.mkdir(parents=True, exist_ok=True)
    return path


def hand_out(name):
    """Copy a trained network from the store to the folder, under its plain name.

    Parameters
    ----------
    name : str
        The network's name, for instance ``"unet"``.

    Returns
    -------
    pathlib.Path
        Of the copy.

    Raises
    ------
    FileNotFoundError
        If no such network was trained: it is named with the script that trains it.
    """
    methods.require(name)
    path = folder() / f"{name}.keras"
    with files.replacing(path) as unfinished:
        shutil.copyfile(store.newest(name), unfinished)
    return path


def checksum(path):
    """Compute a file's SHA-256 checksum, which tells whether a download is whole.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def filler(network):
    """Copy the part of a trained network that fills holes, in float32.

    Of an adversarial network that is the generator, of the conditional variational autoencoder
    its prior network and decoder. Mixed precision, in which it may have been trained, is given
    up: few browsers and processors know bfloat16.

    Parameters
    ----------
    network : keras.Model
        From `inpainting_guide.training.store.load`.

    Returns
    -------
    keras.Model
        Its input ``image_and_map`` has the shape (n, height, width, 4). That of the conditional
        variational autoencoder has a second one, ``noise``, (n, side, side, latent channels):
        standard normal noise gives samples, zeros the fill from the prior's mean.

    Raises
    ------
    ValueError
        If the network is not made of Keras layers in a graph.
    """
    network = getattr(network, "generator", network)
    if isinstance(network, cvae.ConditionalVAE):
        return _sampler(network)
    return _in_float32(network)


def _in_float32(network):
    def in_float32(layer):
        return type(layer).from_config(layer.get_config() | {"dtype": "float32"})

    try:
        copy = keras.models.clone_model(network, clone_function=in_float32)
    except ValueError as error:
        raise ValueError(
            f"{network.name} is no graph of Keras layers, which is what can be copied: choose "
            "another network."
        ) from error
    copy.set_weights(network.get_weights())
    return copy


def _sampler(network):
    prior, decoder = _in_float32(network.prior), _in_float32(network.decoder)
    condition = keras.Input(prior.input_shape[1:], name="image_and_map")
    noise = keras.Input(decoder.input_shape[0][1:], name="noise")
    mean, log_variance, *features = prior(condition)
    image = decoder([mean + ops.exp(log_variance / 2) * noise, *features])
    return keras.Model([condition, noise], image, name=network.name)


def write_onnx(network, path):
    """Write a network as an ONNX file whose weights are float16: half the size of float32.

    They are widened to float32 when the file is loaded, and everything is computed in float32.

    Parameters
    ----------
    network : keras.Model
        From `filler`.
    path : pathlib.Path
        Ends in ``.onnx``. The file is never seen half written.

    Raises
    ------
    ValueError
        If it ends otherwise.
    """
    if path.suffix != ".onnx":
        raise ValueError(f"the ONNX file {path.name}: expected a name that ends in .onnx.")
    # Keras exports what was called before.
    network(keras.tree.map_structure(lambda x: ops.zeros((1, *x.shape[1:])), network.input))
    with files.replacing(path) as unfinished:
        with warnings.catch_warnings():
            # Keras mends tf2onnx for NumPy 2, and asks for a name that NumPy warns of.
            warnings.filterwarnings("ignore", "In the future `np.object`", FutureWarning)
            network.export(unfinished, format="onnx", verbose=False)
        model = onnx.load(unfinished)
        halve_weights(model)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, unfinished)


def halve_weights(model):
    """Store the weights of an ONNX model in float16, to be cast to float32 when it is loaded.

    Parameters
    ----------
    model : onnx.ModelProto
        Changed in place.
    """
    casts = []
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= SMALL:
            name, half = tensor.name, f"{tensor.name}_float16"
            tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), half))
            casts.append(onnx.helper.make_node("Cast", [half], [name], to=onnx.TensorProto.FLOAT))
    # Nodes stand in the order in which they are computed.
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def run(path, *inputs):
    """Compute what an ONNX file makes of its inputs, with OpenCV, which knows nothing of Keras.

    Parameters
    ----------
    path : path-like
        Of the ONNX file.
    *inputs : ndarray of float32
        One for each input, in the order of the network's.

    Returns
    -------
    ndarray of float32

    Raises
    ------
    cv2.error
        If OpenCV cannot compute one of its operations.
    """
    network = cv2.dnn.readNetFromONNX(np.frombuffer(Path(path).read_bytes(), np.uint8))
    for name, values in zip(input_shapes(onnx.load(path)), inputs, strict=True):
        network.setInput(values, name)
    return network.forward()


def input_shapes(model):
    """Tell what an ONNX model takes.

    Parameters
    ----------
    model : onnx.ModelProto

    Returns
    -------
    dict of str to list of int
        The shape of each input by its name; 0 stands for any number.
    """
    weights = {tensor.name for tensor in model.graph.initializer}
    return {
        given.name: [side.dim_value for side in given.type.tensor_type.shape.dim]
        for given in model.graph.input
        if given.name not in weights
    }
