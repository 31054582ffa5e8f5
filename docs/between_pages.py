"""What is done between two scripts of the gallery, which all run in one process."""

import gc

import keras
import matplotlib as mpl

from inpainting_guide import machine

QUICK_DPI = 50
"""Resolution of figures in quick mode: to draw them large takes longer than what they show."""


def release_memory(gallery_conf, script, when):
    """Drop the networks and compiled graphs that the last script left behind.

    Not right after a script, when it is still to be recorded what it ran on (`provenance`).

    Parameters
    ----------
    gallery_conf : dict
        Not used; sphinx-gallery passes it.
    script : str or None
        File name of the next script; None before the whole folder.
    when : {"before", "after"}
    """
    if when == "after":
        return
    if script is None:
        # Before the first script: what Sphinx holds stays for good, and takes seconds to look
        # through.
        gc.collect()
        gc.freeze()
    keras.utils.clear_session(free_memory=True)


def shrink_figures(gallery_conf, script, when):
    """Save the figures of a quick build small.

    Parameters
    ----------
    gallery_conf, script, when
        See `release_memory`.
    """
    if machine.quick():
        mpl.rcParams["savefig.dpi"] = QUICK_DPI
