"""The machine that a result was made on: its precision, its versions, the quick mode."""

import importlib.metadata
import os
import platform
import warnings
from pathlib import Path

# Keras takes seconds to start: it is imported where it is needed.

PRECISIONS = ("mixed_bfloat16", "float32")
"""Keras dtype policies that the networks are trained in."""

QUICK_IMAGES = 64
"""Images that a training sees in quick mode."""

QUICK_TIMES = 2
"""How often a thing is done in quick mode that is otherwise done again and again."""

_YES_NO = {"": False, "0": False, "1": True}


def quick():
    """Tell whether this is a quick run: every line of every script, but hardly any training.

    Returns
    -------
    bool
        True if the environment variable ``INPAINTING_GUIDE_QUICK`` is 1.

    Raises
    ------
    ValueError
        If the variable is anything but 0, 1 or empty.
    """
    value = os.environ.get("INPAINTING_GUIDE_QUICK", "")
    if value not in _YES_NO:
        raise ValueError(f"INPAINTING_GUIDE_QUICK is {value!r}: set it to 1 or 0, or unset it.")
    return _YES_NO[value]


def few(images):
    """Return how many images a training may see: `images`, or a handful in quick mode.

    Parameters
    ----------
    images : int

    Returns
    -------
    int
    """
    return min(images, QUICK_IMAGES) if quick() else images


def few_times(count):
    """Return how often a thing may be done: `count` times, or twice in quick mode.

    Parameters
    ----------
    count : int

    Returns
    -------
    int
    """
    return min(count, QUICK_TIMES) if quick() else count


def has_bfloat16():
    """Tell whether the processor multiplies bfloat16 numbers in hardware.

    Returns
    -------
    bool
        True on Linux for x86 processors with AVX512-BF16 or AMX-BF16. Elsewhere nothing says
        so reliably, or TensorFlow does not use it: False.
    """
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def use_precision(name=None):
    """Choose the precision of the networks built from here on, and have runs repeat bit by bit.

    Mixed bfloat16 keeps the weights in float32 and multiplies in bfloat16, which is faster for most
    networks where the processor has it in hardware (``benchmarks/speed.py`` says by how much), and
    slower where not. TensorFlow's operations are made deterministic for the whole process; in quick
    mode its functions run without a graph.

    Parameters
    ----------
    name : str, optional
        One of `PRECISIONS`. By default the environment variable
        ``INPAINTING_GUIDE_PRECISION``; without it, what `has_bfloat16` suggests.

    Returns
    -------
    str
        The chosen precision, now Keras's global dtype policy.

    Raises
    ------
    ValueError
        If there is no such precision.
    """
    name = name or os.environ.get("INPAINTING_GUIDE_PRECISION")
    name = name or ("mixed_bfloat16" if has_bfloat16() else "float32")
    if name not in PRECISIONS:
        raise ValueError(
            f"no precision {name!r}: choose one of {', '.join(PRECISIONS)}, or unset "
            "INPAINTING_GUIDE_PRECISION."
        )
    import keras
    import tensorflow as tf

    keras.config.set_dtype_policy(name)
    # Before a network is compiled: else Keras would have XLA compute the first on a graphics card.
    tf.config.experimental.enable_op_determinism()
    if quick():
        _run_eagerly()
    return name


def _run_eagerly():
    """Compile no function: that takes longer than the handful of steps of a quick run."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    # It says at every batch that the stream of batches is compiled all the same.
    warnings.filterwarnings("ignore", "Even though the `tf.config.experimental_run_functions")


def processor():
    """Return the processor's name.

    Returns
    -------
    str
        What Linux says of the first core, for instance "AMD EPYC 9B45"; on other systems what
        Python knows, at least the family, for instance "arm64".
    """
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine() or "unknown processor"


def threads():
    """Count the threads among which TensorFlow divides one operation.

    Sums are added up in another order by another number of them, so that results differ in their
    last digits.

    Returns
    -------
    int
        What TensorFlow was told, or else the cores that this process may use.

    Raises
    ------
    ValueError
        If the variable ``TF_NUM_INTRAOP_THREADS`` is set to anything but a number.
    """
    import tensorflow as tf

    told = tf.config.threading.get_intra_op_parallelism_threads()
    variable = os.environ.get("TF_NUM_INTRAOP_THREADS") or "0"
    if not variable.isdecimal():
        raise ValueError(
            f"TF_NUM_INTRAOP_THREADS is {variable!r}: set it to a whole number, or unset it."
        )
    told = told or int(variable)
    if told:
        return told
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def versions():
    """Return the versions of the libraries that decide what a training comes to.

    Returns
    -------
    dict of str to str
        Of TensorFlow, Keras and NumPy.
    """
    return {name: importlib.metadata.version(name) for name in ("tensorflow", "keras", "numpy")}


def describe():
    """Describe the machine and the versions that a result depends on.

    Returns
    -------
    dict of str to str or int
        Cores, system and name of the processor; threads; Python, TensorFlow, Keras, NumPy;
        precision.
    """
    import keras

    system = f"{platform.system()} {platform.machine()}"
    return {
        "processor": f"{os.cpu_count()} cores, {system}, {processor()}",
        "threads": threads(),
        "python": platform.python_version(),
        **versions(),
        "precision": keras.config.dtype_policy().name,
    }
