"""What is said beside a comparison: parameters, images, optimizer, loss."""

import keras
import pytest
from small_training import fit, small

from inpainting_guide import blocks, budgets, cvae, discriminators, gan, optimizers, training


def small_generator():
    inputs = blocks.image_and_map(32)
    return keras.Model(inputs, blocks.write_image(inputs, name="output"))


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
        (lambda: optimizers.ConvolutionMuon(training.warm_up_and_cosine(3e-3, 9)), "0.003"),
        (lambda: optimizers.ConvolutionMuon(keras.optimizers.schedules.CosineDecay(0.1, 9)), "0.1"),
        (lambda: optimizers.ConvolutionMuon(0.02), "0.02"),
    ],
)
def test_the_rate_is_the_highest_of_its_schedule(optimizer, said):
    network = small()
    network.compile(optimizer(), "mse")
    assert budgets.recipe(network, "image") == {
        "optimizer": f"ConvolutionMuon, {said}",
        "loss": "mse, image",
    }


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
    alone = budgets.table({"once": ["small"]}).splitlines()[1].split()
    assert alone == ["once", "259", "24", "Adam,", "0.001", "squared", "error,", "hole"]
    assert budgets.images(["small", "small"]) == 48
    lines = budgets.table({"once": ["small"], "twice": ["small", "small"]}).splitlines()
    assert lines[2].split()[1:5] == ["259", "24", "+", "24"]
    with pytest.raises(ValueError, match="0 trainings of GAN"):
        budgets.table({"GAN": []})
