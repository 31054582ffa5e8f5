"""Batch normalisation in one operation, against Keras's own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from inpainting_guide import networks
from inpainting_guide.networks import blocks


def trained(kind, images, slopes, **settings):
    """Normalise a batch in training; return outputs, gradients and the running means after it."""
    layer = kind(momentum=0.9, epsilon=1e-3, name="norm", **settings)
    layer.build(images.shape)
    layer.gamma.assign([0.5, 2.0, -1.0])
    layer.beta.assign([0.1, 0.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(images)
        outputs = layer(images, training=True)
    sources = [images, *(weight.value for weight in layer.trainable_variables)]
    gradients = tape.gradient(outputs, sources, tf.cast(slopes, outputs.dtype))
    running = layer.moving_mean, layer.moving_variance
    found = [outputs, *(part for part in gradients if part is not None), *running]
    return [np.asarray(keras.ops.cast(part, "float32")) for part in found]


@pytest.mark.parametrize(("dtype", "close"), [("float32", 1e-5), ("mixed_bfloat16", 0.02)])
def test_it_computes_what_keras_computes(rng, dtype, close):
    images, slopes = (tf.constant(rng.normal(1, 2, (5, 6, 7, 3)), "float32") for _ in range(2))
    ours, theirs = (
        trained(kind, images, slopes, dtype=dtype)
        for kind in (blocks.BatchNormalization, keras.layers.BatchNormalization)
    )
    assert len(ours) == 6
    for found, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(found, expected, rtol=close, atol=close)


@pytest.mark.parametrize("settings", [{"trainable": False}, {"synchronized": True}])
def test_it_leaves_frozen_and_synchronised_layers_to_keras(rng, monkeypatch, settings):
    monkeypatch.setattr(tf.compat.v1.nn, "fused_batch_norm", None)
    images = tf.constant(rng.normal(1, 2, (5, 6, 7, 3)), "float32")
    ours, theirs = (
        trained(kind, images, images, **settings)
        for kind in (blocks.BatchNormalization, keras.layers.BatchNormalization)
    )
    for found, expected in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_in_a_file_it_is_the_layer_of_keras(tmp_path, photographs):
    network = networks.unet(widths=(4, 8))
    assert type(network.get_layer("down1_norm")) is blocks.BatchNormalization
    network.save(tmp_path / "network.keras")
    read = keras.saving.load_model(tmp_path / "network.keras")
    assert type(read.get_layer("down1_norm")) is keras.layers.BatchNormalization
    inputs = np.concatenate([photographs, photographs[..., :1]], axis=-1)
    np.testing.assert_array_equal(read(inputs), network(inputs))
