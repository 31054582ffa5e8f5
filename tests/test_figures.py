import matplotlib.pyplot as plt
import numpy as np
import pytest

from inpainting_guide import figures, holes, protocol


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def shown(figure):
    """List the images of a figure, row by row, as they were given."""
    return [axis.images[0].get_array() for axis in figure.axes if axis.images]


def test_a_contact_sheet_shows_the_very_pixels(photographs):
    figure = figures.contact_sheet({"a": photographs[:3], "b": 1 - photographs[:3]}, list("xyz"))
    expected = np.concatenate([photographs[:3], 1 - photographs[:3]])
    np.testing.assert_array_equal(shown(figure), expected)
    assert [axis.get_xlabel() for axis in figure.axes if axis.get_xlabel()] == list("xyz")
    assert [axis.get_title("left") for axis in figure.axes if axis.get_title("left")] == ["a", "b"]
    assert figure.get_suptitle() == "3 images a row; from top to bottom: a, b"


def test_values_outside_the_range_are_clipped_not_rescaled(photographs):
    figure = figures.contact_sheet({"a": 3 * photographs[:1] - 1})
    np.testing.assert_array_equal(shown(figure), np.clip(3 * photographs[:1] - 1, 0, 1))


def test_a_fill_sheet_stands_between_the_question_and_the_answer(photographs):
    task = protocol.task(photographs, seed=0)
    fills = {"black": np.zeros_like(photographs), "white": np.ones_like(photographs)}
    figure = figures.fill_sheet(task, fills, [7, 2], ["seven", "two"])
    rows = [task.incomplete, fills["black"], fills["white"], photographs]
    np.testing.assert_array_equal(shown(figure), np.concatenate([row[[7, 2]] for row in rows]))
    titles = [axis.get_title("left") for axis in figure.axes if axis.get_title("left")]
    assert titles == ["incomplete", "black", "white", "photograph"]
    assert "incomplete, black, white, photograph" in figure.get_suptitle()
    assert [axis.get_xlabel() for axis in figure.axes if axis.get_xlabel()] == ["seven", "two"]


def test_the_photographs_stand_below_every_family(photographs):
    task = protocol.task(photographs, seed=0)
    fills = {name: np.full_like(photographs, grey) for name, grey in (("a", 0.1), ("b", 0.2))}
    figure = figures.fill_sheet(task, fills, [3], families={"a": "dark", "b": "light"})
    rows = [task.incomplete, fills["a"], photographs, fills["b"], photographs]
    np.testing.assert_array_equal(shown(figure), [row[3] for row in rows])
    assert figure.get_suptitle().endswith(": incomplete, a, photograph, b, photograph")


def test_without_a_choice_every_sheet_of_a_task_shows_the_same_six(photographs):
    task = protocol.task(photographs, seed=0)
    one, two = (
        shown(figures.fill_sheet(task, {name: fill}))
        for name, fill in (("a", photographs), ("b", 1 - photographs))
    )
    assert len(one) == len(two) == 3 * figures.COLUMNS
    np.testing.assert_array_equal(one[-6:], two[-6:])
    assert len({image.tobytes() for image in one[-6:]}) == 6
    np.testing.assert_array_equal(1 - np.array(one[6:12]), two[6:12])


def test_heat_maps_share_one_scale(rng):
    grids = {"left": rng.random((3, 4)), "right": 5 + rng.random((3, 4))}
    figure = figures.heat_maps(grids, "error, dB")
    drawn = [axis for axis in figure.axes if axis.images]
    assert [axis.get_title() for axis in drawn] == ["left", "right"]
    for axis, grid in zip(drawn, grids.values(), strict=True):
        np.testing.assert_array_equal(axis.images[0].get_array(), grid)
        assert axis.images[0].get_clim() == (grids["left"].min(), grids["right"].max())
    assert figure.axes[-1].get_xlabel() == "error, dB"  # of the colour bar
    ends = f"left from {grids['left'].min():.3g} to {grids['left'].max():.3g}"
    assert figure.get_suptitle().startswith(f"error, dB, by row and column: {ends}; right from 5")


def test_rows_and_columns_of_a_heat_map_can_have_other_numbers(rng):
    figure = figures.heat_maps({"": rng.random((3, 3))}, "error, dB", (0, 4, 8))
    ticks = figure.axes[0].get_xticklabels(), figure.axes[0].get_yticklabels()
    assert [[tick.get_text() for tick in side] for side in ticks] == [["0", "4", "8"]] * 2


def test_every_figure_describes_itself_and_a_quick_run_is_marked(photographs, monkeypatch):
    task = protocol.Task(photographs, holes.random_square(12, np.random.default_rng(0)))

    def draw():
        return [
            figures.contact_sheet({"cars": photographs[:2]}),
            figures.fill_sheet(task, {"harmonic": photographs}),
            figures.heat_maps({"": np.eye(3)}, "share, %"),
            figures.finish(plt.figure(), "an empty sheet"),
        ]

    for figure, part in zip(draw(), ("cars", "harmonic", "share", "empty"), strict=True):
        assert part in figure.get_suptitle()
        assert not figure._suptitle.get_visible()
        assert not figure.texts or all("quick" not in text.get_text() for text in figure.texts)
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    for figure in draw():
        assert "quick run" in [text.get_text() for text in figure.texts]


def test_influence_maps_are_relative_and_tell_their_share_on_known_pixels(rng):
    location_map = holes.square(10, 8)[0, ..., 0]
    maps = {"a": [np.ones((32, 32)), 2 * rng.random((32, 32))], "b": [location_map, location_map]}
    pixels = {"centre": (15, 14), "rim": (10, 14)}
    figure = figures.influence_maps(maps, location_map, pixels)
    panels = [axis for axis in figure.axes if axis.images]
    assert [axis.get_xlabel() for axis in panels[:2]] == ["86 % known", "100 % known"]
    assert all(axis.images[0].get_array().max() == 1 for axis in panels)
    frame = panels[0].patches[0]
    assert (*frame.get_xy(), frame.get_width(), frame.get_height()) == (7.5, 9.5, 12, 12)
    assert [float(panels[2].lines[0].get_xdata()[0]), panels[2].lines[0].get_ydata()[0]] == [14, 10]
    assert "a, centre, 86 % known" in figure.get_suptitle()
    with pytest.raises(ValueError, match=r"0 maps: expected at least 1"):
        figures.influence_maps({}, location_map, pixels)
