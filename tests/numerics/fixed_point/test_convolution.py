"""The convolution of integers against sums of Python's, also for the digits that come nearest to the bound."""

from __future__ import annotations

from itertools import product
from math import inf

import numpy as np
import pytest
import scipy.fft
from gmpy2 import mpz

from analytics.errors import PrecisionError
from numerics.fixed_point.convolution import FACTORS, SAFE, UNIT, Convolution, error_of_passes
from numerics.fixed_point.digits import WIDTH, Fixed, Rows, from_integers

SHAPES = [(16,), (15,), (12,), (1,), (3, 4), (2, 2, 5)]


def fixed_of(generator: np.random.Generator, shape: tuple[int, ...], rows: int) -> Fixed:
    """Random digits at every site, the leading one the largest."""
    sites = int(np.prod(shape))
    half = 2 ** (WIDTH - 1)
    digits = generator.integers(-half, half, (rows, 2, sites)).astype(float)
    digits[-1, :, 0] = half
    return Fixed(digits, 0)


def written_out(convolution: Convolution, left: Rows, right: Rows) -> list[list[complex]]:
    """The digits of the product that are taken, site by site, each the sum of its terms as integers."""
    shape, count = convolution.shape, convolution.count
    places = list(product(*map(range, shape)))
    found = []
    for row in range(convolution.first, convolution.first + convolution.taken):
        sums = []
        for place in places:
            real = imaginary = 0
            for n, other in enumerate(places):
                m = int(np.ravel_multi_index([(a - b) % c for a, b, c in zip(place, other, shape)], shape))
                for j in range(max(0, row - count + 1), min(count, row + 1)):
                    a, b = (int(x) for x in left[row - j, :, m])
                    c, d = (int(x) for x in right[j, :, n])
                    real, imaginary = real + a * c - b * d, imaginary + a * d + b * c
            sums.append([real, imaginary])
        found.append(sums)
    return found


@pytest.mark.parametrize("bits", [80, 400])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_digit_of_the_product_is_the_integer(shape: tuple[int, ...], bits: int) -> None:
    """80 bits add the terms of a digit one by one, 400 transform the digits too."""
    generator = np.random.default_rng(bits)
    rows = (bits + 40) // WIDTH
    kernel, state = (fixed_of(generator, shape, rows) for _ in range(2))
    convolution = Convolution(kernel, shape, bits, rows)
    assert convolution.is_dense == (bits == 80)
    assert convolution.error < SAFE
    left, right = (convolution._digits(number)[0] for number in (kernel, state))
    found = np.empty((convolution.taken, 2, right.shape[2]))
    convolution._multiply(right, found)
    assert found.transpose(0, 2, 1).tolist() == written_out(convolution, left, right)


@pytest.mark.parametrize("bits", [103, 336])
def test_the_largest_digits_add_up_exactly(bits: int) -> None:
    """All digits as large as they may be, at all sites and with one sign: the largest sums there are."""
    sites, keep = 64, bits // WIDTH + 2
    largest = sum((2**15 - 1) << (16 * i) for i in range(keep * WIDTH // 16))
    full = from_integers([mpz(largest)] * sites, [mpz(-largest)] * sites, 0, keep * WIDTH, keep)
    convolution = Convolution(full, (sites,), bits, keep)
    digits = convolution._digits(full)[0]
    found = np.empty((convolution.taken, 2, sites))
    convolution._multiply(digits, found)
    for at, row in enumerate(range(convolution.first, convolution.first + convolution.taken)):
        terms = range(max(0, row - convolution.count + 1), min(convolution.count, row + 1))
        a, b = (digits[:, part, 0].astype(int).tolist() for part in range(2))
        real = sites * sum(a[row - j] * a[j] - b[row - j] * b[j] for j in terms)
        imaginary = sites * sum(a[row - j] * b[j] + b[row - j] * a[j] for j in terms)
        assert set(found[at, 0]) == {real} and set(found[at, 1]) == {imaginary}


def test_several_states_at_once_are_each_alone() -> None:
    generator = np.random.default_rng(5)
    for bits in (80, 400):
        shape, rows = (4, 6), (bits + 40) // WIDTH
        kernel = fixed_of(generator, shape, rows)
        states = [fixed_of(generator, shape, rows) for _ in range(3)]
        convolution = Convolution(kernel, shape, bits, rows)
        together = np.concatenate([state.rows for state in states], axis=2)
        digits = convolution._digits(Fixed(together, 0))[0]
        found = np.empty((convolution.taken, 2, 72))
        convolution._multiply(digits, found)
        for n in range(3):
            alone = np.empty((convolution.taken, 2, 24))
            convolution._multiply(digits[..., 24 * n : 24 * n + 24], alone)
            assert found[..., 24 * n : 24 * n + 24].tolist() == alone.tolist()


@pytest.mark.parametrize("length", [8, 27, 49, 64, 121, 125, 720, 1001 // 13])
def test_a_transform_errs_less_than_its_bound(length: int) -> None:
    """|X~ - X| against |X| D u, X in the longest format of the machine."""
    generator = np.random.default_rng(length)
    values = generator.normal(size=length) + 1j * generator.normal(size=length)
    exact = scipy.fft.fft(values.astype(np.clongdouble))
    error = np.linalg.norm((scipy.fft.fft(values) - exact).astype(complex))
    assert 0 < error < error_of_passes([length]) * UNIT * float(np.linalg.norm(exact.astype(complex)))


def test_lengths_of_other_factors_are_refused() -> None:
    assert error_of_passes([2 * 13]) == inf
    assert error_of_passes(FACTORS) < inf
    kernel = fixed_of(np.random.default_rng(1), (13,), 5)
    with pytest.raises(PrecisionError, match="rounding must be proved"):
        Convolution(kernel, (13,), 80, 5)


def test_larger_lattices_take_narrower_digits() -> None:
    """The bound grows with the sites; 2^16 of them are proved with 12 bits, and 2^6 with 16."""
    generator = np.random.default_rng(2)
    widths = [Convolution(fixed_of(generator, (n,), 3), (n,), 40, 3).width for n in (2**6, 2**16)]
    assert widths[0] == 16 > widths[1]
