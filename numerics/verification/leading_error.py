"""The leading error of a formula towards a limit, C x^s or C x^s ln x, from its values at a sequence of inputs.

    e(x) = C x^s (1 + smaller powers)            s = slope of ln|e| against ln x
    e(x) = C x^s (ln x + D + smaller powers)     C = slope of e x^-s against ln x, for the one s that makes it constant

Towards 0 the inputs are so small that smaller powers hardly show, and Aitken's process removes the largest of them.
Times are bounded, and powers of 1/n with their logarithms are eliminated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor

import sympy as sp
from flint import arb

from analytics.balls.arithmetic import flint_precision
from analytics.evaluation.contexts import bits_of
from analytics.evaluation.mpmath_types import Number
from numerics.engines.numbers import real_out
from numerics.observables.record import Approach, Setting
from numerics.verification.elimination import Elimination, Term, magnification, powers, powers_with_logarithms

STEP = sp.Rational(17, 71)
"""Inputs towards 0 are powers of it: neither they nor their reciprocals are whole multiples of anything simple, at
which a formula such as R + sin(pi/F) would be right by chance."""

TOWARDS_ZERO = tuple(STEP**power for power in (20, 35, 50, 65, 80))
"""Inputs of a limit 0, a geometric sequence from 4e-13 to 2e-50. Of an error smaller than the value by x^(2/3) a
coefficient that is off by 1e-32 shows at the last one; an estimate of lengths there takes seconds."""

BEYOND = (STEP**95, STEP**110)
"""Two more, to 5e-69, where these leave open whether the error vanishes."""

LATE = tuple(sp.Integer(811 + 41 * step) for step in range(40))
"""Inputs of a limit oo, 811 to 2410: even and odd, of all remainders by every number up to 40."""

SETTLED = 5
"""Digits to which a slope must have settled to be one."""

SLACK = 10
"""Times the last changes of an elimination are the error of a slope at late times: where more logarithms accompany the
powers than are eliminated, the slope is off by 4 of them."""

LARGEST_DENOMINATOR = 24
"""Of a power that is recognised: at five digits a number is close to such a fraction by chance once in 300 times."""

LOGARITHMIC_DENOMINATOR = 12
"""Of the powers tried where a logarithm is suspected."""

LOGARITHMIC_RANGE = sp.Rational(3, 10)
"""How far the local slope may be from the power where a logarithm is suspected: about 1/ln x."""


VANISHING = 0.02
"""The least power of the limit variable by which a relative error must fall; a bare logarithm falls by less."""


@dataclass(frozen=True, slots=True)
class Power:
    """C x^s, or C x^s ln x where `logarithm`.

    coefficient, power: mpmath numbers, each with an estimate of its error; power is the slope as measured, which a
    logarithm keeps from settling. rational: the fraction that s is, and the coefficient belongs to, or None where
    none is recognised.
    """

    coefficient: Number
    coefficient_error: Number
    power: Number
    power_error: Number
    rational: sp.Expr | None
    logarithm: bool

    @property
    def exponent(self) -> Number:
        """s, exact where it is recognised."""
        return self.power if self.rational is None else self.rational


@dataclass(frozen=True, slots=True)
class Limit:
    """variable -> target; companions: parameters that go along in proportion; approach: the observable's, to oo."""

    variable: sp.Symbol
    target: sp.Expr
    companions: tuple[str, ...] = ()
    approach: Approach = field(default_factory=lambda: Approach((), ()))

    def __str__(self) -> str:
        along = "".join(f", {name}" for name in self.companions)
        return f"{self.variable}{along} -> {self.target}"

    @property
    def inputs(self) -> tuple[sp.Rational, ...]:
        """Where a leading error is looked for."""
        if self.target != sp.oo:
            return TOWARDS_ZERO
        return self.approach.close or self.approach.inputs or LATE

    @property
    def told(self) -> Setting:
        """What an experiment at these inputs is told besides."""
        return self.approach.setting if self.approach.close else {}

    def terms(self, logarithms: int = 0) -> tuple[Term, ...]:
        """What is eliminated: nothing towards 0; at late times powers of 1/n, with further logarithms; at distances
        the powers that the observable names."""
        most = len(self.inputs) - 1
        if self.target != sp.oo:
            return ()
        if self.approach.inputs:
            found = powers(-sp.Integer(self.approach.corrections[0]), most)
            further = {term.power: logarithms for term in found}
        else:
            found = powers_with_logarithms(sp.S.NegativeOne, most)
            further = {term.power: -term.power + logarithms for term in found}
        if logarithms:
            found = tuple(Term(power, n) for power, last in further.items() for n in range(last + 1))
        return found[:most]

    def point(self, setting: Setting, value: sp.Expr) -> dict[str, sp.Expr]:
        """The point of a setting, given at the value 1 of the variable, at another value."""
        return {
            **setting,
            **{name: setting[name] * value for name in self.companions},
            str(self.variable): value,
        }

    def shown(self, setting: Setting) -> dict[str, sp.Expr]:
        """A setting with what goes along as a multiple of the variable's symbol."""
        return {
            name: value * self.variable if name in self.companions else value
            for name, value in setting.items()
        }

    def sees_vanish(
        self, inputs: Sequence[sp.Expr], errors: Sequence[Number], values: Sequence[Number]
    ) -> bool:
        """Do errors, other than 0, fall faster than the values between two inputs, by a power?"""
        slope = slope_of(inputs, errors) - (slope_of(inputs, values) if all(values) else 0)
        return self.takes_to_zero(slope)

    def is_smaller(self, error: Power, value: Power) -> bool:
        """Is an error of that power smaller than a value of the other one in the limit, by a power?"""
        return self.takes_to_zero(error.exponent - value.exponent)

    def takes_to_zero(self, power: Number | float) -> bool:
        """Does the variable to this power vanish in the limit?"""
        return bool(power < -VANISHING if self.target == sp.oo else power > VANISHING)


