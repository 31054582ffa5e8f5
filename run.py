"""Start here: build the tutorial or run the tests, with nothing but Python installed.

    python run.py docs     build the whole tutorial and train its networks
    python run.py tests    run the tests

Any environment of tox.ini can be named instead (docs-quick, lint, ...), and what follows is passed
on, as in ``python run.py docs gallery/direct_cnn.py`` (one page) or ``python run.py docs --thesis``
(the pages that reproduce the thesis).

Python 3.9 or newer starts it. The environments need Python 3.11, 3.12 or 3.13: this one if it is
such a Python, else one that is found on this machine, else one that uv downloads, which is said
first. The first call installs uv and tox (and that Python) into build/runner; everything else
happens in environments of tox's own, in build/tox. Outside this folder only caches grow (of pip
and uv), and trained networks are kept in ~/.inpainting-guide.
"""

import configparser
import contextlib
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent
RUNNER = ROOT / "build" / "runner"
PYTHONS = ("3.13", "3.12", "3.11")  # that TensorFlow has packages for; the first is downloaded
UV = "uv==0.13.9"
OLDEST_UV = (0, 9)  # on the search path, with all options that are used here
TOX = ("tox==4.67.15", "tox-uv==1.37.1", UV)
WINDOWS = sys.platform == "win32"


def main():
    if sys.version_info < (3, 9):  # noqa: UP036
        sys.exit(f"This is Python {platform.python_version()}: start run.py with 3.9 or newer.")
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    sys.stdout.reconfigure(errors="replace")  # whatever letters a path has
    name, *rest = sys.argv[1:]
    environment = "py" if name == "tests" else name
    runner = make_runner(versions_for(environment))
    command = [program(runner, "python"), "-m", "tox", "run", "-e", environment]
    command += ["--", *rest] if rest else []
    # tox looks for the runner's Python again, which may lie off the search path.
    home = re.search("^home = (.+)$", (runner / "pyvenv.cfg").read_text("utf-8"), re.MULTILINE)[1]
    with subprocess.Popen(command, cwd=ROOT, env=with_folders(home)) as tox:
        for _ in range(3):  # tox is interrupted, too, and ends in good order
            with contextlib.suppress(KeyboardInterrupt):
                sys.exit(tox.wait())
        tox.terminate()  # or was not: whoever asks so often means it
        sys.exit(tox.wait())


