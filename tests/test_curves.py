import inspect

import matplotlib.pyplot as plt
import numpy as np
import pytest

from inpainting_guide.measuring import metrics
from inpainting_guide.measuring.scores import Scores
from inpainting_guide.pages import curves

RECORD = {
    "images": 200,
    "loss": "squared error, hole",
    "history": {"loss": [0.1, 0.01], "val_loss": [0.1, 0.02], "seconds": [1.0, 1.0]},
}
ADVERSARIAL = {
    "images": 6000,
    "history": {
        "loss": [7.0, 5.0, 6.0],
        "squared_error": [0.1, 0.01, 0.001],
        "val_squared_error": [0.1, 0.02, 0.002],
        "verdict": [0.7, 0.9, 1.25],
        "seconds": [1.0, 1.0, 1.0],
    },
}


def scores_of(*squared_errors):
    return Scores(*(np.array(squared_errors) for _ in range(4)))


def labels(axis):
    return [text.get_text() for text in axis.get_legend().get_texts()]


# --- Training -----------------------------------------------------------------------------------


def test_the_training_curve_shows_decibels_over_thousands_of_images():
    figure = curves.training_curve({"net": RECORD})
    (axis,) = figure.axes
    np.testing.assert_allclose(axis.lines[0].get_xydata(), [[0.1, 10], [0.2, 20]])
    np.testing.assert_allclose(axis.lines[1].get_ydata(), [10, 16.9897], atol=1e-4)
    assert [line.get_linestyle() for line in axis.lines] == ["--", "-"]
    assert labels(axis) == ["training", "validation"]
    assert axis.get_xlabel() == "images seen, thousands"
    assert figure.get_suptitle().endswith("validation ends at: net 17.0 dB")


def test_two_trainings_share_a_figure_and_a_squared_error_is_preferred_to_the_loss():
    figure = curves.training_curve({"net": RECORD, "game": ADVERSARIAL})
    (axis,) = figure.axes
    np.testing.assert_allclose(axis.lines[2].get_xydata(), [[2, 10], [4, 20], [6, 30]])
    np.testing.assert_allclose(axis.lines[3].get_ydata(), [10, 16.9897, 26.9897], atol=1e-4)
    assert labels(axis) == ["net, training", "net, validation", "game, training",
                            "game, validation"]  # fmt: skip
    colours = [line.get_color() for line in axis.lines]
    assert colours[0] == colours[1] != colours[2] == colours[3]
    assert "net 17.0 dB, game 27.0 dB" in figure.get_suptitle()


def test_only_a_squared_error_is_drawn_in_decibels():
    with pytest.raises(ValueError, match="loss of the training is 'absolute error, hole': only a"):
        curves.training_curve({"net": RECORD | {"loss": "absolute error, hole"}})


def test_every_term_of_a_loss_has_a_panel_and_its_references():
    terms = {
        "verdict": ("verdict, nats", {"log 2": np.log(2), "log 4": np.log(4)}),
        "squared_error": ("squared error", {}),
    }
    figure = curves.loss_terms(ADVERSARIAL, terms)
    above, below = figure.axes
    np.testing.assert_allclose(above.lines[0].get_xydata(), [[2, 0.7], [4, 0.9], [6, 1.25]])
    references = [line.get_ydata()[0] for line in above.lines[1:]]
    np.testing.assert_allclose(references, [np.log(2), np.log(4)])
    assert [text.get_text() for text in above.texts] == ["log 2", "log 4"]
    np.testing.assert_allclose(below.lines[0].get_ydata(), [0.1, 0.01, 0.001])
    assert len(below.lines) == 1
    assert [axis.get_title("left") for axis in figure.axes] == ["verdict, nats", "squared error"]
    assert below.get_xlabel() == "images seen, thousands"
    assert "verdict, nats ends at 1.25; squared error ends at 0.001" in figure.get_suptitle()


# --- Methods ------------------------------------------------------------------------------------


def test_the_comparison_draws_the_estimates_the_best_on_top():
    scores = {"good": scores_of(0.01, 0.02), "bad": scores_of(0.1, 0.3)}
    figure = curves.psnr_comparison(scores)
    (axis,) = figure.axes
    assert [label.get_text() for label in axis.get_yticklabels()] == ["bad", "good"]
    estimates = [metrics.psnr_of_mean(scores[name].squared_error) for name in ("bad", "good")]
    for height, (container, text, estimate) in enumerate(
        zip(axis.containers, axis.texts, estimates, strict=True)
    ):
        point, _, (interval,) = container.lines
        np.testing.assert_allclose(point.get_xydata(), [[estimate.value, height]])
        (ends,) = interval.get_segments()
        np.testing.assert_allclose(ends, [[estimate.low, height], [estimate.high, height]])
        assert text.get_text() == f"{estimate.value:.2f}"
    assert "bad 6.99 dB, good 18.24 dB" in figure.get_suptitle()


