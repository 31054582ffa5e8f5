"""``subprocess`` for programs of this package, which need not import TensorFlow each time.

One process imports it, which takes seconds; the others begin as copies of that one. They are real
processes, with an environment and a computation of their own. Elsewhere than under Linux they are
started as usual.
"""

import multiprocessing
import os
import runpy
import sys
import threading
import warnings
from subprocess import DEVNULL, PIPE, STDOUT, Popen, TimeoutExpired

__all__ = ["DEVNULL", "PIPE", "STDOUT", "Popen", "TimeoutExpired"]

if sys.platform == "linux":
    COPIES = multiprocessing.get_context("forkserver")
    COPIES.set_forkserver_preload(
        ["inpainting_guide.training.hosts", "inpainting_guide.training.devices"]
    )

    class Popen:
        """What is needed of `subprocess.Popen`, for ``python -m MODULE`` whose output is read."""

        def __init__(self, command, env, **_):
            read, write = COPIES.Pipe(duplex=False)
            self._process = COPIES.Process(target=_run, args=(command, env, write))
            self._process.start()
            write.close()
            self.stdout = os.fdopen(os.dup(read.fileno()), encoding="utf-8")
            read.close()
            self.kill = self._process.kill

        @property
        def returncode(self):
            return self._process.exitcode

        def poll(self):
            return self.returncode

        def communicate(self, timeout=None):
            said = []  # read meanwhile: a process whose pipe is full waits
            reader = threading.Thread(target=lambda: said.append(self.stdout.read()), daemon=True)
            reader.start()
            self._process.join(timeout)
            if self.returncode is None:
                raise TimeoutExpired("python -m", timeout)
            reader.join()
            self.stdout.close()
            return said[0], None


def _run(command, env, write):
    for number in (1, 2):
        os.dup2(write.fileno(), number)
    os.environ.clear()
    os.environ.update(env)
    _, _, module, *sys.argv[1:] = command
    warnings.simplefilter("ignore")  # that the module has been imported before
    runpy.run_module(module, run_name="__main__", alter_sys=True)
