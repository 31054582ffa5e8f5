"""Looks at the test cars: they are counted, because only the first one tells the truth."""

import hashlib

import filelock

from inpainting_guide.common import files
from inpainting_guide.training import store

RULE = (
    "The test cars are for a recipe that is final: they tell how well it does on cars that took no "
    "part in any choice. If you change something after this look and look again, you have chosen "
    "by the test cars, and have none left."
)


def count(entry, fills):
    """Count a look, among all of this store and among those at the same fills.

    Parameters
    ----------
    entry : str or pathlib.Path
        What was scored.
    fills : list of ndarray of float
        Its fills of the test cars: one array of each network.

    Returns
    -------
    str
        The rule, and how many looks there were; or why they could not be counted.
    """
    path = "looks_at_the_test_cars.json"
    digest = hashlib.sha256(b"".join(filled.tobytes() for filled in fills)).hexdigest()[:16]
    try:
        path = store.folder().parent / path
        path.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(path.with_suffix(".lock")):  # another process may look as well
            looks = files.read_json(path)["looks"] if path.exists() else []
            looks = [*looks, {"entry": str(entry), "fills": digest}]
            same = sum(look["fills"] == digest for look in looks)
            files.write_json(path, {"looks": looks})
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"{RULE} The looks could not be counted ({error}): delete {path} if it is damaged."
    return f"{RULE} Looks so far on this machine: {len(looks)}, of them at these fills: {same}."
