"""One network on several hosts: real processes on this machine, one of them killed in the middle.

Few are started, and their work is shared by the tests.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import keras
import numpy as np
import preloaded
import pytest
import tensorflow as tf

from inpainting_guide.common import machine
from inpainting_guide.data import shards
from inpainting_guide.training import agreement, hosts, launching, parallel, patience

EVERY = 2
JOB = ["--steps", "6", "--every", str(EVERY), "--batch", "8", "--width", "8"]
SECONDS = 500
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
def jobs(folders):
    """What the processes of three jobs say at their ends, and at which step the second begins."""
    if os.name != "posix":
        pytest.skip("TensorFlow's several hosts want Linux or macOS")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launching, "subprocess", preloaded)
        return run_jobs(folders)


def run_jobs(folders):
    options = [str(folders / "two"), *JOB, "--steps", "100000"]
    first = launching.start([options, options])
    patience = threading.Timer(SECONDS, first[0].kill)
    patience.start()
    for line in first[0].stdout:
        if line.startswith("step 4:"):
            break
    patience.cancel()
    first[1].kill()
    killed = time.monotonic()
    # The other one notices after ten seconds or so.
    latest = tf.train.latest_checkpoint(str(folders / "two"))
    shutil.copytree(folders / "two", folders / "again")
    done = int(latest.rsplit("-", 1)[1])
    started = {}
    options = [str(folders / "again"), *JOB, "--steps", str(done + 2)]
    started["again"] = launching.start([options, options])
    # Two are told to be number 1, and number 0 is given another seed than they.
    options = [str(folders / "odd"), *JOB]
    other = [*options, "--seed", "1"]
    started["at odds"] = launching.start([options, other, other], indices=(0, 1, 1))
    ended = {"killed": launching.wait(first, SECONDS)}
    assert time.monotonic() - killed < 180, "the other worker has waited too long"
    return done, ended | {
        name: launching.wait(started[name], SECONDS) for name in ("again", "at odds")
    }


@pytest.fixture(scope="module")
def alone(folders, jobs):
    """What one process comes to in as many steps, without a break."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TF_CONFIG", raising=False)
        policy = keras.config.dtype_policy()
        (folders / "one").mkdir()
        options = [str(folders / "one"), *JOB, "--steps", str(jobs[0] + 2)]
        try:
            return hosts.work(hosts.parse(options))
        finally:
            keras.config.set_dtype_policy(policy)


def test_a_killed_worker_ends_the_others_with_a_clear_error(jobs, folders):
    (status, text), (killed, _) = jobs[1]["killed"]
    assert (status, killed) == (1, -signal.SIGKILL)
    assert "a worker is lost" in text
    assert "go on from the last checkpoint" in text
    stopped = int(re.search(r"stopped after step (\d+)", text)[1])
    latest = tf.train.latest_checkpoint(str(folders / "two"))
    lost = stopped - int(latest.rsplit("-", 1)[1])
    assert 0 <= lost < EVERY
    assert hosts.parse(["folder"]).every == 1  # so that nothing is lost by default but the step


def test_a_job_that_was_killed_goes_on_and_ends_as_if_nothing_had_happened(jobs, alone, folders):
    done, ended = jobs[0], jobs[1]["again"]
    assert [status for status, _ in ended] == [0, 0], ended
    assert said(ended)["first_step"] == done
    assert alone["first_step"] == 0
    assert difference(weights(folders / "again"), weights(folders / "one")) < 1e-5
    np.testing.assert_allclose(said(ended)["losses"], alone["losses"][-2:], rtol=1e-5)
    keras.utils.set_random_seed(0)  # and the weights are no longer those of the start
    assert difference(parallel.make_network(8).get_weights(), weights(folders / "one")) > 1e-3


def test_every_worker_tells_the_loss_of_the_whole_batch(jobs):
    ended = jobs[1]["again"]
    assert said(ended, 0)["losses"] == said(ended, 1)["losses"]


def test_another_seed_is_told_to_all_and_nobody_trains(jobs, folders):
    chief, *others = jobs[1]["at odds"]
    texts = [chief[1], next(text for _, text in others if "same index" not in text)]
    for seed, text in enumerate(texts):
        assert f"worker {seed}: --seed is {seed} here" in text
        assert "(different from worker 0: 1)" in text
    assert [status for status, _ in jobs[1]["at odds"]] == [1, 1, 1]
    assert not tf.train.latest_checkpoint(str(folders / "odd"))


def test_one_of_two_with_the_same_index_is_told_so(jobs):
    told = [text for _, text in jobs[1]["at odds"] if "two were started with the same" in text]
    assert len(told) == 1


@pytest.mark.skipif(os.name != "posix", reason="the signal has another name elsewhere")
def test_a_worker_that_waits_too_long_says_for_whom_and_ends():
    (port,) = launching.free_ports(1)
    with socket.create_server(("127.0.0.1", 0)) as there:
        addresses = ["a:1", f"127.0.0.1:{port}", f"127.0.0.1:{there.getsockname()[1]}"]
        waiting = (
            "import time; from inpainting_guide.training import patience\n"
            f"with patience.limited({addresses}, 0, 0.5): time.sleep(60)"
        )
        ended = subprocess.run(
            [sys.executable, "-c", waiting], capture_output=True, text=True, check=False
        )
    assert ended.returncode == -signal.SIGKILL
    assert f"waited 0.5 seconds for the others: no answer from worker 1 at {addresses[1]}." in (
        ended.stderr
    )


