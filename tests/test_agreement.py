"""What workers know of each other, and what they compare: without other processes."""

import numpy as np
import pytest

from inpainting_guide.training import agreement, launching


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("{", "expected something like"),
        ('{"cluster": {"worker": ["a:1"]}}', "'task'"),
        ('{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}', "worker 1"),
        (
            '{"cluster": {"worker": ["a"]}, "task": {"type": "worker", "index": 0}}',
            "is no host:port",
        ),
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


def test_a_job_that_goes_on_keeps_to_its_options(tmp_path):
    path, options = tmp_path / "job" / "options.json", {"seed": 0, "rate": 0.1, "shards": None}
    agreement.keep_to(path, options, 0, worker=1)
    assert not path.exists()
    agreement.keep_to(path, options, 0, worker=0)
    agreement.keep_to(path, options, 3, worker=1)
    with pytest.raises(ValueError, match="made with --rate 0.1, and this job has 0.2: start with"):
        agreement.keep_to(path, options | {"rate": 0.2}, 3, worker=0)
    agreement.keep_to(path, options | {"rate": 0.2}, 0, worker=0)  # another job begins
    agreement.keep_to(path, options | {"rate": 0.2}, 3, worker=0)


def test_another_code_that_knows_other_facts_is_told_to_all(monkeypatch):
    facts = {"code": "this", "--seed": "0"}, {"code": "that", "--seed": "0", "--new": "1"}
    told, messages = [], []
    for turn in ("each tells what it has", "each hears what all have"):
        for worker, mine in enumerate(facts):

            def gather(strategy, numbers, turn=turn):
                told.append(numbers)
                return np.array(told[:2] if turn == "each hears what all have" else [numbers] * 2)

            monkeypatch.setattr(agreement, "_gather", gather)
            try:
                agreement.check(None, agreement.Cluster(["a:1", "b:1"], worker), mine)
            except ValueError as error:
                messages.append(str(error))
    assert len(messages) == 2
    for worker, code in enumerate(("this", "that")):
        assert f"worker {worker}: code is {code} here" in messages[worker]
        assert "(different from worker 0: 1)" in messages[worker]
