"""Frequencies in the frame of a carrier keep their digits at small shifts."""

from __future__ import annotations

from random import Random

import mpmath
import pytest
import sympy as sp

from analytics.arrays.functions import numpy_function
from analytics.arrays.shifts import from_small_shifts

k, q, delta = sp.symbols("k q delta", real=True)


def drawn_band(random: Random, x: sp.Expr) -> sp.Expr:
    """A rational function of waves, its denominator without a zero."""

    def waves() -> sp.Expr:
        number = [sp.Rational(random.randint(-9, 9), random.randint(2, 9)) for _ in range(4)]
        return number[0] * sp.cos(x) + number[1] * sp.sin(x) + number[2] * sp.cos(2 * x) + number[3]

    return waves() / (3 + sp.Rational(random.randint(-9, 9), 10) * sp.cos(x) + sp.sin(x))


@pytest.mark.parametrize("seed", range(3))
def test_even_and_odd_parts_of_a_shift_keep_their_digits(seed: int) -> None:
    random = Random(seed)
    at = [drawn_band(random.__class__(seed), x) for x in (k + q, k - q, k)]
    for part in ((at[0] + at[1]) / 2 - at[2], (at[0] - at[1]) / 2):
        found = from_small_shifts(part + delta)
        assert found is not None
        function = numpy_function((k, q, delta), sp.sin(part + delta))
        exact = sp.lambdify((k, q), part, "mpmath")
        for _ in range(10):
            carrier, shift = random.uniform(-3, 3), 10 ** random.uniform(-12, 0)
            with mpmath.workdps(60):
                truth = exact(mpmath.mpf(carrier), mpmath.mpf(shift))
                bend = max(
                    abs(exact(mpmath.mpf(carrier) * (1 + t), mpmath.mpf(shift)) / truth - 1) / t
                    for t in (1e-20,)
                )
                assert abs(function(carrier, shift, 0.0) / mpmath.sin(truth) - 1) < 2e-15 * (20 + bend)
        assert function(carrier, 0.0, 0.0) == 0


def test_other_angles_stay_as_they_are() -> None:
    for angle in (k + q, sp.cos(k) * sp.cos(q), sp.cos(k + q), sp.acos(sp.cos(k + q) / 2)):
        assert from_small_shifts(angle) is None
