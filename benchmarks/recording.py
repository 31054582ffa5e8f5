"""Write a benchmark's results with all that a reader needs to judge them."""

import datetime
from pathlib import Path

from inpainting_guide import machine, store

RESULTS = Path(__file__).parent / "results"


def record(name, results):
    """Write ``results/NAME.json``: the results, the machine, the versions and the date.

    Parameters
    ----------
    name : str
        Also the name under which pages quote the results, as in ``{{ precision.date }}``.
    results : dict
    """
    RESULTS.mkdir(exist_ok=True)
    described = machine.describe()
    described["machine"] += f", {processor()}"
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    path = RESULTS / f"{name}.json"
    store.write_json(path, {name: described | {"date": date} | results})
    print(f"Recorded in {path}.")


def processor():
    """Return the processor's name, where Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown processor"
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), "unknown")
