"""The challenge: entries run alike for every seed, are held to the rules and to what they claim."""

import json
import os
import subprocess
import sys
from pathlib import Path

import entries
import keras
import pytest
import tensorflow as tf

from inpainting_guide.commands import challenge, claims, command
from inpainting_guide.common import machine
from inpainting_guide.data import protocol
from inpainting_guide.training import store

ENTRIES = sorted((Path(__file__).parents[1] / "challenge").glob("*.py"))

NETWORK = """
import keras

def tiny(last=keras.layers.Conv2D, **settings):
    inputs = keras.Input((32, 32, 4))
    network = keras.Model(inputs, last(3, 1, activation="sigmoid", **settings)(inputs))
    network.compile(run_eagerly=True)
    return network
"""

WORKS = NETWORK + "def train(photographs, seed):\n    return tiny()\n"


def run(entry, *options):
    return command.main(["challenge", str(entry), *options])


def refused(capsys, entry, *options):
    """Run an entry, which must fail in one line; return the line."""
    assert run(entry, *options) == 2
    *_, line = capsys.readouterr().err.splitlines()
    return line


@pytest.fixture(autouse=True)
def settings_as_before():
    """Put back what the command chooses for a process of its own: precision, eager functions."""
    policy = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(policy)
    tf.config.run_functions_eagerly(False)
    protocol.choose_again()


@pytest.fixture
def write(monkeypatch, tmp_path):
    """Write an entry; few cars are scored, a unit is an hour, and the machine is as wanted."""
    task, test = protocol.validation()[:10], protocol.test
    monkeypatch.setattr(protocol, "validation", lambda: task)
    monkeypatch.setattr(protocol, "test", lambda: test()[:10])  # only of a recipe that is final
    monkeypatch.setattr(challenge, "unit_step", lambda: lambda: 4.0)
    monkeypatch.setattr(machine, "threads", lambda: claims.THREADS)
    entry = tmp_path / "entry.py"

    def use(code=WORKS):
        entry.write_text(code, encoding="utf-8")
        return entry

    return use


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.stem)
def test_every_entry_runs(entry, quick_task, capsys):
    assert run(entry) == 0
    said = capsys.readouterr()
    assert "validation cars: PSNR of the mean squared error" in said.out
    assert "a quick run" in said.err
    assert list(Path().iterdir()) == []  # nothing is left in the reader's folder


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.stem)
def test_every_entry_claims_what_the_rules_allow(entry):
    claim = claims.read(entry.with_suffix(".json"))
    assert claim["units"] <= claims.MOST_UNITS
    assert claim["machine"]["threads"] == claims.THREADS


def test_a_claim_is_recorded_with_both_tasks_and_holds_and_every_look_is_counted(write, capsys):
    entry = write()
    assert run(entry, "--test", "--record") == 0
    claim = claims.read(entry.with_suffix(".json"))
    assert claim["validation"] != claim["test"]
    assert claim["unit_seconds"] == 3600
    assert "Looks so far on this machine: 1, of them at these fills: 1." in capsys.readouterr().err
    assert run(entry, "--test") == 0
    said = capsys.readouterr()
    assert "The claim holds" in said.out
    assert "Looks so far on this machine: 2, of them at these fills: 2." in said.err


def test_a_claim_that_does_not_hold_is_refused(write, capsys):
    entry = write()
    assert run(entry, "--test", "--record") == 0
    path = entry.with_suffix(".json")
    claim = json.loads(path.read_text())
    claim["validation"]["mean_psnr"] += 0.2
    path.write_text(json.dumps(claim))
    assert "its claim does not hold here" in refused(capsys, entry)


def test_more_time_than_the_rules_allow_is_refused_and_not_recorded(write, capsys, monkeypatch):
    monkeypatch.setattr(challenge, "unit_step", lambda: lambda: 1e-9)
    entry = write()
    assert "units, and the rules allow 1.5" in refused(capsys, entry, "--test", "--record")
    assert not entry.with_suffix(".json").exists()
    assert not store.folder().with_name("looks_at_the_test_cars.json").exists()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.stem)
def test_a_claim_is_of_time_too(entry):
    claim = claims.read(entry.with_suffix(".json"))
    slower = 1 + claims.TIME_TOLERANCE
    claims.compare(entry, claim | {"units": 0.99 * slower * claim["units"]}, claim)
    with pytest.raises(ValueError, match=f"claims {claim['units']:.2f} units and took"):
        claims.compare(entry, claim | {"units": 1.01 * slower * claim["units"]}, claim)


def test_no_claim_holds_beyond_the_rules(write, capsys, monkeypatch):
    entry = write()
    assert run(entry, "--test", "--record") == 0
    path = entry.with_suffix(".json")
    claim = json.loads(path.read_text())
    path.write_text(json.dumps(claim | {"units": 1e12}))
    monkeypatch.setattr(challenge, "unit_step", lambda: lambda: 1e-9)
    capsys.readouterr()
    assert run(entry) == 2
    said = capsys.readouterr()
    assert "the rules allow 1.5" in said.err
    assert "Looks so far" not in said.err
    assert "claim holds" not in said.out


