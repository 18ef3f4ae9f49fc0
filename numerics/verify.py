"""The verdict on a law: its predictions against measurements on the simulated lattice.

An exact law must agree with the measurement to the digits asked for, at several points of its domain.
A law with a remainder must miss the measurement by exactly the order it states: the local slope of
ln|miss| against ln(variable) is taken over inputs so small that no other order could be mistaken for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy as sp
from mpmath import MPContext, mp

from analytics.errors import LawError, PrecisionError, VerificationError
from analytics.law import Law
from numerics.measure import Measurement, measure, observable_named

GUARD = 4
"""Digits measured beyond those asked for, so that the last one asked for can be compared."""

SEQUENCE = tuple(sp.Rational(1, 10**power) for power in (12, 15, 18))
"""Inputs of asymptotic laws. At 1e-12 a coefficient off by 1e-6 outweighs a remainder that is smaller by
F^(2/3), the narrowest gap of these networks (p = 2), and the slope shows the wrong order."""

ORDER_TOLERANCE = sp.Rational(1, 10**4)
"""Largest accepted |observed - stated| order. Corrections to the slope are of relative order 1e-8 or less."""

RESOLUTION = 8
"""Digits to which a miss must be resolved above the error of the measurement."""

MOST_DIGITS = 2000
"""A miss that is not resolved at this many digits counts as none."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One point of a verification.

    point: exact values of the law's parameters; predicted, measured: mpmath numbers;
    difference: left minus right side of a law with a remainder at the measured value, else predicted
    minus measured; digits: digits to which both agree.
    """

    point: dict[str, sp.Expr]
    predicted: Any
    measured: Any
    difference: Any
    digits: float
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a law holds, and everything that it was compared with.

    digits: digits asked for; digits_agreed: the fewest over the points.
    remainder_order, observed_order: of a law with a remainder, stated and found (the worst pair of
    neighbouring inputs); None for an exact law. reason: in one line, why it passed or failed.
    """

    law: Law
    passed: bool
    digits: int
    digits_agreed: int
    remainder_order: sp.Expr | None
    observed_order: Any
    points: tuple[Comparison, ...]
    reason: str


def verify(law: Law, digits: int = 50, *, progress: Callable[[int, int], None] | None = None) -> Verdict:
    """Compare `law` with measurements of its observable on its network.

    digits: of agreement asked of an exact law; the slopes of an asymptotic law are found to about 1e-8
    whatever they are. progress(done, total) is called after each point.
    A law that has no solution, or has one only at the wrong place, fails; it does not raise.
    Raises PrecisionError for digits < 1, UnknownNameError for an observable that nobody measures.
    """
    if digits < 1:
        raise PrecisionError(f"verifying '{law.name}'", "digits must be at least 1", digits, "Ask for more.")
    try:
        return _exact(law, digits, progress) if law.is_exact else _asymptotic(law, digits, progress)
    except LawError as error:
        return Verdict(law, False, digits, 0, law.remainder_order, None, (), str(error))


def _exact(law: Law, digits: int, progress: Callable[[int, int], None] | None) -> Verdict:
    points = _points(law)
    comparisons = []
    for done, point in enumerate(points, start=1):
        comparisons.append(_comparison(law, point, digits + GUARD))
        if progress:
            progress(done, len(points))
    agreed = int(min(comparison.digits for comparison in comparisons))
    passed = agreed >= digits
    reason = f"agrees to {agreed} digits at {len(points)} points"
    return Verdict(law, passed, digits, agreed, None, None, tuple(comparisons), reason)


def _asymptotic(law: Law, digits: int, progress: Callable[[int, int], None] | None) -> Verdict:
    assert law.limit is not None and law.remainder_order is not None
    variable, target = law.limit
    if target != 0:
        raise VerificationError(f"verifying '{law.name}'", "the limit must be 0", target, "Rewrite the law.")
    others = _distinct([{k: v for k, v in point.items() if k != variable.name} for point in _points(law)])
    total = len(others) * len(SEQUENCE)
    comparisons: list[Comparison] = []
    slopes: list[Any] = []
    for other in others:
        row: list[Comparison] = []
        for value in SEQUENCE:
            row.append(_resolved(law, {**other, variable.name: value}, digits))
            if progress:
                progress(len(comparisons) + len(row), total)
        comparisons += row
        slopes += [_slope(law, one, two) for one, two in pairwise(row)]
    agreed = int(min(comparison.digits for comparison in comparisons))
    context = MPContext()
    stated = context.mpf(law.remainder_order.p) / law.remainder_order.q
    worst = max(slopes, key=lambda slope: abs(slope - stated))
    passed = bool(abs(worst - stated) <= context.mpf(ORDER_TOLERANCE.p) / ORDER_TOLERANCE.q)
    shown = context.nstr(worst, 8)
    reason = f"misses by the order {shown}, stated {law.remainder_order}, over {len(comparisons)} points"
    return Verdict(
        law, passed, digits, agreed, law.remainder_order, mp.mpf(worst), tuple(comparisons), reason
    )


