"""Intervals that hold the values of an expression, and what they decide of exact numbers.

Sums, products, powers, exp, log, sin and cos are mpmath's, which rounds outwards. A monotone function is taken at
the ends of its argument with `SPARE` bits more, and widened by one part in 2**bits. An interval of infinite length is
an answer too: it says that nothing is known.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Protocol

import mpmath
import sympy as sp

from analytics.exclusive import in_turn

SPARE = 20
"""Bits to which mpmath's functions are trusted beyond those of an interval."""

GROWTH, FLAT, TURNS = 300, 64, 4_000
"""Beyond |x| = 2**GROWTH exp(x) is not written out, beyond 2**TURNS the angle x is not reduced, and beyond 2**FLAT
tanh(x) and erf(x) lie closer to 1 than any precision here."""

LADDER = (200, 800, 3400)
"""Bits at which a number is enclosed, one after the other: the last are 1000 digits and a few."""


class Interval(Protocol):
    """A closed interval [a, b] of mpmath; its ends, its middle and its length `delta` are intervals of length 0."""

    @property
    def a(self) -> Interval: ...
    @property
    def b(self) -> Interval: ...
    @property
    def mid(self) -> Interval: ...
    @property
    def delta(self) -> Interval: ...
    @property
    def _mpi_(self) -> tuple[object, object]: ...
    def __contains__(self, number: int) -> bool: ...
    def __lt__(self, other: Interval | int) -> bool: ...
    def __le__(self, other: Interval | int) -> bool: ...
    def __gt__(self, other: Interval | int) -> bool: ...
    def __ge__(self, other: Interval | int) -> bool: ...
    def __abs__(self) -> Interval: ...
    def __neg__(self) -> Interval: ...
    def __pos__(self) -> Interval: ...
    def __radd__(self, other: int) -> Interval: ...
    def __add__(self, other: Interval | int) -> Interval: ...
    def __sub__(self, other: Interval | int) -> Interval: ...
    def __mul__(self, other: Interval | int) -> Interval: ...
    def __truediv__(self, other: Interval | int) -> Interval: ...
    def __rtruediv__(self, other: int) -> Interval: ...
    def __pow__(self, power: int) -> Interval: ...


class Intervals(Protocol):
    """mpmath's interval arithmetic at a precision."""

    prec: int
    pi: Interval
    e: Interval

    def mpf(self, ends: object) -> Interval: ...
    def exp(self, value: Interval) -> Interval: ...
    def log(self, value: Interval) -> Interval: ...
    def sin(self, value: Interval) -> Interval: ...
    def cos(self, value: Interval) -> Interval: ...
    def sqrt(self, value: Interval) -> Interval: ...


Rule = Callable[[Interval, Intervals], Interval]
"""An interval, and the context that it is of, to the values of a function."""

Sides = Mapping[sp.Symbol, Interval]


class SingularError(Exception):
    """A root, logarithm or quotient of an interval that reaches to where it is singular."""


class OutsideError(SingularError):
    """A root, logarithm or quotient of an interval that lies where it has no real value."""


@cache
def intervals(bits: int) -> Intervals:
    """mpmath's interval arithmetic in a context of its own."""
    context: Intervals = mpmath.iv.__class__()
    context.prec = bits
    return context


@cache
def _points(bits: int) -> Any:
    context = mpmath.MPContext()
    context.prec = bits
    return context


def enclosure(expression: sp.Expr, sides: Sides, bits: int, *, closed: bool = False) -> Interval:
    """The values of a real expression for all values of its symbols in `sides`.

    closed: roots, asin, acos and acosh may be taken at the ends of their domains, where they are real and no more.
    Raises SingularError where it is not seen to be real and analytic there, OutsideError where it is seen not to be.
    """
    context = intervals(bits)
    if expression in sides:
        return sides[expression]
    if expression.is_Rational:
        return context.mpf(int(expression.p)) / int(expression.q)
    if expression in (sp.pi, sp.E):
        return +context.pi if expression is sp.pi else +context.e
    if expression.is_Pow and expression.base != sp.E:
        base = enclosure(expression.base, sides, bits, closed=closed)
        return _power(base, expression.exp, sides, bits, closed)
    values = [enclosure(argument, sides, bits, closed=closed) for argument in expression.args]
    if expression.is_Add:
        return sum(values, start=context.mpf(0))
    if expression.is_Mul:
        product = context.mpf(1)
        for value in values:
            product *= value
        return product
    if expression.is_Pow:  # of E
        return _exponential(values[1], context)
    if expression.is_number and isinstance(expression, sp.Abs):  # analytic where nothing varies
        return abs(values[0])
    if expression.is_number and isinstance(expression, sp.Min | sp.Max):
        choose = min if isinstance(expression, sp.Min) else max
        return context.mpf([choose(value.a for value in values).a, choose(value.b for value in values).b])
    if type(expression) in RULES and len(values) == 1:
        rules = CLOSED if closed and type(expression) in CLOSED else RULES
        return rules[type(expression)](values[0], context)
    raise SingularError(expression)


