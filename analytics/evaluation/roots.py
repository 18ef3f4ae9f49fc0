"""Real roots of an equation in an interval, to any number of digits.

The interval is scanned towards both its ends, logarithmically: a root is looked for by its distance y from
the nearer end, down to where it rounds to that end. Each change of sign is then closed in on by
Chandrupatla's method and confirmed by the signs on both sides of the root at a higher precision.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any

import sympy as sp

from analytics.errors import LawError, NoRootError, PrecisionError
from analytics.evaluation.arithmetic import kept_arithmetic
from analytics.evaluation.bracketing import bracketed
from analytics.evaluation.contexts import SPARE, digits_of, kept_context, published
from analytics.evaluation.mpmath_types import Context, Number
from analytics.evaluation.numeric import Numeric
from analytics.exclusive import mpmath_kept
from analytics.expressions.parameter import Point, describe, point_text
from analytics.expressions.printing import text

_Residual = Callable[[Number], Any]
"""A distance to a number, or to None where there is none."""

_Sample = tuple[Number, Any]


@dataclass(frozen=True, slots=True)
class _Reach:
    """Points x = end + sign * y, y > 0: half of an interval, seen from one end; farthest: log10 of all y."""

    end: sp.Expr
    sign: int
    farthest: float


def roots(
    equation: sp.Eq, unknown: sp.Symbol, domain: sp.Set, point: Point, digits: int
) -> tuple[Number, ...]:
    """All real roots of `equation` for `unknown` in the interval `domain`, in increasing order.

    Right to `digits` digits of the distance from the nearer end of `domain`. A root so close to an end that
    it cannot be told from it at twice the digits is that end. Roots closer to each other than the scan
    (a sixteenth of a decade) are found where |lhs - rhs| dips, else missed.

    Raises LawError if there is none.
    """
    if not isinstance(domain, sp.Interval):
        raise LawError("solving an equation", "the unknown must lie in an interval", domain, "Give one.")
    numeric = _kept_numeric(equation.lhs - equation.rhs, tuple(point.items()), unknown)
    shallow = 60 + 4 * numeric.magnitude
    for depth in (shallow, max(shallow, 2 * digits)):
        search = _RootSearch(numeric, digits, depth)
        found = [search.exact(end, digits) for end in closed_ends(domain) if search.is_root(end, unknown)]
        for reach in _reaches(domain):
            found.extend(search.along(reach))
        if found:
            break
    else:
        found.extend(search.at_an_open_end(domain))
    if not found:
        raise NoRootError(
            "solving an equation",
            f"{text(equation)} must have a root {unknown} in {describe(domain)}",
            f"no change of sign down to 10**-{search.depth} from its ends at {point_text(point)}",
            "Check the point, or the equation.",
        )
    return tuple(search.distinct(found))


def lone_root(
    equation: sp.Eq, unknown: sp.Symbol, domain: sp.Interval, point: Point, digits: int
) -> tuple[Number, ...]:
    """As `roots`, of an equation that is known to have one root in `domain`, at which its sign changes.

    The change is looked for by bisection in place of a scan. An equation that has several after all has one of them
    found, or all: where a bisection meets no change of sign, `roots` has the word.
    """
    numeric = _kept_numeric(equation.lhs - equation.rhs, tuple(point.items()), unknown)
    search = _RootSearch(numeric, digits, 60 + 4 * numeric.magnitude)
    for reach in _reaches(domain):
        if between := search.change(reach):
            return (search.closed_in(reach, *between),)
    return roots(equation, unknown, domain, point, digits)


def closed_ends(domain: sp.Interval) -> list[sp.Expr]:
    """The ends that belong to an interval; of the whole line 0, where the halves meet that it is searched in."""
    if not (domain.start.is_finite or domain.end.is_finite):
        return [sp.S.Zero]
    ends = ((domain.start, domain.left_open), (domain.end, domain.right_open))
    return [end for end, is_open in ends if end.is_finite and not is_open]


def _reaches(domain: sp.Interval) -> Iterator[_Reach]:
    low, high = domain.start, domain.end
    if low.is_finite and high.is_finite:
        with mpmath_kept():
            # past the middle, where a pair of roots may lie
            half = float(sp.log((high - low) / 2, 10).evalf(10)) + 0.2
        yield _Reach(low, 1, half)
        yield _Reach(high, -1, half)
        return
    if low.is_finite or high.is_finite:
        yield _Reach(low, 1, inf) if low.is_finite else _Reach(high, -1, inf)
        return
    yield _Reach(sp.Integer(0), -1, inf)
    yield _Reach(sp.Integer(0), 1, inf)


@lru_cache(maxsize=64)
def _kept_numeric(
    expression: sp.Expr, point: tuple[tuple[sp.Symbol, sp.Expr], ...], unknown: sp.Symbol
) -> Numeric:
    """One for all digits: what was compiled and scanned for fewer serves again."""
    return Numeric(expression, dict(point), (unknown,))


@lru_cache(maxsize=256)
def _scanned(numeric: Numeric, reach: _Reach, depth: int, thread: int) -> tuple[_Sample, ...]:
    """Distances and residuals along a reach; `thread` is the one whose numbers they are."""
    return tuple(_sample(numeric, reach, decade, thread) for decade in _decades(reach, depth))


@lru_cache(maxsize=4096)
def _sample(numeric: Numeric, reach: _Reach, decade: float, thread: int) -> _Sample:
    """A distance, and the residual there."""
    context, function = _residual(numeric, reach, _working(numeric, decade))
    distance = context.mpf(10) ** context.mpf(decade)
    return distance, function(distance)


def _working(numeric: Numeric, decade: float) -> int:
    """Digits at which the sign at a distance 10**decade from an end is computed."""
    wanted = 30 + 3 * numeric.magnitude + 3 * abs(int(decade))
    return -(-wanted // 60) * 60  # few different precisions, so that few functions are compiled


def _residual(numeric: Numeric, reach: _Reach, working: int) -> tuple[Context, _Residual]:
    """A context, and y -> lhs - rhs at the distance y from the reach's end."""
    context, arithmetic = kept_arithmetic(working)
    end = arithmetic.constant(reach.end)

    def function(y: Number) -> Number | None:
        found = numeric(working, end + reach.sign * context.convert(y))
        return None if found is None or found.imag else found.real

    return context, function


