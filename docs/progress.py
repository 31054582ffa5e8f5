"""How long a build takes on this machine, and how far it is.

Nearly all of the time goes into training, and machines differ by two and more. So a training step
is timed first, and the seconds that each page took on the machine of the record
(`benchmarks/building.py`) are multiplied by how much longer the step takes here. While the pages
run, what they have taken so far corrects what is foretold.

sphinx-gallery calls `tell` before and after each script that runs.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from provenance import duration

from inpainting_guide.common import console, files, machine, timing
from inpainting_guide.training import store

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "benchmarks" / "results" / "building.json"
BATCH_SIZE, WARM_UP, ROUNDS = 64, 2, 7
TRUST = 120
"""Seconds of pages that count as much as the step that was timed first."""

_build = None


class Build:
    """The pages that a build runs, and how long they are expected to take.

    Parameters
    ----------
    pages : list of str
        Names of the scripts that will run, without ``.py``, in their order.
    step : float
        Seconds of a training step on this machine.
    record : dict or None
        Of `benchmarks/building.py`: ``step``, and seconds of the ``pages`` and of the ``rest``.
        Without it nothing is foretold.

    Attributes
    ----------
    taken : dict of str to float
        Seconds of the pages that have run.
    slower : float or None
        How much longer a step takes here than where the pages were recorded.
    """

    def __init__(self, pages, step, record):
        self.pages, self.step, self.taken = pages, step, {}
        self.slower = step / record["step"] if record else None
        if record:
            seconds = record["pages"]
            # A page that the record does not know yet is taken for an average one.
            average = sum(seconds.values()) / len(seconds)
            self._expected = {page: self.slower * seconds.get(page, average) for page in pages}
            self._rest = self.slower * record["rest"]

    def left(self):
        """Foretell the time that is left.

        Returns
        -------
        str
            In whole minutes; empty without a record.
        """
        if self.slower is None:
            return ""
        expected = sum(self._expected[page] for page in self.taken)
        correction = (sum(self.taken.values()) + TRUST) / (expected + TRUST)
        ahead = sum(self._expected[page] for page in self.pages if page not in self.taken)
        return f"about {max(1, round((ahead * correction + self._rest) / 60))} min"

    def first_line(self):
        """Say what is to come.

        Returns
        -------
        str
        """
        count = f"{len(self.pages)} pages" if len(self.pages) > 1 else "1 page"
        if self.slower is None:
            return f"Running {count}."
        return (
            f"Running {count} takes {self.left()} on this machine, less for networks that are in "
            f"the store (a training step takes {self.slower:.2g} times what the record took)."
        )

    def line(self, page, seconds):
        """Say that a page has run.

        Parameters
        ----------
        page : str
        seconds : float

        Returns
        -------
        str
        """
        self.taken[page] = seconds
        number = self.pages.index(page) + 1
        told = f"page {number} of {len(self.pages)}, {page}: {duration(seconds)}"
        return f"{told}; {self.left()} left" if self.left() else told


def begin(pages, kept):
    """Say how long the build will take; in quick mode, or if no page runs, nothing.

    Parameters
    ----------
    pages : list of str
        Names of the scripts that will run, without ``.py``.
    kept : pathlib.Path
        A JSON file that keeps, for `benchmarks/building.py`, what the pages take. It is written if
        the store is empty and every script of the gallery runs.
    """
    global _build
    _build = None
    if machine.quick() or not pages:
        return
    record = files.read_json(RECORD)["building"] if RECORD.exists() else None
    console.say("Timing a training step ...")
    _build = Build(pages, step_in_a_process_of_its_own(), record)
    scripts = {script.stem for script in (ROOT / "gallery").glob("*.py")}
    all_new = set(pages) == scripts and not any(store.folder().glob("*.keras"))
    _build.kept = kept if all_new else None
    _build.began = time.perf_counter()
    console.say(_build.first_line())


def tell(gallery_conf, script, when):
    """Say after each script how long it took and what is left.

    Parameters
    ----------
    gallery_conf : dict
        Of sphinx-gallery; not used.
    script : str or None
        File name of the script; None before and after the whole folder.
    when : {"before", "after"}
    """
    page = Path(script or "").stem
    if _build is None or page not in _build.pages:
        return
    if when == "before":
        _build.page_began = time.perf_counter()
        return
    text = _build.line(page, time.perf_counter() - _build.page_began)
    # In a terminal Sphinx's own line stands there, without an end.
    columns = os.get_terminal_size().columns - 1 if sys.stdout.isatty() else 0
    console.say(text.ljust(columns))
    _keep(rest=0.0)


def end():
    """Keep what a build took besides its pages."""
    if _build is not None:
        _keep(time.perf_counter() - _build.began - sum(_build.taken.values()))


def _keep(rest):
    if _build.kept:
        measured = {"step": _build.step, "pages": _build.taken, "rest": rest}
        files.write_json(_build.kept, measured)


def time_step():
    """Time a training step of a network that stays as it is when those of the pages change.

    Like them it has convolutions at full size and at fractions of it.

    Returns
    -------
    float
        Seconds: the median of several steps.
    """
    import keras  # which takes seconds to start, and a build may have nothing to train

    machine.use_precision()
    layers = keras.layers
    network = keras.Sequential(
        [
            layers.Input((32, 32, 4)),
            layers.Conv2D(64, 5, padding="same", activation="relu"),
            layers.Conv2D(64, 5, padding="same", activation="relu"),
            layers.Conv2D(128, 3, strides=2, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(256, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(64, 4, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(3, 4, strides=2, padding="same"),
        ]
    )
    network.compile(optimizer="adam", loss="mean_squared_error")
    rng = np.random.default_rng(0)
    batch = [rng.random((BATCH_SIZE, 32, 32, channels), np.float32) for channels in (4, 3)]
    calls = {"step": lambda: network.train_on_batch(*batch)}
    timing.in_turns(calls, WARM_UP)
    return float(np.median(timing.in_turns(calls, ROUNDS)["step"]))


def step_in_a_process_of_its_own():
    """Call `time_step` where nothing that it leaves behind can reach the pages.

    Returns
    -------
    float
    """
    command = [sys.executable, __file__]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode:
        sys.exit(f"A training step failed; nothing will train here.\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(json.dumps(time_step()))
