"""How many floating-point operations a training step takes on paper."""

import keras
import tensorflow as tf


def of_a_step(network, batch):
    """Count the multiplications and additions of one training step.

    Counted are convolutions and products of matrices: forward and for the gradients, in however
    many networks a step runs, however often. What an optimizer does with the gradients is not.

    Parameters
    ----------
    network : keras.Model
        Compiled, and trained for a step before. Its optimizer is replaced.
    batch : tuple of tensors

    Returns
    -------
    int
    """
    network.optimizer = keras.optimizers.SGD()  # which multiplies no matrices
    eagerly = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)  # so that what a step calls is written into its graph
    try:
        graph = tf.function(network.train_step).get_concrete_function(batch).graph
    finally:
        tf.config.run_functions_eagerly(eagerly)
    # From the results backwards: TensorFlow also writes down gradients that nobody asks for.
    waiting = [*graph.control_outputs, *(result.op for result in graph.outputs)]
    count, seen = 0, set()
    while waiting:
        operation = waiting.pop()
        if operation.name not in seen:
            seen.add(operation.name)
            count += 2 * multiplications(operation)
            waiting += [*operation.control_inputs, *(given.op for given in operation.inputs)]
    return count


def multiplications(operation):
    """Count the multiplications of one operation of a graph: 0 of most."""
    given, (made, *_) = operation.inputs, operation.outputs or [None]
    if operation.type == "MatMul":
        return given[0].shape[not operation.get_attr("transpose_a")] * made.shape.num_elements()
    # Of a convolution and of its two gradients: where its outputs stand, and where its kernel.
    pairs = {"Conv2D": (made, 1), "Conv2DBackpropInput": (2, 1), "Conv2DBackpropFilter": (2, made)}
    if operation.type not in pairs:
        return 0
    outputs, kernel = (
        (given[part] if isinstance(part, int) else part).shape for part in pairs[operation.type]
    )
    return outputs[:-1].num_elements() * kernel.num_elements()  # every weight at every place
