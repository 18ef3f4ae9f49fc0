"""Of which radial profiles it is proved that they are sigmoids, by exact arithmetic.

- Of a profile whose n-th power is a rational function P/Q with rational coefficients, such as
  r/(1 + r**6)**(1/6): that it increases and stays below r, by P, Q > 0, P'Q - PQ' > 0 and r**n Q - P > 0 on (0, oo),
  and whether its slope exceeds one anywhere, all by Sturm's theorem;
- of sums, positive multiples and tanh, atan, erf, asinh of profiles of which that is proved, the same.
With constants in them, which are positive or negative symbols, the same for all their values: a polynomial of which
every coefficient is known to be at least 0 takes the place of Sturm's theorem.
Other profiles are looked through, see `scan`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from analytics.expressions.intervals import RULES
from analytics.expressions.notation import r

MOST_OPERATIONS = 150
"""Operations in a profile."""

MOST_NESTED = 4
"""Functions inside one another in a profile."""

HIGHEST_EXPONENT = 100
"""Numerator and denominator of an exponent in a profile."""

HIGHEST_ROOT = 16
"""Powers of a profile that are looked at for a rational one."""

HIGHEST_DEGREE = 80
"""Degree of a polynomial whose roots are counted."""

FLATTENING = {sp.tanh: sp.S.One, sp.atan: sp.S.One, sp.asinh: sp.S.One, sp.erf: 2 / sp.sqrt(sp.pi)}
"""Increasing f with f(0) = 0 and f(x) < f'(0) x for x > 0 -> f'(0)."""


def stranger(profile: sp.Expr) -> sp.Expr | None:
    """A part that is no smooth formula with constant exponents: a case distinction, |.|, r**r; None if none is."""
    for part in sp.preorder_traversal(profile):
        if part.is_Pow:
            if part.base.has(r) and part.exp.has(r):
                return part
        elif not (part.is_Add or part.is_Mul or part.is_Symbol or part.is_number or type(part) in RULES):
            return part
    return None


def nesting(profile: sp.Expr) -> int:
    """The largest number of functions inside one another."""
    inner = max((nesting(part) for part in profile.args), default=0)
    return inner + isinstance(profile, sp.Function)


def largest_exponent(profile: sp.Expr) -> int:
    """The largest numerator or denominator of an exponent."""
    exponents = [part.exp for part in profile.atoms(sp.Pow) if part.exp.is_Rational]
    return max((max(abs(exponent.p), exponent.q) for exponent in exponents), default=1)


@dataclass(frozen=True, slots=True)
class Rational:
    """profile**root = above/below, coprime polynomials in r, both positive on (0, oo)."""

    root: int
    above: sp.Poly
    below: sp.Poly

    @property
    def is_increasing(self) -> bool:
        """P'Q - PQ' > 0 on (0, oo)."""
        return _is_positive(self.above.diff() * self.below - self.above * self.below.diff())

    def lies_below(self, gain: sp.Expr) -> bool:
        """gain**n r**n Q - P > 0 on (0, oo)."""
        return _is_positive(_polynomial((gain * r) ** self.root) * self.below - self.above)

    @property
    def is_bounded(self) -> bool:
        return bool(self.above.degree() <= self.below.degree())

    def rises_no_steeper(self, gain: sp.Expr) -> bool:
        """(gain n P Q)**n Q - P (P'Q - PQ')**n > 0 on (0, oo): the slope of an increasing profile stays below gain."""
        rise = self.above.diff() * self.below - self.above * self.below.diff()
        scale = _polynomial(gain * self.root) * self.above * self.below
        return _is_positive(scale**self.root * self.below - self.above * rise**self.root)


def rational_power(profile: sp.Expr) -> Rational | None:
    """The profile as a root of a rational function, where that and its being real and positive is certain."""
    roots = [part for part in profile.atoms(sp.Pow) if not part.exp.is_Integer]
    if profile.has(sp.Function) or any(
        not part.exp.is_Rational or part.exp.q > HIGHEST_ROOT for part in roots
    ):
        return None
    root = int(sp.ilcm(1, 1, *(part.exp.q for part in roots)))
    raised = sp.powdenest(profile**root)
    if root > HIGHEST_ROOT or not raised.is_rational_function(r):
        return None
    if not all(_signs(part.base) for part in roots):
        return None
    signs = _signs(raised)
    return None if signs is None else Rational(root, *signs)


def _signs(expression: sp.Expr) -> tuple[sp.Poly, sp.Poly] | None:
    """Numerator and denominator of a rational function, both positive on (0, oo); None unless that is so."""
    if not expression.is_rational_function(r):
        return None
    try:
        above, below = map(_polynomial, sp.fraction(sp.cancel(sp.together(expression))))
    except BasePolynomialError:  # other than rational coefficients
        return None
    if max(above.degree(), below.degree()) > HIGHEST_DEGREE:
        return None
    if not _is_positive(below):
        above, below = -above, -below
        if not _is_positive(below):
            return None
    return (above, below) if _is_positive(above) else None


def _polynomial(expression: sp.Expr) -> sp.Poly:
    """In r, its coefficients rational numbers, or expressions in the constants."""
    return sp.Poly(expression, r) if expression.free_symbols - {r} else sp.Poly(expression, r, domain="QQ")


def _is_positive(polynomial: sp.Poly) -> bool:
    """On (0, oo), by Sturm's theorem; with constants in it, by the signs of its coefficients."""
    if polynomial.is_zero:
        return False
    if polynomial.free_symbols - {r}:
        factors = [sp.factor(coefficient) for coefficient in polynomial.coeffs()]
        return all(factor.is_positive for factor in factors)
    (lowest,) = min(polynomial.monoms())
    shifted = polynomial.exquo(sp.Poly(r**lowest, r, domain="QQ"))
    return bool(shifted(1) > 0 and shifted.count_roots(0, None) == 0)


def is_known_to_rise_below(profile: sp.Expr, gain: sp.Expr) -> bool:
    """Is it proved that 0 < rho(r) < gain r increases, for gain = rho'(0)? Linear parts count as below."""
    return _is_known(profile, gain, lambda root, slope: root.is_increasing and root.lies_below(slope))


def is_known_to_contract(profile: sp.Expr, gain: sp.Expr) -> bool:
    """Is it proved that 0 < rho'(r) <= gain for r > 0, gain = rho'(0)?"""
    return _is_known(profile, gain, lambda root, slope: root.is_increasing and root.rises_no_steeper(slope))


def _is_known(profile: sp.Expr, gain: sp.Expr, of_root: Callable[[Rational, sp.Expr], bool]) -> bool:
    """Does it hold of r, of sums, of positive multiples and within `FLATTENING` functions, from such to such?

    of_root: whether it holds of a root of a rational function.
    """
    if profile == r:
        return True
    if profile.is_Add:
        terms = profile.args
        slopes = [sp.diff(term, r).subs(r, 0) for term in terms]
        return all(_is_known(*pair, of_root) for pair in zip(terms, slopes, strict=True))
    if profile.is_Mul:
        factor, rest = profile.as_independent(r, as_Add=False)
        if factor != 1:
            share = sp.factor(gain / factor) if factor.free_symbols else gain / factor
            return bool(sp.factor(factor).is_positive) and _is_known(rest, share, of_root)
    if profile.func in FLATTENING:  # their slopes fall from FLATTENING on
        return _is_known(profile.args[0], gain / FLATTENING[profile.func], of_root)
    found = rational_power(profile)
    return found is not None and bool(gain.is_Rational or gain.free_symbols) and of_root(found, gain)
