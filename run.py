"""Start here: build the tutorial or run the tests, with nothing but Python installed.

    python run.py docs     build the whole tutorial and train its networks
    python run.py tests    run the tests

Any environment of tox.ini can be named instead (docs-quick, lint, ...), and what follows is passed
on, as in ``python run.py docs gallery/03_direct_cnn.py``. The first call installs tox into
build/runner; everything else happens in environments of tox's own, in build/tox. Outside this
folder only caches grow (of pip and uv), and trained networks are kept in ~/.inpainting-guide.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
RUNNER = ROOT / "build" / "runner"
TOX = ["tox==4.67.15", "tox-uv==1.37.1"]


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        sys.exit(f"This is Python {sys.version.split()[0]}: the tutorial needs 3.11, 3.12 or 3.13.")
    name, *rest = sys.argv[1:]
    environment = "py" if name == "tests" else name
    command = [runner(), "-m", "tox", "run", "-e", environment]
    sys.exit(subprocess.call([*command, "--", *rest] if rest else command, cwd=ROOT))


def runner():
    """Return a Python that has tox; make it on the first call."""
    python = RUNNER / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    ready = RUNNER / "ready"
    if not ready.exists() or ready.read_text() != " ".join(TOX):
        print("Installing tox into build/runner ...", flush=True)
        try:
            venv.create(RUNNER, with_pip=True, clear=True, symlinks=sys.platform != "win32")
        except subprocess.CalledProcessError:
            sys.exit("This Python has no pip. On Debian and Ubuntu: sudo apt install python3-venv")
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *TOX]
        subprocess.run(install, check=True)
        ready.write_text(" ".join(TOX))
    return python


if __name__ == "__main__":
    main()
