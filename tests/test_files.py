import contextlib
import io
import json
import os
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inpainting_guide.common import console, files


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_whole_and_leaves_no_other_behind(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with files.replacing(path) as unfinished:
        unfinished.write_text("new")
        assert path.read_text() == "old"
        assert unfinished.suffix == ".txt"
    assert path.read_text() == "new"
    assert names(tmp_path) == ["a.txt"]


def test_a_failure_leaves_everything_as_it_was(tmp_path):
    paths = [tmp_path / name for name in ("a.txt", "b.txt")]
    paths[0].write_text("old")
    with pytest.raises(OSError, match="disk full"), files.replacing(*paths) as unfinished:
        unfinished[0].write_text("new")
        raise OSError("disk full")
    assert names(tmp_path) == ["a.txt"]
    assert paths[0].read_text() == "old"


@pytest.mark.parametrize("kind", ["file", "dangling link"])
def test_what_appears_meanwhile_is_not_overwritten(tmp_path, kind):
    first, second = paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    with pytest.raises(FileExistsError), files.replacing(*paths, overwrite=False) as unfinished:
        for path in unfinished:
            path.write_text("new")
        if kind == "file":
            second.write_text("somebody else's")
        else:
            second.symlink_to(tmp_path / "nowhere")
    assert names(tmp_path) == ["b.txt"]  # the first is not there either: all or none
    assert second.is_symlink() == (kind != "file")
    assert not first.exists()


@pytest.mark.parametrize("name", ["n" * 240 + ".json", "車" * 80 + ".json"])
def test_a_name_as_long_as_the_system_allows_can_be_written(tmp_path, name):
    files.write_json(tmp_path / name, {"a": 1})
    assert files.read_json(tmp_path / name) == {"a": 1}


def test_two_writers_never_share_a_temporary_name(tmp_path):
    assert len({files.temporary_name() for _ in range(1000)}) == 1000
    with files.replacing(tmp_path / "a") as one, files.replacing(tmp_path / "a") as two:
        one.write_text("one")
        two.write_text("two")
    assert (tmp_path / "a").read_text() == "one"


def test_only_old_leftovers_are_swept(tmp_path):
    old, young, other = (
        tmp_path / name for name in ("unfinished-0.keras", "unfinished-1.keras", "a.keras")
    )
    for path in (old, young, other):
        path.write_text("")
    for path in (old, other):
        os.utime(path, (time.time() - 2 * files.DAY,) * 2)
    files.sweep(tmp_path)
    assert names(tmp_path) == ["a.keras", "unfinished-1.keras"]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_not_written(tmp_path, value):
    with pytest.raises(ValueError, match=r"a\.json would hold a number that is not finite"):
        files.write_json(tmp_path / "a.json", {"psnr": [1.0, value]})
    assert names(tmp_path) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)  # fmt: skip


@given(content=JSON)
def test_json_is_read_back_or_refused_with_the_file_named(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    if isinstance(content, dict):
        assert files.read_json(path) == content
    else:
        with pytest.raises(ValueError, match=r"a\.json is damaged: it holds no JSON object"):
            files.read_json(path)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_refused_with_the_file_named(tmp_path, text):
    (tmp_path / "a.json").write_bytes(text)
    with pytest.raises(ValueError, match=r"a\.json is damaged or missing"):
        files.read_json(tmp_path / "a.json")
    with pytest.raises(ValueError, match=r"b\.json is damaged or missing"):
        files.read_json(tmp_path / "b.json")


# --- What is said ---------------------------------------------------------------------------------

SAY = (
    "import os; from inpainting_guide.common import console; "
    "console.say('5 × 5 日本'); os.remove('mark')"
)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("cp932", "5 × 5 日本"), ("ascii", "5 ? 5 ??"), ("utf-8", "5 × 5 日本")],
)
def test_a_terminal_that_lacks_letters_is_no_reason_to_fail(tmp_path, encoding, expected):
    (tmp_path / "mark").write_text("")
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    said = subprocess.run(
        [sys.executable, "-c", SAY], env=environment, cwd=tmp_path, capture_output=True, check=True
    )
    assert said.stdout.decode(encoding).strip() == expected
    assert names(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a system without /dev/full")  # noqa: PTH110
def test_a_full_disk_behind_the_output_is_no_reason_to_fail(tmp_path):
    (tmp_path / "mark").write_text("")
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-c", SAY], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 0, done.stderr
    assert names(tmp_path) == []


def test_what_is_said_is_printed(capsys):
    console.say("a line")
    assert capsys.readouterr().out == "a line\n"


def test_where_nobody_listens_is_no_reason_to_fail(tmp_path, monkeypatch):
    stream = (tmp_path / "log").open("w")
    stream.close()
    console.say("a line", stream)
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with contextlib.redirect_stdout(io.StringIO()):
        console.import_quietly("this")
    assert "this" in sys.modules
