"""The tables that several pages show alike: scores, budgets, distances from photographs."""

from inpainting_guide.common import arguments
from inpainting_guide.measuring import wasserstein
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.pages.showing import show_table
from inpainting_guide.training import budgets

SCORES = {
    "psnr_of_mean": "PSNR of the mean squared error, dB",
    "mean_psnr": "mean of PSNRs, dB",
    "l1": "L1",
    "ssim": "SSIM",
}
"""The titles of the columns of scores."""


def show_scores(scores):
    """Show the scores of several methods, the best last.

    Parameters
    ----------
    scores : dict of str to Scores
        By the method's name.

    Raises
    ------
    ValueError
        If there are no scores.
    """
    rows = {name: score.summary() for name, score in scores.items()}
    ordered = sorted(rows, key=lambda name: rows[name]["psnr_of_mean"].value)
    show_table({name: rows[name] for name in ordered}, SCORES)


def show_budgets(trained):
    """Show what differs between methods besides their results.

    Where the store has a U-Net of the same machine, the time is told too, as a multiple of its.

    Parameters
    ----------
    trained : dict of str to sequence of str
        By the method's name, the names in the store of all that was trained for it, one after
        the other, each from the weights of the one before.

    Raises
    ------
    ValueError
        If there are no methods, or one without a training.
    """
    rows = {}
    for name, networks in trained.items():
        arguments.some(f"trainings of {name}", networks)
        found = budgets.records(networks)
        rows[name] = {
            "parameters": found[-1]["parameters"],
            "images": " + ".join(f"{record['images']:,}" for record in found),
            "optimizer, rate": found[-1]["optimizer"],
            "loss": found[-1]["loss"],
        }
        if _one_machine(found):
            rows[name]["time, U-Net = 1"] = Quantity(budgets.units(networks), "times")
    show_table(rows)


def _one_machine(found):
    """Tell whether the U-Net of the store was trained where these networks were."""
    try:
        found = [*found, *budgets.records(["unet"])]
    except FileNotFoundError:
        return False
    return len({(each["machine"]["processor"], each["machine"]["threads"]) for each in found}) == 1


def show_distances(distances, baseline):
    """Show how far the fills of several methods are from photographs, the nearest last.

    Parameters
    ----------
    distances : dict of str to Distances
        From `inpainting_guide.measuring.wasserstein.distances`.
    baseline : str
        The method that the others are compared with, or the floor, "photographs".

    Raises
    ------
    ValueError
        If there is no such baseline.
    """
    arguments.one_of("method", baseline, distances)
    rows = {}
    for name in sorted(distances, key=lambda name: -distances[name].raw.mean()):
        rows[name] = {}
        for kind in ("raw", "laplacian"):
            values, others = (getattr(distances[n], kind) for n in (name, baseline))
            rows[name][kind] = Quantity(float(values.mean()))
            if name != baseline:
                rows[name][f"{kind} minus"] = wasserstein.difference(values, others)
    show_table(
        rows,
        {
            "raw": "raw crops, × 1000",
            "raw minus": f"minus {baseline}",
            "laplacian": "Laplacian crops, × 1000",
            "laplacian minus": f"minus {baseline}",
        },
    )
