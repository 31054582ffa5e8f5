import numpy as np
import pytest

from inpainting_guide import networks, training
from inpainting_guide.data import cars, holes, irregular, protocol
from inpainting_guide.filling import methods
from inpainting_guide.measuring import metrics, scores
from inpainting_guide.measuring.quantities import Quantity


def test_the_test_cars_are_given_out_once_nothing_is_left_to_choose():
    with pytest.raises(RuntimeError, match=r"call protocol\.declare_final\(\) after the last"):
        protocol.test()
    protocol.declare_final()
    try:
        assert len(protocol.test().images) == 1000
    finally:
        protocol.choose_again()
    with pytest.raises(RuntimeError, match="declare_final"):
        protocol.test()


def test_nothing_is_trained_once_the_test_cars_are_given_out(measured_task, photographs):
    network = networks.unet(widths=(2,), name="chosen_too_late")
    network.compile("sgd", "mse")
    with pytest.raises(RuntimeError, match=r"chosen_too_late is to be trained after .*validation"):
        training.fit(network, photographs, budget=2, batch_size=2, epochs=1)


def test_the_test_holes_are_the_published_ones(measured_task):
    task = measured_task
    rng = np.random.default_rng(0)
    tops, lefts = rng.integers(0, 21, 1000), rng.integers(0, 21, 1000)
    for number in (0, 1, 499, 999):
        expected = np.ones((32, 32, 1), np.float32)
        top, left = tops[number], lefts[number]
        expected[top : top + 12, left : left + 12] = 0
        np.testing.assert_array_equal(task.location_map[number], expected)
    np.testing.assert_array_equal(task.images, cars.load().test)
    assert (task.incomplete[task.location_map[..., 0] == 0] == 0).all()


def test_a_quick_run_takes_the_first_of_the_test_holes(measured_task, monkeypatch):
    whole = measured_task
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    quick = protocol.test()
    np.testing.assert_array_equal(quick.images, whole.images[:24])
    np.testing.assert_array_equal(quick.location_map, whole.location_map[:24])
    assert len(protocol.validation().images) == protocol.QUICK_IMAGES


def test_a_task_of_other_images_has_holes_of_its_seed(photographs):
    one, again, other = (protocol.task(photographs, seed) for seed in (3, 3, 4))
    assert one.images is photographs
    assert (one.location_map.sum(axis=(1, 2, 3)) == 32 * 32 - 12 * 12).all()
    np.testing.assert_array_equal(one.location_map, again.location_map)
    assert not np.array_equal(one.location_map, other.location_map)


def test_validation_uses_other_images_and_other_holes():
    task = protocol.validation()
    assert task.images is cars.load().validation
    rng = np.random.default_rng(2)
    expected = holes.square(rng.integers(0, 21, 500), rng.integers(0, 21, 500))
    np.testing.assert_array_equal(task.location_map, expected)


def test_comparisons_are_those_of_the_scores():
    task = protocol.validation()[:30]
    ours, theirs = (scores.measure(methods.CLASSICAL[n], task) for n in ("harmonic", "Telea"))
    compared = scores.compare(ours, theirs)
    difference = ours.psnr - theirs.psnr
    assert compared["gain_mean"].value == pytest.approx(difference.mean())
    assert compared["gain_mean"].low < difference.mean() < compared["gain_mean"].high
    better = np.mean(ours.squared_error < theirs.squared_error)
    assert compared["wins"] == Quantity(better, "share")
    gain = ours.summary()["psnr_of_mean"] - theirs.summary()["psnr_of_mean"]
    assert compared["gain"].value == pytest.approx(gain.value)
    assert compared["gain"].unit == compared["gain_mean"].unit == "dB"
    with pytest.raises(ValueError, match="scores of 30 images and of 20: expected those of one"):
        scores.compare(ours, scores.measure(methods.CLASSICAL["Telea"], task[:20]))


def test_the_smallest_gain_is_that_car_by_car():
    """By the mean error "steady" comes nearest, in the mean gain "bold", which has one good car."""
    task = protocol.Task(np.zeros((2, 32, 32, 3), np.float32), holes.square([3, 9], [5, 1]))
    errors = {"ours": (0.1, 0.1), "steady": (0.2, 0.2), "bold": (0.01, 0.3)}
    fills = {
        name: np.float32(of_cars)[:, None, None, None] * (1 - task.location_map) + task.images
        for name, of_cars in errors.items()
    }
    name, gain = scores.smallest_gain(fills.pop("ours"), fills, task)
    assert (name, gain.unit) == ("bold", "dB")
    assert gain.value == pytest.approx((20 * np.log10(0.1) + 20 * np.log10(3)) / 2, rel=1e-5)
    with pytest.raises(ValueError, match="0 other methods: expected at least 1"):
        scores.smallest_gain(task.images, {}, task)


def test_a_summary_averages_every_measure_over_the_images():
    scored = scores.measure(methods.CLASSICAL["harmonic"], protocol.validation()[:30])
    summary = scored.summary()
    assert {name: quantity.unit for name, quantity in summary.items()} == {
        "psnr_of_mean": "dB", "mean_psnr": "dB", "l1": "", "ssim": ""
    }  # fmt: skip
    assert summary["psnr_of_mean"].value == metrics.psnr(scored.squared_error.mean())
    for name, values in (("mean_psnr", scored.psnr), ("l1", scored.l1), ("ssim", scored.ssim)):
        assert summary[name].value == pytest.approx(values.mean())
        assert summary[name].low < summary[name].value < summary[name].high


def test_classes_of_area_are_measured_one_by_one():
    task = protocol.task(cars.load().validation[:30], 2, "strokes")
    filled = methods.CLASSICAL["mean colour"](task.incomplete, task.location_map)
    by_share = scores.by_share(filled, task)
    errors = metrics.squared_error(task.images, filled, task.location_map)
    assert list(by_share) == list(irregular.TITLES)
    for number, quantity in enumerate(by_share.values()):
        assert quantity.value == pytest.approx(metrics.psnr(errors[number::6].mean()))
    with pytest.raises(ValueError, match="1 holes of the class 50–60 %: expected at least 2"):
        scores.by_share(filled[:11], task[:11])
