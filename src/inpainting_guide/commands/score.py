"""``score``: measure a network or its fills as every method of the tutorial is measured."""

from pathlib import Path

from inpainting_guide.commands import entries, looks, outputs
from inpainting_guide.common import files, machine
from inpainting_guide.common.console import note, say
from inpainting_guide.data import protocol

# Keras and matplotlib take seconds to start, and every command would wait for them: whatever
# imports them is imported where it is wanted.

YOURS = "yours"
"""What the entry is called in tables and figures; also its family."""


def add(commands):
    """Add the command to the parser.

    Parameters
    ----------
    commands : argparse._SubParsersAction
    """
    score = commands.add_parser("score", help="measure a network, and place it among the methods")
    text = "a .keras or .onnx file, a .npz file of fills, or a name that 'models' lists"
    score.add_argument("entry", help=text)
    text = "score on the 1,000 test cars, once the recipe is final (default: 500 validation cars)"
    score.add_argument("--test", action="store_true", help=text)
    text = "a Python file that registers the classes of the .keras file; it is run"
    score.add_argument("--code", type=Path, metavar="FILE", help=text)
    text = "a .png file for the map of right and real (default: ENTRY-score.png, with --test "
    text += "ENTRY-test-score.png)"
    score.add_argument("--output", type=Path, help=text)
    score.add_argument("--force", action="store_true", help="overwrite the output if it exists")
    score.set_defaults(run=_score)


def _score(options):
    entries.check(options.entry)
    name = "test" if options.test else "validation"
    entry, end = Path(options.entry), "-test-score" if options.test else "-score"
    picture = options.output or entry.with_name(f"{entry.stem}{end}.png")
    outputs.check(picture, options.force)
    if options.test:
        protocol.declare_final()
    task = protocol.test() if options.test else protocol.validation()
    say(f"Filling the holes of {len(task.images):,} {name} cars ...")
    filled = entries.fills(options.entry, task, options.code)

    from inpainting_guide.commands import standings
    from inpainting_guide.measuring import scores, wasserstein

    rows = scores.right_and_real({YOURS: filled}, task)
    ours, floor = rows[YOURS], rows[wasserstein.PHOTOGRAPHS]["laplacian"]
    others = standings.read(name)
    if machine.quick():
        note(f"a quick run: {len(task.images)} cars say nothing.")
    elif options.test:
        note(looks.count(options.entry, [filled]))
    _tell(options.entry, ours, others, floor)
    _draw(picture, ours, others, floor, options.force)


def _tell(entry, ours, others, floor):
    """Print what was measured, with intervals, and where it stands among all methods."""
    from inpainting_guide.commands import standings
    from inpainting_guide.pages import showing

    say(f"\n{entry}, with 95 % intervals:")
    for key, title in standings.TITLES.items():
        interval = f" ({ours[key].interval})" if ours[key].interval else ""
        say(f"  {title}: {ours[key]}{interval}")
    say(f"  (photographs against photographs, Laplacian: {floor})")
    rows = {f"> {YOURS}": ours} | {f"  {name}": row for name, row in others.items()}
    best_last = sorted(rows, key=lambda name: rows[name]["psnr_of_mean"].value)
    plain = {name: {key: str(value) for key, value in rows[name].items()} for name in best_last}
    say("\n" + showing.as_text(plain, standings.SHORT))
    right, real = (standings.place(ours, others, key) for key in ("psnr_of_mean", "laplacian"))
    among = len(others) + 1
    say(f"\nBy PSNR number {right} of {among}, by the Laplacian distance number {real}.")


def _draw(path, ours, others, floor, force):
    """Draw the map of right and real, the entry among all methods."""
    import matplotlib as mpl

    mpl.use("agg")
    from inpainting_guide.commands import standings
    from inpainting_guide.filling import METHODS
    from inpainting_guide.pages import trade_off

    rows = others | {YOURS: ours}
    families = {method.name: method.family for method in METHODS.values()} | {YOURS: YOURS}
    points = {name: (row["psnr_of_mean"], row["laplacian"]) for name, row in rows.items()}
    labels = standings.TITLES["psnr_of_mean"], "Laplacian distance × 1000"
    try:
        figure = trade_off.draw(points, families, floor.value, labels)
    except ValueError as error:  # too many points in one place
        note(f"no map was drawn: {error}")
        return
    try:
        with files.replacing(path, overwrite=force) as unfinished:
            figure.savefig(unfinished, format="png")
    except FileExistsError as error:
        raise outputs.exists(path) from error
    except OSError as error:
        raise outputs.unwritable(path, error) from error
    say(f"{path} written")
