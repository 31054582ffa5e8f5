"""Build the site: stage the sources, let the gallery run, call Sphinx.

    python docs/build.py                         the whole tutorial
    python docs/build.py --thesis                run the pages that reproduce the thesis
    python docs/build.py gallery/direct_cnn.py   run this page only, or those that are named
    python docs/build.py --check-links           look at every outside link

With ``INPAINTING_GUIDE_QUICK=1`` every line of every script runs, in seconds, on a handful of
images. The site lies in ``build/full/html`` or ``build/quick/html``; another folder than ``build``
can be named in ``INPAINTING_GUIDE_BUILD``.
"""

import argparse
import filecmp
import hashlib
import importlib.metadata
import os
import shutil
import sys
import time
import zlib
from pathlib import Path

import chapters
import progress
from diagrams import draw_all
from drawings import recorded
from filelock import FileLock, Timeout
from notebooks import trained_by
from sections import scripts, thesis
from sphinx.cmd.build import build_main
from sphinx_gallery.utils import get_md5sum

from inpainting_guide.common import console, machine
from inpainting_guide.filling import methods
from inpainting_guide.training import digests, store

ROOT = Path(__file__).parents[1]


def folder():
    """Find the folder to build in, as an absolute path: scripts run in other folders."""
    named = Path(os.environ.get("INPAINTING_GUIDE_BUILD") or ROOT / "build")
    return named.expanduser().resolve() / ("quick" if machine.quick() else "full")


BUILD = folder()
SOURCE = BUILD / "source"
RESULTS = BUILD / "results"
API = BUILD / "api.digest"
LIBRARIES = (
    "keras",
    "matplotlib",
    "numpy",
    "onnx",
    "opencv-python-headless",
    "pillow",
    "scikit-image",
    "scipy",
    "tensorflow",
    "tf2onnx",
)


def main():
    parser = argparse.ArgumentParser(description="Build the site.")
    parser.add_argument("pages", nargs="*", help="run only these gallery scripts")
    parser.add_argument("--thesis", action="store_true", help="run only the thesis's pages")
    parser.add_argument("--check-links", action="store_true", help="check every outside link")
    arguments = parser.parse_args()
    for page in arguments.pages:
        if Path(page).name not in [script.name for script in scripts()]:
            sys.exit(f"There is no script {page}: name one, as in gallery/direct_cnn.py.")
    chosen = {Path(page).stem for page in arguments.pages}
    if arguments.thesis:
        chosen.update(thesis())
    os.environ["INPAINTING_GUIDE_PAGES"] = ",".join(sorted(chosen))
    os.environ["INPAINTING_GUIDE_RESULTS"] = str(RESULTS)
    os.environ["INPAINTING_GUIDE_STORE"] = str(store.folder().parent)  # resolved, as is BUILD
    try:
        (RESULTS / "site").mkdir(parents=True, exist_ok=True)  # files that pages hand out
    except OSError as error:
        sys.exit(f"{BUILD} is no folder to build in ({error}): name one in INPAINTING_GUIDE_BUILD.")
    try:
        with FileLock(BUILD / "lock", timeout=0):
            build(chosen, arguments.check_links)
    except Timeout:
        sys.exit(
            f"Another build is writing to {BUILD}: let it end, or name another folder in "
            "INPAINTING_GUIDE_BUILD."
        )


def package_digest():
    """Digest all of the package that a page may show: code, records, photographs."""
    told = digests.text(*digests.PACKAGE.rglob("*.py"), *digests.PACKAGE.rglob("*.json"))
    return f"{told} {contents(digests.PACKAGE.rglob('*.webp'))}"


