"""What benchmarks have recorded, for figures that show it."""

from pathlib import Path

from inpainting_guide.common import files
from inpainting_guide.measuring.quantities import revive

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"
RECORDS = {name: RESULTS / f"{name}.json" for name in ("gan_alpha", "losses")}
"""What figures read, and nothing else: when one of these files changes, all are drawn again."""


def read(name):
    """Read the record of a benchmark, one of `RECORDS`, with its quantities."""
    return revive(files.read_json(RECORDS[name])[name])
