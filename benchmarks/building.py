"""Record how long the first build of the site took, page by page, beside a training step.

    INPAINTING_GUIDE_STORE=build/benchmarks/store python run.py docs     with no folder build/full
    python benchmarks/building.py [--record]

The whole is also told in units of the U-Net's training in the same build. From this record
`docs/progress.py` foretells what a build takes on another machine. Record it again
on the same machine as the build, after changes that make pages slower or faster. A build that was
interrupted is recorded as far as it came: pages that the record lacks count as average ones.
"""

import argparse
import os
import sys
from pathlib import Path

from recording import record

from inpainting_guide.common import files, machine

ROOT = Path(__file__).parents[1]
BUILD = Path(os.environ.get("INPAINTING_GUIDE_BUILD") or ROOT / "build").expanduser()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/building.json")
    arguments = parser.parse_args()
    try:
        measured = files.read_json(BUILD / "full" / "first_build.json")
    except ValueError as error:
        sys.exit(
            f"{error} It is written by `python run.py docs` with an empty store and no build yet."
        )
    for page, seconds in measured["pages"].items():
        print(f"{page:32} {seconds:6.0f} s")
    print(f"{'all else':32} {measured['rest']:6.0f} s")
    print(f"{'a training step':32} {measured['step']:6.3f} s")
    whole = sum(measured["pages"].values()) + measured["rest"]
    unit = files.read_json(BUILD / "full" / "results" / "unet.json")["unet"]["seconds"]["value"]
    measured["units"] = whole / unit
    print(f"{'in all':32} {whole:6.0f} s, {measured['units']:.1f} times the U-Net's training")
    if arguments.record:
        machine.use_precision()
        record("building", measured)


if __name__ == "__main__":
    main()