def test_nobody_waits_for_more_than_a_minute():
    assert hosts.parse(["folder"]).patience < 60


def test_a_worker_whose_others_come_goes_on():
    began = time.monotonic()
    with patience.limited(["a:1", "b:1"], 0, 0.3):
        pass
    time.sleep(max(0, began + 0.8 - time.monotonic()))  # and nothing has ended this process


def test_the_code_is_compared_too():
    told = hosts.parse(["folder"])
    facts = hosts.what_decides(told, keras.Sequential(), 3)
    assert len(facts["code"]) == 64
    assert facts["step to begin with"] == "3"
    assert facts["versions of the libraries"] == str(machine.versions())
    assert "--folder" not in facts


def test_a_worker_that_would_use_several_cards_is_refused(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["card"] * 2)
    with pytest.raises(ValueError, match="worker 1 sees 2 graphics cards: expected one"):
        hosts.connect(agreement.Cluster(["a:1", "b:1"], 1), 1)
    alone = hosts.connect(agreement.Cluster([""], 0), 1)
    assert alone.num_replicas_in_sync == 1


def test_a_batch_that_cannot_be_divided_is_refused(monkeypatch, capsys):
    monkeypatch.setenv("TF_CONFIG", launching.tf_config(["a:1", "a:2", "a:3"], 0))
    assert hosts.main(["folder", "--batch", "32"]) == 1
    assert "32 images for 3 workers: expected a multiple of 3" in capsys.readouterr().err


def test_a_job_that_diverges_ends_and_keeps_no_checkpoint_of_it(folders, capsys, monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    folder = folders / "diverged"
    options = ["--optimizer", "sgd", "--rate", "1e30", "--every", "1"]
    assert hosts.main([str(folder), *JOB, *options]) == 1
    assert "and no checkpoint is kept of it: start in another" in capsys.readouterr().err
    kept = int(tf.train.latest_checkpoint(str(folder)).rsplit("-", 1)[1])
    assert kept < 6
    assert not (folder / "weights.npz").exists()


def test_a_checkpoint_of_something_else_is_refused(alone, folders, capsys):
    for other in (["--width", "4"], ["--width", "8", "--optimizer", "muon"]):
        assert hosts.main([str(folders / "one"), *JOB, *other]) == 1
        assert "is of another network or optimizer" in capsys.readouterr().err
    for other, message in (
        (["--every", "0"], "every is 0"),
        (["--seed", "-1"], "seed is -1"),
        (["--steps", "1"], "--steps is 1, and the checkpoint"),
        (["--steps", "100000", "--hole", "4"], "made with --hole 12, and this job has 4"),
    ):
        assert hosts.main([str(folders / "one"), *JOB, *other]) == 1
        assert message in capsys.readouterr().err


class Inside(keras.layers.Layer):
    """A layer that has another one."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def call(self, inputs):
        return self.layer(inputs)


@pytest.mark.parametrize("wrap", [lambda layer: layer, Inside])
def test_statistics_of_a_slice_are_refused_and_those_of_all_slices_are_not(wrap):
    def network(**options):
        norm = keras.layers.BatchNormalization(name="norm", **options)
        return keras.Sequential([keras.Input((4,)), wrap(norm)])

    with pytest.raises(ValueError, match="the layer norm takes the statistics of each worker's"):
        parallel.check_synchronised(network())
    parallel.check_synchronised(network(synchronized=True))


def test_each_worker_gets_its_slice_and_size_and_hole_are_as_told(tmp_path, photographs):
    shards.write(tmp_path, photographs[:, :16, :16].copy(), 4)
    for options, size, hole in (([], 32, 12), (["--shards", str(tmp_path), "--hole", "5"], 16, 5)):
        told = hosts.parse(["folder", "--batch", "8", *options])
        (whole,) = parallel.slices(told, 2, 0, 1).take(1)
        (second,) = parallel.slices(told, 2, 1, 2).take(1)
        for one, half in zip(whole, second, strict=True):
            np.testing.assert_array_equal(one[4:], half)
        given, _, weight = whole
        assert (weight.numpy().sum(axis=(1, 2)) == hole**2).all()
        network = parallel.make_network(4, parallel.size(told))
        assert network.input_shape == (None, *given.shape[1:]) == (None, size, size, 4)


def test_a_worker_is_lost_only_if_there_are_several_and_one_does_not_answer(monkeypatch):
    error = tf.errors.FailedPreconditionError(None, None, "x is not a directory\nand more")
    monkeypatch.delenv("TF_CONFIG", raising=False)
    told = "(FailedPreconditionError: x is not a directory)"
    lost = tf.errors.UnavailableError(None, None, "no answer\nand more")
    for one in (error, lost):
        assert hosts.explain(one).startswith("TensorFlow has failed here")
    monkeypatch.setenv("TF_CONFIG", launching.tf_config(["a:1", "a:2"], 0))
    assert hosts.explain(error).startswith(f"TensorFlow has failed here {told}: look at")
    assert hosts.explain(lost).startswith("a worker is lost (UnavailableError: no answer). Start")
