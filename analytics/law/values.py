"""The values of a law at a point: explicit ones evaluated, implicit ones solved for, further unknowns looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from typing import Any

import sympy as sp

from analytics.balls.steady_states import isolated_states, one_in_each
from analytics.errors import LawError, SaturationError
from analytics.evaluation.complex_roots import complex_roots, wave_roots
from analytics.evaluation.contexts import exponent_of
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.roots import roots
from analytics.evaluation.values import (
    SaturatedError,
    nearest_to_zero,
    reduced,
    require_digits,
    settled,
    value_at,
)
from analytics.exclusive import in_turn
from analytics.expressions.notation import P, R
from analytics.expressions.parameter import Point, exact_number, point_text
from analytics.law.statement import GivenPoint, Kind, Statement


@dataclass(frozen=True, slots=True)
class State:
    """A steady state, and the values of a law on it.

    amplitude: its modulus; None where the law speaks of no steady state.
    growth: the largest factor by which a perturbation of any wavenumber grows in a step, counted at the carrier
    k = 0 where the law leaves k open; None where there is one state for every input, which is stable.
    """

    amplitude: Any
    growth: Any
    values: tuple[Number, ...]

    @property
    def is_stable(self) -> bool | None:
        """Is every perturbation of the infinite lattice forgotten? None where `growth` is None.

        At rest as a power of time, growth = 1: |phi(z)| < |z|.
        """
        return None if self.growth is None else bool(self.growth < 1 or self.amplitude == 0)


def branches(law: Statement, point: GivenPoint, digits: int) -> tuple[Number, ...]:
    """All values of the subject of one version of a law at `point`."""
    return tuple(chain.from_iterable(_by_state(law, point, digits)))


def states(law: Statement, point: GivenPoint, digits: int) -> tuple[State, ...]:
    """The steady states of one version of a law at `point`, by increasing amplitude, with its values on each."""
    groups = _by_state(law, point, digits)
    known = law.background
    if known is None:
        return (State(None, None, tuple(chain.from_iterable(groups))),)
    given = law.given(point)
    amplitudes = groups
    if known is not law:
        amplitudes = _by_state(known, {symbol: given[symbol] for symbol in known.symbols}, digits)
    growths: Sequence[Number | None] = [None] * len(groups)
    if known.growth is not None:
        narrowed = {symbol: given[symbol] for symbol in known.growth.symbols if symbol in given}
        growths = branches(known.growth.at(narrowed), narrowed, digits)
    if not len(groups) == len(amplitudes) == len(growths):
        raise LawError(
            f"law '{law.name}'",
            "it must speak of the same steady states as the laws of their amplitude and growth",
            f"{len(groups)}, {len(amplitudes)} and {len(growths)} of them",
            "Ask for more digits.",
        )
    return tuple(
        State(_modulus(known, amplitude[0], digits), growth, tuple(values))
        for values, amplitude, growth in zip(groups, amplitudes, growths, strict=True)
    )


def _modulus(known: Statement, found: Number, digits: int) -> Number:
    """R, of a law that gives the pre-activation P = psi(R) in its place."""
    if known.subject != P:
        return found
    return value_at(known.network.activation.rho(P), {P: exact_number(found)}, digits)


def _by_state(law: Statement, point: GivenPoint, digits: int) -> list[tuple[Number, ...]]:
    """The values of a law in groups: one for each combination of the unknowns in `where`, each root one of its own
    where the law itself gives steady states."""
    require_digits(f"evaluating '{law.name}'", digits)
    values = law.given(point)
    sizes: list[int] = []

    def flat(working: int) -> tuple[Number, ...]:
        groups = list(_solutions(law, values, working))
        sizes[:] = map(len, groups)
        solutions = tuple(chain.from_iterable(groups))
        if law.principal is None:
            return solutions
        return tuple(reduced(value, law.principal, law.period, working) for value in solutions)

    # a rounded unknown costs digits, and so does an angle less its periods: then the precision is raised until all stay
    try:
        found = settled(flat, digits) if law.where or law.period is not None else flat(digits)
    except SaturationError:
        if all(other.subject != R for other in law.where):
            raise
        groups = _by_state(_in_drive(law), point, digits)
        if any(value == 0 for group in groups for value in group):  # all digits cancel: no zero is seen
            raise
        return groups
    rest = iter(found)
    return [tuple(islice(rest, size)) for size in sizes]


def _in_drive(law: Statement) -> Statement:
    """`law` in the pre-activation P of the state in place of its amplitude R, which digits tell from no other."""
    psi, rho = law.network.activation.psi(R), law.network.activation.rho(P)

    def rewritten(equation: sp.Eq) -> sp.Eq:
        sides = (side.xreplace({psi: P}).xreplace({R: rho}) for side in equation.args)
        return sp.Eq(*sides, evaluate=False)

    where = tuple(
        replace(other, subject=P, equation=rewritten(other.equation), codomain=sp.Interval(0, sp.oo))
        if other.subject == R
        else other
        for other in law.where
    )
    return replace(law, equation=rewritten(law.equation), where=where)


def discrepancy(law: Statement, point: GivenPoint, value: object, digits: int, *, branch: int) -> Number:
    """Left minus right side of the equation of one version of a law with its subject at `value`."""
    right = law.equation.rhs
    match law.kind:
        case Kind.EXPLICIT:
            right = law.predictions[branch]
        case Kind.WAVES:
            raise LawError(f"law '{law.name}'", "one right side is needed", right, "Compare its branches.")
    values = law.given(point)
    values[law.subject] = exact_value(value)
    difference = law.equation.lhs - right

    def differences(working: int) -> tuple[Number, ...]:
        found = (
            value_at(difference, {**values, **others}, working)
            for others in further_unknowns(law, values, working)
        )
        return tuple(nearest_to_zero(number, law.period, working) for number in found)

    return settled(differences, digits)[0]


@in_turn
def decided(expression: sp.Expr, values: Point) -> sp.Expr:
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


def _solutions(law: Statement, values: Point, digits: int) -> Iterator[tuple[Number, ...]]:
    equation, subject, codomain = law.equation, law.subject, law.codomain
    for others in further_unknowns(law, values, digits):
        point = {**values, **others}
        match law.kind:
            case Kind.EXPLICIT:
                yield tuple(value_at(decided(branch, values), point, digits) for branch in law.predictions)
            case Kind.REAL_ROOTS:
                yield roots(equation, subject, codomain, point, digits)
            case Kind.STEADY_STATES:
                found = roots(equation, subject, codomain, point, digits)
                if not law.network.activation.contracts:
                    _require_all(law, point, found, digits)
                yield from ((root,) for root in found)
            case Kind.COMPLEX_ROOTS:
                yield complex_roots(equation, subject, point, digits)
            case Kind.WAVES:
                yield wave_roots(equation, subject, codomain, point, digits)


def _require_all(law: Statement, point: Point, found: Sequence[Number], digits: int) -> None:
    """Raise unless bisection in ball arithmetic proves that these steady states are all there are.

    Where the activation contracts there is one. PrecisionError at a fold, LawError where states were missed; of a
    profile that is no root of a rational function nothing is proved.
    """
    activation = law.network.activation
    apart = isolated_states(law.equation, law.subject, activation, point, digits)
    if apart is None or (len(apart) == 1 and len(found) == 1):
        return
    if not one_in_each(apart, [_modulus(law, root, digits) for root in found]):
        raise LawError(
            f"law '{law.name}'",
            f"{_counted(len(apart))} proved to be there at {point_text(point)}",
            f"{len(found)} found",
            "Ask for more digits, or move the input away from a fold.",
        )


def _counted(states: int) -> str:
    return "1 steady state is" if states == 1 else f"{states} steady states are"


def further_unknowns(law: Statement, values: Point, digits: int) -> Iterator[dict[sp.Symbol, sp.Expr]]:
    """The unknowns given by the laws of `where`, branch by branch."""
    combinations: Sequence[dict[sp.Symbol, sp.Expr]] = [{}]
    for other in law.where:
        point = {symbol: values[symbol] for symbol in other.symbols}
        combinations = [
            {**known, other.subject: exact_number(value)}
            for known in combinations
            for value in _branches_at(other, tuple(point.items()), digits)
        ]
        for known in combinations:
            _require_below_the_end(other, known[other.subject], digits)
    yield from combinations


def _require_below_the_end(law: Statement, value: sp.Expr, digits: int) -> None:
    """Raise SaturatedError where an unknown has rounded to the open end of its domain: psi(R) is infinite there."""
    codomain = law.codomain
    if not (isinstance(codomain, sp.Interval) and codomain.right_open and codomain.end.is_finite):
        return
    apart = value_at((codomain.end - value) / codomain.end, {}, digits)
    if exponent_of(apart) < -digits:
        raise SaturatedError


@lru_cache(maxsize=1024)
def _branches_at(
    law: Statement, point: tuple[tuple[sp.Symbol, sp.Expr], ...], digits: int
) -> tuple[Number, ...]:
    """The branches of a law that several others look up at the same point, e.g. the amplitude of a background."""
    return branches(law.at(dict(point)), dict(point), digits)


def exact_value(value: object) -> sp.Expr:
    """`value` as an exact SymPy number, complex if it is one of mpmath's complex numbers."""
    if hasattr(value, "_mpc_"):
        return exact_number(value.real) + sp.I * exact_number(value.imag)  # type: ignore[attr-defined]
    return exact_number(value)
