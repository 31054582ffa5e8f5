"""A fully connected network and its gradients, in plain NumPy: back-propagation line by line."""

import numpy as np


def feed_forward(inputs, weights, biases):
    """Run a fully connected network with ReLU between its layers and none after the last.

    Parameters
    ----------
    inputs : ndarray of float, shape (n, d_0)
        A batch of inputs, one a row.
    weights : list of ndarray of float, shapes (d_l, d_{l-1})
        One matrix per layer, as the chapter writes them: rows are outputs.
    biases : list of ndarray of float, shapes (d_l,)

    Returns
    -------
    pre_activations : list of ndarray of float, shapes (n, d_l)
        ``a_l = W_l h_{l-1} + b_l`` for the layers 1 ... D.
    activations : list of ndarray of float, shapes (n, d_l)
        ``h_0`` (the inputs), then ``h_l = max(a_l, 0)``; the last layer's ``h_D`` is ``a_D``.

    Raises
    ------
    ValueError
        If there is not one bias vector for every weight matrix.
    """
    if len(weights) != len(biases):
        raise ValueError(f"{len(weights)} weight matrices but {len(biases)} biases: one each.")
    pre_activations, activations = [], [np.asarray(inputs)]
    for number, (weight, bias) in enumerate(zip(weights, biases, strict=True), start=1):
        pre_activations.append(activations[-1] @ weight.T + bias)
        last = number == len(weights)
        activations.append(pre_activations[-1] if last else np.maximum(pre_activations[-1], 0))
    return pre_activations, activations


def back_propagate(inputs, targets, weights, biases):
    """Differentiate half the summed squared error of a fully connected network.

    Parameters
    ----------
    inputs : ndarray of float, shape (n, d_0)
    targets : ndarray of float, shape (n, d_D)
    weights, biases : lists of ndarray of float
        As for `feed_forward`.

    Returns
    -------
    weight_gradients : list of ndarray of float, shapes (d_l, d_{l-1})
        Derivatives of the loss, summed over the batch.
    bias_gradients : list of ndarray of float, shapes (d_l,)
    input_gradient : ndarray of float, shape (n, d_0)
        Derivative of each input's own loss with respect to it.
    """
    pre_activations, activations = feed_forward(inputs, weights, biases)
    delta = activations[-1] - targets  # no activation after the last layer: its slope is 1
    weight_gradients, bias_gradients = [], []
    for layer in reversed(range(len(weights))):
        weight_gradients.insert(0, delta.T @ activations[layer])
        bias_gradients.insert(0, delta.sum(axis=0))
        delta = delta @ weights[layer]
        if layer > 0:
            delta = delta * (pre_activations[layer - 1] > 0)
    return weight_gradients, bias_gradients, delta
