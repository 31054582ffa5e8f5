"""Run the command line: ``python -m inpainting_guide``."""

import os
import signal
import sys

# Before TensorFlow is imported: its log lines would hide ours.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from inpainting_guide.commands import command

if __name__ == "__main__":
    # To be ended politely leaves no half-written file behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(command.main())
