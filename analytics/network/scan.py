"""What is seen of a radial profile by interval arithmetic: its values, its slope, its limit at infinity.

A value is enclosed at a radius. A sign is looked for over boxes of radii, which are halved where it may change. What
is seen here to be wrong is wrong; what is not seen to be wrong may still be so, between or beyond the radii.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import sympy as sp

from analytics.errors import DerivationError
from analytics.exclusive import in_turn
from analytics.expressions import series
from analytics.expressions.intervals import (
    Interval,
    SingularError,
    decimal,
    enclosed,
    enclosure,
    intervals,
    narrow,
)
from analytics.expressions.notation import Constant, r

PER_DECADE = 16

DIGITS = 60
"""Relative accuracy of an enclosed value, where the precisions of `intervals.LADDER` reach it."""

MOST_BOXES, BITS = 400, 80
"""Boxes in which a sign is looked for, and the bits of their intervals."""

FAR = tuple(sp.Integer(10) ** 2**power for power in range(3, 13))
"""Radii at which a profile is compared with its limit."""


def radii(per_decade: int) -> list[sp.Rational]:
    """A logarithmic grid from 1e-3 to 1e4, of decimal fractions."""
    return [
        sp.Rational(round(10 ** (place / per_decade + 6)), 10**6)
        for place in range(-3 * per_decade, 4 * per_decade + 1)
    ]


def value(expression: sp.Expr, radius: sp.Expr) -> Interval | None:
    """An interval that holds the expression at a radius, None where it is not seen to be real there."""
    try:
        return narrow(expression, {r: radius}, DIGITS, closed=True)
    except SingularError:
        return None


def slope(profile: sp.Expr) -> sp.Expr:
    """rho', with 1/cosh**2 in place of the difference 1 - tanh**2, which is lost far out."""
    flat = {1 - part**2: sp.cosh(part.args[0]) ** -2 for part in profile.atoms(sp.tanh)}
    return sp.diff(profile, r).xreplace(flat)


def negative_at(expression: sp.Expr, grid: Sequence[sp.Rational]) -> sp.Rational | None:
    """A radius between the first and the last of a grid at which the expression is seen to be negative, or None.

    Between neighbours of the grid the expression is bounded from below. Where that does not show it to be positive,
    its value in the middle is looked at, and then both halves, in the order of their size.
    """
    context, boxes = intervals(BITS), deque(pairwise(grid))

    def bounded(low: sp.Rational, high: sp.Rational) -> Interval:
        try:
            return enclosure(expression, {r: context.mpf([enclosed(low).a, enclosed(high).b])}, BITS)
        except SingularError:
            return context.mpf(["-inf", "inf"])

    for _ in range(MOST_BOXES):
        if not boxes:
            return None
        low, high = boxes.popleft()
        if bounded(low, high).a < 0:
            middle = (low + high) / 2
            if bounded(middle, middle).b < 0:
                return middle
            boxes.extend(((low, middle), (middle, high)))
    return None


@lru_cache(maxsize=256)
@in_turn
def limit(profile: sp.Expr) -> sp.Expr | None:
    """The limit at infinity, `sp.oo` where the profile grows without end; None where it is not found.

    It is proposed by the limits of the parts and the series in 1/r, of the profile as it stands or by the leading
    terms of its exponentials, or by SymPy. It is taken where the values at the
    radii `FAR`, as far as they are known, come nearer to it by a quarter each time, or agree to 40 digits; with
    constants in the profile, at numbers between 0 and 1 in their place.
    """
    constants = sorted(profile.atoms(Constant), key=str)
    probe = {symbol: sp.Rational(place, place + 3) for place, symbol in enumerate(constants, start=1)}
    for propose in (_by_parts, lambda form: _by_parts(sp.expand(_leading(form))), _by_sympy):
        proposed = propose(profile)
        if proposed is not None and _is_approached(profile.xreplace(probe), proposed.xreplace(probe)):
            return proposed
    return None


