"""What is done between two scripts of the gallery, which all run in one process."""

import gc
import re
import shutil
import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from sphinx_gallery.scrapers import matplotlib_scraper

from inpainting_guide.common import machine
from inpainting_guide.data import protocol
from inpainting_guide.pages import figures, showing


def release_memory(gallery_conf, script, when):
    """Drop what the last script left behind: networks, compiled graphs, seen test cars.

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
    protocol.choose_again()  # each page declares for itself that its recipe is final
    if keras := sys.modules.get("keras"):  # if no page runs, nobody needs it
        keras.utils.clear_session(free_memory=False)
    set_aside()


def set_aside(*_):
    """Collect garbage, and never look again through what is left: Sphinx, the libraries.

    To look through all of that takes a third of a second, a hundred times in a build. (``*_`` is
    what Sphinx passes to whom it calls.)
    """
    gc.collect()
    gc.freeze()


def take_shown(block, block_vars, gallery_conf):
    """Take the tables and the code that a block has shown, then its figures.

    Figures of a quick build are small, and each is drawn once.

    Parameters
    ----------
    block, block_vars, gallery_conf
        What sphinx-gallery passes to its scrapers.

    Returns
    -------
    str
        What stands on the page.
    """
    shown = "".join(f"\n{part}\n" for part in showing.pending)
    showing.pending.clear()
    descriptions = [plt.figure(number).get_suptitle() for number in plt.get_fignums()]
    if machine.quick():
        gallery_conf = gallery_conf | {"image_srcset": []}
    with mpl.rc_context({"savefig.dpi": figures.QUICK_DPI} if machine.quick() else {}):
        text = matplotlib_scraper(block, block_vars, gallery_conf)
    for description in filter(None, descriptions):
        # sphinx-gallery appends the titles of all axes, which the description has already.
        text = re.sub(f"(:alt: {re.escape(description)}), .*", r"\1", text)
    if machine.quick():
        for name in block_vars["image_path_iterator"].paths:
            # Where other pages show it, they name the finer one.
            path = Path(name)
            shutil.copyfile(path, path.with_stem(f"{path.stem}_2_00x"))
    return shown + text
