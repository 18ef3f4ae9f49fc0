"""Laws for weak input with the order p as a symbol: all of them are series in u = R^p.

psi(R) = R A(R^p),      A(u) = 1 + c u + d u^2 + ...
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import sympy as sp

from analytics.expressions import series
from analytics.expressions.notation import F, R, delta, half_width, r
from analytics.law.law import Law
from analytics.law.step import NOTHING_ELSE, WITHIN, Ranges, Step, definition, truncation
from analytics.network.activation import COEFFICIENTS, ORDER
from analytics.network.network import Network
from derivations.resonance import distance, t

p = ORDER
c = COEFFICIENTS[0]
A: series.Series = (sp.S.One, *COEFFICIENTS)
"""psi/R in powers of u."""

u = sp.Symbol("u", positive=True)  # R^p
w = sp.Symbol("w", positive=True)  # t^p, or y^p
y = sp.Symbol("y", positive=True)  # F over the distance from resonance
v = sp.Symbol("v", positive=True)  # sqrt w: its powers are so far apart that an observed order is clear
half = sp.Symbol("h", positive=True)  # 2^(-p/2)
leading = sp.Symbol("L", positive=True)  # of sin(delta/2)
psi, rho = sp.Function("psi"), sp.Function("rho")
root = 1 / (p + 1)


@dataclass(frozen=True, slots=True)
class Powers:
    """kept[0] x^first + kept[1] x^(first + p) + ... in a scale x; dropped: the coefficient of the next term."""

    first: sp.Expr
    kept: series.Series
    dropped: sp.Expr

    @property
    def beyond(self) -> sp.Expr:
        """The power of the next term."""
        return self.first + p * len(self.kept)

    @property
    def whole(self) -> series.Series:
        return (*self.kept, self.dropped)

    def value(self, scale: sp.Expr) -> sp.Expr:
        """The kept terms."""
        return sp.Add(*(value * raised(scale, self.first + p * k) for k, value in enumerate(self.kept)))

    def next_term(self, scale: sp.Expr) -> sp.Expr:
        return self.dropped * raised(scale, self.beyond)

    def factor(self, terms: int) -> sp.Expr:
        """The series without x^first, as a polynomial in w = x^p."""
        return series.polynomial(self.whole[:terms], w)


def raised(scale: sp.Expr, power: sp.Expr) -> sp.Expr:
    """A power of a product, its exponents in their shortest form."""
    factors = scale.as_powers_dict().items()
    return sp.Mul(*(base ** sp.factor(sp.cancel(exponent * power)) for base, exponent in factors))


def explicit(
    like: Law, branches: Iterable[Powers], scale: sp.Expr, grade: sp.Expr, steps: Iterable[Step]
) -> Law:
    """The law with these series in a scale that goes as the limit's parameter to the power `grade`."""
    found = tuple(branches)
    values = tuple(one.value(scale) for one in found)
    right = sp.Tuple(*values) if isinstance(like.equation.rhs, sp.Tuple) else values[0]
    variable = like.remainder_variable
    return replace(
        like,
        equation=sp.Eq(like.equation.lhs, right, evaluate=False),
        remainder=variable ** sp.factor(sp.cancel(found[0].beyond * grade)),
        dropped=tuple(one.next_term(scale) for one in found),
        steps=tuple(steps),
        alternatives=(),
    )


# -- the response --


def inverted(coefficients: series.Series, terms: int) -> Powers:
    """x of y = x a(x^p), a(0) = 1. By Lagrange inversion y^(1 + p k) has [u^k] a(u)^-(1 + p k) / (1 + p k)."""
    found = (series.power(coefficients[: k + 1], -(1 + p * k))[k] / (1 + p * k) for k in range(terms + 1))
    *kept, dropped = map(sp.factor, found)
    return Powers(sp.S.One, tuple(kept), dropped)


def resonant(terms: int) -> Powers:
    """R in powers of t: t^(p+1) = R^(p+1) (1 + d/c u + ...)."""
    return inverted(series.power(series.relative(A[1:]), root), terms)


def detuned(terms: int) -> Powers:
    """R in powers of y = F/distance: y^2 = R^2 (A + (A - 1)^2 / distance^2)."""
    excess = (sp.S.Zero, *A[1:])
    pairs = zip(A, series.multiply(excess, excess), strict=True)
    return inverted(series.power(tuple(a + b / distance**2 for a, b in pairs), sp.Rational(1, 2)), terms)


def scale_of(drive: sp.Symbol) -> sp.Expr:
    """t."""
    return (drive / c) ** root


def composed(outer: series.Series, response: Powers) -> series.Series:
    """A series in u at the response, u = R^p, as one in s."""
    inside = (sp.S.Zero, *series.power(response.whole, p))
    return series.composition(outer[: len(inside)], inside)


def at_response(
    claim: str,
    exact: sp.Expr,
    response: Powers,
    expected: sp.Expr,
    order: int,
    shown: sp.Eq,
    remainder: sp.Expr,
    ranges: Ranges = NOTHING_ELSE,
) -> Step:
    """What is exact in u, at the response u = w B(w)^p, is `expected` in w up to w^order; in v, w = v^2."""
    return truncation(
        claim,
        exact,
        expected.xreplace({w: v**2}),
        v,
        2 * order,
        ranges,
        inner=(u, (w * response.factor(len(response.whole)) ** p).xreplace({w: v**2})),
        shown=shown,
        remainder=remainder,
    )


