"""The values of a law at a point: explicit ones evaluated, implicit ones solved for, further unknowns looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain, islice
from math import ceil, pi, tau
from typing import Any

import sympy as sp

from analytics.balls.steady_states import isolated_states, one_in_each
from analytics.errors import LawError, OutOfReachError, SaturationError
from analytics.evaluation.complex_roots import complex_roots, wave_roots
from analytics.evaluation.contexts import SPARE, exponent_of, kept_context, published
from analytics.evaluation.following import Family, Followed, clearly_nearest, families
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.periods import FEWEST, period_mean
from analytics.evaluation.roots import lone_root, roots
from analytics.evaluation.values import (
    SaturatedError,
    nearest_to_zero,
    reduced,
    require_digits,
    settled,
    value_at,
)
from analytics.exclusive import in_turn
from analytics.expressions.mean import Mean
from analytics.expressions.notation import P, R, winding
from analytics.expressions.parameter import Point, exact_number, point_text
from analytics.law.statement import GivenPoint, Kind, Statement
from analytics.network.modulation import place, turns_of

CLOSE = sp.Rational(1, 10**20)
"""Differences below this are none, and roots that lie so close to an end are looked for by their distance from it."""

DOUBLES, FAMILY = 15, 8
"""Digits of the values that are followed, and to which the means of families are compared."""

NEARLY = 1e-9
"""A real part above pi by so many turns is pi."""

Items = tuple[tuple[sp.Symbol, sp.Expr], ...]
"""A point, to look up by."""

Forms = tuple[tuple[sp.Expr, sp.Symbol], ...]
"""Expressions that are 0, each in a further unknown."""


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


def branches(law: Statement, point: GivenPoint, digits: int, *, least: bool = False) -> tuple[Number, ...]:
    """All values of the subject of one version of a law at `point`.

    least: of waves the least damped on every state, and where the network has one state for every input one alone.
    """
    return tuple(chain.from_iterable(_by_state(law, point, digits, least=least)))


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


def _by_state(
    law: Statement, point: GivenPoint, digits: int, *, least: bool = False
) -> list[tuple[Number, ...]]:
    """The values of a law in groups: one for each combination of the unknowns in `where`, each root one of its own
    where the law itself gives steady states."""
    require_digits(f"evaluating '{law.name}'", digits)
    values = law.given(point)
    sizes: list[int] = []

    def flat(working: int) -> tuple[Number, ...]:
        groups = list(_solutions(law, values, working, least=least))
        sizes[:] = map(len, groups)
        solutions = tuple(chain.from_iterable(groups))
        if law.principal is None:
            return solutions
        return tuple(reduced(value, law.principal, law.period, working) for value in solutions)

    # a rounded unknown costs digits, and so does an angle less its periods: then the precision is raised until all stay
    try:
        has_rounded = law.kind is not Kind.MEAN and (law.where or law.period is not None)
        found = settled(flat, digits) if has_rounded else flat(digits)
    except SaturationError:
        if all(other.subject != R for other in law.where):
            raise
        groups = _by_state(_in_drive(law), point, digits, least=least)
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
        case Kind.MEAN:
            return _from_mean(law, point, value, digits)
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


def with_means(law: Statement, values: Point, digits: int) -> Number:
    """The right side of a law that holds means over a period."""
    right = law.equation.rhs
    needed = {symbol: values[symbol] for other in law.where for symbol in other.symbols if symbol in values}
    found = {
        node: exact_value(_mean_at(law.where, node.args[0], tuple(needed.items()), digits))
        for node in right.atoms(Mean)
    }
    return value_at(right.xreplace(found), values, digits)


@lru_cache(maxsize=128)
def _mean_at(where: tuple[Statement, ...], varying: sp.Expr, point: Items, digits: int) -> Number:
    """The mean of an expression in what the laws of `where` give at every place.

    Of several waves it is that of the family, followed from place to place, whose mean is the least damped. If one is
    the least damped everywhere, that is it.
    """
    shape = where[0].network.modulation
    assert shape is not None
    turns = turns_of(shape)

    def mean(family: Family | None) -> Number:
        along = _along(where, point, digits + SPARE, FEWEST * turns, family)
        return period_mean(lambda s: along.value(varying, s), digits, turns=turns)

    try:
        return mean(None)
    except OutOfReachError:
        if where[-1].kind is not Kind.WAVES:
            raise
        found = mean(_least_damped(where, point, turns))
        return _turned(found, -ceil((found.real - pi) / tau - NEARLY), digits)  # with Re in (-pi, pi]


@lru_cache(maxsize=16)
def _least_damped(where: tuple[Statement, ...], point: Items, turns: int) -> Family:
    """The family of waves whose mean has the least imaginary part; of two as damped that of the larger real part."""
    everywhere = _along(where, point, DOUBLES, FEWEST * turns, None)
    context = kept_context(DOUBLES)

    def order(family: Family) -> tuple[float, float]:
        found = complex(period_mean(lambda s: context.mpc(family(s)), FAMILY, turns=turns))
        return round(found.imag, FAMILY), -found.real

    ceiling = float(where[-1].codomain.sets.args[1].end)
    return min(families(cache(everywhere.several), ceiling, FEWEST * turns), key=order)


class _Along:
    """What a chain of laws gives at the places of a period, of several values the first or that of a family.

    At as many places as `most` all values are looked for. Between two places whose values solve the same equations,
    with one winding and target, Newton's method goes on from their middle where it is near.
    """

    def __init__(
        self, where: tuple[Statement, ...], point: Items, digits: int, most: int, family: Family | None
    ) -> None:
        self.chain: list[Statement] = []
        for law in where:
            self.chain += [*law.where, law]
        self.point, self.digits, self.most = where[0].network.constants | dict(point), digits, most
        self.family = family
        self.known: dict[sp.Rational, tuple[Forms | None, tuple[Number, ...]]] = {}
        self.systems: dict[Forms, Followed] = {}

    def value(self, varying: sp.Expr, s: sp.Rational) -> Number:
        """Of an expression in the subjects of the laws."""
        if s not in self.known:
            self.known[s] = self._between(s) or self._solved(s)
        _, found = self.known[s]
        values = {law.subject: number for law, number in zip(self.chain, found, strict=True)}
        if varying in values:
            return values[varying]
        exact = {symbol: exact_value(number) for symbol, number in values.items()}
        return value_at(varying, {**self.point, place: s, **exact}, self.digits)

    def _between(self, s: sp.Rational) -> tuple[Forms, tuple[Number, ...]] | None:
        """From the places beside, which a doubling of the places has met before."""
        if s.q <= self.most:
            return None
        left, right = (self.known.get((s + sp.Rational(sign, s.q)) % 1) for sign in (-1, 1))
        if left is None or right is None:
            return None
        (forms, before), (others, after) = left, right
        if forms is None or forms != others:
            return None
        if forms not in self.systems:
            self.systems[forms] = Followed(forms, place, self.point)
        found = self.systems[forms].between(s, before, after, self.digits)
        return None if found is None else (forms, found)

    def _solved(self, s: sp.Rational) -> tuple[Forms | None, tuple[Number, ...]]:
        values, found, forms = {**self.point, place: s}, [], []
        for law in self.chain:
            if self.family is None or law is not self.chain[-1]:
                value = self._several(law, values, least=True)[0]
            else:
                value = _of_family(self.family(s % 1), self._several(law, values), self.digits)
            values[law.subject] = exact_value(value)
            forms.append((_form(law, values, self.digits), law.subject))
            found.append(value)
        return (None if any(form is None for form, _ in forms) else tuple(forms)), tuple(found)

    def several(self, s: sp.Rational) -> tuple[complex, ...]:
        """All values of the last law at a place."""
        values = {**self.point, place: s}
        *others, last = self.chain
        for law in others:
            values[law.subject] = exact_value(self._several(law, values, least=True)[0])
        return tuple(map(complex, self._several(last, values)))

    def _several(self, law: Statement, values: Point, *, least: bool = False) -> tuple[Number, ...]:
        own = tuple((symbol, values[symbol]) for symbol in law.symbols)
        return _branches_at(law, own, self.digits, least=least)


def _of_family(meant: complex, values: Sequence[Number], digits: int) -> Number:
    """The value that is `meant`, in doubles, with the same multiple of 2 pi."""
    near = clearly_nearest(meant, tuple(map(complex, values)))
    assert near is not None  # it is one of them
    value = values[near[0]]
    return _turned(value, round((near[1] - complex(value)).real / tau), digits)


def _turned(value: Number, turns: int, digits: int) -> Number:
    """Plus so many times 2 pi."""
    if not turns:
        return value
    context = kept_context(digits + SPARE)
    return published(context.convert(value) + 2 * context.pi * turns, digits + SPARE)


_along = lru_cache(maxsize=16)(_Along)
"""Kept, so that a mean which is not to be had is refused again at once."""


@in_turn
def _form(law: Statement, values: Point, digits: int) -> sp.Expr | None:
    """What is 0 where the subject has its value in `values`, on the sheet of that value alone.

    None where that is not seen, and so near to an open end of the subject's domain that Newton's method, which knows
    the subject and not its distance, loses many of its digits.
    """
    left, right = law.equation.args
    match law.kind:
        case Kind.REAL_ROOTS | Kind.STEADY_STATES:
            end = law.codomain.sup
            is_near = end.is_finite and values[law.subject] > end * (1 - CLOSE)
            return None if is_near else left - right
        case Kind.WAVES:
            for target in right:
                turn, start = sp.diff(target, winding), target.xreplace({winding: sp.S.Zero})
                turns = value_at((left - start) / (turn or 1), values, digits)
                nearest = round(float(turns.real)) if turn else 0
                if abs(turns - nearest) < CLOSE:
                    return left - start - turn * nearest
    return None


def _from_mean(law: Statement, point: GivenPoint, value: object, digits: int) -> Number:
    """Left minus right side of a law that holds a mean."""
    (whole,) = branches(law, point, digits)
    return value_at(exact_value(value) - exact_value(whole), {}, digits)


def _solutions(
    law: Statement, values: Point, digits: int, *, least: bool = False
) -> Iterator[tuple[Number, ...]]:
    equation, subject, codomain = law.equation, law.subject, law.codomain
    if law.kind is Kind.MEAN:
        yield (with_means(law, values, digits),)
        return
    for others in further_unknowns(law, values, digits, least=least):
        point = {**values, **others}
        match law.kind:
            case Kind.EXPLICIT:
                yield tuple(value_at(decided(branch, values), point, digits) for branch in law.predictions)
            case Kind.REAL_ROOTS:
                yield roots(equation, subject, codomain, point, digits)
            case Kind.STEADY_STATES:
                is_alone = least and law.network.activation.contracts
                found = (lone_root if is_alone else roots)(equation, subject, codomain, point, digits)
                if not law.network.activation.contracts:
                    _require_all(law, point, found, digits)
                yield from ((root,) for root in found)
            case Kind.COMPLEX_ROOTS:
                yield complex_roots(equation, subject, point, digits)
            case Kind.WAVES:
                yield wave_roots(equation, subject, codomain, point, digits, least=least)


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


def further_unknowns(
    law: Statement, values: Point, digits: int, *, least: bool = False
) -> Iterator[dict[sp.Symbol, sp.Expr]]:
    """The unknowns given by the laws of `where`, branch by branch; least: see `branches`."""
    combinations: Sequence[dict[sp.Symbol, sp.Expr]] = [{}]
    for other in law.where:
        point = {symbol: values[symbol] for symbol in other.symbols}
        combinations = [
            {**known, other.subject: exact_number(value)}
            for known in combinations
            for value in _branches_at(other, tuple(point.items()), digits, least=least)
        ]
        for known in combinations:
            _require_below_the_end(other, known[other.subject], digits)
    yield from combinations


def _require_below_the_end(law: Statement, value: sp.Expr, digits: int) -> None:
    """Raise SaturatedError where an unknown has rounded to the open end of its domain: psi(R) is infinite there."""
    codomain = law.codomain
    if not (isinstance(codomain, sp.Interval) and codomain.right_open and codomain.end.is_finite):
        return
    apart = value_at((codomain.end - law.subject) / codomain.end, {law.subject: value}, digits)
    if exponent_of(apart) < -digits:
        raise SaturatedError


@lru_cache(maxsize=1024)
def _branches_at(
    law: Statement, point: tuple[tuple[sp.Symbol, sp.Expr], ...], digits: int, *, least: bool = False
) -> tuple[Number, ...]:
    """The branches of a law that several others look up at the same point, e.g. the amplitude of a background."""
    return branches(law.at(dict(point)), dict(point), digits, least=least)


def exact_value(value: object) -> sp.Expr:
    """`value` as an exact SymPy number, complex if it is one of mpmath's complex numbers."""
    if hasattr(value, "_mpc_"):
        return exact_number(value.real) + sp.I * exact_number(value.imag)  # type: ignore[attr-defined]
    return exact_number(value)
