"""A number in a few decimal digits, straight from its binary fraction: to the nearest, or to the safe side of a bound.

No precision of mpmath takes part, the caller's least of all.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any


def rounded(value: Any, digits: int, direction: str = ROUND_HALF_EVEN) -> Decimal:
    """A fraction, or a real number of mpmath, to `digits` digits, rounded once."""
    if not isinstance(value, Fraction):
        _, mantissa, exponent, _ = value._mpf_
        if not mantissa and exponent:
            return Decimal(str(value).replace("+", "").strip())
        value = fraction(value)
    context = Context(prec=digits, rounding=direction, Emin=-(10**17), Emax=10**17)
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


def fraction(number: Any) -> Fraction:
    """A finite real number of mpmath, exactly."""
    sign, mantissa, exponent, _ = number._mpf_
    size = Fraction(int(mantissa) << max(int(exponent), 0), 1 << max(-int(exponent), 0))
    return -size if sign else size


def upper(value: Any, digits: int = 3) -> str:
    """An upper bound as text, no smaller than it is."""
    return f"{rounded(value, digits, ROUND_CEILING).normalize():g}"


def lower(value: Any, digits: int = 3) -> str:
    """A lower bound as text, no larger than it is."""
    return f"{rounded(value, digits, ROUND_FLOOR).normalize():g}"