def activation_taylor(_: Network, like: Law, terms: int) -> Law:
    found = inverted(A, terms)
    reverted = at_response(
        "Revert it by Lagrange's formula, with r^p = v^2: inserted back, A = r/R.",
        series.polynomial(A, u),
        found,
        1 / found.factor(terms),
        terms,
        sp.Eq(rho(r), found.value(r), evaluate=False),
        raised(r, found.beyond),
    )
    return explicit(like, [found], r, sp.S.One, [reverted])


def forced_amplitude_taylor(_: Network, like: Law, terms: int) -> Law:
    off, excess, inside = 4 * sp.sin(delta / 2) ** 2, (sp.S.Zero, *A[1:]), series.polynomial(A, v**2)
    bracket = [sp.expand(a + off * b) for a, b in zip(series.multiply(excess, excess), A, strict=True)]
    found = Powers(sp.Integer(2), tuple(bracket[:terms]), bracket[terms])
    expanded = truncation(
        "Insert it into F^2 = (psi - R)^2 + 4 R psi sin^2(delta/2), over R^2, with R^p = v^2.",
        (inside - 1) ** 2 + off * inside,
        series.polynomial(found.kept, v**2),
        v,
        2 * terms,
        {delta: (-1, 1)},
        shown=sp.Eq(F**2, found.value(R), evaluate=False),
        remainder=raised(R, found.beyond),
    )
    return explicit(like, [found], R, sp.S.One, [expanded])


def resonant_amplitude(_: Network, like: Law, terms: int) -> Law:
    found = resonant(terms)
    return explicit(like, [found], scale_of(F), root, reverted(found))


def reverted(found: Powers) -> tuple[Step, Step]:
    """The resonant amplitude in its scale."""
    terms = len(found.kept)
    return (
        definition("Dominant balance: c R^(p+1) = F sets the scale t of the response.", t, scale_of(F)),
        at_response(
            "Revert psi(R) - R = c t^(p+1), with t^p = v^2: inserted back, A - 1 = c t^p (t/R).",
            series.polynomial(A, u) - 1,
            found,
            c * w / found.factor(terms),
            terms + 1,
            sp.Eq(R, found.value(t), evaluate=False),
            raised(t, found.beyond),
        ),
    )


def detuned_amplitude(_: Network, like: Law, terms: int) -> Law:
    found = detuned(terms)
    off = 2 * sp.Abs(sp.sin(delta / 2))
    steps = (definition("The distance from resonance.", distance, off), in_distance(found))
    return explicit(like, [off_resonance(found)], F / off, sp.S.One, steps)


def in_distance(found: Powers) -> Step:
    """The detuned amplitude in y."""
    terms = len(found.kept)
    ratio = series.polynomial(A, u)
    return at_response(
        "At a fixed distance s revert F^2 = (psi - R)^2 + s^2 R psi, with y = F/s and y^p = v^2: inserted back, it is "
        "A + (A - 1)^2/s^2 = (y/R)^2.",
        ratio + (ratio - 1) ** 2 / distance**2,
        found,
        found.factor(terms) ** -2,
        terms,
        sp.Eq(R, found.value(y), evaluate=False),
        raised(y, found.beyond),
        {distance: (sp.Rational(1, 10), 2)},
    )


def off_resonance(found: Powers) -> Powers:
    """With the distance inserted."""
    inserted = [value.xreplace({distance: 2 * sp.Abs(sp.sin(delta / 2))}) for value in found.whole]
    return replace(found, kept=tuple(inserted[:-1]), dropped=inserted[-1])


def resonance_bandwidth(_: Network, like: Law, terms: int) -> Law:
    peak = resonant(terms)
    sine = (sp.S.Zero, *(leading * value for value in _relative_sine()))
    width = composed(series.composition(series.taylor(2 * sp.asin(u), u, len(sine) - 1), sine), peak)
    at_leading = [sp.factor(value).xreplace({leading: c * sp.sqrt(2 - half**2) / 2}) for value in width]
    *kept, dropped = (value.xreplace({half: sp.sqrt(2) ** -p}) for value in at_leading[1 : terms + 2])
    found = Powers(p, tuple(kept), dropped)
    whole, halved = series.polynomial(A, u), series.polynomial(A, half * u)
    steps = (
        *reverted(peak),
        definition(
            "Half power: the response at this detuning is the resonant one over sqrt 2.",
            half_width,
            found.value(t),
        ),
        at_response(
            "Insert both into the amplitude law, with t^p = v^2 and h = 2^(-p/2): the squared sine of half the "
            "detuning is this, up to the remainder.",
            ((whole - 1) ** 2 - (halved - 1) ** 2 / 2) / (2 * halved),
            peak,
            sp.sin(series.polynomial(at_leading[: terms + 1], w) / 2) ** 2,
            terms + 2,
            sp.Eq(half_width, found.value(t), evaluate=False),
            raised(t, found.beyond),
            {half: WITHIN},
        ),
    )
    return explicit(like, [found], scale_of(F), root, steps)


def _relative_sine() -> series.Series:
    """sin(delta/2) over its first term, u at the peak: 2 A(h u) sin^2 = g(u)^2 - g(h u)^2/2 with g = A - 1."""
    excess = (sp.S.Zero, *A[1:])
    shares = [half**k for k in range(len(A))]
    above = [v * (1 - h / 2) for v, h in zip(series.multiply(excess, excess), shares, strict=True)][2:]
    below = tuple(value * h for value, h in zip(A, shares, strict=True))[: len(above)]
    squared = series.multiply(series.relative(above), series.power(below, -sp.S.One))
    return series.power(squared, sp.Rational(1, 2))
