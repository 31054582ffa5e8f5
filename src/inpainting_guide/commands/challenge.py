"""``challenge``: run an entry of the three-minute challenge, and check what it claims.

Machines differ, so time is counted in *units*: one is what the guide's U-Net takes, on the same
machine and in the same run, for the 57,600 whole images that its page trains it on. It is the time
of the processor, all threads together: what else the machine does meanwhile does not count.
"""

import contextlib
import json
import os
import statistics
import tempfile
import time
import traceback
from pathlib import Path

from inpainting_guide.commands import claims, entries, looks
from inpainting_guide.common import console, files, machine
from inpainting_guide.common.console import note, say
from inpainting_guide.data import cars, protocol
from inpainting_guide.measuring import quantities

# Keras takes seconds to start, and every command would wait for it: whatever imports it is imported
# where it is wanted.

UNIT_IMAGES, UNIT_BATCH = 57_600, 64
"""The training that takes one unit."""

RULES = (
    f"the rules want {claims.THREADS} threads and no graphics card. On Linux begin the command "
    "with `CUDA_VISIBLE_DEVICES= taskset -c 0,1`; elsewhere set TF_NUM_INTRAOP_THREADS and "
    f"TF_NUM_INTEROP_THREADS to {claims.THREADS}."
)


def add(commands):
    """Add the command to the parser.

    Parameters
    ----------
    commands : argparse._SubParsersAction
    """
    text = "train an entry of the challenge, and check its claim"
    challenge = commands.add_parser("challenge", help=text)
    text = "a Python file with a function train(photographs, seed) that returns a network"
    challenge.add_argument("entry", type=Path, help=text)
    text = "score on the 1,000 test cars too, once the recipe is final"
    challenge.add_argument("--test", action="store_true", help=text)
    text = "with --test: write what was measured beside the entry, as its claim"
    challenge.add_argument("--record", action="store_true", help=text)
    challenge.set_defaults(run=_challenge)


def _challenge(options):
    with entries.beside(options.entry) as forget:
        with _empty_store():
            _load(options.entry)
        claim_file = options.entry.with_suffix(".json")
        if options.record and not options.test:
            raise ValueError("a claim tells of both tasks: add --test, once the recipe is final.")
        if options.record and (claim_file.is_dir() or not os.access(claim_file.parent, os.W_OK)):
            raise ValueError(
                f"{claim_file} cannot be written: copy the entry to a folder of your own."
            )
        claim = None if options.record else claims.read(claim_file)
        _check_machine(options.record)
        networks, measured = _train(options.entry, forget)
        if options.record and not machine.quick():
            _check_units(options.entry, measured["units"])  # before a look at the test cars
        if options.test:
            measured |= _look(options.entry, networks)
    _tell(measured)
    if machine.quick():
        note("a quick run: the entry works; its numbers say nothing, and are not kept or compared.")
        return
    if claim:
        claims.compare(options.entry, measured, claim)
    try:
        _check_units(options.entry, measured["units"])
    except ValueError as error:
        if claim:
            raise
        note(str(error))
    if claim:
        say(
            f"The claim holds: within {claims.TOLERANCE:g} dB of what {claim_file.name} says, and "
            f"in no more than {1 + claims.TIME_TOLERANCE:g} times its units."
        )
    if options.record:
        _write(claim_file, measured)


def _check_units(entry, units):
    if units > claims.MOST_UNITS:
        raise ValueError(
            f"{entry} took {units:.2f} units, and the rules allow {claims.MOST_UNITS:g}: train on "
            "fewer images, or make its steps faster. (A busy machine makes it look slower.)"
        )


def _write(claim_file, measured):
    """Write a claim; where that fails, what took so long to measure is told in its place."""
    try:
        files.write_json(claim_file, measured)
    except OSError as error:
        say(json.dumps(measured, indent=1))
        raise ValueError(
            f"{claim_file} cannot be written ({error.strerror or error}): save the lines above "
            "under that name."
        ) from error
    say(f"{claim_file} written")


def _load(entry):
    """Run the entry's file and return its function ``train``."""
    if entry.suffix != ".py" or not entry.is_file():
        raise ValueError(f"there is no entry {entry}: expected a Python file.")
    train = entries.run(entry).get("train")
    if not callable(train):
        raise ValueError(
            f"{entry} defines no function train(photographs, seed) that returns a network."
        )
    return train


def _check_machine(record):
    """Refuse to record a claim on a machine that the rules do not allow."""
    import tensorflow as tf

    threads = machine.threads()
    cards = tf.config.list_physical_devices("GPU")
    if machine.quick() or (threads == claims.THREADS and not cards):
        return
    told = f"TensorFlow has {threads} threads and {len(cards)} graphics cards here: {RULES}"
    if record:
        raise ValueError(told)
    note(told)


