"""How well the classical methods fill the 1,000 test cars: what the chapters say was measured."""

import pytest

from inpainting_guide.data import protocol
from inpainting_guide.filling import methods
from inpainting_guide.measuring import metrics, scores


@pytest.fixture(scope="module")
def baselines():
    """How well each classical method fills the 1,000 test cars."""
    protocol.declare_final()
    task = protocol.test()
    protocol.choose_again()
    return {name: scores.measure(fill, task) for name, fill in methods.CLASSICAL.items()}


@pytest.mark.parametrize(
    ("name", "psnr_of_mean", "mean_psnr"),
    [
        ("mean colour", 11.84, 12.57),
        ("Telea", 14.73, 15.61),
        ("Navier–Stokes", 14.76, 15.64),
        ("biharmonic", 15.04, 16.10),
        ("harmonic", 15.26, 16.10),
    ],
)
def test_the_baselines_reach_their_published_values(baselines, name, psnr_of_mean, mean_psnr):
    summary = baselines[name].summary()
    assert summary["psnr_of_mean"].value == pytest.approx(psnr_of_mean, abs=0.05)
    assert summary["mean_psnr"].value == pytest.approx(mean_psnr, abs=0.05)


def test_smooth_fills_are_better_than_copies_and_a_flat_colour(baselines):
    for smooth in ("harmonic", "biharmonic", "Telea", "Navier–Stokes"):
        for other in ("mean colour", "nearest car"):
            gain = baselines[other].squared_error - baselines[smooth].squared_error
            assert metrics.mean(gain).low > 0


def test_the_two_best_change_places_with_the_measure(baselines):
    membrane, plate = baselines["harmonic"], baselines["biharmonic"]
    assert metrics.mean(plate.squared_error - membrane.squared_error).low > 0
    assert metrics.mean(membrane.l1 - plate.l1).low > 0
    assert metrics.mean(plate.ssim - membrane.ssim).low > 0


@pytest.mark.parametrize("name", ["Telea", "Navier–Stokes"])
def test_opencvs_methods_are_behind_harmonic_in_decibels_and_ahead_in_similarity(baselines, name):
    membrane, other = baselines["harmonic"], baselines[name]
    assert metrics.mean(membrane.psnr - other.psnr).low > 0
    assert metrics.mean(other.ssim - membrane.ssim).low > 0


def test_opencvs_two_methods_cannot_be_told_apart(baselines):
    interval = metrics.mean(baselines["Telea"].psnr - baselines["Navier–Stokes"].psnr)
    assert interval.low < 0 < interval.high


def test_the_nearest_car_is_more_similar_than_a_flat_colour(baselines):
    assert metrics.mean(baselines["nearest car"].ssim - baselines["mean colour"].ssim).low > 0