def test_a_profile_goes_from_the_rim_inwards():
    profiles = {"a": np.array([0.001, 0.01, 0.1]), "b": np.array([0.01, 0.1, 0.1])}
    figure = curves.hole_profile(profiles)
    (axis,) = figure.axes
    np.testing.assert_allclose(axis.lines[0].get_xydata(), [[1, 30], [2, 20], [3, 10]])
    np.testing.assert_allclose(axis.lines[1].get_ydata(), [20, 10, 10])
    assert labels(axis) == ["a", "b"]
    assert axis.lines[1].get_color() == curves.HOLE
    assert axis.lines[0].get_marker() != axis.lines[1].get_marker()
    assert list(axis.get_xticks()) == [1, 2, 3]
    assert "a from 30.0 to 10.0 dB, b from 20.0 to 10.0 dB" in figure.get_suptitle()


# --- Other quantities ---------------------------------------------------------------------------


def test_a_setting_is_drawn_on_a_logarithmic_axis_with_its_own_values():
    lines = {"PSNR": [17.5, 17.25, 16.0], "mean of samples": [18.0, 18.0, 17.0]}
    figure = curves.versus(lines, [0.001, 0.01, 0.1], ("variance", "PSNR, dB"))
    (axis,) = figure.axes
    assert axis.get_xscale() == "log"
    for line, values in zip(axis.lines, lines.values(), strict=True):
        np.testing.assert_allclose(line.get_xdata(), [0.001, 0.01, 0.1])
        np.testing.assert_allclose(line.get_ydata(), values)
    assert [label.get_text() for label in axis.get_xticklabels()] == ["0.001", "0.01", "0.1"]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("variance", "PSNR, dB")
    assert labels(axis) == list(lines)
    assert figure.get_suptitle() == (
        "PSNR, dB against variance: PSNR from 17.50 to 16.00; mean of samples from 18.00 to 17.00"
    )


def test_a_setting_may_also_have_an_even_axis():
    figure = curves.versus({"a": [1.0, 2.0]}, [4, 8], ("side", "PSNR, dB"), scale="linear")
    assert figure.axes[0].get_xscale() == "linear"
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["4", "8"]


def test_bars_are_sorted_and_those_above_the_threshold_counted():
    values = np.array([[0.2, 3.0, 0.05], [1.0, 0.0, 0.05]])
    figure = curves.sorted_bars(values, "divergence, nats", 0.05)
    (axis,) = figure.axes
    np.testing.assert_array_equal([bar.get_height() for bar in axis.patches],
                                  [3, 1, 0.2, 0.05, 0.05, 0])  # fmt: skip
    assert axis.lines[0].get_ydata()[0] == 0.05
    assert axis.get_title("right") == "3 of 6 above 0.05"
    assert figure.get_suptitle() == "divergence, nats: 3 of 6 values above 0.05"


# --- All of them --------------------------------------------------------------------------------

EXAMPLES = {
    "training_curve": lambda: curves.training_curve({"net": RECORD}),
    "loss_terms": lambda: curves.loss_terms(ADVERSARIAL, {"verdict": ("verdict", {})}),
    "psnr_comparison": lambda: curves.psnr_comparison({"net": scores_of(0.01, 0.02)}),
    "hole_profile": lambda: curves.hole_profile({"net": np.array([0.01, 0.1])}),
    "versus": lambda: curves.versus({"net": [1.0, 2.0]}, [1, 10], ("setting", "quantity")),
    "sorted_bars": lambda: curves.sorted_bars(np.arange(5.0), "value", 2.5),
}


def test_no_figure_is_forgotten_here():
    own = inspect.getmembers(curves, inspect.isfunction)
    public = {n for n, f in own if f.__module__ == curves.__name__ and not n.startswith("_")}
    assert public == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_figure_describes_itself_and_a_quick_run_is_marked(name, monkeypatch):
    figure = EXAMPLES[name]()
    assert isinstance(figure, plt.Figure)
    assert len(figure.get_suptitle()) > 20
    assert "quick run" not in [text.get_text() for text in figure.texts]
    figure.canvas.draw()  # every glyph is there and everything finds room
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    assert "quick run" in [text.get_text() for text in EXAMPLES[name]().texts]