def _power(base: Interval, exponent: sp.Expr, sides: Sides, bits: int, closed: bool) -> Interval:
    context = intervals(bits)
    if exponent.is_Integer and exponent >= 0:
        return base ** int(exponent)
    if closed and exponent.is_Rational and exponent > 0 and base.a >= 0 and 0 in base:
        top = _power(context.mpf(base.b), exponent, sides, bits, False) if base.b > 0 else base
        return context.mpf([0, top.b])
    _require_apart(base)
    if exponent.is_Integer:
        return 1 / base ** int(-exponent)
    _require_above(base)
    if exponent.is_Rational and exponent.q == 2:
        root = context.sqrt(base) ** abs(int(exponent.p))
        return root if exponent > 0 else 1 / root
    return _exponential(enclosure(exponent, sides, bits) * context.log(base), context)


def _require_apart(value: Interval) -> None:
    """From 0."""
    if 0 in value:
        raise OutsideError if value.a == value.b else SingularError


def _require_above(value: Interval, bound: int = 0) -> None:
    if not value.a > bound:
        raise OutsideError if value.b <= bound else SingularError


def _exponential(value: Interval, context: Intervals) -> Interval:
    most = context.mpf(2) ** GROWTH
    low = context.exp(value.a if value.a < most else most) if value.a > -most else context.mpf(0)
    high = context.exp(value.b if value.b > -most else -most) if value.b < most else context.mpf("inf")
    return context.mpf([low.a, high.b])


def _monotone(name: str, *, falls: bool = False) -> Rule:
    def function(value: Interval, context: Intervals) -> Interval:
        least, most = (value.b, value.a) if falls else (value.a, value.b)
        return context.mpf([_at(name, least, context).a, _at(name, most, context).b])

    return function


def _at(name: str, end: Interval, context: Intervals) -> Interval:
    """A monotone function at a number, widened by one part in 2**bits; within [-1, 1] where that is its range."""
    own = _points(context.prec + SPARE)
    own.prec = context.prec + SPARE  # what was stopped on its way may have left another
    argument, bound = own.make_mpf(end._mpi_[0]), own.inf
    if name in ("tanh", "erf"):
        bound = own.one
        if own.mag(argument) > FLAT:
            argument = own.sign(argument) * own.mpf(2) ** FLAT
    found = getattr(own, name)(argument)
    slack = abs(found) * own.mpf(2) ** -context.prec if own.isfinite(found) else 0
    return context.mpf([max(found - slack, -bound), min(found + slack, bound)])


def _within(name: str, low: int | None, high: int | None, *, closed: bool = False) -> Rule:
    """A monotone function that is analytic between two numbers, and real at them where it is `closed`."""
    rule = _monotone(name, falls=name == "acos")

    def function(value: Interval, context: Intervals) -> Interval:
        if low is not None and not (closed and value.a >= low):
            _require_above(value, low)
        if high is not None and not (closed and value.b <= high):
            _require_above(-value, -high)
        return rule(value, context)

    return function


def _logarithm(value: Interval, context: Intervals) -> Interval:
    _require_above(value)
    return context.log(value)


def _sinh(value: Interval, context: Intervals) -> Interval:
    if value.a > -1 and value.b < 1:
        return _monotone("sinh")(value, context)
    low, high = (_exponential(end, context) - _exponential(-end, context) for end in (value.a, value.b))
    return context.mpf([low.a, high.b]) / 2


def _cosh(value: Interval, context: Intervals) -> Interval:
    size = abs(value)
    low, high = (_exponential(end, context) + _exponential(-end, context) for end in (size.a, size.b))
    return context.mpf([low.a, high.b]) / 2


def _sine(value: Interval, context: Intervals) -> Interval:
    return context.sin(value) if abs(value) < context.mpf(2) ** TURNS else context.mpf([-1, 1])


def _cosine(value: Interval, context: Intervals) -> Interval:
    return context.cos(value) if abs(value) < context.mpf(2) ** TURNS else context.mpf([-1, 1])


def _ratio(above: Rule, below: Rule) -> Rule:
    def function(value: Interval, context: Intervals) -> Interval:
        divisor = below(value, context)
        _require_apart(divisor)
        return above(value, context) / divisor

    return function


def _erfc(value: Interval, context: Intervals) -> Interval:
    most = context.mpf(2) ** FLAT
    high = _at("erfc", value.a if value.a < most else most, context)
    low = _at("erfc", value.b, context) if value.b < most else context.mpf(0)
    return context.mpf([low.a, high.b])


