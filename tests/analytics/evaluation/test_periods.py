"""Means over a period, against closed forms and to every digit asked for."""

from __future__ import annotations

from random import Random

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import OutOfReachError
from analytics.evaluation.periods import period_mean
from analytics.evaluation.values import value_at

s = sp.Symbol("s", real=True)


def mean_of(expression: sp.Expr, digits: int, turns: int = 1) -> mpf:
    return period_mean(lambda at: value_at(expression, {s: at}, digits + 10), digits, turns=turns)


@pytest.mark.parametrize("digits", [15, 30, 80])
def test_the_mean_of_a_poisson_kernel(digits: int) -> None:
    """1/(a - cos) has the mean 1/sqrt(a^2 - 1)."""
    source = Random(digits)
    for _ in range(4):
        a = sp.Rational(source.randint(110, 400), 100)
        found = mean_of(1 / (a - sp.cos(2 * sp.pi * s)), digits)
        with mpmath.workdps(digits + 10):
            exact = 1 / mpmath.sqrt(mpf(a.p) ** 2 / a.q**2 - 1)
            assert abs(found / exact - 1) < mpf(10) ** -digits


def test_the_mean_of_an_exponential_is_a_bessel_function() -> None:
    found = mean_of(sp.exp(3 * sp.cos(2 * sp.pi * s)), 40)
    with mpmath.workdps(50):
        assert abs(found / mpmath.besseli(0, 3) - 1) < mpf(10) ** -40


def test_a_sine_faster_than_the_places_is_seen_where_its_turns_are_told() -> None:
    fast = 2 + sp.cos(128 * sp.pi * s)
    assert abs(mean_of(fast, 30, turns=64) - 2) < mpf(10) ** -30


def test_a_deep_dip_takes_more_places_where_the_mean_is_coming() -> None:
    """Poles near the axis: 512 places leave an error of 1e-20."""
    found = mean_of(1 / (sp.Rational(1001, 1000) - sp.cos(2 * sp.pi * s)), 50)
    with mpmath.workdps(60):
        assert abs(found * mpmath.sqrt(mpf("1.001") ** 2 - 1) - 1) < mpf(10) ** -50


def test_a_jump_is_refused() -> None:
    with pytest.raises(OutOfReachError, match="a smooth function is needed"):
        mean_of(sp.Piecewise((1, s < sp.Rational(1, 3)), (2, True)), 30)