def digits_needed(limit: Limit) -> int:
    """Digits to which the errors of a formula must be known at the inputs of a limit."""
    return 20 + magnification(limit.inputs, limit.terms()) if limit.target == sp.oo else 20


def leading_power(limit: Limit, errors: Sequence[Number], digits: int) -> Power | None:
    """The power that the errors, real mpmath numbers other than 0, follow along a limit; None where there is none.

    digits: to which they are known.
    """
    with flint_precision(bits_of(4 * digits)):
        balls = [arb(error) * arb(1, arb(10) ** -digits) for error in errors]
        slope = _slope(limit, [abs(ball).log() for ball in balls], limit.terms(), digits)
        if slope.error < arb(10) ** -SETTLED:
            return _without_logarithm(limit, balls, slope, digits)
        return _with_logarithm(limit, balls, slope, digits)


def slope_of(inputs: Sequence[sp.Rational], values: Sequence[Number]) -> float:
    """d ln|value| / d ln x between the last two inputs."""
    with flint_precision(200):
        low, high = (abs(arb(value)).log() for value in values[-2:])
        return float(((high - low) / _ball(inputs[-1] / inputs[-2]).log()).mid())


@dataclass(frozen=True, slots=True)
class _Limit:
    """What a sequence tends to, and an estimate of how far it still is from it; local: its last member."""

    value: arb
    error: arb
    local: arb


def _slope(limit: Limit, values: Sequence[arb], terms: Sequence[Term], digits: int) -> _Limit:
    """The slope of values against ln x in the limit."""
    elimination = Elimination(terms, 4 * digits, gains_little=bool(limit.approach.close))
    for x, value in zip(limit.inputs, values, strict=True):
        elimination.add(x, value)
    slopes = [row[0] for row in elimination.table]
    if not terms:
        return _limit(slopes)
    return _Limit(elimination.latest, SLACK * elimination.bound, slopes[-1])


