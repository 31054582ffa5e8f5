"""Run the command line: ``python -m inpainting_guide``."""

import os
import sys

# Before TensorFlow is imported: its log lines would hide ours.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from inpainting_guide import command

if __name__ == "__main__":
    sys.exit(command.main())
