"""What is said beside a comparison: parameters, images, optimizer, loss."""

import keras
import pytest
from small_training import fit, small

from inpainting_guide import training
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.networks import cvae, discriminators, gan
from inpainting_guide.training import budgets


def small_generator():
    inputs = keras.Input((32, 32, 4), name="image_and_map")
    outputs = keras.layers.Conv2D(3, 3, padding="same", activation="sigmoid", name="output")(inputs)
    return keras.Model(inputs, outputs)


def game(make, **settings):
    network = make(small_generator(), discriminators.global_and_local(widths=(2,)), **settings)
    network.compile(keras.optimizers.Adam(3e-4), keras.optimizers.Adam(1e-3))
    return network


def test_a_record_says_how_the_network_was_taught(photographs):
    records = []
    for _ in range(2):  # the second time from the store
        keras.utils.set_random_seed(0)
        records.append(fit(small(peak=2e-3), photographs))
    assert (records[0]["optimizer"], records[0]["loss"]) == ("Adam, 0.002", "squared error, hole")
    assert records[0] == records[1]


@pytest.mark.parametrize(
    ("optimizer", "said"),
    [
        (lambda: training.ConvolutionMuon(training.warm_up_and_cosine(3e-3, 9)), "0.003"),
        (lambda: training.ConvolutionMuon(keras.optimizers.schedules.CosineDecay(0.1, 9)), "0.1"),
        (lambda: training.ConvolutionMuon(0.02), "0.02"),
    ],
)
def test_the_rate_is_the_highest_of_its_schedule(optimizer, said):
    network = small()
    network.compile(optimizer(), "mse")
    assert budgets.recipe(network, "image") == {
        "optimizer": f"ConvolutionMuon, {said}",
        "loss": "mse, image",
    }


def test_a_function_is_told_as_a_loss_and_an_optimizer_without_what_scales_it():
    network = small()
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.02))
    network.compile(scaled, keras.losses.mean_squared_error)
    assert budgets.recipe(network, "image") == {
        "optimizer": "Adam, 0.02",
        "loss": "squared error, image",
    }


def test_an_error_that_is_divided_by_all_pixels_is_not_told_in_decibels(photographs):
    losses = "mean_squared_error", keras.losses.MeanSquaredError(), keras.losses.mean_squared_error
    for loss in losses:
        network = small()
        network.compile("adam", loss)
        told = budgets.recipe(network, "hole")
        assert told["loss"] == "squared error of the hole, over all pixels"
        with pytest.raises(ValueError, match="only a squared error is told in decibels"):
            budgets.squared_error(told | {"history": {}})


def test_a_rate_may_be_a_function(photographs):
    def rate():
        return 1e-3

    network = small()
    network.compile(keras.optimizers.Adam(rate), training.hole_loss())
    assert fit(network, photographs)["optimizer"] == "Adam"


def test_games_and_bounds_say_what_they_descend_on():
    printed = game(gan.PrintedGAN, alpha=0.4)
    assert budgets.recipe(printed, "hole") == {
        "optimizer": "Adam, 0.0003",
        "loss": "0.6 × squared error, known + 0.4 × adversarial",
    }
    mended = game(gan.InpaintingGAN, adversarial_weight=0.05, penalty=0.1)
    assert budgets.recipe(mended, "hole")["loss"] == "squared error, hole + 0.05 × adversarial"
    bound = cvae.ConditionalVAE(0.01, latent_channels=1, latent_level=2, widths=(2, 2, 2))
    bound.compile(keras.optimizers.Adam(1e-3))
    assert budgets.recipe(bound, "hole")["loss"] == "evidence bound, σ² = 0.01"


def test_a_network_that_began_with_anothers_weights_has_seen_its_images_too(photographs):
    fit(small(), photographs)
    assert budgets.images(["small", "small"]) == 48
    assert [record["images"] for record in budgets.records(["small", "small"])] == [24, 24]


def test_the_cost_of_a_training_is_ready_to_be_published(photographs):
    record = fit(small(), photographs)
    assert budgets.cost(record) == {
        "parameters": 259,
        "images": 24,
        "seconds": Quantity(record["seconds"], "s"),
        "precision": keras.config.dtype_policy().name,
    }
