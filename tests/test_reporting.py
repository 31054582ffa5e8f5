import numpy as np
import pytest

from inpainting_guide import metrics, reporting

ROW = {"psnr_of_mean": metrics.Estimate(20.123, 19.5, 20.75), "l1": metrics.Estimate(0.1, 0, 1)}


def test_numbers_for_prose_have_the_places_of_their_measure():
    quoted = reporting.quotable(ROW | {"weak": metrics.Estimate(0.9, 0.8, 1), "raw": ROW["l1"]})
    assert quoted["psnr_of_mean"] == "20.12"
    assert quoted["psnr_of_mean_interval"] == "19.50 to 20.75"
    assert (quoted["l1"], quoted["weak"], quoted["raw"]) == ("0.100", "0.90", "0.1")


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.00314, "0.0031"), (0.0999, "0.10"), (4.24, "4.2"), (9.96, "10"), (1538, "1,500")],
)
def test_a_number_has_as_many_places_as_it_deserves(value, written):
    assert reporting.rounded(value) == written


def test_what_has_no_two_digits_is_refused():
    for value in (0, -1, np.nan):
        with pytest.raises(ValueError, match="cannot be rounded to 2 digits"):
            reporting.rounded(value)
    assert reporting.per_cent(0.567) == "57 %"


def test_columns_hold_full_precision_and_what_was_not_measured_is_empty():
    columns = reporting.spread_out(ROW, ("psnr_of_mean", "weak"))
    assert columns == {
        "psnr_of_mean": 20.123, "psnr_of_mean_low": 19.5, "psnr_of_mean_high": 20.75,
        "weak": "", "weak_low": "", "weak_high": "",
    }  # fmt: skip


def test_a_table_is_aligned_and_may_have_gaps():
    rows = {"a": {"gain": metrics.Estimate(1, -2, 3), "wins": "50 %"}, "long name": {"wins": "7 %"}}
    assert reporting.table(rows, "+.1f").splitlines() == [
        "                          gain  wins",
        "a          +1.0 (-2.0 to +3.0)  50 %",
        "long name                        7 %",
    ]


def test_a_table_may_show_some_columns_under_other_titles():
    rows = {"a": {"left": "1", "right": "2", "middle": "3"}, "b": {"left": "44"}}
    assert reporting.table(rows, titles={"right": "R", "left": "×"}).splitlines() == [
        "   R   ×",
        "a  2   1",
        "b     44",
    ]