def versions_for(environment):
    """Return the versions of Python that tox.ini allows for an environment, the best first."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(ROOT / "tox.ini", encoding="utf-8")
    base = settings.get(f"testenv:{environment}", "base_python", fallback=environment)
    factor = re.fullmatch(r"py(\d)(\d+)", base)
    version = ".".join(factor.groups()) if factor else None
    if version and version not in PYTHONS:
        sys.exit(f"{environment}: TensorFlow needs Python {' or '.join(PYTHONS)}.")
    return (version,) if version else PYTHONS


def make_runner(versions):
    """Return the folder of an environment with tox, of such a Python; make it on the first call."""
    this = ".".join(map(str, sys.version_info[:2]))
    threaded = sysconfig.get_config_var("Py_GIL_DISABLED")
    suits = this in versions and sys.implementation.name == "cpython" and not threaded
    for version in [this] if suits else versions:
        if is_ready(RUNNER / f"python{version}", *TOX):
            return RUNNER / f"python{version}"
    uv = find_uv()
    version, python = (this, sys.executable) if suits else find_python(uv, versions)
    folder = RUNNER / f"python{version}"
    print(f"Installing tox into {folder.relative_to(ROOT)} ...", flush=True)
    remedy = "uv could not install tox. The first call needs a network; then run this again."
    ask(uv, "venv", "--clear", "--python", python, folder, remedy=remedy)
    ask(uv, "pip", "install", "--python", program(folder, "python"), *TOX, remedy=remedy)
    set_ready(folder, *TOX)
    return folder


def find_uv():
    """Return the path of uv: of the search path if it is new enough, else one of our own."""
    found = shutil.which("uv")
    told = found and re.match(r"uv (\d+)\.(\d+)", ask(found, "--version"))
    if told and tuple(map(int, told.groups())) >= OLDEST_UV:
        return found
    folder = RUNNER / "uv"
    if is_ready(folder, UV):
        return program(folder, "uv")
    print(f"Installing uv into {folder.relative_to(ROOT)} ...", flush=True)
    try:
        import ensurepip  # noqa: F401  Debian has it in a package of its own
        import venv

        venv.create(folder, with_pip=True, clear=True, symlinks=not WINDOWS)
    except OSError as error:
        sys.exit(f"{folder} cannot be made: {error.strerror or error}.")
    except (ImportError, subprocess.CalledProcessError):
        package = "python{}.{}-venv".format(*sys.version_info)
        sys.exit(
            "This Python cannot make environments with pip. On Debian and Ubuntu: sudo apt install "
            f"{package}. Elsewhere install uv (docs.astral.sh/uv) and run this again."
        )
    remedy = "pip could not install uv. The first call needs a network; then run this again."
    pip = [program(folder, "python"), "-m", "pip", "--disable-pip-version-check"]
    ask(*pip, "install", "--only-binary=:all:", UV, remedy=remedy)
    set_ready(folder, UV)
    return program(folder, "uv")


def find_python(uv, versions):
    """Return the first of these versions that this machine has, and its path; else download it."""
    wanted = " or ".join(versions)
    for version in versions:
        if python := search(uv, version):
            print(f"This is Python {platform.python_version()}: taking {version}, {python}.")
            return version, python
    version = versions[0]
    print(f"No Python {wanted} found: uv downloads CPython {version} (about 30 MB) ...", flush=True)
    remedy = f"uv could not download a Python. Install Python {wanted}; then run this again."
    options = ["--no-bin", "--no-registry", "--install-dir", RUNNER / "pythons"]
    ask(uv, "python", "install", *options, version, remedy=remedy)
    return version, search(uv, version) or sys.exit(remedy)


def search(uv, version):
    """Return the path of a Python of this version, or an empty text.

    uv knows the search path, its own Pythons and those of Windows's launcher; we add pyenv's.
    """
    pyenv = Path(os.path.expanduser(os.environ.get("PYENV_ROOT", "~/.pyenv")))  # noqa: PTH111
    folders = [*pyenv.glob("versions/*/bin"), *(RUNNER / "pythons").glob("*/bin")]
    if WINDOWS:
        folders = [*pyenv.glob("versions/*"), *(RUNNER / "pythons").glob("*")]
    find = [uv, "python", "find", "--no-project", "--no-python-downloads", "--system"]
    return ask(*find, f"cpython@{version}", folders=folders)


def ask(*command, remedy=None, folders=()):
    """Run a command and return what it prints; if it fails, end with the remedy, or return ""."""
    done = subprocess.run(
        command,
        env=with_folders(*folders),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode and remedy:
        said = [line.strip() for line in done.stderr.splitlines()]
        causes = [line for line in said if line and not line.startswith("hint:")]
        sys.exit(f"{remedy} ({causes[-1] if causes else done.returncode})")
    return "" if done.returncode else done.stdout.strip()


def with_folders(*folders):
    """Return the variables of the environment, with folders at the end of the search path."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *map(str, folders)])
    return {**os.environ, "PATH": path}


def program(folder, name):
    return folder / (f"Scripts/{name}.exe" if WINDOWS else f"bin/{name}")


def is_ready(folder, *packages):
    mark = folder / "ready"
    made = program(folder, "python").exists() and mark.exists()
    return made and mark.read_text("utf-8") == " ".join(packages)


def set_ready(folder, *packages):
    (folder / "ready").write_text(" ".join(packages), "utf-8")


if __name__ == "__main__":
    main()
