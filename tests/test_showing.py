"""What a page shows of code and tables: on the site, in a notebook, in a terminal."""

import sys
import types
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from inpainting_guide import networks
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.networks import blocks, cvae
from inpainting_guide.pages import showing

ROWS = {
    "U-Net": {"psnr": Quantity(17.5, "dB", 17.25, 17.75), "parameters": 318_659},
    "a <long> name": {"psnr": Quantity(-0.5, "dB"), "share": "1 & 2"},
}
TITLES = {"parameters": "parameters", "psnr": "PSNR, dB"}


@pytest.fixture
def building(tmp_path, monkeypatch):
    """As in a build of the site; returns what waits to be put on the page."""
    monkeypatch.setenv("INPAINTING_GUIDE_RESULTS", str(tmp_path))
    monkeypatch.setattr(showing, "pending", [])
    return showing.pending


@pytest.fixture
def notebook(monkeypatch):
    """As in a notebook; returns what is displayed."""
    displayed = []

    def display(formats, raw):
        assert raw
        displayed.append(formats)

    monkeypatch.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
    ours = types.SimpleNamespace(display=display)
    monkeypatch.setitem(sys.modules, "IPython.display", ours)
    return displayed


# --- Code ---------------------------------------------------------------------------------------


def test_a_listing_is_the_source_without_its_docstring():
    listed = showing.listing(networks.direct_cnn)
    assert listed.startswith(
        "def direct_cnn(size=SIZE):\n    arguments.side(size)\n    inputs = keras.Input("
    )
    assert listed.endswith('return keras.Model(inputs, outputs, name="direct_cnn")')
    assert "Parameters" not in listed
    assert "# The normalisation subtracts" in showing.listing(blocks.convolve)


def test_a_method_is_listed_without_its_indentation():
    assert showing.listing(cvae.ConditionalVAE.decode).startswith("def decode(self")


def test_what_has_no_docstring_is_listed_whole():
    assert showing.listing(test_a_method_is_listed_without_its_indentation).count("\n") == 1


def test_code_is_printed_in_a_terminal(capsys):
    showing.show_code(blocks.double, blocks.convolve)
    listed = [showing.listing(function) for function in (blocks.double, blocks.convolve)]
    assert capsys.readouterr().out == "\n\n\n".join(listed) + "\n"


def test_code_is_a_block_of_the_page(building, capsys):
    showing.show_code(blocks.double)
    (block,) = building
    first, empty, *lines = block.removesuffix("\n").split("\n")
    assert (first, empty) == (".. code-block:: python", "")
    source = [line.removeprefix("    ") for line in lines]
    assert "\n".join(source) == showing.listing(blocks.double)
    assert capsys.readouterr().out == ""


def test_code_is_coloured_in_a_notebook(notebook, capsys):
    showing.show_code(blocks.double)
    source = showing.listing(blocks.double)
    assert notebook == [{"text/plain": source, "text/markdown": f"```python\n{source}\n```"}]
    assert capsys.readouterr().out == ""


# --- Tables as text -----------------------------------------------------------------------------


def test_a_table_is_aligned_and_may_have_gaps():
    titles = {"psnr": "psnr", "parameters": "parameters", "share": "share"}
    assert showing.as_text(ROWS, titles).splitlines() == [
        "                                 psnr  parameters  share",
        "U-Net          17.50 (17.25 to 17.75)     318,659",
        "a <long> name                   −0.50              1 & 2",
    ]


def test_a_table_may_show_some_columns_under_other_titles_in_another_order():
    assert showing.as_text(ROWS, TITLES).splitlines() == [
        "               parameters                PSNR, dB",
        "U-Net             318,659  17.50 (17.25 to 17.75)",
        "a <long> name                               −0.50",
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [(12_345, "12,345"), (np.int64(12_345), "12,345"), (0.61234, "0.612"), ("as it is", "as it is"),
     (np.float32(0.61234), "0.612"), (-3, "−3"), (Quantity(0.567, "share"), "57 %")],
)  # fmt: skip
def test_a_number_in_a_table_has_the_digits_that_it_deserves(value, written):
    assert showing.as_text({"a": {"x": value}}, {"x": "x"}).split() == ["x", "a", *written.split()]
    cell = ET.fromstring(showing.as_html({"a": {"x": value}}, {"x": "x"})).find("tbody/tr/td")
    assert cell.text == written


def test_a_table_is_printed_in_a_terminal(capsys):
    showing.show_table(ROWS, TITLES)
    assert capsys.readouterr().out == showing.as_text(ROWS, TITLES) + "\n"


def test_without_titles_all_columns_are_shown_by_their_keys(capsys):
    showing.show_table(ROWS)
    assert capsys.readouterr().out.splitlines()[0].split() == ["psnr", "parameters", "share"]


# --- Tables as HTML -----------------------------------------------------------------------------


def test_a_table_of_the_page_has_headers_intervals_and_plain_numbers_to_sort_by():
    table = ET.fromstring(showing.as_html(ROWS, TITLES | {"share": "shares < 1"}))
    assert (table.tag, table.get("class")) == ("table", "results")
    heads = table.findall("thead/tr/th")
    assert [head.text for head in heads] == ["parameters", "PSNR, dB", "shares < 1"]
    assert {head.get("scope") for head in heads} == {"col"}
    first, second = table.findall("tbody/tr")
    assert [row.find("th").text for row in (first, second)] == list(ROWS)
    assert {row.find("th").get("scope") for row in (first, second)} == {"row"}
    count, psnr, gap = first.findall("td")
    assert (count.text, count.get("data-sort")) == ("318,659", "318659")
    assert (psnr.text.strip(), psnr.get("data-sort")) == ("17.50", "17.5")
    assert psnr.find("small").text == "17.25 to 17.75"
    assert (gap.text, gap.get("data-sort")) == (None, None)
    _, psnr, text = second.findall("td")
    assert (psnr.text, psnr.get("data-sort"), psnr.find("small")) == ("−0.50", "-0.5", None)
    assert (text.text, text.get("data-sort")) == ("1 & 2", None)
    assert len(table.findall("thead/tr/*")) == len(first.findall("*")) == len(second.findall("*"))


@pytest.mark.parametrize("count", [showing.LONG - 1, showing.LONG])
def test_a_long_table_can_be_sorted(count):
    rows = {str(number): {"x": number} for number in range(count)}
    table = ET.fromstring(showing.as_html(rows, {"x": "x"}))
    assert ("sortable" in table.get("class").split()) == (count == showing.LONG)
    assert "results" in table.get("class").split()


def test_a_table_is_html_of_the_page(building, capsys):
    showing.show_table(ROWS, TITLES)
    showing.show_table(ROWS)
    first, second = building
    head, _, *lines = first.removesuffix("\n").split("\n")
    assert head == ".. raw:: html"
    assert all(line.startswith("    ") for line in lines)
    shown = "\n".join(line.removeprefix("    ") for line in lines)
    assert shown == showing.as_html(ROWS, TITLES)
    assert second != first
    assert capsys.readouterr().out == ""


def test_a_table_is_html_in_a_notebook_and_text_where_that_cannot_be_shown(notebook, capsys):
    showing.show_table(ROWS, TITLES)
    expected = {
        "text/html": showing.as_html(ROWS, TITLES),
        "text/plain": showing.as_text(ROWS, TITLES),
    }
    assert notebook == [expected]
    assert capsys.readouterr().out == ""
