"""Files that a command writes: nothing is overwritten that was not meant to be."""


def check(path, force):
    """Refuse a file that cannot or must not be written.

    Parameters
    ----------
    path : pathlib.Path
    force : bool
        Whether a file that exists may be overwritten.

    Raises
    ------
    ValueError
        If it does not end in ``.png``, its folder does not exist, it is a folder itself, it exists
        and may not be overwritten, or the system refuses.
    """
    if path.suffix.lower() != ".png":
        raise ValueError(f"the output {path} must end in .png, which keeps every byte.")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {path.parent} for the output.")
    try:
        there = bool(path.lstat())  # a link that leads nowhere exists too
    except FileNotFoundError:
        there = False
    except OSError as error:
        raise unwritable(path, error) from error
    if path.is_dir():
        raise ValueError(f"the output {path} is a folder: name another --output.")
    if there and not force:
        raise exists(path)


def exists(path):
    """Make the error for an output that exists.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    ValueError
    """
    return ValueError(f"{path} exists: name another --output, or add --force.")


def unwritable(path, error, nothing=True):
    """Make the error for an output that cannot be written.

    Parameters
    ----------
    path : path-like
    error : OSError
    nothing : bool
        Whether it is certain that nothing was written, of other files neither.

    Returns
    -------
    ValueError
    """
    reason, rest = error.strerror or error, ", and nothing was" if nothing else ""
    return ValueError(f"{path} cannot be written ({reason}){rest}: name another.")