@lru_cache(maxsize=64)
def _decades(reach: _Reach, depth: int) -> tuple[float, ...]:
    """log10 of the distances scanned, in increasing order, none beyond the farthest.

    Dense over the three decades below the farthest, or below 10 where there is none; sparser from there on.
    """
    bounded = reach.farthest < inf
    top = reach.farthest if bounded else 1.0
    down = [top - step / 16 for step in range(20)] + [top - 1.25 - step / 6 for step in range(12)]
    while down[-1] > -depth:
        down.append(down[-1] * 1.25 - 0.25 if down[-1] < 0 else down[-1] - 0.25)
    up: list[float] = []
    while not bounded and (up[-1] if up else top) < depth:
        up.append((up[-1] if up else top) * 1.25 + 0.1)
    return (*down[::-1], *up)


class _RootSearch:
    """The search for the roots of one expression; depth: decades scanned towards each end."""

    def __init__(self, numeric: Numeric, digits: int, depth: int) -> None:
        self.numeric = numeric
        self.digits = digits
        self.depth = depth

    def is_root(self, end: sp.Expr, unknown: sp.Symbol) -> bool:
        with mpmath_kept():
            return bool(self.numeric.expression.xreplace({unknown: end, **self.numeric.point}).is_zero)

    def exact(self, end: sp.Expr, digits: int) -> Number:
        _, arithmetic = kept_arithmetic(digits + SPARE)
        return published(arithmetic.constant(end), digits)

    def along(self, reach: _Reach) -> Iterator[Number]:
        """Roots at increasing distance from the reach's end."""
        samples = _scanned(self.numeric, reach, self.depth, threading.get_ident())
        for index, (distance, residual) in enumerate(samples):
            if residual is None:
                continue
            if residual == 0:
                yield from self.exactly(reach, distance)
            elif index and samples[index - 1][1]:
                before, earlier = samples[index - 1]
                if (earlier < 0) != (residual < 0):
                    yield self.closed_in(reach, before, distance)
            if 0 < index < len(samples) - 1:
                yield from self.in_a_dip(reach, samples[index - 1 : index + 2])

    def change(self, reach: _Reach) -> tuple[Number, Number] | None:
        """Neighbouring distances between which the sign changes, found in strides from the farthest and then halving.

        None where no stride ends behind a change, or the residual is 0 or has no value on the way.
        """
        decades, thread = _decades(reach, self.depth), threading.get_ident()
        below = above = len(decades) - 1
        far, last = _sample(self.numeric, reach, decades[above], thread)
        if not last:
            return None
        near, stride = far, 1
        while below > 0:
            below, stride = max(0, below - stride), 2 * stride
            near, residual = _sample(self.numeric, reach, decades[below], thread)
            if not residual:
                return None
            if (residual < 0) != (last < 0):
                break
            above, far = below, near
        else:
            return None
        while above - below > 1:
            middle = (above + below) // 2
            distance, residual = _sample(self.numeric, reach, decades[middle], thread)
            if not residual:
                return None
            if (residual < 0) == (last < 0):
                above, far = middle, distance
            else:
                below, near = middle, distance
        return near, far

    def exactly(self, reach: _Reach, distance: Number) -> Iterator[Number]:
        """A residual of 0 at a scanned point: a root there, or a value below the working precision."""
        _, function = _residual(self.numeric, reach, self.digits + 100 + 8 * self.numeric.magnitude)
        below, above = function(distance * 0.99), function(distance * 1.01)
        if below and above and (below < 0) != (above < 0):
            yield self.closed_in(reach, distance * 0.99, distance * 1.01)

    def closed_in(self, reach: _Reach, low: Number, high: Number) -> Number:
        """The root between two distances whose residuals differ in sign."""
        guard = 20 + _working(self.numeric, float(low._mpf_[2] + low._mpf_[3]) * 0.30103)
        for _ in range(6):
            context, function = _residual(self.numeric, reach, self.digits + guard)
            tolerance = context.mpf(10) ** -(self.digits + SPARE + 2)
            distance = bracketed(function, context.convert(low), context.convert(high), tolerance, context)
            guard = 2 * guard
            _, check = _residual(self.numeric, reach, self.digits + guard)
            below, above = check(distance * (1 - 2 * tolerance)), check(distance * (1 + 2 * tolerance))
            if below is not None and above is not None and below * above <= 0:
                return self.position(reach, distance)
        raise PrecisionError(
            "solving an equation",
            f"{self.digits} digits must be reached with {guard} guard digits",
            text(self.numeric.expression),
            "Ask for fewer digits.",
        )

    def position(self, reach: _Reach, distance: Number) -> Number:
        """end + sign * distance, with all digits of the distance."""
        extra = max(0, digits_of(-(distance._mpf_[2] + distance._mpf_[3]))) if reach.end != 0 else 0
        context, arithmetic = kept_arithmetic(self.digits + SPARE + extra + 2)
        end = arithmetic.constant(reach.end)
        return published(end + reach.sign * context.convert(distance), self.digits + SPARE + extra)

    def in_a_dip(self, reach: _Reach, three: Sequence[_Sample]) -> Iterator[Number]:
        """A double root, or two close ones, where |residual| is smallest between equal signs."""
        (low, left), (_, middle), (high, right) = three
        if (
            None in (left, middle, right)
            or not middle
            or (left < 0) != (right < 0)
            or (left < 0) != (middle < 0)
        ):
            return
        if abs(middle) > 0.9 * min(abs(left), abs(right)):
            return
        guard = 2 * self.digits + 40 + 3 * self.numeric.magnitude
        context, function = _residual(self.numeric, reach, 2 * guard)
        step = context.mpf(10) ** -(guard // 2)

        def slope(y: Number) -> Any:
            ahead, behind = function(y * (1 + step)), function(y * (1 - step))
            return None if ahead is None or behind is None else ahead - behind

        ends = context.convert(low), context.convert(high)
        slopes = slope(ends[0]), slope(ends[1])
        if None in slopes or slopes[0] * slopes[1] >= 0:
            return
        bottom = bracketed(slope, *ends, context.mpf(10) ** -(self.digits + SPARE + 2), context)
        depth = function(bottom)
        if depth is None:
            return
        if depth and (depth < 0) != (left < 0):
            yield self.closed_in(reach, low, bottom)
            yield self.closed_in(reach, bottom, high)
        elif abs(depth) <= context.mpf(10) ** -(self.digits + 5) * min(abs(left), abs(right)):
            yield self.position(reach, bottom)

    def at_an_open_end(self, domain: sp.Interval) -> Iterator[Number]:
        """The end to which the root rounds: beyond the last point scanned the sign changes into a pole.

        A psi without closed form is looked at twice. At the end its value is that of a rounded saturation, beyond
        the end it is infinite.
        """
        for end, sign in ((domain.end, -1), (domain.start, 1)):
            if not end.is_finite or end == 0:
                continue
            reach = _Reach(end, sign, 0.0)
            context, function = _residual(self.numeric, reach, _working(self.numeric, -self.depth))
            step = context.mpf(10) ** -self.depth
            last, limits = function(step), (function(context.zero), function(-step))
            poles = [limit for limit in limits if limit and context.isinf(limit)]
            if last and poles and (last < 0) != (poles[0] < 0):
                yield self.exact(end, self.digits + SPARE)

    def distinct(self, found: Sequence[Number]) -> Iterator[Number]:
        """In increasing order; a root met from both sides of the middle counts once."""
        context = kept_context(self.digits + self.depth)
        before = None
        for number in sorted(found):
            if (
                before is None
                or context.convert(number) - before > abs(before) * context.mpf(10) ** -self.digits
            ):
                yield number
            before = context.convert(number)
