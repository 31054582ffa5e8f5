"""Smaller files for browsers: the large kernels of a network in two bytes a weight, or in one."""

import contextlib

import keras
import numpy as np
import onnx

SMALL = 10_000
"""Arrays of fewer weights than this stay float32 in an ONNX file.

They are the first and last kernels, biases and scales: a hundredth of a file, but most of the
error of rounding, since nothing behind them averages it out.
"""

LARGEST = 127
"""The largest whole number of a weight that is stored in a byte; the smallest is -127."""


@contextlib.contextmanager
def built_in_float32():
    """Build layers in float32 meanwhile, whatever the precision is otherwise."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)


def in_float32(network):
    """Copy a network to float32.

    Mixed precision, in which it may have been trained, is given up: few browsers and processors
    know bfloat16.

    Parameters
    ----------
    network : keras.Model

    Returns
    -------
    keras.Model

    Raises
    ------
    ValueError
        If the network is not made of Keras layers in a graph.
    """

    def copy_layer(layer):
        # Between layers there may be operations, such as slices, which have no type of their own.
        dtype = {"dtype": "float32"} if isinstance(layer, keras.Layer) else {}
        return type(layer).from_config(layer.get_config() | dtype)

    try:
        with built_in_float32():  # also what a layer is made of
            copy = keras.models.clone_model(network, clone_function=copy_layer)
    except ValueError as error:
        raise ValueError(
            f"{network.name} is no graph of Keras layers, which is what can be copied: choose "
            "another network."
        ) from error
    copy.set_weights(network.get_weights())
    return copy


def in_bytes(network):
    """Copy a network to float32, its large kernels rounded to whole multiples of a unit.

    Every output channel has a unit of its own, a 127th of its largest weight. So the copy computes
    what a browser computes from a file that stores the multiples, a byte each (`store_bytes`).

    Parameters
    ----------
    network : keras.Model
        A graph of Keras layers.

    Returns
    -------
    keras.Model
    """
    copy = in_float32(network)
    for layer in copy.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is not None and kernel.numpy().size >= SMALL:
            transposed = isinstance(layer, keras.layers.Conv2DTranspose)
            multiples, unit = _rounded(kernel.numpy(), channel_axis=-2 if transposed else -1)
            kernel.assign(unit * multiples)
    return copy


def store_halves(model):
    """Store the large weights of an ONNX model in float16, to be cast to float32 when it is loaded.

    Parameters
    ----------
    model : onnx.ModelProto
        Changed in place.
    """

    def halve(tensor):
        name, half = tensor.name, f"{tensor.name}_float16"
        values = onnx.numpy_helper.to_array(tensor)
        tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), half))
        return [_cast(half, name)]

    _store(model, halve)


def store_bytes(model):
    """Store the large weights of an ONNX model in a byte each, to be widened when it is loaded.

    The weights should be those of `in_bytes`: then nothing is lost.

    Parameters
    ----------
    model : onnx.ModelProto
        Changed in place.
    """
    kinds = {name: node.op_type for node in model.graph.node for name in node.input}

    def shrink(tensor):
        name, whole, wide, unit = (tensor.name + end for end in ("", "_int8", "_wide", "_unit"))
        # ONNX has a convolution's output channels first, those of all else second.
        axis = 0 if kinds[name] == "Conv" else 1
        multiples, units = _rounded(onnx.numpy_helper.to_array(tensor), axis)
        tensor.CopyFrom(onnx.numpy_helper.from_array(np.int8(multiples), whole))
        model.graph.initializer.append(onnx.numpy_helper.from_array(units, unit))
        return [_cast(whole, wide), onnx.helper.make_node("Mul", [wide, unit], [name])]

    _store(model, shrink)


def _rounded(values, channel_axis):
    """Write values as whole multiples of a unit, one for each channel."""
    others = tuple(axis for axis in range(values.ndim) if axis != channel_axis % values.ndim)
    unit = np.abs(values).max(axis=others, keepdims=True) / LARGEST
    unit[unit == 0] = 1  # a channel of zeros
    return np.round(values / unit), np.float32(unit)


def _cast(name, wide):
    return onnx.helper.make_node("Cast", [name], [wide], to=onnx.TensorProto.FLOAT)


def _store(model, replace):
    """Replace each large array; nodes that make it again come first, as they are computed."""
    nodes = []
    for tensor in list(model.graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= SMALL:
            nodes += replace(tensor)
    nodes += model.graph.node
    del model.graph.node[:]
    model.graph.node.extend(nodes)
