"""Real roots of an equation in an interval, to any number of digits; the inverse of a radial profile.

The interval is scanned towards both its ends, logarithmically: a root is looked for by its distance y from
the nearer end, down to where it rounds to that end. Each change of sign is then closed in on by
Chandrupatla's method and confirmed by the signs on both sides of the root at a higher precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import sympy as sp

from analytics.errors import LawError, PrecisionError
from analytics.evaluation.contexts import SPARE, Numeric, Point, new_context, published
from analytics.evaluation.translation import Function, function_of, mpmath_arithmetic
from analytics.exclusive import mpmath_kept
from analytics.expressions.parameter import point_text

Real = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Reach:
    """Points x = end + sign * y, y > 0: half of an interval, seen from one end; farthest: log10 of all y."""

    end: sp.Expr
    sign: int
    farthest: float


def roots(equation: sp.Eq, unknown: sp.Symbol, domain: sp.Set, point: Point, digits: int) -> tuple[Any, ...]:
    """All real roots of `equation` for `unknown` in the interval `domain`, in increasing order.

    Right to `digits` digits of the distance from the nearer end of `domain`. A root so close to an end that
    it cannot be told from it at twice the digits is that end. Roots closer to each other than the scan
    (a sixteenth of a decade) are found where |lhs - rhs| dips, else missed.

    Raises LawError if there is none.
    """
    if not isinstance(domain, sp.Interval):
        raise LawError("solving an equation", "the unknown must lie in an interval", domain, "Give one.")
    numeric = Numeric(equation.lhs - equation.rhs, point, (unknown,))
    shallow = 60 + 4 * numeric.magnitude
    for depth in (shallow, max(shallow, 2 * digits)):
        search = _Search(numeric, digits, depth)
        found = list(search.closed_ends(domain, unknown))
        for reach in _reaches(domain):
            found.extend(search.along(reach))
        if found:
            break
    else:
        found.extend(search.at_an_open_end(domain))
    if not found:
        raise LawError(
            "solving an equation",
            f"{equation} must have a root {unknown} in {domain}",
            f"no change of sign down to 10**-{search.depth} from its ends at {point_text(point)}",
            "Check the point, or the equation.",
        )
    return tuple(search.distinct(found))


def _reaches(domain: sp.Interval) -> Iterator[_Reach]:
    low, high = domain.start, domain.end
    if low.is_finite and high.is_finite:
        with mpmath_kept():
            half = (
                float(sp.log((high - low) / 2, 10).evalf(10)) + 0.2
            )  # past the middle, where a pair of roots may lie
        yield _Reach(low, 1, half)
        yield _Reach(high, -1, half)
        return
    if low.is_finite or high.is_finite:
        yield _Reach(low, 1, inf) if low.is_finite else _Reach(high, -1, inf)
        return
    yield _Reach(sp.Integer(0), -1, inf)
    yield _Reach(sp.Integer(0), 1, inf)


class _Search:
    """The search for the roots of one expression; depth: decades scanned towards each end."""

    def __init__(self, numeric: Numeric, digits: int, depth: int) -> None:
        self.numeric = numeric
        self.digits = digits
        self.depth = depth

    def working(self, decade: float) -> int:
        """Digits at which the sign at a distance 10**decade from an end is computed."""
        wanted = 30 + 3 * self.numeric.magnitude + 3 * abs(int(decade))
        return -(-wanted // 60) * 60  # few different precisions, so that few functions are compiled

    def residual(self, reach: _Reach, working: int) -> tuple[Any, Real]:
        """A context, and y -> lhs - rhs at the distance y from the reach's end."""
        context, _ = self.numeric.at(working)
        end = mpmath_arithmetic(context).constant(reach.end)

        def function(y: Any) -> Any:
            found = self.numeric(working, end + reach.sign * context.convert(y))
            return None if found is None or found.imag else found.real

        return context, function

    def closed_ends(self, domain: sp.Interval, unknown: sp.Symbol) -> Iterator[Any]:
        ends = [(domain.start, domain.left_open), (domain.end, domain.right_open)]
        if not (domain.start.is_finite or domain.end.is_finite):
            ends = [(sp.S.Zero, False)]  # where the scan's two halves meet
        for end, is_open in ends:
            if not is_open and end.is_finite:
                with mpmath_kept():
                    exact = self.numeric.expression.xreplace({unknown: end, **self.numeric.point})
                    is_root = exact.is_zero
                if is_root:
                    yield published(
                        mpmath_arithmetic(new_context(self.digits + SPARE)).constant(end), self.digits
                    )

    def decades(self, reach: _Reach) -> list[float]:
        """log10 of the distances scanned, none beyond the farthest: dense in its three decades, or those below 10
        where there is no farthest, then thinning."""
        bounded = reach.farthest < inf
        top = reach.farthest if bounded else 1.0
        down = [top - step / 16 for step in range(20)] + [top - 1.25 - step / 6 for step in range(12)]
        while down[-1] > -self.depth:
            down.append(down[-1] * 1.25 - 0.25 if down[-1] < 0 else down[-1] - 0.25)
        up: list[float] = []
        while not bounded and (up[-1] if up else top) < self.depth:
            up.append((up[-1] if up else top) * 1.25 + 0.1)
        return down[::-1] + up

    def along(self, reach: _Reach) -> Iterator[Any]:
        """Roots at increasing distance from the reach's end."""
        samples: list[tuple[Any, Any]] = []
        for decade in self.decades(reach):
            context, function = self.residual(reach, self.working(decade))
            distance = context.mpf(10) ** context.mpf(decade)
            samples.append((distance, function(distance)))
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

    def exactly(self, reach: _Reach, distance: Any) -> Iterator[Any]:
        """A residual of 0 at a scanned point: a root there, or a value below the working precision."""
        _, function = self.residual(reach, self.digits + 100 + 8 * self.numeric.magnitude)
        below, above = function(distance * 0.99), function(distance * 1.01)
        if below and above and (below < 0) != (above < 0):
            yield self.closed_in(reach, distance * 0.99, distance * 1.01)

    def closed_in(self, reach: _Reach, low: Any, high: Any) -> Any:
        """The root between two distances whose residuals differ in sign."""
        guard = 20 + self.working(float(low._mpf_[2] + low._mpf_[3]) * 0.30103)
        for _ in range(6):
            context, function = self.residual(reach, self.digits + guard)
            tolerance = context.mpf(10) ** -(self.digits + SPARE + 2)
            distance = bracketed(function, context.convert(low), context.convert(high), tolerance, context)
            guard = 2 * guard
            _, check = self.residual(reach, self.digits + guard)
            below, above = check(distance * (1 - 2 * tolerance)), check(distance * (1 + 2 * tolerance))
            if below is not None and above is not None and below * above <= 0:
                return self.position(reach, distance)
        raise PrecisionError(
            "solving an equation",
            f"{self.digits} digits must be reached with {guard} guard digits",
            self.numeric.expression,
            "Ask for fewer digits.",
        )

    def position(self, reach: _Reach, distance: Any) -> Any:
        """end + sign * distance, with all digits of the distance."""
        extra = max(0, -(distance._mpf_[2] + distance._mpf_[3]) * 302 // 1000) if reach.end != 0 else 0
        context = new_context(self.digits + SPARE + extra + 2)
        end = mpmath_arithmetic(context).constant(reach.end)
        return published(end + reach.sign * context.convert(distance), self.digits + SPARE + extra)

    def in_a_dip(self, reach: _Reach, three: Sequence[tuple[Any, Any]]) -> Iterator[Any]:
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
        context, function = self.residual(reach, 2 * guard)
        step = context.mpf(10) ** -(guard // 2)

        def slope(y: Any) -> Any:
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

    def at_an_open_end(self, domain: sp.Interval) -> Iterator[Any]:
        """The end to which the root rounds: beyond the last point scanned the sign changes into a pole."""
        for end, sign in ((domain.end, -1), (domain.start, 1)):
            if not end.is_finite or end == 0:
                continue
            reach = _Reach(end, sign, 0.0)
            context, function = self.residual(reach, self.working(-self.depth))
            last, limit = function(context.mpf(10) ** -self.depth), function(context.zero)
            if last and limit and context.isinf(limit) and (last < 0) != (limit < 0):
                yield published(mpmath_arithmetic(context).constant(end), self.digits + SPARE)

    def distinct(self, found: Sequence[Any]) -> Iterator[Any]:
        """In increasing order; a root met from both sides of the middle counts once."""
        context = new_context(self.digits + self.depth)
        before = None
        for number in sorted(found):
            if (
                before is None
                or context.convert(number) - before > abs(before) * context.mpf(10) ** -self.digits
            ):
                yield number
            before = context.convert(number)


def bracketed(function: Real, low: Any, high: Any, tolerance: Any, context: Any) -> Any:
    """The root of a real function between two positive points where its signs differ.

    Bisection by the geometric mean while they are more than a factor 2 apart, then Chandrupatla's method
    (inverse quadratic interpolation where it is safe, else bisection), down to the relative `tolerance`.
    """
    at_low, at_high = function(low), function(high)
    while high > 2 * low:
        middle = context.sqrt(low * high)
        at_middle = function(middle)
        if at_middle == 0:
            return middle
        if (at_middle < 0) == (at_low < 0):
            low, at_low = middle, at_middle
        else:
            high, at_high = middle, at_middle
    newest, at_newest, other, at_other = high, at_high, low, at_low
    share = context.mpf(0.5)
    while True:
        trial = newest + share * (other - newest)
        at_trial = function(trial)
        if (at_trial < 0) == (at_newest < 0):
            oldest, at_oldest = newest, at_newest
        else:
            oldest, at_oldest, other, at_other = other, at_other, newest, at_newest
        newest, at_newest = trial, at_trial
        best, at_best = (newest, at_newest) if abs(at_newest) < abs(at_other) else (other, at_other)
        width = abs(other - newest)
        least = abs(best) * tolerance / 2
        if at_best == 0 or width <= 2 * least:
            return best
        position, height = (
            (newest - other) / (oldest - other),
            (at_newest - at_other) / (at_oldest - at_other),
        )
        share = context.mpf(0.5)
        if height * height < position and (1 - height) ** 2 < 1 - position:
            share = at_newest / (at_other - at_newest) * at_oldest / (at_other - at_oldest)
            share += (
                (oldest - newest)
                / (other - newest)
                * at_newest
                / (at_oldest - at_newest)
                * at_other
                / (at_oldest - at_other)
            )
        edge = least / width
        share = min(max(share, edge), 1 - edge)


def erfinv(context: Any) -> Function:
    """The inverse error function on (-1, 1): Newton's method at doubling precision, by erfc in the tail.

    mpmath's own takes seconds where this takes milliseconds.
    """

    def inverse(argument: Any) -> Any:
        target = context.convert(argument)
        if target.imag or abs(target) >= 1:
            return context.erfinv(target)
        if target < 0:
            return -inverse(-target)
        if target == 0:
            return target
        own = new_context(15)
        tail = own.one
        own.prec = 60 - min(0, target._mpf_[2])
        tail = own.one - own.convert(target)  # exact
        own.prec = 60
        is_tail = tail < 0.5
        found = own.convert(target) * own.sqrt(own.pi) / 2
        if target > 0.01:  # S. Winitzki's approximation, right to some thousandths
            logarithm = own.log(tail * (1 + target))
            middle = 2 / (0.147 * own.pi) + logarithm / 2
            found = own.sqrt(own.sqrt(middle * middle - logarithm / 0.147) - middle)
        steps = 0
        while True:
            own.prec = min(2 * own.prec, context.prec + 20) if steps >= 3 else own.prec
            scale = own.sqrt(own.pi) / 2 * own.exp(found * found)
            if is_tail:
                here = own.erfc(found)
                change = here * scale * own.log(here / tail)
            else:
                change = (own.convert(target) - own.erf(found)) * scale
            found += change
            steps += 1
            if (
                steps > 3
                and own.prec >= context.prec + 20
                and own.mag(change) < own.mag(found) - own.prec // 2 - 4
            ):
                return +context.convert(found)

    return inverse


def inverse_profile(profile: sp.Lambda, context: Any) -> Function:
    """psi: R -> the P with rho(P) = R, odd, infinite from the saturation on; numbers of `context`."""
    contexts: dict[int, tuple[Any, Function]] = {}

    def rho_at(precision: int) -> tuple[Any, Function]:
        if precision not in contexts:
            own = new_context(15)
            own.prec = precision
            contexts[precision] = own, function_of(profile.variables, profile.expr, mpmath_arithmetic(own))
        return contexts[precision]

    def psi(output: Any) -> Any:
        output = context.convert(output)
        if output < 0:
            return -psi(-output)
        if output == 0:
            return output
        own, rho = rho_at(context.prec + 20)
        target = own.convert(output)
        high = 2 * target
        while rho(high) < target:
            high = high * high if high > 4 else 2 * high
            if own.mag(high) > 4 * context.prec + 1000:
                return context.inf
        found = bracketed(lambda drive: rho(drive) - target, target / 2, high, own.eps * 16, own)
        return +context.convert(found)

    return psi
