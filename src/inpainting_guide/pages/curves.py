"""Lines, points and bars in the visual language of `inpainting_guide.pages.figures`."""

import matplotlib.pyplot as plt
import numpy as np

from inpainting_guide.common import arguments
from inpainting_guide.measuring import metrics
from inpainting_guide.pages import figures
from inpainting_guide.pages.figures import HOLE, KNOWN, NEUTRAL, STYLE, WIDTH, finish
from inpainting_guide.training import budgets


def training_curve(records):
    """Draw the PSNR over the hole against the images seen, in training and validation.

    Parameters
    ----------
    records : dict of str to dict
        What `inpainting_guide.training.fitting.fit` returned, with validation, by the name of the
        training. Its validation is drawn as a line, its training as a broken one.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no records, too many to tell apart, or one was not validated or has learnt by
        another loss than a squared error.
    """
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(WIDTH, 3))
        ends = []
        for (name, record), (colour, _) in zip(records.items(), _looks(records), strict=True):
            history = record["history"]
            error = budgets.squared_error(record)
            arguments.one_of("history", f"val_{error}", history)
            over_image = error == "loss" and record["loss"] == "squared error, image"
            whole = " over the whole image" if over_image else ""
            parts = {error: ("--", f"training{whole}"), f"val_{error}": ("-", "validation")}
            for key, (style, part) in parts.items():
                label = f"{name}, {part}" if len(records) > 1 else part
                values = metrics.psnr(np.array(history[key]))
                axis.plot(_seen(record), values, style, color=colour, label=label)
            ends.append(f"{name} {values[-1]:.1f} dB")
        axis.set(xlabel="images seen, thousands", ylabel="PSNR, dB")
        axis.legend(frameon=False)
        return finish(
            figure,
            "PSNR over the hole against images seen, in training and validation; validation "
            f"ends at: {', '.join(ends)}",
        )


def loss_terms(record, terms):
    """Draw each term of a loss in its own unit, one panel under the other.

    Parameters
    ----------
    record : dict
        What `inpainting_guide.training.fitting.fit` returned.
    terms : dict of str to tuple
        By the key in the record's history: the label with its unit, and a dict of reference
        values by name, which are drawn as dotted lines.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no terms, or the record has no history of one.
    """
    arguments.some("terms", terms)
    for term in terms:
        arguments.one_of("term", term, record["history"])
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(
            len(terms), figsize=(WIDTH, 1.6 * len(terms) + 0.5), sharex=True, squeeze=False
        )
        ends = []
        for axis, (key, (label, references)) in zip(axes[:, 0], terms.items(), strict=True):
            values = np.array(record["history"][key])
            axis.plot(_seen(record), values, color=HOLE)
            for value in references.values():
                axis.axhline(value, color=NEUTRAL, linestyle=":", linewidth=1.2)
            axis.margins(y=0.15)
            bottom, top = axis.get_ylim()
            for name, value in references.items():
                # On the side where the curve does not end, but not on the axis.
                below = values[-1] > value > bottom + (top - bottom) / 5
                away, side = (-3, "top") if below else (4, "baseline")
                axis.annotate(
                    name, (1, value), xycoords=("axes fraction", "data"), xytext=(0, away),
                    textcoords="offset points", ha="right", va=side, color=NEUTRAL,
                )  # fmt: skip
            axis.set_title(label, loc="left")
            ends.append(f"{label} ends at {values[-1]:.3g}")
        axes[-1, 0].set_xlabel("images seen, thousands")
        return finish(figure, f"The terms of the loss against images seen: {'; '.join(ends)}")


def psnr_comparison(scores):
    """Draw the PSNR of the mean squared error of several methods, with 95 % intervals.

    Parameters
    ----------
    scores : dict of str to Scores
        By the method's name.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no scores.
    """
    arguments.some("scores", scores)
    estimates = {name: score.summary()["psnr_of_mean"] for name, score in scores.items()}
    ordered = sorted(estimates, key=lambda name: estimates[name].value)
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(WIDTH, 0.34 * len(ordered) + 0.8))
        for position, name in enumerate(ordered):
            value, low, high = (getattr(estimates[name], end) for end in ("value", "low", "high"))
            bars = [[value - low], [high - value]]
            axis.errorbar(value, position, xerr=bars, fmt="o", color=KNOWN, ms=5)
            axis.annotate(
                str(estimates[name]), (high, position), (5, 0), textcoords="offset points",
                va="center",
            )  # fmt: skip
        axis.set_yticks(range(len(ordered)), ordered)
        axis.set(xlabel="PSNR of the mean squared error over the hole, dB")
        axis.set_ylim(-0.5, len(ordered) - 0.5)  # not on the axis, nor cut by the edge
        axis.margins(x=0.12)
        axis.grid(axis="x", alpha=0.3)
        listed = ", ".join(f"{name} {estimates[name]} dB" for name in ordered)
        return finish(figure, f"PSNR of the mean squared error with 95 % intervals: {listed}")


