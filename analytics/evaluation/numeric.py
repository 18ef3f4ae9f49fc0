"""Expressions at exact points, at any working precision."""

from __future__ import annotations

import threading

import sympy as sp

from analytics.evaluation.arithmetic import kept_arithmetic, kept_function
from analytics.evaluation.contexts import digits_of, magnitude
from analytics.evaluation.mpmath_types import Context, Number, Operand
from analytics.evaluation.translation import Function
from analytics.exclusive import KeptProperty, in_turn
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.parameter import Point

FAILURES = (ArithmeticError, ValueError, TypeError)
"""What mpmath raises at a pole, outside a real domain or beyond its range."""


class Numeric:
    """An expression at an exact point, as a function of the symbols left free, at any precision."""

    @in_turn
    def __init__(self, expression: sp.Expr, point: Point, free: tuple[sp.Symbol, ...] = ()) -> None:
        self.free = free
        self.expression = with_profiles(at_zeros(expression, point), point)
        used = self.expression.free_symbols - set(free)
        self.point = {symbol: value for symbol, value in point.items() if symbol in used}
        self._at: dict[tuple[int, int], tuple[Context, Function]] = {}

    @KeptProperty
    def magnitude(self) -> int:
        return magnitude(self.point)

    @KeptProperty
    def length(self) -> int:
        """Digits of the longest number in the point: differences may be as small as its last one."""
        rationals = (number for value in self.point.values() for number in value.atoms(sp.Rational))
        return digits_of(max((int(part).bit_length() for x in rationals for part in (x.p, x.q)), default=0))

    def at(self, digits: int) -> tuple[Context, Function]:
        """A context with `digits` digits, and the function of the free symbols in it."""
        key = threading.get_ident(), digits  # a context is of one thread, an expression may be kept for all
        if key not in self._at:
            context, arithmetic = kept_arithmetic(digits)
            function = kept_function((*self.free, *self.point), self.expression, digits)
            given = [arithmetic.constant(value) for value in self.point.values()]
            self._at[key] = (context, lambda *free: function(*free, *given))
        return self._at[key]

    def __call__(self, digits: int, *free: Operand) -> Number | None:
        """The value at `digits` digits, or None where the expression has none."""
        context, function = self.at(digits)
        try:
            found = function(*(context.convert(value) for value in free))
        except FAILURES:
            return None
        found = context.convert(found)
        return None if context.isnan(found) else found


def at_zeros(expression: sp.Expr, point: Point) -> sp.Expr:
    """With the zeros of the point inserted where that leaves it finite: they are exact, and cost no digits."""
    zeros = {symbol: value for symbol, value in point.items() if value == 0}
    try:
        inserted = expression.xreplace(zeros)
    except TypeError:  # a condition of a Piecewise became a comparison with nan
        return expression
    return expression if inserted.has(sp.nan, sp.zoo, sp.oo) else inserted


def with_profiles(expression: sp.Expr, point: Point) -> sp.Expr:
    """With the values of the constants inserted into the profiles of inverses, which are no functions of these."""
    profiles = {node.args[0] for node in expression.atoms(InverseProfile)}
    return expression.xreplace(
        {profile: profile.xreplace(dict(point)) for profile in profiles if profile.free_symbols}
    )
