"""What a law with a remainder leaves out at a point: the next term, and whether the terms decrease there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy as sp

from analytics.evaluation.values import value_at
from analytics.expressions.parameter import exact_number
from analytics.law.statement import GivenPoint, Kind, Statement
from analytics.law.values import branches, further_unknowns

DIGITS = 15
"""Digits to which terms are evaluated: only their sizes are asked for."""


@dataclass(frozen=True, slots=True)
class Omitted:
    """What one value of a law lacks.

    next_term: the first term that was dropped, in the units of the value; None where it is not known.
    size: of that term, or of the remainder as it is stated where the term is not known.
    decreases: is each term that is not 0 smaller than the one before, the one that was dropped included?
    """

    next_term: Any
    size: Any
    decreases: bool


def omitted(law: Statement, point: GivenPoint) -> tuple[Omitted, ...]:
    """For each value of one version of a law with a remainder, in the order of `branches`."""
    given = law.given(point)
    if law.kind is Kind.MEAN:
        return (Omitted(None, _value(law.remainder, given), True),)
    if law.kind is not Kind.EXPLICIT:
        return tuple(_of_root(law, given, exact_number(root)) for root in branches(law, point, DIGITS))
    found = []
    for others in further_unknowns(law, given, DIGITS):
        values = {**given, **others}
        for branch, right in enumerate(law.predictions):
            dropped = _value(law.dropped[branch], values) if law.dropped else None
            size = _value(law.remainder, values) if dropped is None else dropped
            found.append(Omitted(dropped, abs(size), _decrease(_terms(law, right), dropped, values)))
    return tuple(found)


def _of_root(law: Statement, given: Mapping[sp.Symbol, sp.Expr], root: sp.Expr) -> Omitted:
    """An implicit law is the equation of a series in its subject: a term of it moves the root by term / slope."""
    values = {**given, law.subject: root}
    dropped = _value(law.dropped[0], values)
    slope = _value(sp.diff(law.equation.rhs, law.subject), values)
    moved = -dropped / slope if dropped else dropped
    return Omitted(moved, abs(moved), _decrease(_terms(law, law.equation.rhs), dropped, values))


def _terms(law: Statement, right: sp.Expr) -> Iterator[sp.Expr]:
    """The sum by powers of the variable of the remainder, the leading one first; a logarithm counts as a constant."""
    variable = law.remainder_variable
    constant = sp.Dummy(positive=True)
    by_power: dict[sp.Expr, list[sp.Expr]] = {}
    for term in sp.Add.make_args(sp.expand(right.xreplace({sp.log(variable): constant}))):
        by_power.setdefault(term.as_coeff_exponent(variable)[1], []).append(term)
    upwards = law.limit is None or variable != law.limit[0] or law.limit[1] == 0
    for power in sorted(by_power, reverse=not upwards):
        yield sp.Add(*by_power[power]).xreplace({constant: sp.log(variable)})


def _decrease(terms: Iterator[sp.Expr], dropped: Any, values: Mapping[sp.Symbol, sp.Expr]) -> bool:
    sizes = [abs(_value(term, values)) for term in terms] + [abs(dropped or 0)]
    return all(later < earlier for earlier, later in pairwise(filter(None, sizes)))


def _value(term: sp.Expr, values: Mapping[sp.Symbol, sp.Expr]) -> Any:
    return value_at(term, values, DIGITS)
