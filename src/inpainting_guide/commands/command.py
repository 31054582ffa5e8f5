"""The command line: its commands, and how their failures are told.

    python -m inpainting_guide fill photo.png --mask mask.png --model unet
    python -m inpainting_guide models
    python -m inpainting_guide score my_network.keras
    python -m inpainting_guide challenge challenge/starter.py

A failure is one line on standard error, never a traceback.
"""

import argparse
import sys

from inpainting_guide.commands import challenge, fill, score
from inpainting_guide.common.console import say


def main(arguments=None):
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, optional
        What follows the program's name; by default that of this process.

    Returns
    -------
    int
        Exit status: 0; or 2 if something was wrong, which one line on standard error tells; or
        130 if it was interrupted.

    Raises
    ------
    SystemExit
        If the arguments are not those of the command, or ask for help.
    """
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except KeyboardInterrupt as error:  # with a message where nothing can have been written
        return _failed(str(error) or "interrupted.", status=130)
    except MemoryError:
        return _failed(f"the memory does not suffice: {options.if_memory_is_short}")
    # ImportError and RecursionError: of a .keras file that is no network of this guide.
    except (OSError, ValueError, ImportError, RecursionError) as error:
        return _failed(str(error))
    return 0


def _failed(reason, status=2):
    say(f"inpainting_guide: {' '.join(reason.split())}", file=sys.stderr)
    return status


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m inpainting_guide",
        description="Fill holes in photographs, and measure how well a network does.",
    )
    # A command may have better advice.
    parser.set_defaults(if_memory_is_short="close other programs, and try again.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    fill.add(commands)
    score.add(commands)
    challenge.add(commands)
    return parser
