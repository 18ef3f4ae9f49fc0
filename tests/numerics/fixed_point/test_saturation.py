"""w/sqrt(1 + |w|^2) in fixed point against mpmath, from far below the last digit to far beyond the point."""

from __future__ import annotations

import random

import mpmath
import pytest
from gmpy2 import mpz

from numerics.fixed_point.digits import WIDTH, Fixed, from_integers, integers
from numerics.fixed_point.saturation import (
    FIRST_BITS,
    FIRST_ROWS,
    MORE_BITS,
    MORE_ROWS,
    MOST_ON_ARRAYS,
    _first,
    _products,
    saturated,
)

SITES = 24
EXPONENTS = [-400, -133, -60, -24, -3, 0, 1, 7, 23, 25, 47, 60, 900]


def drawn(exponent: int, keep: int, seed: int) -> Fixed:
    """Numbers up to 2^exponent, some of them far smaller, some 0."""
    source = random.Random(seed)
    low = (exponent // WIDTH - keep - 1) * WIDTH
    bits = exponent - low

    def value() -> mpz:
        return mpz(source.getrandbits(max(1, bits - source.choice([0, 0, 0, 3, 30, bits])))) * source.choice(
            [-1, 1]
        )

    real, imaginary = ([value() for _ in range(SITES)] for _ in range(2))
    return from_integers([mpz(1) << bits, *real], [mpz(0), *imaginary], low, bits + 1, keep)


def numbers(fixed: Fixed, context: mpmath.MPContext) -> list[mpmath.mpc]:
    real, imaginary, exponent = integers(fixed)
    return [
        context.mpc(context.ldexp(int(a), exponent), context.ldexp(int(b), exponent))
        for a, b in zip(real, imaginary)
    ]


@pytest.mark.parametrize("exponent", EXPONENTS)
@pytest.mark.parametrize("bits", [40, 103, 123, 127, 130, 250, 336, 400, 430, 700])
def test_it_has_its_bits_relative_to_the_largest(bits: int, exponent: int) -> None:
    context = mpmath.MPContext()
    context.prec = 2 * bits + 2000
    keep = 1 - (-(bits + 6) // WIDTH)
    for seed in range(3):
        w = drawn(exponent, keep, seed)
        expected = [z / context.sqrt(1 + abs(z) ** 2) for z in numbers(w, context)]
        found = numbers(saturated(w, bits, keep), context)
        error = max(abs(a - b) for a, b in zip(found, expected)) / max(map(abs, expected))
        assert error < context.ldexp(1, -bits - 2)


def test_both_ways_are_tried_here() -> None:
    counts = [1 - (-(bits + 6) // WIDTH) for bits in (40, 103, 123, 250, 336, 700)]
    assert min(counts) < MOST_ON_ARRAYS < max(counts)


@pytest.mark.parametrize(
    ("exponent", "rows", "known"),
    [
        *((exponent, FIRST_ROWS, FIRST_BITS) for exponent in (-30, -2, 0)),
        *((exponent, MORE_ROWS, MORE_BITS) for exponent in (-30, -2, 0)),
        *((exponent, MORE_ROWS, FIRST_BITS) for exponent in (1, 12, 24, 25)),
    ],
)
def test_the_first_h_has_the_bits_that_the_passes_count_on(exponent: int, rows: int, known: int) -> None:
    """|g| < 2^-known at every site, g = h^2 + |v|^2 - 1/4, so that the digits of g before are 0."""
    for seed in range(20):
        w = drawn(exponent, 8, seed)
        v, low = _products(w.rows, w.low, _first(w, rows))
        unit = 2 ** (-WIDTH * low)
        parts = [
            [sum(int(d) << (WIDTH * i) for i, d in enumerate(column)) for column in v[:, part].T]
            for part in range(3)
        ]
        fours = [sum(part * part for part in site) * 4 - unit * unit for site in zip(*parts)]
        assert max(map(abs, fours)) << (known - 2) < unit * unit
