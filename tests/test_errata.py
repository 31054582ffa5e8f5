"""The appendix on errata: its numbers are computed here, and every entry says where to look."""

import itertools
import math
import re
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inpainting_guide.data import holes
from inpainting_guide.formulas import by_hand
from inpainting_guide.measuring import metrics

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "tutorial" / "errata.md").read_text("utf-8")
TEXT = PAGE.replace("{,}", ",")  # how TeX writes the comma of 1,024
ENTRY = re.compile(
    r"^\*\*(?P<number>\d+)\*\* · (?P<title>.+)\n: (?P<text>.+\n(?:  .+\n)*)", re.MULTILINE
)
ENTRIES = {int(match["number"]): match["text"] for match in ENTRY.finditer(PAGE)}
distributions = st.lists(st.floats(0.01, 1), min_size=6, max_size=6).map(
    lambda values: np.array(values) / sum(values)
)


# --- The page ----------------------------------------------------------------------------------


def test_the_entries_are_numbered_without_gaps():
    assert list(ENTRIES) == list(range(1, len(ENTRIES) + 1))
    assert len(ENTRIES) == len(re.findall(r"^\*\*\d", PAGE, re.MULTILINE)) >= 60


@pytest.mark.parametrize("number", ENTRIES)
def test_every_entry_links_to_a_derivation_or_names_a_test(number):
    text = ENTRIES[number]
    named = re.findall(r"`(tests/test_\w+\.py)`", text)
    assert re.search(r"\{(ref|eq|numref)\}`", text) or named
    assert [path for path in named if not (ROOT / path).exists()] == []
    before_the_notebooks = number < 56
    assert ("*Printed*:" in text and "*Right*" in text) == before_the_notebooks


def test_the_short_list_names_the_entries_that_it_means():
    words = {20: "sign", 33: r"\log 4", 36: "no error", 39: "4.24", 46: "map", 49: "known"}
    short = [int(number) for number in re.findall(r"^\| (\d+) \| \w", PAGE, re.MULTILINE)]
    assert short == list(words)
    assert [number for number, word in words.items() if word not in ENTRIES[number]] == []


# --- Parameters --------------------------------------------------------------------------------


def convolutions(channels, kernel):
    """Count the parameters of each layer in a chain, transposed or not."""
    return [(kernel**2 * c + 1) * k for c, k in itertools.pairwise(channels)]


def dense(before, after):
    return (before + 1) * after


def normalisations(*channels):
    return sum(4 * c for c in channels)


TABLE_3_1 = sum(convolutions([4, 64, 64, 64, 64, 3], 5))
TABLE_3_2 = sum(convolutions([4, 32, 64, 128, 256], 3)) + normalisations(32, 64, 128)
TABLE_3_3 = sum(convolutions([256, 256, 128, 64, 3], 3))
TABLE_3_5 = 2 * dense(1024, 1024)
TABLE_3_6 = sum(convolutions([512, 256, 128, 64, 32, 3], 3))
TABLE_3_7 = sum(convolutions([4, *[64] * 6, 3], 5))
TABLE_3_8 = sum(convolutions([3, *[64] * 5], 3)) + dense(256, 1)
AUTOENCODER = TABLE_3_2 + TABLE_3_3
CVAE = TABLE_3_2 + TABLE_3_5 + TABLE_3_6
NOTEBOOK_GENERATOR = sum(convolutions([3, *[64] * 6], 5)) + sum(convolutions([64, 3], 3))
NOTEBOOK_CVAE = CVAE + normalisations(256)
PATCH_AUTOENCODER = (
    TABLE_3_2
    + normalisations(256)
    + sum(convolutions([256, 1024, 256, 128, 64, 64, 3], 3))
)  # fmt: skip

NUMBERS = {
    TABLE_3_1: "318,659",
    TABLE_3_2: "389,600",
    TABLE_3_3: "960,643",
    AUTOENCODER: "1,350,243",
    TABLE_3_5: "2,099,200",
    TABLE_3_6: "1,568,067",
    CVAE: "4,056,867",
    TABLE_3_7: "523,587",
    TABLE_3_8: "149,761",
    NOTEBOOK_GENERATOR: "518,915",
    NOTEBOOK_CVAE: "4,057,891",
    PATCH_AUTOENCODER: "5,517,987",
    32 * 32: "1,024",
    32 * 32 * 3: "3,072",
    32 * 32 * 4: "4,096",
    32 * 32 * 32: "32,768",
    32 * 32 * 3 // 2: "1,536",
}


def test_every_large_number_of_the_page_is_computed_here():
    assert {number: f"{number:,}" for number in NUMBERS} == NUMBERS
    assert set(re.findall(r"\b\d{1,3}(?:,\d{3})+\b", TEXT)) == set(NUMBERS.values())