def _limit(values: Sequence[arb]) -> _Limit:
    """Of a sequence whose distance from its limit shrinks by one factor from member to member (Aitken's process).

    Of one whose distance grows the process would give what it departs from: that is no limit.
    """
    last = values[-1]
    plain = _Limit(last, abs(last - values[-2]) + last.rad(), last)
    thirds = list(zip(values, values[1:], values[2:], strict=False))[-2:]
    curvatures = [c - 2 * b + a for a, b, c in thirds]
    if len(thirds) < 2 or any(curvature.contains(0) for curvature in curvatures):
        return plain
    if any(abs(c - b) > abs(b - a) for a, b, c in thirds):
        return plain
    before, now = (
        c - (c - b) ** 2 / curvature for (_, b, c), curvature in zip(thirds, curvatures, strict=True)
    )
    error = abs(now - before) + now.rad()
    return _Limit(now, error, last) if error < plain.error else plain


def _without_logarithm(limit: Limit, balls: Sequence[arb], slope: _Limit, digits: int) -> Power:
    inputs = limit.inputs
    rational = _rational(slope)
    power = slope.value.mid() if rational is None else _ball(rational)
    scaled = [ball / _ball(x) ** power for x, ball in zip(inputs, balls, strict=True)]
    if limit.target != sp.oo:
        found = _limit(scaled)
    else:
        # D + sum a_m f_m(x), times ln x: D is a slope, once the f_m ln x are gone
        products = [value * _ball(x).log() for x, value in zip(inputs, scaled, strict=True)]
        terms = [Term(term.power, term.logarithms + 1) for term in limit.terms()]
        found = _slope(limit, products, terms, digits)
    error = found.error
    if rational is None:
        error += abs(found.value * _ball(inputs[-1]).log() * slope.error)
    return _power(found.value, error, slope, rational, logarithm=False)


def _with_logarithm(limit: Limit, balls: Sequence[arb], slope: _Limit, digits: int) -> Power | None:
    """The rational power that makes e x^-s a straight line in ln x, if one does."""
    local = sp.Rational(str(float(slope.local.mid())))
    best: tuple[arb, sp.Rational, _Limit] | None = None
    for candidate in _fractions(local - LOGARITHMIC_RANGE, local + LOGARITHMIC_RANGE):
        power = _ball(candidate)
        scaled = [ball / _ball(x) ** power for x, ball in zip(limit.inputs, balls, strict=True)]
        found = _slope(limit, scaled, limit.terms(logarithms=1), digits)
        unsteady = found.error / abs(found.value)
        if unsteady < arb(10) ** -SETTLED and (best is None or unsteady < best[0]):
            best = (unsteady, candidate, found)
    if best is None:
        return None
    _, rational, found = best
    return _power(found.value, found.error, slope, rational, logarithm=True)


def _power(
    coefficient: arb, error: arb, slope: _Limit, rational: sp.Rational | None, *, logarithm: bool
) -> Power:
    return Power(
        coefficient=real_out(coefficient.mid()),
        coefficient_error=real_out(error.upper()),
        power=real_out(slope.value.mid()),
        power_error=real_out(slope.error.upper()),
        rational=rational,
        logarithm=logarithm,
    )


def _rational(slope: _Limit) -> sp.Rational | None:
    """The fraction of a small denominator that a slope is within its error, if there is one."""
    size = slope.error.max(arb(10) ** -20)
    for denominator in range(1, LARGEST_DENOMINATOR + 1):
        nearest = round(float((slope.value * denominator).mid()))
        if abs(slope.value.mid() - arb(nearest) / denominator) <= size:
            return sp.Rational(nearest, denominator)
    return None


def _fractions(low: sp.Rational, high: sp.Rational) -> list[sp.Rational]:
    """All fractions between, of a denominator up to LOGARITHMIC_DENOMINATOR."""
    found = {
        sp.Rational(numerator, denominator)
        for denominator in range(1, LOGARITHMIC_DENOMINATOR + 1)
        for numerator in range(ceil(low * denominator), floor(high * denominator) + 1)
    }
    return sorted(found)


def _ball(number: sp.Rational) -> arb:
    return arb(int(number.p)) / int(number.q)
