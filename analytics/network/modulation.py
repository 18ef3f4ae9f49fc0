"""A slow modulation of the background: the shape p(s) of an input I_0 p(x/L) that repeats every L sites.

p is a function of the place s in a period: real and smooth, p(s + 1) = p(s), above 0 everywhere, and no constant.
"""

from __future__ import annotations

from collections import deque
from typing import NoReturn

import sympy as sp

from analytics.errors import ModelError
from analytics.exclusive import in_turn
from analytics.expressions.grammar import text_of
from analytics.expressions.intervals import FORMS, RULES, SingularError, enclosure, intervals, sign

place = sp.Symbol("s", real=True)
"""x/L, the place in a period."""

BITS = 200
"""Of the intervals in which p is enclosed."""

PIECES = 4096
"""Pieces of a period that p is enclosed on, at most, before its sign counts as open."""

COARSE = 64
"""Pieces of a period at whose ends poles are looked for."""

NARROWEST = 2**BITS
"""Pieces of which this many are a period: the intervals do not tell narrower ones from points."""

SOMEWHERE, ELSEWHERE = sp.Rational(3, 37), tuple(sp.Rational(n, 41) for n in (5, 17, 29, 40))
"""Places at which values are compared."""

WRITE = 'Write "1 + cos(2*pi*s)/2".'


@in_turn
def require_modulation(shape: object) -> None:
    """Raise ModelError unless `shape` is the p(s) of a modulation.

    Smooth is what is seen to be analytic in interval arithmetic, which excludes |x|, sign(x) and cases. Positive is
    proved on pieces of the period. The period is proved by algebra.
    """
    if not isinstance(shape, sp.Expr):
        _refuse("an expression in s is needed", repr(shape), WRITE)
    if shape.has(sp.Float):
        _refuse("the numbers must be exact", shape, "Write 1/2 for 0.5.")
    if strangers := shape.free_symbols - {place}:
        _refuse(
            "s is its only symbol", ", ".join(sorted(map(str, strangers))), "Write the values of constants."
        )
    if shape.has(sp.I) or any(type(node) not in RULES for node in shape.atoms(sp.Function)):
        _refuse("p(s) must be real and smooth", _shown(shape), "Leave I, cases, bars and signs out.")
    _require_positive(shape)
    if not any(_differ(shape, SOMEWHERE, at) for at in ELSEWHERE):
        need = f"it must vary, by more than 2**-{BITS} of its size" if shape.has(place) else "it must vary"
        _refuse(need, _shown(shape), "Give a uniform background by I0 alone.")
    moved = sp.expand(shape.xreplace({place: place + 1}))
    is_periodic = moved == sp.expand(shape)
    if not is_periodic and not any(_differ(shape, at, at + 1) for at in (SOMEWHERE, *ELSEWHERE)):
        is_periodic = any(form(moved - shape) == 0 for form in FORMS[:2])
    if not is_periodic:
        _refuse("p(s + 1) = p(s) must hold", _shown(shape), "Use sin and cos of 2*pi*s, 4*pi*s, ...")


def turns_of(shape: sp.Expr) -> int:
    """How often the fastest sine or cosine in p(s) turns over a period; 1 where none is seen to turn steadily."""
    angles = (
        sp.diff(node.args[0], place) / (2 * sp.pi) for node in shape.atoms(sp.sin, sp.cos, sp.tan, sp.cot)
    )
    return max((abs(int(rate)) for rate in angles if rate.is_Integer), default=1) or 1


def _require_positive(shape: sp.Expr) -> None:
    """Over a period, which is halved where the interval of p holds 0, and real and smooth there."""
    context = intervals(BITS)
    pieces = deque([(0, 1)])
    for _ in range(PIECES):
        if not pieces:
            return
        start, parts = pieces.popleft()
        if parts >= NARROWEST:
            break
        over = context.mpf([start, start + 1]) / parts
        try:
            found = enclosure(shape, {place: over}, BITS)
        except SingularError:
            found = None
        if found is not None and found.a > 0:
            continue
        middle = sp.Rational(2 * start + 1, 2 * parts)
        for at in (middle, sp.Rational(start, parts)) if found is not None or parts <= COARSE else ():
            value = shape.xreplace({place: at})
            if value.has(sp.zoo, sp.oo, sp.nan):
                _refuse("p(s) must have a value everywhere", f"none at s = {at}", "Keep it away from poles.")
            if found is not None and sign(value) in (-1, 0):
                _refuse("p(s) must be above 0 everywhere", f"{_shown(value)} at s = {at}", "Add a constant.")
        pieces += [(2 * start, 2 * parts), (2 * start + 1, 2 * parts)]
    _refuse(
        "p(s) must be real, smooth and above 0, as interval arithmetic sees it",
        _shown(shape),
        "Write it in sin, cos, exp and their like, and keep it away from 0.",
    )


def _differ(shape: sp.Expr, one: sp.Rational, other: sp.Rational) -> bool:
    """Is p proved to have different values at two places?"""
    first, second = (enclosure(shape, {place: enclosure(at, {}, BITS)}, BITS) for at in (one, other))
    return 0 not in first - second


def _shown(expression: sp.Expr) -> str:
    text = str(expression) if expression.has(sp.Piecewise) else text_of(expression)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _refuse(requirement: str, received: object, remedy: str) -> NoReturn:
    raise ModelError("modulation", requirement, received, remedy)
