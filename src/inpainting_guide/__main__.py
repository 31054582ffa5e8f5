"""Run the command line: ``python -m inpainting_guide``."""

import os
import signal
import sys

# Before TensorFlow is imported: its log lines would hide ours.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from inpainting_guide.commands import command
from inpainting_guide.common import console


def end(signal_number, _):
    """Let go of what is held: to be ended politely leaves no half-written file behind."""
    raise console.Ended(128 + signal_number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    sys.exit(command.main())
