"""A number with its unit and its interval: it stays a number until it is printed.

How many digits a number deserves is a matter of its unit, and stands here alone.
"""

import dataclasses
import math

import numpy as np


@dataclasses.dataclass(frozen=True)
class Quantity:
    """What was measured.

    Attributes
    ----------
    value : float
    unit : str
        One of `UNITS`.
    low, high : float or None
        Ends of the 95 % interval, if there is one.

    Raises
    ------
    ValueError
        If there is no such unit.
    """

    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None

    def __post_init__(self):  # noqa: D105
        _settle(self, "value", "low", "high")

    def __str__(self):
        """Write the value alone, for instance "16.55" or "57 %"."""
        return written(self.value, self.unit)

    @property
    def interval(self):
        """The interval in words, for instance "16.31 to 16.80"; empty if there is none."""
        return "" if self.low is None else str(Range(self.low, self.high, self.unit))

    @property
    def signed(self):
        """The value with its sign: a difference, for instance "+1.30" or "−0.02"."""
        return _signed(self.value, self.unit)

    @property
    def signed_interval(self):
        """The interval of a difference, for instance "−0.02 to +0.03"; empty if there is none."""
        if self.low is None:
            return ""
        return f"{_signed(self.low, self.unit)} to {_signed(self.high, self.unit)}"

    def __sub__(self, other):
        """Subtract another quantity of the same unit; the difference has no interval."""
        if self.unit != other.unit:
            raise ValueError(f"{self.unit!r} minus {other.unit!r}: expected two of one unit.")
        return Quantity(self.value - other.value, self.unit)


@dataclasses.dataclass(frozen=True)
class Range:
    """The smallest and the largest of some numbers, for instance of what several seeds came to.

    Attributes
    ----------
    least, most : float
    unit : str
        One of `UNITS`.

    Raises
    ------
    ValueError
        If there is no such unit.
    """

    least: float
    most: float
    unit: str = ""

    def __post_init__(self):  # noqa: D105
        _settle(self, "least", "most")

    def __str__(self):
        """Write both ends, for instance "16.25 to 16.29"."""
        return f"{written(self.least, self.unit)} to {written(self.most, self.unit)}"


def _settle(quantity, *names):
    """Check the unit, and make the numbers of those names floats: of NumPy's, JSON knows one."""
    if quantity.unit not in UNITS:
        raise ValueError(
            f"no unit {quantity.unit!r}: choose one of {', '.join(map(repr, UNITS))}, or add it."
        )
    for name in names:
        if (number := getattr(quantity, name)) is not None:
            object.__setattr__(quantity, name, float(number))


def _signed(value, unit):
    text = written(value, unit)
    return f"+{text}" if value > 0 and text != written(0, unit) else text


def written(value, unit=""):
    """Write a number with the digits that its unit deserves.

    Parameters
    ----------
    value : float
    unit : str
        One of `UNITS`.

    Returns
    -------
    str
        With a minus sign, not a hyphen, if it is negative; without, if it is rounded to zero.
    """
    text = UNITS[unit](value)
    rounded_away = math.isfinite(value) and not any(digit in text for digit in "123456789")
    return text.removeprefix("-") if rounded_away else text.replace("-", "−")


def plain(results):
    """Turn quantities and ranges, wherever they stand, into what JSON can hold.

    Parameters
    ----------
    results : dict, list, or anything that JSON can hold

    Returns
    -------
    dict, list, or anything that JSON can hold
        A quantity or a range as a dict of its attributes.
    """
    if isinstance(results, Quantity | Range):
        return plain(dataclasses.asdict(results))
    if isinstance(results, dict):
        return {key: plain(value) for key, value in results.items()}
    if isinstance(results, list | tuple):
        return [plain(value) for value in results]
    return results.item() if isinstance(results, np.generic) else results


def revive(content):
    """Make quantities and ranges again of what `plain` made of them.

    Parameters
    ----------
    content : dict, list, or anything that JSON can hold

    Returns
    -------
    dict, list, or anything that JSON can hold
        The same, with a quantity for every dict of a quantity's attributes, and so for ranges.
    """
    if isinstance(content, dict):
        for kind in (Quantity, Range):
            if content.keys() == {field.name for field in dataclasses.fields(kind)}:
                return kind(**content)
        return {key: revive(value) for key, value in content.items()}
    return [revive(value) for value in content] if isinstance(content, list) else content


def _digits(count):
    """Write numbers with so many digits, counted from the first that is not 0."""

    def write(value):
        if not value or not math.isfinite(value):
            return f"{value:g}"
        value = float(f"{value:.{count - 1}e}")
        return f"{value:,.{max(0, count - 1 - math.floor(math.log10(abs(value))))}f}"

    return write


UNITS = {
    "": _digits(3),
    "dB": "{:.2f}".format,
    "share": lambda share: f"{100 * share:.0f} %",
    "count": "{:,.0f}".format,
    "s": "{:,.0f}".format,
    "ms": _digits(2),
    "times": _digits(2),
    "MB": "{:.1f}".format,
}
"""The units, and how a number of each is written.

No unit at all: a ratio, a distance, a correlation, nats. Of times a tenth is noise.
"""
