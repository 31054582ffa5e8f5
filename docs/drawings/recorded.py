"""What benchmarks have recorded, for figures that show it."""

from pathlib import Path

from inpainting_guide.common import files
from inpainting_guide.measuring.quantities import revive

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"


def read(name):
    """Read the record of a benchmark, ``benchmarks/results/NAME.json``, with its quantities."""
    return revive(files.read_json(RESULTS / f"{name}.json")[name])
