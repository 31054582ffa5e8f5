"""What benchmarks have recorded, for figures that show it."""

import json
from pathlib import Path

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"


def read(name):
    """Read the record of a benchmark, ``benchmarks/results/NAME.json``."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))[name]


def ends(written):
    """Read the two ends of a range as benchmarks write them, for instance "−0.02 to 1,100"."""
    return [float(end.replace(",", "").replace("−", "-")) for end in written.split(" to ")]
