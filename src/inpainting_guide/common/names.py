"""Names of methods and trainings, as they are written where spaces may not stand."""

import re


def key(name):
    """Write a name as chapters quote it, for instance "partial, no map" as "partial_no_map".

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        In small letters, without commas; spaces, hyphens and dashes are underscores.
    """
    return re.sub(r"[\s–-]", "_", name.lower().replace(",", ""))