def test_the_table_of_parameters_has_each_number_in_its_row():
    rows = re.findall(r"^\| ([\d., to]+) \| [^|]+ \| ([\d,]+) \|$", PAGE, re.MULTILINE)
    assert {table: int(count.replace(",", "")) for table, count in rows} == {
        "3.1": TABLE_3_1,
        "3.2": TABLE_3_2,
        "3.3": TABLE_3_3,
        "3.2, 3.3": AUTOENCODER,
        "3.4": TABLE_3_2,
        "3.5": TABLE_3_5,
        "3.6": TABLE_3_6,
        "3.4 to 3.6": CVAE,
        "3.7": TABLE_3_7,
        "3.8": TABLE_3_8,
    }
    assert convolutions([4, 32, 64, 128, 256], 3) == [1184, 18_496, 73_856, 295_168]
    assert round(100 * TABLE_3_5 / CVAE) == 52
    assert "hold 52 % of the CVAE" in PAGE
    not_trained = normalisations(32, 64, 128) // 2
    assert (not_trained, AUTOENCODER - not_trained) == (448, 1_349_795)


def test_the_autoencoder_is_not_just_a_bit_larger_and_its_bottleneck_is_no_narrower():
    assert round(AUTOENCODER / TABLE_3_1, 2) == 4.24
    assert "4.24 times" in ENTRIES[39]
    assert 4 * 4 * 256 == 32 * 32 * 4 > 32 * 32 * 3 > 1024


# --- Sizes, holes and decibels -----------------------------------------------------------------


def same(size, stride=2):
    return by_hand.output_size(size, 3, stride, sum(by_hand.same_padding(size, 3, stride)))


def chain(size, layers):
    sizes = [size]
    for _ in range(layers):
        sizes.append(same(sizes[-1]))
    return sizes[1:]


def test_the_printed_shapes_are_right():
    assert chain(32, 3) == [16, 8, 4]  # Table 3.2, after its layer with stride 1
    assert chain(32, 4) == [16, 8, 4, 2]  # Table 3.4
    first = by_hand.output_size(32, 3)  # "Zero" means no padding
    assert [first, *chain(first, 4)] == [30, 15, 8, 4, 2]  # Table 3.8
    assert 2 * 2 * 64 == 256  # its flattened output
    assert [4 * 2**n for n in range(1, 4)] == [8, 16, 32]  # Table 3.3
    assert [2 * 2**n for n in range(1, 5)] == [4, 8, 16, 32]  # Table 3.6
    assert 2 * 2 * 256 == 1024  # Table 3.5
    assert 1024 + 32 * 32 == 2048 == 2 * 2 * 512


def test_the_rule_about_integers_rejects_ten_of_eleven_layers():
    assert (32 - 3 + 2 * 1) / 2 + 1 == 16.5
    inputs = [32, *chain(32, 2), 32, *chain(32, 3), 30, *chain(30, 3)]
    rejected = [size for size in inputs if all((size - 3 + 2 * p) % 2 for p in range(4))]
    assert (len(inputs), len(rejected)) == (11, 10)


def test_the_receptive_fields():
    assert by_hand.receptive_field([3] * 5, [1, 2, 2, 2, 2]) == 33  # Table 3.8: the whole image
    assert "sees 33" in ENTRIES[51]


def test_the_holes():
    assert holes.places() ** 2 == 441
    share = holes.HOLE**2 / 32**2
    assert (round(100 * share), round(100 * (1 - share))) == (14, 86)
    assert round(-10 * math.log10(share), 2) == 8.52
    assert 128**2 / 256**2 == 0.25
    diagonal = holes.square(np.arange(20), np.arange(20))
    assert (diagonal[..., 0] == 1).all(axis=0).sum() == 443
    for number, words in {38: "8.52 dB", 54: "25 %", 56: "443"}.items():
        assert words in ENTRIES[number]


def test_the_loss_of_a_patch_is_three_times_the_average(rng):
    patch, predicted = rng.random((2, 12, 12, 3))
    printed = np.sum((patch - predicted) ** 2) / 12**2
    assert printed == pytest.approx(3 * np.mean((patch - predicted) ** 2))
    assert (patch.size, 12**2) == (432, 144)
    # The notebook sums over a batch of 50 as well.
    error = 0.1776 / (50 * 3)
    assert round(error, 5) == 0.00118
    assert round(float(metrics.psnr(error)), 1) == 29.3


def test_a_squared_error_in_the_range_of_tanh_is_four_times_as_large(rng):
    image, other = rng.random((2, 32, 32, 3))
    wide = np.mean(((2 * image - 1) - (2 * other - 1)) ** 2)
    assert wide == pytest.approx(4 * np.mean((image - other) ** 2))


