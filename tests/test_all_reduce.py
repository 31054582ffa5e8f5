"""Adding up around a ring: the sum, and what is sent for it."""

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies

from inpainting_guide.formulas import all_reduce


@hypothesis.given(
    strategies.integers(1, 7), strategies.integers(1, 40), strategies.integers(0, 2**31)
)
def test_every_worker_ends_with_the_same_sum(workers, size, seed):
    arrays = list(np.random.default_rng(seed).normal(size=(workers, size)))
    before = [array.copy() for array in arrays]
    sums, _ = all_reduce.ring(arrays)
    for array in sums:
        np.testing.assert_allclose(array, np.sum(before, axis=0), atol=1e-12)
        assert array.tobytes() == sums[0].tobytes()
    np.testing.assert_array_equal(arrays, before)


@hypothesis.given(strategies.integers(1, 7), strategies.integers(1, 6))
def test_what_each_worker_sends_is_twice_all_but_its_nth_part(workers, piece):
    size = workers * piece
    _, sent = all_reduce.ring([np.ones(size)] * workers)
    assert sent == [all_reduce.bytes_sent(size, workers)] * workers
    assert sent[0] == 2 * (workers - 1) * piece


def test_pieces_that_cannot_be_equal_are_sent_nevertheless():
    sums, sent = all_reduce.ring([np.arange(5.0)] * 3)
    np.testing.assert_array_equal(sums, [3 * np.arange(5.0)] * 3)
    assert sum(sent) == 2 * (3 - 1) * 5


@pytest.mark.parametrize("latency", [0, 1e-3, 1.0])
def test_sending_takes_as_long_as_computing_where_the_formula_says(latency):
    job = {"images": 256, "throughput": 100.0, "size": 4e7, "link": 1.25e9, "latency": latency}
    workers = all_reduce.most_workers(**job)
    below, above = int(workers), int(workers) + 1
    computing, sending = all_reduce.step_seconds(workers=below, **job)
    assert sending <= computing
    computing, sending = all_reduce.step_seconds(workers=above, **job)
    assert sending > computing


def test_one_worker_sends_nothing_and_latency_counts_every_message():
    job = {"images": 10, "throughput": 5.0, "size": 4.0, "link": 1.0}
    assert all_reduce.step_seconds(workers=1, latency=9, **job) == (2, 0)
    assert all_reduce.step_seconds(workers=4, latency=9, **job) == (0.5, 6 + 54)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: all_reduce.ring([]), "0 arrays"),
        (lambda: all_reduce.ring([np.ones(2), np.ones(3)]), r"shapes \[\(2,\), \(3,\)\]"),
        (lambda: all_reduce.bytes_sent(4, 0), "workers is 0"),
        (lambda: all_reduce.step_seconds(1, 1, 1, 1, 0), "link is 0: expected more than 0"),
        (lambda: all_reduce.step_seconds(1, 1, 1, -1, 1), "size is -1: expected more than 0"),
        (lambda: all_reduce.step_seconds(1, 1, 1, 1, 1, -1), "latency is -1: expected seconds"),
        (lambda: all_reduce.most_workers(1, -1, 1, 1), "throughput is -1"),
        (lambda: all_reduce.most_workers(1, 1, 1, 1, -1), "latency is -1: expected seconds"),
    ],
)
def test_wrong_numbers_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
