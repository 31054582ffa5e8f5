import ast
import contextlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import types
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[1]
specification = importlib.util.spec_from_file_location("run", ROOT / "run.py")
run = importlib.util.module_from_spec(specification)
specification.loader.exec_module(run)

MINORS = [f"3.{minor}" for minor in range(9, 17)]


class Uv:
    """In place of `run.ask`: a uv that finds and fetches Pythons of a made-up machine."""

    def __init__(self, installed=(), fetched=()):
        self.installed, self.fetched, self.calls = set(installed), set(fetched), []

    def __call__(self, *command, remedy=None, folders=()):
        self.calls.append((command[1:], folders))
        version = str(command[-1]).removeprefix("cpython@")
        if command[1] == "venv":
            for file in (run.program(command[-1], "python"), command[-1] / "pyvenv.cfg"):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(f"home = home of {command[-2]}\n")
        elif command[1:3] == ("python", "install"):
            if version not in self.fetched:
                sys.exit(remedy)
            self.installed.add(version)
        elif command[1:3] == ("python", "find"):
            return f"python{version}" if version in self.installed else ""
        return ""

    def did(self, *words):
        return any(command[: len(words)] == words for command, _ in self.calls)


@contextlib.contextmanager
def machine(folder, running, uv, implementation="cpython"):
    """Let run.py believe that it is run by another Python, with this uv on the search path."""
    this = types.SimpleNamespace(
        version_info=(*map(int, running.split(".")), 0),
        implementation=types.SimpleNamespace(name=implementation),
        executable=f"python{running}",
        exit=sys.exit,
        stdout=sys.stdout,
        argv=[],
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "sys", this)
        patch.setattr(run, "ROOT", Path(folder))
        patch.setattr(run, "RUNNER", Path(folder) / "build" / "runner")
        patch.setattr(run, "ask", uv)
        patch.setattr(run, "find_uv", lambda: "uv")
        patch.setattr(run.sysconfig, "get_config_var", lambda _: 0)
        patch.setattr(run.platform, "python_version", lambda: f"{running}.0")
        yield this


def test_it_is_valid_python_3_9():
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 9))


def test_an_older_python_is_told_which_one_starts_it(tmp_path):
    with machine(tmp_path, "3.8", Uv()), pytest.raises(SystemExit, match=r"start .* with 3\.9"):
        run.main()


def test_the_same_pythons_are_named_wherever_they_are():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [text.rpartition(" ")[2] for text in project["classifiers"] if ":: 3." in text]
    environments = re.findall(r"py3(\d+)", (ROOT / "tox.ini").read_text("utf-8").split("\n\n")[0])
    assert set(run.PYTHONS) == set(named) == {f"3.{minor}" for minor in environments}
    minors = sorted(int(version[2:]) for version in run.PYTHONS)
    assert project["requires-python"] == f">=3.{minors[0]},<3.{minors[-1] + 1}"


@pytest.mark.parametrize(
    ("environment", "versions"),
    [("docs", run.PYTHONS), ("py", run.PYTHONS), ("py312", ("3.12",)), ("lowest", ("3.11",))],
)
def test_an_environment_has_the_pythons_that_its_name_or_tox_ini_says(environment, versions):
    assert run.versions_for(environment) == versions


@pytest.mark.parametrize("environment", ["py310", "py314", "py39"])
def test_a_python_without_tensorflow_is_refused(environment):
    with pytest.raises(SystemExit, match=f"{environment}: .* needs Python 3.13 or 3.12 or 3.11"):
        run.versions_for(environment)


@given(
    running=st.sampled_from(MINORS),
    installed=st.sets(st.sampled_from(MINORS)),
    wanted=st.sampled_from([run.PYTHONS, *((version,) for version in run.PYTHONS)]),
)
def test_the_running_python_is_taken_else_one_found_else_one_downloaded(running, installed, wanted):
    uv = Uv(installed, fetched=MINORS)
    with tempfile.TemporaryDirectory() as folder, machine(folder, running, uv):
        made = run.make_runner(wanted)
        calls = len(uv.calls)
        assert run.make_runner(wanted) == made
    taken = made.name.removeprefix("python")
    assert taken in wanted
    if running in wanted:
        assert taken == running
    elif installed & set(wanted):
        assert taken in installed
    assert uv.did("python", "install") == (not {running, *installed} & set(wanted))
    assert uv.did("venv", "--clear", "--python", f"python{taken}")
    assert len(uv.calls) == calls  # all is there the second time


