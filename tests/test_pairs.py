"""Small pictures of a failure beside its control."""

import numpy as np
import pytest

from inpainting_guide.data import holes
from inpainting_guide.pages import pairs


@pytest.fixture
def fills(photographs):
    """Fills of which the fifth differ most."""
    control = photographs.copy()
    failure = photographs + np.float32(0.01)
    failure[4] += 2
    return {"failed": failure, "mended": control}


def shown(figure):
    return [axis.images[0].get_array() for axis in figure.axes]


def test_the_image_is_shown_in_which_failure_and_control_differ_most(fills):
    figure = pairs.close_ups(fills)
    np.testing.assert_array_equal(shown(figure), [np.ones((32, 32, 3)), fills["mended"][4]])
    assert [axis.get_title("left") for axis in figure.axes] == ["failed", "mended"]
    chosen = shown(pairs.close_ups(fills, index=2))
    np.testing.assert_array_equal(chosen[1], fills["mended"][2])


@pytest.mark.parametrize(
    ("top", "left", "rows", "columns"),
    [
        (10, 8, slice(5, 27), slice(3, 25)),
        (0, 20, slice(0, 22), slice(10, 32)),  # at the corner: as large, moved into the image
    ],
)
def test_a_square_around_the_hole_is_enlarged(fills, top, left, rows, columns):
    location_map = holes.square([top] * 12, [left] * 12)
    figure = pairs.close_ups(fills, location_map, index=3)
    np.testing.assert_array_equal(shown(figure)[1], fills["mended"][3])
    for axis in figure.axes:
        assert axis.get_xlim() == (columns.start - 0.5, columns.stop - 0.5)
        assert axis.get_ylim() == (rows.stop - 0.5, rows.start - 0.5)
        corners = [line.get_xydata() for line in axis.lines]
        assert len(corners) == 4
        middle = np.mean(corners, axis=(0, 1))
        np.testing.assert_allclose(middle, (left + 5.5, top + 5.5), atol=1e-6)


def test_samples_stand_below_one_another(photographs):
    same = np.stack([photographs, photographs])
    other = np.stack([photographs, 1 - photographs])
    figure = pairs.close_ups({"same": same, "other": other}, index=1)
    expected = [same[0, 1], same[1, 1], other[0, 1], other[1, 1]]
    np.testing.assert_array_equal(shown(figure), expected)
    assert [axis.get_title("left") for axis in figure.axes] == ["same", "", "other", ""]


def test_grey_is_shown_as_grey_on_the_scale_of_colours():
    grey = np.full((1, 8, 8, 1), 0.25, np.float32)
    figure = pairs.close_ups({"a": grey, "b": grey})
    np.testing.assert_array_equal(shown(figure)[0], np.full((8, 8, 3), 0.25))


def test_two_trainings_are_drawn_on_one_scale():
    rising = {"history": {"loss": [0.1, 0.01], "val_loss": [0.1, 0.1]}}
    rising["loss"] = "squared error, hole"
    figure = pairs.small_curves({"frozen": rising, "fresh": rising})
    first, second = figure.axes
    assert first.get_ylim() == second.get_ylim()
    training, validation = first.lines
    np.testing.assert_allclose(training.get_ydata(), [10, 20])
    np.testing.assert_allclose(validation.get_ydata(), [10, 10])
    assert training.get_linestyle() == "--"
    assert validation.get_linestyle() == "-"


@pytest.mark.parametrize("draw", [pairs.close_ups, pairs.small_curves])
def test_a_failure_needs_its_control(draw):
    with pytest.raises(ValueError, match="1 columns: expected two, the failure and its control"):
        draw({"alone": None})
