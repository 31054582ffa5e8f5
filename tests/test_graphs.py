import gc

import keras
import pytest
import tensorflow as tf
from small_training import fit, small

from inpainting_guide import training
from inpainting_guide.data import cars
from inpainting_guide.training import graphs

pytestmark = pytest.mark.parametrize("eagerly", [False], indirect=True, ids=["compiled"])


def steps():
    for _ in range(3):  # a finalizer may leave something for the next round
        gc.collect()
    every = (thing for thing in gc.get_objects() if isinstance(thing, tf.Graph))
    return {id(graph) for graph in every if "one_step" in getattr(graph, "name", "")}


def test_a_training_that_is_over_leaves_no_graph_behind(eagerly, monkeypatch, tmp_path):
    monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(tmp_path))
    before = steps()
    network = small()
    network.compile(optimizer="adam", loss=training.hole_loss())
    fit(network, cars.load().train[:4], budget=4, epochs=1)
    assert steps() - before
    del network
    keras.utils.clear_session(free_memory=False)  # as between two pages
    assert not steps() - before


def test_gradients_of_other_functions_stay(eagerly):
    @tf.function
    def doubled(x):
        return tf.custom_gradient(lambda x: (2 * x, lambda slope: 2 * slope))(x)

    concrete = doubled.get_concrete_function(tf.TensorSpec(()))
    with graphs.released():
        pass
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = concrete(x)
    assert float(tape.gradient(y, x)) == 2
