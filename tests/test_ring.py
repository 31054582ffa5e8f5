"""The drawing of two workers: all of it is on the sheet, and says what it should."""

from inpainting_guide import pages


def test_all_words_are_on_the_sheet_and_none_overlap():
    figure = pages.who_holds_what()
    figure.canvas.draw()
    sheet = figure.bbox
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in figure.axes[0].texts
        if text.get_text()
    ]
    for words, box in boxes:
        assert sheet.containsx(box.x0), words
        assert sheet.containsx(box.x1), words
        assert sheet.containsy(box.y0), words
        assert sheet.containsy(box.y1), words
    for place, (words, box) in enumerate(boxes):
        assert not [other for other, there in boxes[:place] if box.overlaps(there)], words


def test_it_is_described_for_those_who_cannot_see_it():
    description = pages.who_holds_what().get_suptitle()
    assert "arrows go both ways" in description
    assert "No image and no weight is sent" in description
