"""Train the direct CNN in float32 and in mixed bfloat16: how far do the numbers differ?

    python benchmarks/precision.py [--record]

It runs the gallery page itself, once in each precision, and compares the networks that the page
left in the store.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
from recording import record, show, use_own_store

from inpainting_guide import filling, networks
from inpainting_guide.common import machine
from inpainting_guide.data import protocol
from inpainting_guide.measuring import metrics, scores
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.training import store

PAGE = Path(__file__).parents[1] / "gallery" / "direct_cnn.py"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write results/precision.json")
    arguments = parser.parse_args()
    protocol.declare_final()  # the page trains in a process of its own
    task, trained, scored, results = protocol.test(), {}, {}, {}
    for precision in machine.PRECISIONS:
        os.environ["INPAINTING_GUIDE_PRECISION"] = precision
        os.environ["MPLBACKEND"] = "Agg"
        use_own_store(precision)
        subprocess.run([sys.executable, PAGE], check=True)
        path = store.newest("direct_cnn")
        trained[precision] = store.read_network(path)
        scored[precision] = scores.measure(filling.by(trained[precision]), task)
        seconds = {"seconds": Quantity(store.read_record(path)["seconds"], "s")}
        results[precision] = scored[precision].summary() | seconds
    difference = metrics.mean(scored["mixed_bfloat16"].psnr - scored["float32"].psnr, "dB")
    largest = largest_pixel_difference(trained["mixed_bfloat16"], task)
    results |= {
        "precision": " and ".join(machine.PRECISIONS),
        "difference": difference,
        "largest_pixel_difference": round(float(largest), 3),
    }
    show(results)
    if arguments.record:
        record("precision", results)


def largest_pixel_difference(network, task):
    """Fill with the same weights in both precisions; return the largest difference of a pixel."""
    keras.config.set_dtype_policy("float32")
    exact = networks.direct_cnn()
    exact.set_weights(network.get_weights())
    one, other = (filling.fill(n, task.incomplete, task.location_map) for n in (network, exact))
    return np.abs(one - other).max()


if __name__ == "__main__":
    main()
