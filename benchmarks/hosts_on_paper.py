"""Foretell what several hosts take, by formulas alone, from what ``hosts.py`` has measured.

    python benchmarks/hosts_on_paper.py [--record]

``hosts.py`` does it with all that it measures. This command does it again with what is recorded:
the measurements stay as they are, with their machine and date.
"""

import argparse

import numpy as np
from recording import RESULTS, record, show

from inpainting_guide.common import files
from inpainting_guide.data import shards
from inpainting_guide.formulas import all_reduce
from inpainting_guide.measuring.quantities import Quantity, revive

SUMS = 2
"""How often the loop adds up in a step: all gradients in one piece, then the loss, a number."""

PHOTOGRAPHS, PASSES, GLOBAL_BATCH = 1_000_000, 10, 256
LINKS = {"gigabit": 1.25e8, "ten_gigabit": 1.25e9}
"""Bytes a second of a network of 1 and of 10 gigabits a second, used in full."""

PRICE = 0.10
"""Dollars for an hour of a host like this machine: an example, since every provider has its own."""

HOSTS = (1, 4, 16, 64, 256)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/hosts.json")
    arguments = parser.parse_args()
    results = revive(files.read_json(RESULTS / "hosts.json"))["hosts"]
    derive(results)
    show(results)
    if arguments.record:
        record("hosts", {"code": "of hosts.py"} | results)


def derive(results):
    """Add what follows from the measurements by formulas alone.

    Parameters
    ----------
    results : dict
        What ``hosts.py`` has measured, just now or before.
    """
    shared = results["shared"].value
    for workers in (2, 3):
        adding = results[f"adding_{workers}"]
        megabytes = [int(name[3:]) for name in adding if name.startswith("mb_")]
        sent = [all_reduce.bytes_sent(1e6 * size, workers) for size in megabytes]
        seconds = np.array([adding[f"mb_{size}"].value for size in megabytes]) / 1000
        # To small relative errors: a few ms count where that is all.
        slope, start = np.polyfit(sent, seconds, 1, w=1 / seconds)
        adding["megabytes_a_second"] = Quantity(1e-6 / slope, "count")
        adding["first_byte"] = Quantity(max(0, 1000 * start), "ms")
        delay = adding["first_byte"].value / (2 * (workers - 1))
        adding["message"] = Quantity(delay, "ms")
        for row in [row for name, row in results.items() if name.startswith("width_")]:
            throughput = shared / row["processes_1"].value * 1000
            size, link = 1e6 * row["gradient"].value, 1e6 * adding["megabytes_a_second"].value
            foretold = all_reduce.step_seconds(
                shared, workers, throughput, size, link, SUMS * delay / 1000
            )
            row[f"foretold_{workers}"] = Quantity(1000 * sum(foretold), "ms")
    results["block_images"] = Quantity(shards.SHUFFLED, "count")
    results["block"] = Quantity(256 * 256 * 3 * shards.SHUFFLED / 1e6, "count")
    results |= estimate(
        results["images_a_second"].value,
        1e6 * results["gradient"].value,
        results["adding_2"]["message"].value / 1000,
    )


def estimate(throughput, size, delay):
    """Foretell a training of a million photographs from what was measured here.

    Parameters
    ----------
    throughput : float
        Images a second of one host like this machine.
    size : float
        Bytes of one gradient.
    delay : float
        Seconds that a message needs, however short it is. All is foretold with it and without.
    """
    steps = PHOTOGRAPHS * PASSES // GLOBAL_BATCH
    found = {
        "photographs": Quantity(PHOTOGRAPHS, "count"),
        "passes": Quantity(PASSES, "count"),
        "global_batch": Quantity(GLOBAL_BATCH, "count"),
        "steps": Quantity(steps, "count"),
        "cents": Quantity(100 * PRICE, "count"),
    }
    cases = {
        link + suffix: (speed, latency)
        for link, speed in LINKS.items()
        for suffix, latency in (("", 0.0), ("_delayed", SUMS * delay))
    }
    for case, connection in cases.items():
        most = all_reduce.most_workers(GLOBAL_BATCH, throughput, size, *connection)
        found[f"most_hosts_{case}"] = Quantity(most, "count")
    for hosts in HOSTS:
        gigabytes = steps * all_reduce.bytes_sent(size, hosts) / 1e9
        row = {
            "gigabytes_a_host": Quantity(gigabytes),
            "terabytes": Quantity(gigabytes * hosts / 1000),
        }
        for case, connection in cases.items():
            parts = all_reduce.step_seconds(GLOBAL_BATCH, hosts, throughput, size, *connection)
            hours = steps * sum(parts) / 3600
            row |= {
                f"hours_{case}": Quantity(hours),
                f"host_hours_{case}": Quantity(hours * hosts, "count"),
                f"dollars_{case}": Quantity(PRICE * hours * hosts, "count"),
                f"sending_{case}": Quantity(parts[1] / sum(parts), "share"),
            }
        found[f"hosts_{hosts}"] = row
    return found


if __name__ == "__main__":
    main()
