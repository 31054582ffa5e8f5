"""What each script of the gallery ran on, measured when it ran and told at the foot of its page.

sphinx-gallery calls `record_run` before and after each script that runs. The record lies beside the
page's results, ``results/runs/NAME.json``, so that an unchanged page keeps the line of its own run.
"""

import ast
import importlib.metadata
import os
import threading
import time
from pathlib import Path

import psutil

from inpainting_guide.common import files, machine

TEXTS = ("guide", "python", "tensorflow", "keras", "numpy", "processor", "precision", "seeds")
NUMBERS = ("seconds", "start_bytes", "peak_bytes")
"""What a record must hold for the line at the foot of a page."""

_watch = None


class Watch:
    """Watch the clock, and the memory of this process, in the background ten times a second.

    It is the memory of the whole build, with TensorFlow and whatever earlier scripts of the same
    build left behind: hence both numbers.

    Attributes
    ----------
    start, peak : int
        The resident memory at first, and the most of it seen so far, in bytes.
    seconds : float
        Since the start, once it is stopped.
    """

    def __init__(self):
        self._began = time.perf_counter()
        self._process = psutil.Process()
        self.start = self.peak = self._process.memory_info().rss
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self):
        while True:
            self.peak = max(self.peak, self._process.memory_info().rss)
            if self._stopped.wait(0.1):
                return

    def stop(self):
        """Stop watching; the peak has then seen this moment too."""
        self.seconds = time.perf_counter() - self._began
        self._stopped.set()
        self._thread.join()
        self.peak = max(self.peak, self._process.memory_info().rss)


def record_run(gallery_conf, script, when):
    """Start watching before a script, and record what it ran on after it.

    Parameters
    ----------
    gallery_conf : dict
        Of sphinx-gallery.
    script : str or None
        File name of the script; None before the whole folder.
    when : {"before", "after"}
    """
    global _watch
    if _watch is not None:
        _watch.stop()
    if script is None:
        _watch = None
        return
    if when == "before":
        _watch = Watch()
        return
    source = Path(gallery_conf["src_dir"], "gallery", script)
    record = {"guide": importlib.metadata.version("inpainting-guide"), **machine.describe()}
    record |= {"seeds": seeds(source.read_text(encoding="utf-8")), "seconds": _watch.seconds}
    record |= {"start_bytes": _watch.start, "peak_bytes": _watch.peak}
    path = run_file(source.stem)
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_json(path, record)
    _watch = None


def run_file(page):
    """Return the path of a page's record, whether it exists or not."""
    return Path(os.environ["INPAINTING_GUIDE_RESULTS"]) / "runs" / f"{page}.json"


def read_run(page):
    """Read a page's record.

    Parameters
    ----------
    page : str
        Name of the gallery script, without ``.py``.

    Returns
    -------
    dict
        As `record_run` writes it.

    Raises
    ------
    ValueError
        If it is damaged or missing.
    """
    path = run_file(page)
    mend = "Delete it and build again: the page then runs again."
    try:
        record = files.read_json(path)
    except ValueError as error:
        raise ValueError(f"{error} {mend}") from error
    wrong = {*TEXTS, *NUMBERS} - record.keys()
    wrong |= {name for name in NUMBERS if not isinstance(record.get(name), int | float)}
    if wrong:
        raise ValueError(f"{path} is damaged: look at {', '.join(sorted(wrong))}. {mend}")
    return record


def seeds(source):
    """Find the seeds that a script sets for Keras or draws its own random numbers from.

    Parameters
    ----------
    source : str
        Python code.

    Returns
    -------
    list of int
        The whole numbers given to ``set_random_seed`` and ``default_rng``, in rising order.
    """
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return sorted(
        {
            argument.value
            for call in calls
            if getattr(call.func, "attr", "") in ("set_random_seed", "default_rng")
            for argument in call.args[:1]
            if isinstance(argument, ast.Constant)
        }
    )


def line(record):
    """Write a record as one line of text, its parts apart.

    Parameters
    ----------
    record : dict
        As `record_run` writes it.

    Returns
    -------
    list of str
    """
    parts = [
        f"inpainting-guide {record['guide']}",
        f"Python {record['python']}",
        f"TensorFlow {record['tensorflow']}",
        f"Keras {record['keras']}",
        f"NumPy {record['numpy']}",
        record["processor"],
        record["precision"],
    ]
    if numbers := record["seeds"]:
        parts.append(f"{'seed' if len(numbers) == 1 else 'seeds'} {', '.join(map(str, numbers))}")
    parts.append(duration(record["seconds"]))
    start, peak = (record[key] / 2**30 for key in ("start_bytes", "peak_bytes"))
    parts.append(f"memory of the whole build {start:.1f} to {peak:.1f} GiB")
    return parts


def duration(seconds):
    """Write seconds as a reader says them, for instance "4 s" or "2 min 5 s"."""
    minutes, rest = divmod(max(1, round(seconds)), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def minutes(page):
    """Tell how long a page's script ran: whole minutes, at least one."""
    return max(1, round(read_run(page)["seconds"] / 60))


def depend_on_run(app, name, _):
    """Read a page again when its script ran again, even if the text came out the same."""
    if (path := run_file(Path(name).name)).exists() and name.startswith("gallery/"):
        app.env.note_dependency(path)


def add_line(app, name, template, context, doctree):
    """Give a gallery page's template the line of its run."""
    if name.startswith("gallery/") and (path := run_file(Path(name).name)).exists():
        context["provenance"] = line(read_run(path.stem))


def setup(app):
    app.connect("source-read", depend_on_run)
    app.connect("html-page-context", add_line)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
