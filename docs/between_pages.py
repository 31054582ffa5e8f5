"""What is done between two scripts of the gallery, which all run in one process."""

import gc

import keras


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
