"""A wrong argument is refused by its name, with what was expected, before any work."""

import math

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inpainting_guide import networks
from inpainting_guide.common import arguments, timing
from inpainting_guide.data import batches, holes, protocol
from inpainting_guide.filling import comparison, methods
from inpainting_guide.formulas import by_hand
from inpainting_guide.measuring import classifier, metrics, plausibility, scores, wasserstein
from inpainting_guide.networks import cvae, discriminators, gan, generators
from inpainting_guide.pages import curves, grids, sheets, showing, side_by_side, tables, trade_off
from inpainting_guide.training import optimizers

SMALL = np.full((2, 32, 32, 3), 0.5, np.float32)
MAPS = holes.square([3, 4], [5, 6])
TASK = protocol.Task(SMALL, MAPS)
RNG = np.random.default_rng(0)
NO_INTEGER = st.one_of(
    st.floats(), st.booleans(), st.none(), st.text(max_size=3), st.complex_numbers(),
    st.lists(st.floats(width=16), min_size=1, max_size=3),
)  # fmt: skip


@given(value=st.integers(-60, 60), least=st.integers(-50, 50), most=st.integers(-50, 50))
def test_whole_numbers_of_a_range_pass_and_no_others(value, least, most):
    for given_as in (value, np.int8(value), [least, value], np.array([[value]])):
        if least <= value <= most or (value >= least and most == 50):
            arguments.whole(n=given_as, least=least, most=math.inf if most == 50 else most)
        elif least <= most:
            with pytest.raises(ValueError, match=f"^n is {value}: expected a whole number"):
                arguments.whole(n=given_as, least=least, most=most)


@given(halves=st.integers(0, 5), number=st.integers(1, 20))
def test_a_side_can_be_halved_as_often_as_a_network_must(halves, number):
    multiple = 2**halves
    arguments.side(multiple * number, multiple)
    arguments.side(None, multiple)
    for size in range(multiple * number + 1, multiple * (number + 1)):
        with pytest.raises(ValueError, match=f"{size} pixels: .* a multiple of {multiple}.$"):
            arguments.side(size, multiple)


@given(NO_INTEGER)
def test_what_is_no_integer_is_no_whole_number(value):
    with pytest.raises(ValueError, match="^n is .*: expected a whole number .int. of at least 1"):
        arguments.whole(m=1, n=value)


@given(hole=NO_INTEGER, size=st.integers(1, 40))
def test_a_hole_has_whole_sides_and_places(hole, size):
    for call in (
        lambda: holes.places(hole, size),
        lambda: holes.places(1, hole),
        lambda: holes.square([0], [0], hole, size),
        lambda: holes.random_square(hole, RNG),
    ):
        with pytest.raises(ValueError, match="is .*: expected a whole number"):
            call()
    with pytest.raises(ValueError, match="expected a whole number|one of each a hole"):
        holes.square(hole, 0)


def history(**values):
    seconds = {"seconds": [1.0, 2.0]}
    return {"history": seconds | values, "images": 128, "loss": "squared error, hole"}


