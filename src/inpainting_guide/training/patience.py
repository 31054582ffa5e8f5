"""A clock for a process that waits in TensorFlow, where Python itself stands still.

While a worker waits for the others, TensorFlow holds Python's lock: no thread of the process runs,
and no exception reaches it. So the clock is a small process of its own, which imports nothing
large. It ends with the process that started it, or as soon as that is patient no longer.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

from inpainting_guide.common import console


@contextlib.contextmanager
def limited(addresses, index, seconds):
    """End this process, with a clear error, if what it waits for takes too long.

    Parameters
    ----------
    addresses : sequence of str
        ``host:port`` of every worker.
    index : int
        Of this one.
    seconds : float
        How long it may take.
    """
    told = [str(os.getpid()), str(seconds), str(index), *addresses]
    clock = subprocess.Popen([sys.executable, "-m", __name__, *told], stdin=subprocess.DEVNULL)
    try:
        yield
    finally:
        clock.kill()
        clock.wait()


def watch(process, seconds, index, addresses):
    """Wait; if the process is still there afterwards, say who was missing and end it.

    Parameters
    ----------
    process : int
        Number of the process that waits, the parent of this one.
    seconds : float
    index : int
        Which worker it is.
    addresses : sequence of str
        ``host:port`` of every worker.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.getppid() != process:
            return
        time.sleep(0.1)
    silent = [
        f"worker {number} at {address}"
        for number, address in enumerate(addresses)
        if number != index and not listens(address)
    ]
    who = f"no answer from {', '.join(silent)}" if silent else "all listen, but not all have joined"
    if os.getppid() == process:
        console.say(
            f"error: worker {index} has waited {seconds:g} seconds for the others: {who}. Start "
            "all workers within that time, each with an index of its own in TF_CONFIG, and see "
            "that no firewall stands between them.",
            file=sys.stderr,
        )
        # While it waits, it ignores the polite signal.
        os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))


def listens(address):
    """Tell whether someone accepts connections at an address.

    Parameters
    ----------
    address : str
        ``host:port``.

    Returns
    -------
    bool
    """
    host, port = address.rsplit(":", 1)
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=3).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    watch(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
