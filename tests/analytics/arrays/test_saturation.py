"""Far out formulas keep their digits, or have no value."""

from __future__ import annotations

import math
from random import Random

import mpmath
import numpy as np
import pytest
import sympy as sp

from analytics.arrays.conditioning import without_differences
from analytics.arrays.functions import numpy_function
from analytics.arrays.saturation import far_out
from analytics.expressions.notation import P

q = sp.Symbol("q", real=True)
SUMS = {
    1 - sp.tanh(P) ** 2: lambda x: mpmath.sech(x) ** 2,
    sp.log(1 - sp.tanh(P) ** 2): lambda x: 2 * mpmath.log(2) - 2 * x - 2 * mpmath.log1p(mpmath.exp(-2 * x)),
    1 - P / sp.sqrt(1 + P**2): lambda x: 1 / (mpmath.sqrt(1 + x**2) * (mpmath.sqrt(1 + x**2) + x)),
    sp.log(1 - P**2 / (1 + P**2)): lambda x: -mpmath.log1p(x**2),
    sp.cos(2 * sp.atan(sp.tanh(P / 2))): lambda x: mpmath.sech(x),
    sp.log(sp.cosh(P + 1)) - sp.log(sp.cosh(P - 1)): lambda x: mpmath.log(
        mpmath.cosh(x + 1) / mpmath.cosh(x - 1)
    ),
    sp.log(sp.exp(-(P**2)) / sp.sqrt(sp.exp(P**2) - 1)): lambda x: (
        -x * x - mpmath.log(mpmath.exp(x * x) - 1) / 2
    ),
    sp.coth(3 * P) - sp.tanh(P / 2): lambda x: mpmath.coth(3 * x) - mpmath.tanh(x / 2),
}
"""Formula -> what it says, at 60 digits as it is or in a form that does not cancel."""


@pytest.mark.parametrize("formula", SUMS, ids=str)
def test_sums_that_cancel_far_out_keep_their_digits(formula: sp.Expr) -> None:
    random = Random(3)
    function = numpy_function((P,), far_out(formula, P))
    with mpmath.workdps(60):
        assert function(1e3) == pytest.approx(float(SUMS[formula](mpmath.mpf(1000))), rel=1e-14, abs=0)
        for x in (10 ** random.uniform(-1, 1.4) for _ in range(20)):
            truth = SUMS[formula](mpmath.mpf(x))
            assert abs(function(x) - truth) <= 1e-14 * max(1, x) * abs(truth)


def test_a_sum_that_no_form_mends_has_no_value_far_out() -> None:
    function = numpy_function((P,), far_out(1 - sp.erf(P), P))
    assert function(2.0) == pytest.approx(float(mpmath.erfc(2)), rel=1e-12)
    assert np.isnan(function(np.array([8.0, 40.0]))).all()


def test_what_keeps_its_digits_stays_as_it_is() -> None:
    formula = sp.Tuple(sp.tanh(P) / P, (1 + P**2) ** sp.Rational(-3, 2) + sp.sin(q), sp.Symbol("x"))
    assert far_out(formula, P) == formula


@pytest.mark.parametrize("cosine", [sp.cos(q), sp.cos(q) * sp.cos(sp.Rational(1, 2))], ids=str)
def test_squares_and_roots_keep_their_digits_at_any_angle(cosine: sp.Expr) -> None:
    """b**2 - a**2 sin(w)**2, its root y and a |cos w| - y, with sin w or cos w drawn small, against 60 digits.

    w is q, or acos of a product, of which SymPy writes the square of the sine as 1 - x**2.
    """
    along, across = 1 / (1 + P) ** 2, 1 / (1 + P)
    a, b = (along + across) / 2, (along - across) / 2
    square = b**2 - a**2 * sp.sin(sp.acos(cosine) if cosine != sp.cos(q) else q) ** 2
    x = a * sp.Abs(cosine)
    random, compared = Random(3), 0
    inside = sp.lambdify((P, q), square, "mpmath")
    for formula in (square, sp.log(x - sp.sqrt(square)), x - sp.sqrt(square)):
        function = numpy_function((P, q), without_differences(formula))
        exact = sp.lambdify((P, q), formula, "mpmath")
        for _ in range(60):
            drive = mpmath.mpf(10 ** random.uniform(-3, 12))
            angle = mpmath.mpf(random.choice((0.0, math.pi / 2)) + 10 ** random.uniform(-14, -1))
            with mpmath.workdps(60):
                step = mpmath.mpf(10) ** -25
                points = ((drive, angle), (drive * (1 + step), angle), (drive, angle * (1 + step)))
                if formula != square and min(inside(*point) for point in points) <= 0:
                    continue
                truth, *moved = (exact(*point) for point in points)
                explained = abs(truth) + sum(abs(other - truth) for other in moved) / step
                assert abs(function(float(drive), float(angle)) - truth) <= 8 * 2.0**-52 * explained
            compared += 1
    assert compared >= 60


@pytest.mark.parametrize("kept", [P - sp.sqrt(P * q + q), sp.cos(q) + sp.sqrt(P + q), P - q], ids=str)
def test_a_difference_stays_where_nothing_is_gained(kept: sp.Expr) -> None:
    assert without_differences(kept) == kept


@pytest.mark.parametrize("width", ["1/50", "3", "738", "1000"])
def test_pieces_reach_as_far_as_a_profile_is_wide(width: str) -> None:
    """Outputs of weak and strong inputs, of sqrt(1 - exp(-r**2)) stretched, to a few units in the last place."""
    scale = sp.Rational(width)
    profile = scale * sp.sqrt(1 - sp.exp(-((P / scale) ** 2)))
    residual = far_out(P - profile, P)
    function = numpy_function((P,), residual)
    random = Random(5)
    for _ in range(30):
        drive = float(scale) * 10 ** random.uniform(-6, 2)
        with mpmath.workdps(60):
            truth = sp.lambdify(P, P - profile, "mpmath")(mpmath.mpf(drive))
            assert abs(function(drive) / truth - 1) < 1e-14
