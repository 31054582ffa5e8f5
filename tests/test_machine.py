import keras
import pytest

from inpainting_guide import machine


@pytest.fixture(autouse=True)
def restore_policy():
    yield
    keras.config.set_dtype_policy("float32")


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


def test_unknown_settings_are_refused(monkeypatch):
    with pytest.raises(ValueError, match="no precision 'float8'.*mixed_bfloat16"):
        machine.use_precision("float8")
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "yes")
    with pytest.raises(ValueError, match="INPAINTING_GUIDE_QUICK is 'yes': set it to 1 or 0"):
        machine.quick()
