"""How many units in the last place a compiled law is off, and how many the rounding of its arguments explains.

    error = |double / exact - 1| 2^52,      condition = sum_i |x_i / f| |df/dx_i|

over the arguments x_i of the formula: the parameters, the constants of the network, and the unknowns that other
laws give. A formula that is as accurate as doubles allow is off by a few units times max(1, condition); what is off
by more loses digits on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

import sympy as sp

from analytics.errors import NearCriticalError
from analytics.evaluation.complex_roots import complex_roots
from analytics.evaluation.contexts import kept_context
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.roots import roots
from analytics.evaluation.values import nearest_to_zero, value_at
from analytics.expressions.parameter import WHOLE_NUMBERS, Point, exact_number
from analytics.law.law import Law
from analytics.law.statement import Kind
from analytics.law.values import decided

STEP = 30
"""-log10 of the relative change of an argument that stands for its derivative."""

DIGITS = 2 * STEP + 10
SMALLEST, LARGEST = -39, 2
"""Decades of a sweep."""

Doubles = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DoubleError:
    """At a point, in argument order: the error of the worst value in units of the last place, and its condition."""

    point: Doubles
    ulps: float
    condition: float

    @property
    def unexplained(self) -> float:
        """Units in the last place per unit that the rounding of the arguments explains."""
        return self.ulps / max(1.0, self.condition)


def double_error(law: Law, function: Callable[..., object], point: Doubles) -> DoubleError | None:
    """The error of `function`, a compiled `law`, at doubles; None where these are no point of the law.

    Of several values the one that is off by most of what its condition does not explain.
    """
    import numpy as np

    law = law.valued
    exact = {symbol: sp.Rational(x) for symbol, x in zip(law.symbols, point, strict=True)}
    try:
        values = law.branches(exact, DIGITS)
        if not law.is_several_valued:
            values = values[:1]
        conditions = [_condition(law, exact, branch, value) for branch, value in enumerate(values)]
    except NearCriticalError:
        return None
    found = np.ravel(np.asarray(function(*point)))
    context = kept_context(DIGITS)
    errors = []
    for double, value, condition in zip(found, values, conditions, strict=True):
        truth = context.convert(value)
        size = abs(truth) if law.period is None else max(abs(truth), context.one)
        if not np.isfinite(double):
            off = 0.0 if np.isinf(double) and size > context.mpf(2) ** 1023 else float("inf")
        elif size < context.mpf(2) ** -1022:  # below the smallest normal double: its spacing
            off = float(abs(context.convert(complex(double)) - truth) * context.mpf(2) ** 1074)
        else:
            difference = context.convert(complex(double)) - truth
            if law.period is not None:
                difference = context.convert(nearest_to_zero(difference.real, law.period, DIGITS))
            off = float(abs(difference) / size * 2**52)
        errors.append(DoubleError(point, off, condition))
    return max(errors, key=lambda error: error.unexplained)


def _condition(law: Law, exact: Point, branch: int, value: Number) -> float:
    """The sum over the formula's arguments of the relative change of the value per relative change of each."""
    context = kept_context(DIGITS)
    at = context.convert(value)
    size = abs(at) if law.period is None else max(abs(at), context.one)
    if not size:
        return 0.0
    nudge = 1 + sp.Rational(1, 10**STEP)
    total = context.zero
    for inherited, nudged in _nudged(law, exact, nudge):
        change = context.convert(nudged(branch)) - at
        change = context.convert(nearest_to_zero(change, law.period, DIGITS))
        total += abs(change) / size * inherited
    return float(total * context.mpf(10) ** STEP)


def _nudged(law: Law, exact: Point, nudge: sp.Rational) -> Iterator[tuple[float, Callable[[int], Number]]]:
    """For each argument by how many roundings it is off, and branch -> its value there with that argument changed.

    An unknown that another law gives is off by as much as the condition of that law says.
    """
    known = {**law.network.constants, **exact}
    roundings: dict[sp.Symbol, float] = {}
    for other in law.where:
        place_of = {symbol: exact[symbol] for symbol in other.symbols}
        number = other.evaluate(place_of, DIGITS)
        known[other.subject] = exact_number(number)
        roundings[other.subject] = max(1.0, _condition(other, place_of, 0, number))
    for symbol in (*law.equation.free_symbols & set(known),):
        if known[symbol] == 0:
            continue
        changed = {**known, symbol: known[symbol] * nudge}
        yield roundings.get(symbol, 1.0), partial(_value, law, known, changed)


def _value(law: Law, known: Point, changed: Point, branch: int) -> Number:
    """The value of that branch with arguments `changed`, in the regime of those `known`."""
    bound = law.equation.xreplace(dict(changed))
    match law.kind:
        case Kind.EXPLICIT:
            return value_at(decided(law.predictions[branch], known), changed, DIGITS)
        case Kind.COMPLEX_ROOTS:
            return complex_roots(bound, law.subject, {}, DIGITS)[branch]
        case _:
            return roots(bound, law.subject, law.codomain, {}, DIGITS)[branch]


def points_over_the_domain(law: Law, random: Random, *, per_parameter: int, drawn: int) -> Iterator[Doubles]:
    """Each parameter swept over its decades, the others ordinary; then points drawn at random.

    Down to 1e-39, of an interval with a finite end up to its last doubles, on either side of 0 where it is real.
    """
    law = law.valued
    ordinary = tuple(_drawn(p.domain, random, -1, 0) for p in law.parameters)
    for branch, parameter in enumerate(law.parameters):
        for step in range(per_parameter):
            decade = LARGEST - (LARGEST - SMALLEST) * (step / max(1, per_parameter - 1)) ** 3
            x = _in_domain(parameter.domain, 10.0**decade * (1 + 0.7 * random.random()), random)
            yield (*ordinary[:branch], x, *ordinary[branch + 1 :])
    for _ in range(drawn):
        yield tuple(_drawn(p.domain, random, -12, 0) for p in law.parameters)


def _drawn(domain: sp.Set, random: Random, low: float, high: float) -> float:
    return _in_domain(domain, 10.0 ** random.uniform(low, high), random)


def _in_domain(domain: sp.Set, x: float, random: Random) -> float:
    """A double of about that size in the domain; beyond a finite end one as far from it as 1/x says."""
    if domain in WHOLE_NUMBERS:
        return float(max(1, round(min(x * 100, 1e6))))
    if domain.inf.is_negative and random.random() < 0.5:
        return -_in_domain(sp.Interval.open(0, domain.sup), x, random)
    if domain.sup.is_finite and x >= float(domain.sup):
        return float(domain.sup) * (1 - 1e-3 / x)
    return x
