"""A number in a few decimal digits, straight from its binary fraction: to the nearest, or to the safe side of a bound.

No precision of mpmath takes part, the caller's least of all.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any

from analytics.evaluation.mpmath_types import Stored

SMALLEST_FIXED = -6
"""Numbers below 10**SMALLEST_FIXED are written with an exponent."""


def rounded(value: Stored | Fraction, digits: int, direction: str = ROUND_HALF_EVEN) -> Decimal:
    """A fraction, or a real number of mpmath, to `digits` digits, rounded once."""
    if not isinstance(value, Fraction):
        _, mantissa, exponent, _ = value._mpf_
        if not mantissa and exponent:
            return Decimal(str(value).replace("+", "").strip())
        value = fraction(value)
    context = Context(prec=digits, rounding=direction, Emin=-(10**17), Emax=10**17)
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


def fraction(number: Stored) -> Fraction:
    """A finite real number of mpmath, exactly."""
    sign, mantissa, exponent, _ = number._mpf_
    size = Fraction(int(mantissa) << max(int(exponent), 0), 1 << max(-int(exponent), 0))
    return -size if sign else size


def upper(value: Stored | Fraction, digits: int = 3) -> str:
    """An upper bound as text, no smaller than it is."""
    return f"{rounded(value, digits, ROUND_CEILING).normalize():g}"


def lower(value: Stored | Fraction, digits: int = 3) -> str:
    """A lower bound as text, no larger than it is."""
    return f"{rounded(value, digits, ROUND_FLOOR).normalize():g}"


def decimal(value: Any, digits: int) -> str:
    """A real mpmath number as text of exactly `digits` significant digits, correctly rounded.

    Positional where that shows nothing but significant digits, otherwise with an exponent; zero is 0.000...
    """
    number = rounded(value, digits)
    if not number.is_finite():
        return f"{number}".lower()
    if number == 0:
        return "0." + "0" * (digits - 1) if digits > 1 else "0"
    mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
    power = int(exponent)
    if power < SMALLEST_FIXED or power >= digits:
        return f"{mantissa}e{power}"
    sign = "-" if mantissa.startswith("-") else ""
    figures = mantissa.lstrip("-").replace(".", "")
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{figures}"
    whole, part = figures[: power + 1], figures[power + 1 :]
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def brief(value: Stored | Fraction, digits: int = 3) -> str:
    """A real mpmath number for a table: few digits, an exponent where it is small or large."""
    number = rounded(value, digits)
    if number == 0 or not number.is_finite():
        return str(number).lower() if number else "0"
    return f"{number.normalize():g}" if -3 < number.adjusted() < 5 else f"{number:.{digits - 1}e}"
