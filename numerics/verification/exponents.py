"""Critical exponents of measured observables.

    y = A x^a (1 + c_1 x^s + c_2 x^(2s) + ...)

The local exponent d ln y / d ln x between neighbouring inputs approaches a with corrections in powers of x^s;
elimination removes them one by one, so that the digits gained grow with each further input. Where logarithms
accompany the powers, the m-th is removed with up to m of them. The elimination knows the step s of the law's own
series; a wrong step or a wrong law only makes it converge slowly, or to a number that is not the law's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sympy as sp
from flint import acb, arb, fmpq
from mpmath import mp

from analytics.balls.arithmetic import flint_precision
from analytics.errors import NearCriticalError, VerificationError
from analytics.evaluation.contexts import bits_of, kept_context
from analytics.evaluation.decimals import upper
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.values import require_digits
from analytics.expressions import printing
from analytics.law.law import Law
from analytics.notebook import facts, formula, words
from numerics.engines.numbers import real_out
from numerics.observables.measure import measure
from numerics.observables.point_text import point_text
from numerics.observables.record import Approach
from numerics.verification.elimination import (
    Elimination,
    Term,
    decimal_exponent,
    magnification,
    powers,
    powers_with_logarithms,
)
from numerics.verification.points import approach_of, point_along, settings_along

FIRST, RATIO, MOST = sp.Rational(1, 64), sp.Rational(1, 8), 48
"""Inputs towards 0: 1/64, 1/512, ..., so many at most."""

EARLIEST, SHORTEST, MOST_TIMES = 20, 16, 72
"""Times are h (20 + j), so many at most, h being twice the digits asked for, or 16: every step is simulated, so they
are bounded. Inputs so close to each other lose digits in the elimination, which the values have in excess."""

GUARD = 8
"""Digits of the values beyond those wanted and those lost in the elimination."""


@dataclass(frozen=True, slots=True)
class Exponent:
    """A measured exponent beside the exact one.

    predicted: the law's leading power. measured: the last entry of the elimination.
    against: the law whose values took the place of measurements, or None.
    error_bound: on |measured - exponent|, the sum of two parts, or three. One is what terms not yet eliminated leave,
    for which the last changes of the slope stand: an estimate and no proof. The other, input_error, is what the
    errors of the values can do to the last entry; given those errors it is proved, by ball arithmetic. The third is
    how much the exponent changes where the far side of a ring comes closer, an estimate too.
    bound_by: how both parts were obtained, in words.
    digits: those asked for; digits_reached: those that the bound vouches for; shortfall: None, or how far the
    call got and why, in one line.
    passed: the exact exponent lies within the bound, which is below 10^-digits, or 10^-10 (10^-8 of what a ring leaks)
    where more are asked for.
    setting: the other parameters, of which those that go to the limit in proportion are given at the input 1.
    inputs: the values of the parameter; table: the elimination, row j holding T(j, 0) ... T(j, j), where T(j, 0)
    is the local exponent between inputs j and j + 1.
    """

    observable: str
    parameter: str
    law: Law
    against: Law | None
    digits: int
    digits_reached: int
    shortfall: str | None
    predicted: sp.Expr
    measured: Number
    error_bound: Number
    input_error: Number
    bound_by: str
    passed: bool
    setting: Mapping[str, sp.Expr]
    inputs: tuple[sp.Expr, ...]
    table: tuple[tuple[Number, ...], ...]

    def __str__(self) -> str:
        measured = mp.nstr(self.measured, self.digits_reached or 1)
        bound = upper(self.bound_of(measured)) if self.error_bound < 1 else "1 or more"
        outcome = "passed" if self.passed else "FAILED"
        told = f"; {self.shortfall}" if self.shortfall else ""
        return (
            f"{self.observable} ~ {self.parameter}**({self.predicted}): {outcome}, "
            f"measured {measured} ± {bound}{told}"
        )

    def __repr__(self) -> str:
        return f"<Exponent {self}>"

    def _repr_latex_(self) -> str:
        subject, parameter = (
            printing.latex(sp.Symbol(name)) for name in (str(self.law.subject), self.parameter)
        )
        return rf"${subject} \sim {parameter}^{{{printing.latex(self.predicted)}}}$"

    def _repr_html_(self) -> str:
        return facts(
            words(self),
            [
                ("law", f"{words(self.law.name)}: {formula(self.law.latex())}"),
                ("at", words(point_text(self.setting))),
                ("error bound", words(self.bound_by)),
            ],
        )

    def bound_of(self, written: str) -> Number:
        """The error bound of the measured exponent as it is written, in a few digits: what rounding it adds."""
        context = kept_context(2 * self.digits + GUARD)
        bound = context.convert(self.error_bound) + abs(context.mpf(written) - context.convert(self.measured))
        return real_out(bound)


def exponent(
    law: Law,
    digits: int = 30,
    *,
    against: Law | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Exponent:
    """Measure the exponent of `law.observable` along the law's limit, and compare it with the law's.

    Inputs are added until the error bound falls below 10^-digits, or no more can be had: then `shortfall` says why.
    against: an exact law of the same observable and network, explicit or not, to be evaluated in place of the
    experiment. progress(digits_so_far, digits).
    Raises PrecisionError for digits that are no whole number from 1 on, VerificationError for a law without a
    leading power, or laws that cannot be compared.
    """
    variable, target = _require_power(law, digits)
    predicted, setting = law.exponents[0], settings_along(law)[0]
    approach = approach_of(law) or Approach((), ())
    inputs = approach.close or inputs_towards(target, digits)
    if against is not None:
        _require_comparable(law, against, point_along(law, setting, inputs[0]))
    terms = corrections(law, len(inputs) - 1)
    working = digits + GUARD + magnification(inputs, terms)
    elimination = Elimination(terms, 4 * working, gains_little=bool(approach.close))
    why = f"{len(inputs)} inputs are the most that are tried, up to {variable} = {inputs[-1]}"
    used: list[sp.Expr] = []
    for value in inputs:
        try:
            seen = _logarithm(law, against, point_along(law, setting, value), working, approach.setting)
        except NearCriticalError as refusal:
            if len(used) < 3:
                raise
            why = f"there is no value at {variable} = {value}, {refusal}"
            break
        elimination.add(value, seen)
        used.append(value)
        reached = max(0, -decimal_exponent(elimination.bound) - 1)
        if progress and len(used) > 2:
            progress(min(digits, reached), digits)
        if reached >= digits:
            break
    with flint_precision(bits_of(working)):
        bound = elimination.bound
        if approach.nearer and against is None:
            nearer = Elimination(terms, 4 * working)
            for value in used:
                point = point_along(law, setting, value)
                nearer.add(value, _logarithm(law, against, point, working, approach.nearer))
            trace = abs(elimination.latest - nearer.latest)
            if trace > bound:
                why = "the far side of the ring is felt"
            bound += trace
            reached = max(0, -decimal_exponent(bound) - 1)
        miss = abs(elimination.latest.mid() - arb(fmpq(int(predicted.p), int(predicted.q))))
        passed = bool(miss <= bound) and reached >= min(digits, approach.least)
    return Exponent(
        observable=law.observable,
        parameter=variable.name,
        law=law,
        against=against,
        digits=digits,
        digits_reached=min(reached, digits),
        shortfall=None if reached >= digits else f"{reached} of {digits} digits: {why}",
        predicted=predicted,
        measured=real_out(elimination.latest.mid()),
        error_bound=real_out(bound),
        input_error=real_out(elimination.latest.rad()),
        bound_by=(
            f"estimate: the last changes of the elimination, and the errors of {len(used)} "
            f"{'measurements, as estimated' if against is None else 'values of ' + against.name} to "
            f"{working} digits, by ball arithmetic"
            f"{'; and what the far side does, half as far away' if approach.nearer and against is None else ''}"
        ),
        passed=passed,
        setting=setting,
        inputs=tuple(used),
        table=tuple(tuple(real_out(entry.mid()) for entry in row) for row in elimination.table),
    )


def inputs_towards(target: sp.Expr, digits: int) -> tuple[sp.Rational, ...]:
    """The inputs that an elimination for so many digits may use, the first ones first."""
    if target == sp.oo:
        spacing = max(SHORTEST, 2 * digits)
        return tuple(sp.Integer(spacing * (EARLIEST + index)) for index in range(MOST_TIMES))
    return tuple(FIRST * RATIO**index for index in range(MOST))


def corrections(law: Law, most: int) -> tuple[Term, ...]:
    """The terms by which the logarithm of what a law predicts departs from its leading power.

    Their powers follow each other by the law's own gap, or more closely where the profile's series does; as the
    observable says where it is followed in a way of its own.
    """
    approach = approach_of(law)
    if approach and approach.close:
        return powers(-sp.Integer(approach.corrections[0]), most)
    variable, target = law.limit or (None, sp.S.Zero)
    activation = law.network.activation
    p = activation.order
    series = enumerate(activation.taylor(3 * p + 4))
    finest = sp.igcd(*(power - 1 for power, value in series if value != 0 and power > 1))
    per_power = p if target == sp.oo else p + 1
    step = sp.gcd(abs(law.exponents[1] - law.exponents[0]), sp.Rational(finest, per_power))
    kind = powers_with_logarithms if law.equation.rhs.has(sp.log(variable)) else powers
    return kind(-step if target == sp.oo else step, most)


def _require_power(law: Law, digits: int) -> tuple[sp.Symbol, sp.Expr]:
    """The limit of a law that has an exponent. Raises PrecisionError, VerificationError."""
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
    return law.limit


def _require_comparable(law: Law, other: Law, point: Mapping[str, sp.Expr]) -> None:
    """Raise VerificationError unless `other` is an exact law that says what `law` speaks of at `point`."""
    operation = f"exponent of '{law.name}' against a law"
    if not isinstance(other, Law):
        raise VerificationError(operation, "a law is needed", repr(other), "Give derive(network)[name].")
    differing = [
        f"{what} {there} against {here}"
        for what, there, here in (
            ("observable", other.observable, law.observable),
            ("network", other.network.name, law.network.name),
            ("constants", other.network.constants, law.network.constants),
        )
        if there != here
    ]
    if other.network != law.network or differing:
        raise VerificationError(
            operation,
            "both must speak of one observable of one network",
            ", ".join(differing) or "another network of the same name",
            "Choose a law of the same observable.",
        )
    if not other.is_exact:
        raise VerificationError(
            operation,
            "an exact law is needed in place of measurements",
            f"{other.name} with the remainder {other.remainder}",
            "Exchange the two, or measure.",
        )
    try:
        other.at(point).given(point)
    except NearCriticalError as error:
        raise VerificationError(
            operation, "both must have the same parameters", str(error), "Choose another law."
        ) from None


def _logarithm(
    law: Law, against: Law | None, point: Mapping[str, sp.Expr], digits: int, told: Mapping[str, sp.Expr]
) -> arb:
    """A ball with ln|y| at a point: of the first value where there are several. told: to the experiment alone."""
    if against is None:
        seen = measure(law.observable, law.network, {**point, **told}, digits)
        value, error = seen.value, seen.error
    else:
        value, error = against.evaluate(point, digits), mp.zero
    with flint_precision(bits_of(digits + GUARD)):
        size = abs(acb(value))
        logarithm = (size * arb(1, max(arb(error), arb(10) ** -digits))).log()
    if not logarithm.is_finite():
        raise VerificationError(
            f"exponent of '{law.name}'",
            "values other than 0 are needed",
            f"{value} at {point}",
            "Choose another observable.",
        )
    return logarithm
