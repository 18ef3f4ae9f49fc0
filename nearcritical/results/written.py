"""Numbers and records as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.evaluation.decimals import brief, decimal, fraction, upper

if TYPE_CHECKING:
    from analytics.balls.enclosure import Enclosure

Record = dict[str, Any]
"""Names and their values: text, numbers, lists and records, as JSON has them."""

SPARE = 5
"""Digits shown beyond those that a result is good for."""


def json_text(record: object) -> str:
    """JSON with a line end, its letters as they are."""
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def texts(values: Mapping[Any, object]) -> dict[str, str]:
    """A point, or constants, by name."""
    return {str(name): str(value) for name, value in values.items()}


def text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def number_text(value: Any, digits: int) -> str:
    """A real number, or a complex one as "a + b i", to `digits` significant digits.

    A part of a complex number that is smaller than its modulus by more than these digits counts as 0.
    """
    if not hasattr(value, "_mpc_"):
        return decimal(value, digits)
    least = abs(value) / 10**digits
    return sum_text(
        *(decimal(part, digits) if abs(part) > least else "0" for part in (value.real, value.imag))
    )


def number_parts(value: Any, digits: int) -> Record:
    """The real and the imaginary part of a number, that of a real one being "0"."""
    imaginary = value.imag if hasattr(value, "_mpc_") else 0
    return {"re": decimal(value.real, digits), "im": decimal(imaginary, digits) if imaginary else "0"}


def sum_text(real: str, imaginary: str) -> str:
    """Two parts of a number as "a + b i", or "a" where b is 0."""
    if imaginary == "0":
        return real
    return f"{real} {'-' if imaginary.startswith('-') else '+'} {imaginary.lstrip('-')} i"


def rounded_enclosure(found: Enclosure, digits: int) -> tuple[Record, str]:
    """The midpoint to two digits more than asked for, and a radius around the midpoint as written, rounded upwards."""
    shown = number_parts(found.midpoint, digits + 2)
    parts = (found.midpoint.real, found.midpoint.imag)
    misses = (
        abs(Fraction(Decimal(text)) - fraction(part))  # Python reads no integer of more than 4300 digits
        for text, part in zip((shown["re"], shown["im"]), parts, strict=True)
    )
    return shown, upper(fraction(found.radius) + sum(misses, start=Fraction(0)), 2)


def bound_text(bound: Any) -> str:
    """A bound to two digits, upwards; in a few digits where it bounds nothing."""
    return upper(bound, 2) if bound < 1 else brief(bound)


def digits_left(value: Any, error: Any, most: int) -> int:
    """Significant digits of a number that an error of this size leaves, from 1 to `most`."""
    from mpmath import mp

    if not (value and error):
        return most if value else 1
    return max(1, min(most, int(mp.floor(-mp.log10(abs(error / value))))))


def kept_digits(value: Any, change: Any, most: int) -> int:
    """Significant digits, from 1 to `most`, of which `change` alters the last one by a tenth at most."""
    from mpmath import mp

    if not (value and change):
        return most if value else 1
    last = mp.ceil(mp.log10(abs(change))) + 1
    return max(1, min(most, int(mp.floor(mp.log10(abs(value))) - last + 1)))


def settled_text(value: Any, error: Any) -> str:
    """A number to the digits that its error leaves, at most 12."""
    return decimal(value, digits_left(value, error, 12))
