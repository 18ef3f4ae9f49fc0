"""The values of a law at a point: explicit ones evaluated, implicit ones solved for, further unknowns looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sympy as sp

from analytics import evaluation
from analytics.complex_roots import complex_roots, wave_roots
from analytics.errors import LawError
from analytics.exclusive import in_turn
from analytics.parameter import exact_number

if TYPE_CHECKING:
    from analytics.law import GivenPoint, Law

Values = Mapping[sp.Symbol, sp.Expr]


def branches(law: Law, point: GivenPoint, digits: int) -> tuple[Any, ...]:
    """All values of the subject of one version of a law at `point`."""
    evaluation.require_digits(f"evaluating '{law.name}'", digits)
    values = law.given(point)

    def found(working: int) -> tuple[Any, ...]:
        solutions = _solutions(law, values, working)
        if law.period is None:
            return solutions
        return tuple(evaluation.reduced(value, law.codomain, law.period, working) for value in solutions)

    # neither rounded unknowns nor what is left of an angle less its periods may cost digits
    return evaluation.settled(found, digits) if law.where or law.period is not None else found(digits)


def discrepancy(law: Law, point: GivenPoint, value: Any, digits: int, *, branch: int) -> Any:
    """Left minus right side of the equation of one version of a law with its subject at `value`."""
    if law.finds_all_roots:
        raise LawError(
            f"law '{law.name}'", "one right side is needed", law.equation.rhs, "Compare its branches."
        )
    values = law.given(point)
    values[law.subject] = exact_value(value)
    right = law.predictions[branch] if law.is_explicit else law.equation.rhs
    difference = law.equation.lhs - right

    def differences(working: int) -> tuple[Any, ...]:
        found = (
            evaluation.value(difference, {**values, **others}, working)
            for others in _others(law, values, working)
        )
        if law.period is None:
            return tuple(found)
        return tuple(evaluation.nearest_to_zero(number, law.period, working) for number in found)

    return evaluation.settled(differences, digits)[0]


@in_turn
def decided(expression: sp.Expr, values: Values) -> sp.Expr:
    """Of each Piecewise the piece that exact values choose: the sign of a zero must not hang on rounding."""

    def chosen(*pieces: tuple[sp.Expr, sp.Basic]) -> sp.Expr:
        for value, condition in pieces:
            decision = condition.xreplace(values)
            if decision == sp.true:
                return value
            if decision != sp.false:
                break
        return sp.Piecewise(*pieces)

    return expression.replace(sp.Piecewise, chosen) if expression.has(sp.Piecewise) else expression


def _solutions(law: Law, values: Values, digits: int) -> tuple[Any, ...]:
    found: list[Any] = []
    for others in _others(law, values, digits):
        point = {**values, **others}
        if law.is_explicit:
            found.extend(
                evaluation.value(decided(branch, values), point, digits) for branch in law.predictions
            )
        elif law.codomain == sp.S.Complexes:
            found.extend(complex_roots(law.equation, law.subject, point, digits))
        elif law.finds_all_roots:
            found.extend(wave_roots(law.equation, law.subject, law.codomain, point, digits))
        else:
            found.extend(evaluation.roots(law.equation, law.subject, law.codomain, point, digits))
    return tuple(found)


def _others(law: Law, values: Values, digits: int) -> Iterator[dict[sp.Symbol, sp.Expr]]:
    """The unknowns given by the laws of `where`, branch by branch."""
    combinations: Sequence[dict[sp.Symbol, sp.Expr]] = [{}]
    for other in law.where:
        point = {symbol: values[symbol] for symbol in other.symbols}
        combinations = [
            {**known, other.subject: exact_number(value)}
            for known in combinations
            for value in _branches_at(other, tuple(point.items()), digits)
        ]
    yield from combinations


@lru_cache(maxsize=1024)
def _branches_at(law: Law, point: tuple[tuple[sp.Symbol, sp.Expr], ...], digits: int) -> tuple[Any, ...]:
    """The branches of a law that several others look up at the same point, e.g. the amplitude of a background."""
    return law.branches(dict(point), digits)


def exact_value(value: object) -> sp.Expr:
    """`value` as an exact SymPy number, complex if it is one of mpmath's complex numbers."""
    if hasattr(value, "_mpc_"):
        return exact_number(value.real) + sp.I * exact_number(value.imag)  # type: ignore[attr-defined]
    return exact_number(value)
