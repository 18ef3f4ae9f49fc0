"""How far a law with a remainder is from the exact one, up to some input: a constant that is proved.

    |exact - truncated| <= K F^s      for 0 < F <= F_1

Both are smooth functions of a parameter u of the exact states, such as the pre-activation P with F = P - rho(P), and so
is their difference over F^s. `balls.misses` encloses it piece by piece.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp

from analytics.balls.arithmetic import ball_of, constant_ball, decided, enclosure_of
from analytics.balls.misses import Miss, end_of, largest, value_at_end
from analytics.errors import ContradictionError, LawError, ParameterError, unknown_name
from analytics.evaluation.values import value_at
from analytics.expressions.parameter import exact_number, point_text, read_point, require_point
from analytics.law.enclosed_values import enclosed_branches
from analytics.law.statement import Curve, GivenPoint, Statement

BITS = 384
"""Working precision; half of it tells a coefficient from 0."""

ATTEMPTS = 2
"""Precisions tried, each twice the one before."""

PLACES = 5
"""Inputs at which the bound is compared with the exact law in mpmath."""


@dataclass(frozen=True, slots=True)
class BranchBound:
    """|exact - truncated| <= constant * remainder, of one value of a law; no constant below `least` has this property.

    place: the value of the remainder's variable near which it is reached; None in the limit.
    """

    constant: Any
    least: Any
    place: Any


@dataclass(frozen=True, slots=True)
class ErrorBound:
    """A law's distance from the exact law of the name `exact`, for every `variable` between the limit and `up_to`.

    branches: for each value of the law; remainder: the power that the constants multiply.
    """

    exact: str
    variable: sp.Symbol
    up_to: sp.Expr
    remainder: sp.Expr
    branches: tuple[BranchBound, ...]

    @property
    def constant(self) -> Any:
        """One that holds for all branches."""
        return max(branch.constant for branch in self.branches)


def error_bound(law: Statement, up_to: GivenPoint, at: GivenPoint) -> ErrorBound:
    """See `Law.error_bound`."""
    operation = f"bounding the error of '{law.name}'"
    if law.is_exact:
        raise LawError(operation, "a law with a remainder is needed", "an exact one", "Choose another.")
    version, variable, end = _driven(operation, law, up_to)
    curve = version.exact
    if curve is None:
        raise LawError(
            operation,
            "the theory must have an exact law of the same quantity that is explicit along its states",
            f"none for {law.observable}",
            "The order of the error is measured by 'verify'.",
        )
    known = _known(operation, version, variable, end, at)
    branches = tuple(
        decided(
            lambda branch=branch: _bounded(operation, version, curve, branch, known, end),  # type: ignore[misc]
            BITS,
            ATTEMPTS,
            operation,
            f"a bound must be proved up to {variable} = {end}",
            "Lower the end of the range.",
        )
        for branch in range(len(curve.values))
    )
    assert version.remainder is not None
    return ErrorBound(curve.law, variable, end, version.remainder, branches)


def _driven(operation: str, law: Statement, up_to: GivenPoint) -> tuple[Statement, sp.Symbol, sp.Expr]:
    """The version of the law with this variable in its remainder, the variable, and how far it goes."""
    require_point(operation, up_to)
    variables = {str(version.remainder_variable): version for version in law.versions}
    if len(up_to) != 1:
        raise ParameterError(
            operation,
            f"one end of a range is needed, of {' or '.join(variables)}",
            f"{len(up_to)} of them",
            f"Give {next(iter(variables))}.",
        )
    ((name, value),) = up_to.items()
    if str(name) not in variables:
        raise unknown_name(operation, "variable of the remainder", str(name), variables)
    end = exact_number(value, operation)
    if not (end.is_real and end > 0):
        raise ParameterError(operation, f"{name} must be above 0", end, "Give a positive number.")
    version = variables[str(name)]
    variable = version.remainder_variable
    assert variable is not None
    return version, variable, end


def _known(
    operation: str, law: Statement, variable: sp.Symbol, end: sp.Expr, at: GivenPoint
) -> dict[sp.Symbol, sp.Expr]:
    """Constants, and the parameters beside the variable."""
    require_point(operation, at)
    assert law.limit is not None
    varied = {variable, law.limit[0]}
    fixed = tuple(parameter for parameter in law.parameters if parameter.symbol not in varied)
    values = read_point(operation, fixed, at)
    if variable in law.symbols:
        law.given({**values, variable: end})  # raises outside the domain
    return law.network.constants | values


def _bounded(
    operation: str,
    law: Statement,
    curve: Curve,
    branch: int,
    known: Mapping[sp.Symbol, sp.Expr],
    end: sp.Expr,
) -> BranchBound:
    """The bound of one branch at the precision in force."""
    variable, order = law.remainder_variable, law.remainder_order
    assert variable is not None
    assert order is not None
    others = {
        other.subject: ball_of(
            enclosed_branches(other, {symbol: known[symbol] for symbol in other.symbols}, BITS // 3)[0]
        )
        for other in law.where
    }
    right = law.predictions[branch] if law.is_explicit else law.equation.rhs
    exact, formula, drive, positive = (
        part.xreplace(known) for part in (curve.values[branch], right, curve.drive, curve.positive)
    )
    power = Fraction(int(order.p), int(order.q))
    miss = Miss(curve.parameter, drive, variable, exact, formula, power, others, positive)
    farthest = end_of(miss, constant_ball(end))
    if farthest is None:
        raise ParameterError(
            operation,
            f"{variable} must be one that the exact law is seen to reach in ball arithmetic",
            end if len(str(end)) < 40 else sp.N(end, 6),
            "Choose another end of the range.",
        )
    if value_at_end(miss, positive, farthest) < 0:
        raise ParameterError(
            operation,
            f"the exact law must stay in one regime up to the end: {curve.regime}",
            point_text({**known, variable: end}),
            "Lower the end of the range, or choose another point.",
        )
    found = largest(miss, farthest)
    place = value_at_end(miss, drive, found.place) if found.place > 0 else None
    bound = BranchBound(
        enclosure_of(found.above).midpoint,
        enclosure_of(found.below).midpoint,
        None if place is None else enclosure_of(place).midpoint,
    )
    _confirm(operation, miss, bound, farthest)
    return bound


def _confirm(operation: str, miss: Miss, bound: BranchBound, farthest: Any) -> None:
    """Raise ContradictionError where mpmath, without proof, sees a larger error at one of some inputs."""
    others = {symbol: exact_number(enclosure_of(ball).midpoint) for symbol, ball in miss.known.items()}
    end = exact_number(enclosure_of(farthest).midpoint)
    power = sp.Rational(miss.order.numerator, miss.order.denominator)
    ratio = (miss.exact - miss.formula.xreplace({miss.driven: miss.drive})) / miss.drive**power
    for place in range(1, PLACES + 1):
        point = {**others, miss.variable: end * sp.Rational(place, PLACES)}
        seen = abs(value_at(ratio, point, 15))
        if seen > bound.constant:
            raise ContradictionError(
                operation,
                "what is proved must hold where it is looked at without proof",
                f"{bound.constant} proved, {seen} found at {point_text(point)}",
                "This is an internal error: please report the network and the law.",
            )
