"""A formula beside measurements: at a point, and along a limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import log

import sympy as sp
from mpmath import mp

from analytics.errors import LawError, NearCriticalError, PrecisionError, VerificationError
from analytics.evaluation.contexts import exponent_of, kept_context, matching_digits
from analytics.evaluation.mpmath_types import Context, Number
from analytics.evaluation.values import nearest_to_zero, value_at
from analytics.expressions.parameter import Point
from analytics.law.law import Law
from analytics.law.values import exact_value
from analytics.network.beside import constants_beside
from analytics.network.network import Network
from numerics.engines.numbers import number_out, real_out
from numerics.observables.discovery import observable_named
from numerics.observables.measure import Measurement
from numerics.observables.point_text import point_text
from numerics.observables.record import Setting
from numerics.verification.leading_error import BEYOND, Limit, Power, digits_needed, leading_power
from numerics.verification.verdict import Experiment

MOST_DIGITS = 400
"""An error that does not show in so many digits, along a whole limit, is none."""

FEW_DIGITS, NUDGE = 15, sp.Rational(1, 10**4)
"""Digits to which it is tried whether a formula has a value, and by how much a point is moved off a singularity."""

STRAY_DIGITS = 20
"""Digits of the roots that are told from the measured values."""

LARGEST_EXPONENT = 100_000
"""Decimal exponent of the largest value that a formula may have."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A formula and a measurement at a point.

    law: the formula, on the network that was measured.
    branch: index of one of several values. predicted: the value of the formula. An implicit formula predicts its root
    next to the measured value, or None where that root is further away than a thousandth. error: measured minus
    predicted, to first order for an implicit formula. digits: to which both agree. flaw: why the formula has no value,
    where it has none.
    """

    law: Law
    point: Setting
    branch: int
    measured: Number
    predicted: Number | None
    error: Number | None
    digits: float
    flaw: str | None = None

    def where(self, network: Network) -> dict[str, sp.Expr]:
        """The point, after the constants whose values are not those of `network`."""
        return constants_beside(self.law.network, network) | dict(self.point)

    def sides(self, digits: int) -> tuple[Number, Number]:
        """Both sides of the equation, its subject at the measured value."""
        law = self.law
        values = {**law.given(self.point), law.subject: exact_value(self.measured)}
        return (
            value_at(law.equation.lhs, values, digits),
            value_at(law.equation.rhs, values, digits),
        )


@dataclass(frozen=True, slots=True)
class LeadingError:
    """measured - predicted along the limit, the other parameters at `setting`; power: None where it is 0 throughout.

    value: the power that the measured value itself follows, None where it follows none.
    setting holds what goes to the limit in proportion as a multiple of the limit's symbol.
    vanishing: does it fall faster than the value itself? last: the comparison closest to the limit.
    """

    setting: Setting
    branch: int
    power: Power | None
    value: Power | None
    vanishing: bool
    last: Compared

    def where(self, network: Network) -> dict[str, sp.Expr]:
        """The setting, after the constants whose values are not those of `network`."""
        return constants_beside(self.last.law.network, network) | dict(self.setting)


class Unmeasurable(Exception):  # noqa: N818 - no error: the setting is left out
    """A point at which the experiment refuses."""

    def __init__(self, point: Setting, reason: object) -> None:
        self.point = point
        super().__init__(f"{point_text(point)} is left out, {reason}")


class Unevaluated(Unmeasurable):
    """A point at which the formula's value cannot be had, although it may have one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A formula, which of its values is meant, and who measures. told: parameters of the experiment alone."""

    law: Law
    branch: int | None
    experiment: Experiment
    told: Setting = field(default_factory=dict)

    def compared(self, point: Setting, digits: int) -> list[Compared]:
        """The formula at a point, against each value that is meant."""
        seen = self.measured(point, digits)
        return [self.one(point, branch, seen, digits) for branch in self.branches(seen)]

    def measured(self, point: Setting, digits: int) -> Measurement:
        law = self.law
        try:
            return self.experiment(law.observable, law.network, {**point, **self.told}, digits)
        except NearCriticalError as error:
            raise Unmeasurable(point, error) from None

    def branches(self, seen: Measurement) -> Sequence[int]:
        """The indices of the measured values that the formula speaks of."""
        law, count = self.law, len(seen.values)
        if self.branch is not None:
            if self.branch > count:
                has = f"has {count} values" if count > 1 else "has one value"
                raise VerificationError(
                    f"checking a formula of {law.observable}",
                    f"a branch numbers one of several values, and {law.subject} {has} at {point_text(seen.point)}",
                    f"branch {self.branch}",
                    f"Choose 1 to {count}." if count > 1 else "Leave the branch out.",
                )
            return (self.branch - 1,)
        if count > 1 and law.is_explicit:
            raise VerificationError(
                f"checking a formula of {law.observable}",
                f"it must be said which of several values is meant, {observable_named(law.observable).meaning}",
                f"{count} values at {point_text(seen.point)}",
                f"Choose a branch, 1 to {count}.",
            )
        return range(count)

    def one(self, point: Setting, branch: int, seen: Measurement, digits: int) -> Compared:
        law, measured = self.law, seen.values[branch]
        context = kept_context(2 * digits + 20)
        value, predicted = context.convert(measured), None
        try:
            if law.is_explicit:
                predicted = self.evaluated(point, digits, context)
                miss = value - predicted
            else:
                miss = self.distance(point, value, context)
                predicted = value - miss if abs(miss) < abs(value) / 1000 else None
        except PrecisionError as error:
            if not (self.is_singular(point) or self.is_huge(point)):
                raise Unevaluated(point, error) from None
            return Compared(law, point, branch, measured, None, None, 0.0, error.requirement)
        except LawError as error:
            return Compared(law, point, branch, measured, None, None, 0.0, error.requirement)
        miss = context.convert(nearest_to_zero(miss, law.period, digits))
        scale = max(abs(value), context.one if law.period is not None else abs(value - miss))
        agreed = matching_digits(context, miss, scale, digits)
        given = None if predicted is None else number_out(predicted)
        return Compared(law, point, branch, measured, given, number_out(miss), agreed)

    def evaluated(self, point: Setting, digits: int, context: Context) -> Number:
        """What an explicit formula gives; 0 for what is too small to be written. Raises LawError, PrecisionError."""
        found = context.convert(self.law.evaluate(point, digits))
        if exponent_of(found) > LARGEST_EXPONENT:
            raise LawError(
                f"checking a formula of {self.law.observable}",
                f"it must stay below 10**{LARGEST_EXPONENT}",
                point_text(point),
                "Rewrite it.",
            )
        return found if exponent_of(found) > -LARGEST_EXPONENT else context.zero

    def is_singular(self, point: Setting) -> bool:
        """Has an explicit formula a value beside a point, and none at the point itself, to a few digits?"""
        law = self.law
        if not law.is_explicit:
            return False
        at = law.given(point)
        beside = {symbol: value * (1 + NUDGE) + NUDGE for symbol, value in at.items()}
        found: list[Number | None] = []
        for values in (at, beside):
            try:
                found.append(value_at(law.predictions[0], values, FEW_DIGITS))
            except PrecisionError:
                found.append(None)
        return found[0] is None and found[1] is not None

    def is_huge(self, point: Setting) -> bool:
        """Is an explicit formula a power as it stands, and larger than 10**LARGEST_EXPONENT?"""
        law = self.law
        return law.is_explicit and _is_huge(law.predictions[0], law.given(point))

    def distance(self, point: Setting, value: Number, context: Context) -> Number:
        """The step of Newton's method from a measured value to the root of an implicit formula next to it.

        Raises VerificationError where the equation holds for every value, or has a root of several values there.
        """
        law, digits = self.law, context.dps - 10
        small = (value or context.one) * context.mpf(10) ** (-digits // 2)
        for more in (1, 4, 16):  # far from its root an equation changes in late digits alone
            sharp = kept_context(more * context.dps)

            def sides_apart(at: Number, sharp: Context = sharp, wanted: int = more * digits) -> Number:
                return sharp.convert(law.discrepancy(point, number_out(at), wanted))

            miss = sides_apart(value)
            slope = (sides_apart(sharp.convert(value) + small) - miss) / small
            if slope:
                break
        step = miss / slope if slope else context.inf
        near = abs(small) < abs(step) < abs(value) / 1000
        if slope == 0 or (near and abs(sides_apart(value - step)) > abs(miss) / 10):
            raise VerificationError(
                f"checking a formula of {law.observable}",
                f"the equation must hold for one {law.subject} and not for others close by",
                f"{law.equation.lhs} = {law.equation.rhs}",
                f"Write it with a simple root in {law.subject}.",
            )
        return step

    def errors_along(self, setting: Setting, limit: Limit) -> Iterator[LeadingError]:
        """The leading error along a limit, for each value that is meant."""
        needed, asked = digits_needed(limit), replace(self, told=limit.told)
        columns = [asked.resolved(limit.point(setting, value), needed) for value in limit.inputs]
        for rows in zip(*columns, strict=False):
            yield self.leading_error(setting, limit, rows, needed)

    def stray_roots(self, compared: Compared) -> list[Number]:
        """Roots of an implicit formula at a point at which no value was measured, where they can be searched for."""
        if self.law.is_explicit:
            return []
        try:
            seen = self.measured(compared.point, STRAY_DIGITS).values
            roots = self.law.branches(dict(compared.point), STRAY_DIGITS)
        except (NearCriticalError, Unmeasurable):
            return []
        context = kept_context(2 * STRAY_DIGITS)
        near = context.mpf(10) ** (-STRAY_DIGITS // 2)
        values = [context.convert(value) for value in seen]
        return [
            root
            for root in roots
            if all(abs(context.convert(root) - value) > near * abs(value) for value in values)
        ]

    def leading_error(
        self, setting: Setting, limit: Limit, rows: Sequence[Compared], needed: int
    ) -> LeadingError:
        last, branch = rows[-1], rows[-1].branch
        shown = limit.shown(setting)
        if any(row.flaw for row in rows):
            flawed = next(row for row in rows if row.flaw)
            return LeadingError(shown, branch, None, None, False, flawed)
        seen = [row for row in rows if row.error]
        if not seen:
            return LeadingError(shown, branch, None, None, True, last)
        if len(seen) > 1 and not _vanishes(limit, seen[-2:]):
            return LeadingError(shown, branch, None, None, False, seen[-1])
        operation = f"checking a formula of {self.law.observable}"
        if len(seen) < len(rows):
            raise VerificationError(
                operation,
                f"the error must be other than 0 at every input towards {limit}, or at none",
                f"0 at {point_text(next(row.point for row in rows if not row.error))}",
                "Choose other parameters.",
            )
        errors, values = _errors_and_values(rows)
        power = leading_power(limit, errors, needed)
        value = leading_power(limit, values, needed) if all(values) else None
        if power is not None:
            is_nothing = self.law.period is None and not any(values)  # than which nothing is smaller
            vanishing = not is_nothing and (value is None or limit.is_smaller(power, value))
            return LeadingError(shown, branch, power, value, vanishing, last)
        if limit.target == sp.oo:
            raise Unmeasurable(
                shown,
                f"the error is no power of {limit.variable} yet at {limit.variable} = {limit.inputs[-1]}",
            )
        further = [
            row
            for value in BEYOND
            for row in self.resolved(limit.point(setting, value), needed)
            if row.branch == branch
        ]
        if (
            len(further) == len(BEYOND)
            and all(row.error for row in further)
            and not _vanishes(limit, further)
        ):
            return LeadingError(shown, branch, None, None, False, further[-1])
        raise VerificationError(
            operation,
            f"the error must be C x^s, or C x^s ln x, towards {limit}",
            f"one that falls otherwise at {point_text(last.point)}, where it is {mp.nstr(errors[-1], 6)}",
            "Fix more parameters, or choose another limit.",
        )

    def resolved(self, point: Setting, needed: int) -> list[Compared]:
        """The comparison at a point, so accurate that the error shows to `needed` digits; 0 if it never does."""
        digits = 2 * needed
        while True:
            found = self.compared(point, digits)
            shows = [row.flaw is not None or digits - row.digits >= needed for row in found]
            if all(shows):
                return found
            if digits >= max(MOST_DIGITS, 4 * needed):
                return [
                    row if shown else replace(row, error=mp.zero)
                    for row, shown in zip(found, shows, strict=True)
                ]
            digits *= 2


def _is_huge(expression: sp.Expr, values: Point) -> bool:
    base, exponent = expression.as_base_exp()
    if exponent == 1:
        return False
    try:
        growth = value_at(sp.log(base), values, FEW_DIGITS)
        if _is_huge(exponent, values):
            return bool(growth > 0)
        return bool(growth * value_at(exponent, values, FEW_DIGITS) > LARGEST_EXPONENT * log(10))
    except (PrecisionError, TypeError):  # no value, or a complex one
        return False


def _vanishes(limit: Limit, pair: Sequence[Compared]) -> bool:
    """Does the error, other than 0, fall faster than the value between two points?"""
    inputs = [row.point[str(limit.variable)] for row in pair]
    return limit.sees_vanish(inputs, *_errors_and_values(pair))


def _errors_and_values(rows: Sequence[Compared]) -> tuple[list[Number], list[Number]]:
    return [_real(row.error or mp.zero) for row in rows], [_real(row.measured) for row in rows]


def _real(value: Number) -> Number:
    """A number as it is, of a complex one the modulus, with all its digits."""
    if not hasattr(value, "_mpc_"):
        return value
    context = kept_context(1000)
    return real_out(abs(context.convert(value)))
