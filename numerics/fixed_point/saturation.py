"""The algebraic activation phi(w) = w/sqrt(1 + |w|^2) of all sites in fixed point.

h is an estimate of half of 1/sqrt(1 + |w|^2), v = w h, and what is left of 1/4,

    g = h^2 + |v|^2 - 1/4 = (1 + |w|^2) h^2 - 1/4,

corrects both: 1/(2 sqrt(1 + |w|^2)) = h (1 + 4 g)^(-1/2). The series 1 + G, G = -2 g + 6 g^2 + O(g^3), triples the bits
of h; in its last pass it gives phi = 2 v (1 + G), and h is needed to a third of them. g is small, and 1/4 a multiple of
larger digits than those of g: it is taken from the digits of h^2 + |v|^2 that count less, without those that cancel.

Products of digits cost as the square of their number: where there are many, each site is left to GMP.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from gmpy2 import isqrt, mpz, t_div

from numerics.fixed_point.digits import (
    EXACT,
    WIDTH,
    Fixed,
    Rows,
    carried,
    fixed,
    from_integers,
    integers,
    shifted_rows,
)

FIRST_BITS, FIRST_ROWS = 46, 2
"""What the first h is right to, relatively, and the digits that it has: 48 bits, of which 3 may be 0, as |w| < 4."""

MORE_BITS, MORE_ROWS = 50, 3
"""The same where that spares a pass: doubles round h in the 51st bit. Where |w| < 2^26 all of these digits are needed,
and of 72 bits 28 may be 0."""

LARGEST_TOP = 1
"""Numbers that reach further are not computed on arrays: h would lose more bits."""

MOST_ON_ARRAYS = 20
"""Digits up to which arrays are quicker than GMP."""

SPARE_BITS = 9
"""What the last pass may lose: products of digits that are dropped, two for each of the digits of h and v."""


def saturated(w: Fixed, bits: int, keep: int) -> Fixed:
    """w/sqrt(1 + |w|^2), to `bits` bits relative to the largest, in `keep` digits."""
    if w.top > LARGEST_TOP or w.rows.shape[0] > MOST_ON_ARRAYS:
        return _by_site(w, keep)
    ahead = max(w.top, 0)  # h may be as small as 2^(-WIDTH ahead - 2), and is to have its bits
    need = bits + WIDTH * ahead + SPARE_BITS
    known = MORE_BITS if not ahead and _passes(MORE_BITS, need) < _passes(FIRST_BITS, need) else FIRST_BITS
    h = _first(w, MORE_ROWS if ahead or known == MORE_BITS else FIRST_ROWS)
    while (reached := _tripled(known)) < need:
        depth = ceil(reached / WIDTH) + 1 + ahead
        first = max(0, -depth - w.low)
        v, low = _products(w.rows[first:], w.low + first, h)
        change = _change(v, low, known, depth)
        h, known = carried(_corrected(v[:-low, 2:], low, change, depth, depth), EXACT)[:, 0], reached
    v, low = _products(w.rows, w.low, h)
    depth = ceil(need / WIDTH) + 1
    rows = _corrected(v[: w.top - low, :2], low, _change(v, low, known, depth), depth, -low)
    rows *= 2
    return fixed(rows, low, EXACT, keep)


def _tripled(known: int) -> int:
    """Bits after a pass."""
    return 3 * known - 4


def _passes(known: int, need: int) -> int:
    """Passes until the last one has its bits."""
    count = 0
    while (known := _tripled(known)) < need:
        count += 1
    return count


def _by_site(w: Fixed, keep: int) -> Fixed:
    """w/sqrt(1 + |w|^2) of the integers w 2^n: a 2^n / root with root^2 = 4^n + a^2 + b^2, towards 0."""
    real, imaginary, exponent = integers(w)
    n = max(WIDTH * (keep - min(w.top, 0)), -exponent)
    ahead = exponent + n
    one = mpz(1) << n
    parts: tuple[list[mpz], list[mpz]] = ([], [])
    for a, b in zip(real, imaginary):
        a, b = a << ahead, b << ahead
        root = isqrt((one << n) + a * a + b * b)
        parts[0].append(t_div(a << n, root))
        parts[1].append(t_div(b << n, root))
    return from_integers(*parts, -n, n, keep)


def _first(w: Fixed, count: int) -> Rows:
    """1/(2 sqrt(1 + |w|^2)) in doubles, as `count` digits after the point."""
    leading = w.rows[-4:]
    weights = 2.0 ** (WIDTH * (w.top - len(leading) + np.arange(len(leading))))
    parts = (weights @ leading.reshape(len(leading), -1)).reshape(2, -1)
    parts *= parts
    rest = parts[0]
    rest += parts[1]
    rest += 1
    np.sqrt(rest, out=rest)
    np.divide(0.5, rest, out=rest)
    h = np.empty((count, rest.size))
    for row in h[::-1]:
        rest *= 2.0**WIDTH
        np.rint(rest, out=row)
        rest -= row
    return h


def _products(w: Rows, low: int, h: Rows) -> tuple[Rows, int]:
    """v = w h, one digit longer than w, its parts and after them h; the exponent of their first row."""
    count = h.shape[0]
    first, top = min(low - 1, -count), max(low + w.shape[0], 0)
    v = np.zeros((top - first, 3, w.shape[2]))
    products = np.einsum("ijpn,jn->ipn", shifted_rows(w, count - 1, w.shape[0] + 1, count), h)
    v[low - 1 - first : low + w.shape[0] - first, :2] = carried(products, EXACT)
    v[-count - first : -first, 2] = h
    return v, first


def _change(v: Rows, low: int, known: int, depth: int) -> Rows:
    """G = -2 g + 6 g^2 to `depth` digits after the point, |g| < 2^(-known); digits below 2^(WIDTH + 1)."""
    top = (4 - known) // WIDTH + 1  # the digits of g before are 0
    first = max(0, 1 - depth - 2 * low - v.shape[0])  # digits before have no partner that counts
    v, low = v[first:], low + first
    rows = shifted_rows(v, -depth - 2 * low, depth + top, v.shape[0])
    g = carried(np.einsum("ijpn,jpn->in", rows, v), EXACT)
    over = g[-1] + 3 * 2.0 ** (51 + WIDTH)
    over -= 3 * 2.0 ** (51 + WIDTH)
    g[-1] -= over
    change = -2 * g
    if (few := depth + 2 * top - 1) > 0:
        leading = g[-few:]
        square = np.einsum("ijn,jn->in", shifted_rows(leading, few - 1, few, few), leading)
        square *= 6
        change[:few] += carried(square, EXACT)
    return change


def _corrected(v: Rows, low: int, change: Rows, depth: int, reach: int) -> Rows:
    """v (1 + G) to `reach` digits after the point, not carried; the first digit of G counts 2^(-WIDTH depth)."""
    offset = low + reach
    rows: Rows = np.einsum(
        "ijpn,jn->ipn",
        shifted_rows(v, depth - offset, offset + v.shape[0], change.shape[0]),
        change,
    )
    rows[max(offset, 0) :] += v[max(-offset, 0) :]
    return rows
