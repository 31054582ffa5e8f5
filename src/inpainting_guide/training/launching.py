"""Start the processes of one job on one machine: what a cluster scheduler does on real hosts."""

import json
import os
import socket
import subprocess
import sys
import time

from inpainting_guide.common import arguments, machine

MODULE = "inpainting_guide.training.hosts"
DEVICES = "inpainting_guide.training.devices"
QUICK_DEVICES = ["--steps", 1, "--batch", 2, "--width", 4, "--kinds", "own step"]
"""What a training on several devices is told in quick mode: one step of a small network."""

NOT_TOLD = ("TF_CONFIG", "INPAINTING_GUIDE_QUICK")
"""What a worker does not inherit. In quick mode nothing would be compiled: its steps are few."""


def possible():
    """Tell whether several hosts can be played here, and are to be.

    Returns
    -------
    bool
        False under Windows, where TensorFlow trains on one host only, and in quick mode, where each
        start of a process would take longer than all the rest.
    """
    return os.name == "posix" and not machine.quick()


def free_ports(count):
    """Find ports of this machine on which no one listens.

    Parameters
    ----------
    count : int

    Returns
    -------
    list of int
    """
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def tf_config(addresses, index):
    """Write the value of ``TF_CONFIG``: who takes part, and which of them this process is.

    Parameters
    ----------
    addresses : sequence of str
        ``host:port`` of every worker, in the same order for all of them.
    index : int
        Of this worker, from 0; number 0 is the chief, which writes the checkpoints.

    Returns
    -------
    str
        JSON.

    Raises
    ------
    ValueError
        If there is no worker of this index.
    """
    arguments.whole(index=index, least=0, most=len(addresses) - 1)
    task = {"type": "worker", "index": index}
    return json.dumps({"cluster": {"worker": list(addresses)}, "task": task})


def start(options, indices=(0, 1), workers=2, command=("-m", MODULE)):
    """Start workers of one job on this machine, each as a process of its own.

    Parameters
    ----------
    options : sequence of sequence of str
        Of the command line of each process (`inpainting_guide.training.hosts.main`).
    indices : sequence of int
        Which worker each process is told to be.
    workers : int
        How many the job has.
    command : sequence of str
        What Python is to run, before the options.

    Returns
    -------
    list of subprocess.Popen
        Their output, standard error included, is text to be read.
    """
    addresses = [f"127.0.0.1:{port}" for port in free_ports(workers)]
    processes = []
    for index, told in zip(indices, options, strict=True):
        # One without company is told nothing, and is an ordinary process.
        config = {"TF_CONFIG": tf_config(addresses, index)} if workers > 1 else {}
        processes.append(
            subprocess.Popen(
                [sys.executable, *map(str, [*command, *told])],
                env=_inherited() | config,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
            )
        )
    return processes


def wait(processes, seconds):
    """Wait until all processes have ended; end those that have not when time is up.

    Parameters
    ----------
    processes : sequence of subprocess.Popen
        What `start` returned.
    seconds : float
        How long they may take together.

    Returns
    -------
    list of tuple of int and str
        The exit status of each, 0 if all went well, and what it has said; of one that had to be
        ended, with a line that tells so.
    """
    until, ended = time.monotonic() + seconds, []
    try:
        for process in processes:
            said, _ = process.communicate(timeout=max(0.1, until - time.monotonic()))
            ended.append((process.returncode, said))
    except subprocess.TimeoutExpired:
        for process in processes[len(ended) :]:
            late = process.poll() is None
            process.kill()  # while it waits for others, TensorFlow ignores a polite request
            said, _ = process.communicate()
            told = f"{said}\nIt was ended because {seconds} seconds were over." if late else said
            ended.append((process.returncode, told))
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
    return ended


def run(options, workers=2, seconds=300, command=("-m", MODULE)):
    """Run a job on this machine with all its workers, and return what the chief has said.

    Parameters
    ----------
    options : sequence of str
        The same for every worker.
    workers : int
    seconds : float
        How long it may take.
    command : sequence of str
        As for `start`.

    Returns
    -------
    str

    Raises
    ------
    RuntimeError
        If workers have failed. What they have said is in the message.
    """
    processes = start([options] * workers, range(workers), workers, command)
    ended = wait(processes, seconds)
    failed = [
        f"worker {index} has ended with status {status}:\n{said[-2000:]}"
        for index, (status, said) in enumerate(ended)
        if status
    ]
    if failed:
        raise RuntimeError("\n".join(failed))
    return ended[0][1]


def run_devices(result, options):
    """Train on several devices in a process of its own, which can still divide its processor.

    Parameters
    ----------
    result : pathlib.Path
        The .npz file that it writes.
    options : sequence of str
        Of the command line (`inpainting_guide.training.devices.main`). In quick mode
        `QUICK_DEVICES` come after them.

    Raises
    ------
    RuntimeError
        If it has failed. What it has said is in the message.
    """
    told = [result, *options, *(QUICK_DEVICES if machine.quick() else [])]
    command = [sys.executable, "-m", DEVICES, *map(str, told)]
    ended = subprocess.run(
        command, env=_inherited(), capture_output=True, text=True, encoding="utf-8"
    )
    if ended.returncode:
        raise RuntimeError(
            f"the training on several devices has ended with status {ended.returncode}:\n"
            f"{ended.stderr[-2000:]}"
        )


def _inherited():
    """Return this process's environment as a worker inherits it, which speaks UTF-8."""
    told = {name: value for name, value in os.environ.items() if name not in NOT_TOLD}
    return {"TF_CPP_MIN_LOG_LEVEL": "3"} | told | {"PYTHONUTF8": "1"}
