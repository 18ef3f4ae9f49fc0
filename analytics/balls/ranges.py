"""Ranges of an expression over intervals of one symbol, rigorous and close.

The bare rules of interval arithmetic forget that two terms depend on the same number: R/sqrt(1 - R**2) - R comes
out as [-w, w] on [0, w]. Three remedies, for the expression and for each of its parts:
- a power of the symbol is drawn into the root or quotient beside it, R/sqrt(1 - R**2) = (R**-2 - 1)**(-1/2), and
  polynomials are written by Horner's rule;
- where the derivative of a part has one sign, the part takes its extremes at the ends of the interval;
- elsewhere the mean value form, f(m) + f'(X) (X - m), bounds it a second time.
What is rewritten here (powers drawn in, derivatives, fractions, constants) passes the gate of `rewriting`.
"""

from __future__ import annotations

from functools import lru_cache, reduce

import sympy as sp
from flint import acb, arb

from analytics.balls import span
from analytics.balls.arithmetic import Known, tree_at
from analytics.balls.rewriting import distances, require_equal
from analytics.balls.span import Span
from analytics.errors import LawError
from analytics.expressions.inverse_profile import InverseProfile

LEVELS = 2
"""Derivatives of derivatives whose sign is asked for."""


class Ranges:
    """Ranges of expressions in `unknown` > 0, every other symbol being known.

    Bound to the precision in force when it is made: `flint_precision` must enclose its whole life.
    """

    def __init__(self, unknown: sp.Symbol, known: Known, reach: arb = span.INFINITE) -> None:
        self.unknown = unknown
        self.exact = {symbol: value for symbol, value in known.items() if isinstance(value, sp.Expr)}
        self.tree = tree_at(known, real=True)
        self.places = self.tree.among(unknown, distances(reach))
        self.constants: dict[sp.Expr, Span] = {}
        self.forms: dict[tuple[str, sp.Expr], sp.Expr] = {}

    def over(self, expression: sp.Expr, interval: Span) -> Span:
        """All values of `expression` over the interval."""
        return _Walk(self, interval).range(self.sharpened(expression), LEVELS)

    def slope_over(self, expression: sp.Expr, interval: Span, levels: int = LEVELS) -> Span:
        """All values of its derivative."""
        return _Walk(self, interval).range(self.derivative(expression), levels)

    def sharpened(self, expression: sp.Expr) -> sp.Expr:
        """An equal expression in which the unknown occurs less often."""
        key = "sharpening", expression
        if key not in self.forms:
            self.forms[key] = form = sharpened(expression, self.unknown)
            if form != expression:
                step = "drawing powers into roots"
                require_equal(step, self.places, lambda at: at.value(expression), lambda at: at.value(form))
        return self.forms[key]

    def derivative(self, expression: sp.Expr) -> sp.Expr:
        """Its derivative, in the form that `sharpened` gives it."""
        key = "derivative", expression
        if key not in self.forms:
            self.forms[key] = form = derivative(expression, self.unknown)
            require_equal(
                "differentiation", self.places, lambda at: at.slope(expression), lambda at: at.value(form)
            )
        return self.forms[key]

    def fraction(self, expression: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        """Numerator and denominator."""
        above, below = sp.fraction(expression)
        require_equal(
            "taking a fraction apart",
            self.places,
            lambda at: at.value(expression),
            lambda at: at.value(above) / at.value(below),
        )
        return above, below

    def constant(self, expression: sp.Expr) -> Span:
        """An expression without the unknown, with the exact values inserted exactly."""
        if expression not in self.constants:
            value = expression.xreplace(self.exact)
            found = self.tree.value(value)
            if isinstance(found, acb) and not found.imag.is_zero():
                raise LawError("enclosing a range", "every constant must be real", value, "Check the point.")
            if value != expression:
                require_equal(
                    "inserting the point",
                    [self.tree],
                    lambda at: at.value(expression),
                    lambda at: at.value(value),
                    enough=1,
                )
            self.constants[expression] = span.point(found.real)
        return self.constants[expression]


class _Walk:
    """The ranges of an expression and its parts over one interval, each found once."""

    def __init__(self, ranges: Ranges, interval: Span) -> None:
        self.ranges = ranges
        self.interval = interval
        self.found: dict[tuple[sp.Expr, int], Span] = {}
        self._ends: tuple[_Walk, _Walk] | None = None

    @property
    def is_point(self) -> bool:
        return bool(self.interval.low == self.interval.high)

    def range(self, expression: sp.Expr, levels: int) -> Span:
        unknown = self.ranges.unknown
        if expression == unknown:
            return self.interval
        if not expression.has(unknown):
            return self.ranges.constant(expression)
        key = (expression, 0 if self.is_point else levels)
        if key not in self.found:
            # inside a polynomial by Horner's rule nothing is gained
            natural = self.natural(expression, 0 if _is_polynomial(expression, unknown) else levels)
            if levels and expression.is_Mul and self.interval.low == 0 and not natural.is_bounded:
                natural = self.at_zero_over_zero(expression, natural, levels)
            closer = self.is_point or levels == 0 or not natural.smooth or _occurs_once(expression, unknown)
            self.found[key] = natural if closer else self.sharper(expression, natural, levels)
        return self.found[key]

    def sharper(self, expression: sp.Expr, natural: Span, levels: int) -> Span:
        """By monotony or the mean value form; `natural` is smooth."""
        slope = self.range(self.ranges.derivative(expression), levels - 1)
        interval = self.interval
        if slope.rises or slope.falls:
            first, last = (end.range(expression, 0) for end in self.ends)
            if slope.falls:
                first, last = last, first
                openings = interval.high_open, interval.low_open
            else:
                openings = interval.low_open, interval.high_open
            strict = slope.has_a_sign
            bounded = Span(first.low, last.high, strict and openings[0], strict and openings[1])
            return natural.meet(bounded)
        if interval.is_bounded and slope.is_bounded:
            middle = ((interval.low + interval.high) / 2).mid()
            away = Span(interval.low, interval.high) + span.point(-middle)
            centre = _Walk(self.ranges, span.point(middle)).range(expression, 0)
            return natural.meet(centre + slope * away)
        return natural

    def at_zero_over_zero(self, expression: sp.Expr, natural: Span, levels: int) -> Span:
        """Of g/h with g(0) = h(0) = 0 and h' of one sign: g/h = g'/h' at a point between, by Cauchy's theorem."""
        parts = self.ranges.fraction(expression)
        if not all(self.vanishes(part) for part in parts):
            return natural
        top, bottom = (self.range(self.ranges.sharpened(part), levels) for part in parts)
        upper, lower = (self.range(self.ranges.derivative(part), levels - 1) for part in parts)
        if not (lower.smooth and upper.smooth and lower.has_a_sign):
            return natural
        ratio = upper * lower.inverse()
        smooth = top.smooth and bottom.smooth
        return natural.meet(Span(ratio.low, ratio.high, ratio.low_open, ratio.high_open, smooth))

    def vanishes(self, expression: sp.Expr) -> bool:
        """Is it exactly 0 where the unknown is?"""
        return _Walk(self.ranges, span.point(arb(0))).range(expression, 0).is_zero

    @property
    def ends(self) -> tuple[_Walk, _Walk]:
        if self._ends is None:
            low, high = self.interval.low, self.interval.high
            self._ends = _Walk(self.ranges, Span(low, low)), _Walk(self.ranges, Span(high, high))
        return self._ends

    def natural(self, expression: sp.Expr, levels: int) -> Span:
        """By the rules of interval arithmetic, from the ranges of the parts."""
        if expression.is_Add or expression.is_Mul:
            if expression.is_Mul and any(self.is_zero(part) for part in expression.args):
                return span.point(arb(0))
            first, *others = (self.range(part, levels) for part in expression.args)
            for other in others:
                first = first + other if expression.is_Add else first * other
            return first
        if expression.is_Pow:
            base, exponent = expression.args
            if base == self.ranges.unknown and exponent < 0 and self.interval.high == 0:
                return Span(span.INFINITE, span.INFINITE)  # the limit from above
            if exponent.is_Integer:
                return self.range(base, levels).power(int(exponent))
            if exponent.is_Rational:
                return self.range(base, levels).root(int(exponent.q)).power(int(exponent.p))
            logarithm = span.function("log", self.range(base, levels))
            return span.function("exp", self.range(exponent, levels) * logarithm)
        if isinstance(expression, InverseProfile):
            inverse = self.ranges.tree.inverse(expression)
            return span.rising(self.range(expression.args[1], levels), inverse, inverse.domain)
        if isinstance(expression, sp.Function) and len(expression.args) == 1:
            return span.function(type(expression).__name__, self.range(expression.args[0], levels))
        raise LawError(
            "enclosing a range",
            "sums, products, powers and functions of one variable are needed",
            expression,
            "State the law with these.",
        )

    def is_zero(self, factor: sp.Expr) -> bool:
        """Is a factor 0 whatever the unknown is? It then outweighs a pole of the others."""
        return not factor.has(self.ranges.unknown) and self.ranges.constant(factor).is_zero


@lru_cache(maxsize=4096)
def _occurs_once(expression: sp.Expr, unknown: sp.Symbol) -> bool:
    return bool(expression.count(unknown) == 1)


@lru_cache(maxsize=4096)
def _is_polynomial(expression: sp.Expr, unknown: sp.Symbol) -> bool:
    return bool(expression.is_polynomial(unknown))


@lru_cache(maxsize=1024)
def derivative(expression: sp.Expr, unknown: sp.Symbol) -> sp.Expr:
    """d expression / d unknown, in the form that `sharpened` gives it."""
    return sharpened(_slope(expression, unknown), unknown)


def _slope(expression: sp.Expr, unknown: sp.Symbol) -> sp.Expr:
    """d|u| = sign(u) du and d sign(u) = 0, but where u = 0, of which `Span.smooth` keeps account.

    Of a symbol that is not said to be real SymPy makes real and imaginary parts of these.
    """
    kinks = {kink: sp.Dummy() for kink in expression.atoms(sp.Abs, sp.sign)}
    outer = expression.xreplace(kinks)
    through = (
        sp.diff(outer, place) * sp.sign(size.args[0]) * _slope(size.args[0], unknown)
        for size, place in kinks.items()
        if isinstance(size, sp.Abs)
    )
    return sp.Add(sp.diff(outer, unknown), *through).xreplace({place: kink for kink, place in kinks.items()})


@lru_cache(maxsize=2048)
def sharpened(expression: sp.Expr, unknown: sp.Symbol) -> sp.Expr:
    """An equal expression for `unknown` > 0 in which it occurs less often."""
    if expression == unknown or not expression.has(unknown) or not expression.args:
        return expression
    if isinstance(expression, InverseProfile):
        profile, argument = expression.args
        return expression.func(profile, sharpened(argument, unknown))
    if expression.is_polynomial(unknown) and expression.is_Add:
        highest, *others = sp.Poly(expression, unknown).all_coeffs()
        return reduce(lambda inner, coefficient: inner * unknown + coefficient, others, highest)
    parts = [sharpened(part, unknown) for part in expression.args]
    rebuilt = expression.func(*parts)
    if not rebuilt.is_Mul:
        return rebuilt
    own = [factor for factor in rebuilt.args if factor.as_base_exp()[0] == unknown]
    sums = [factor for factor in rebuilt.args if _is_root_or_quotient(factor, unknown)]
    if len(own) != 1 or len(sums) != 1:
        return rebuilt
    power, (base, exponent) = own[0].as_base_exp()[1], sums[0].as_base_exp()
    drawn = sp.expand(base * unknown ** (power / exponent))
    if not power.is_Rational or drawn.count(unknown) > base.count(unknown):
        return rebuilt
    rest = sp.Mul(*(factor for factor in rebuilt.args if factor not in (*own, *sums)))
    return rest * sharpened(drawn, unknown) ** exponent


def _is_root_or_quotient(factor: sp.Expr, unknown: sp.Symbol) -> bool:
    """A root of a sum with the unknown, or one over it."""
    base, exponent = factor.as_base_exp()
    is_whole = exponent.is_Integer and exponent > 0
    return bool(base.is_Add and base.has(unknown) and exponent.is_Rational and not is_whole)
