"""One network on several hosts: real processes on this machine, one of them killed in the middle.

A process that imports TensorFlow takes seconds, so few are started, two at a time, and their work
is shared by the tests.
"""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from inpainting_guide import networks
from inpainting_guide.common import machine
from inpainting_guide.data import shards
from inpainting_guide.training import agreement, hosts, launching

JOB = ["--steps", "6", "--every", "2", "--batch", "8", "--width", "8"]
SECONDS = 240
"""Enough for a machine that is busy otherwise: nothing waits so long."""


def said(ended, worker=0):
    return json.loads(ended[worker][1].splitlines()[-1])


def weights(folder):
    with np.load(folder / "weights.npz") as file:
        return [file[name] for name in file.files]


def difference(one, other):
    return max(np.abs(a - b).max() for a, b in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return tmp_path_factory.mktemp("jobs")


@pytest.fixture(scope="module")
def killed(folders):
    """What the chief of two says when the other is killed after a checkpoint."""
    endless = [str(folders / "two"), *JOB, "--steps", "100000"]
    processes = launching.start([endless, endless])
    for line in processes[0].stdout:
        if line.startswith("step 4:"):
            break
    processes[1].kill()
    return launching.wait(processes, SECONDS)[0]


@pytest.fixture(scope="module")
def again(folders, killed):
    """What both say when they are started again, to go on until step 6 of those they did."""
    latest = tf.train.latest_checkpoint(str(folders / "two"))
    steps = str(int(latest.rsplit("-", 1)[1]) + 2)
    options = [str(folders / "two"), *JOB, "--steps", steps]
    ended = launching.wait(launching.start([options, options]), SECONDS)
    assert [status for status, _ in ended] == [0, 0], ended
    return int(steps), ended


@pytest.fixture(scope="module")
def alone(folders, again):
    """What one process comes to in as many steps, without a break."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TF_CONFIG", raising=False)
        policy = keras.config.dtype_policy()
        (folders / "one").mkdir()
        options = [str(folders / "one"), *JOB, "--steps", str(again[0])]
        report = hosts.work(hosts.parse(options))
        keras.config.set_dtype_policy(policy)
    return report


@pytest.fixture(scope="module")
def at_odds(folders):
    """What two say that were given different seeds."""
    options = [str(folders / "odd"), *JOB]
    return launching.wait(launching.start([options, [*options, "--seed", "1"]]), SECONDS)


@pytest.fixture(scope="module")
def both_the_second(folders):
    """What two say that were both told to be number 1, so that number 0 never comes."""
    options = [str(folders / "same"), *JOB, "--patience", "8"]
    return launching.wait(launching.start([options, options], indices=(1, 1)), SECONDS)


def test_a_killed_worker_ends_the_others_with_a_clear_error(killed):
    status, text = killed
    assert status == 1
    assert "a worker is lost" in text
    assert "go on from the last checkpoint" in text


def test_a_job_that_was_killed_goes_on_and_ends_as_if_nothing_had_happened(again, alone, folders):
    steps, ended = again
    assert said(ended)["first_step"] == steps - 2
    assert alone["first_step"] == 0
    assert difference(weights(folders / "two"), weights(folders / "one")) < 1e-5
    np.testing.assert_allclose(said(ended)["losses"], alone["losses"][-2:], rtol=1e-5)
    start = networks.direct_cnn()
    assert max(np.abs(value).max() for value in weights(folders / "one")) > 0
    assert start.count_params() > sum(value.size for value in weights(folders / "one"))


def test_every_worker_tells_the_loss_of_the_whole_batch(again):
    _, ended = again
    assert said(ended, 0)["losses"] == said(ended, 1)["losses"]


def test_another_seed_is_told_to_all_and_nobody_trains(at_odds, folders):
    for seed, (status, text) in enumerate(at_odds):
        assert status == 1
        assert f"worker {seed}: --seed is {seed} here" in text
        assert "on number 1 it is not as on number 0" in text
    assert not tf.train.latest_checkpoint(str(folders / "odd"))


def test_two_of_the_same_index_and_one_that_never_comes_are_clear_errors(both_the_second):
    assert [status for status, _ in both_the_second] == [1, 1]
    texts = sorted((text for _, text in both_the_second), key=lambda text: "waited" in text)
    assert "two were started with the same index" in texts[0]
    assert "worker 1 has waited 8 seconds for the others: no answer from worker 0" in texts[1]


def test_the_code_is_compared_too():
    told = hosts.parse(["folder"])
    facts = hosts.what_decides(told, networks.direct_cnn(), 3)
    assert len(facts["code"]) == 64
    assert facts["step to begin with"] == "3"
    assert facts["versions of the libraries"] == str(machine.versions())
    assert "--folder" not in facts


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("{", "expected something like"),
        ('{"cluster": {"worker": ["a:1"]}}', "'task'"),
        ('{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}', "worker 1"),
        ('{"cluster": {"worker": ["a"]}, "task": {"type": "worker", "index": 0}}', "'a'"),
        (
            '{"cluster": {"worker": ["a:1", "a:1"]}, "task": {"type": "worker", "index": 0}}',
            "two workers have the same address",
        ),
        ('{"cluster": {"chief": ["a:1"], "worker": ["b:1"]}, "task": {"type": "worker", '
         '"index": 0}}', "of the type worker"),
    ],
)  # fmt: skip
def test_a_wrong_tf_config_is_refused(config, message, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", config)
    with pytest.raises(ValueError, match=message):
        agreement.read_cluster()


def test_what_is_written_for_a_worker_is_what_it_reads(monkeypatch):
    addresses = ["127.0.0.1:4000", "127.0.0.1:4001"]
    monkeypatch.setenv("TF_CONFIG", launching.tf_config(addresses, 1))
    assert agreement.read_cluster() == agreement.Cluster(addresses, 1)
    with pytest.raises(ValueError, match="index is 2"):
        launching.tf_config(addresses, 2)


def test_a_batch_that_cannot_be_divided_is_refused(monkeypatch, capsys):
    monkeypatch.setenv("TF_CONFIG", launching.tf_config(["a:1", "a:2", "a:3"], 0))
    assert hosts.main(["folder", "--batch", "32"]) == 1
    assert "32 images for 3 workers: expected a multiple of 3" in capsys.readouterr().err


def test_statistics_of_a_slice_are_refused_and_those_of_an_image_are_not():
    unet = networks.unet(size=8, widths=(4, 8))
    with pytest.raises(ValueError, match="down1_norm takes the statistics of each worker's slice"):
        hosts.check_synchronised(unet)

    def change(layer):
        if isinstance(layer, keras.layers.BatchNormalization):
            return keras.layers.GroupNormalization(groups=4, name=layer.name)
        return type(layer).from_config(layer.get_config())

    hosts.check_synchronised(keras.models.clone_model(unet, clone_function=change))
    hosts.check_synchronised(networks.direct_cnn())


def test_the_slices_of_all_workers_are_the_global_batch(tmp_path, photographs):
    shards.write(tmp_path, photographs, 4)
    for options in ([], ["--shards", str(tmp_path)]):
        told = hosts.parse(["folder", "--batch", "8", *options])
        (whole,) = hosts.slices(told, 2, 0, 1).take(1)
        parts = [next(iter(hosts.slices(told, 2, worker, 2).take(1))) for worker in (0, 1)]
        for one, *others in zip(whole, *parts, strict=True):
            np.testing.assert_array_equal(one, np.concatenate(others))