def test_a_download_is_announced_and_its_failure_is_one_line_with_the_remedy(tmp_path, capsys):
    offline = Uv(["3.14", "3.10"])
    with machine(tmp_path, "3.14", offline), pytest.raises(SystemExit) as end:
        run.make_runner(run.PYTHONS)
    said = "No Python 3.13 or 3.12 or 3.11 found: uv downloads CPython 3.13 (about 30 MB) ...\n"
    assert capsys.readouterr().out == said
    remedy = "uv could not download a Python. Install Python 3.13 or 3.12 or 3.11; then run this "
    assert end.value.code == remedy + "again."


def test_another_python_than_the_running_one_is_named(tmp_path, capsys):
    with machine(tmp_path, "3.14", Uv(["3.12"])):
        run.make_runner(run.PYTHONS)
    assert "This is Python 3.14.0: taking 3.12, python3.12." in capsys.readouterr().out


def test_another_implementation_starts_it_and_is_not_taken(tmp_path):
    with machine(tmp_path, "3.11", Uv(["3.13"]), implementation="pypy"):
        assert run.make_runner(run.PYTHONS).name == "python3.13"


def test_pythons_of_pyenv_are_found_off_the_search_path(tmp_path, monkeypatch):
    folder = tmp_path / "versions" / "3.13.0" / ("" if run.WINDOWS else "bin")
    folder.mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    uv = Uv(["3.13"])
    with machine(tmp_path, "3.14", uv):
        run.make_runner(("3.13",))
    assert folder in next(folders for command, folders in uv.calls if "find" in command)


def test_tox_gets_the_arguments_and_can_find_its_own_python(tmp_path, monkeypatch):
    called, ends = {}, iter([KeyboardInterrupt, 3])

    class Tox(contextlib.nullcontext):
        def __init__(self, *command, **options):
            called.update(options, all=command)
            super().__init__(self)

        def wait(self):
            if (end := next(ends)) is KeyboardInterrupt:  # which tox has got, too
                raise end
            return end

    with machine(tmp_path, "3.12", Uv()) as this:
        monkeypatch.setattr(run.subprocess, "Popen", Tox)
        this.argv = ["run.py", "tests", "-k", "holes"]
        (tmp_path / "tox.ini").write_text("[tox]\n")
        with pytest.raises(SystemExit) as end:
            run.main()
    assert end.value.code == 3  # the tests' own
    assert called["all"][0][1:] == ["-m", "tox", "run", "-e", "py", "--", "-k", "holes"]
    before, _, last = called["env"]["PATH"].rpartition(os.pathsep)
    assert (before, last) == (os.environ["PATH"], "home of python3.12")


def test_what_a_command_says_last_is_the_cause():
    code = "import sys; sys.exit('error: no Python\\n  cause: no network\\n\\nhint: --fly\\n')"
    with pytest.raises(SystemExit, match=r"^Install one\. \(cause: no network\)$"):
        run.ask(sys.executable, "-c", code, remedy="Install one.")
    assert run.ask(sys.executable, "-c", code) == ""


@pytest.mark.parametrize(
    ("told", "taken"), [("uv 0.13.9 (x86_64)", True), ("uv 0.4.30", False), ("", False)]
)
def test_uv_of_the_search_path_serves_if_it_is_new_enough(tmp_path, monkeypatch, told, taken):
    monkeypatch.setattr(run.shutil, "which", lambda _: "found")
    monkeypatch.setattr(run, "RUNNER", tmp_path)
    monkeypatch.setattr(run, "ask", lambda *_, **__: told)
    own = run.program(tmp_path / "uv", "python")
    own.parent.mkdir(parents=True)
    own.touch()
    run.set_ready(tmp_path / "uv", run.UV)
    assert (run.find_uv() == "found") is taken


@pytest.mark.parametrize("missing", [ImportError("venv"), subprocess.CalledProcessError(1, "pip")])
def test_a_python_without_pip_is_told_how_to_get_it(tmp_path, monkeypatch, missing):
    def create(*_, **__):
        raise missing

    monkeypatch.setattr(run.shutil, "which", lambda _: None)
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "RUNNER", tmp_path / "build")
    monkeypatch.setattr("venv.create", create)
    with pytest.raises(SystemExit, match=r"sudo apt install python3\.\d+-venv\. .* install uv"):
        run.find_uv()
