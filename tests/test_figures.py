import matplotlib.pyplot as plt
import numpy as np
import pytest

from inpainting_guide import classical, figures, protocol

RECORD = {"images": 200, "history": {"loss": [0.1, 0.01], "val_loss": [0.1, 0.02]}}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_a_contact_sheet_shows_the_very_pixels(photographs):
    figure = figures.contact_sheet({"a": photographs[:3], "b": 1 - photographs[:3]}, list("xyz"))
    shown = [axis.images[0].get_array() for axis in figure.axes if axis.images]
    np.testing.assert_array_equal(shown, np.concatenate([photographs[:3], 1 - photographs[:3]]))
    assert [axis.get_xlabel() for axis in figure.axes if axis.get_xlabel()] == list("xyz")


def test_every_figure_describes_itself_and_a_quick_run_is_marked(photographs, monkeypatch):
    scores = {"harmonic": protocol.measure(classical.harmonic, protocol.test()[:5])}

    def draw():
        return [
            figures.contact_sheet({"cars": photographs[:2]}),
            figures.training_curve(RECORD),
            figures.psnr_comparison(scores),
            figures.hole_profile({"harmonic": np.array([0.01, 0.1])}),
            figures.heat_map(np.eye(3), "share, %"),
        ]

    for figure, part in zip(
        draw(), ("cars", "17.0 dB", "harmonic", "20.0 to 10.0 dB", "share"), strict=True
    ):
        assert part in figure.get_suptitle()
        assert not figure.texts or all("quick" not in text.get_text() for text in figure.texts)
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    for figure in draw():
        assert "quick run" in [text.get_text() for text in figure.texts]


def test_the_training_curve_shows_decibels_over_thousands_of_images():
    axis = figures.training_curve(RECORD).axes[0]
    np.testing.assert_allclose(axis.lines[0].get_xydata(), [[0.1, 10], [0.2, 20]])
    np.testing.assert_allclose(axis.lines[1].get_ydata(), [10, 16.9897], atol=1e-4)
