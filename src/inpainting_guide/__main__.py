"""Run the command line: ``python -m inpainting_guide``."""

import os
import signal
import sys

# Before TensorFlow is imported: its log lines would hide ours.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from inpainting_guide.commands import command
from inpainting_guide.common import console

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, console.end)
    sys.exit(command.main())