RULES: dict[type[sp.Function], Rule] = {
    sp.exp: _exponential,
    sp.log: _logarithm,
    sp.sin: _sine,
    sp.cos: _cosine,
    sp.tan: _ratio(_sine, _cosine),
    sp.cot: _ratio(_cosine, _sine),
    sp.asin: _within("asin", -1, 1),
    sp.acos: _within("acos", -1, 1),
    sp.atan: _monotone("atan"),
    sp.sinh: _sinh,
    sp.cosh: _cosh,
    sp.tanh: _monotone("tanh"),
    sp.coth: _ratio(lambda _, context: context.mpf(1), _monotone("tanh")),
    sp.asinh: _monotone("asinh"),
    sp.acosh: _within("acosh", 1, None),
    sp.atanh: _within("atanh", -1, 1),
    sp.erf: _monotone("erf"),
    sp.erfc: _erfc,
    sp.erfinv: _within("erfinv", -1, 1),
}
"""Functions that are real and analytic on an open part of the real axis, and how an interval passes through them."""

CLOSED = {
    sp.asin: _within("asin", -1, 1, closed=True),
    sp.acos: _within("acos", -1, 1, closed=True),
    sp.acosh: _within("acosh", 1, None, closed=True),
}
"""Functions that are real, but not analytic, at the ends of their domains."""


@lru_cache(maxsize=4096)
def enclosed(number: sp.Rational) -> Interval:
    """A rational number, to all bits of the `LADDER`."""
    return enclosure(number, {}, LADDER[-1])


def shown(value: Interval, digits: int) -> str:
    """The middle of an interval, to some digits."""
    return str(sp.Float(_points(LADDER[-1]).make_mpf(value.mid._mpi_[0]), digits))


FORMS: tuple[Callable[[sp.Expr], sp.Expr], ...] = (
    sp.expand,
    lambda number: sp.cancel(sp.together(number.rewrite(sp.exp))),
    sp.simplify,
)
"""What makes a number 0 that is 0, the quickest first."""


def narrow(
    expression: sp.Expr, at: Mapping[sp.Symbol, sp.Expr], digits: int, *, closed: bool = False
) -> Interval:
    """`expression` at exact values of its symbols: an interval of a relative width below 10**-digits, if possible.

    closed: as of an `enclosure`. At the last precision of the `LADDER` the interval is taken as it is. Raises
    SingularError, at that precision too, or OutsideError.
    """
    found: Interval | None = None
    for bits in (step for step in LADDER if step == LADDER[-1] or step > 4 * digits):
        try:
            sides = {symbol: enclosure(value, {}, bits) for symbol, value in at.items()}
            found = enclosure(expression, sides, bits, closed=closed)
        except OutsideError:
            raise
        except SingularError:
            if bits == LADDER[-1]:
                raise
            continue
        if found.delta <= abs(found) * intervals(bits).mpf(10) ** -digits:
            break
    assert found is not None
    return found


@lru_cache(maxsize=4096)
@in_turn
def sign(number: sp.Expr) -> int | None:
    """Of a real number: 1, -1, or 0; None where 1000 digits do not tell it from 0 and no algebra makes it 0.

    1 and -1 are proved by an interval. 0 takes both, an interval around 0 and SymPy's algebra.
    """
    if number.is_Rational:
        return int(number.p > 0) - int(number.p < 0)
    for bits in LADDER:
        try:
            found = enclosure(number, {}, bits)
        except SingularError:
            return None
        if found.a > 0 or found.b < 0:
            return 1 if found.a > 0 else -1
    return 0 if any(bool(form(number) == 0) for form in FORMS) else None


@lru_cache(maxsize=4096)
@in_turn
def vanishes(number: sp.Expr) -> bool | None:
    """Is an exact number, real or complex, 0? None where that is not decided, as by `sign`."""
    parts = number.as_real_imag() if number.has(sp.I) else (number,)
    signs = [sign(part) for part in parts]
    if any(signs):
        return False
    return None if None in signs else True


def decimal(number: sp.Expr, digits: int) -> sp.Float:
    """A real number to `digits` digits, at the middle of its interval. Raises SingularError."""
    middle = _points(4 * digits).make_mpf(narrow(number, {}, digits).mid._mpi_[0])
    return sp.Float(middle, digits)


MOST_TERMS = 200_000
"""Terms of a polynomial that are computed, over all pieces of an interval, before a root is no longer looked for."""


def has_no_root(coefficients: Sequence[sp.Expr], low: int, high: int) -> bool:
    """Is a polynomial, the highest power first, seen to have no root in [low, high]? False where that stays open.

    Pieces over which its interval holds 0 are halved; two signs at their middles show that there is a root.
    """
    bits = LADDER[0] + 4 * len(coefficients)
    context, terms = intervals(bits), [enclosure(coefficient, {}, bits) for coefficient in coefficients]

    def value(at: Interval) -> Interval:
        found = context.mpf(0)
        for term in terms:
            found = found * at + term
        return found

    pieces, signs = deque([(0, 1)]), set[bool]()
    for _ in range(MOST_TERMS // len(terms)):
        if not pieces:
            return True
        place, parts = pieces.popleft()
        piece = low + context.mpf([place, place + 1]) * (high - low) / parts
        if 0 in value(piece):
            middle = value(piece.mid)
            signs |= {middle > 0} if 0 not in middle else set()
            if len(signs) > 1:
                return False
            pieces.extend(((2 * place, 2 * parts), (2 * place + 1, 2 * parts)))
    return False
