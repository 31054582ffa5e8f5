import numpy as np
import pytest

from inpainting_guide.data import holes, protocol
from inpainting_guide.pages import figures, sheets


def shown(figure):
    """List the images of a figure, row by row, as they were given."""
    return [axis.images[0].get_array() for axis in figure.axes if axis.images]


def titles(figure, side="left"):
    return [axis.get_title(side) for axis in figure.axes if axis.get_title(side)]


def window(axis):
    """Tell the first and last column and the first and last row that a panel shows."""
    (left, right), (bottom, top) = axis.get_xlim(), axis.get_ylim()
    return left + 0.5, right - 0.5, top + 0.5, bottom - 0.5


def test_a_contact_sheet_shows_the_very_pixels(photographs):
    figure = sheets.contact_sheet({"a": photographs[:3], "b": 1 - photographs[:3]}, list("xyz"))
    expected = np.concatenate([photographs[:3], 1 - photographs[:3]])
    np.testing.assert_array_equal(shown(figure), expected)
    assert [axis.get_xlabel() for axis in figure.axes if axis.get_xlabel()] == list("xyz")
    assert [axis.get_title("left") for axis in figure.axes if axis.get_title("left")] == ["a", "b"]
    assert figure.get_suptitle() == "3 images a row; from top to bottom: a; b"


def test_a_contact_sheet_marks_the_hole_of_every_column(photographs):
    location_map = holes.square([3, 9], [0, 20])
    rows = {"a": photographs[:2], "b": photographs[2:4]}
    figure = sheets.contact_sheet(rows, location_map=location_map)
    left = [min(x for line in axis.lines for x in line.get_xdata()) for axis in figure.axes[:2]]
    np.testing.assert_allclose(left, [-0.5, 19.5], atol=0.5)
    for axis in figure.axes:
        assert len(axis.lines) == (4 if axis.images else 0)
        assert window(axis) == (0, 31, 0, 31) or not axis.images


def test_values_outside_the_range_are_clipped_not_rescaled(photographs):
    figure = sheets.contact_sheet({"a": 3 * photographs[:1] - 1})
    np.testing.assert_array_equal(shown(figure), np.clip(3 * photographs[:1] - 1, 0, 1))


def test_a_fill_sheet_stands_between_the_question_and_the_answer(photographs):
    task = protocol.task(photographs, seed=0)
    fills = {"black": np.zeros_like(photographs), "white": np.ones_like(photographs)}
    figure = sheets.fill_sheet(task, fills, [7, 2], ["seven", "two"])
    rows = [task.incomplete, fills["black"], fills["white"], photographs]
    expected = [row[index] for index in (7, 2) for row in rows for _ in ("whole", "enlarged")]
    np.testing.assert_array_equal(shown(figure), expected)
    assert titles(figure) == ["incomplete", "black", "white", "photograph"]
    assert titles(figure, "right") == ["seven", "two"]
    assert figure.get_suptitle() == (
        "2 images, each whole and its hole enlarged; from top to bottom: incomplete; black; white; "
        "photograph"
    )


@pytest.mark.parametrize(
    ("place", "columns", "rows"),
    [((10, 8), (4, 23), (6, 25)), ((0, 20), (12, 31), (0, 19)), ((20, 0), (0, 19), (12, 31))],
)
def test_each_image_stands_there_whole_and_enlarged(photographs, place, columns, rows):
    task = protocol.Task(photographs[:1], holes.square(*place))
    figure = sheets.fill_sheet(task, {"same": photographs[:1]})
    assert [window(axis) for axis in figure.axes[::2]] == [(0, 31, 0, 31)] * 3
    assert [window(axis) for axis in figure.axes[1::2]] == [(*columns, *rows)] * 3
    for axis in figure.axes:
        assert {line.get_color() for line in axis.lines} == {figures.HOLE}
        assert axis.images[0].get_interpolation() == "nearest"


def test_more_images_than_fit_across_come_one_pair_below_the_other(photographs):
    task = protocol.task(photographs, seed=0)
    figure = sheets.fill_sheet(task, {"same": photographs}, [0, 1, 2], list("abc"))
    assert titles(figure) == ["incomplete", "same", "photograph"] * 2
    assert titles(figure, "right") == list("abc")
    places = np.array([axis.get_position().bounds for axis in figure.axes])
    assert (places[:, :2] >= 0).all()
    assert (places[:, :2] + places[:, 2:] <= 1).all()
    assert places[-6:, 1].max() < places[:-6, 1].min()
    sides = places[:, 2:] * figure.get_size_inches()
    np.testing.assert_allclose(sides, sides[0, 0])  # squares, all as large


def test_without_a_choice_every_sheet_of_a_task_shows_the_same_cars(photographs):
    task = protocol.task(photographs, seed=0)
    one, two = (
        shown(sheets.fill_sheet(task, {name: fill}))[::2]
        for name, fill in (("a", photographs), ("b", 1 - photographs))
    )
    assert len(one) == len(two) == 3 * sheets.CARS
    np.testing.assert_array_equal(one[2::3], two[2::3])
    assert len({image.tobytes() for image in one[2::3]}) == sheets.CARS
    np.testing.assert_array_equal(1 - np.array(one[1::3]), two[1::3])


def test_a_sheet_of_no_images_is_refused(photographs):
    with pytest.raises(ValueError, match="0 images: expected at least 1"):
        sheets.fill_sheet(protocol.task(photographs, seed=0), {"a": photographs}, [])


def test_before_and_after_show_the_hole_and_both_answers_around_it(photographs):
    task = protocol.Task(photographs[:2], holes.square([10, 3], [8, 4]))
    figure = sheets.before_and_after(task, 1 - photographs[:2], 0, "inverted")
    expected = [task.incomplete[0], photographs[0], 1 - photographs[0]]
    np.testing.assert_array_equal(shown(figure), expected)
    assert titles(figure) == ["incomplete", "photograph", "inverted"]
    around = (4, 23, 6, 25)
    assert [window(axis) for axis in figure.axes] == [(0, 31, 0, 31), around, around]
    width, height = figure.get_size_inches()
    assert width / height == pytest.approx(400 / 280, abs=0.06)  # of a thumbnail
    assert figure.get_suptitle() == (
        "An image with its hole; inverted, enlarged; the photograph, enlarged"
    )


def test_every_sheet_describes_itself_and_a_quick_run_is_marked(photographs, monkeypatch):
    task = protocol.Task(photographs, holes.random_square(12, np.random.default_rng(0)))

    def draw():
        return [
            sheets.contact_sheet({"cars": photographs[:2]}),
            sheets.fill_sheet(task, {"harmonic": photographs}),
            sheets.before_and_after(task, photographs, 0, "U-Net"),
        ]

    for figure, part in zip(draw(), ("cars", "harmonic", "U-Net"), strict=True):
        assert part in figure.get_suptitle()
        assert not figure._suptitle.get_visible()
        assert "quick run" not in [text.get_text() for text in figure.texts]
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    for figure in draw():
        assert "quick run" in [text.get_text() for text in figure.texts]
