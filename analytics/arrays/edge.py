"""Sums of waves that vanish at the edge k = pi of the band, without the digits that cancel there.

3 sin k - sin 3k and 2 + cos k - cos 2k are polynomials in c = cos k, the first times sin k. Their roots at c = -1 and
c = 1 are taken out: 4 sin(k)^3 and 2 cos(k/2)^2 (3 - 2 cos k). Near 0 such sums are accurate by `cancellation`.
"""

from __future__ import annotations

import sympy as sp

HIGHEST = 24
"""Multiple of an argument up to which waves are looked at."""

cosine, sine = sp.symbols("cos_x sin_x", real=True)
x = sp.Symbol("x", real=True)


def from_edge(total: sp.Expr) -> sp.Expr | None:
    """A sum of waves of one symbol as a product, where it vanishes at pi and terms of it do not, or less quickly.

    None for another sum.
    """
    (symbol,) = total.free_symbols
    waves = total.atoms(sp.sin, sp.cos)
    multiples = {wave: wave.args[0] / symbol for wave in waves}
    if not waves or not all(m.is_Integer and abs(m) <= HIGHEST for m in multiples.values()):
        return None
    alike = total.xreplace({wave: wave.func(m * x) for wave, m in multiples.items()})
    polynomial = sp.expand_trig(alike).xreplace({sp.cos(x): cosine, sp.sin(x): sine})
    if polynomial.free_symbols - {cosine, sine} or not polynomial.is_polynomial(cosine, sine):
        return None
    by_sine = sp.Poly(sp.expand(polynomial), sine)
    odd = {power % 2 for (power,) in by_sine.monoms()}
    if len(odd) != 1:
        return None
    (parity,) = odd
    rest = sp.Poly(
        sum(value * (1 - cosine**2) ** (power // 2) for (power,), value in by_sine.terms()), cosine
    )
    if rest.is_zero:
        return None
    at_zero, at_pi = 0, 0
    while rest(-1) == 0:
        rest, at_pi = rest.quo(sp.Poly(1 + cosine, cosine)), at_pi + 1
    while rest(1) == 0:
        rest, at_zero = rest.quo(sp.Poly(1 - cosine, cosine)), at_zero + 1
    if not at_pi:
        return None
    half = symbol / 2
    return sp.Mul(
        sp.sin(symbol) ** parity,
        (2 * sp.cos(half) ** 2) ** at_pi,
        (2 * sp.sin(half) ** 2) ** at_zero,
        rest.as_expr().xreplace({cosine: sp.cos(symbol)}),
        evaluate=False,
    )
