"""How the tests call the command that scores."""

from inpainting_guide.commands import command


def refused(capsys, *arguments):
    """Score something, which must fail in one line and write nothing; return the line."""
    assert command.main(["score", *map(str, arguments)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line