WRONG = [
    (lambda: arguments.positive(a=1e-9, b=-1), "b is -1: expected more than 0"),
    (lambda: arguments.positive(a=math.nan), "a is nan: expected more than 0"),
    (lambda: arguments.side(0, 4), "size is 0: expected a whole number"),
    (lambda: arguments.side(8.0, 4), "size is 8.0: expected a whole number"),
    (lambda: arguments.random_generator(3), "rng is 3: expected a random generator"),
    (lambda: holes.square(math.nan, 5), "tops is nan: expected a whole number"),
    (lambda: holes.square(3.5, 5), "tops is 3.5: expected a whole number"),
    (lambda: holes.square([], []), "at least one hole"),
    (lambda: holes.random_square(3, 0), "rng is 0: expected a random generator"),
    (lambda: holes.random_square(0, RNG), "count is 0: expected a whole number"),
    (lambda: metrics.squared_error_by_depth(SMALL, SMALL, MAPS, 0), "deepest is 0: expected"),
    (lambda: metrics.squared_error_by_depth(SMALL, SMALL, MAPS, 2.5), "deepest is 2.5: expected"),
    (lambda: metrics.ssim(SMALL[:, :6], SMALL[:, :6], MAPS[:, :6]), "6 x 32 pixels: .* 7 x 7"),
    (lambda: showing.show_table({}), "0 rows: expected at least 1"),
    (lambda: tables.show_scores({}), "0 rows: expected at least 1"),
    (lambda: tables.show_budgets({}), "0 rows: expected at least 1"),
    (lambda: tables.show_budgets({"GAN": []}), "0 trainings of GAN: expected at least 1"),
    (lambda: tables.show_distances({}, "photographs"), "no method 'photographs': choose"),
    (lambda: protocol.task(SMALL[:, :16], 0), "16 x 32 pixels, expected 32 x 32"),
    (lambda: protocol.task(np.uint8(SMALL), 0), "the images are 8-bit"),
    (lambda: scores.compare(scores.score(SMALL, TASK), scores.score(SMALL[:1], TASK[:1])),
     "scores of 2 images and of 1"),
    (lambda: timing.in_turns({}, 1.5), "rounds is 1.5: expected"),
    (lambda: timing.milliseconds({}, TASK, 0, 1), "size is 0: expected"),
    (lambda: timing.milliseconds({}, TASK, 1, 0), "rounds is 0: expected"),
    (lambda: batches.training(SMALL, 1.0, 0), "batch_size is 1.0: expected"),
    (lambda: batches.training(SMALL, 1, 0, first_step=-1), "first_step is -1: expected"),
    (lambda: batches.training(SMALL, 1, "x"), "seed is 'x': expected"),
    (lambda: batches.fixed(SMALL, MAPS, 0), "batch_size is 0: expected"),
    (lambda: plausibility.diversity(SMALL, SMALL[None], MAPS), "1 fills of each hole: .* least 2"),
    (lambda: plausibility.diversity(SMALL, np.stack([SMALL] * 2), MAPS), "mean of the fills is"),
    (lambda: plausibility.diversity(SMALL, np.ones((2, *SMALL.shape), int), MAPS), "holds int64"),
    (lambda: classifier.classifier_accuracies(SMALL, TASK, SMALL, TASK, images=()), "least one"),
    (lambda: classifier.classifier_accuracies(SMALL, TASK, SMALL, TASK, images=(9,)),
     "images is 9: expected a whole number .int. of at least 64"),
    (lambda: classifier.classifier_accuracies(SMALL, TASK, SMALL, TASK, images=(99, 64)),
     "ascending order"),
    (lambda: classifier.classifier_accuracies(255 * SMALL, TASK, SMALL[:1], TASK, images=(64,)),
     "the prediction holds values from .* to 127.5"),
    (lambda: wasserstein.crops(SMALL, MAPS, 12.0), "size is 12.0: expected"),
    (lambda: wasserstein.crops(SMALL[:0], MAPS[:0]), "0 images: expected at least 1"),
    (lambda: wasserstein.sliced_wasserstein(SMALL, SMALL, 0), "directions is 0: expected"),
    (lambda: wasserstein.distances({}, TASK, splits=1), "splits is 1: expected"),
    (lambda: methods.filler("x", {}), "no method 'x': choose one of mean_colour"),
    (lambda: methods.filler("unet", {}), "no network 'unet'"),
    (lambda: comparison.costs({}, TASK, 0), "rounds is 0: expected"),
    (lambda: side_by_side.psnr_by_side({}, SMALL, (4, 33), ()), "sides is 33: .* from 1 to 32"),
    (lambda: side_by_side.psnr_by_place({}, SMALL, (0, 21), "x"), "starts is 21: .* 0 to 20"),
    (lambda: curves.training_curve({}), "0 lines: expected at least 1"),
    (lambda: curves.training_curve({"a": history(loss=[1, 1])}), "no history 'val_loss'"),
    (lambda: curves.loss_terms(history(loss=[1, 1]), {}), "0 terms: expected at least 1"),
    (lambda: curves.loss_terms(history(loss=[1, 1]), {"x": ()}), "no term 'x': choose"),
    (lambda: curves.psnr_comparison({}), "0 scores: expected at least 1"),
    (lambda: curves.hole_profile({}), "0 lines: expected at least 1"),
    (lambda: grids.hole_profiles({"a": np.ones(2)}, "b", {}), "no reference 'b'"),
    (lambda: grids.hole_profiles({"a": np.ones(2)}, "a", {}), "no method with a family 'a'"),
    (lambda: curves.versus({"a": [1, 2]}, [1], ("x", "y")), "a: 2 values at 1 positions"),
    (lambda: curves.sorted_bars([], "x", 1), "0 values: expected at least 1"),
    (lambda: sheets.contact_sheet({}), "0 rows: expected at least 1"),
    (lambda: sheets.contact_sheet({"a": SMALL, "b": SMALL[:1]}), "rows of 2, 1 images"),
    (lambda: sheets.contact_sheet({"a": SMALL[:0]}), "rows of 0 images"),
    (lambda: sheets.contact_sheet({"a": SMALL}, None, [0]), "1 location maps for rows of 2"),
    (lambda: grids.heat_maps({}, "x"), "0 grids: expected at least 1"),
    (lambda: trade_off.draw({}, {}, 1.0, ("x", "y")), "0 methods: expected at least 1"),
    (lambda: by_hand.output_size(8, 3, 0), "stride is 0: expected"),
    (lambda: by_hand.output_size(8, 3.5), "kernel is 3.5: expected"),
    (lambda: by_hand.same_padding(8, 3, 0), "stride is 0: expected"),
    (lambda: by_hand.taps(8, 3, 0), "size is 0: expected"),
    (lambda: by_hand.receptive_field([3], [0]), "strides is 0: expected"),
    (lambda: by_hand.receptive_field([3], [1], [0]), "dilations is 0: expected"),
    (lambda: by_hand.known_pixels_seen(np.ones((3, 3)), -1), "field is -1: expected"),
    (lambda: by_hand.convolve(np.ones((4, 4, 1)), np.ones((5, 5, 1, 1)), 0), "does not fit"),
    (lambda: by_hand.convolve(np.ones((4, 4, 1)), np.ones((3, 3, 1, 1)), 0, 0), "stride is 0"),
    (lambda: networks.direct_cnn(0), "size is 0: expected"),
    (lambda: networks.direct_cnn(32.0), "size is 32.0: expected"),
    (lambda: networks.unet(widths=()), "0 widths: expected at least 1"),
    (lambda: networks.unet(widths=(8, 0)), "widths is 0: expected"),
    (lambda: networks.patch_autoencoder(None), "size is None: expected"),
    (lambda: networks.patch_autoencoder(hole=0), "hole is 0: expected"),
    (lambda: networks.patch_autoencoder(hole=36), "hole is 36: .* from 1 to 32"),
    (lambda: generators.completion_network(widths=(8, 8)), "2 widths: expected three"),
    (lambda: generators.completion_network(dilations=(0,)), "dilations is 0: expected"),
    (lambda: discriminators.printed_discriminator(2), "size is 2: .* at least 3"),
    (lambda: discriminators.global_and_local(None), "size is None: expected"),
    (lambda: discriminators.global_and_local(window=33), "window is 33: .* from 1 to 32"),
    (lambda: discriminators.global_and_local(widths=()), "0 widths: expected"),
    (lambda: classifier.classifier(0), "size is 0: expected"),
    (lambda: cvae.ConditionalVAE(latent_level=5), "latent_level is 5: .* from 1 to 4"),
    (lambda: cvae.ConditionalVAE(latent_channels=0), "latent_channels is 0: expected"),
    (lambda: optimizers.ConvolutionMuon(least_channels=0.5), "least_channels is 0.5: expected"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[message for _, message in WRONG])
def test_a_wrong_argument_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_samples_are_counted_in_whole_numbers():
    network = cvae.ConditionalVAE(widths=(2, 2), latent_level=1, latent_channels=1)
    for wrong in ({"count": 0}, {"count": 1.5}, {"count": 1, "batch_size": 0}):
        with pytest.raises(ValueError, match="expected a whole number"):
            network.samples(SMALL, MAPS, **wrong)


def test_a_weight_that_is_no_number_is_refused():
    inputs = keras.Input((8, 8, 4))
    players = keras.Model(inputs, inputs[..., :3]), keras.Model(inputs, inputs)
    with pytest.raises(ValueError, match="adversarial weight nan, penalty 0"):
        gan.InpaintingGAN(*players, adversarial_weight=math.nan, penalty=0)