def _is_approached(profile: sp.Expr, proposed: sp.Expr) -> bool:
    context = intervals(BITS)
    if proposed is sp.oo:
        found = [seen for seen in _far(profile) if seen.delta < abs(seen) * context.mpf("0.01")]
        return len(found) > 1 and all(before.b < after.a for before, after in pairwise(found))
    try:
        noise = abs(enclosure(proposed, {}, BITS, closed=True)) * context.mpf("1e-40")
    except SingularError:
        return False
    distances = [abs(seen) for seen in _far(profile - proposed) if seen.delta < noise]
    nearer = (after.b < noise.b or after.b * 4 <= before.a * 3 for before, after in pairwise(distances))
    return len(distances) > 1 and all(nearer)


def _far(expression: sp.Expr) -> Iterator[Interval]:
    """Values at the radii `FAR`, as far as they are real."""
    return (seen for radius in FAR if (seen := value(expression, radius)) is not None)


def _by_parts(expression: sp.Expr) -> sp.Expr | None:
    """By the limits of the arguments, where these determine it."""
    if expression == r:
        return sp.oo
    if not expression.has(r):
        return expression
    parts = [_by_parts(part) for part in expression.args]
    if None not in parts:
        found = expression.func(*parts)
        if found in (sp.oo, -sp.oo) or not found.has(sp.oo, sp.zoo, sp.nan, sp.AccumBounds):
            return found
    return _by_series(expression)


FLAT = {sp.tanh: (-1, 1), sp.coth: (-1, 1), sp.erf: (-1, 1), sp.erfc: (2, 0)}
"""Functions that come to their limits at -oo and oo faster than any power."""


def _leading(expression: sp.Expr) -> sp.Expr:
    """The expression far out: what differs from it by less than any power of 1/r, or an identity for large r."""
    if not expression.has(r) or expression == r:
        return expression
    form = expression.func(*map(_leading, expression.args))
    if isinstance(form, sp.log):
        return _logarithm(form)
    if type(form) in FLAT or isinstance(form, sp.exp | sp.atan):
        end = _by_parts(form.args[0])
        if isinstance(form, sp.atan):
            return sp.pi / 2 - sp.atan(1 / form.args[0]) if end is sp.oo else form
        if isinstance(form, sp.exp):
            return sp.S.Zero if end is -sp.oo else form
        below, above = FLAT[type(form)]
        return sp.Integer(above) if end is sp.oo else sp.Integer(below) if end is -sp.oo else form
    return form


def _logarithm(form: sp.log) -> sp.Expr:
    """d r + log C for the logarithm of a quotient of sums of exponentials, which is C e^(d r) far out."""
    grown = [_largest(part) for part in sp.fraction(sp.together(form.args[0].rewrite(sp.exp)))]
    (above, over), (below, under) = grown
    return (above - below) * r + sp.log(over / under) if over != 0 and under != 0 else form


def _largest(total: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """(d, C) of the fastest terms C e^(d r) of a sum; C = 0 where a term is no exponential."""
    rates: dict[sp.Expr, sp.Expr] = {}
    for term in sp.Add.make_args(sp.expand(total)):
        exponent = sp.expand(sp.Add(*(power.args[0] for power in term.atoms(sp.exp) if power.has(r))))
        rate = exponent.coeff(r, 1)
        share = sp.simplify(term * sp.exp(-rate * r))
        if share.has(r) or not rate.is_number:
            return sp.S.Zero, sp.S.Zero
        rates[rate] = rates.get(rate, sp.S.Zero) + share
    fastest = max(rates, key=lambda rate: decimal(rate, 15))
    return fastest, rates[fastest]


def _by_series(expression: sp.Expr) -> sp.Expr | None:
    """By the expansion in 1/r."""
    try:
        return series.taylor(expression.xreplace({r: 1 / r}), r, 0)[0]
    except DerivationError:
        return None


def _by_sympy(profile: sp.Expr) -> sp.Expr | None:
    try:
        found = sp.limit(profile, r, sp.oo)
    except (ValueError, NotImplementedError, TypeError):
        return None
    return found if found is sp.oo or not found.has(r, sp.Limit) else None
