"""Frequencies in the frame of a carrier, [w(x + y) + w(x - y)]/2 - w(x), without the digits that cancel at small y.

With h = 1 - cos y and s = sin y the waves at x + y and x - y are polynomials in h, s, cos x and sin x. Of a rational
function of them that vanishes at y = 0 the numerator, with s**2 = h (2 - h), is h times a polynomial where it is even
in y, and s times one where it is odd. A perturbation has x = k, y = q; a combination tone x = k1, y = k1 - k2.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import sympy as sp

h, s, cosine, sine, bend = sp.symbols("h s cos_x sin_x one_minus_cos_x", real=True)
x, y = sp.symbols("x y", real=True)

HARMONICS = 6
"""Highest multiple of an argument among those of the waves that is looked for."""

SOMEWHERE = sp.Rational(5, 7)

Line = tuple[sp.Expr, sp.Expr]
"""Coefficients of two symbols."""


def from_small_shifts(angle: sp.Expr) -> sp.Expr | None:
    """`angle`, up to what no wave knows, as a product with h or s; None where it is no such difference."""
    terms = sp.expand(
        angle.replace(
            lambda node: node.is_Pow and node.exp == 2 and isinstance(node.base, sp.sin),
            lambda node: (1 - sp.cos(2 * node.base.args[0])) / 2,
        )
    )
    waves = terms.atoms(sp.sin, sp.cos)
    symbols = sorted({symbol for wave in waves for symbol in wave.free_symbols}, key=str)
    if len(symbols) != 2 or all(len(wave.free_symbols) == 1 for wave in waves):
        return None
    lines = {wave: line for wave in waves if (line := _line(wave.args[0], symbols)) is not None}
    rest, moving = terms.as_independent(*symbols, as_Add=True)
    for carrier, shift in _centres(list(lines.values())):
        multiples = {wave: _multiples(line, carrier, shift) for wave, line in lines.items()}
        if not all(m.is_Integer and n.is_Integer for m, n in multiples.values()):
            continue
        if not all(
            (m, -n) in multiples.values() or (-m, n) in multiples.values() for m, n in multiples.values()
        ):
            continue
        moved = moving.xreplace({wave: wave.func(m * x + n * y) for wave, (m, n) in multiples.items()})
        if _vanishes(moved) and (product := _product(moved)) is not None:
            at, by = (
                sp.Add(*(a * b for a, b in zip(line, symbols, strict=True))) for line in (carrier, shift)
            )
            back = {h: 2 * sp.sin(by / 2) ** 2, s: sp.sin(by), cosine: sp.cos(at), sine: sp.sin(at)}
            back[bend] = 2 * sp.sin(at / 2) ** 2
            written = sp.Mul(*(factor.xreplace(back) for factor in product), evaluate=False)
            return written if rest == 0 else sp.Add(written, rest, evaluate=False)
    return None


def _vanishes(moved: sp.Expr) -> bool:
    """Is it 0 at y = 0? Told at one x, so that wrong centres cost little; `_product` proves it."""
    there = moved.xreplace({y: sp.S.Zero, x: SOMEWHERE})
    return not there.free_symbols and bool(abs(there.evalf(20)) < 1e-12)


def _line(argument: sp.Expr, symbols: list[sp.Symbol]) -> Line | None:
    one, other = (sp.expand(argument).coeff(symbol) for symbol in symbols)
    is_line = one.is_Rational and other.is_Rational
    return (
        (one, other) if is_line and sp.expand(argument - one * symbols[0] - other * symbols[1]) == 0 else None
    )


def _centres(lines: list[Line]) -> Iterator[tuple[Line, Line]]:
    """x and y, where n (x + y) and n (x - y) are arguments of waves, n from 1 to HARMONICS."""
    either_way = dict.fromkeys(line for a, b in lines for line in ((a, b), (-a, -b)))
    for n in range(1, HARMONICS + 1):
        for (a, b), (c, d) in permutations(either_way, 2):
            if a * d != b * c and a + c >= 0 and (a - c > 0 or (a == c and b > d)):
                yield ((a + c) / (2 * n), (b + d) / (2 * n)), ((a - c) / (2 * n), (b - d) / (2 * n))


def _multiples(line: Line, carrier: Line, shift: Line) -> Line:
    """m and n with m x + n y = `line`."""
    size = carrier[0] * shift[1] - carrier[1] * shift[0]
    return (
        (line[0] * shift[1] - line[1] * shift[0]) / size,
        (line[1] * carrier[0] - line[0] * carrier[1]) / size,
    )


def _product(moved: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr] | None:
    """h or s, the polynomial that is left of the numerator, and 1 over the denominator."""
    forms = {sp.cos(x): cosine, sp.sin(x): sine, sp.cos(y): 1 - h, sp.sin(y): s}
    rational = sp.expand_trig(moved).xreplace(forms)
    known = {h, s, cosine, sine}
    if not rational.free_symbols <= known or not rational.is_rational_function(*known):
        return None
    above, below = sp.fraction(sp.together(rational))
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
    if parity == 1:
        return s, _from_zero(reduced.as_expr()), 1 / below
    if reduced.nth(0) != 0:
        return None
    return h, _from_zero(reduced.quo(sp.Poly(h, h)).as_expr()), 1 / below


def _from_zero(polynomial: sp.Expr) -> sp.Expr:
    """What vanishes with x as well, 1 - cos x, in what is small there."""
    if sp.expand(polynomial.xreplace({cosine: sp.S.One, sine: sp.S.Zero})) == 0:
        polynomial = sp.expand(polynomial.xreplace({cosine: 1 - bend}))
    return sp.factor_terms(polynomial)