def build(chosen, check_links):
    """Build, with the folder to oneself; run the chosen scripts, or all if none is chosen."""
    began = time.perf_counter()
    stage()
    draw_diagrams()
    package = package_digest()
    marks = {s: page_digest(s, package) for s in scripts() if not chosen or s.stem in chosen}
    for script, digest in marks.items():
        forget_if_stale(script, digest)
    pages = [script.stem for script in marks if will_run(script)]
    if pages:
        console.import_quietly("keras")
    progress.begin(pages, BUILD / "first_build.json")
    builder = "linkcheck" if check_links else "html"
    api = api_digest(package)
    known = is_current(API, api, api_pages())
    os.environ["INPAINTING_GUIDE_API_IS_CURRENT"] = "1" if known else ""
    # What Sphinx has read is kept for each builder: not all of them link to the code.
    doctrees = BUILD / f"doctrees-{builder}"
    # Sphinx keeps what it has read before it writes: interrupted then, it would write it never.
    done = doctrees / "done"
    doctrees.mkdir(parents=True, exist_ok=True)
    if not done.exists():
        (doctrees / "environment.pickle").unlink(missing_ok=True)
    done.unlink(missing_ok=True)
    options = ["-b", builder, "-d", str(doctrees)]
    if chosen:
        print(f"Pages that are run: {len(marks)} of {len(scripts())}.")
        print("Chapters lack the numbers of pages that have not run yet.")
        missing = "myst.substitution,image.not_readable,download.not_readable"
        options += ["-D", f"suppress_warnings={missing}"]
    else:
        options.append("-W")
    try:
        failed = build_main([*options, "-c", str(ROOT / "docs"), str(SOURCE), str(BUILD / builder)])
    except SystemExit as stop:  # whatever its status: the build is not done
        failed = f"A script called sys.exit({stop.code!r}), which ends the build: let it run on."
    # What was built is looked at, since an exit status can be anything.
    lacking = [path for script in marks for path in necessary(script) if not path.exists()]
    for script, digest in marks.items():
        if all(path.exists() for path in necessary(script)):  # done, however the build has ended
            write_mark(generated(script, ".digest"), digest, made_by(script))
    if lacking:
        console.say(f"Not made: {lacking[0]} (the first of {len(lacking)}).")
    if failed or lacking:
        # Sphinx warns of what it reads: it must read all again, or the next build warns of nothing.
        sys.exit(failed or 1)
    done.touch()
    progress.end()
    if builder == "html":  # no other builder writes the pages of the code
        write_mark(API, api, api_pages())
    entry = "output.txt" if check_links else "index.html"
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
        if not digests.PACKAGE.joinpath(*path.stem.split(".")[1:]).with_suffix(".py").exists():
            path.unlink()
    for path in RESULTS.rglob("unfinished-*"):  # of a build that was killed
        path.unlink()
    results = (*RESULTS.glob("*.*"), *RESULTS.glob("runs/*.json"), *RESULTS.glob("site/*.*"))
    of_folder = {"index", "gallery_python", "gallery_jupyter"}
    for path in (*SOURCE.glob("gallery/*.*"), *results):
        page = path.name.split(".")[0]
        if page not in of_folder and not (ROOT / "gallery" / f"{page}.py").exists():
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
    code = [ROOT / "docs" / name for name in ("diagrams.py", "rooms.py")]
    code += (ROOT / "docs" / "drawings").glob("*.py")
    # Some show what is recorded, and one what the rooms of the package say of themselves.
    read = [*recorded.RECORDS.values(), *digests.PACKAGE.glob("*/__init__.py")]
    digest = f"{digests.behaviour(*code)} {contents(read)}"
    mark = BUILD / "diagrams.digest"
    drawn = SOURCE / "diagrams"
    if not is_current(mark, digest, drawn.glob("*.svg")):
        console.import_quietly("tensorflow")  # some figures ask a network
        draw_all(drawn)
        write_mark(mark, digest, drawn.glob("*.svg"))


def page_digest(script, package):
    """Join all that a page's result depends on: code, libraries, precision.

    The code is its own, the package's, and that of the scripts whose networks it reads, and so on:
    a network can be trained on from another one.
    """
    code = {script}
    while others := {other for each in code for other in trained_by(each)} - code:
        code |= others
    libraries = [f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES]
    precision = os.environ.get("INPAINTING_GUIDE_PRECISION") or str(machine.has_bfloat16())
    return " ".join([digests.text(*code), package, *libraries, precision])


def forget_if_stale(script, digest):
    """Make sphinx-gallery run a page again; by itself it sees only the script's own changes.

    What chapters quote of the page goes: it may tell less from now on.
    """
    made = made_by(script)
    if not is_current(generated(script, ".digest"), digest, made):
        quoted = [path for path in made if path.parent in (RESULTS, RESULTS / "runs")]
        for path in (*quoted, generated(script, ".py.md5")):
            path.unlink(missing_ok=True)


def api_digest(package):
    """Join all that the API's pages are made of: the package, and the chapters that name it."""
    return hashlib.sha256(f"{package} {chapters.by_module()}".encode()).hexdigest()


def api_pages():
    """List what Sphinx has made of the package's modules alone, and its template."""
    template = ROOT / "docs" / "_templates" / "autosummary" / "module.rst"
    pages = (SOURCE / "api").glob("inpainting_guide.*.rst")
    return [template, *pages, *(BUILD / "html" / "_modules").rglob("*.html")]


def made_by(script):
    """List all that a page's script made, and the notes which of its networks were used last."""
    made = [*necessary(script), RESULTS / f"{script.stem}.csv", RESULTS / f"site/{script.stem}.png"]
    made += RESULTS.glob(f"{script.stem}.*.png")
    for end in ("[0-9]*", "thumb"):
        made += (SOURCE / "gallery" / "images").rglob(f"sphx_glr_{script.stem}_{end}.png")
    if "export.folder()" in script.read_text(encoding="utf-8"):
        made += RESULTS.glob("site/*/*")
    trained = [name for name, trains in methods.SCRIPTS.items() if trains == script.name]
    return made + [store.pointer(name, 0) for name in trained]


def necessary(script):
    """List the files that every page leaves: its text, its numbers, what it ran on, a mark."""
    results = RESULTS / f"{script.stem}.json", RESULTS / "runs" / f"{script.stem}.json"
    return [generated(script, ".rst"), *results, generated(script, ".py.md5")]


def write_mark(mark, digest, made):
    """Note what files were made of, and what they hold."""
    mark.write_text(f"{digest} {contents(made)}", encoding="utf-8")


def is_current(mark, digest, made):
    """Tell whether files were made of just this, and are as they were made.

    One that is lost, cut short or was changed since is made again.
    """
    if not mark.exists():
        return False
    return mark.read_text(encoding="utf-8", errors="replace") == f"{digest} {contents(made)}"


def contents(paths):
    """Digest the contents of files; one that does not exist counts as well."""
    total = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes() if path.is_file() else b"none"
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def will_run(script):
    """Tell whether sphinx-gallery will run a script, rather than find it unchanged."""
    mark = generated(script, ".py.md5")
    return not mark.exists() or mark.read_text(encoding="utf-8") != get_md5sum(script, mode="t")


def generated(script, suffix):
    return SOURCE / "gallery" / f"{script.stem}{suffix}"


if __name__ == "__main__":
    main()
