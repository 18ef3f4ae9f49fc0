"""Every real root of an equation in an interval, enclosed, and proved to be all of them.

The interval is halved at a point, and each half seen from its own end: x = end + y or end - y, y > 0, in which the
equation is rewritten exactly, so that a pole at the end stays at y = 0. A piece of a half holds
- no root if the range of f = lhs - rhs over it leaves out 0;
- at most one if f' has one sign all over it, and one if then f has different signs at its ends;
- anything otherwise: it is split, in the logarithm of y.
A piece with one root is narrowed by interval Newton, N(X) = m - f(m)/f'(X), until N(X) lies inside X: existence and
uniqueness once more, now of a root enclosed to the digits asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from flint import arb

from analytics.balls import span
from analytics.balls.arithmetic import (
    GUARD_BITS,
    Known,
    UndecidedError,
    constant_ball,
    decided,
    enclosure_of,
)
from analytics.balls.enclosure import Enclosure
from analytics.balls.ranges import Ranges
from analytics.balls.rewriting import require_equal
from analytics.balls.span import Span
from analytics.balls.trees import Tree
from analytics.errors import LawError, NoRootError
from analytics.evaluation.contexts import bits_of, magnitude
from analytics.evaluation.roots import closed_ends
from analytics.evaluation.values import require_digits
from analytics.expressions.parameter import describe, point_text
from analytics.expressions.printing import text

MOST_PIECES = 300
"""Pieces that one half of the interval is cut into before the precision is raised."""

FARTHEST = 100_000
"""Binary orders of magnitude: no root is looked for closer to an end than 2**-FARTHEST."""

ATTEMPTS = 3
"""Precisions tried, each twice the one before."""

MEETING = sp.Rational(17, 33)
"""Where the halves of a bounded interval meet: not where roots like to be."""


@dataclass(frozen=True, slots=True)
class _Half:
    """f in the distance y from an end: x = end + sign y for 0 < y <= reach."""

    end: sp.Expr
    sign: int
    reach: sp.Expr
    f: sp.Expr


def enclosed_roots(
    equation: sp.Eq, unknown: sp.Symbol, domain: sp.Set, point: Known, digits: int
) -> tuple[Enclosure, ...]:
    """All real roots of `equation` for `unknown` in the interval `domain`, in increasing order.

    point: what the other symbols are, exact SymPy numbers or `arb` balls. Each radius is below 10**-digits of the
    distance from the nearer end of `domain`; a root at a closed end is exact. Of balls the roots are enclosed of
    every equation in them.
    An equation that an end only satisfies as a limit has no root there.

    Raises NoRootError if there is none; PrecisionError where roots cannot be told apart, as at a fold, where two
    meet, and where a part of the equation is unknown to ball arithmetic.
    """
    operation = "enclosing the roots of an equation"
    require_digits(operation, digits)
    if not isinstance(domain, sp.Interval):
        raise LawError(operation, "the unknown must lie in an interval", domain, "Give one.")
    found = decided(
        lambda: _RootEnclosure(equation, unknown, domain, point, digits).roots(),
        GUARD_BITS + bits_of(digits) + 12 * magnitude(point),
        ATTEMPTS,
        operation,
        f"each root of {equation} must be seen to be simple",
        "Move the point away from where two roots meet.",
    )
    if not found:
        raise NoRootError(
            operation,
            f"{text(equation)} must have a root {unknown} in {describe(domain)}",
            f"none, which is proved, at {point_text(point)}",
            "Check the point, or the equation.",
        )
    return found


@lru_cache(maxsize=256)
def _halves(f: sp.Expr, unknown: sp.Symbol, domain: sp.Interval) -> tuple[sp.Symbol, tuple[_Half, ...]]:
    """The interval as seen from its ends, and the symbol of the distance."""
    distance = sp.Symbol("_y")
    low, high = domain.start, domain.end

    def half(end: sp.Expr, sign: int, reach: sp.Expr) -> _Half:
        position = distance if (end, sign) == (0, 1) else end + sign * distance
        return _Half(end, sign, reach, _at(f, unknown, position))

    if low.is_finite and high.is_finite:
        share = (high - low) * MEETING
        return distance, (half(low, 1, share), half(high, -1, high - low - share))
    if low.is_finite:
        return distance, (half(low, 1, sp.oo),)
    if high.is_finite:
        return distance, (half(high, -1, sp.oo),)
    return distance, (half(sp.S.Zero, -1, sp.oo), half(sp.S.Zero, 1, sp.oo))


def _at(f: sp.Expr, unknown: sp.Symbol, position: sp.Expr) -> sp.Expr:
    """f at a position, its polynomial parts expanded so that what is 0 at the end is so exactly."""
    if position.is_Symbol:
        return f.xreplace({unknown: position})

    def expanded(part: sp.Expr) -> sp.Expr:
        if not part.has(unknown):
            return part
        if part.is_polynomial(unknown):
            return sp.expand(part.xreplace({unknown: position}))
        return part.func(*(expanded(inner) if isinstance(inner, sp.Expr) else inner for inner in part.args))

    return expanded(f)


class _RootEnclosure:
    """The roots of one equation at one point, at the precision in force."""

    def __init__(
        self, equation: sp.Eq, unknown: sp.Symbol, domain: sp.Interval, point: Known, digits: int
    ) -> None:
        self.equation, self.unknown = equation, unknown
        f = equation.lhs - equation.rhs
        # plain symbols: SymPy differentiates long polynomials over and over to learn the sign of what is positive
        plain = {symbol: sp.Symbol(symbol.name) for symbol in f.free_symbols}
        zeros = {s: sp.S.Zero for s, value in point.items() if isinstance(value, sp.Expr) and value == 0}
        known = {plain[symbol]: value for symbol, value in point.items() if symbol in plain}
        self.exact = {symbol: value for symbol, value in known.items() if isinstance(value, sp.Expr)}
        self.plain = plain.get(unknown, unknown)
        self.domain, self.digits = domain, digits
        self.f = f.xreplace(plain | zeros)
        if self.f.has(sp.nan, sp.zoo, sp.oo):
            raise LawError(
                "enclosing the roots of an equation", "it must be finite", self.f, "Check the point."
            )
        self.distance, self.halves = _halves(self.f, self.plain, domain)
        reaches = [arb(constant_ball(half.reach)).lower() for half in self.halves if half.reach != sp.oo]
        self.ranges = Ranges(self.distance, known, min(reaches, default=span.INFINITE))
        self.known = {symbol: self.ranges.tree.value(plain[symbol]) for symbol in point if symbol in plain}
        for half in self.halves:
            self.require_same(half)

    def require_same(self, half: _Half) -> None:
        """The equation as it was given and as seen from an end."""
        within = {symbol: ball.mid() for symbol, ball in self.known.items()}
        end = self.ranges.constant(half.end).ball

        def standing(place: Tree) -> Any:
            position = end + half.sign * place.value(self.distance)
            return self.standing({**within, self.unknown: position})

        require_equal("measuring from an end", self.ranges.places, standing, lambda at: at.value(half.f))

    def standing(self, known: Mapping[sp.Symbol, Any]) -> Any:
        """lhs - rhs of the equation as it was given."""
        tree = self.ranges.tree.at(known)
        return tree.value(self.equation.lhs) - tree.value(self.equation.rhs)

    def roots(self) -> tuple[Enclosure, ...]:
        """In increasing order."""
        ends = [self.ranges.constant(end).ball for end in closed_ends(self.domain) if self.is_root(end)]
        found: list[arb] = []
        for half in self.halves:
            end = self.ranges.constant(half.end).ball
            for y in self.along(half):
                x = end + y.ball if half.sign > 0 else end - y.ball
                found.append(arb(x))
        found.sort(key=lambda ball: ball.mid())
        distinct = found[:1]
        for ball in found[1:]:
            if ball.overlaps(distinct[-1]):
                self.require_one(ball.union(distinct[-1]))
            else:
                distinct.append(ball)
        return tuple(enclosure_of(ball) for ball in sorted([*ends, *distinct], key=lambda ball: ball.mid()))

    def is_root(self, end: sp.Expr) -> bool:
        """Is lhs = rhs at an end, exactly? False where a side is no number."""
        value = self.f.xreplace({self.plain: end, **self.exact})
        if value.has(sp.nan, sp.zoo, sp.oo):
            return False
        here = self.ranges.constant(value)
        place = {**self.known, self.unknown: self.ranges.constant(end).ball}
        require_equal("inserting an end", [place], self.standing, lambda _: here.ball, enough=1)
        if value == 0:
            return True
        if not here.has_a_sign:
            raise UndecidedError(f"{self.unknown} = {end} may be a root or not")
        return False

    def require_one(self, ball: arb) -> None:
        """Both halves have a root where they meet: raise unless it is the same one."""
        half = self.halves[0]
        end = self.ranges.constant(half.end).ball
        y = half.sign * (ball - end)
        slope = self.ranges.slope_over(half.f, Span(y.lower(), y.upper()))
        if not (slope.smooth and slope.has_a_sign):
            raise UndecidedError(f"two roots {self.unknown} lie at {ball}")

    def along(self, half: _Half) -> Iterator[Span]:
        """The distances of all roots of a half from its end."""
        reach = span.INFINITE if half.reach == sp.oo else self.ranges.constant(half.reach).high
        pieces = [Span(arb(0), reach, low_open=True, high_open=not reach.is_finite())]
        for _ in range(MOST_PIECES):
            if not pieces:
                return
            piece = pieces.pop()
            values = self.ranges.over(half.f, piece)
            if values.has_a_sign:
                continue
            slope = self.ranges.slope_over(half.f, piece, 1)
            if values.smooth and slope.smooth and (slope.rises or slope.falls):
                signs = self.sign(half, piece.low), self.sign(half, piece.high)
                if 0 not in signs:
                    if signs[0] != signs[1]:
                        yield self.narrowed(half, piece, signs[0])
                    continue
            if piece.low == 0 and 0 < piece.high < arb(2) ** -FARTHEST:
                raise UndecidedError(f"the sign of lhs - rhs close to {self.unknown} = {half.end}")
            split = _split(piece)
            pieces.append(Span(split, piece.high, high_open=piece.high_open))
            pieces.append(Span(piece.low, split, low_open=piece.low_open))
        raise UndecidedError(
            f"a root {self.unknown} at a distance of about {pieces[-1].low.str(5, radius=False)} from {half.end} "
            "is not seen to be simple, or to be none,"
        )

    def sign(self, half: _Half, y: arb) -> int:
        """The sign of f at a distance, in the limit at 0 and infinity; 0 where it is not known."""
        value = self.ranges.over(half.f, Span(y, y))
        return 1 if value.low > 0 else -1 if value.high < 0 else 0

    def narrowed(self, half: _Half, piece: Span, sign: int) -> Span:
        """The one root of a piece, f being of that sign at its lower end and of the other at its upper one."""
        tolerance = arb(10) ** -(self.digits + 2)
        low, high = piece.low, piece.high
        proved = False
        for _ in range(60 + 8 * self.digits):
            if proved and high - low < tolerance * low:
                return Span(low, high)
            before = high - low
            if low > 0 and high < 8 * low:
                middle = ((low + high) / 2).mid()
                slope = self.ranges.slope_over(half.f, Span(low, high), 1)
                value = self.ranges.over(half.f, Span(middle, middle))
                if slope.smooth and slope.has_a_sign:
                    step = (-value) * slope.inverse()
                    newton = Span(middle, middle) + step
                    proved = proved or bool(newton.low > low and newton.high < high)
                    within = Span(low, high).meet(newton)
                    low, high = within.low, within.high
                    if high - low < before / 2:
                        continue
            for share in (15, 9):
                middle = _split(Span(low, high), share)
                here = self.sign(half, middle)
                if here:
                    break
            else:
                raise UndecidedError(f"the sign of lhs - rhs at {middle.str(5, radius=False)}")
            low, high = (middle, high) if here == sign else (low, middle)
        raise UndecidedError(
            f"{self.digits} digits of the root at {low.str(5, radius=False)} are not reached"
        )


def _split(piece: Span, share: int = 15) -> arb:
    """A point inside, near the middle of the logarithms; it has few bits, and roots are elsewhere."""
    low, high = piece.low, piece.high
    if low == 0:
        exponent = _exponent(high) if high.is_finite() else 4
        return _dyadic(75, -7 + (2 * exponent - 4 if exponent <= 0 else min(exponent - 4, 0)))
    if not high.is_finite():
        exponent = _exponent(low)
        return _dyadic(75, -7 + (2 * exponent + 4 if exponent >= 0 else 4))
    if high > 8 * low:
        return _dyadic(75, -7 + (_exponent(low) + _exponent(high)) // 2 + 1)
    width = high - low
    place = low + width * arb(share) / 32
    grain = _exponent(width) - 12
    return arb((place * arb(2) ** -grain).mid().floor().unique_fmpz()) * arb(2) ** grain


def _dyadic(mantissa: int, exponent: int) -> arb:
    return arb(mantissa) * arb(2) ** exponent


def _exponent(number: arb) -> int:
    """e with 2**(e-1) <= |number| < 2**e, but for rounding."""
    mantissa, exponent = number.mid().man_exp()
    return int(mantissa).bit_length() + int(exponent)
