from inpainting_guide import metrics, reporting

ROW = {"psnr_of_mean": metrics.Estimate(20.123, 19.5, 20.75), "l1": metrics.Estimate(0.1, 0, 1)}


def test_numbers_for_prose_have_the_places_of_their_measure():
    quoted = reporting.quotable(ROW | {"weak": metrics.Estimate(0.9, 0.8, 1), "raw": ROW["l1"]})
    assert quoted["psnr_of_mean"] == "20.12"
    assert quoted["psnr_of_mean_interval"] == "19.50 to 20.75"
    assert (quoted["l1"], quoted["weak"], quoted["raw"]) == ("0.100", "0.90", "0.1")


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
