"""A classifier that is trained to tell fills from photographs, and how often it is right.

It judges from outside: no network that fills was trained against it.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from inpainting_guide.common import arguments, machine
from inpainting_guide.data import holes
from inpainting_guide.data.cars import SIZE
from inpainting_guide.measuring import metrics
from inpainting_guide.measuring.wasserstein import crops

BATCH = 64
"""Images a training step of the classifier: half of them fills, half photographs."""

VIEWS = ("image", "crop")
"""What a classifier may see: the whole composite, or the crop around its hole."""


def classifier(size=SIZE, seed=0):
    """Build the small network that judges fills.

    Four convolutions, three of which halve the image, and the mean over its places.

    Parameters
    ----------
    size : int
        Side of the images, in pixels.
    seed : int
        Of its weights.

    Returns
    -------
    keras.Model
        (n, size, size, 4) -> (n, 1), the logarithm of the odds for *fill*.

    Raises
    ------
    ValueError
        If `size` is no whole number from 1.
    """
    arguments.whole(size=size)
    inputs = keras.Input((size, size, 4), name="image_and_map")
    x = inputs
    for number, (channels, stride) in enumerate([(32, 1), (64, 2), (64, 2), (128, 2)]):
        x = layers.Conv2D(
            channels,
            3,
            stride,
            padding="same",
            activation="relu",
            kernel_initializer=keras.initializers.HeNormal(1000 * seed + number),
        )(x)
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(1, dtype="float32", kernel_initializer="zeros")(x)
    return keras.Model(inputs, outputs, name="classifier")


def classifier_accuracy(
    filled, task, training_filled, training_task, *, images=16_000, view="image", seed=0
):
    """Train a small network to tell fills from photographs, and count how often it is right.

    It learns on the fills of one half of some training cars and on the photographs of the other
    half, then judges the task's fills and its photographs. Both kinds come with a hole: the
    network sees the composite and, as a fourth channel, the location map. TensorFlow's
    deterministic operations are switched on, for the whole process.

    Parameters
    ----------
    filled : ndarray of float, shape (n, size, size, 3)
        Fills of the task, to be judged.
    task : protocol.Task
        For instance `inpainting_guide.data.protocol.test`'s.
    training_filled : ndarray of float, shape (k // 2, size, size, 3)
        Fills by the same method of the first half of the training task. A method that was
        trained on those cars itself fills them better than new ones: held-out cars are fairer.
    training_task : protocol.Task
        k cars with holes, none of them among the task's.
    images : int
        How many images the classifier sees in training, rounded down to whole batches of
        `BATCH` (a handful in quick mode). Few make a weak classifier, which can still rank
        methods that a strong one tells all alike.
    view : str
        One of `VIEWS`.
    seed : int
        Seed of the classifier's weights and batches.

    Returns
    -------
    Quantity
        Balanced accuracy, the mean of the shares of fills and of photographs that are
        recognised, with a 95 % bootstrap interval over the task's images: 0.5 where fills and
        photographs look alike to this classifier. It leaves out the chance in its training.

    Raises
    ------
    ValueError
        If there is no such view, `images` is no whole number from `BATCH`, or the training fills
        are not those of half the training task; or as from `inpainting_guide.data.holes.compose`.

    Notes
    -----
    D. Lopez-Paz and M. Oquab, *Revisiting classifier two-sample tests*, ICLR 2017.
    """
    (accuracy,) = classifier_accuracies(
        filled, task, training_filled, training_task, images=(images,), view=view, seed=seed
    )
    return accuracy


def classifier_accuracies(
    filled, task, training_filled, training_task, *, images=(4_000, 16_000), view="image", seed=0
):
    """Ask one classifier several times while it learns: weak at first, strong in the end.

    Parameters
    ----------
    filled, task, training_filled, training_task, view, seed
        As for `classifier_accuracy`, and with the same errors.
    images : sequence of int
        After how many images to ask, in ascending order; another one is an error too.

    Returns
    -------
    list of Quantity
    """
    arguments.one_of("view", view, VIEWS)
    arguments.whole(images=images, least=BATCH)
    if not images or list(images) != sorted(images):
        raise ValueError(f"images are {images}: expected at least one number, in ascending order.")
    if not 1 <= (half := len(training_task.images) // 2) == len(training_filled):
        raise ValueError(f"{len(training_filled)} training fills: expected the first half, {half}.")

    def seen(pictures, part):
        composite = holes.compose(part.images, pictures, part.location_map)
        joined = np.concatenate([composite, part.location_map], axis=-1)
        return crops(joined, part.location_map) if view == "crop" else joined

    others = training_task[half : 2 * half]
    fills, photographs = seen(training_filled, training_task[:half]), seen(others.images, others)
    judged = [seen(pictures, task) for pictures in (filled, task.images)]
    network = classifier(fills.shape[1], seed)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(1e-3), loss)
    rng, labels = np.random.default_rng(seed), np.repeat(np.float32([1, 0]), BATCH // 2)
    tf.config.experimental.enable_op_determinism()
    accuracies, steps = [], [machine.few(number) // BATCH for number in images]
    for begin, end in zip([0, *steps[:-1]], steps, strict=True):
        for _ in range(begin, end):
            drawn = [kind[rng.integers(0, half, BATCH // 2)] for kind in (fills, photographs)]
            batch = np.concatenate(drawn)
            flip = rng.random(BATCH) < 0.5
            batch[flip] = batch[flip, :, ::-1]
            network.train_on_batch(batch, labels)
        of_fills, of_photographs = (
            keras.ops.convert_to_numpy(network(pictures, training=False))[:, 0] > 0
            for pictures in judged
        )
        accuracies.append(metrics.mean((of_fills + (1.0 - of_photographs)) / 2, "share"))
    return accuracies
