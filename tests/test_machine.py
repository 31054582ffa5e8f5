import keras
import pytest
import sections
import tensorflow as tf

from inpainting_guide.common import machine


@pytest.fixture(autouse=True)
def restore_policy():
    yield
    keras.config.set_dtype_policy("float32")
    tf.config.run_functions_eagerly(False)


def test_the_environment_overrides_the_detected_precision(monkeypatch):
    monkeypatch.setattr(machine, "has_bfloat16", lambda: True)
    assert machine.use_precision() == "mixed_bfloat16"
    assert keras.config.dtype_policy().name == "mixed_bfloat16"
    monkeypatch.setenv("INPAINTING_GUIDE_PRECISION", "float32")
    assert machine.use_precision() == "float32"
    assert machine.use_precision("mixed_bfloat16") == "mixed_bfloat16"
    assert machine.describe()["precision"] == "mixed_bfloat16"


def test_float32_is_used_where_nothing_says_bfloat16(monkeypatch):
    monkeypatch.setattr(machine, "has_bfloat16", lambda: False)
    assert machine.use_precision() == "float32"


@pytest.mark.parametrize("quick", [False, True])
def test_only_a_quick_run_does_without_compiling(monkeypatch, quick):
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", str(int(quick)))
    machine.use_precision("float32")
    calls = []
    function = tf.function(lambda: calls.append(None))
    function()
    function()
    assert len(calls) == (2 if quick else 1)


def test_only_a_quick_run_sees_a_handful_of_images(monkeypatch):
    assert machine.few(60_000) == 60_000
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    assert machine.few(60_000) == machine.QUICK_IMAGES
    assert machine.few(5) == 5


def test_only_a_quick_run_does_things_twice_at_most(monkeypatch):
    assert machine.few_times(100) == 100
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    assert machine.few_times(100) == machine.QUICK_TIMES
    assert machine.few_times(1) == 1


def test_no_script_of_the_gallery_asks_whether_the_run_is_quick():
    """What is left out then is the business of the package; a script reads as it trains."""
    scripts = sections.scripts()
    asking = [script.name for script in scripts if "quick()" in script.read_text("utf-8")]
    assert not asking


def test_unknown_settings_are_refused(monkeypatch):
    with pytest.raises(ValueError, match="no precision 'float8'.*mixed_bfloat16"):
        machine.use_precision("float8")
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "yes")
    with pytest.raises(ValueError, match="INPAINTING_GUIDE_QUICK is 'yes': set it to 1 or 0"):
        machine.quick()


@pytest.mark.parametrize(
    ("told", "python_knows", "expected"),
    [
        ("processor\t: 0\nmodel name\t: Fast: 3000 X\nflags\t: avx\n", "x86_64", "Fast: 3000 X"),
        ("processor\t: 0\nCPU implementer\t: 0x41\n", "aarch64", "aarch64"),
        (None, "arm64", "arm64"),
        (None, "", "unknown processor"),
    ],
)
def test_the_processor_is_named_where_the_system_tells(monkeypatch, told, python_knows, expected):
    def read_text(path, **_):
        if told is None:
            raise FileNotFoundError(path)
        return told

    monkeypatch.setattr(machine.Path, "read_text", read_text)
    monkeypatch.setattr(machine.platform, "processor", lambda: python_knows)
    monkeypatch.setattr(machine.platform, "machine", lambda: "")
    assert machine.processor() == expected
    monkeypatch.undo()  # Python looks for the versions of libraries with the same method
    monkeypatch.setattr(machine, "processor", lambda: expected)
    assert machine.describe()["processor"].endswith(f", {expected}")


def test_a_number_of_threads_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "two")
    with pytest.raises(ValueError, match="TF_NUM_INTRAOP_THREADS is 'two': set it to"):
        machine.threads()
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "3")
    assert machine.threads() == 3
