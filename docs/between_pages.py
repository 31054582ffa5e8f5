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
    script : str
        Not used either: the next script.
    when : {"before", "after"}
    """
    if when == "after":
        return
    keras.utils.clear_session(free_memory=True)
    gc.collect()
