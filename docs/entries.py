"""The table of the challenge's entries, as the page ``docs/challenge.md`` shows it."""

from pathlib import Path

from inpainting_guide.commands import claims, standings
from inpainting_guide.measuring.quantities import written

FOLDER = Path(__file__).parents[1] / "challenge"
OURS = "unet_in_window"


def challenge(folder=FOLDER):
    """Lay out what the entries claim, the best first.

    Parameters
    ----------
    folder : pathlib.Path
        Of the entries, each a Python file and a JSON file of the same name.

    Returns
    -------
    dict of str to str
        Markdown: a ``table``, and the ``starter`` script as a block of code; and the numbers of
        the rules: what ``our_...`` entry took in minutes, and its seeds on the test cars; how many
        decibels ``harder`` these are than the validation cars, by the harmonic fill.

    Raises
    ------
    ValueError
        If an entry has no claim, or its file is damaged.
    """
    claimed = {
        path.stem: claims.read(path.with_suffix(".json")) for path in sorted(folder.glob("*.py"))
    }
    if missing := [name for name, claim in claimed.items() if claim is None]:
        raise ValueError(
            f"challenge/{missing[0]}.json is missing: run the entry with --test --record."
        )
    best_first = sorted(claimed, key=lambda name: -claimed[name]["validation"]["psnr_of_mean"])
    lines = [
        "| Entry | Units | Validation, dB | Test, dB | Seeds, validation |",
        "|---|---:|---:|---:|---|",
    ]
    for name in best_first:
        claim = claimed[name]
        cells = [
            f"`{name}.py`",
            f"{claim['units']:.2f}",
            *(
                " / ".join(written(claim[task][key], "dB") for key in ("psnr_of_mean", "mean_psnr"))
                for task in ("validation", "test")
            ),
            ", ".join(written(psnr, "dB") for psnr in claim["validation_psnrs"]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    starter = (folder / "starter.py").read_text(encoding="utf-8")
    ours = claimed[OURS]
    validation, test = (
        standings.read(task)["harmonic"]["psnr_of_mean"] for task in ("validation", "test")
    )
    return {
        "table": "\n".join(lines),
        "starter": f"```python\n{starter}```",
        "harder": str(validation - test),
        "most_units": f"{claims.MOST_UNITS:g}",
        "tolerance": f"{claims.TOLERANCE:g}",
        "time_tolerance": f"{100 * claims.TIME_TOLERANCE:.0f} %",
        "our_unit": f"{ours['seconds'] / ours['units'] / 60:.1f}",
        "our_range": " to ".join(written(end(ours["test_psnrs"]), "dB") for end in (min, max)),
        "our_trainings": f"{claims.SEEDS * ours['seconds'] / 60:.0f}",
    }