def _train(entry, forget):
    """Train with every seed, on a clock; return the networks, and what was measured."""
    import keras

    seeds = 1 if machine.quick() else claims.SEEDS
    say(f"{entry}: {seeds} training{'s' * (seeds > 1)}, and the unit of time before and after.")
    machine.use_precision()
    measure = unit_step()
    networks, seconds, processor, steps, scored = [], [], [], [measure()], []
    tune = protocol.validation()
    for seed in range(seeds):
        # Every seed begins alike: names of layers, precision, nothing that the entry has kept, nor
        # the modules beside it.
        forget()
        keras.utils.clear_session()
        machine.use_precision()
        keras.utils.set_random_seed(seed)
        with _empty_store():
            began = time.perf_counter(), processor_time()
            networks.append(_run(entry, seed))
            seconds.append(time.perf_counter() - began[0])
            processor.append(processor_time() - began[1])
        steps.append(measure())
        scored += _score([entries.by_keras(entry, networks[-1], tune)], tune)
        units = processor[-1] * UNIT_BATCH / (steps[-1] * UNIT_IMAGES)
        psnr = scored[-1]["psnr_of_mean"]
        say(f"seed {seed}: {seconds[-1]:.0f} s, {units:.2f} units, {psnr} dB on validation cars")
    unit = statistics.median(steps) * UNIT_IMAGES / UNIT_BATCH
    return networks, claims.average("validation", scored) | {
        "seconds": round(statistics.mean(seconds), 1),
        "processor_seconds": round(statistics.mean(processor), 1),
        "unit_seconds": round(unit, 1),
        "units": round(statistics.mean(processor) / unit, 3),
        "machine": machine.describe(),
    }


def _run(entry, seed):
    """Run an entry from its first line, and train its network; tell where it fails."""
    import keras

    train = _load(entry)
    try:
        network = train(cars.load().train, seed)
    except (MemoryError, console.Ended):
        raise
    # Whatever goes wrong in somebody's own code: it is told, with the entry's name.
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [at.lineno for at in frames if Path(at.filename).resolve() == entry.resolve()]
        raise ValueError(
            f"{entry}, line {lines[-1] if lines else '?'}, failed with seed {seed}: "
            f"{type(error).__name__}: {error}"
        ) from error
    if not isinstance(network, keras.Model):
        kind = type(network).__name__
        raise ValueError(f"train of {entry} returned {kind}: expected a Keras model.")
    return network


def processor_time():
    """Tell how long the processor has worked for this process, and for those that it has started.

    Returns
    -------
    float
        In seconds, all threads together. (Of processes that have not ended nothing is known; under
        Windows of none but this one.)
    """
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def unit_step():
    """Make the measure of a unit of time.

    Returns
    -------
    callable
        Without arguments; each call trains the guide's U-Net for a few steps and returns what one
        takes, in seconds of the processor, all threads together.
    """
    import keras
    import tensorflow as tf

    from inpainting_guide import networks, training
    from inpainting_guide.data import batches

    keras.utils.set_random_seed(0)
    network = networks.unet(name="unit")
    network.compile(optimizer=training.ConvolutionMuon(1e-4), loss=training.hole_loss())
    batch = next(iter(batches.training(cars.load().train, UNIT_BATCH, seed=0)))
    rounds = 1 if machine.quick() else 15

    def measure():
        tf.config.run_functions_eagerly(machine.quick())  # whatever an entry chose
        times = []
        for _ in range(rounds + 1):  # the first one compiles, or wakes the processor
            began = time.process_time()
            network.train_on_batch(*batch)
            times.append(time.process_time() - began)
        return statistics.median(times[1:])

    return measure


@contextlib.contextmanager
def _empty_store():
    """Let nothing be read that was trained before."""
    before = os.environ.get("INPAINTING_GUIDE_STORE")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["INPAINTING_GUIDE_STORE"] = folder
        try:
            yield
        finally:
            os.environ.pop("INPAINTING_GUIDE_STORE", None)
            if before is not None:
                os.environ["INPAINTING_GUIDE_STORE"] = before


def _look(entry, networks):
    """Measure the networks' fills of the test cars, and count the look."""
    protocol.declare_final()
    task = protocol.test()
    fills = [entries.by_keras(entry, network, task) for network in networks]
    if not machine.quick():
        note(looks.count(entry, fills))
    return claims.average("test", _score(fills, task))


def _score(fills, task):
    """Measure fills of a task, each of another network."""
    from inpainting_guide import measuring

    return [measuring.score(filled, task).summary() for filled in fills]


def _tell(measured):
    """Print what was measured."""
    say(
        f"\n{measured['seconds']:.0f} s a training, {measured['processor_seconds']:.0f} s of the "
        f"processor: {measured['units']:.2f} units of {measured['unit_seconds']:.0f} s (allowed: "
        f"{claims.MOST_UNITS:g})"
    )
    for name in claims.TASKS:
        if name not in measured:
            continue
        row = measured[name]
        psnrs = ", ".join(quantities.written(psnr, "dB") for psnr in measured[f"{name}_psnrs"])
        say(
            f"{name} cars: PSNR of the mean squared error "
            f"{quantities.written(row['psnr_of_mean'], 'dB')} dB (seeds: {psnrs}), mean of PSNRs "
            f"{quantities.written(row['mean_psnr'], 'dB')} dB, SSIM "
            f"{quantities.written(row['ssim'])}"
        )
