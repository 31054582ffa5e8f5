"""Files that are never seen half written, and JSON that is what it should be.

Whatever the package and its scripts write goes through `replacing`: under a short temporary name in
the same folder first, then renamed. Whatever they read back as JSON goes through `read_json`.
"""

import contextlib
import hashlib
import json
import secrets
import time

UNFINISHED = "unfinished-"
"""How temporary names begin."""

DAY = 86_400
"""Seconds after which a temporary file was left behind by a process that was killed."""


@contextlib.contextmanager
def replacing(*paths, overwrite=True):
    """Write files under temporary names; give them their own names once all are whole.

    If the writing fails, all files are as they were before: absent, or with their old content. (Of
    several files, an error in giving them their names can leave some new and the others old.)

    Parameters
    ----------
    *paths : pathlib.Path
        Files of folders that exist.
    overwrite : bool
        Whether a file that exists is replaced. If not, nothing that has the name is ever lost,
        even if it appears while the new file is being written.

    Yields
    ------
    pathlib.Path or list of pathlib.Path
        The temporary name to write to, in the same folder and with the same suffix; a list of
        them if there is more than one path.

    Raises
    ------
    FileExistsError
        At the end, if a file exists and must not be overwritten.
    """
    unfinished = [path.with_name(temporary_name(path.suffix)) for path in paths]
    reserved = []
    try:
        yield unfinished if len(paths) > 1 else unfinished[0]
        if not overwrite:
            for path in paths:
                path.open("x").close()
                reserved.append(path)
        for temporary, path in zip(unfinished, paths, strict=True):
            temporary.replace(path)
        reserved.clear()
    finally:
        for path in (*unfinished, *reserved):
            path.unlink(missing_ok=True)


def temporary_name(suffix=""):
    """Make up a short name that no other process or thread makes up.

    Parameters
    ----------
    suffix : str
        How it ends.

    Returns
    -------
    str
    """
    return f"{UNFINISHED}{secrets.token_hex(4)}{suffix}"


def sweep(folder):
    """Delete the temporary files of processes that were killed a day ago or earlier.

    Parameters
    ----------
    folder : pathlib.Path
    """
    for path in folder.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(OSError):  # another process may sweep too
            if path.is_file() and time.time() - path.stat().st_mtime > DAY:
                path.unlink()


def write_json(path, content):
    """Write a JSON file.

    Parameters
    ----------
    path : pathlib.Path
    content : dict or list
        Without NaN or infinities, which JSON does not know.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    try:
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise ValueError(f"{path.name} would hold a number that is not finite: {error}.") from error
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def read_json(path):
    """Read a JSON file that holds an object.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If there is no such file, or it cannot be read, or it holds something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged or missing ({error}).") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} is damaged: it holds no JSON object, got {str(content)[:40]!r}.")
    return content


def checksum(path):
    """Compute a file's SHA-256 checksum, which tells whether the file is whole.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
