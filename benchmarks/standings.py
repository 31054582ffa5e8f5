"""Score every method on the validation and on the test cars, for entries to be compared with.

    python benchmarks/standings.py [--record]

The store must hold the networks of the gallery. With ``--record`` the scores go into the package,
where ``python -m inpainting_guide score`` reads them.
"""

import argparse

from recording import show, write

from inpainting_guide import filling, measuring
from inpainting_guide.commands import standings
from inpainting_guide.common import machine
from inpainting_guide.data import protocol
from inpainting_guide.filling import comparison
from inpainting_guide.measuring import quantities, wasserstein


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write the package's standings.json")
    arguments = parser.parse_args()
    machine.use_precision()
    filling.require()
    networks = comparison.load_all()
    protocol.declare_final()
    recorded = {}
    for name, task in (("validation", protocol.validation()), ("test", protocol.test())):
        recorded[name] = measuring.right_and_real(comparison.fill(networks, task), task)
        del recorded[name][wasserstein.PHOTOGRAPHS]
        show({name: recorded[name]})
    if arguments.record:
        write(standings.FILE, quantities.plain(recorded))


if __name__ == "__main__":
    main()
