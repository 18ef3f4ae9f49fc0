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
    at = [drawn_band(Random(seed), x) for x in (k + q, k - q, k)]
    for part in ((at[0] + at[1]) / 2 - at[2], (at[0] - at[1]) / 2):
        found = from_small_shifts(part + delta)
        assert found is not None
        function = numpy_function((k, q, delta), sp.sin(part + delta))
        exact = sp.lambdify((k, q), part, "mpmath")
        for _ in range(10):
            carrier, shift = random.uniform(-3, 3), 10 ** random.uniform(-12, 0)
            with mpmath.workdps(60):
                truth = exact(mpmath.mpf(carrier), mpmath.mpf(shift))
                bend = (
                    abs(
                        exact(mpmath.mpf(carrier) * (1 + mpmath.mpf(10) ** -20), mpmath.mpf(shift)) / truth
                        - 1
                    )
                    * 10**20
                )
                assert abs(function(carrier, shift, 0.0) / mpmath.sin(truth) - 1) < 2e-15 * (20 + bend)
        assert function(carrier, 0.0, 0.0) == 0


def test_combination_tones_are_such_shifts() -> None:
    """2 w(k1) - w(k2) - w(2 k1 - k2), with squares of half angles, at neighbouring k1 and k2."""
    k1, k2 = sp.symbols("k1 k2", real=True)

    def band(x: sp.Expr) -> sp.Expr:
        return sp.Rational(6, 5) * sp.sin(x / 2) ** 2 + sp.sin(x) / 7 + sp.sin(2 * x) / 5

    for detuning in (
        2 * band(k1) - band(k2) - band(2 * k1 - k2),
        2 * band(k2) - band(k1) - band(2 * k2 - k1),
    ):
        function = numpy_function((k1, k2), sp.sin(detuning))
        exact = sp.lambdify((k1, k2), detuning, "mpmath")
        random = Random(2)
        for _ in range(10):
            one = random.uniform(0.1, 3)
            other = one * (1 + 10 ** random.uniform(-9, -1))
            with mpmath.workdps(60):
                truth = mpmath.sin(exact(mpmath.mpf(one), mpmath.mpf(other)))
            assert abs(function(one, other) / truth - 1) < 1e-13


@pytest.mark.parametrize("kind", ["odd", "even"])
def test_combination_tones_of_long_waves(kind: str) -> None:
    """Both wavenumbers small: an odd band leaves their third order, and no factor of the product may cancel there."""
    k1, k2 = sp.symbols("k1 k2", real=True)
    random = Random(f"long {kind}")
    for harmonics in ((1,), (2,), (1, 2), (1, 3)):
        number = [sp.Rational(random.randint(1, 9), random.randint(2, 9)) for _ in harmonics]

        def band(
            x: sp.Expr, number: list[sp.Expr] = number, harmonics: tuple[int, ...] = harmonics
        ) -> sp.Expr:
            waves = (sp.sin(n * x) if kind == "odd" else sp.sin(n * x / 2) ** 2 for n in harmonics)
            return sp.Add(*map(sp.Mul, number, waves))

        for one, other in ((k1, k2), (k2, k1)):
            detuning = band(one) - band(other) / 2 - band(2 * one - other) / 2
            function = numpy_function((k1, k2), sp.sin(detuning))
            exact = sp.lambdify((k1, k2), sp.sin(detuning), "mpmath")
            for _ in range(20):
                size = 10 ** random.uniform(-9, -1)
                at = [size * random.uniform(0.3, 1) * random.choice([1, -1]) for _ in range(2)]
                with mpmath.workdps(70):
                    x, y = map(mpmath.mpf, at)
                    truth, near = exact(x, y), 1 + mpmath.mpf(10) ** -20
                    bend = (
                        abs(exact(x * near, y) / truth - 1) + abs(exact(x, y * near) / truth - 1)
                    ) * 10**20
                    assert abs(function(*at) / truth - 1) < 2e-15 * (20 + bend), (harmonics, at)


def test_other_angles_stay_as_they_are() -> None:
    for angle in (k + q, sp.cos(k) * sp.cos(q), sp.cos(k + q), sp.acos(sp.cos(k + q) / 2)):
        assert from_small_shifts(angle) is None
