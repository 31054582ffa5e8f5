"""Trained networks to take along: as files for Keras and, for web browsers too, for ONNX."""

import os
import shutil
import warnings
from pathlib import Path

import cv2
import keras
import numpy as np
import onnx
from keras import ops
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

from inpainting_guide.common import files
from inpainting_guide.filling import methods, weights
from inpainting_guide.networks import cvae, flow, windows
from inpainting_guide.training import store


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


def filler(network):
    """Copy the part of a trained network that fills holes, in float32.

    Of an adversarial network that is the generator, of the conditional variational autoencoder
    its prior network and decoder. A flow's copy has rounded kernels (`in_bytes`).

    Parameters
    ----------
    network : keras.Model
        From `inpainting_guide.training.store.load`.

    Returns
    -------
    keras.Model
        Its input ``image_and_map`` has the shape (n, height, width, 4). That of a network with
        several fills has a second one, ``noise``: standard normal noise gives samples. Its shape is
        (n, side, side, latent channels) for the conditional variational autoencoder, where zeros
        give the fill from the prior's mean, and (n, hole, hole, 3) for a flow.

    Raises
    ------
    ValueError
        If the network is not made of Keras layers in a graph.
    """
    network = getattr(network, "generator", network)
    if isinstance(network, cvae.ConditionalVAE):
        return _sampler(network)
    if isinstance(network, flow.Flow):
        return _flow_sampler(in_bytes(network))
    return weights.in_float32(network)


def _sampler(network):
    prior, decoder = weights.in_float32(network.prior), weights.in_float32(network.decoder)
    condition = keras.Input(prior.input_shape[1:], name="image_and_map")
    noise = keras.Input(decoder.input_shape[0][1:], name="noise")
    mean, log_variance, *features = prior(condition)
    image = decoder([mean + ops.exp(log_variance / 2) * noise, *features])
    return keras.Model([condition, noise], image, name=network.name)


def _flow_sampler(network):
    inputs = keras.Input(network.input_shape[1:], name="image_and_map")
    noise = keras.Input((network.hole, network.hole, 3), name="noise")
    window, mean = network.condition(inputs)
    network.velocity = network.velocity.python_function  # symbols cannot pass a compiled one
    patch = network.integrate(window, mean, network.start * noise)
    return keras.Model([inputs, noise], windows.paste(inputs, patch), name=network.name)


def in_bytes(network):
    """Copy a flow to float32, the large kernels of both its networks rounded to a byte each.

    Parameters
    ----------
    network : inpainting_guide.networks.flow.Flow

    Returns
    -------
    inpainting_guide.networks.flow.Flow
        With the weights that a browser has (`inpainting_guide.filling.weights.in_bytes`).
    """
    mean_network = weights.in_bytes(network.mean_network)
    with weights.built_in_float32():  # its denoiser
        copy = type(network)(**(network.get_config() | {"mean_network": mean_network}))
    copy.denoiser.set_weights(weights.in_bytes(network.denoiser).get_weights())
    return copy


def condition(network):
    """Take out of a flow what is computed once for a hole.

    Whoever runs it and the denoiser takes the steps between them (`Flow.path`).

    Parameters
    ----------
    network : inpainting_guide.networks.flow.Flow
        From `in_bytes`.

    Returns
    -------
    keras.Model
        From ``image_and_map`` to the window and the mean network's fill of the hole.
    """
    inputs = keras.Input(network.input_shape[1:], name="image_and_map")
    # By layers: what `Flow.condition` does outside of them, Keras exports with constants as inputs.
    window = windows.CutWindow(network.window, network.hole)(inputs)
    placed = ops.concatenate([network.mean_network(inputs), inputs[..., 3:]], axis=-1)
    mean = windows.CutWindow(network.hole, network.hole)(placed)[..., :3]
    return keras.Model(inputs, [window, mean])


def write_onnx(network, path, shrink=weights.store_halves):
    """Write a network as an ONNX file whose large weights take fewer bytes than in float32.

    They are widened to float32 when the file is loaded, and everything is computed in float32.

    Parameters
    ----------
    network : keras.Model
        From `filler` or `condition`, or a flow's denoiser.
    path : pathlib.Path
        Ends in ``.onnx``. The file is never seen half written.
    shrink : callable
        Of `inpainting_guide.filling.weights`: how large weights are stored.

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
        shrink(model)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, unfinished)


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
    model = onnx.load(path)  # with weights that lie in a file beside it
    network = cv2.dnn.readNetFromONNX(np.frombuffer(model.SerializeToString(), np.uint8))
    for name, values in zip(input_shapes(model), inputs, strict=True):
        network.setInput(values, name)
    return network.forward()


def run_by_definition(path, *inputs):
    """Compute what an ONNX file makes of its inputs as the standard's own program does it.

    That takes seconds an image, but it knows what OpenCV does not: several outputs, and to add one
    vector to all places of a feature map.

    Parameters
    ----------
    path : path-like
        Of the ONNX file.
    *inputs : ndarray of float32
        One for each input, in the order of the network's.

    Returns
    -------
    list of ndarray of float32
        One for each output.
    """
    model = onnx.load(path)
    given = dict(zip(input_shapes(model), inputs, strict=True))
    return ReferenceEvaluator(model, new_ops=[GlobalMaxPool]).run(None, given)


class GlobalMaxPool(OpRun):
    """The maximum over all places: of three axes only, ONNX's own takes that over the wrong one."""

    op_domain = ""

    def _run(self, x):
        return (x.max(axis=tuple(range(2, x.ndim)), keepdims=True),)


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
    stored = {tensor.name for tensor in model.graph.initializer}
    return {
        given.name: [side.dim_value for side in given.type.tensor_type.shape.dim]
        for given in model.graph.input
        if given.name not in stored
    }
