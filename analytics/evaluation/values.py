"""Values and roots of expressions to any number of digits.

Working precision is found, not guessed: a result counts when two evaluations at different precisions agree.
Numbers returned are ``mpmath.mp.mpf`` or ``mpc`` with a few digits more than asked for.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from analytics.errors import PrecisionError, SaturationError
from analytics.evaluation.arithmetic import kept_arithmetic
from analytics.evaluation.contexts import SPARE, agreed, exponent_of, is_finite, kept_context, published
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.numeric import Numeric
from analytics.expressions.parameter import Point, point_text
from analytics.expressions.printing import text


def require_digits(operation: str, digits: int) -> None:
    """Raises PrecisionError unless `digits` is a whole number from 1 to 100000."""
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= 100_000:
        raise PrecisionError(
            operation,
            "digits must be a whole number from 1 to 100000",
            repr(digits),
            f"Write {digits}." if isinstance(digits, str) and digits.isdecimal() else "Ask for 50.",
        )


def value_at(expression: sp.Expr, point: Point, digits: int) -> Number:
    """The value of `expression` at an exact `point`, right to `digits` digits in real and imaginary part.

    A removable singularity has the value of its limit. A value that stays below 10**-w at every working
    precision of w digits, up to the last one tried, is 0.

    Raises PrecisionError at a pole, and where the working precision would pass its bound.
    """
    require_digits("evaluating an expression", digits)
    numeric = Numeric(expression, point)
    found = _stable(numeric, digits)
    if found is None:
        found = _limit(expression, point, digits)
    if found is None:
        raise PrecisionError(
            "evaluating an expression",
            "it must have a finite value at the point",
            f"{text(expression)} at {point_text(point)}",
            "Move the point away from the singularity.",
        )
    return found


def _stable(numeric: Numeric, digits: int) -> Number | None:
    """The value on which two working precisions agree; None where there is no finite one.

    An agreement on 0, or below the last of the lower one's digits, counts at the highest precision only.
    """
    first = digits + 15 + 2 * numeric.magnitude
    last = 6 * digits + 1500 + 12 * numeric.magnitude + 3 * numeric.length
    working, before = first, numeric(first)
    found = None
    while working < last:
        lower, working = working, min(max(2 * working, digits + 30 + 8 * numeric.magnitude), last)
        now = numeric(working)
        found = agreed(before, now, digits)
        # two precisions agree on what is left, or on 0, where both lose a term below their last digit
        if found is not None and exponent_of(found) >= -lower:
            return published(found, digits + SPARE)
        before = now
    if found is not None:
        return published(found, digits + SPARE)
    if before is None or not is_finite(before):
        return None
    if exponent_of(before) < -4 * working // 5:
        return published(kept_context(15).zero, digits)
    raise PrecisionError(
        "evaluating an expression",
        f"{digits} digits must be reached with {working} working digits",
        numeric.expression,
        "Rewrite it without cancellation.",
    )


def _limit(expression: sp.Expr, point: Point, digits: int) -> Number | None:
    """Limit at a removable singularity in one coordinate: the same from both sides, but at 0 from above
    where the symbol cannot be negative."""
    for symbol, at in point.items():
        sides = (1,) if at == 0 and symbol.is_nonnegative else (1, -1)
        limits = [_one_sided_limit(expression, point, symbol, side, digits) for side in sides]
        if agreed(limits[0], limits[-1], digits) is not None:
            return limits[0]
    return None


def _one_sided_limit(
    expression: sp.Expr, point: Point, symbol: sp.Symbol, side: int, digits: int
) -> Number | None:
    near, nearer = (
        _stable(Numeric(expression, {**point, symbol: point[symbol] + side * distance}), digits)
        for distance in (sp.Rational(1, 10 ** (digits + 10)), sp.Rational(1, 10 ** (2 * digits + 20)))
    )
    if near is None or nearer is None:
        return None
    if agreed(near, nearer, digits) is not None:
        return nearer
    if exponent_of(nearer) < -digits and exponent_of(nearer) < 1.5 * exponent_of(near):
        return published(kept_context(15).zero, digits)
    return None


class SaturatedError(Exception):
    """An unknown that the working precision does not tell from the open end of its domain, where nothing is finite."""


def settled(compute: Callable[[int], tuple[Number, ...]], digits: int) -> tuple[Number, ...]:
    """Numbers computed from rounded ones: `compute(working)` at growing precision until `digits` digits stay.

    Raises PrecisionError when they do not, SaturationError when `compute` raises SaturatedError to the last.
    """
    require_digits("evaluating a law", digits)
    working = digits + 10
    before = _unless_saturated(compute, working)
    for _ in range(6):
        working = 2 * working
        now = _unless_saturated(compute, working)
        if before is not None and now is not None and len(now) == len(before):
            pairs = zip(before, now, strict=True)
            found = [number for pair in pairs if (number := agreed(*pair, digits)) is not None]
            if len(found) == len(now):
                return tuple(published(number, digits + SPARE) for number in found)
        before = now
    if before is None:
        raise SaturationError(
            "evaluating a law",
            "the amplitude must be told from saturation",
            f"none that {working} working digits tell from it",
            "Choose a weaker input.",
        )
    if all(exponent_of(number) < -working // 2 for number in before):
        return tuple(published(kept_context(15).zero, digits) for _ in before)
    raise PrecisionError(
        "evaluating a law",
        f"{digits} digits must stay when the working precision is doubled",
        f"changes at {working} working digits",
        "Ask for fewer digits.",
    )


def _unless_saturated(
    compute: Callable[[int], tuple[Number, ...]], working: int
) -> tuple[Number, ...] | None:
    try:
        return compute(working)
    except SaturatedError:
        return None


def reduced(number: Number, interval: sp.Interval, period: sp.Expr, digits: int) -> Number:
    """`number` plus the multiple of `period` that brings it into the half-open `interval`.

    One that `digits` digits do not tell from the open end is brought to the closed one.
    """
    context, arithmetic = kept_arithmetic(digits + 2 * SPARE + max(0, exponent_of(number)))
    constant = arithmetic.constant
    start, end, step = constant(interval.start), constant(interval.end), constant(period)
    moved, near = context.convert(number), step * context.mpf(10) ** -digits
    if interval.left_open:
        moved -= step * context.ceil((moved - near - end) / step)
    else:
        moved -= step * context.floor((moved + near - start) / step)
    return published(moved, digits + SPARE)


def nearest_to_zero(number: Number, period: sp.Expr | None, digits: int) -> Number:
    """`number` less the nearest multiple of `period`; as it is where it has none."""
    if period is None:
        return number
    context, arithmetic = kept_arithmetic(digits + 2 * SPARE + max(0, exponent_of(number)))
    step = arithmetic.constant(period)
    moved = context.convert(number)
    return published(moved - step * context.nint(moved / step), digits + SPARE)
