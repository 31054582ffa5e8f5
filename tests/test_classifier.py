"""The classifier that is trained to tell fills from photographs."""

import numpy as np
import pytest

from inpainting_guide.data import holes, protocol
from inpainting_guide.measuring import classifier


def random_task(count, rng):
    """Make random images: every pixel and channel independent."""
    images = rng.random((count, 32, 32, 3), np.float32)
    return protocol.Task(images, holes.random_square(count, rng))


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("view", classifier.VIEWS)
def test_a_classifier_knows_constant_fills_and_only_guesses_at_new_photographs(view, rng):
    tasks = random_task(200, rng), random_task(200, rng)
    flat = [np.ones_like(task.images) for task in tasks]
    others = [random_task(200, rng).images for _ in tasks]

    def accuracy(test_fills, training_fills, images):
        return classifier.classifier_accuracy(
            test_fills, tasks[0], training_fills[:100], tasks[1], images=images, view=view
        )

    assert accuracy(*flat, 1280).value > 0.9
    guessed = accuracy(*others, 256)
    assert guessed.low <= guessed.value <= guessed.high
    assert guessed.unit == "share"
    assert guessed.value == pytest.approx(0.5, abs=0.1)


@pytest.mark.usefixtures("eagerly")
def test_a_classifier_gives_the_same_answer_twice_and_refuses_other_halves(rng):
    task = random_task(12, rng)
    flat = np.full_like(task.images, 0.5)

    def accuracy(training_fills, **options):
        return classifier.classifier_accuracy(
            flat, task, training_fills, task, images=64, **options
        )

    assert accuracy(flat[:6]) == accuracy(flat[:6])
    with pytest.raises(ValueError, match="the first half, 6"):
        accuracy(flat)
    with pytest.raises(ValueError, match="view 'rim'"):
        accuracy(flat[:6], view="rim")


@pytest.mark.usefixtures("eagerly")
def test_a_classifier_asked_on_its_way_says_what_a_shorter_training_would(rng):
    tasks = random_task(60, rng), random_task(60, rng)
    grey = [np.full_like(task.images, 0.5) for task in tasks]
    arguments = grey[0], tasks[0], grey[1][:30], tasks[1]
    asked = classifier.classifier_accuracies(*arguments, images=(64, 192))
    assert asked[0] == classifier.classifier_accuracy(*arguments, images=64)
    assert asked[1] == classifier.classifier_accuracy(*arguments, images=192)


def test_an_untrained_classifier_cannot_tell_and_its_seed_decides_its_weights(rng):
    first, same, other = (classifier.classifier(16, seed) for seed in (0, 0, 1))
    assert first.output_shape == (None, 1)
    assert not first.predict_on_batch(rng.random((2, 16, 16, 4), np.float32)).any()
    np.testing.assert_array_equal(first.get_weights()[0], same.get_weights()[0])
    assert (first.get_weights()[0] != other.get_weights()[0]).any()
