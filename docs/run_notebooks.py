"""Run the notebooks of the gallery, in page order and with one store, as a reader would.

    python docs/run_notebooks.py                            all of them
    python docs/run_notebooks.py gallery/direct_cnn.py   this one

They run in the mode and with the store that the environment names. The cell that installs the
package from the published repository is not there: it is this clone that is tried.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from notebooks import make
from sections import scripts

from inpainting_guide.training import store

LONGEST_CELL = 3600  # seconds


def main():
    chosen = [Path(name).resolve() for name in sys.argv[1:]]
    if missing := [path.name for path in chosen if not path.is_file()]:
        sys.exit(f"There is no script {missing[0]}: name one, as in gallery/direct_cnn.py.")
    # Each runs in a folder of its own: a relative path would mean another store there.
    os.environ["INPAINTING_GUIDE_STORE"] = str(store.folder().parent)
    failed = []
    for script in chosen or scripts():
        began = time.perf_counter()
        try:
            run(script)
        except CellExecutionError as error:
            failed.append(script.stem)
            print(error)
        print(f"{script.stem}: {time.perf_counter() - began:.0f} s", flush=True)
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}.")


def run(script):
    """Run the notebook of a script in a kernel and a folder of its own.

    Parameters
    ----------
    script : pathlib.Path

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails, or if no cell drew a figure.
    """
    content = nbformat.reads(json.dumps(make(script)), as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            content,
            timeout=LONGEST_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        )
        client.execute()
    outputs = [output for cell in content.cells for output in cell.get("outputs", [])]
    if not any("image/png" in output.get("data", {}) for output in outputs):
        raise CellExecutionError("", "NoFigure", f"{script.stem} drew no figure")


if __name__ == "__main__":
    main()
