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

    point: exact values of the law's parameters; branch: which of several values;
    predicted, measured: mpmath numbers;
    difference: left minus right side of a law with a remainder at the measured value, else predicted
    minus measured; digits: digits to which both agree.
    """

    point: dict[str, sp.Expr]
    branch: int
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
    points = points_of(law)
    comparisons: list[Comparison] = []
    for done, point in enumerate(points, start=1):
        comparisons += _comparisons(law, point, digits + GUARD)
        if progress:
            progress(done, len(points))
    agreed = int(min(comparison.digits for comparison in comparisons))
    passed = agreed >= digits
    reason = f"agrees to {agreed} digits at {len(points)} points"
    return Verdict(law, passed, digits, agreed, None, None, tuple(comparisons), reason)


def _asymptotic(law: Law, digits: int, progress: Callable[[int, int], None] | None) -> Verdict:
    variable, target = law.limit or (None, None)
    order = law.remainder_order
    if variable is None or order is None or target != 0:
        raise VerificationError(f"verifying '{law.name}'", "the limit must be 0", target, "Rewrite the law.")
    others = _distinct([{k: v for k, v in point.items() if k != variable.name} for point in points_of(law)])
    total = len(others) * len(SEQUENCE)
    comparisons: list[Comparison] = []
    slopes: list[Any] = []
    for place, other in enumerate(others):
        rows: list[list[Comparison]] = []
        for step, value in enumerate(SEQUENCE, start=1):
            rows.append(_resolved(law, {**other, variable.name: value}, digits))
            if progress:
                progress(place * len(SEQUENCE) + step, total)
        for branch in zip(*rows, strict=True):
            comparisons += branch
            slopes += [_slope(law, one, two) for one, two in pairwise(branch)]
    agreed = int(min(comparison.digits for comparison in comparisons))
    context = MPContext()
    stated = context.mpf(order.p) / order.q
    worst = max(slopes, key=lambda slope: abs(slope - stated))
    passed = bool(abs(worst - stated) <= context.mpf(ORDER_TOLERANCE.p) / ORDER_TOLERANCE.q)
    reason = f"misses by the order {context.nstr(worst, 8)}, stated {order}, over {len(comparisons)} points"
    return Verdict(law, passed, digits, agreed, order, mp.mpf(worst), tuple(comparisons), reason)


def points_of(law: Law) -> list[dict[str, sp.Expr]]:
    """The observable's own settings, restricted to the parameters of the law, or of an alternative, and their domains."""
    settings = observable_named(law.observable).settings(law.network)
    points = []
    for version in (law, *law.alternatives):
        for setting in settings:
            point = {p.name: setting.get(p.name, p.default) for p in version.parameters}
            fits = (
                value is not None and parameter.domain.contains(value) == sp.true
                for parameter, value in zip(version.parameters, point.values(), strict=True)
            )
            if all(fits) and version.allows({p.symbol: point[p.name] for p in version.parameters}):
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


def _comparisons(law: Law, point: dict[str, sp.Expr], digits: int) -> list[Comparison]:
    measurement = measure(law.observable, law.network, point, digits)
    predictions = law.branches(point, digits)
    context = MPContext()
    context.dps = digits + 10
    found = []
    for branch, (predicted, measured) in enumerate(zip(predictions, measurement.values, strict=False)):
        difference = context.convert(predicted) - context.convert(measured)
        scale = abs(context.convert(predicted))
        if law.period is not None:
            period = context.mpf(2) * context.pi
            difference -= period * context.nint(difference / period)
            scale = max(scale, context.one)
        agreed = _digits(context, difference, scale, digits)
        found.append(Comparison(point, branch, predicted, measured, _plain(difference), agreed, measurement))
    if len(found) < len(measurement.values):
        raise LawError(
            f"law '{law.name}'",
            f"{len(measurement.values)} values are measured at {point}",
            f"{len(found)} predicted",
            "Give the law a branch for each.",
        )
    return found


def _resolved(law: Law, point: dict[str, sp.Expr], digits: int) -> list[Comparison]:
    """The misses of a law with a remainder, measured to enough digits to tell them from the measurement's error."""
    needed = max(digits, 30)
    while True:
        measurement = measure(law.observable, law.network, point, needed)
        context = MPContext()
        context.dps = needed + 10
        misses, resolved = [], True
        for branch, measured in enumerate(measurement.values):
            value = context.convert(measured)
            nudged = mp.make_mpf((value * (1 + context.mpf(10) ** -needed))._mpf_)
            miss, moved = (
                context.convert(law.discrepancy(point, at, needed, branch=branch))
                for at in (measured, nudged)
            )
            misses.append(miss)
            resolved = resolved and abs(miss) > abs(moved - miss) * context.mpf(10) ** RESOLUTION
        if resolved:
            break
        if needed >= MOST_DIGITS:
            raise LawError(
                f"law '{law.name}'",
                f"a remainder of order {law.remainder} must be seen at {point}",
                f"none to {needed} digits",
                "State the law as exact.",
            )
        needed = 2 * needed
    found = []
    for branch, (predicted, measured, miss) in enumerate(
        zip(law.branches(point, needed), measurement.values, misses, strict=False)
    ):
        value = context.convert(measured)
        agreed = _digits(context, context.convert(predicted) - value, abs(value), needed)
        found.append(Comparison(point, branch, predicted, measured, _plain(miss), agreed, measurement))
    return found


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
    return mp.make_mpc(value._mpc_) if hasattr(value, "_mpc_") else mp.make_mpf(value._mpf_)
