"""Play the games of the page on winning discriminators with three seeds: how much is luck?

    python benchmarks/games.py [--record]

It runs the page, which plays every game with seed 0, and then plays them again with two more seeds
of the first weights and of the batches. Measured on the validation cars, as on the page.
"""

import argparse
import os
import runpy
from pathlib import Path

from recording import over_seeds, record, show, use_own_store

from inpainting_guide.common import names

PAGE = Path(__file__).parents[1] / "gallery" / "when_a_discriminator_wins.py"
SEEDS = (1, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/games.json")
    arguments = parser.parse_args()
    use_own_store("games")
    os.environ["MPLBACKEND"] = "Agg"
    page = runpy.run_path(str(PAGE))
    measured = {name: [row] for name, row in page["rows"].items()}
    for seed in SEEDS:
        for name, settings in page["ARMS"].items():
            _, row = page["measure"](name, **settings, seed=seed)
            measured[name].append(row)
            show({f"seed {seed}, {name}": row})
    results = {"seeds": 1 + len(SEEDS)}
    for name, rows in measured.items():
        results[names.key(name)] = over_seeds({"psnr": row["psnr"]} for row in rows)
    show(results)
    if arguments.record:
        record("games", results)


if __name__ == "__main__":
    main()
