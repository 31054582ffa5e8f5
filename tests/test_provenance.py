import json
import time
from pathlib import Path

import jinja2
import keras
import numpy as np
import provenance
import pytest


@pytest.fixture
def gallery(tmp_path, monkeypatch):
    monkeypatch.setenv("INPAINTING_GUIDE_RESULTS", str(tmp_path / "results"))
    folder = tmp_path / "gallery"
    folder.mkdir()
    script = "import keras\nkeras.utils.set_random_seed(7)\nrng = np.random.default_rng(0)\n"
    (folder / "30_page.py").write_text(script)
    return tmp_path


def test_a_run_is_recorded_with_its_seeds_and_its_own_peak_of_memory(gallery):
    configuration = {"src_dir": str(gallery)}
    provenance.record_run(configuration, None, "before")  # the folder, before any script
    provenance.record_run(configuration, "30_page.py", "before")
    time.sleep(0.2)
    megabytes = np.ones(64 * 2**20, np.uint8)
    provenance.record_run(configuration, "30_page.py", "after")
    first = json.loads(provenance.run_file("30_page").read_text())
    del megabytes
    provenance.record_run(configuration, "30_page.py", "before")
    provenance.record_run(configuration, "30_page.py", "after")
    second = json.loads(provenance.run_file("30_page").read_text())
    assert first["seeds"] == [0, 7]
    assert first["precision"] == keras.config.dtype_policy().name
    assert first["peak_bytes"] > first["start_bytes"] + 32 * 2**20
    assert first["peak_bytes"] > second["peak_bytes"] + 32 * 2**20
    assert provenance.minutes("30_page") == 1
    assert 0.2 < first["seconds"] < 30
    assert "seeds 0, 7" in provenance.line(first)
    assert "1 min 29 s" in provenance.line(first | {"seconds": 89.0})


def test_a_page_without_seeds_names_none(gallery):
    assert provenance.seeds("task = protocol.test()\n") == []
    assert provenance.seeds("for seed in (1, 2):\n    keras.utils.set_random_seed(seed)\n") == []


def test_a_run_of_no_time_took_a_second():
    assert provenance.duration(0.2) == "1 s"
    assert provenance.duration(59.6) == "1 min 0 s"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"seconds": null}', '{"seconds": 3}', None])
def test_a_damaged_record_is_named_with_the_remedy(gallery, content):
    path = provenance.run_file("30_page")
    path.parent.mkdir(parents=True)
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=r"30_page\.json is damaged.* build again"):
        provenance.minutes("30_page")


def test_what_a_machine_is_called_is_text_and_no_markup():
    template = Path(provenance.__file__).with_name("_templates") / "provenance.html"
    shown = jinja2.Template(template.read_text("utf-8")).render(provenance=["2 cores, <b> & co"])
    assert "<span>2 cores, &lt;b&gt; &amp; co</span>" in shown