# --- Divergences -------------------------------------------------------------------------------


def kl(q, p):
    return np.sum(q * np.log(q / p))


@given(p=distributions, q=distributions)
def test_what_is_printed_for_a_divergence_is_its_negative(p, q):
    printed = np.sum(q * np.log(p / q))  # (2.1) to (2.3)
    assert printed == pytest.approx(-kl(q, p), abs=1e-12)
    assert printed <= 1e-12  # a divergence is never negative


@given(data=distributions, model=distributions, seed=st.integers(0, 1000))
def test_the_second_term_of_2_4_is_an_average_over_the_data(data, model, seed):
    q, p = np.random.default_rng(seed).dirichlet(np.ones(4), size=(2, 6)) + 1e-3
    q, p = (array / array.sum(axis=1, keepdims=True) for array in (q, p))
    joint = kl(data[:, None] * q, model[:, None] * p)
    second = sum(weight * kl(a, b) for weight, a, b in zip(data, q, p, strict=True))
    assert joint == pytest.approx(kl(data, model) + second)


@given(
    mean=st.lists(st.floats(-2, 2), min_size=3, max_size=3).map(np.array),
    deviation=st.lists(st.floats(0.1, 2), min_size=3, max_size=3).map(np.array),
)
def test_the_first_term_of_the_bound_is_minus_a_divergence(mean, deviation):
    z = np.linspace(-25, 25, 20_001)[:, None]
    log_q = -np.log(deviation) - ((z - mean) / deviation) ** 2 / 2
    log_p = -(z**2) / 2
    density = np.exp(log_q) / math.sqrt(2 * math.pi)
    divergence = np.trapezoid(density * (log_q - log_p), z, axis=0).sum()
    mended = np.sum(1 + np.log(deviation**2) - mean**2 - deviation**2) / 2
    assert mended == pytest.approx(-divergence, abs=1e-5)


def line_2_8(p, q):
    mixture = (p + q) / 2
    return kl(p, mixture) + kl(q, mixture)


@given(p=distributions, q=distributions)
def test_2_7_and_2_8_differ_by_log_4(p, q):
    line_2_7 = kl(p, p + q) + kl(q, p + q)
    assert line_2_7 == pytest.approx(line_2_8(p, q) - math.log(4))
    best = p / (p + q)  # what (2.5) becomes with the best discriminator
    assert np.sum(p * np.log(best) + q * np.log(1 - best)) == pytest.approx(line_2_7)
    assert line_2_7 >= -math.log(4) - 1e-12
    assert kl(p, 2 * p) + kl(p, 2 * p) == pytest.approx(-math.log(4))


@given(p=distributions, q=distributions)
def test_2_8_shows_no_trade_off_it_is_symmetric_and_its_divergences_are_not(p, q):
    assert line_2_8(p, q) == pytest.approx(line_2_8(q, p))
    even, skewed = np.full(2, 0.5), np.array([0.9, 0.1])
    assert kl(even, skewed) != pytest.approx(kl(skewed, even), rel=0.1)


# --- What a loss implies -----------------------------------------------------------------------


def test_the_variances_that_the_losses_imply():
    # SSE / (2 s^2) + KL is proportional to SSE + 2 s^2 KL, and a mean over n numbers is SSE / n.
    assert 3072 / 2 == 1536
    variance = (1 / 50) / 2  # the loss of a batch, divided by its 50 images: SSE + KL / 50
    assert math.isclose(variance, 0.01)
    assert "0.02" in ENTRIES[60]


def test_the_variance_of_a_sample_with_the_wrong_exponent(rng):
    log_variance, noise = math.log(0.25), rng.normal(size=200_000)
    assert np.var(np.exp(log_variance) * noise) == pytest.approx(0.25**2, rel=0.02)
    assert np.var(np.exp(log_variance / 2) * noise) == pytest.approx(0.25, rel=0.02)


def test_swapped_arguments_make_a_straight_line_of_the_cross_entropy():
    verdict = np.linspace(0.05, 0.95, 19, dtype=np.float32)[:, None]
    real = np.ones_like(verdict)
    right = keras.losses.binary_crossentropy(real, verdict)
    swapped = keras.losses.binary_crossentropy(verdict, real)
    np.testing.assert_allclose(right, -np.log(verdict[:, 0]), rtol=1e-5)
    slope = np.asarray(swapped) / (1 - verdict[:, 0])
    np.testing.assert_allclose(slope, slope[0], rtol=1e-4)
    assert round(float(slope[0])) == 16
    assert round(0.4 * float(slope[0]) * 0.5, 1) == 3.2
