"""The algebraic activation phi(w) = w/sqrt(1 + |w|^2) of all sites in fixed point.

y is an estimate of 1/sqrt(1 + |w|^2), v = w y, and what is left of 1,

    e = 1 - y^2 - |v|^2 = 1 - (1 + |w|^2) y^2,

corrects both: 1/sqrt(1 + |w|^2) = y (1 - e)^(-1/2). The series in f = e/2, 1 + f + 3 f^2/2 + O(f^3), triples the bits
of y; in its last pass it gives phi = v (1 - e)^(-1/2), and y is needed to a third of them.

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

FIRST_BITS = 46
"""What the first y is right to, relatively: doubles round it in the 51st bit, and 72 bits of it are kept, of which
26 may be 0, as |w| < 2^26."""

FIRST_ROWS = 3

LARGEST_TOP = 1
"""Numbers that reach further are not computed on arrays: y would lose more bits."""

MOST_ON_ARRAYS = 20
"""Digits up to which arrays are quicker than GMP."""


def saturated(w: Fixed, bits: int, keep: int) -> Fixed:
    """w/sqrt(1 + |w|^2), to `bits` bits relative to the largest, in `keep` digits."""
    if w.top > LARGEST_TOP or w.rows.shape[1] > MOST_ON_ARRAYS:
        return _by_site(w, keep)
    ahead = max(w.top, 0)  # y may be as small as 2^(-WIDTH ahead), and is to have its bits
    need, known = bits + WIDTH * ahead + 6, FIRST_BITS
    y = _first(w)
    while (reached := 3 * known - 4) < need:
        depth = ceil(reached / WIDTH) + 1 + ahead
        v, low = _product(w.rows[:, max(0, -depth - w.low) :], max(w.low, -depth), y)
        change, change_low = _correction(y, v, low, known, depth)
        y, known = _corrected(y[None], -y.shape[0], change, change_low, depth)[0], reached
    v, low = _product(w.rows, w.low, y)
    change, change_low = _correction(y, v, low, known, ceil(need / WIDTH) + 1)
    return fixed(_corrected(v, low, change, change_low, -low), low, 0, keep)


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


def _first(w: Fixed) -> Rows:
    """1/sqrt(1 + |w|^2) in doubles, as FIRST_ROWS digits after the point."""
    leading = w.rows[:, -4:]
    weights = 2.0 ** (WIDTH * (w.top - leading.shape[1] + np.arange(leading.shape[1])))
    parts = weights @ leading
    rest = 1 / np.sqrt(1 + parts[0] * parts[0] + parts[1] * parts[1])
    y = np.empty((FIRST_ROWS, rest.size))
    for row in reversed(y):
        rest *= 2.0**WIDTH
        np.rint(rest, out=row)
        rest -= row
    return y


def _product(w: Rows, low: int, y: Rows) -> tuple[Rows, int]:
    """w y, one digit longer than w; the exponent of its first row."""
    first = y.shape[0] - 1
    rows = np.einsum("pijn,jn->pin", shifted_rows(w, first, w.shape[1] + 1, y.shape[0]), y)
    return carried(rows, EXACT), low - 1


def _correction(y: Rows, v: Rows, low: int, known: int, depth: int) -> tuple[Rows, int]:
    """f + 3 f^2/2 with f = e/2, to `depth` digits after the point; the exponent of its first row."""
    e = -_square(v, low, depth)
    e -= _square(y[None], -y.shape[0], depth)
    e[-1] += 1
    top = (4 - known) // WIDTH + 1  # |e| < 2^(2 - known): the digits before are 0
    f = _halved(carried(e, EXACT)[: depth + top])
    square = carried(_square(f[None], -depth, depth)[: depth + top], EXACT)
    return f + square + _halved(square), -depth


def _corrected(v: Rows, low: int, change: Rows, change_low: int, depth: int) -> Rows:
    """v (1 + change), to `depth` digits after the point."""
    count = low + v.shape[1] + depth
    first = -depth - low - change_low
    rows = np.einsum("pijn,jn->pin", shifted_rows(v, first, count, change.shape[0]), change)
    offset = low + depth
    rows[:, max(offset, 0) :] += v[:, max(-offset, 0) :]
    return carried(rows, EXACT)


def _square(v: Rows, low: int, depth: int) -> Rows:
    """|v|^2, the digits of 2^(-WIDTH depth), ..., 2^0."""
    rows = shifted_rows(v, -depth - 2 * low, depth + 1, v.shape[1])
    found: Rows = np.einsum("pijn,pjn->in", rows, v)
    return found


def _halved(rows: Rows) -> Rows:
    """Half of the numbers, the half of a digit being 2^(WIDTH - 1) of the next one."""
    half = np.rint(rows / 2)
    half[:-1] += (rows - 2 * half)[1:] * 2.0 ** (WIDTH - 1)
    return half