def _points(law: Law) -> list[dict[str, sp.Expr]]:
    """The observable's own settings, restricted to the law's parameters and their domains."""
    settings = observable_named(law.observable).settings(law.network)
    points = []
    for setting in settings:
        point = {p.name: setting.get(p.name, p.default) for p in law.parameters}
        if all(
            v is not None and p.domain.contains(v) == sp.true
            for p, v in zip(law.parameters, point.values(), strict=True)
        ):
            points.append(point)
    if not points:
        raise VerificationError(
            f"verifying '{law.name}'",
            f"the observable '{law.observable}' must offer a point for {', '.join(map(str, law.symbols))}",
            "none",
            "Widen the domains or the observable's settings.",
        )
    return _distinct(points)


def _distinct(points: Sequence[dict[str, sp.Expr]]) -> list[dict[str, sp.Expr]]:
    return [point for place, point in enumerate(points) if point not in points[:place]]


def _comparison(law: Law, point: dict[str, sp.Expr], digits: int) -> Comparison:
    measurement = measure(law.observable, law.network, point, digits)
    predicted = _predicted(law, point, digits)
    context = MPContext()
    context.dps = digits + 10
    difference = context.convert(predicted) - context.convert(measurement.value)
    scale = abs(context.convert(predicted))
    if law.period is not None:
        period = context.mpf(2) * context.pi
        difference -= period * context.nint(difference / period)
        scale = max(scale, context.one)
    return Comparison(
        point,
        predicted,
        measurement.value,
        _plain(difference),
        _digits(context, difference, scale, digits),
        measurement,
    )


def _resolved(law: Law, point: dict[str, sp.Expr], digits: int) -> Comparison:
    """The miss of a law with a remainder, in enough digits to tell it from the measurement's error."""
    needed = max(digits, 30)
    while True:
        measurement = measure(law.observable, law.network, point, needed)
        context = MPContext()
        context.dps = needed + 10
        value = context.convert(measurement.value)
        miss = context.convert(_missed(law, point, measurement.value, needed))
        nudged = mp.make_mpf((value * (1 + context.mpf(10) ** -needed))._mpf_)
        error = abs(context.convert(_missed(law, point, nudged, needed)) - miss)
        if abs(miss) > error * context.mpf(10) ** RESOLUTION:
            break
        if needed >= MOST_DIGITS:
            raise LawError(
                f"law '{law.name}'",
                f"a remainder of order {law.remainder} must be seen at {point}",
                f"none to {needed} digits",
                "State the law as exact.",
            )
        needed = 2 * needed
    predicted = _predicted(law, point, needed)
    difference = context.convert(predicted) - value
    agreed = _digits(context, difference, abs(value), needed)
    return Comparison(point, predicted, measurement.value, _plain(miss), agreed, measurement)


def _predicted(law: Law, point: dict[str, sp.Expr], digits: int) -> Any:
    """The law's value. Raises LawError where it has none that is real."""
    return _real(law, point, lambda: law.evaluate(point, digits))


def _missed(law: Law, point: dict[str, sp.Expr], value: Any, digits: int) -> Any:
    """The law's discrepancy at `value`. Raises LawError where it has none that is real."""
    return _real(law, point, lambda: law.discrepancy(point, value, digits))


def _real(law: Law, point: dict[str, sp.Expr], compute: Callable[[], Any]) -> Any:
    try:
        number = compute()
    except PrecisionError as error:
        raise LawError(f"law '{law.name}'", "its value must be finite", str(error), "Mend it.") from error
    if not hasattr(number, "_mpf_"):
        raise LawError(f"law '{law.name}'", "its value must be real", f"{number} at {point}", "Mend it.")
    return number


def _slope(law: Law, one: Comparison, two: Comparison) -> Any:
    """d ln|miss| / d ln(variable) between two points."""
    context = MPContext()
    context.dps = 30
    name = str(law.remainder_variable)

    def at(comparison: Comparison) -> Any:
        if law.remainder_variable == law.subject:
            return context.convert(comparison.measured)
        value = comparison.point[name]
        return context.mpf(value.p) / value.q

    return context.log(abs(context.convert(two.difference) / context.convert(one.difference))) / context.log(
        at(two) / at(one)
    )


def _digits(context: MPContext, difference: Any, scale: Any, most: int) -> float:
    """-log10 of a relative difference, between 0 and `most`."""
    if difference == 0:
        return float(most)
    if scale == 0:
        return 0.0
    return min(float(most), max(0.0, float(-context.log10(abs(difference) / scale))))


def _plain(value: Any) -> Any:
    """A number of any context as one of mpmath's own, bit for bit."""
    return mp.make_mpf(value._mpf_)
