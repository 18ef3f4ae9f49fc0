"""Where the side of an equation that depends on the unknown P turns: between two folds lies one root at most.

    c(given) + A(P) + s(given) B(P) = 0,     A' + s B' = 0 at a fold, that is  -A'(P)/B'(P) = s

Knots part the P axis into pieces on which -A'/B' is monotonic where it is positive, so that between two of them
lies one fold at most. They are found on a grid of POINTS per octave over OCTAVES, without a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from analytics.errors import LawError
from analytics.evaluation.numeric import Numeric

POINTS = 64
OCTAVES = range(-12, 24)
DIGITS = 40
NARROWINGS = 45
"""Steps of a golden section, each by a factor of 0.618."""


@dataclass(frozen=True, slots=True)
class Folds:
    """`bend` of the unknown equals `level` >= 0 of what is given: at one fold between two `knots` at most."""

    unknown: sp.Symbol
    knots: tuple[float, ...]
    bend: sp.Expr
    level: sp.Expr


@lru_cache(maxsize=64)
def folds_of(equation: sp.Eq, unknown: sp.Symbol) -> Folds | None:
    """The folds of an equation for a positive unknown; None where it has none whatever is given.

    Raises LawError where the equation is not linear in one or two functions of the unknown.
    """
    groups = _by_coefficient(equation, unknown)
    if len(groups) == 1:
        bend, level = sp.diff(groups[0][1], unknown), sp.S.Zero
        far = Numeric(bend, {}, (unknown,))(DIGITS, 2.0**OCTAVES.stop)
        bend = -bend if far is not None and far.real > 0 else bend
    elif len(groups) == 2:
        (fixed, one), (moving, other) = groups
        bend, level = -sp.diff(one, unknown) / sp.diff(other, unknown), moving / fixed
    else:
        raise LawError(
            "compiling an equation with several roots",
            f"it must be linear in one or two functions of {unknown}",
            equation,
            "Use evaluate, or states.",
        )
    knots = _knots(Numeric(bend, {}, (unknown,)))
    return Folds(unknown, knots, bend, level) if knots else None


def _by_coefficient(equation: sp.Eq, unknown: sp.Symbol) -> Sequence[tuple[sp.Expr, sp.Expr]]:
    """(coefficient, function of the unknown), constant coefficients first."""
    groups: dict[sp.Expr, sp.Expr] = {}
    for term in sp.Add.make_args(equation.lhs - equation.rhs):
        coefficient, function = term.as_independent(unknown, as_Add=False)
        if function != 1:
            number, rest = coefficient.as_coeff_Mul()
            groups[rest] = groups.get(rest, sp.S.Zero) + number * function
    return sorted(groups.items(), key=lambda group: len(group[0].free_symbols))


def _knots(bend: Numeric) -> tuple[float, ...]:
    """Where `bend` > 0 its local extrema, and points just outside."""

    def at(x: float) -> float:
        found = bend(DIGITS, x)
        return float("-inf") if found is None else float(found.real)

    grid = [2.0 ** (octave + step / POINTS) for octave in OCTAVES for step in range(POINTS)]
    values = [at(x) for x in grid]
    knots = []
    for index in range(1, len(grid) - 1):
        before, here, after = values[index - 1 : index + 2]
        if here <= 0 < max(before, after):
            knots.append(grid[index])
        elif here > 0 and (here - before) * (after - here) <= 0:
            knots.append(_turn(at, grid[index - 1], grid[index + 1], 1 if here > before else -1))
    return tuple(knots)


def _turn(function: Callable[[float], float], low: float, high: float, sign: int) -> float:
    """Where a function has its one maximum (sign 1) or minimum (-1) in an interval, by golden section."""
    golden = (5**0.5 - 1) / 2
    for _ in range(NARROWINGS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if sign * function(left) > sign * function(right) else (left, high)
    return (low + high) / 2
