"""What a network, a batch and a step must be so that several workers can share them."""

import math

import keras
import tensorflow as tf

from inpainting_guide import networks
from inpainting_guide.data import batches, cars, shards, tensors


def compile_step(strategy, network, optimizer):
    """Compile the training step of all workers together.

    Parameters
    ----------
    strategy : tf.distribute.Strategy
    network : keras.Model
    optimizer : keras.optimizers.Optimizer

    Returns
    -------
    callable
        It takes this worker's slice of a batch, and returns the loss of the whole batch.
    """

    def of_one_replica(inputs, image, weight):
        with tf.GradientTape() as tape:
            error = tensors.mean_over(weight, (network(inputs, training=True) - image) ** 2)
            # All holes are equally large, so the mean over the batch is the mean of the means. The
            # optimizer adds up; the division makes a mean of it.
            loss = error / strategy.num_replicas_in_sync
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
        return loss

    @tf.function
    def step(batch):
        losses = strategy.run(of_one_replica, args=batch)
        return strategy.reduce(tf.distribute.ReduceOp.SUM, losses, axis=None)

    return step


def check_finite(step, loss):
    """Refuse to go on with a training that has diverged.

    Parameters
    ----------
    step : int
    loss : float

    Raises
    ------
    ValueError
        If the loss is infinite or no number.
    """
    if not math.isfinite(loss):
        raise ValueError(
            f"the loss of step {step} is {loss}, and no checkpoint is kept of it: start in another "
            "folder, with a lower --rate."
        )


def slices(told, first_step, worker, workers):
    """Stream one worker's slices of the global batches.

    Parameters
    ----------
    told : argparse.Namespace
    first_step, worker, workers : int

    Returns
    -------
    tf.data.Dataset
        As of `inpainting_guide.data.batches.training`.
    """
    if told.shards:
        return shards.training(
            told.shards, told.batch, told.seed, first_step, told.hole,
            worker=worker, workers=workers,
        )  # fmt: skip
    whole = batches.training(cars.load().train, told.batch, told.seed, first_step, told.hole)

    def mine(*parts):
        share = tf.shape(parts[0])[0] // workers
        return tuple(part[worker * share : (worker + 1) * share] for part in parts)

    return whole.map(mine)


def size(told):
    """Tell how large the images are: as the shards' index says, or as the cars are.

    Parameters
    ----------
    told : argparse.Namespace

    Returns
    -------
    int
        Side in pixels.

    Raises
    ------
    ValueError
        As from `inpainting_guide.data.shards.read_index`.
    """
    return shards.read_index(told.shards)["size"] if told.shards else cars.SIZE


def make_network(width=None, size=cars.SIZE):
    """Build the direct network, or one like it of other channels.

    Parameters
    ----------
    width : int, optional
        Channels of the hidden layers.
    size : int
        Side of the images, in pixels.

    Returns
    -------
    keras.Model
    """
    direct = networks.direct_cnn(size)
    if width is None:
        return direct

    def change(layer):
        config = layer.get_config()
        if isinstance(layer, keras.layers.Conv2D) and layer.filters > 3:
            config["filters"] = width
        return type(layer).from_config(config)

    return keras.models.clone_model(direct, clone_function=change)


def check_synchronised(network):
    """Refuse layers that would go different ways on different workers.

    Batch normalisation takes the statistics of what is in front of it: on each worker, those of
    its own slice. The network then depends on how many workers there are, and its running averages
    differ from worker to worker.

    Parameters
    ----------
    network : keras.Model

    Raises
    ------
    ValueError
        If there is a batch normalisation that is not synchronised.
    """
    for layer in network._flatten_layers():  # those inside other layers, too
        if isinstance(layer, keras.layers.BatchNormalization) and not layer.synchronized:
            raise ValueError(
                f"{network.name}: the layer {layer.name} takes the statistics of each worker's "
                "slice alone. Use GroupNormalization or LayerNormalization, which take those of "
                "each image, or BatchNormalization(synchronized=True)."
            )
