import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.pages import figures, trade_off

AXES = ("PSNR, dB", "distance × 1000")


def point(right, up):
    return (
        Quantity(right, "dB", right - 0.1, right + 0.2),
        Quantity(up, "", 0.9 * up, 1.2 * up),
    )


def draw(places, kinds=("classical", "adversarial")):
    points = {f"method {number}": point(*place) for number, place in enumerate(places)}
    families = {name: kinds[n % len(kinds)] for n, name in enumerate(points)}
    return trade_off.draw(points, families, 5.0, AXES)


def labels(figure):
    (axis,) = figure.axes
    return [text for text in axis.texts if text.get_text().startswith("method")]


def test_every_method_is_a_point_with_two_intervals_and_a_label_in_its_colour():
    figure = draw([(18, 30), (20, 25), (19, 8)])
    (axis,) = figure.axes
    for container, (x, y) in zip(axis.containers, [(18, 30), (20, 25), (19, 8)], strict=True):
        marker, _, bars = container.lines
        np.testing.assert_allclose(marker.get_xydata(), [[x, y]])
        across, upwards = (bar.get_segments()[0] for bar in bars)
        np.testing.assert_allclose(across, [[x - 0.1, y], [x + 0.2, y]])
        np.testing.assert_allclose(upwards, [[x, 0.9 * y], [x, 1.2 * y]])
    colours = [container.lines[0].get_color() for container in axis.containers]
    assert colours == [figures.INK, figures.HOLE, figures.INK]
    assert {t.get_text(): t.get_color() for t in labels(figure)} == {
        f"method {n}": colour for n, colour in enumerate(colours)
    }
    (floor,) = [line for line in axis.lines if line.get_linestyle() == ":"]
    assert floor.get_ydata()[0] == 5
    assert (axis.get_xlabel(), axis.get_ylabel(), axis.get_yscale()) == (*AXES, "log")
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["classical", "adversarial"]
    title = figure.get_suptitle()
    assert title.startswith("distance × 1000 against PSNR, dB: method 0 18.00, 30; method 1")
    assert title.endswith("photographs 5")


@settings(deadline=None, max_examples=8)
@given(st.lists(st.tuples(st.floats(17, 21), st.floats(8, 40)), min_size=2, max_size=18))
def test_no_label_lies_on_another_or_on_a_point(places):
    figure = draw(places)
    figure.draw_without_rendering()
    (axis,) = figure.axes
    boxes = [text.get_window_extent() for text in labels(figure)]
    points = axis.transData.transform(places)
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:number])
        assert not any(box.contains(*place) for place in points)
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1
    plt.close(figure)


def test_a_label_far_from_its_point_has_a_line_to_it():
    crowded = [(19, 20)] * 6
    lines = [text for text in draw(crowded).axes[0].texts if text.get_text() == ""]
    assert lines
    assert not [text for text in draw([(18, 9), (20, 30)]).axes[0].texts if text.get_text() == ""]


def test_methods_without_a_family_that_is_known_are_refused():
    with pytest.raises(ValueError, match="no family of a None: choose one of classical, squared"):
        trade_off.draw({"a": point(18, 9)}, {}, 5.0, AXES)
    with pytest.raises(ValueError, match="no family of method 0 'left': choose one of"):
        draw([(18, 9)], kinds=["left"])


def test_a_quick_run_is_marked(monkeypatch):
    assert "quick run" not in [text.get_text() for text in draw([(18, 9), (19, 9)]).texts]
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    assert "quick run" in [text.get_text() for text in draw([(18, 9), (19, 9)]).texts]
