"""What is said to whoever watches: never a reason to fail."""

import contextlib
import importlib
import os
import sys
from pathlib import Path


class Ended(SystemExit):
    """The process was asked to end: whatever it runs, of others too, has not failed."""


def end(signal_number, _):
    """End the process on a signal, in good order: no half-written file is left behind.

    Parameters
    ----------
    signal_number : int
        As ``signal.signal`` passes it.

    Raises
    ------
    Ended
        Always, with the exit status that such an end has.
    """
    raise Ended(128 + signal_number)


def say(text, file=None):
    """Print a line, whatever the terminal can show.

    A letter that its encoding lacks becomes a question mark; a closed pipe or a full disk goes
    unnoticed. What has been computed must not be lost because it could not be told.

    Parameters
    ----------
    text : str
    file : text stream, optional
        By default standard output.
    """
    stream = sys.stdout if file is None else file
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)
    except (OSError, ValueError):  # the second of a stream that Python itself has closed
        # What is still in its buffer would fail once more when Python ends.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def note(text):
    """Tell what the user should know, on standard error.

    Parameters
    ----------
    text : str
    """
    say(f"note: {text}", file=sys.stderr)


def import_quietly(name):
    """Import a package whose libraries print lines of their own while they are loaded.

    Parameters
    ----------
    name : str
    """
    if name in sys.modules:
        return
    if sys.stderr is None:  # the process was started without one
        importlib.import_module(name)
        return
    sys.stderr.flush()
    with Path(os.devnull).open("w") as nowhere, os.fdopen(os.dup(2), "w") as errors:
        os.dup2(nowhere.fileno(), 2)
        try:
            importlib.import_module(name)
        finally:
            os.dup2(errors.fileno(), 2)
