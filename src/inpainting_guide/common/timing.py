"""How long things take, on a machine that is never quite still: they take turns.

What else runs on a machine slows everything down, and not evenly. Things that take turns, round
after round, suffer in the same rounds, and a median over the rounds forgets the worst of them. It
does not make a busy machine quiet: a call that uses all cores suffers more than one that uses one,
so that small factors between two methods mean little there.
"""

import time

import numpy as np

from inpainting_guide.common import arguments, machine


def in_turns(calls, rounds):
    """Time several calls, one after the other, round after round.

    The first call of a network compiles it: let one round pass before those that count.

    Parameters
    ----------
    calls : dict of str to callable
        By name; called without arguments.
    rounds : int
        At least one.

    Returns
    -------
    dict of str to ndarray of float, shape (rounds,)
        Seconds of each call, by its name.

    Raises
    ------
    ValueError
        If `rounds` is no whole number from 1.
    """
    arguments.whole(rounds=rounds)
    seconds = {name: np.empty(rounds) for name in calls}
    for turn in range(rounds):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            seconds[name][turn] = time.perf_counter() - began
    return seconds


def milliseconds(methods, task, size, rounds):
    """Time fills by several methods, in batches of one size.

    Parameters
    ----------
    methods : dict of str to callable
        ``fill(incomplete, location_map)`` by name: functions of
        `inpainting_guide.filling.classical`, or `inpainting_guide.filling.by_network.by` networks.
    task : protocol.Task
        Its first images are filled.
    size : int
        Images a batch; of a task that has fewer, all of them. In quick mode two at most.
    rounds : int
        How often each method fills the batch, after once without a clock. In quick mode just
        once, so that the times are those of compiling too.

    Returns
    -------
    dict of str to ndarray of float, shape (rounds,)
        Milliseconds a fill: those of the batch, divided by its size.

    Raises
    ------
    ValueError
        If `size` or `rounds` is no whole number from 1.
    """
    arguments.whole(size=size, rounds=rounds)
    batch = task[: machine.few_times(size)]
    question = batch.incomplete, batch.location_map
    calls = {name: lambda fill=fill: fill(*question) for name, fill in methods.items()}
    if machine.quick():
        rounds = 1
    else:
        in_turns(calls, 1)
    return {name: 1000 * s / len(batch.images) for name, s in in_turns(calls, rounds).items()}