def hole_profile(profiles):
    """Draw the PSNR against the distance from the rim of the hole, a line per method.

    Parameters
    ----------
    profiles : dict of str to ndarray of float, shape (depths,)
        Squared errors from the rim inwards
        (`inpainting_guide.measuring.metrics.squared_error_by_depth`).

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no profiles, or too many to tell apart.
    """
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(WIDTH, 3))
        looks = reversed(_looks(profiles))  # the last one in the hole's colour
        for (name, profile), (colour, marker) in zip(profiles.items(), looks, strict=True):
            depths, psnr = np.arange(1, len(profile) + 1), metrics.psnr(profile)
            axis.plot(depths, psnr, f"{marker}-", ms=4.5, color=colour, label=name)
        axis.set(xlabel="pixels to the nearest known one", ylabel="PSNR, dB", xticks=depths)
        axis.legend(frameon=False)
        ends = ", ".join(
            f"{name} from {metrics.psnr(profile[0]):.1f} to {metrics.psnr(profile[-1]):.1f} dB"
            for name, profile in profiles.items()
        )
        return finish(figure, f"PSNR from the rim of the hole to its middle: {ends}")


def versus(lines, positions, labels, scale="log"):
    """Draw quantities against a setting that was tried at several values.

    Parameters
    ----------
    lines : dict of str to sequence of float
        By name, one value for each position.
    positions : sequence of float
        Values of the setting; positive on a logarithmic axis.
    labels : tuple of str
        What the setting and the quantities are, with their units.
    scale : {"log", "linear"}
        Of the setting's axis.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no lines, too many to tell apart, or not a value for each position.
    """
    for name, values in lines.items():
        if len(values) != len(positions):
            raise ValueError(f"{name}: {len(values)} values at {len(positions)} positions.")
    with plt.rc_context(STYLE):
        # The names of many lines would lie on them.
        outside = {"loc": "outside upper center", "ncols": 2} if len(lines) > 3 else {}
        figure, axis = plt.subplots(figsize=(WIDTH, 3.6 if outside else 3))
        for (name, values), (colour, marker) in zip(lines.items(), _looks(lines), strict=True):
            axis.plot(positions, values, f"{marker}-", ms=4.5, color=colour, label=name)
        axis.set(xscale=scale, xlabel=labels[0], ylabel=labels[1])
        axis.set_xticks(positions, [f"{position:g}" for position in positions])
        axis.minorticks_off()
        (figure if outside else axis).legend(frameon=False, **outside)
        ranges = "; ".join(f"{n} from {v[0]:.2f} to {v[-1]:.2f}" for n, v in lines.items())
        return finish(figure, f"{labels[1]} against {labels[0]}: {ranges}")


def sorted_bars(values, label, threshold):
    """Draw values from the largest to the smallest, with the threshold that separates them.

    Parameters
    ----------
    values : ndarray of float
        Of any shape.
    label : str
        What they are, with the unit.
    threshold : float

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no values.
    """
    arguments.some("values", np.ravel(values))
    ordered = np.sort(np.ravel(values))[::-1]
    above = int((ordered > threshold).sum())
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(WIDTH, 2.6))
        axis.bar(np.arange(1, len(ordered) + 1), ordered, width=1, color=KNOWN)
        axis.axhline(threshold, color=HOLE, linewidth=1.2)
        axis.set(xlabel="latent values, sorted", ylabel=label)
        axis.set_title(f"{above} of {len(ordered)} above {threshold:g}", loc="right")
        return finish(figure, f"{label}: {above} of {len(ordered)} values above {threshold:g}")


def _seen(record):
    """Count the images seen at the end of each epoch, in thousands."""
    epochs = len(record["history"]["seconds"])
    return record["images"] / epochs * np.arange(1, epochs + 1) / 1000


def _looks(lines):
    """Choose a colour and a marker for every line of a figure."""
    arguments.some("lines", lines)
    if len(lines) > len(figures.LINES):
        raise ValueError(f"{len(lines)} lines: at most {len(figures.LINES)} can be told apart.")
    return list(zip(figures.LINES, figures.MARKERS, strict=True))[: len(lines)]
