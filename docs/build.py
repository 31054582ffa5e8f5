"""Build the site: stage the sources, let the gallery run, call Sphinx.

    python docs/build.py                            the whole tutorial
    python docs/build.py gallery/03_direct_cnn.py   run this page only
    python docs/build.py --check-links              look at every outside link

With ``INPAINTING_GUIDE_QUICK=1`` every line of every script runs, in seconds, on a handful of
images. The site lies in ``build/full/html`` or ``build/quick/html``; another folder than ``build``
can be named in ``INPAINTING_GUIDE_BUILD``.
"""

import argparse
import filecmp
import importlib.metadata
import os
import shutil
import sys
import time
import zlib
from pathlib import Path

from diagrams import draw_all
from notebooks import networks
from sphinx.cmd.build import build_main

from inpainting_guide import code, machine, store

ROOT = Path(__file__).parents[1]
BUILD = Path(os.environ.get("INPAINTING_GUIDE_BUILD", ROOT / "build"))
BUILD = BUILD / ("quick" if machine.quick() else "full")
SOURCE = BUILD / "source"
RESULTS = BUILD / "results"
LIBRARIES = (
    "keras",
    "numpy",
    "onnx",
    "opencv-python-headless",
    "scikit-image",
    "scipy",
    "tensorflow",
    "tf2onnx",
)


def main():
    parser = argparse.ArgumentParser(description="Build the site.")
    parser.add_argument("page", nargs="?", help="run only this gallery script")
    parser.add_argument("--check-links", action="store_true", help="check every outside link")
    arguments = parser.parse_args()
    if arguments.page:
        if not (ROOT / arguments.page).is_file():
            sys.exit(
                f"There is no script {arguments.page}: name one, as in gallery/03_direct_cnn.py."
            )
        os.environ["INPAINTING_GUIDE_PAGE"] = Path(arguments.page).name
    os.environ["INPAINTING_GUIDE_RESULTS"] = str(RESULTS)
    # Scripts run in a folder of their own: a relative path would mean another store there.
    os.environ["INPAINTING_GUIDE_STORE"] = str(store.folder().parent)

    (RESULTS / "site").mkdir(parents=True, exist_ok=True)  # files that pages hand out

    began = time.perf_counter()
    stage()
    draw_diagrams()
    scripts = [ROOT / arguments.page] if arguments.page else (ROOT / "gallery").glob("*.py")
    digests = {script: page_digest(script) for script in scripts}
    for script, digest in digests.items():
        forget_if_stale(script, digest)
    builder = "linkcheck" if arguments.check_links else "html"
    options = ["-n", "--keep-going", "-b", builder, "-d", str(BUILD / "doctrees")]
    if arguments.page:
        print("Only this page is run: chapters lack the numbers of pages that have not run yet.")
        missing = "myst.substitution,image.not_readable,download.not_readable"
        options += ["-D", f"suppress_warnings={missing}"]
    else:
        options.append("-W")
    failed = build_main([*options, "-c", str(ROOT / "docs"), str(SOURCE), str(BUILD / builder)])
    if failed:
        sys.exit(failed)
    for script, digest in digests.items():
        if generated(script, ".py.md5").exists():
            generated(script, ".digest").write_text(digest, encoding="utf-8")
    entry = "output.txt" if arguments.check_links else "index.html"
    print(f"Built in {time.perf_counter() - began:.0f} s: {BUILD / builder / entry}")


def stage():
    """Copy chapters and pages to one source tree; leave alone what has not changed."""
    wanted = {path.relative_to(ROOT): path for path in (ROOT / "tutorial").glob("*.md")}
    for pattern in ("*.md", "api/*.rst"):
        wanted |= {path.relative_to(ROOT / "docs"): path for path in (ROOT / "docs").glob(pattern)}
    wanted[Path("changelog.md")] = ROOT / "CHANGELOG.md"
    for path in [*SOURCE.glob("*.md"), *SOURCE.glob("tutorial/*")]:
        if path.relative_to(SOURCE) not in wanted:
            path.unlink()
    # What was made of modules and scripts that are no more.
    for path in SOURCE.glob("api/inpainting_guide.*.rst"):
        if not code.PACKAGE.joinpath(*path.stem.split(".")[1:]).with_suffix(".py").exists():
            path.unlink()
    results = (*RESULTS.glob("*.*"), *RESULTS.glob("runs/*.json"))
    for path in (*SOURCE.glob("gallery/[0-9]*.*"), *results):
        if not (ROOT / "gallery" / path.name.split(".")[0]).with_suffix(".py").exists():
            path.unlink()
    for name, path in wanted.items():
        copy = SOURCE / name
        if not copy.exists() or not filecmp.cmp(path, copy, shallow=False):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    pack_inventory(ROOT / "docs" / "inventories" / "keras.txt")


def pack_inventory(path):
    """Pack a readable list of outside objects to the format of Sphinx's inventories."""
    header = f"# Sphinx inventory version 2\n# Project: {path.stem}\n# Version: \n"
    header += "# The remainder of this file is compressed using zlib.\n"
    packed = SOURCE / "inventories" / f"{path.stem}.inv"
    packed.parent.mkdir(parents=True, exist_ok=True)
    packed.write_bytes(header.encode() + zlib.compress(path.read_bytes()))


def draw_diagrams():
    """Draw the chapters' figures, unless their code is the one that drew them."""
    scripts = [ROOT / "docs" / "diagrams.py", *sorted((ROOT / "docs" / "drawings").glob("*.py"))]
    digest, mark = code.digest(*scripts), BUILD / "diagrams.digest"
    if not mark.exists() or mark.read_text(encoding="utf-8") != digest:
        draw_all(SOURCE / "diagrams")
        mark.write_text(digest, encoding="utf-8")


def page_digest(script):
    """Digest all that a page's result depends on: code, libraries, precision.

    The code is its own, the package's, and that of the scripts whose networks it reads.
    """
    trained_by = {script.with_name(store.SCRIPTS[name]) for name in networks(script)}
    libraries = [f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES]
    precision = os.environ.get("INPAINTING_GUIDE_PRECISION") or str(machine.has_bfloat16())
    return " ".join([code.digest(script, *trained_by), *libraries, precision])


def forget_if_stale(script, digest):
    """Make sphinx-gallery run a page again; by itself it sees only the script's own changes."""
    mark = generated(script, ".digest")
    current = mark.exists() and mark.read_text(encoding="utf-8") == digest
    published = (RESULTS / f"{script.stem}.json").exists()
    recorded = (RESULTS / "runs" / f"{script.stem}.json").exists()
    if not (current and published and recorded):
        generated(script, ".py.md5").unlink(missing_ok=True)


def generated(script, suffix):
    return SOURCE / "gallery" / f"{script.stem}{suffix}"


if __name__ == "__main__":
    main()
