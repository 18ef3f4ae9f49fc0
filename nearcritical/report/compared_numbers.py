"""Numbers side by side, each split where it leaves the other, and exact values as a page shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from analytics.evaluation.decimals import decimal

DECIMAL_FRACTION = re.compile(r"(-?\d+)/1(0{4,})")
COMPLEX = re.compile(r"(.+) ([+-]) (.+) i")

Split = tuple[str, str]
"""The leading characters that are shared, and the others."""


def side_by_side(one: str, other: str) -> list[list[Split]]:
    """Both numbers, each as its real and its imaginary part, each part split."""
    pairs = [split(*parts) for parts in zip(_parts(one), _parts(other), strict=True)]
    return [[pair[place] for pair in pairs] for place in (0, 1)]


def beside_exact(measured: str, exact: str) -> Split:
    """A measured number, split where it leaves an exact fraction."""
    figures = len(measured.partition("e")[0].replace(".", "").lstrip("-0"))
    return split(measured, decimal(Fraction(exact), figures))[0]


def split(one: str, other: str) -> tuple[Split, Split]:
    pairs = enumerate(zip(one, other))
    shared = next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
    return (one[:shared], one[shared:]), (other[:shared], other[shared:])


def point_lines(point: Mapping[str, str]) -> list[str]:
    """A point, a line for each value."""
    return [f"{name} = {short_value(value)}" for name, value in point.items()]


def short_value(value: str) -> str:
    """An exact value; a fraction of a large power of ten as a decimal, a small one with its exponent."""
    fraction = DECIMAL_FRACTION.fullmatch(value)
    if fraction is None:
        return value
    number = Decimal(int(fraction[1])).scaleb(-len(fraction[2]))
    return f"{number:f}" if number.adjusted() >= -4 else f"{number.normalize():e}"


def _parts(number: str) -> tuple[str, str]:
    """The real part of a number, and the imaginary one of a complex number with its sign."""
    found = COMPLEX.fullmatch(number)
    return (f"{found[1]} ", f"{found[2]} {found[3]} i") if found else (number, "")
