"""Numbers at a working precision: contexts of one's own, expressions at exact points, agreement.

Every evaluation has an mpmath context of its own: threads do not meet, and ``mpmath.mp`` stays as it is.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import sympy as sp

from analytics.evaluation.translation import Function, function_of, mpmath_arithmetic
from analytics.exclusive import in_turn, mpmath_kept

Point = Mapping[sp.Symbol, sp.Expr]

SPARE = 5
"""Digits returned beyond those asked for."""

KEPT = 64
"""Contexts kept per thread: making one takes longer than most evaluations."""

FAILURES = (ArithmeticError, ValueError, TypeError)
"""What mpmath raises at a pole, outside a real domain or beyond its range."""


class Numeric:
    """An expression at an exact point, as a function of the symbols left free, at any precision."""

    @in_turn
    def __init__(self, expression: sp.Expr, point: Point, free: tuple[sp.Symbol, ...] = ()) -> None:
        self.free = free
        self.expression = at_zeros(expression, point)
        used = self.expression.free_symbols - set(free)
        self.point = {symbol: value for symbol, value in point.items() if symbol in used}
        self._at: dict[tuple[int, int], tuple[Any, Function]] = {}

    @property
    def magnitude(self) -> int:
        """Decades that the point's coordinates lie away from 1, at most: |log10 |x||."""
        return max((decades(value) for value in self.point.values()), default=0)

    @property
    def length(self) -> int:
        """Digits of the longest number in the point: differences may be as small as its last one."""
        bits = (number.bit_length() for value in self.point.values() for number in _integers(value))
        return max(bits, default=0) * 302 // 1000

    def at(self, digits: int) -> tuple[Any, Function]:
        """A context with `digits` digits, and the function of the free symbols in it."""
        key = (
            threading.get_ident(),
            digits,
        )  # an expression may be kept for all threads, a context is of one
        if key not in self._at:
            context = kept_context(digits)
            arithmetic = mpmath_arithmetic(context)
            function = function_of((*self.free, *self.point), self.expression, arithmetic)
            given = [arithmetic.constant(value) for value in self.point.values()]
            self._at[key] = (context, lambda *free: function(*free, *given))
        return self._at[key]

    def __call__(self, digits: int, *free: Any) -> Any:
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


def _integers(number: sp.Expr) -> list[int]:
    return [int(part) for rational in number.atoms(sp.Rational) for part in (rational.p, rational.q)]


def new_context(digits: int) -> Any:
    """An mpmath context of its own, with `digits` digits."""
    from mpmath import MPContext

    context = MPContext()
    context.dps = digits
    return context


class _Kept(threading.local):
    """The contexts of one thread, by their digits."""

    def __init__(self) -> None:
        self.contexts: dict[int, Any] = {}


_kept = _Kept()


def kept_context(digits: int) -> Any:
    """This thread's context with `digits` digits; whoever changes its precision puts it back."""
    contexts = _kept.contexts
    if digits not in contexts:
        if len(contexts) >= KEPT:
            contexts.clear()
        contexts[digits] = new_context(digits)
    context = contexts[digits]
    context.dps = digits  # a function of mpmath that failed may have left another precision
    return context


def decades(number: sp.Expr) -> int:
    """|log10 |number||, rounded up; 0 for 0 and for complex numbers of modulus about 1."""
    if number == 0:
        return 0
    if number.is_Rational:
        return abs(int(abs(number.p)).bit_length() - int(number.q).bit_length()) * 302 // 1000 + 1
    with mpmath_kept():
        size = abs(number.evalf(5))
        return abs(int(sp.floor(sp.log(size, 10).evalf(5)))) + 1 if size.is_comparable and size > 0 else 0


def published(number: Any, digits: int) -> Any:
    """`number` rounded to `digits` digits, as a number of mpmath's own context whatever its precision is."""
    from mpmath import mp

    context = kept_context(digits)
    rounded = +context.convert(number)
    if hasattr(rounded, "_mpc_"):
        return mp.make_mpc(rounded._mpc_)
    return mp.make_mpf(rounded._mpf_)


def parts(number: Any) -> tuple[Any, Any]:
    return number.real, number.imag


def is_finite(number: Any) -> bool:
    return all(part._mpf_[1] or not part._mpf_[2] for part in parts(number))


def exponent_of(number: Any) -> int:
    """Decimal exponent of |number|; very negative for 0."""
    sizes = [
        (mantissa_exponent[2] + mantissa_exponent[3]) * 302 // 1000
        for mantissa_exponent in (part._mpf_ for part in parts(number))
        if mantissa_exponent[1]
    ]
    return max(sizes, default=-(10**9))


def matching_digits(context: Any, difference: Any, scale: Any, most: float) -> float:
    """To how many digits numbers that differ so agree: -log10 |difference / scale|, from 0 to `most`."""
    if not difference:
        return float(most)
    return float(min(most, max(0, -context.log10(abs(difference) / scale)))) if scale else 0.0


def agreed(one: Any, other: Any, digits: int) -> Any:
    """`other` where it agrees with `one` to `digits` digits in each part, else None.

    A part that does not, but is below 10**-(digits + 8) of the whole in both, is rounding and becomes 0.
    """
    context = kept_context(digits + 10)
    left, right = context.convert(one), context.convert(other)
    bound, noise = context.mpf(10) ** -(digits + 1), context.mpf(10) ** -(digits + 8) * abs(right)
    stays = []
    for before, now in zip(parts(left), parts(right), strict=True):
        if abs(before - now) <= bound * abs(now):
            stays.append(True)
        elif abs(before) <= noise and abs(now) <= noise:
            stays.append(False)
        else:
            return None
    if all(stays):
        return other if other.imag else other.real
    return other.real if stays[0] else type(other)(0, other.imag)
