import json

import numpy as np
import pytest

from inpainting_guide import cars, classical, holes, networks, protocol, publishing, training


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
        training.fit(network, photographs, steps=1, batch_size=2, epochs=1)


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


def test_the_table_lists_every_method_the_best_last():
    task = protocol.validation()[:20]
    scores = {
        name: protocol.measure(classical.METHODS[name], task)
        for name in ("harmonic", "mean colour")
    }
    lines = protocol.table(scores).splitlines()
    assert [line.split("  ")[0] for line in lines[2:]] == ["mean colour", "harmonic"]
    assert f"{scores['harmonic'].summary()['psnr_of_mean'].value:.2f}" in lines[-1]


def test_comparisons_and_quotations_are_those_of_the_scores():
    task = protocol.validation()[:30]
    ours, theirs = (protocol.measure(classical.METHODS[n], task) for n in ("harmonic", "Telea"))
    compared = protocol.compare(ours, theirs)
    difference = ours.psnr - theirs.psnr
    assert compared["gain_mean"] == f"{difference.mean():.2f}"
    better = np.mean(ours.squared_error < theirs.squared_error)
    assert compared["wins"] == f"{100 * better:.0f} %"
    gain = ours.summary()["psnr_of_mean"].value - theirs.summary()["psnr_of_mean"].value
    assert compared["gain"] == f"{gain:.2f}"
    low, high = map(float, compared["gain_mean_interval"].split(" to "))
    assert low < difference.mean() < high
    quoted, summary = ours.quotable(), ours.summary()
    assert quoted["l1"] == f"{summary['l1'].value:.3f}"
    assert quoted["mean_psnr_interval"].startswith(f"{summary['mean_psnr'].low:.2f} to ")


def test_results_are_published_only_for_a_site(tmp_path, monkeypatch):
    monkeypatch.delenv("INPAINTING_GUIDE_RESULTS", raising=False)
    publishing.publish("page", {"a": 1})
    monkeypatch.setenv("INPAINTING_GUIDE_RESULTS", str(tmp_path / "results"))
    publishing.publish("page", {"b": {"c": "16.0"}})
    (written,) = tmp_path.glob("results/*")
    assert json.loads(written.read_text()) == {"b": {"c": "16.0"}}
