"""What chapters quote of differences and budgets is computed from what the pages published."""

import re
from pathlib import Path

import pytest
from claims import GAINS, GAPS, NOTEBOOKS, best_loss, claims
from drawings import recorded
from drawings.loss_design import LOSSES

from inpainting_guide.measuring.quantities import Quantity, Range

TUTORIAL = Path(__file__).parents[1] / "tutorial"
CHAPTERS = {path.name: path.read_text("utf-8") for path in TUTORIAL.glob("*.md")}
PAIRS = {**GAINS, **GAPS}
PUBLISHED = {page: {"images": 10_000} for page in NOTEBOOKS}
for first, second in PAIRS.values():
    for key, decibels in ((first, 16.0), (second, 15.0)):
        page, name = key.split(".")
        PUBLISHED.setdefault(page, {})[name] = Quantity(decibels, "dB")
PUBLISHED["losses"] = recorded.read("losses")


def test_the_budgets_of_the_notebooks():
    found = claims({})
    assert found["notebook_direct_cnn"] == "750,000"
    assert found["notebook_autoencoder"] == found["notebook_patch_autoencoder"] == "500,000"
    assert found["notebook_cvae_as_printed"] == "1,500,000"
    assert found["notebook_gan_as_printed"] == "1,000,000"
    assert not [name for name in found if name.startswith("ratio")]  # no page has run


@pytest.mark.parametrize(
    ("page", "images", "ratio"),
    [
        ("direct_cnn", 44_800, "17"),
        ("autoencoder", 76_800, "6.5"),
        ("gan_as_printed", 8_960, "110"),
        ("gan_as_printed", 320, "3,100"),  # a quick build
    ],
)
def test_how_many_times_ours_a_budget_is(page, images, ratio):
    assert claims({page: {"images": images}})[f"ratio_{page}"] == ratio


def test_a_difference_has_its_sign_and_is_left_out_until_both_pages_have_run():
    pages = {"gan_as_printed_alpha_0": {"psnr_of_mean": Quantity(12.18, "dB")}}
    assert "discriminator_as_printed" not in claims(pages)
    pages["gan_as_printed"] = {"psnr_of_mean": Quantity(10.81, "dB")}
    assert claims(pages)["discriminator_as_printed"] == "−1.37 dB"


def test_a_difference_is_rounded_once():
    pages = {"direct_cnn": 16.546, "autoencoder": 16.284}  # of rounded ones: 16.28 - 16.55
    quoted = {name: {"psnr_of_mean": Quantity(value, "dB")} for name, value in pages.items()}
    assert claims(quoted)["autoencoder_over_direct"] == "−0.26 dB"


def test_every_claim_that_a_chapter_quotes_is_computed():
    quoted = {n for text in CHAPTERS.values() for n in re.findall(r"\{\{ claims\.(\w+) \}\}", text)}
    told = {name for name in quoted if name.startswith("told_")}  # of the page of comparisons
    assert quoted - told <= claims(PUBLISHED).keys()


def test_the_chapter_on_the_experiments_has_a_budget_for_each_network_of_the_thesis():
    cells = (r"claims\.notebook_(\w+)", r"(\w+)\.images", r"claims\.ratio_(\w+)")
    row = r" \| ".join(rf"\{{\{{ {cell} \}}\}}" for cell in cells)
    rows = re.findall(row, CHAPTERS["experiments.md"])
    assert [set(names) for names in rows] == [{name} for name in NOTEBOOKS]


@pytest.mark.parametrize(
    ("measure", "ssim", "absolute", "best"),
    [
        ("l1", (1.9, 2.1, 2.4), (1, 1.5, 1.8), "absolute error (1.00 to 1.80)"),
        ("l1", (1.8, 2.1, 2.4), (1, 1.5, 1.8),
         "none: level are absolute error (1.00 to 1.80), SSIM (1.80 to 2.40)"),
        ("psnr_of_mean", (1.9, 2, 2.1), (-1, 1, 1.8), "SSIM (1.90 to 2.10)"),
        ("seam", (1.25, 1.3, 1.4), (0.8, 0.9, 1), "absolute error (0.800 to 1.00)"),
        ("seam", (1.03, 1.04, 1.05), (0.95, 0.96, 0.97),
         "none: level are absolute error (0.950 to 0.970), SSIM (1.03 to 1.05)"),
    ],
)  # fmt: skip
def test_a_loss_is_the_best_if_its_seeds_do_not_reach_those_of_another(
    measure, ssim, absolute, best
):
    losses = {
        name: {measure: Quantity(mean), f"{measure}_range": Range(least, most)}
        for name, (least, mean, most) in {"ssim": ssim, "absolute": absolute}.items()
    }
    assert best_loss(losses | {"seeds": 3}, measure) == best


def test_many_losses_that_are_level_are_counted():
    losses = {name: {"l1": Quantity(2), "l1_range": Range(1, 3)} for name in list(LOSSES)[:7]}
    losses["window"]["l1"] = Quantity(1.9)
    best = "none: 7 are level; the best mean has whole window (1.00 to 3.00)"
    assert best_loss(losses, "l1") == best


def test_every_loss_that_is_recorded_has_its_name_in_the_figure():
    rows = {name for name, row in PUBLISHED["losses"].items() if isinstance(row, dict)}
    assert rows <= LOSSES.keys()
