"""Let go of the graph of a training that is over."""

import contextlib

from tensorflow.python.framework import ops


@contextlib.contextmanager
def released():
    """Take out of TensorFlow's table of gradients what is entered meanwhile.

    Keras's optimizers add up the gradients of all devices, even of one alone, by an operation with
    a gradient of its own. TensorFlow enters that in a table which is never cleared, and the entry
    keeps the whole graph of the training step in memory, for as long as the process runs: tens of
    megabytes a training. Nobody differentiates a training step, so that the entry is of no use.
    (TensorFlow has no public function for this.)
    """
    table = ops.gradient_registry
    before = set(table.list())
    try:
        yield
    finally:
        for name in set(table.list()) - before:
            if name.startswith("CustomGradient-"):
                del table._registry[name]
