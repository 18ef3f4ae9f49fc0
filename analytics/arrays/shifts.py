"""Frequencies in the frame of a carrier, [w(k + q) + w(k - q)]/2 - w(k), without the digits that cancel at small q.

With h = 1 - cos q and s = sin q the waves at k + q and k - q are polynomials in h, s, cos k and sin k. Of a rational
function of them that vanishes at q = 0 the numerator, with s**2 = h (2 - h), is h times a polynomial where it is even
in q, and s times one where it is odd.
"""

from __future__ import annotations

import sympy as sp

h, s, cosine, sine = sp.symbols("h s cos_k sin_k", real=True)


def from_small_shifts(angle: sp.Expr) -> sp.Expr | None:
    """`angle`, up to what does not know q, as a product with h or s; None where it is no such difference."""
    waves = [wave for wave in angle.atoms(sp.sin, sp.cos) if len(wave.free_symbols) == 2]
    pairs = {frozenset(wave.free_symbols) for wave in waves}
    if len(pairs) != 1:
        return None
    pair = next(iter(pairs))
    rest, moving = angle.expand().as_independent(*pair, as_Add=True)
    for shift in sorted(pair, key=str):
        (carrier,) = pair - {shift}
        if (found := _product(moving, carrier, shift)) is not None:
            return found if rest == 0 else sp.Add(found, rest, evaluate=False)
    return None


def _product(moving: sp.Expr, carrier: sp.Symbol, shift: sp.Symbol) -> sp.Expr | None:
    forms = {sp.cos(carrier): cosine, sp.sin(carrier): sine, sp.cos(shift): 1 - h, sp.sin(shift): s}
    expanded = sp.expand_trig(moving).xreplace(forms)
    if expanded.free_symbols - {h, s, cosine, sine} or not expanded.is_rational_function(h, s, cosine, sine):
        return None
    above, below = sp.fraction(sp.together(expanded))
    by_shift = sp.Poly(sp.expand(above), s, sine)
    odd = {power % 2 for power, _ in by_shift.monoms()}
    if len(odd) != 1:
        return None
    (parity,) = odd
    even = sp.Add(
        *(
            value * (h * (2 - h)) ** (power // 2) * sine ** (waves % 2) * (1 - cosine**2) ** (waves // 2)
            for (power, waves), value in by_shift.terms()
        )
    )
    reduced = sp.Poly(sp.expand(even), h)
    if parity == 0:
        if reduced.nth(0) != 0:
            return None
        reduced = reduced.quo(sp.Poly(h, h))
    small = sp.sin(shift) if parity else sp.Add(1, -sp.cos(shift), evaluate=False)
    back = {h: 1 - sp.cos(shift), s: sp.sin(shift), cosine: sp.cos(carrier), sine: sp.sin(carrier)}
    factors = (small, sp.factor_terms(reduced.as_expr()).xreplace(back), 1 / below.xreplace(back))
    return sp.Mul(*factors, evaluate=False)
