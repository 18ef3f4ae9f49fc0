"""Grids of exact values: ``F=1e-6:1e-1:50:log`` and ``delta=-0.2:0.2:41`` give 50 x 41 points.

A range of even steps is exact throughout. Of a range by equal ratios the ends are exact and the values between are
decimals of 15 digits, each of them the very value that is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from math import prod

import sympy as sp

from analytics.errors import SweepError
from analytics.evaluation.contexts import kept_context
from analytics.evaluation.decimals import SMALLEST_FIXED, decimal
from analytics.evaluation.values import value_at
from analytics.expressions.grammar import text_of
from analytics.expressions.intervals import sign
from analytics.expressions.parameter import exact_number

OPERATION = "the grid of a sweep"

MOST = 10**6
"""Values of one parameter."""

BETWEEN = 15
"""Digits of the values of a range by equal ratios."""

LONGEST = 40
"""Digits of a value that is written as a decimal."""

FORM = "NAME=FROM:TO:COUNT, NAME=FROM:TO:COUNT:log or NAME=VALUE,VALUE,..."

Point = Mapping[str, str]
"""Exact values by name, as text of the grammar."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter and its values, exact, as text."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Every combination of the values of the axes, the last axis changing first, at fixed values of the rest."""

    axes: tuple[Axis, ...]
    fixed: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        names = self.names
        if not self.axes:
            raise SweepError(OPERATION, "a parameter to go through is needed", "none", f"Give {FORM}.")
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise SweepError(OPERATION, "each parameter is given once", ", ".join(twice), "Leave one out.")

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def size(self) -> int:
        """How many points there are."""
        return prod(self.shape)

    @property
    def names(self) -> tuple[str, ...]:
        """Of all parameters, those of the axes first."""
        return (*(axis.name for axis in self.axes), *(name for name, _ in self.fixed))

    def point(self, place: int) -> dict[str, str]:
        """The point of that number, from 0 on."""
        chosen = {}
        for axis in reversed(self.axes):
            place, index = divmod(place, len(axis.values))
            chosen[axis.name] = axis.values[index]
        return {**dict(reversed(chosen.items())), **dict(self.fixed)}


def grid(ranges: Mapping[str, object], at: Mapping[str, object]) -> Grid:
    """The grid of these ranges, each as text or as a sequence of exact values, with the parameters `at` fixed.

    Raises SweepError for what is no range, GrammarError or ParameterError for a value.
    """
    fixed = (
        (str(name), exact_text(exact_number(value, f"{OPERATION}: {name}"))) for name, value in at.items()
    )
    return Grid(tuple(axis(str(name), given) for name, given in ranges.items()), tuple(fixed))


def axis(name: str, given: object) -> Axis:
    """The values of a parameter: ``"1e-6:1e-1:50:log"``, ``"0:pi:5"``, ``"0,1/3"`` or a sequence."""
    if isinstance(given, str):
        parts = [part.strip() for part in given.split(":")]
        values = _range(name, parts) if len(parts) > 1 else _values(name, given.split(","))
    elif isinstance(given, Iterable):
        values = _values(name, list(given))
    else:
        raise SweepError(OPERATION, f"a range is {FORM}", repr(given), "Write F=1e-6:1e-1:50:log.")
    texts = tuple(map(exact_text, values))
    if len(set(texts)) < len(texts) or not texts:
        raise SweepError(OPERATION, f"{name} needs values, each of them once", repr(given), "Change it.")
    return Axis(name, texts)


def _values(name: str, given: Sequence[object]) -> list[sp.Expr]:
    return [exact_number(value, f"{OPERATION}: {name}") for value in given]


def _range(name: str, parts: Sequence[str]) -> list[sp.Expr]:
    is_log = len(parts) == 4 and parts[3] == "log"
    if not (len(parts) == 3 or is_log) or not all(parts) or not parts[2].isdecimal():
        raise SweepError(OPERATION, f"a range is {FORM}", repr(":".join(parts)), "Write F=1e-6:1e-1:50:log.")
    count = int(parts[2][:9])
    if not 2 <= count <= MOST:
        raise SweepError(OPERATION, f"a range has 2 to {MOST} values", parts[2], "Change their number.")
    start, end = _values(name, parts[:2])
    if start == end or not (start.is_real and end.is_real):
        raise SweepError(
            OPERATION, f"{name} goes between two real numbers", ":".join(parts), "Change the ends."
        )
    if not is_log:
        return [start + (end - start) * sp.Rational(step, count - 1) for step in range(count)]
    if sign(start) != 1 or sign(end) != 1:
        raise SweepError(
            OPERATION, f"{name} has equal ratios between positive ends", ":".join(parts), "Leave log out."
        )
    context = kept_context(2 * BETWEEN)
    first, last = (context.log(context.convert(value_at(each, {}, 2 * BETWEEN))) for each in (start, end))
    steps = (context.exp(first + (last - first) * step / (count - 1)) for step in range(1, count - 1))
    return [start, *(sp.Rational(decimal(value, BETWEEN)) for value in steps), end]


def exact_text(value: sp.Expr) -> str:
    """The value as text of the grammar, a decimal where it has one of moderate length."""
    if value.is_Rational and not value.is_Integer:
        written = Context(prec=LONGEST).divide(Decimal(int(value.p)), Decimal(int(value.q))).normalize()
        if sp.Rational(str(written)) == value:
            return f"{written:f}" if written.adjusted() >= SMALLEST_FIXED else f"{written:e}"
    return text_of(value)
