import time

import numpy as np
import pytest

from inpainting_guide.common import timing
from inpainting_guide.data import protocol


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still unless it is moved on."""
    now = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])

    def move_on(seconds):
        now[0] += seconds

    return move_on


def test_calls_take_turns_and_each_is_timed_alone(clock):
    order = []

    def call(name, seconds):
        order.append(name)
        clock(seconds + len(order))

    times = timing.in_turns({"a": lambda: call("a", 10), "b": lambda: call("b", 20)}, 2)
    assert order == ["a", "b", "a", "b"]
    assert {name: list(seconds) for name, seconds in times.items()} == {
        "a": [11, 13], "b": [22, 24]
    }  # fmt: skip
    with pytest.raises(ValueError, match="rounds is 0: expected a whole number"):
        timing.in_turns({}, 0)


def test_fills_are_timed_by_the_image_and_once_without_a_clock(clock, photographs, monkeypatch):
    task, sizes = protocol.task(photographs, seed=0), []

    def fill(incomplete, location_map):
        np.testing.assert_array_equal(incomplete, task[: len(incomplete)].incomplete)
        clock(100 if not sizes else 0.004)  # compiles first
        sizes.append(len(incomplete))

    assert timing.milliseconds({"a": fill}, task, 4, 2)["a"] == pytest.approx([1, 1])
    assert timing.milliseconds({"a": fill}, task, 99, 2)["a"] == pytest.approx([1 / 3, 1 / 3])
    assert sizes == [4] * 3 + [12] * 3
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    assert len(timing.milliseconds({"a": fill}, task, 1, 5)["a"]) == 1
    assert sizes[6:] == [1]
