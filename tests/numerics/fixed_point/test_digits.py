"""Digits of a large base against Python's own integers."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from gmpy2 import mpz

from numerics.fixed_point.digits import (
    EXACT,
    GROUP,
    WIDTH,
    Fixed,
    added,
    carried,
    from_doubles,
    from_integers,
    inner_product,
    integers,
    regrouped,
    rejoined,
    scaled,
)

KEEP = 9


def drawn(source: random.Random, count: int, bits: int) -> list[int]:
    return [source.getrandbits(source.randrange(1, bits)) * source.choice([-1, 1]) for _ in range(count)]


def number(source: random.Random, sites: int, exponent: int) -> Fixed:
    real, imaginary = ([mpz(v) for v in drawn(source, sites, KEEP * WIDTH)] for _ in range(2))
    return from_integers(real, imaginary, exponent, KEEP * WIDTH, KEEP)


def exact(number: Fixed) -> list[tuple[Fraction, Fraction]]:
    real, imaginary, exponent = integers(number)
    unit = Fraction(2) ** exponent
    return [(int(a) * unit, int(b) * unit) for a, b in zip(real, imaginary)]


def whole(rows: Any, width: int) -> list[int]:
    """The integers that rows of digits stand for, sites along the last axis."""
    return [sum(int(d) << (width * i) for i, d in enumerate(column)) for column in rows.T]


@pytest.mark.parametrize("width", [6, 8, 12, 16, 24])
def test_a_carry_keeps_the_numbers_and_balances_the_digits(width: int) -> None:
    generator = np.random.default_rng(width)
    rows = generator.integers(-(2**EXACT) + 2**46, 2**EXACT - 2**46, (12, 40)).astype(float)
    rows[-2:] = 0
    rows[:, 0] = 2.0**52
    before = whole(rows, width)
    after = carried(rows.copy(), EXACT, width)
    assert whole(after, width) == before
    assert np.abs(after[:-1]).max() <= 2 ** (width - 1) * (1 + 2**-6) + 1


@pytest.mark.parametrize("width", [6, 8, 12, 16, 24])
def test_digits_of_another_width_are_the_same_numbers(width: int) -> None:
    generator = np.random.default_rng(width)
    half = 2 ** (WIDTH - 1)
    rows = generator.integers(-half, half, (6, 40)).astype(float)
    other = regrouped(rows, WIDTH, width)
    assert other.shape == (6 * WIDTH // width, 40)
    assert whole(other, width) == whole(rows, WIDTH)
    assert regrouped(other, width, WIDTH).tolist() == rows.tolist()
    assert whole(regrouped(rows, WIDTH, GROUP), GROUP) == whole(rows, WIDTH)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("width", [6, 8, 12, 16])
def test_digits_that_are_not_carried_are_put_together_with_another_number(width: int, seed: int) -> None:
    """Digits as large as they may be, from any bit that a digit begins at, and numbers that reach further on."""
    source = random.Random(seed)
    bits = source.choice([width, 38, 42, 46])
    count, exponent = source.randrange(1, 15), width * source.randrange(-20, 20)
    most = 2**bits - 1
    digits = np.array(
        [source.choice([most, -most, source.randrange(-most, most)]) for _ in range(2 * count * 5)]
    )
    digits = digits.reshape(count, 2, 5).astype(float)
    other = None if source.random() < 0.3 else number(source, 5, WIDTH * source.randrange(-20, 5))
    rows, low = rejoined(digits, exponent, width, bits, other)
    assert np.abs(rows).max() < 2.0**EXACT
    unit = Fraction(2) ** exponent
    expected = [[value * unit for value in whole(digits[:, part], width)] for part in range(2)]
    if other is not None:
        expected = [[v + w for v, w in zip(*pair)] for pair in zip(expected, zip(*exact(other)))]
    found = [
        [value * Fraction(2) ** (WIDTH * low) for value in whole(rows[:, part], WIDTH)] for part in range(2)
    ]
    assert found == expected


@pytest.mark.parametrize("seed", range(6))
def test_integers_go_in_and_come_out(seed: int) -> None:
    source = random.Random(seed)
    parts = [[mpz(v) for v in drawn(source, 30, KEEP * WIDTH)] for _ in range(2)]
    kept = from_integers(*parts, -3 * WIDTH, KEEP * WIDTH, KEEP + 2)
    real, imaginary, exponent = integers(kept)
    unit = Fraction(2) ** (exponent + 3 * WIDTH)
    assert [[v * unit for v in map(int, part)] for part in (real, imaginary)] == parts


@pytest.mark.parametrize("value", [0, 1, -1, 2**23, -(2**23), 2**47, -(2**47), 2**47 - 1, 2**48, -(2**95)])
def test_integers_on_the_edge_of_a_digit(value: int) -> None:
    kept = from_integers([mpz(value)], [mpz(-value)], 0, 96, 6)
    assert exact(kept) == [(value, -value)]


@pytest.mark.parametrize("scale", [1, 1e-9, 1e-200, 1e40])
def test_doubles_go_in_exactly(scale: float) -> None:
    generator = np.random.default_rng(3)
    values = scale * (generator.normal(size=20) + 1j * generator.normal(size=20))
    values[:3] = 0, scale * 1e-25, scale * 1e12j
    found = exact(from_doubles(values, 4, 60))
    assert found == [(Fraction(v.real), Fraction(v.imag)) for v in values.tolist()]


def test_no_more_digits_of_doubles_are_kept_than_allowed() -> None:
    kept = from_doubles(np.array([1, 1e-300, 0], dtype=complex), 4, 6)
    assert exact(kept) == [(1, 0), (0, 0), (0, 0)]
    assert kept.rows.shape == (6, 2, 3)


@pytest.mark.parametrize("seed", range(6))
def test_sums_are_exact(seed: int) -> None:
    source = random.Random(seed)
    a, b = (number(source, 17, WIDTH * source.randrange(-9, 3)) for _ in range(2))
    total = exact(added([a, b, Fixed(-a.rows, a.top), a], 3 * KEEP))
    assert total == [(p[0] + q[0], p[1] + q[1]) for p, q in zip(exact(a), exact(b))]


@pytest.mark.parametrize("sign", [None, 1, -1])
@pytest.mark.parametrize(
    ("rows", "count"), [(1, 1), (3, 9), (47, 5), (49, 49), (60, 141), (150, 141), (200, 16)]
)
def test_a_factor_times_the_numbers_is_exact_but_for_the_digits_that_are_dropped(
    rows: int, count: int, sign: int | None
) -> None:
    """Digits that are drawn, or all nearly as large as they may be and of these signs, the leading ones with them.

    Below the third last digit of the factor terms are dropped: two for each digit of the numbers, 2^46 each, and two
    of a leading one, 2^48.
    """
    source, half = random.Random(rows + count), 2 ** (WIDTH - 1) + 2 ** (WIDTH - 7)

    def digits(number: int, sites: int) -> Any:
        size = number * 2 * sites
        least = half - 1000 if sign else -half  # odd ones too, whose sums need every bit
        found = [source.randrange(least, half + 1) for _ in range(size)]
        parts = np.array(found, dtype=float).reshape(number, 2, sites)
        parts[-1] = np.rint(parts[-1] * (2 ** (WIDTH + 1) / half))
        return parts

    a, b = digits(rows, 4), digits(count, 1)
    b[:, 1] *= sign or 1
    numbers, factor = Fixed(a, 3), Fixed(b, -2)
    ((c, d),) = exact(factor)
    most = (Fraction(rows, 2) + 3) * Fraction(2) ** (WIDTH * (numbers.low + factor.low + count - 2))
    for (x, y), (p, q) in zip(exact(numbers), exact(scaled(numbers, factor, rows + count + 3)), strict=True):
        assert abs(p - (c * x - d * y)) <= most and abs(q - (c * y + d * x)) <= most


def test_a_sum_that_cancels_keeps_what_is_left() -> None:
    source = random.Random(1)
    a = number(source, 5, 0)
    small = from_integers([mpz(1)] * 5, [mpz(0)] * 5, 0, 4, 2)
    left = added([a, small, Fixed(-a.rows, a.top)], KEEP)
    assert exact(left) == [(1, 0)] * 5
    assert exact(added([a, Fixed(-a.rows, a.top)], KEEP)) == [(0, 0)] * 5


@pytest.mark.parametrize("seed", range(4))
def test_the_inner_product_is_exact(seed: int) -> None:
    source = random.Random(seed)
    a, b = (number(source, 40, -WIDTH * source.randrange(9)) for _ in range(2))
    real, imaginary, exponent = inner_product(a, b)
    pairs = list(zip(exact(a), exact(b)))
    unit = Fraction(2) ** exponent
    assert real * unit == sum(p[0] * q[0] + p[1] * q[1] for p, q in pairs)
    assert imaginary * unit == sum(p[0] * q[1] - p[1] * q[0] for p, q in pairs)
