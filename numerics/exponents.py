"""Critical exponents of measured observables.

The local exponent d ln y / d ln x between neighbouring inputs of a geometric sequence x_j = x_0 q^j
approaches the exponent with corrections in powers of x^s; Richardson elimination removes them one by one,

    T(j, m) = (T(j, m-1) - q^(m s) T(j-1, m-1)) / (1 - q^(m s)),

so that the digits gained grow with each further input. Where logarithms accompany the powers, the m-th is
removed m + 1 times. The elimination knows the step s of the law's own series; a wrong step or a wrong law
only makes it converge slowly, or to a number that is not the law's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from mpmath import mp

from analytics.errors import VerificationError
from analytics.evaluation import require_digits
from analytics.law import Law
from analytics.precision import new_context
from numerics.engines.numbers import real_out
from numerics.measure import measure
from numerics.verify import point_along, settings_along

INPUTS: dict[sp.Expr, tuple[sp.Expr, sp.Expr, int]] = {
    sp.S.Zero: (sp.Rational(1, 64), sp.Rational(1, 8), 48),
    sp.oo: (sp.Integer(4), sp.Integer(2), 16),
}
"""Limit -> first input, ratio of neighbouring ones, most inputs. Times are bounded by what can be simulated."""

GUARD = 12

LATE_DIGITS = 12
"""Digits asked for at most of an exponent in time, whose inputs are bounded."""


@dataclass(frozen=True, slots=True)
class Exponent:
    """A measured exponent beside the exact one.

    predicted: the law's leading power; measured: the last entry of the elimination.
    error_bound: the larger of the last two changes along the diagonal and the last row of the
    elimination, an estimate and no proof. passed: the bound is below 10^-digits and covers the miss.
    digits: those asked for, at most LATE_DIGITS of an exponent in time.
    inputs: the values of the parameter; table: the elimination, row j holding T(j, 0) ... T(j, j).
    """

    observable: str
    parameter: str
    law: Law
    digits: int
    predicted: sp.Expr
    measured: Any
    error_bound: Any
    passed: bool
    inputs: tuple[sp.Expr, ...]
    table: tuple[tuple[Any, ...], ...]

    def __str__(self) -> str:
        measured, bound = mp.nstr(self.measured, self.digits), mp.nstr(self.error_bound, 1)
        outcome = "passed" if self.passed else "FAILED"
        return f"{self.observable} ~ {self.parameter}**({self.predicted}): {outcome}, measured {measured} +- {bound}"


def exponent(law: Law, digits: int = 30, *, progress: Callable[[int, int], None] | None = None) -> Exponent:
    """Measure the exponent of `law.observable` along the law's limit, and compare it with the law's.

    Inputs are added until the error estimate falls below 10^-digits. progress(digits_so_far, digits).
    Raises PrecisionError for digits that are no whole number from 1 on, VerificationError for a law without a
    leading power.
    """
    if not isinstance(law, Law):
        raise VerificationError(
            "exponent", "a law is needed", repr(law), "Give derive(network)['resonant_amplitude']."
        )
    require_digits(f"exponent of '{law.name}'", digits)
    if len(law.exponents) < 2 or law.limit is None:
        raise VerificationError(
            f"exponent of '{law.name}'",
            "an explicit law with a leading power is needed",
            law.equation,
            "Choose an asymptotic law.",
        )
    variable, target = law.limit
    predicted, step = law.exponents[0], _step(law)
    first, ratio, most = INPUTS[target]
    has_logarithms = law.equation.rhs.has(sp.log(variable))
    digits = min(digits, LATE_DIGITS) if target == sp.oo else digits
    others = settings_along(law)[0]
    context = new_context(digits + GUARD)
    shrink = context.power(_number(context, ratio), _number(context, step))
    inputs: list[sp.Expr] = []
    logarithms: list[Any] = []
    table: list[tuple[Any, ...]] = []
    bound = context.inf
    while bound > context.mpf(10) ** -digits and len(inputs) < most:
        inputs.append(first * ratio ** len(inputs))
        point = point_along(law, others, inputs[-1])
        value = measure(law.observable, law.network, point, digits + GUARD).value
        logarithms.append(context.log(context.convert(value)))
        if len(logarithms) < 2:
            continue
        row = [(logarithms[-1] - logarithms[-2]) / context.log(_number(context, ratio))]
        for place in range(len(table)):
            factor = shrink ** (_power_with_logarithms(place) if has_logarithms else place + 1)
            row.append((row[-1] - factor * table[-1][place]) / (1 - factor))
        if table:
            bound = max(abs(row[-1] - table[-1][-1]), abs(row[-1] - row[-2]))
            if progress:
                progress(min(digits, max(0, int(-context.log10(bound + context.eps)))), digits)
        table.append(tuple(row))
    measured = table[-1][-1]
    miss = abs(measured - _number(context, predicted))
    return Exponent(
        observable=law.observable,
        parameter=variable.name,
        law=law,
        digits=digits,
        predicted=predicted,
        measured=real_out(measured),
        error_bound=real_out(bound),
        passed=bool(miss <= bound <= context.mpf(10) ** -digits),
        inputs=tuple(inputs),
        table=tuple(tuple(real_out(value) for value in row) for row in table),
    )


def _step(law: Law) -> sp.Expr:
    """The power by which corrections follow each other: the law's own gap, as fine as the profile's series."""
    gap = law.exponents[1] - law.exponents[0]
    if law.limit is not None and law.limit[1] == sp.oo:
        return gap
    p = law.network.activation.order
    powers = [
        n - 1 for n, value in enumerate(law.network.activation.taylor(2 * p + 1)) if value != 0 and n > 1
    ]
    return sp.gcd(gap, sp.Rational(sp.igcd(*powers), p + 1))


def _power_with_logarithms(place: int) -> int:
    """1, 1, 2, 2, 2, 3, 3, 3, 3, ...: the m-th power m + 1 times."""
    power = 1
    while place > power:
        place -= power + 1
        power += 1
    return power


def _number(context: Any, value: sp.Expr) -> Any:
    return context.mpf(value.p) / value.q