@pytest.mark.parametrize(("threads", "record"), [(8, True), (1, True), (8, False)])
def test_another_machine_than_the_rules_want_records_nothing(
    threads, record, write, capsys, monkeypatch
):
    monkeypatch.setattr(machine, "threads", lambda: threads)
    if record:
        told = refused(capsys, write(), "--test", "--record")
    else:
        assert run(write()) == 0
        told = capsys.readouterr().err
    assert f"TensorFlow has {threads} threads" in told
    assert "taskset -c 0,1" in told


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"validation": {}, "units": 1}'])
def test_a_damaged_claim_is_refused_before_the_training(text, write, capsys):
    entry = write(WORKS + "    raise SystemExit('it was trained')\n")
    entry.with_suffix(".json").write_text(text)
    line = refused(capsys, entry)
    assert "entry.json" in line
    assert "trained" not in line


def test_a_claim_needs_the_test_cars(write, capsys):
    assert "add --test" in refused(capsys, write(), "--record")


def test_every_seed_begins_alike_and_the_clock_runs_from_the_first_line(write, capsys):
    told = write().with_name("told.txt")
    entry = write(
        "import time\ntime.sleep(0.1)\n"
        + NETWORK
        + "from inpainting_guide.training import store\ncount = 0\n"
        + "def train(photographs, seed):\n"
        + "    global count\n    count += 1\n    network = tiny()\n"
        + "    here = store.folder()\n"
        + f"    with open({str(told)!r}, 'a') as file:\n"
        + "        print(count, network.layers[-1].name, keras.config.dtype_policy().name,\n"
        + "              here.exists() and any(here.iterdir()), photographs.shape, file=file)\n"
        + "    here.mkdir(exist_ok=True)\n    (here / 'left').touch()\n"
        + "    keras.utils.clear_session()\n    return network\n"
    )
    before = os.environ["INPAINTING_GUIDE_STORE"]
    assert run(entry, "--test", "--record") == 0
    lines = told.read_text().splitlines()
    assert len(lines) == claims.SEEDS
    assert len(set(lines)) == 1
    assert lines[0].startswith("1 conv2d ")
    assert lines[0].endswith("False (4500, 32, 32, 3)")
    assert claims.read(entry.with_suffix(".json"))["seconds"] >= 0.1  # that of the wall
    assert os.environ["INPAINTING_GUIDE_STORE"] == before
    assert not store.folder().exists() or not list(store.folder().iterdir())


@pytest.mark.skipif(os.name != "posix", reason="Windows does not tell of other processes")
def test_the_processor_is_counted_for_other_processes_too():
    work = "import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
    before = challenge.processor_time()
    subprocess.run([sys.executable, "-S", "-c", work], check=True)
    assert challenge.processor_time() - before > 0.15


def test_a_claim_that_cannot_be_written_is_told(write, capsys, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(challenge.files, "write_json", fail)
    assert run(write(), "--test", "--record") == 2
    said = capsys.readouterr()
    assert "cannot be written (No space left on device): save the lines above" in said.err
    assert json.loads(said.out[said.out.index("{\n") :])["unit_seconds"] == 3600


def test_a_folder_in_the_claims_place_is_refused_before_the_training(write, capsys):
    entry = write()
    entry.with_suffix(".json").mkdir()
    assert "entry.json cannot be written: copy" in refused(capsys, entry, "--test", "--record")


def test_who_ends_the_command_is_no_failure_of_the_entry(write):
    code = "from inpainting_guide.common.console import Ended\n"
    entry = write(code + "def train(photographs, seed):\n    raise Ended(143)\n")
    with pytest.raises(SystemExit) as end:
        run(entry)
    assert end.value.code == 143


def test_neighbours_can_be_imported_at_any_time_and_begin_anew_with_every_seed(write, capsys):
    code = "def train(photographs, seed):\n    import helper\n    helper.turns.append(seed)\n"
    entry = write(NETWORK + code + "    print(helper.turns)\n    return tiny()\n")
    entry.with_name("helper.py").write_text("turns = []", encoding="utf-8")
    before = list(sys.path)
    assert run(entry) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line.startswith("[")] == ["[0]", "[1]", "[2]"]
    assert sys.path == before
    assert "helper" not in sys.modules


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "defines no function train"),
        ("import nowhere", "cannot be run: ModuleNotFoundError"),
        ("def train(photographs, seed):\n    1 / 0", "line 2, failed with seed 0: ZeroDivision"),
        ("def train(photographs, seed):\n    pass", "returned NoneType: expected a Keras model"),
        (
            NETWORK + "def train(photographs, seed):\n    return tiny(padding='same', strides=2)",
            "the prediction has shape (10, 16, 16, 3)",
        ),
    ],
)
def test_an_entry_that_does_not_work_is_told_so_after_one_seed(code, message, write, capsys):
    assert run(write(code)) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert "seed 1" not in said.out


def test_what_is_no_entry_is_refused(tmp_path, capsys):
    for path in (tmp_path / "absent.py", tmp_path, Path()):
        assert "no entry" in refused(capsys, path)


def test_the_table_has_the_best_entry_first_and_misses_none():
    _, _, *rows = entries.challenge()["table"].splitlines()
    assert {row.split("`")[1] for row in rows} == {path.name for path in ENTRIES}
    reached = [float(row.split("|")[3].split("/")[0]) for row in rows]
    assert reached == sorted(reached, reverse=True)


def test_an_entry_without_a_claim_is_named(tmp_path):
    (tmp_path / "new.py").write_text("")
    with pytest.raises(ValueError, match="challenge/new.json is missing: run the entry"):
        entries.challenge(tmp_path)
