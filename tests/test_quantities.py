"""Numbers with units: what a reader sees of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inpainting_guide.measuring import quantities
from inpainting_guide.measuring.quantities import Quantity


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.61234, "", "0.612"),
        (0.00314159, "", "0.00314"),
        (0.0, "", "0"),
        (0.9996, "", "1.00"),
        (17.456, "", "17.5"),
        (1538.0, "", "1,540"),
        (-0.0512, "", "−0.0512"),
        (np.inf, "", "inf"),
        (-np.inf, "", "−inf"),
        (16.554, "dB", "16.55"),
        (0.567, "share", "57 %"),
        (318_659, "count", "318,659"),
        (12.6, "s", "13"),
        (0.0999, "ms", "0.10"),
        (4.24, "times", "4.2"),
        (3.14, "MB", "3.1"),
    ],
)
def test_a_number_has_the_digits_that_its_unit_deserves(value, unit, written):
    assert str(Quantity(value, unit)) == quantities.written(value, unit) == written


def test_an_interval_is_written_like_its_value():
    assert Quantity(20.123, "dB", 19.5, 20.755).interval == "19.50 to 20.75"
    assert Quantity(0.53, "share", 0.5, 0.561).interval == "50 % to 56 %"
    assert Quantity(-1.5, "dB", -2, -1).interval == "−2.00 to −1.00"
    assert Quantity(1.0).interval == ""
    assert str(quantities.Range(-0.018, 12, "dB")) == "−0.02 to 12.00"


def test_a_difference_is_written_with_its_sign():
    assert Quantity(1.3, "dB").signed == "+1.30"
    assert Quantity(-0.018, "dB").signed == "−0.02"
    assert Quantity(0.0).signed == "0"
    assert Quantity(0.0, "dB", -0.021, 0.02).signed_interval == "−0.02 to +0.02"
    assert Quantity(0.0).signed_interval == ""
    assert str(Quantity(-0.0004, "dB")) == "0.00"
    assert Quantity(-0.0004, "dB").signed == "0.00"


@given(st.floats(1e-6, 1e9))
def test_three_digits_are_right_to_half_of_the_last(value):
    found = float(str(Quantity(value)).replace(",", ""))
    assert found == pytest.approx(value, rel=5.01e-3)


def test_quantities_of_one_unit_are_subtracted():
    assert Quantity(3.0, "dB", 2.0, 4.0) - Quantity(1.0, "dB") == Quantity(2.0, "dB")
    with pytest.raises(ValueError, match="'dB' minus 'share': expected two of one unit"):
        Quantity(3.0, "dB") - Quantity(0.5, "share")


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="no unit 'seconds': choose one of '', 'dB', 'share'"):
        Quantity(1.0, "seconds")
